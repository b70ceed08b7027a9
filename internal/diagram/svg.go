package diagram

import (
	"fmt"
	"html"
	"math"
	"strings"
	"unicode/utf8"
)

// SVG draws the journey. It stands alone or inside a page, light or dark as the
// reader's screen is, and needs nothing from elsewhere. counts may be nil.
func (g *Graph) SVG(counts *Counts) []byte {
	b := layouter{g, counts}.block(g.block)
	s := &svg{layouter: layouter{g, counts}}
	if counts != nil {
		s.most = max(1, counts.Nodes[0])
	}
	s.rows(b, 0, 0)
	width, height := b.left+b.right+2*margin, b.height+2*margin
	var out strings.Builder
	fmt.Fprintf(&out, `<svg class="senda-diagram" xmlns="http://www.w3.org/2000/svg" role="img" aria-label="%s" viewBox="%s %s %s %s" width="%s" height="%s">`,
		html.EscapeString("The journey "+g.Journey), px(-b.left-margin), px(-margin), px(width), px(height), px(width), px(height))
	out.WriteString("\n<style>" + style + "</style>\n")
	fmt.Fprintf(&out, "<title>%s</title>\n", html.EscapeString(g.Journey))
	out.WriteString(s.lines.String())
	out.WriteString(s.nodes.String())
	out.WriteString("</svg>\n")
	return []byte(out.String())
}

// style names its colours once and has a second set for dark screens. All rules
// begin with the drawing's own class, so that they leave a page alone.
const style = `
.senda-diagram{--ink:#22262b;--soft:#667079;--paper:#fff;--line:#b4bcc4;--mail:#2f6fd6;--pick:#8a4fd0;--calc:#0f8a7e;--time:#b7791f;--ask:#56606b;--stop:#7a848e;--no:#c2413a;font:13px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;max-width:100%;height:auto}
@media (prefers-color-scheme:dark){.senda-diagram{--ink:#e8ebee;--soft:#9aa4ae;--paper:#1d2126;--line:#56606b;--mail:#7aa9f7;--pick:#c39bf5;--calc:#4fd1c2;--time:#e3b04f;--ask:#a3adb7;--stop:#9aa4ae;--no:#f0857f}}
.senda-diagram .way{fill:none;stroke:var(--line);stroke-linejoin:round;stroke-linecap:round}
.senda-diagram .off{fill:none;stroke:var(--no);stroke-width:1;stroke-dasharray:3 3}
.senda-diagram .box{fill:var(--paper);stroke:var(--tone);stroke-width:1.4}
.senda-diagram .mark{fill:var(--tone)}
.senda-diagram text{fill:var(--ink)}
.senda-diagram .name{font-weight:600}
.senda-diagram .cond{font-size:12px}
.senda-diagram .more,.senda-diagram .label{fill:var(--soft);font-size:11.5px}
.senda-diagram .count{fill:var(--ink);font-size:11.5px;font-weight:600;font-variant-numeric:tabular-nums}
.senda-diagram .note{fill:var(--no);font-size:11.5px}
.senda-diagram .email{--tone:var(--mail)}.senda-diagram .offer{--tone:var(--pick)}.senda-diagram .score,.senda-diagram .set,.senda-diagram .emit{--tone:var(--calc)}
.senda-diagram .wait,.senda-diagram .await{--tone:var(--time)}.senda-diagram .if,.senda-diagram .branch,.senda-diagram .split{--tone:var(--ask)}.senda-diagram .enter,.senda-diagram .end,.senda-diagram .exit{--tone:var(--stop)}
`

type svg struct {
	layouter
	lines, nodes strings.Builder
	most         int // people at the way in
}

// rows draws a block whose axis is at x and whose top is at y.
func (s *svg) rows(b box, x, y float64) {
	for i, r := range b.rows {
		if i > 0 {
			s.down(x, y+b.rows[i-1].bottom, y+r.y, s.count(r.node))
		}
		s.node(r, x, y+r.y)
		for j, w := range r.ways {
			s.way(r, w, j, x, y)
		}
		if len(r.ways) == 0 && r.bottom > r.y+r.height {
			s.path(s.width(s.count(r.node)), "M%s %sV%s", px(x), px(y+r.y+r.height), px(y+r.bottom))
		}
	}
}

