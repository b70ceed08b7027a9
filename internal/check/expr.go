package check

import (
	"slices"

	"github.com/senda-dev/senda/internal/diag"
	"github.com/senda-dev/senda/internal/journey"
	"github.com/senda-dev/senda/internal/jsonata"
)

// condition resolves an expression that must say yes or no.
func (c *checker) condition(e *journey.Expr, env *reach) {
	before := len(c.found)
	t := c.resolveOnly(e, env)
	switch {
	case e == nil || e.Tree == nil:
	case t != journey.Any && t != journey.Bool:
		c.add(diag.NotYesOrNo.At(e.Text.Pos, "a condition is yes or no, and this is %s", article(t)).Try("compare it, as with = or >").
			Try("or ask whether there is one: known(%s)", e.Text.Value))
	case len(c.found) == before:
		c.infer(e, env, true)
	}
}

// amount resolves an expression that must be a number.
func (c *checker) amount(e *journey.Expr, env *reach) {
	t := c.resolve(e, env)
	if e != nil && e.Tree != nil && t != journey.Any && t != journey.Number {
		c.add(diag.NotANumber.At(e.Text.Pos, "a value is a number, and this is %s", article(t)).Try("name an amount, as event.order.margin"))
	}
}

func article(t journey.ValueType) string {
	switch t {
	case journey.Object:
		return "an object"
	case journey.Instant:
		return "an instant"
	case journey.Text, journey.Bool:
		return t.String()
	case journey.Any, journey.Number, journey.Date, journey.List:
	}
	return "a " + t.String()
}

// resolver is one expression on its way to being resolved.
type resolver struct {
	c     *checker
	e     *journey.Expr
	env   *reach
	bound map[string]bool // names of variables that the expression binds
	refs  []journey.Ref
	known int // how many known(…) stand around
}

// resolve is resolveOnly, and what the expression engine finds besides.
func (c *checker) resolve(e *journey.Expr, env *reach) journey.ValueType {
	before := len(c.found)
	t := c.resolveOnly(e, env)
	if e != nil && e.Tree != nil && len(c.found) == before {
		c.infer(e, env, false)
	}
	return t
}

// resolveOnly finds what the names of an expression stand for, reports what stands
// for nothing, and says the type of the result; Any when it cannot be told.
func (c *checker) resolveOnly(e *journey.Expr, env *reach) journey.ValueType {
	if e == nil || e.Tree == nil {
		return journey.Any
	}
	r := &resolver{c: c, e: e, env: env, bound: map[string]bool{}}
	jsonata.Walk(e.Tree.Root, func(n jsonata.Node) bool {
		switch n := n.(type) {
		case *jsonata.Bind:
			r.bound[n.Variable.Name] = true
		case *jsonata.Lambda:
			for _, p := range n.Params {
				r.bound[p.Name] = true
			}
		case *jsonata.Path:
			for _, s := range n.Steps {
				r.bound[s.Focus], r.bound[s.Index] = true, true
				for _, st := range s.Stages {
					r.bound[st.Index] = true
				}
			}
		}
		return true
	})
	t := r.node(e.Tree.Root, true)
	slices.SortFunc(r.refs, func(a, b journey.Ref) int { return a.From - b.From })
	e.Refs = r.refs
	return t
}

func (r *resolver) at(from, to int) diag.Pos { return r.e.Text.At(from, to) }

func (r *resolver) place(n jsonata.Node) diag.Pos { return r.at(n.Span().Pos, n.Span().End) }

