package liquid

import (
	"maps"
	"slices"
)

// Type is the kind of a value that a template may use.
type Type string

// The types of values.
const (
	AnyType    Type = "any"    // not known when compiled; every use is allowed
	TextType   Type = "text"   //
	NumberType Type = "number" //
	BoolType   Type = "bool"   // for conditions only
	DateType   Type = "date"   // shown with the filter date or time
	MoneyType  Type = "money"  // a group of amount and currency, shown with the filter money
	URLType    Type = "url"    // an absolute address; may start a link
	HTMLType   Type = "html"   // written by the house itself, shown with the filter raw
	ListType   Type = "list"   // of Items
	GroupType  Type = "group"  // of Fields
)

// words names a type in a sentence.
func (t Type) words() string {
	switch t {
	case BoolType:
		return "yes or no"
	case MoneyType:
		return "money"
	case HTMLType:
		return "HTML"
	case URLType:
		return "an address"
	case AnyType:
		return "anything"
	default:
		return "a " + string(t)
	}
}

// A Field declares a value that templates may use.
type Field struct {
	Type     Type             `json:"type"`
	Maybe    bool             `json:"maybe,omitempty"`    // may be missing when the mail leaves
	Personal bool             `json:"personal,omitempty"` // must not stand in an address
	Offer    bool             `json:"offer,omitempty"`    // sells something; at the root only
	Items    *Field           `json:"items,omitempty"`    // of a list
	Fields   map[string]Field `json:"fields,omitempty"`   // of a group
}

// A Schema declares the values that templates may use, by the first name of
// their path: person, brand, links, entry ...
type Schema map[string]Field

// sub returns the field called name inside f.
func (f Field) sub(name string) (Field, bool) {
	switch f.Type {
	case AnyType:
		return Field{Type: AnyType}, true
	case MoneyType:
		switch name {
		case "amount":
			return Field{Type: NumberType}, true
		case "currency":
			return Field{Type: TextType}, true
		}
		return Field{}, false
	case ListType, TextType:
		if name == "size" {
			return Field{Type: NumberType}, true
		}
	default:
	}
	s, ok := f.Fields[name]
	return s, ok
}

func (f Field) names() []string {
	switch f.Type {
	case MoneyType:
		return []string{"amount", "currency"}
	case ListType, TextType:
		return []string{"size"}
	default:
		return slices.Sorted(maps.Keys(f.Fields))
	}
}