// way draws one arm: out of the node, down through its block, and back to the axis.
func (s *svg) way(r row, w way, arm int, x, y float64) {
	n := -1
	if s.c != nil {
		n = s.c.armCount(r.node, arm)
	}
	at, stroke := x+w.x, s.width(n)
	from, turn := y+r.y+r.height, y+w.top-armHead-gapDown/2
	s.path(stroke, "M%s %s%s%sV%s", px(x), px(from), elbow(x, at, turn), "", px(y+w.top))
	s.text(&s.lines, "label", at+7, turn+16, w.label, w.arm.label)
	if n >= 0 {
		s.text(&s.lines, "count", at+7, turn+30, thousands(n), "")
	}
	s.rows(w.box, at, y+w.top)
	if w.ends {
		return
	}
	end := y + w.top + w.box.height
	if rows := w.box.rows; len(rows) > 0 {
		end = y + w.top + rows[len(rows)-1].bottom
	}
	meet := y + r.bottom
	s.path(s.width(s.leaving(w, n)), "M%s %s%sV%s", px(at), px(end), elbow(at, x, meet-gapDown/2), px(meet))
}

// leaving is how many come back from an arm: what left its last step.
func (s *svg) leaving(w way, n int) int {
	if s.c == nil || len(w.box.rows) == 0 {
		return n
	}
	out := 0
	last := w.box.rows[len(w.box.rows)-1]
	for _, it := range inside(last.item) {
		for _, e := range s.g.out[it] {
			if !within(last.item, s.g.Edges[e].To) {
				out += s.c.Edges[e]
			}
		}
	}
	return out
}

// inside are the nodes of an item and its arms.
func inside(it item) []int {
	out := []int{it.node}
	for _, a := range it.arms {
		for _, x := range a.block {
			out = append(out, inside(x)...)
		}
	}
	return out
}

func within(it item, node int) bool {
	for _, n := range inside(it) {
		if n == node {
			return true
		}
	}
	return false
}

// elbow goes down to y, across to x2 and turns down, with round corners.
func elbow(x1, x2, y float64) string {
	if math.Abs(x2-x1) < 1 {
		return ""
	}
	r := min(10, math.Abs(x2-x1)/2)
	d := math.Copysign(r, x2-x1)
	return fmt.Sprintf("V%sQ%s %s %s %sH%sQ%s %s %s %s", px(y-r), px(x1), px(y), px(x1+d), px(y), px(x2-d), px(x2), px(y), px(x2), px(y+r))
}

func (s *svg) down(x, from, to float64, n int) {
	s.path(s.width(n), "M%s %sV%s", px(x), px(from), px(to))
	if n >= 0 {
		s.text(&s.lines, "count", x+7, (from+to)/2+5, thousands(n), "")
	}
}

func (s *svg) count(node int) int {
	if s.c == nil {
		return -1
	}
	return s.c.Nodes[node]
}

// width of a line grows with the share of people who go along it.
func (s *svg) width(n int) float64 {
	if n < 0 {
		return 1.6
	}
	return 1 + 5*math.Sqrt(float64(n)/float64(s.most))
}

// path draws a way.
func (s *svg) path(stroke float64, format string, args ...any) {
	fmt.Fprintf(&s.lines, `<path class="way" stroke-width="%s" d="%s"/>`+"\n", px(stroke), fmt.Sprintf(format, args...))
}