// node visits a node and says its type. top is false where names are those of an
// element at hand, as inside a filter.
func (r *resolver) node(n jsonata.Node, top bool) journey.ValueType {
	switch n := n.(type) {
	case nil:
		return journey.Any
	case *jsonata.Literal:
		return typeOfKind(n.Value.Kind())
	case *jsonata.Path:
		return r.path(n, top)
	case *jsonata.Name:
		return journey.Any
	case *jsonata.Binary:
		return r.binary(n, top)
	case *jsonata.Negate:
		r.operand(n.Operand, top, journey.Number, "-")
		return journey.Number
	case *jsonata.Call:
		return r.call(n, top)
	case *jsonata.Condition:
		r.node(n.If, top)
		a, b := r.node(n.Then, top), r.node(n.Else, top)
		if n.Else == nil || a != b {
			return journey.Any
		}
		return a
	case *jsonata.Block:
		t := journey.Any
		for _, p := range n.Parts {
			t = r.node(p, top)
		}
		return t
	case *jsonata.ArrayNode:
		for _, x := range n.Items {
			r.node(x, top)
		}
		return journey.List
	case *jsonata.ObjectNode:
		for _, p := range n.Pairs {
			r.node(p.Key, top)
			r.node(p.Value, top)
		}
		return journey.Object
	case *jsonata.Variable:
		r.variable(n)
		return journey.Any
	case *jsonata.Lambda:
		r.node(n.Body, top)
		return journey.Any
	case *jsonata.Bind:
		return r.node(n.Value, top)
	case *jsonata.Apply:
		r.node(n.Left, top)
		r.node(n.Right, top)
		return journey.Any
	case *jsonata.Partial:
		r.node(n.Func, top)
		for _, a := range n.Args {
			r.node(a, top)
		}
		return journey.Any
	case *jsonata.Filter:
		t := r.node(n.Expr, top)
		for _, f := range n.Filters {
			r.node(f, false)
		}
		r.group(n.Group)
		if len(n.Filters) > 0 || n.Group != nil || n.KeepArray {
			return journey.Any
		}
		return t
	case *jsonata.Sort:
		for _, t := range n.Terms {
			r.node(t.By, false)
		}
		return journey.Any
	case *jsonata.Transform:
		r.node(n.Pattern, false)
		r.node(n.Update, false)
		r.node(n.Delete, false)
		return journey.Any
	case *jsonata.Wildcard, *jsonata.Descendant, *jsonata.Parent:
		if top {
			r.c.add(diag.UnknownName.At(r.place(n), "there is nothing here that a wildcard could look through").Try("name what you mean, as event.order"))
		}
		return journey.Any
	}
	return journey.Any
}

func (r *resolver) group(g *jsonata.Group) {
	if g == nil {
		return
	}
	for _, p := range g.Pairs {
		r.node(p.Key, false)
		r.node(p.Value, false)
	}
}

func typeOfKind(k jsonata.Kind) journey.ValueType {
	switch k {
	case jsonata.KindBool:
		return journey.Bool
	case jsonata.KindNumber:
		return journey.Number
	case jsonata.KindString:
		return journey.Text
	case jsonata.KindArray:
		return journey.List
	case jsonata.KindObject:
		return journey.Object
	case jsonata.KindNothing, jsonata.KindNull, jsonata.KindFunction:
	}
	return journey.Any
}

// variable reports a variable that nothing binds.
func (r *resolver) variable(v *jsonata.Variable) {
	if v.Name == "" || r.bound[v.Name] || isFunction(v.Name) {
		return
	}
	if v.Name == "$" || v.Name == "states" || v.Name == "context" {
		r.c.add(diag.UnknownName.At(r.place(v), "$%s belongs to the machine, not to the journey", v.Name).Try("name what you mean, as entry.order.total"))
		return
	}
	r.c.add(diag.UnknownName.At(r.place(v), "nothing is called $%s", v.Name).Try("declared names are written without $"))
}

// path visits a path; its first step is where a declared name can stand.
func (r *resolver) path(p *jsonata.Path, top bool) journey.ValueType {
	names, end, whole := chain(p)
	t := journey.Any
	if len(names) > 0 && (top || slices.Contains(journey.Roots(), names[0].Value)) {
		t = r.name(names, end, len(p.Steps) > 1 || len(p.Steps[0].Stages) > 0)
	}
	for i, s := range p.Steps {
		if _, isName := s.Expr.(*jsonata.Name); !isName {
			r.node(s.Expr, top && i == 0)
		}
		for _, st := range s.Stages {
			r.node(st.Filter, false)
		}
	}
	r.group(p.Group)
	if !whole || p.KeepArray || p.Group != nil {
		return journey.Any
	}
	return t
}

// chain is the names that a path begins with; end is how many of them stand
// before the first filter, that one included, and whole says that the path is
// nothing more.
func chain(p *jsonata.Path) (names []*jsonata.Name, end int, whole bool) {
	whole = true
	for _, s := range p.Steps {
		n, ok := s.Expr.(*jsonata.Name)
		if !ok {
			return names, endOf(end, names), false
		}
		names = append(names, n)
		if len(s.Stages) > 0 || s.Focus != "" || s.Index != "" {
			whole = false
			if end == 0 {
				end = len(names)
			}
		}
	}
	return names, endOf(end, names), whole
}

// endOf is end, or all the names where no filter stands.
func endOf(end int, names []*jsonata.Name) int {
	if end == 0 {
		return len(names)
	}
	return end
}
