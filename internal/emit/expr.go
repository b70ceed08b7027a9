package emit

import (
	"regexp"
	"slices"
	"strings"

	"github.com/senda-dev/senda/internal/journey"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/plan"
	"github.com/senda-dev/senda/internal/task"
)

// place says where an expression is evaluated, which decides how names reach it.
type place uint8

const (
	// inMachine: by Step Functions, which keeps its input in the context.
	inMachine place = iota + 1
	// outside: by a function, which is given $event, $entry and $ways.
	outside
)

// Input is where a machine finds what it was started with.
const input = "$states.context.Execution.Input"

// Condition is the author's condition as text that a function evaluates: true or
// false, never nothing. event is the await whose event it means, empty when the
// event is at hand. A nil expression gives "".
func Condition(e *journey.Expr, event string) string {
	if e == nil {
		return ""
	}
	return truth(rewrite(e, event, outside))
}

// Value is the author's value as text that a function evaluates; nothing where it
// is missing. A nil expression gives "".
func Value(e *journey.Expr) string {
	if e == nil {
		return ""
	}
	return rewrite(e, "", outside)
}

func truth(text string) string { return "(" + text + ") = true" }

// splice is a piece of the author's text that is replaced.
type splice struct {
	from, to int
	text     string
}

// rewrite puts variables in place of the declared names and leaves the rest of the
// text as it was written.
func rewrite(e *journey.Expr, event string, at place) string {
	src := e.Text.Value
	var cuts []splice
	for _, r := range e.Refs {
		cuts = append(cuts, splice{r.From, r.To, variable(r, event, at)})
	}
	declared := func(p jsonata.Place) bool {
		return slices.ContainsFunc(e.Refs, func(r journey.Ref) bool { return p.Pos >= r.From && p.End <= r.To })
	}
	tree := e.Tree
	if tree == nil {
		// Check reports what cannot be read; here it is only left alone.
		tree, _ = jsonata.Parse(src, jsonata.Options{Names: true})
	}
	if tree != nil {
		jsonata.Walk(tree.Root, func(n jsonata.Node) bool {
			switch n := n.(type) {
			case *jsonata.Call:
				if p, ok := isKnown(n.Func); ok {
					cuts = append(cuts, splice{p.Pos, p.End, "$exists"})
				}
			case *jsonata.Name:
				// A field inside a filter may have a hyphen too: one word, not a difference.
				if strings.Contains(n.Value, "-") && src[n.Pos:n.End] == n.Value && !declared(n.Place) {
					cuts = append(cuts, splice{n.Pos, n.End, quote(n.Value)})
				}
			}
			return true
		})
	}
	slices.SortFunc(cuts, func(a, b splice) int { return a.from - b.from })
	var out strings.Builder
	done := 0
	for _, c := range cuts {
		if c.from < done {
			continue // the same place twice
		}
		out.WriteString(src[done:c.from])
		out.WriteString(c.text)
		done = c.to
	}
	out.WriteString(src[done:])
	return out.String()
}

// isKnown finds the word known where it is called.
func isKnown(f jsonata.Node) (jsonata.Place, bool) {
	if p, ok := f.(*jsonata.Path); ok && len(p.Steps) == 1 {
		f = p.Steps[0].Expr
	}
	n, ok := f.(*jsonata.Name)
	if !ok || n.Value != "known" {
		return jsonata.Place{}, false
	}
	return n.Place, true
}

// variable is what a declared name becomes.
func variable(r journey.Ref, event string, at place) string {
	switch r.Kind {
	case journey.RefPerson:
		return path("$person", r.Path...)
	case journey.RefFact:
		return path("$facts", r.Path...)
	case journey.RefConsent:
		return path("$consent", r.Brand, r.Purpose)
	case journey.RefEntry:
		if at == inMachine {
			return path(input+".data", r.Path...)
		}
		return path("$entry", r.Path...)
	case journey.RefEvent:
		if event == "" {
			return path("$event", r.Path...)
		}
		return path(stepVariable(event)+".event", r.Path...)
	case journey.RefSplit:
		return way(r.Step, at)
	case journey.RefMail, journey.RefAnswer, journey.RefOffer, journey.RefScore:
		if plan.Later(r) {
			return path("$mails", slices.Concat([]string{r.Step}, r.Path)...)
		}
		return path(stepVariable(r.Step), r.Path...)
	}
	return ""
}

// way is the way on which a split sends the person.
func way(split string, at place) string {
	if at == inMachine {
		return path(input+".ways", split)
	}
	return path("$ways", split)
}

func stepVariable(step string) string { return "$" + task.Variable(step) }

func path(root string, parts ...string) string {
	var b strings.Builder
	b.WriteString(root)
	for _, p := range parts {
		b.WriteString(".")
		b.WriteString(quote(p))
	}
	return b.String()
}

var plain = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// quote puts a name into backticks unless it is one word that JSONata takes for a name.
func quote(name string) string {
	switch name {
	case "and", "or", "in", "true", "false", "null", "function":
		return "`" + name + "`"
	}
	if plain.MatchString(name) {
		return name
	}
	return "`" + name + "`"
}
