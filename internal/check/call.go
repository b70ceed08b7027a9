package check

import (
	"github.com/senda-dev/senda/internal/diag"
	"github.com/senda-dev/senda/internal/journey"
	"github.com/senda-dev/senda/internal/jsonata"
)

// call checks a function and its arguments.
func (r *resolver) call(n *jsonata.Call, top bool) journey.ValueType {
	if p, ok := n.Func.(*jsonata.Path); ok {
		return r.plainCall(n, p, top)
	}
	v, ok := n.Func.(*jsonata.Variable)
	if !ok || r.bound[v.Name] {
		r.node(n.Func, top)
		for _, a := range n.Args {
			r.node(a, top)
		}
		return journey.Any
	}
	f, known := functions[v.Name]
	if !known {
		r.c.add(diag.UnknownFunction.At(r.place(v), "JSONata 2.0.6 has no function $%s", v.Name).Try("%s", dollar(v.Name)))
	} else if f.chance && r.env.inMachine {
		r.c.add(diag.UnknownFunction.At(r.place(v), "$%s gives another value at every attempt, and a journey may be tried again", v.Name).Try("use a split, or a fact with a window"))
	}
	types := make([]journey.ValueType, 0, len(n.Args))
	for _, a := range n.Args {
		types = append(types, r.node(a, top))
	}
	if !known {
		return journey.Any
	}
	if len(n.Args) < f.least || len(n.Args) > f.most {
		r.c.add(diag.WrongArgument.At(r.place(n), "$%s takes %s, and here are %d", v.Name, f.count(), len(n.Args)))
		return f.result
	}
	for i, t := range types {
		if i < len(f.args) && t != journey.Any && f.args[i] != journey.Any && !fits(t, f.args[i]) && f.args[i] != journey.List {
			r.c.add(diag.WrongArgument.At(r.place(n.Args[i]), "$%s takes %s here, and this is %s", v.Name, article(f.args[i]), article(t)))
		}
	}
	return f.result
}

// dollar is the help for a misspelt function.
func dollar(name string) string {
	if near, ok := diag.Nearest(name, functionNames); ok {
		return "did you mean $" + near + "?"
	}
	return ""
}

// plainCall is a call without $: known(…), or a mistake.
func (r *resolver) plainCall(n *jsonata.Call, p *jsonata.Path, top bool) journey.ValueType {
	names, _, whole := chain(p)
	if whole && len(names) == 1 && names[0].Value == "known" {
		if len(n.Args) != 1 {
			r.c.add(diag.WrongArgument.At(r.place(n), "known takes one name, and here are %d", len(n.Args)).Try("write known(person.tier)"))
		}
		for _, a := range n.Args {
			if _, isPath := a.(*jsonata.Path); !isPath {
				r.c.add(diag.WrongArgument.At(r.place(a), "known asks of a name whether it has a value").Try("write known(person.tier)"))
			}
			r.known++
			r.node(a, top)
			r.known--
		}
		return journey.Bool
	}
	if len(names) == 0 {
		r.node(p, top)
	} else {
		name := names[len(names)-1].Value
		f := diag.UnknownFunction.At(r.place(p), "there is no function called %q", r.e.Text.Value[p.Pos:p.End])
		if isFunction(name) {
			f = f.Try("functions begin with $: $%s(…)", name)
		} else {
			f = f.Try("%s", nearby(name, append([]string{"known"}, functionNames...)))
		}
		r.c.add(f)
	}
	for _, a := range n.Args {
		r.node(a, top)
	}
	return journey.Any
}
