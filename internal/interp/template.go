package interp

import (
	"strconv"

	"github.com/senda-dev/senda/internal/asl"
	"github.com/senda-dev/senda/internal/jsonata"
)

// template is a JSON value with expressions in it, cut so that what is constant
// was built when the machine was loaded. A nil template is an absent field.
type template struct {
	// Exactly one of these: an expression, a container of templates, or the
	// constant.
	expression *expression
	items      []template
	constant   jsonata.Value
	// mold is set for an object. Its holes are where the items go, which are
	// then only those that are not constant.
	mold  *jsonata.Mold
	holes []int

	needs needs // of the expressions in it that need $states built
}

// compiler compiles the states of one flow.
type compiler struct {
	vars []string // by slot
	// plain is set for states in JSONPath, where {% %} is an ordinary string.
	plain bool
	errs  asl.Findings
	path  string // of the state
}

func (c *compiler) template(field string, v jsonata.Value) *template {
	if v.Kind() == jsonata.KindNothing {
		return nil
	}
	t := c.build(field, v)
	return &t
}

func (c *compiler) build(field string, v jsonata.Value) template {
	if c.plain {
		return template{constant: v}
	}
	switch v.Kind() {
	case jsonata.KindString:
		source, is := asl.Expression(v.Str())
		if !is {
			return template{constant: v}
		}
		e, err := compileExpression(field, source, c.vars)
		if err != nil {
			c.errs = append(c.errs, asl.Finding{Path: c.path + "/" + field, Reason: err.Error()})
			return template{constant: v}
		}
		if e.straight() {
			return template{expression: e}
		}
		return template{expression: e, needs: e.needs}
	case jsonata.KindArray:
		t := template{items: make([]template, 0, v.Len())}
		constant := true
		for i, item := range v.Elements() {
			one := c.build(field+"["+strconv.Itoa(i)+"]", item)
			constant = constant && one.isConstant()
			t.needs |= one.needs
			t.items = append(t.items, one)
		}
		if constant {
			return template{constant: v}
		}
		return t
	case jsonata.KindObject:
		var t template
		members := make([]jsonata.Member, 0, v.Len())
		for key, item := range v.Members() {
			one := c.build(field+"/"+key, item)
			if !one.isConstant() {
				t.needs |= one.needs
				t.items, t.holes = append(t.items, one), append(t.holes, len(members))
			}
			members = append(members, jsonata.Member{Key: key, Value: one.constant})
		}
		if t.items == nil {
			return template{constant: v}
		}
		t.mold = jsonata.NewMold(members)
		return t
	default:
		return template{constant: v}
	}
}

func (x *template) isConstant() bool { return x.expression == nil && x.items == nil }

// fill evaluates a template; $states must be in its slot.
func (r *Run) fill(t *thread, x *template) (jsonata.Value, *failure) {
	switch {
	case x.expression != nil:
		return r.eval(t, x.expression)
	case x.mold != nil:
		object := x.mold.Cast()
		for i := range x.items {
			v, f := r.fill(t, &x.items[i])
			if f != nil {
				return v, f
			}
			object.Fill(x.holes[i], v)
		}
		return object.Value(), nil
	case x.items != nil:
		base := len(r.values)
		for i := range x.items {
			v, f := r.fill(t, &x.items[i])
			if f != nil {
				r.values = r.values[:base]
				return v, f
			}
			r.values = append(r.values, v)
		}
		v := jsonata.Array(r.values[base:]...)
		r.values = r.values[:base]
		return v, nil
	default:
		return x.constant, nil
	}
}
