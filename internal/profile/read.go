package profile

import (
	"slices"
	"strconv"
	"strings"

	"github.com/senda-dev/senda/internal/calendar"
	"github.com/senda-dev/senda/internal/decode"
	"github.com/senda-dev/senda/internal/diag"
	"github.com/senda-dev/senda/internal/journey"
	"github.com/senda-dev/senda/internal/outline"
)

// Keys are the keys of profile.yaml.
func Keys() []string { return []string{"attributes", "facts"} }

// AttributeKeys are the keys of an attribute.
func AttributeKeys() []string {
	return []string{"note", "type", "personal", "event", "field", "default", "words"}
}

// FactKeys are the keys of a fact.
func FactKeys() []string { return []string{"note", "fold", "event", "field", "if", "window"} }

// AudienceFileKeys are the keys of audiences.yaml, AudienceKeys those of one of
// them.
func AudienceFileKeys() []string { return []string{"audiences"} }

// AudienceKeys are the keys of an audience.
func AudienceKeys() []string { return []string{"note", "if"} }

// Types are the words for the type of an attribute.
func Types() []string {
	var out []string
	for _, t := range attributeTypes {
		out = append(out, t.String())
	}
	return out
}

var attributeTypes = []journey.ValueType{journey.Text, journey.Number, journey.Bool, journey.Date, journey.Instant}

type reader struct{ *decode.Reader }

// Read reads profile.yaml. The book is never nil and holds the built-in
// attributes whatever the file.
func Read(file string, src []byte) (*Book, diag.List) {
	root, found := outline.Read(file, src)
	r := reader{&decode.Reader{Found: found}}
	b := &Book{Attributes: BuiltIn()}
	m, ok := r.Map(root, "profile.yaml", Keys())
	if !ok {
		return b, r.Found
	}
	for _, e := range r.Named(m.Node("attributes"), "attributes") {
		if a, ok := b.Attribute(e.Key.Value); ok && a.BuiltIn {
			r.Add(diag.DuplicateName.At(e.Key.Pos, "%s is part of every profile already", e.Key.Value).Try("delete it here"))
			continue
		}
		b.Attributes = append(b.Attributes, r.attribute(e))
	}
	for _, e := range r.Named(m.Node("facts"), "facts") {
		if _, ok := b.Attribute(e.Key.Value); ok {
			r.Add(diag.DuplicateName.At(e.Key.Pos, "an attribute is called %q already, and both are written person.%s", e.Key.Value, e.Key.Value).
				Try("call the fact otherwise"))
		}
		b.Facts = append(b.Facts, r.fact(e))
	}
	return b, r.Found
}

func (r reader) attribute(e outline.Entry) Attribute {
	a := Attribute{Name: e.Key, Type: journey.Text}
	m, ok := r.Map(e.Value, "an attribute", AttributeKeys())
	if !ok {
		return a
	}
	m.Require(e.Key.Pos, "type", "personal")
	a.Note = m.Words("note")
	if i := slices.Index(Types(), m.OneOf("type", Types())); i >= 0 {
		a.Type = attributeTypes[i]
	}
	a.Personal = m.OneOf("personal", []string{"yes", "no"}) != "no"
	a.Event = m.Event("event")
	a.Field, a.FieldPos = r.field(m)
	switch {
	case m.Has("event") && !m.Has("field"):
		r.Add(diag.MissingKey.At(e.Key.Pos, "%s is taught by an event and needs the field", e.Key.Value).Try("write field: event.%s", e.Key.Value))
	case m.Has("field") && !m.Has("event"):
		r.Add(diag.MissingKey.At(e.Key.Pos, "%s has a field and needs the event that it is of", e.Key.Value).Try("write event: customer.updated"))
	}
	if m.Has("words") {
		for _, n := range m.List("words") {
			if t := r.Text(n, "words"); !t.IsZero() {
				a.Words = append(a.Words, t.Value)
			}
		}
	}
	a.Default = m.Text("default")
	if !a.Default.IsZero() && !a.fits(a.Default.Value) {
		f := diag.UnusedDefault.At(a.Default.Pos, "%q is no value of type %s", a.Default.Value, a.Type)
		if a.Words != nil {
			f = f.Try("its words are %s", diag.Words(a.Words, 12))
		}
		r.Add(f)
	}
	return a
}

// fits says whether a written value is one of the attribute's.
func (a Attribute) fits(s string) bool {
	if a.Words != nil && !slices.Contains(a.Words, s) {
		return false
	}
	switch a.Type {
	case journey.Number:
		_, err := strconv.ParseFloat(s, 64)
		return err == nil
	case journey.Bool:
		return s == "yes" || s == "no"
	case journey.Date:
		_, err := calendar.ParseDate(s)
		return err == nil
	default: // any text is a text
	}
	return true
}

// field reads "event.order.total" and drops the root.
func (r reader) field(m decode.Map) ([]string, diag.Pos) {
	t := m.Text("field")
	if t.IsZero() {
		return nil, t.Pos
	}
	path := strings.Split(t.Value, ".")
	if path[0] != "event" || len(path) < 2 || slices.Contains(path, "") {
		r.Add(diag.BadName.At(t.Pos, "%q is not a field of the event", t.Value).Try("write it as event.order.total"))
		return nil, t.Pos
	}
	return path[1:], t.Pos
}

func (r reader) fact(e outline.Entry) Fact {
	f := Fact{Name: e.Key, Fold: Count}
	m, ok := r.Map(e.Value, "a fact", FactKeys())
	if !ok {
		return f
	}
	m.Require(e.Key.Pos, "fold", "event")
	f.Note, f.Event, f.If, f.Window = m.Words("note"), m.Event("event"), m.Expr("if"), m.Span("window")
	if w := m.OneOf("fold", Folds()); w != "" {
		f.Fold = Fold(w)
	}
	f.Field, f.FieldPos = r.field(m)
	if (f.Fold == Sum || f.Fold == Distinct) && !m.Has("field") {
		r.Add(diag.MissingKey.At(e.Key.Pos, "%s needs the field that it is of", f.Fold).Try("write field: event.order.total"))
	}
	return f
}

// ReadAudiences reads audiences.yaml.
func ReadAudiences(file string, src []byte) (Audiences, diag.List) {
	root, found := outline.Read(file, src)
	r := reader{&decode.Reader{Found: found}}
	var out Audiences
	m, ok := r.Map(root, "audiences.yaml", AudienceFileKeys())
	if !ok {
		return nil, r.Found
	}
	m.Require(m.Pos(), "audiences")
	for _, e := range r.Named(m.Node("audiences"), "audiences") {
		a := Audience{Name: e.Key}
		if m, ok := r.Map(e.Value, "an audience", AudienceKeys()); ok {
			m.Require(e.Key.Pos, "if")
			a.Note, a.If = m.Words("note"), m.Expr("if")
		}
		out = append(out, a)
	}
	return out, r.Found
}
