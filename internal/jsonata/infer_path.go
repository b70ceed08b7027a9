package jsonata

import "fmt"

func (in *inferer) path(n *Path, ctx Type) Type {
	t := ctx
	bound := map[string]Type{}
	for i := range n.Steps {
		s := &n.Steps[i]
		item := t
		several := false
		_, isVariable := s.Expr.(*Variable)
		if t.may(KindArray) && !t.any && (i > 0 || !isVariable) {
			several = true
			item = itemOf(t)
		}
		if order, ok := s.Expr.(*Sort); ok {
			for _, term := range order.Terms {
				in.typeOf(term.By, item)
			}
		} else {
			found := in.typeOf(s.Expr, item)
			if several {
				found = many(flat(found))
			}
			if t.may(KindNothing) && i > 0 {
				found = Optional(found)
			}
			if s.Focus != "" {
				bound[s.Focus] = flat(found).present()
				if found.may(KindArray) {
					t = many(flat(t)) // the context goes on once for each
				}
			} else {
				t = found
			}
		}
		if s.Index != "" {
			bound[s.Index] = NumberType
		}
		for name, vt := range bound {
			in.vars[name] = vt
		}
		for _, stage := range s.Stages {
			if stage.Filter == nil {
				bound[stage.Index], in.vars[stage.Index] = NumberType, NumberType
				continue
			}
			t = in.filtered(stage.Filter, t)
		}
	}
	t = in.grouped(n.Group, t)
	for name := range bound {
		delete(in.vars, name)
		if v, ok := in.scope.Vars[name]; ok {
			in.vars[name] = v
		}
	}
	if n.KeepArray && n.Group == nil && !t.any {
		return missingWith(ListOf(itemOf(t).present()), t)
	}
	return t
}

// itemOf is the type of what a path goes through one by one.
func itemOf(t Type) Type {
	if t.any || !t.may(KindArray) {
		return t
	}
	rest := t.present()
	rest.kinds &^= bit(KindArray)
	if rest.kinds == 0 {
		return t.Item()
	}
	return Union(rest, t.Item())
}

// flat is itemOf where arrays within arrays are joined.
func flat(t Type) Type {
	if t.any || !t.may(KindArray) {
		return t
	}
	return missingWith(itemOf(t), t)
}

// field is the type of a field of the context.
func (in *inferer) field(n *Name, ctx Type) Type {
	switch {
	case ctx.any:
		return AnyType
	case ctx.may(KindArray):
		item := itemOf(ctx)
		return many(flat(in.field(n, item)))
	case !ctx.may(KindObject):
		if ctx.present().kinds != 0 {
			in.add(Finding{
				Place: n.Place, Code: NoFields,
				Message: fmt.Sprintf("%s has no field %q, nor any other", ctx.present(), n.Value),
			})
		}
		return MissingType
	}
	missing := ctx.kinds&^bit(KindObject) != 0
	t, ok := ctx.Field(n.Value)
	if ok {
		if missing {
			t = Optional(t)
		}
		return t
	}
	names := make([]string, len(ctx.fields))
	for i, f := range ctx.fields {
		names[i] = f.Name
	}
	near := nearest(n.Value, names)
	f := Finding{Place: n.Place, Code: UnknownField, Message: fmt.Sprintf("there is no %q here", n.Value), Help: didYouMean("", near), Near: near}
	if ctx.open {
		f.Severity = Doubt
		f.Message = fmt.Sprintf("%q is not among the declared fields", n.Value)
	}
	if f.Help == "" && len(names) > 0 && len(names) <= 12 {
		f.Help = "there is " + andList(names)
	}
	if !ctx.open || len(near) > 0 {
		in.add(f)
	}
	return AnyType
}

func andList(words []string) string {
	if n := len(words); n > 1 {
		return joinComma(words[:n-1]) + " and " + words[n-1]
	}
	return words[0]
}

func joinComma(words []string) string {
	out := words[0]
	for _, w := range words[1:] {
		out += ", " + w
	}
	return out
}

// filtered is what a predicate leaves of t.
func (in *inferer) filtered(p Node, t Type) Type {
	item := itemOf(t)
	if lit, ok := p.(*Literal); ok && lit.Value.k == KindNumber {
		return Optional(item)
	}
	in.typeOf(p, item)
	if t.any {
		return AnyType
	}
	if !t.may(KindArray) {
		return Optional(t)
	}
	return many(item)
}