func (s *svg) node(r row, x, y float64) {
	n := s.g.Nodes[r.node]
	fmt.Fprintf(&s.nodes, `<g class="%s">`, n.Kind)
	fmt.Fprintf(&s.nodes, "<title>%s</title>", html.EscapeString(strings.TrimSpace(n.Step+" "+n.Title+" "+n.Detail)))
	radius := 8.0
	switch n.Kind {
	case Enter, End, "exit", "if", "branch", "split":
		radius = r.height / 2
	}
	fmt.Fprintf(&s.nodes, `<rect class="box" x="%s" y="%s" width="%s" height="%s" rx="%s"/>`, px(x-nodeWidth/2), px(y), px(nodeWidth), px(r.height), px(radius))
	left := x - nodeWidth/2 + 36
	fmt.Fprintf(&s.nodes, `<path class="mark" transform="translate(%s %s)" d="%s"/>`, px(x-nodeWidth/2+12), px(y+r.height/2-8), marks[mark(n.Kind)])
	const bold, light = 20, 26 // letters that fit
	middle := y + r.height/2
	switch {
	case n.Kind == "exit":
		s.text(&s.nodes, "name", left, middle+4.5, short("exit: "+n.Title, bold+2), "")
	case n.Detail != "":
		s.text(&s.nodes, "name", left, middle-3, short(n.Title, bold), "")
		s.text(&s.nodes, "more", left, middle+13, short(n.Detail, light), "")
	case utf8.RuneCountInString(n.Title) <= bold:
		s.text(&s.nodes, "name", left, middle+4.5, n.Title, "")
	default: // a condition
		first, second := twoLines(n.Title, light-2)
		if second == "" {
			s.text(&s.nodes, "cond", left, middle+4.5, first, "")
			break
		}
		s.text(&s.nodes, "cond", left, middle-3, first, "")
		s.text(&s.nodes, "cond", left, middle+13, second, "")
	}
	s.nodes.WriteString("</g>\n")
	lines, _ := s.notes(r.node)
	for i, line := range lines {
		at := y + r.height/2 + 4 + float64(i)*noteLine
		if i == 0 {
			fmt.Fprintf(&s.lines, `<path class="off" d="M%s %sH%s"/>`+"\n", px(x+nodeWidth/2), px(y+r.height/2), px(x+nodeWidth/2+16))
		}
		indent := 20.0
		if strings.HasPrefix(line, " ") {
			indent = 30
		}
		s.text(&s.lines, "note", x+nodeWidth/2+indent, at, short(strings.TrimSpace(line), 20), "")
	}
}

func (s *svg) text(out *strings.Builder, class string, x, y float64, text, full string) {
	if text == "" {
		return
	}
	fmt.Fprintf(out, `<text class="%s" x="%s" y="%s">`, class, px(x), px(y))
	if full != "" && full != text {
		fmt.Fprintf(out, "<title>%s</title>", html.EscapeString(full))
	}
	fmt.Fprintf(out, "%s</text>\n", html.EscapeString(text))
}

// short cuts a text that would not fit.
func short(s string, chars int) string {
	if utf8.RuneCountInString(s) <= chars || chars < 4 {
		return s
	}
	return strings.TrimSpace(string([]rune(s)[:chars-1])) + "…"
}

// twoLines breaks a text at a space, and cuts what does not fit.
func twoLines(s string, chars int) (first, second string) {
	r := []rune(s)
	if len(r) <= chars {
		return s, ""
	}
	at := chars
	for at > chars/2 && r[at] != ' ' {
		at--
	}
	if r[at] != ' ' {
		at = chars
	}
	return strings.TrimSpace(string(r[:at])), short(strings.TrimSpace(string(r[at:])), chars)
}

// px writes a length with one decimal at most, the same on every machine.
func px(f float64) string {
	s := fmt.Sprintf("%.1f", f)
	s = strings.TrimSuffix(s, ".0")
	if s == "-0" {
		return "0"
	}
	return s
}

func mark(k Kind) string {
	switch k {
	case "email":
		return "mail"
	case "offer":
		return "gift"
	case "wait", "await":
		return "clock"
	case "if", "branch", "split":
		return "fork"
	case "score":
		return "bars"
	case "exit", End:
		return "stop"
	case Enter:
		return "play"
	}
	return "dot"
}

// marks are small signs on a field of 16 by 16, drawn for this package.
var marks = map[string]string{
	"mail":  "M0 3h16v10H0zM1.8 4.2l6.2 4.6 6.2-4.6zM1.2 5.4v6.4h13.6V5.4L8 10.4z",
	"gift":  "M0 5h7v3H0zM9 5h7v3H9zM1 9h6v6H1zM9 9h6v6H9zM7.2 4C5 4 3 3.4 3 2s3-1.600 5 1c2-2.600 5-2.400 5-1s-2 2-4.200 2z",
	"clock": "M8 0a8 8 0 1 0 .01 0zM8 1.800a6.200 6.200 0 1 1-.01 0zM7.200 3.500h1.600v4.200l3 1.800-.8 1.400-3.800-2.300z",
	"fork":  "M7 1h2v4l5 4.500V15h-2v-4.600L8 7 4 10.400V15H2V9.500L7 5z",
	"bars":  "M1 9h3v6H1zM6.500 5h3v10h-3zM12 1h3v14h-3z",
	"stop":  "M3 3h10v10H3z",
	"play":  "M3 2l11 6-11 6z",
	"dot":   "M8 3a5 5 0 1 0 .01 0z",
}
