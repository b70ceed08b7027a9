package page

import (
	"cmp"
	"fmt"
	"html/template"
	"maps"
	"math"
	"slices"
	"strings"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/demo/report"
	"github.com/senda-dev/senda/internal/measure"
)

// canvas is a drawing that stretches: letters do not belong into it.
type canvas struct {
	strings.Builder
}

func draw(width, height float64, class string, marks func(*canvas)) template.HTML {
	c := &canvas{}
	fmt.Fprintf(c, `<svg class="%s" viewBox="0 0 %s %s" preserveAspectRatio="none" aria-hidden="true">`, class, px(width), px(height))
	marks(c)
	c.WriteString("</svg>")
	return template.HTML(c.String()) //nolint:gosec // made of numbers and of names of ours
}

func (c *canvas) rect(class string, x, y, w, h float64) {
	fmt.Fprintf(c, `<rect class="%s" x="%s" y="%s" width="%s" height="%s"/>`, class, px(x), px(y), px(w), px(h))
}

func (c *canvas) line(class string, x1, y1, x2, y2 float64) {
	fmt.Fprintf(c, `<path class="%s" d="M%s %sL%s %s"/>`, class, px(x1), px(y1), px(x2), px(y2))
}

// bar is one share of a whole.
func bar(part, whole int, class string) template.HTML {
	return draw(1000, 10, "bar", func(c *canvas) {
		c.rect("rail", 0, 0, 1000, 10)
		if whole > 0 {
			c.rect(class, 0, 0, 1000*float64(part)/float64(whole), 10)
		}
	})
}

// step is one stage of the funnel and whom it lost.
type step struct {
	Name, Note string
	People     int
	Lost       int
	Why        string
	Bar        template.HTML
}

func funnel(r *report.Report) []step {
	f := r.Funnel
	why := func() string {
		var parts []string
		for _, k := range slices.SortedFunc(maps.Keys(f.Lost), func(a, b string) int { return cmp.Or(f.Lost[b]-f.Lost[a], cmp.Compare(a, b)) }) {
			parts = append(parts, count(f.Lost[k])+" "+nobody(k))
		}
		return strings.Join(parts, " · ")
	}
	out := []step{
		{Name: "customers of the shop", People: f.People},
		{Name: "entered a journey", People: f.Entered, Why: "did nothing that starts one"},
		{Name: "were not held out of everything", People: f.Treated, Why: "held out, by the journey or as control group of the family"},
		{Name: "got a mail", People: f.Mailed, Why: why()},
		{Name: "were reached by one", People: f.Delivered, Why: "all came back"},
		{Name: "looked at one", People: f.Opened, Why: "nobody looked, machines left out"},
		{Name: "clicked or answered", People: f.Acted, Why: "looked, and left it at that"},
	}
	for i := range out {
		out[i].Bar = bar(out[i].People, f.People, "main")
		if i > 0 {
			out[i].Lost = out[i-1].People - out[i].People
		}
	}
	return out
}

// refusal is one line of why mails did not leave.
type refusal struct {
	report.Refusal
	Reason, Owner string
	Bar           template.HTML
	Journeys      []part
}

// part is what one journey has of a number.
type part struct {
	Class string
	Name  string
	N     int
}

func refusals(r *report.Report) []refusal {
	most := 0
	for _, f := range r.Refusals {
		most = max(most, f.Mails)
	}
	var out []refusal
	for _, f := range r.Refusals {
		line := refusal{Refusal: f, Reason: reason(f.Guard), Owner: owner(f.Guard)}
		for i, j := range r.Journeys {
			if n := f.By[j.Name]; n > 0 {
				line.Journeys = append(line.Journeys, part{class(i), j.Name, n})
			}
		}
		line.Bar = draw(1000, 10, "bar", func(c *canvas) {
			c.rect("rail", 0, 0, 1000, 10)
			x := 0.0
			for _, p := range line.Journeys {
				w := 1000 * float64(p.N) / float64(most)
				c.rect(p.Class, x, 0, w, 10)
				x += w
			}
		})
		out = append(out, line)
	}
	return out
}

func class(journey int) string { return fmt.Sprintf("j%d", journey%6) }

// series is the mails of one journey, day by day.
type series struct {
	Name, Class string
	Total, Most int
	Chart       template.HTML
}

// highest is the tallest column that is drawn whole: nearly all are, and the few
// days on which a whole audience enters do not flatten the others.
func highest(r *report.Report) int {
	var all []int
	for _, d := range r.Days {
		for _, n := range d.Sent {
			all = append(all, n)
		}
	}
	if len(all) == 0 {
		return 1
	}
	slices.Sort(all)
	return max(1, all[len(all)*985/1000])
}

