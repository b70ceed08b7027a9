package check

import (
	"slices"

	"github.com/senda-dev/senda/events"
	"github.com/senda-dev/senda/internal/diag"
	"github.com/senda-dev/senda/internal/journey"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/profile"
)

// codeOf says which code of the language a finding of the expression engine has.
// What is not listed is not told: that a type cannot be known is no mistake.
var codeOf = map[jsonata.FindingCode]diag.Code{
	jsonata.UnknownField:    diag.UnknownField,
	jsonata.NoFields:        diag.UnknownField,
	jsonata.UnknownVariable: diag.UnknownName,
	jsonata.UnknownFunction: diag.UnknownFunction,
	jsonata.NotAFunction:    diag.UnknownFunction,
	jsonata.NotInAWS:        diag.UnknownFunction,
	jsonata.WrongCount:      diag.WrongArgument,
	jsonata.WrongArgument:   diag.WrongArgument,
	jsonata.WrongOperand:    diag.WrongArgument,
	jsonata.NeverHolds:      diag.NeverEqual,
	jsonata.NotBoolean:      diag.NotYesOrNo,
}

// infer lets the expression engine look where names alone do not tell: inside
// filters, functions and results of functions. It is asked only about expressions
// of which nothing was found yet, so that nothing is said twice.
func (c *checker) infer(e *journey.Expr, env *reach, condition bool) {
	_, found := jsonata.Infer(e.Tree, &jsonata.Scope{
		Input: c.inputType(env), Functions: map[string]string{"known": "<x:b>"}, Condition: condition,
	})
	for _, f := range found {
		code, told := codeOf[f.Code]
		if !told || f.Severity != jsonata.Fault {
			continue
		}
		// A root is known inside filters too, since it becomes a variable; the
		// engine would look for it in the element at hand.
		if slices.ContainsFunc(e.Refs, func(r journey.Ref) bool { return r.From <= f.Pos && f.Pos < r.To }) && f.Code == jsonata.UnknownField {
			continue
		}
		c.add(code.At(e.Text.At(f.Pos, f.End), "%s", f.Message).Try("%s", f.Help))
	}
}

// inputType is the object of what an expression may name at a place.
func (c *checker) inputType(env *reach) jsonata.Type {
	fields := []jsonata.Field{{Name: "person", Type: c.personType()}, {Name: "consent", Type: jsonata.AnyType}}
	if kind := c.j.Enter.Event.Value; kind != "" {
		fields = append(fields, jsonata.Field{Name: "entry", Type: c.eventType([]string{kind})})
	}
	if len(env.event) > 0 {
		fields = append(fields, jsonata.Field{Name: "event", Type: c.eventType(env.event)})
	}
	for _, s := range env.steps {
		name, ok := c.placed[s.step].names[env.scope]
		if !ok {
			continue
		}
		t := c.stepType(s.step)
		if !s.sure {
			t = jsonata.Optional(t)
		}
		fields = append(fields, jsonata.Field{Name: name, Type: t})
	}
	return jsonata.ObjectOf(fields...)
}

func (c *checker) personType() jsonata.Type {
	var fields []jsonata.Field
	p := c.cat.profile()
	for _, a := range p.Attributes {
		t := jsonType(a.Type)
		if a.Words != nil {
			t = words(a.Words)
		}
		fields = append(fields, jsonata.Field{Name: a.Name.Value, Type: jsonata.Optional(t)})
	}
	for _, f := range p.Facts {
		fields = append(fields, jsonata.Field{Name: f.Name.Value, Type: c.foldType(f)})
	}
	return jsonata.ObjectOf(fields...)
}

func (c *checker) foldType(f profile.Fact) jsonata.Type {
	t := jsonType(c.factType(f))
	if f.MayMiss() {
		return jsonata.Optional(t)
	}
	return t
}

func words(list []string) jsonata.Type {
	values := make([]jsonata.Value, 0, len(list))
	for _, w := range list {
		values = append(values, jsonata.String(w))
	}
	return jsonata.OneOf(values...)
}

func (c *checker) eventType(kinds []string) jsonata.Type {
	out := jsonata.MissingType
	for i, kind := range kinds {
		contract, ok := c.cat.event(kind)
		if !ok {
			return jsonata.AnyType
		}
		t := contractType(contract)
		if i == 0 {
			out = t
			continue
		}
		out = jsonata.Union(out, t)
	}
	return out
}

// contractType is closed: what a contract does not name is not kept, so a
// condition cannot see it.
func contractType(c *events.Contract) jsonata.Type { return fieldType(c.Root) }

func fieldType(f events.Field) jsonata.Type {
	var t jsonata.Type
	switch f.Type {
	case events.Object:
		var fields []jsonata.Field
		for _, x := range f.Fields {
			ft := fieldType(x)
			if !x.Required || x.Null {
				ft = jsonata.Optional(ft)
			}
			fields = append(fields, jsonata.Field{Name: x.Name, Type: ft})
		}
		return jsonata.ObjectOf(fields...)
	case events.List:
		t = jsonata.AnyType
		if f.Items != nil {
			t = fieldType(*f.Items)
		}
		return jsonata.ListOf(t)
	case events.Any, events.Bool, events.Number, events.Text, events.Date, events.Instant:
	}
	if f.Words != nil {
		return words(f.Words)
	}
	return jsonType(typeOf(f.Type))
}

func (c *checker) stepType(s journey.Step) jsonata.Type {
	var fields []jsonata.Field
	switch s := s.(type) {
	case *journey.Split:
		var ways []string
		for _, w := range s.Ways {
			ways = append(ways, w.Name.Value)
		}
		return words(ways)
	case *journey.Score:
		m, _ := c.cat.model(s.Model.Value)
		for _, f := range m.Fields {
			fields = append(fields, jsonata.Field{Name: f.Name, Type: jsonType(f.Type)})
		}
	default:
		always := []string{"sent", "refused", "delivered", "opened", "clicked", "answered", "bounced", "chosen", "used"}
		for _, o := range journey.Outcomes(s.Kind()) {
			t := jsonType(o.Type)
			if o.Name == "answer" {
				t = jsonata.NumberType
			}
			if !slices.Contains(always, o.Name) {
				t = jsonata.Optional(t)
			}
			fields = append(fields, jsonata.Field{Name: o.Name, Type: t})
		}
	}
	return jsonata.ObjectOf(fields...)
}

func jsonType(t journey.ValueType) jsonata.Type {
	switch t {
	case journey.Bool:
		return jsonata.BoolType
	case journey.Number:
		return jsonata.NumberType
	case journey.Text, journey.Date, journey.Instant:
		return jsonata.StringType
	case journey.List:
		return jsonata.ListOf(jsonata.AnyType)
	case journey.Object:
		return jsonata.OpenObjectOf()
	case journey.Any:
	}
	return jsonata.AnyType
}
