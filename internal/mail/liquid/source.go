package liquid

import (
	"fmt"
	"strconv"
	"strings"
)

// Show writes an expression as Liquid text.
func Show(e Expr) string {
	switch e := e.(type) {
	case *Literal:
		switch v := e.Value.(type) {
		case nil:
			return "nil"
		case string:
			// A text came from one pair of quotes, so it never holds both kinds.
			if strings.Contains(v, `"`) {
				return "'" + v + "'"
			}
			return `"` + v + `"`
		case float64:
			return strconv.FormatFloat(v, 'f', -1, 64)
		default:
			return fmt.Sprint(v)
		}
	case *Path:
		var b strings.Builder
		for i, p := range e.Parts {
			switch {
			case p.Name == "":
				fmt.Fprintf(&b, "[%d]", p.Index)
			case i > 0:
				b.WriteString("." + p.Name)
			default:
				b.WriteString(p.Name)
			}
		}
		return b.String()
	case *Filter:
		s := Show(e.X) + " | " + e.Name
		for i, a := range e.Args {
			if i == 0 {
				s += ": "
			} else {
				s += ", "
			}
			s += Show(a)
		}
		return s
	case *Binary:
		return Show(e.L) + " " + e.Op + " " + Show(e.R)
	}
	return ""
}

// Write writes nodes as Liquid text which Parse reads back to the same nodes,
// places aside. A compiled mail is kept in this form.
func Write(nodes []Node) string {
	var b strings.Builder
	write(&b, nodes)
	return b.String()
}

func write(b *strings.Builder, nodes []Node) {
	for _, n := range nodes {
		switch n := n.(type) {
		case *Text:
			b.WriteString(quoteBraces(n.Text))
		case *Output:
			b.WriteString("{{ " + Show(n.Expr) + " }}")
		case *If:
			writeIf(b, n)
		case *For:
			fmt.Fprintf(b, "{%% for %s in %s limit: %d", n.Var, Show(n.In), n.Limit)
			if n.Reversed {
				b.WriteString(" reversed")
			}
			b.WriteString(" %}")
			write(b, n.Body)
			b.WriteString("{% endfor %}")
		case *Assign:
			b.WriteString("{% assign " + n.Name + " = " + Show(n.Expr) + " %}")
		case *Link:
			note := ""
			if n.Note {
				note = " note"
			}
			fmt.Fprintf(b, "{%% link %d%s %%}", n.Index, note)
			write(b, n.Body)
			b.WriteString("{% endlink %}")
		case *Other:
			b.WriteString(strings.TrimRight("{% "+n.Name+" "+n.Arg, " ") + " %}")
		}
	}
}

func writeIf(b *strings.Builder, n *If) {
	end := "{% endif %}"
	for i, br := range n.Branches {
		switch {
		case i == 0 && br.Not:
			b.WriteString("{% unless " + Show(br.Cond) + " %}")
			end = "{% endunless %}"
		case i == 0 && br.Cond == nil:
			b.WriteString("{% if true %}")
		case i == 0:
			b.WriteString("{% if " + Show(br.Cond) + " %}")
		case br.Cond == nil:
			b.WriteString("{% else %}")
		default:
			b.WriteString("{% elsif " + Show(br.Cond) + " %}")
		}
		write(b, br.Body)
	}
	if len(n.Branches) > 0 {
		b.WriteString(end)
	}
}

// quoteBraces keeps braces that are text from being read as Liquid.
func quoteBraces(s string) string {
	if indexBraces(s) < 0 && !strings.HasSuffix(s, "{") {
		return s
	}
	return strings.ReplaceAll(s, "{", `{{ "{" }}`)
}
