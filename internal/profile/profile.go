// Package profile holds what profile.yaml says: which attributes a person has and
// which event teaches each, and which facts are folded from the timeline. It also
// holds the audiences of audiences.yaml, which are conditions over both.
package profile

import (
	"slices"

	"github.com/senda-dev/senda/internal/calendar"
	"github.com/senda-dev/senda/internal/diag"
	"github.com/senda-dev/senda/internal/journey"
)

// Book is one profile.yaml. Attributes and facts are in the order of the file,
// the built-in attributes before them.
type Book struct {
	Attributes []Attribute
	Facts      []Fact
}

// Attribute is something that is known of a person: the latest event wins.
type Attribute struct {
	Name diag.Text
	Note diag.Text
	Type journey.ValueType // Bool, Number, Text, Date or Instant
	// Personal attributes are read by the facts task only; no execution sees them.
	Personal bool
	// Event and Field say which event teaches it, and where in the event. Without
	// them only the set step of a journey writes it.
	Event diag.Text
	Field []string
	// FieldPos is the place of the field.
	FieldPos diag.Pos
	// Default is what a mail shows and a pause uses where the value is missing;
	// conditions do not see it.
	Default diag.Text
	// Words are the only values that a text may have; nil for any.
	Words []string
	// BuiltIn attributes are part of every profile.
	BuiltIn bool
}

// Writable says whether the set step of a journey may write it.
func (a Attribute) Writable() bool { return a.Event.IsZero() && !a.BuiltIn }

// Fold is how a fact makes one value of many events.
type Fold string

// The folds. Count, Sum and Distinct always have a value.
const (
	Count    Fold = "count"
	Sum      Fold = "sum"
	First    Fold = "first"
	Last     Fold = "last"
	Distinct Fold = "distinct"
)

// Folds are the words an author may use.
func Folds() []string {
	return []string{string(Count), string(Sum), string(First), string(Last), string(Distinct)}
}

// Fact is a declared fold over a person's timeline, by event time.
type Fact struct {
	Name  diag.Text
	Note  diag.Text
	Fold  Fold
	Event diag.Text
	// Field is the value that is folded, by its path in the event; nil for the
	// event itself: count counts events, first and last give the instant.
	Field    []string
	FieldPos diag.Pos
	If       *journey.Expr // nil: every such event
	Window   calendar.Span // how far back; zero: all that is kept
}

// MayMiss says whether the fact can have no value.
func (f Fact) MayMiss() bool { return f.Fold == First || f.Fold == Last }

// builtIn are the attributes that every profile has, and that customer.updated
// teaches.
var builtIn = []Attribute{
	{Name: diag.Text{Value: "email"}, Type: journey.Text, Personal: true},
	{Name: diag.Text{Value: "locale"}, Type: journey.Text},
	{Name: diag.Text{Value: "zone"}, Type: journey.Text},
	{Name: diag.Text{Value: "country"}, Type: journey.Text},
	{Name: diag.Text{Value: "postal-code"}, Type: journey.Text, Personal: true},
}

// BuiltIn are the attributes that every profile has.
func BuiltIn() []Attribute {
	out := slices.Clone(builtIn)
	for i := range out {
		out[i].BuiltIn = true
		out[i].Event, out[i].Field = diag.Text{Value: "customer.updated"}, []string{out[i].Name.Value}
	}
	return out
}

// Attribute finds an attribute by name.
func (b *Book) Attribute(name string) (Attribute, bool) {
	i := slices.IndexFunc(b.Attributes, func(a Attribute) bool { return a.Name.Value == name })
	if i < 0 {
		return Attribute{}, false
	}
	return b.Attributes[i], true
}

// Fact finds a fact by name.
func (b *Book) Fact(name string) (Fact, bool) {
	i := slices.IndexFunc(b.Facts, func(f Fact) bool { return f.Name.Value == name })
	if i < 0 {
		return Fact{}, false
	}
	return b.Facts[i], true
}

// Names are the names of all attributes and facts: what may follow "person.".
func (b *Book) Names() []string {
	var out []string
	for _, a := range b.Attributes {
		out = append(out, a.Name.Value)
	}
	for _, f := range b.Facts {
		out = append(out, f.Name.Value)
	}
	return out
}

// Audience is people who meet a condition; who newly does enters the journeys
// that name it.
type Audience struct {
	Name diag.Text
	Note diag.Text
	If   *journey.Expr // over person., consent. and known()
}

// Audiences is one audiences.yaml, in the order of the file.
type Audiences []Audience

// Audience finds an audience by name.
func (a Audiences) Audience(name string) (Audience, bool) {
	i := slices.IndexFunc(a, func(x Audience) bool { return x.Name.Value == name })
	if i < 0 {
		return Audience{}, false
	}
	return a[i], true
}

// Names are the names of the audiences, in the order of the file.
func (a Audiences) Names() []string {
	out := make([]string, 0, len(a))
	for _, x := range a {
		out = append(out, x.Name.Value)
	}
	return out
}
