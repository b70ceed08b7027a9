package jsonata

import "strings"

// TypeOfSchema reads the type that a JSON Schema describes (draft 4 to 2020-12,
// and OpenAPI 3's nullable): type, properties, required, additionalProperties,
// items, prefixItems, enum, const, oneOf, anyOf, allOf and references into the
// schema itself. What other keywords demand does not change the type. It
// returns an *Error when the text is no JSON or no schema.
//
// An object is closed when additionalProperties is false; the others may have
// more fields than are listed.
func TypeOfSchema(schema []byte) (Type, error) {
	root, err := ParseJSON(schema)
	if err != nil {
		return Type{}, err
	}
	if root.k != KindObject && root.k != KindBool {
		return Type{}, errorAt(codeSchema, -1, -1, "a JSON Schema is an object, not %s", root.k)
	}
	s := schemaReader{root: root}
	return s.typeOf(root, 0), nil
}

type schemaReader struct{ root Value }

// maxSchemaDepth ends schemas that refer to themselves.
const maxSchemaDepth = 24

func (s *schemaReader) typeOf(v Value, depth int) Type {
	if v.k != KindObject || depth > maxSchemaDepth {
		return AnyType
	}
	if ref := v.Get("$ref"); ref.k == KindString {
		return s.typeOf(s.resolve(ref.Str()), depth+1)
	}
	t := s.plain(v, depth)
	for _, key := range []string{"oneOf", "anyOf"} {
		if list := v.Get(key); list.Len() > 0 {
			t = intersect(t, s.union(list.items(), depth+1))
		}
	}
	for _, part := range v.Get("allOf").items() {
		t = intersect(t, s.typeOf(part, depth+1))
	}
	if v.Get("nullable").Bool() && !t.any {
		t.kinds |= bit(KindNull)
		t.values = nil
	}
	return t
}

func (s *schemaReader) resolve(ref string) Value {
	path, ok := strings.CutPrefix(ref, "#")
	if !ok {
		return Nothing
	}
	v := s.root
	for _, name := range strings.Split(strings.TrimPrefix(path, "/"), "/") {
		if name == "" {
			continue
		}
		name = strings.ReplaceAll(strings.ReplaceAll(name, "~1", "/"), "~0", "~")
		v = v.Get(name)
	}
	return v
}

func (s *schemaReader) union(list []Value, depth int) Type {
	t := s.typeOf(list[0], depth)
	for _, v := range list[1:] {
		t = Union(t, s.typeOf(v, depth))
	}
	return t
}

func (s *schemaReader) plain(v Value, depth int) Type {
	if list := v.Get("enum"); list.k == KindArray {
		return listed(list.items())
	}
	if c := v.Get("const"); c.k != KindNothing {
		return listed([]Value{c})
	}
	t := Type{kinds: kindsOfSchema(v)}
	if t.kinds == 0 {
		return AnyType
	}
	if t.may(KindArray) {
		item := s.items(v, depth)
		t.item = &item
	}
	if t.may(KindObject) {
		t.fields, t.open = s.fields(v, depth)
	}
	return t
}

// listed is OneOf for scalars; of an array or object only its kind is kept.
func listed(values []Value) Type {
	t := Type{values: values, open: true}
	for _, v := range values {
		t.kinds |= bit(v.k)
		if v.k == KindArray || v.k == KindObject {
			t.values = nil
		}
	}
	return t
}

func kindsOfSchema(v Value) uint16 {
	var one [1]Value
	kinds := uint16(0)
	for _, name := range asItems(v.Get("type"), &one) {
		switch name.Str() {
		case "string":
			kinds |= bit(KindString)
		case "number", "integer":
			kinds |= bit(KindNumber)
		case "boolean":
			kinds |= bit(KindBool)
		case "null":
			kinds |= bit(KindNull)
		case "array":
			kinds |= bit(KindArray)
		case "object":
			kinds |= bit(KindObject)
		}
	}
	if kinds == 0 && v.Get("properties").k == KindObject {
		kinds = bit(KindObject)
	}
	if kinds == 0 && v.Get("items").k == KindObject {
		kinds = bit(KindArray)
	}
	return kinds
}

func (s *schemaReader) items(v Value, depth int) Type {
	var list []Value
	if items := v.Get("items"); items.k == KindArray {
		list = items.items() // a tuple, as until 2019-09
	} else if items.k == KindObject {
		list = append(list, items)
	}
	list = append(list[:len(list):len(list)], v.Get("prefixItems").items()...)
	if len(list) == 0 {
		return AnyType
	}
	return s.union(list, depth+1)
}

func (s *schemaReader) fields(v Value, depth int) (fields []Field, open bool) {
	required := map[string]bool{}
	for _, name := range v.Get("required").items() {
		required[name.Str()] = true
	}
	for name, schema := range v.Get("properties").Members() {
		t := s.typeOf(schema, depth+1)
		if !required[name] {
			t = Optional(t)
		}
		fields = append(fields, Field{name, t})
	}
	closed := v.Get("additionalProperties").k == KindBool && !v.Get("additionalProperties").Bool() &&
		v.Get("patternProperties").k == KindNothing
	return fields, !closed
}

// intersect is what is of both types; of objects it takes the fields of both.
func intersect(a, b Type) Type {
	switch {
	case a.any:
		return b
	case b.any:
		return a
	}
	out := a
	out.kinds = a.kinds & b.kinds
	if out.values == nil {
		out.values = b.values
	}
	if out.item == nil {
		out.item = b.item
	}
	if a.may(KindObject) && b.may(KindObject) {
		out.fields = intersectFields(a.fields, b.fields)
		out.open = a.open && b.open
	}
	return out
}

func intersectFields(a, b []Field) []Field {
	out := append([]Field(nil), a...)
	for _, f := range b {
		if i := fieldIndex(out, f.Name); i >= 0 {
			t := intersect(out[i].Type, f.Type)
			if !out[i].Type.may(KindNothing) || !f.Type.may(KindNothing) {
				t = t.present()
			}
			out[i].Type = t
		} else {
			out = append(out, f)
		}
	}
	return out
}
