package check

import (
	"slices"
	"strings"

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

func (r *resolver) binary(b *jsonata.Binary, top bool) journey.ValueType {
	switch b.Op {
	case "and", "or":
		r.node(b.Left, top)
		r.node(b.Right, top)
		return journey.Bool
	case "=", "!=":
		r.compare(b, top)
		return journey.Bool
	case "<", "<=", ">", ">=":
		l, t := r.side(b.Left, top), r.side(b.Right, top)
		r.unordered(b.Left, l)
		r.unordered(b.Right, t)
		if l != journey.Any && t != journey.Any && ordered(l) != 0 && ordered(t) != 0 && ordered(l) != ordered(t) {
			r.c.add(diag.NeverEqual.At(r.place(b), "%s is compared with %s, which ends the journey with an error", article(l), article(t)).
				Try("a number stands without quotes, a text with them"))
		}
		return journey.Bool
	case "in":
		r.side(b.Left, top)
		r.node(b.Right, top)
		return journey.Bool
	case "+", "-", "*", "/", "%":
		r.hyphen(b)
		r.operand(b.Left, top, journey.Number, b.Op)
		r.operand(b.Right, top, journey.Number, b.Op)
		return journey.Number
	case "&":
		r.node(b.Left, top)
		r.node(b.Right, top)
		return journey.Text
	}
	r.node(b.Left, top)
	r.node(b.Right, top)
	return journey.Any
}

func (r *resolver) unordered(n jsonata.Node, t journey.ValueType) {
	if t == journey.Bool || t == journey.List || t == journey.Object {
		r.c.add(diag.NeverEqual.At(r.place(n), "%s cannot be greater or less", article(t)))
	}
}

// hyphen reports a name with hyphens that was written with spaces.
func (r *resolver) hyphen(b *jsonata.Binary) {
	if b.Op != "-" {
		return
	}
	l, okL := b.Left.(*jsonata.Path)
	x, okX := b.Right.(*jsonata.Path)
	if !okL || !okX {
		return
	}
	a, _, _ := chain(l)
	z, _, _ := chain(x)
	if len(a) == 0 || len(z) == 0 {
		return
	}
	name := a[len(a)-1].Value + "-" + z[0].Value
	if _, ok := r.c.lookUp(name, r.env); ok && len(a) == 1 {
		r.c.add(diag.UnknownName.At(r.place(b), "a minus with spaces subtracts").Try("write %s as one word", name))
	}
}

// ordered tells numbers (1) from texts and dates (2); 0 is neither.
func ordered(t journey.ValueType) int {
	switch t {
	case journey.Number:
		return 1
	case journey.Text, journey.Date, journey.Instant:
		return 2
	}
	return 0
}

// fits says whether a value of type t is one of type want.
func fits(t, want journey.ValueType) bool {
	return t == want || ordered(t) == 2 && ordered(want) == 2
}

func (r *resolver) operand(n jsonata.Node, top bool, want journey.ValueType, op string) {
	if t := r.node(n, top); t != journey.Any && t != want {
		r.c.add(diag.WrongArgument.At(r.place(n), "%s takes numbers, and this is %s", op, article(t)))
	}
}

// side visits one side of a comparison, where a bare word is most likely a text
// whose quotes were forgotten.
func (r *resolver) side(n jsonata.Node, top bool) journey.ValueType {
	p, ok := n.(*jsonata.Path)
	if ok && top && len(p.Steps) == 1 && len(p.Steps[0].Stages) == 0 {
		if name, ok := p.Steps[0].Expr.(*jsonata.Name); ok && !slices.Contains(journey.Roots(), name.Value) {
			if _, found := r.c.lookUp(name.Value, r.env); !found && !r.c.named(name.Value) {
				help := `write "` + name.Value + `"`
				if name.Value == "yes" || name.Value == "no" {
					help = "write true or false"
				}
				r.c.add(diag.UnquotedText.At(r.place(n), "a text stands in quotes").Try("%s", help))
				return journey.Any
			}
		}
	}
	return r.node(n, top)
}

// compare checks = and !=.
func (r *resolver) compare(b *jsonata.Binary, top bool) {
	before := len(r.refs)
	l, t := r.side(b.Left, top), r.side(b.Right, top)
	if l != journey.Any && t != journey.Any && !fits(l, t) {
		r.c.add(diag.NeverEqual.At(r.place(b), "%s is never equal to %s", article(l), article(t)).Try("a number stands without quotes, a text with them"))
	}
	r.ways(b.Left, b.Right)
	r.ways(b.Right, b.Left)
	if b.Op != "!=" {
		return
	}
	for _, ref := range r.refs[before:] {
		if ref.MayMiss {
			src := r.e.Text.Value
			left, right := src[b.Left.Span().Pos:b.Left.Span().End], src[b.Right.Span().Pos:b.Right.Span().End]
			r.c.add(diag.MissingUnequal.At(r.place(b), "where %s is missing this is no", src[ref.From:ref.To]).
				Try("if it should be yes there: $not(%s = %s)", left, right))
			return
		}
	}
}

// ways checks the name of a split against the name of a way.
func (r *resolver) ways(split, word jsonata.Node) {
	p, ok := split.(*jsonata.Path)
	text, isText := literalText(word)
	if !ok || !isText || len(p.Steps) != 1 {
		return
	}
	name, ok := p.Steps[0].Expr.(*jsonata.Name)
	if !ok {
		return
	}
	found, ok := r.c.lookUp(name.Value, r.env)
	if !ok {
		return
	}
	s, ok := found.step.(*journey.Split)
	if !ok {
		return
	}
	var names []string
	for _, w := range s.Ways {
		names = append(names, w.Name.Value)
	}
	if !slices.Contains(names, text) {
		r.c.add(diag.UnknownWay.At(r.place(word), "%s has no way called %q", name.Value, text).
			Try("%s", nearby(text, names)).Try("its ways are %s", diag.Words(names, 12)))
	}
}

func literalText(n jsonata.Node) (string, bool) {
	l, ok := n.(*jsonata.Literal)
	if !ok || l.Value.Kind() != jsonata.KindString {
		return "", false
	}
	return l.Value.Str(), true
}

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

// named says whether any step of the journey has a name, in reach or not.
func (c *checker) named(name string) bool {
	for s := range c.placed {
		for _, n := range c.placed[s].names {
			if n == name {
				return true
			}
		}
	}
	return false
}

// lookUp finds an earlier step by the name by which it is known here.
func (c *checker) lookUp(name string, env *reach) (inReach, bool) {
	for i := len(env.steps) - 1; i >= 0; i-- {
		s := env.steps[i]
		if n, ok := c.placed[s.step].names[env.scope]; ok && n == name {
			return s, true
		}
	}
	return inReach{}, false
}

// noStep is the finding about a step that is not in reach, with the most helpful
// of the reasons.
func (c *checker) noStep(name string, at diag.Pos, env *reach) diag.Finding {
	var here []string
	near, line, kind := "", 0, journey.Kind(0)
	for _, s := range env.steps {
		n, ok := c.placed[s.step].names[env.scope]
		if !ok || len(journey.Outcomes(s.step.Kind())) == 0 && s.step.Kind() != journey.KindScore && s.step.Kind() != journey.KindSplit {
			continue
		}
		here = append(here, n)
	}
	for s := range journey.Walk(c.j.Steps) {
		if n, ok := c.placed[s].names[env.scope]; ok && n == name {
			return diag.AlwaysNo.At(at, "%q stands later, or on another way: nobody who comes here has been there", name).
				Try("move this below line %d", s.Common().Pos.Line)
		}
	}
	if n, ok := diag.Nearest(name, here); ok {
		near = n
		if s, ok := c.lookUp(n, env); ok {
			line, kind = s.step.Common().Pos.Line, s.step.Kind()
		}
	}
	f := diag.UnknownStepName.At(at, "there is no step called %q", name)
	if near != "" {
		f = f.Try(`did you mean "%s" (%s, line %d)?`, near, kind, line)
	}
	if len(here) > 0 {
		if len(here) > 15 {
			return f.Try("%s", "names in reach: "+diag.Words(here, 12))
		}
		return f.Try("%s", "names in reach: "+strings.Join(here, ", "))
	}
	return f.Try("no step before this one has an outcome")
}
