package check

import (
	"slices"

	"github.com/senda-dev/senda/internal/diag"
	"github.com/senda-dev/senda/internal/journey"
	"github.com/senda-dev/senda/internal/jsonata"
)

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
	case journey.Any, journey.Bool, journey.List, journey.Object:
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
