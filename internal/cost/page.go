package cost

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Goal is what a million customers of the reference journey may cost besides SES, in
// dollars, with one task a step on Standard workflows.
const Goal = 180

// Figure is the line of G9.
func Figure(c *Counts) (string, error) {
	b, naive, err := both(c)
	if err != nil {
		return "", err
	}
	ours, theirs := b.Total().Dollars(), naive.Total().Dollars()
	return fmt.Sprintf("G9 STANDARD $%.2f per million customers (naive $%.2f, ratio %.2f)", ours, theirs, theirs/ours), nil
}

func both(c *Counts) (b, naive *Bill, err error) {
	if b, err = New(c, Treated); err != nil {
		return nil, nil, err
	}
	naive, err = Naive(c, Treated)
	return b, naive, err
}

// Page is everything that is known of a recording, as the text of a page.
func Page(c *Counts) (string, error) {
	figure, err := Figure(c)
	if err != nil {
		return "", err
	}
	b, naive, err := both(c)
	if err != nil {
		return "", err
	}
	p := new(page)
	p.line("    " + figure)
	p.line("    goal $%d: %s", Goal, verdict(b.Total().Dollars()))
	p.line("")
	p.line("Counted on %s (%s); prices of %s, %s. %.1f mails a customer.", c.Recorded, versions(c.Versions), Dated, Region, b.Mails)
	p.services(b, naive)
	p.steps(b)
	if err := p.beside(c, b); err != nil {
		return "", err
	}
	list, err := Changes(c, Treated)
	if err != nil {
		return "", err
	}
	p.head("What would bring it down", "change", right+"saves", right+"leaves")
	for _, ch := range list {
		p.row(ch.What, dollars(ch.Saves), dollars(ch.Left))
	}
	p.line("")
	p.line("Each row counts on those above it.")
	p.idle(c)
	p.functions(c)
	p.prices()
	return p.b.String(), nil
}

func verdict(dollars float64) string {
	if dollars <= Goal {
		return "met"
	}
	return fmt.Sprintf("missed by $%.2f", dollars-Goal)
}

func versions(v map[string]string) string {
	var out []string
	for _, k := range slices.Sorted(maps.Keys(v)) {
		out = append(out, k+" "+v[k])
	}
	return strings.Join(out, ", ")
}

type page struct{ b strings.Builder }

func (p *page) line(format string, args ...any) {
	if len(args) == 0 {
		p.b.WriteString(format + "\n")
		return
	}
	fmt.Fprintf(&p.b, format+"\n", args...)
}

// right before a column's name puts its cells to the right, as numbers stand.
const right = ">"

// head begins a table.
func (p *page) head(title string, columns ...string) {
	p.line("")
	p.line("### " + title)
	p.line("")
	names, rule := make([]string, len(columns)), make([]string, len(columns))
	for i, c := range columns {
		rule[i] = "---"
		if name, ok := strings.CutPrefix(c, right); ok {
			c, rule[i] = name, "---:"
		}
		names[i] = c
	}
	p.row(names...)
	p.row(rule...)
}

func (p *page) row(cells ...string) { p.line("| " + strings.Join(cells, " | ") + " |") }

func dollars(x float64) string { return fmt.Sprintf("%.2f $", x) }

// each is a number a customer.
func each(x float64) string {
	switch n := x / Million; {
	case n == 0:
		return "–"
	case n < 0.005:
		return fmt.Sprintf("%.1e", n)
	default:
		return fmt.Sprintf("%.2f", n)
	}
}

func (p *page) services(b, naive *Bill) {
	p.head("By what is counted", "item", "service", right+"a customer", right+"a million", right+"naive: a customer", right+"a million")
	ours, theirs := b.Total(), naive.Total()
	for _, price := range Prices {
		if ours[price.Item] == 0 && theirs[price.Item] == 0 {
			continue
		}
		p.row(string(price.Item), price.Service, each(ours[price.Item]), dollars(ours.Of(price.Item)), each(theirs[price.Item]), dollars(theirs.Of(price.Item)))
	}
	p.row("**sum**", "", "", "**"+dollars(ours.Dollars())+"**", "", "**"+dollars(theirs.Dollars())+"**")
}

