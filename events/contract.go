// Package events holds the contract of every kind of event: a JSON Schema of its
// payload and a sample, one file each, embedded. Words of our own extend JSON Schema:
//
//	x-version   rises by one with every change of what the contract asks
//	x-personal  the field is personal data: it stays in the profile
//	x-money     the number is an amount in the currency that the named field states
//	x-lateness  how old an event may be and still start or go on with a journey;
//	            24 hours where nothing is said
//	x-emitted   Senda itself puts such events on the bus
//
// Besides those a contract says only what draft 4 of JSON Schema can say too, so
// that it can be published in the schema registry of EventBridge (Published).
// A payload may hold more than its contract names, so that a source can add
// fields before Senda knows them; what is not named is not kept.
//
// published/KIND/N.json is version N as it was published: it never changes, and a
// later version asks nothing of a source that this one did not (docs/events.md).
package events

import (
	"slices"
	"strings"

	"github.com/senda-dev/senda/internal/calendar"
	"github.com/senda-dev/senda/internal/jsonata"
)

// Type of a field.
type Type uint8

// The types of fields.
const (
	Any Type = iota
	Bool
	Number
	Text
	Date    // a text of the form 2026-12-24
	Instant // a text as in RFC 3339
	List
	Object
)

// Field is what a contract says of a field.
type Field struct {
	Name     string
	Type     Type
	Personal bool
	// Required says that the field is there whenever the object it belongs to is.
	Required bool
	// Null says that the value may be null.
	Null bool
	// Currency names the field beside this one that states the currency of the
	// amount; "" for what is no amount.
	Currency string
	// Signed says that the contract expects numbers below zero, as a margin may be.
	Signed bool
	Words  []string // the values that a text may have; nil for any
	Fields []Field  // of an Object, by name
	Items  *Field   // of a List
	Note   string   // the contract's own words
}

// Contract is what is published about a kind of event.
type Contract struct {
	Kind     string
	Title    string
	Version  int
	Lateness calendar.Span
	// Emitted says that Senda itself puts such events on the bus.
	Emitted bool
	// Root is the payload, an Object.
	Root   Field
	rule   *rule
	doc    any // text, read
	text   []byte
	sample []byte
}

// Schema is the JSON Schema as published. It is not to be changed.
func (c *Contract) Schema() []byte { return slices.Clone(c.text) }

// Sample is a payload that keeps the contract.
func (c *Contract) Sample() []byte { return slices.Clone(c.sample) }

// Field finds a field by its path, lists being looked through: an element of
// "order.lines.sku" is found under order, lines, sku.
func (c *Contract) Field(path ...string) (Field, bool) {
	f := c.Root
	for _, name := range path {
		for f.Type == List && f.Items != nil {
			f = *f.Items
		}
		i := slices.IndexFunc(f.Fields, func(x Field) bool { return x.Name == name })
		if i < 0 {
			return Field{}, false
		}
		f = f.Fields[i]
	}
	return f, true
}

// Names are the names of the fields of an object, or of the elements of a list
// of objects.
func (f Field) Names() []string {
	for f.Type == List && f.Items != nil {
		f = *f.Items
	}
	out := make([]string, 0, len(f.Fields))
	for _, x := range f.Fields {
		out = append(out, x.Name)
	}
	return out
}

// MayMiss says whether a value may be absent or null at a path in an event that
// keeps the contract.
func (c *Contract) MayMiss(path ...string) bool {
	f := c.Root
	for _, name := range path {
		if f.Type == List {
			return true // a list may be empty
		}
		i := slices.IndexFunc(f.Fields, func(x Field) bool { return x.Name == name })
		if i < 0 || !f.Fields[i].Required || f.Fields[i].Null {
			return true
		}
		f = f.Fields[i]
	}
	return false
}

// WithoutPersonal is the payload as it may be kept outside the profile: only
// fields that the contract names and does not mark as personal.
func (c *Contract) WithoutPersonal(data jsonata.Value) jsonata.Value {
	return keep(c.Root, data, false)
}

// Named is the payload with the fields that the contract names.
func (c *Contract) Named(data jsonata.Value) jsonata.Value { return keep(c.Root, data, true) }

func keep(f Field, v jsonata.Value, personal bool) jsonata.Value {
	switch {
	case f.Personal && !personal:
		return jsonata.Nothing
	case f.Type == Object && v.Kind() == jsonata.KindObject:
		var members []jsonata.Member
		for _, x := range f.Fields {
			if got := keep(x, v.Get(x.Name), personal); got.Kind() != jsonata.KindNothing {
				members = append(members, jsonata.Member{Key: x.Name, Value: got})
			}
		}
		return jsonata.Object(members...)
	case f.Type == List && v.Kind() == jsonata.KindArray && f.Items != nil:
		var items []jsonata.Value
		for _, x := range v.Elements() {
			if got := keep(*f.Items, x, personal); got.Kind() != jsonata.KindNothing {
				items = append(items, got)
			}
		}
		return jsonata.Array(items...)
	}
	return v
}

// Breach is one way in which a payload breaks its contract. It never quotes the
// payload, which may hold personal data.
type Breach struct {
	Path    string // "/order/total", "" for the whole
	Message string
}

func (b Breach) String() string {
	if b.Path == "" {
		return b.Message
	}
	return strings.ReplaceAll(strings.TrimPrefix(b.Path, "/"), "/", ".") + ": " + b.Message
}

// Filled is a payload with what it leaves out taken from the sample, objects
// being filled inside too: scenarios say only what matters to them.
func (c *Contract) Filled(data jsonata.Value) jsonata.Value {
	sample, err := jsonata.ParseJSON(c.sample)
	if err != nil {
		return data // a sample is read when its contract is loaded
	}
	return filled(sample, data)
}

func filled(sample, data jsonata.Value) jsonata.Value {
	if data.Kind() == jsonata.KindNothing {
		return sample
	}
	if sample.Kind() != jsonata.KindObject || data.Kind() != jsonata.KindObject {
		return data
	}
	out := sample
	for key, v := range data.Members() {
		out = out.With(key, filled(sample.Get(key), v))
	}
	return out
}
