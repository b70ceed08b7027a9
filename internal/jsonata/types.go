package jsonata

import (
	"fmt"
	"slices"
	"strings"
)

// Type is the set of values that an expression may have, as far as it is
// known. The zero Type is that of what is always missing; AnyType is that of
// which nothing is known. Types are immutable.
type Type struct {
	// kinds holds a bit for each Kind that is possible; that of KindNothing
	// says that the value may be missing.
	kinds uint16
	// any says that nothing is known; then kinds is full.
	any bool
	// item is the type of the elements where an array is possible, nil for any.
	item *Type
	// fields are those of objects; open says that there may be others.
	fields []Field
	open   bool
	// values are the only ones possible, nil when they are not listed.
	values []Value
	// result is what a function returns, nil for any.
	result *Type
}

// Field is a field of an object type. A field that may be missing has a type
// made by Optional.
type Field struct {
	Name string
	Type Type
}

func bit(k Kind) uint16 { return 1 << k }

const allKinds = 1<<(KindFunction+1) - 1

// The types that need no constructor.
var (
	AnyType      = Type{kinds: allKinds, any: true}
	MissingType  = Type{kinds: bit(KindNothing)}
	NullType     = Type{kinds: bit(KindNull)}
	BoolType     = Type{kinds: bit(KindBool)}
	NumberType   = Type{kinds: bit(KindNumber)}
	StringType   = Type{kinds: bit(KindString)}
	FunctionType = Type{kinds: bit(KindFunction)}
)

// ListOf is the type of arrays of items.
func ListOf(item Type) Type { return Type{kinds: bit(KindArray), item: &item} }

// ObjectOf is the type of objects with these fields and no others.
func ObjectOf(fields ...Field) Type { return Type{kinds: bit(KindObject), fields: fields} }

// OpenObjectOf is the type of objects that may have more than these fields.
func OpenObjectOf(fields ...Field) Type {
	return Type{kinds: bit(KindObject), fields: fields, open: true}
}

// Optional is t, or missing.
func Optional(t Type) Type {
	t.kinds |= bit(KindNothing)
	return t
}

// OneOf is the type of exactly these values, which should be strings, numbers,
// booleans or null.
func OneOf(values ...Value) Type {
	t := Type{values: values}
	for _, v := range values {
		t.kinds |= bit(v.k)
	}
	return t
}

// Union is what is of one type or of the other.
func Union(a, b Type) Type {
	switch {
	case a.any || b.any:
		return AnyType
	case a.kinds&^bit(KindNothing) == 0:
		b.kinds |= a.kinds
		return b
	case b.kinds&^bit(KindNothing) == 0:
		a.kinds |= b.kinds
		return a
	}
	out := Type{kinds: a.kinds | b.kinds}
	if a.values != nil && b.values != nil {
		out.values = slices.Clone(a.values)
		for _, v := range b.values {
			if !slices.ContainsFunc(out.values, v.Equal) {
				out.values = append(out.values, v)
			}
		}
	}
	switch {
	case a.may(KindArray) && b.may(KindArray):
		if a.item != nil && b.item != nil {
			item := Union(*a.item, *b.item)
			out.item = &item
		}
	case a.may(KindArray):
		out.item = a.item
	default:
		out.item = b.item
	}
	switch {
	case a.may(KindObject) && b.may(KindObject):
		out.fields, out.open = unionFields(a.fields, b.fields), a.open || b.open
	case a.may(KindObject):
		out.fields, out.open = a.fields, a.open
	default:
		out.fields, out.open = b.fields, b.open
	}
	return out
}

func unionFields(a, b []Field) []Field {
	var out []Field
	for _, f := range a {
		if i := fieldIndex(b, f.Name); i >= 0 {
			f.Type = Union(f.Type, b[i].Type)
		} else {
			f.Type = Optional(f.Type)
		}
		out = append(out, f)
	}
	for _, f := range b {
		if fieldIndex(a, f.Name) < 0 {
			f.Type = Optional(f.Type)
			out = append(out, f)
		}
	}
	return out
}

func fieldIndex(fields []Field, name string) int {
	return slices.IndexFunc(fields, func(f Field) bool { return f.Name == name })
}

func (t Type) may(k Kind) bool { return t.kinds&bit(k) != 0 }

// Known says whether anything is known of the type.
func (t Type) Known() bool { return !t.any }

// May says whether a value of the type may be of kind k; KindNothing asks
// whether it may be missing.
func (t Type) May(k Kind) bool { return t.may(k) }

// Is says whether every value of the type that is not missing is of kind k.
func (t Type) Is(k Kind) bool { return !t.any && t.kinds&^bit(KindNothing) == bit(k) }

// Field returns the type of a field, and whether the type lists it.
func (t Type) Field(name string) (Type, bool) {
	if i := fieldIndex(t.fields, name); i >= 0 {
		return t.fields[i].Type, true
	}
	return AnyType, false
}

// Fields lists the fields that objects of the type may have.
func (t Type) Fields() []Field { return slices.Clone(t.fields) }

// Item returns the type of the elements of arrays of the type.
func (t Type) Item() Type {
	if t.item == nil {
		return AnyType
	}
	return *t.item
}

// Values lists the only values that are possible, nil when they are not known.
func (t Type) Values() []Value { return slices.Clone(t.values) }

// present is t without the possibility of being missing.
func (t Type) present() Type {
	t.kinds &^= bit(KindNothing)
	return t
}

// only is what of t is of the kinds in set.
func (t Type) only(set uint16) Type {
	if t.any {
		return Type{kinds: set, open: true}
	}
	t.kinds &= set
	return t
}

// many is what a path yields that finds any number of t: nothing, one, or an
// array of several.
func many(t Type) Type {
	if t.any {
		return AnyType
	}
	item := t.present()
	out := Optional(item)
	out.kinds |= bit(KindArray)
	if !item.may(KindArray) {
		out.item = &item
	}
	out.values = nil
	return out
}

var kindWords = map[Kind]string{
	KindNull: "null", KindBool: "yes or no", KindNumber: "a number", KindString: "text",
	KindArray: "a list", KindObject: "an object", KindFunction: "a function",
}

// String says the type in words, as messages do: "text", "a number or missing".
func (t Type) String() string {
	if t.any {
		return "unknown"
	}
	if t.values != nil && len(t.values) <= 6 && !t.Is(KindBool) {
		words := make([]string, 0, len(t.values)+1)
		for _, v := range t.values {
			words = append(words, v.String())
		}
		return orList(t.orMissing(words))
	}
	var words []string
	for k := KindNull; k <= KindFunction; k++ {
		if !t.may(k) {
			continue
		}
		word := kindWords[k]
		if k == KindArray && t.item != nil && !t.item.any {
			word += fmt.Sprintf(" of (%s)", *t.item)
		}
		words = append(words, word)
	}
	return orList(t.orMissing(words))
}

func (t Type) orMissing(words []string) []string {
	if t.may(KindNothing) {
		words = append(words, "missing")
	}
	return words
}

func orList(words []string) string {
	switch n := len(words); n {
	case 0:
		return "nothing"
	case 1:
		return words[0]
	default:
		return strings.Join(words[:n-1], ", ") + " or " + words[n-1]
	}
}