func (p *page) steps(b *Bill) {
	p.head("By step", "step", "function", right+"transitions", right+"invocations", right+"writes", right+"reads", right+"events", right+"a million")
	lines := slices.Clone(b.Lines)
	slices.SortStableFunc(lines, func(a, b Line) int { return strings.Compare(a.Step, b.Step) })
	for _, l := range lines {
		u := l.Use
		p.row(l.Step, l.Function, each(u[Transition]), each(u[Invocation]), each(u[Write]), each(u[Read]), each(u[Event]+u[ServiceEvent]), dollars(u.Dollars()))
	}
}

func (p *page) beside(c *Counts, b *Bill) error {
	p.head("The same, otherwise", "", right+"a million")
	total := b.Total()
	p.row("as above", dollars(total.Dollars()))
	day, err := Over(c, Treated, 1)
	if err != nil {
		return err
	}
	p.row("all within a day: fewer requests are traced", dollars(day.Total().Dollars()))
	everybody, err := New(c, Everybody)
	if err != nil {
		return err
	}
	p.row(fmt.Sprintf("with the hold-outs, who walk too: %.2f mails a customer", everybody.Mails), dollars(everybody.Total().Dollars()))
	p.row("with durations as the busy emulator saw them", dollars(total.Dollars()-total.Of(GBSecond)+Use{GBSecond: b.Wall}.Dollars()))
	return nil
}

func (p *page) idle(c *Counts) {
	p.head("A month in which nobody walks", "what", right+"a month")
	sum := Use{}
	for _, m := range Idle(c) {
		p.row(m.What, dollars(m.Use.Dollars()))
		sum = sum.Plus(m.Use, 1)
	}
	p.row("**sum**", "**"+dollars(sum.Dollars())+"**")
}

func (p *page) functions(c *Counts) {
	p.head("Functions", "function", right+"memory, MB", right+"processor time, ms", right+"stretched to its share, ms")
	for _, name := range slices.Sorted(maps.Keys(c.Functions)) {
		f := c.Functions[name]
		p.row(name, fmt.Sprint(f.MemoryMB), fmt.Sprintf("%.1f", f.CPU), fmt.Sprintf("%.0f", f.CPU*max(1, WholeCPU/float64(max(f.MemoryMB, 1)))))
	}
	p.head("What calls are taken to last", "call", right+"ms", "why")
	for _, l := range Latencies {
		p.row(l.Call, fmt.Sprint(l.Milliseconds), l.Source)
	}
}

func (p *page) prices() {
	p.head("Prices of "+Dated+", "+Region, "item", "service", right+"dollars", "source")
	for _, price := range Prices {
		per := fmt.Sprintf("%g", price.Dollars)
		if price.Per != 1 {
			per += fmt.Sprintf(" per %.0f million", price.Per/1e6)
		}
		p.row(string(price.Item), price.Service, per, price.Source+" ("+price.Note+")")
	}
}

// The marks between which the derivation stands in a page.
const (
	begins = "<!-- written by scripts/bench-cost.sh from here -->\n"
	ends   = "<!-- to here -->\n"
)

// Into puts the derivation into a page, between its marks.
func Into(page, derived string) (string, error) {
	before, rest, ok := strings.Cut(page, begins)
	if !ok {
		return "", fmt.Errorf("the page has no line %q", strings.TrimSpace(begins))
	}
	_, after, ok := strings.Cut(rest, ends)
	if !ok {
		return "", fmt.Errorf("the page has no line %q", strings.TrimSpace(ends))
	}
	return before + begins + derived + ends + after, nil
}