func daily(r *report.Report) []series {
	most := highest(r)
	one := func(name, class string, of func(report.Day) int) series {
		s := series{Name: name, Class: class}
		s.Chart = draw(float64(len(r.Days)), 100, "days", func(c *canvas) {
			x := 0.0
			for _, m := range months(r) {
				if x > 0 {
					c.line("grid", x, 0, x, 100)
				}
				x += float64(m.Days)
			}
			for i, d := range r.Days {
				n := of(d)
				s.Total += n
				s.Most = max(s.Most, n)
				left := float64(i) + 0.08
				switch {
				case n > most: // cut, with a notch
					c.rect(class, left, 0, 0.84, 8)
					c.rect(class, left, 14, 0.84, 86)
				case n > 0:
					h := 80 * float64(n) / float64(most)
					c.rect(class, left, 100-h, 0.84, h)
				}
			}
			c.line("axis", 0, 100, float64(len(r.Days)), 100)
		})
		return s
	}
	var out []series
	for i, j := range r.Journeys {
		out = append(out, one(j.Name, class(i), func(d report.Day) int { return d.Sent[j.Name] }))
	}
	return append(out, one("refused by a cap", "no", func(d report.Day) int { return d.Capped }))
}

// column is a column of a chart with its label.
type column struct {
	Label string
	N     int
	Chart template.HTML
}

// mostMails is the last column of the chart of mails by person.
const mostMails = 12

func persons(r *report.Report) ([]column, int) {
	most, more := 1, 0
	for _, n := range r.Mails.Reached {
		most = max(most, n)
	}
	var out []column
	for i, n := range r.Mails.Reached {
		if i > mostMails {
			more += n
			continue
		}
		out = append(out, column{fmt.Sprint(i), n, draw(10, 100, "col", func(c *canvas) {
			h := 100 * float64(n) / float64(most)
			c.rect("main", 0, 100-h, 10, h)
		})})
	}
	return out, more
}

// tenth is a decile of value: what was expected beside what came.
type tenth struct {
	report.Decile
	Place int
	Chart template.HTML
}

func greatest(r *report.Report) float64 {
	most := 1.0
	for _, d := range r.Value.Deciles {
		most = max(most, d.Expected, d.Spent)
	}
	return most
}

// silent says of the last tenth why it spent more than was expected, where it did.
func silent(r *report.Report) string {
	n := len(r.Value.Deciles)
	if n < 2 {
		return ""
	}
	last, before := r.Value.Deciles[n-1], r.Value.Deciles[n-2]
	if last.Spent < 2*last.Expected || last.Repeats <= before.Repeats {
		return ""
	}
	return fmt.Sprintf("The last tenth had come back %.1f times each and then fallen silent (the tenth before it: %.1f): the model gives such people up too soon.", last.Repeats, before.Repeats)
}

func top(r *report.Report) string { return dollars(greatest(r)) }

func tenths(r *report.Report) []tenth {
	most := greatest(r)
	var out []tenth
	for i, d := range r.Value.Deciles {
		out = append(out, tenth{d, i + 1, draw(100, 100, "pair", func(c *canvas) {
			e, s := 100*d.Expected/most, 100*d.Spent/most
			c.rect("expected", 8, 100-e, 38, e)
			c.rect("main", 50, 100-s, 38, s)
			c.line("axis", 0, 100, 100, 100)
		})})
	}
	return out
}

// effect is a journey's line in the chart of differences.
type effect struct {
	report.Journey
	Class string
	Chart template.HTML
	Text  string
}

// tick is a mark on the axis of differences.
type tick struct {
	At    string // per cent from the left
	Label string
}

// effects draws the intervals of those journeys that have one.
func effects(r *report.Report) ([]effect, []tick) {
	span := 0.0
	for _, j := range r.Journeys {
		if j.Effect.Enough {
			span = max(span, math.Abs(j.Effect.Low), math.Abs(j.Effect.High), j.Effect.Detectable)
		}
	}
	unit := nice(span)
	span = unit * math.Ceil(span/unit*1.05)
	place := func(v float64) float64 { return 500 + 500*v/span }
	var out []effect
	for i, j := range r.Journeys {
		e := effect{Journey: j, Class: class(i)}
		x := j.Effect
		switch {
		case x.None != "":
			e.Text = "Nobody is held out. " + x.None
		case !x.Enough:
			e.Text = fmt.Sprintf("%s treated and %s held out: fewer than %d in an arm, so no interval is given", count(x.Treated.N), count(x.Held.N), measure.MinimumArm)
		default:
			e.Chart = draw(1000, 40, "forest", func(c *canvas) {
				d := place(x.Detectable) - 500
				c.rect("unseen", 500-d, 4, 2*d, 32)
				c.line("zero", 500, 0, 500, 40)
				c.line("interval "+e.Class, place(x.Low), 20, place(x.High), 20)
				c.line("point "+e.Class, place(x.Difference), 10, place(x.Difference), 30)
			})
		}
		out = append(out, e)
	}
	var scale []tick
	for v := -span; v <= span+unit/2; v += unit {
		scale = append(scale, tick{px(place(v) / 10), signed(v)})
	}
	return out, scale
}

