package diagram

import (
	"fmt"
	"strconv"
	"strings"
)

// signs stand before the nodes in a terminal.
var signs = map[Kind]string{
	Enter: "▶", End: "■", "exit": "■", "wait": "◷", "await": "◷", "if": "◇", "branch": "◇", "split": "◇",
	"email": "✉", "offer": "●", "score": "●", "set": "●", "emit": "●",
}

// Text draws the journey for a terminal. counts may be nil.
func (g *Graph) Text(counts *Counts) string {
	w := textWriter{g: g, c: counts}
	w.block(g.block, "")
	return w.out.String()
}

type textWriter struct {
	g   *Graph
	c   *Counts
	out strings.Builder
}

func (w *textWriter) block(block []item, indent string) {
	for _, it := range block {
		w.line(indent, it.node)
		for i, a := range it.arms {
			branch, inside := "├─ ", "│  "
			if i == len(it.arms)-1 {
				branch, inside = "└─ ", "   "
			}
			w.out.WriteString(indent + branch + a.label)
			if w.c != nil {
				w.out.WriteString("  " + thousands(w.c.armCount(it.node, i)))
			}
			if len(a.block) == 0 {
				w.out.WriteString("  ↓")
			}
			w.out.WriteString("\n")
			w.block(a.block, indent+inside)
		}
	}
}

func (w *textWriter) line(indent string, node int) {
	n := w.g.Nodes[node]
	w.out.WriteString(indent + signs[n.Kind] + " " + n.Title)
	if n.Detail != "" {
		w.out.WriteString(" · " + n.Detail)
	}
	if w.c != nil {
		w.out.WriteString("  " + thousands(w.c.Nodes[node]))
		for _, note := range w.c.notes(node) {
			w.out.WriteString("  " + note)
		}
	}
	w.out.WriteString("\n")
}

// notes say who did not go on from a node as the drawing shows.
func (c *Counts) notes(node int) []string {
	var out []string
	say := func(what string, m map[string]int) {
		if len(m) == 0 {
			return
		}
		var parts []string
		for _, r := range reasons(m) {
			parts = append(parts, named(r)+" "+thousands(m[r]))
		}
		out = append(out, what+" "+thousands(sum(m))+": "+strings.Join(parts, ", "))
	}
	say("refused", c.Refused[node])
	say("left", c.Left[node])
	if n := c.Inside[node]; n > 0 {
		out = append(out, "here now "+thousands(n))
	}
	return out
}

// named is a reason, or a word where there is none.
func named(reason string) string {
	if reason == "" {
		return "without a reason"
	}
	return reason
}

// thousands writes 1240 as 1,240.
func thousands(n int) string {
	s := strconv.Itoa(n)
	if n < 0 {
		return "-" + thousands(-n)
	}
	if len(s) <= 3 {
		return s
	}
	return thousands(n/1000) + fmt.Sprintf(",%03d", n%1000)
}
