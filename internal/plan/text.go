package plan

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	senda "github.com/senda-dev/senda"
)

// String is the plan in words, one line a node, for goldens and for reading.
func (p *Plan) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "start %s%s\n", p.nameOf(p.Start), follows(p.First))
	for _, n := range p.Nodes {
		fmt.Fprintf(&b, "%s: %s\n", n.Common().Name, p.describe(n))
	}
	for _, s := range slices.Sorted(maps.Keys(p.Used)) {
		fmt.Fprintf(&b, "kept: %s\n", s)
	}
	return b.String()
}

func (p *Plan) nameOf(id ID) string {
	if id == End {
		return "the end"
	}
	return p.Nodes[id].Common().Name
}

func (p *Plan) describe(n Node) string {
	switch n := n.(type) {
	case *Task:
		s := n.Step.Kind().String() + n.Reads.text()
		if len(n.Offers) > 0 {
			s += " showing " + strings.Join(n.Offers, ", ")
		}
		if n.Ends != "" {
			return s + ", ends as " + n.Ends
		}
		return s + " -> " + p.nameOf(n.Next) + follows(n.Pauses)
	case *Facts:
		return "facts" + n.Reads.text() + " -> " + p.nameOf(n.Next) + follows(n.Pauses)
	case *Pause:
		s := "timer " + specText(n.Spec)
		if n.Callback {
			s = "callback " + specText(n.Spec) + n.Reads.text()
		}
		if n.OnEvent != n.OnTime {
			s += ", event -> " + p.nameOf(n.OnEvent) + follows(n.EventPauses)
		}
		if n.Expire {
			s += ", ask after the time-out"
		}
		return s + " -> " + p.nameOf(n.OnTime) + follows(n.Pauses)
	case *Choice:
		var b strings.Builder
		b.WriteString("choice")
		for _, r := range n.Rules {
			var conds []string
			for _, c := range r.If {
				conds = append(conds, c.text())
			}
			fmt.Fprintf(&b, "\n  %s -> %s", strings.Join(conds, " and "), p.nameOf(r.To))
		}
		fmt.Fprintf(&b, "\n  else -> %s", p.nameOf(n.Default))
		return b.String()
	case *Exit:
		return "exit as " + n.Reason
	}
	return ""
}

func (c *Cond) text() string {
	switch {
	case c.Kind == Happened:
		return c.Step + " happened"
	case c.Kind == OnWay:
		return c.Step + " is " + c.Way
	case c.Is != "":
		return "[" + c.Expr.Text.Value + "] by the facts task"
	}
	return "[" + c.Expr.Text.Value + "]"
}

func (r Reads) text() string {
	var parts []string
	list := func(what string, l []string) {
		if len(l) > 0 {
			parts = append(parts, what+" "+strings.Join(l, ", "))
		}
	}
	list("person", r.Attributes)
	list("facts", r.Facts)
	list("consent", r.Consent)
	list("mails", r.Mails)
	list("is", slices.Sorted(maps.Keys(r.Is)))
	list("of", r.Steps)
	if len(parts) == 0 {
		return ""
	}
	return " reading " + strings.Join(parts, "; ")
}

func specText(s senda.PauseSpec) string {
	text := s.For
	if s.Until != "" {
		text = "until " + s.Until
	}
	if s.Default != "" {
		text += " or " + s.Default
	}
	if s.Open != nil {
		text += " and until " + s.Open.Brand + "/" + s.Open.Purpose + " may leave"
		if s.Open.Window != "" {
			text += " within " + s.Open.Window
		}
	}
	return text
}

func follows(m map[string]senda.PauseSpec) string {
	if len(m) == 0 {
		return ""
	}
	return " (then perhaps " + strings.Join(slices.Sorted(maps.Keys(m)), ", ") + ")"
}