// nice is a round step of which at most two make a span.
func nice(span float64) float64 {
	if span <= 0 {
		return 1
	}
	base := math.Pow(10, math.Floor(math.Log10(span)))
	for _, m := range []float64{0.2, 0.5, 1, 2, 5} {
		if span/(base*m) <= 2 {
			return base * m
		}
	}
	return 10 * base
}

func signed(v float64) string {
	switch {
	case math.Abs(v) < 1e-9:
		return "$0"
	case v < 0:
		return fmt.Sprintf("−$%.2f", -v)
	}
	return fmt.Sprintf("+$%.2f", v)
}

// offer is a line of the table of offers.
type offer struct {
	report.Offer
	Shown   template.HTML
	Budgets template.HTML
	Stretch string
	Peak    string
	Turned  []part
}

func offers(r *report.Report) []offer {
	most := 1
	for _, o := range r.Offers {
		most = max(most, o.Chosen)
	}
	var out []offer
	for _, o := range r.Offers {
		line := offer{Offer: o}
		line.Shown = draw(1000, 10, "bar", func(c *canvas) {
			c.rect("rail", 0, 0, 1000, 10)
			spent := 1000 * float64(o.Spent) / float64(most)
			c.rect("main", 0, 0, spent, 10)
			c.rect("back", spent, 0, 1000*float64(o.Released+o.Reserved)/float64(most), 10)
		})
		if len(o.Budget) > 0 {
			peak := 0.0
			line.Budgets = draw(float64(len(o.Budget)), 100, "budget", func(c *canvas) {
				for i, b := range o.Budget {
					u := float64(b.Used) / float64(b.Most)
					peak = max(peak, u)
					c.rect("rail", float64(i)+0.08, 0, 0.84, 100)
					kind := "main"
					if u > 0.99 {
						kind = "full"
					}
					c.rect(kind, float64(i)+0.08, 100-100*u, 0.84, 100*u)
				}
			})
			line.Stretch = dollars(float64(o.Budget[0].Most)) + " in " + o.BudgetIn
			line.Peak = fmt.Sprintf("%.0f %%", 100*peak)
		}
		for _, why := range slices.SortedFunc(maps.Keys(o.Turned), func(a, b string) int {
			return cmp.Or(o.Turned[b]-o.Turned[a], cmp.Compare(a, b))
		}) {
			line.Turned = append(line.Turned, part{Name: turned(why), N: o.Turned[why]})
		}
		out = append(out, line)
	}
	return out
}

// turned says why an offer could not be chosen.
func turned(why string) string {
	switch why {
	case "condition":
		return "not meant for them"
	case "per-person":
		return "had it lately"
	case "budget":
		return "budget used up"
	case "total":
		return "all given out"
	case "objected":
		return "object to profiling"
	}
	return strings.ReplaceAll(why, "-", " ")
}

// journey is a journey as the page shows it.
type journey struct {
	report.Journey
	Class   string
	Drawing template.HTML
	Ends    []part
	No      []part
}

func journeys(r *report.Report) []journey {
	var out []journey
	for i, j := range r.Journeys {
		one := journey{Journey: j, Class: class(i), Drawing: template.HTML(j.Graph.SVG(j.Counts))} //nolint:gosec // drawn by package diagram, which escapes
		one.Ends = byNumber(j.Left, func(s string) string { return strings.ReplaceAll(s, "-", " ") })
		one.No = byNumber(j.Reasons, func(s string) string { return reason(senda.Guard(s)) })
		out = append(out, one)
	}
	return out
}

func byNumber(m map[string]int, name func(string) string) []part {
	var out []part
	for _, k := range slices.SortedFunc(maps.Keys(m), func(a, b string) int { return cmp.Or(m[b]-m[a], cmp.Compare(a, b)) }) {
		out = append(out, part{Name: name(k), N: m[k]})
	}
	return out
}
