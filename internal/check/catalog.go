package check

import (
	"slices"

	"github.com/senda-dev/senda/events"
	"github.com/senda-dev/senda/internal/brand"
	"github.com/senda-dev/senda/internal/journey"
	"github.com/senda-dev/senda/internal/offer"
	"github.com/senda-dev/senda/internal/profile"
)

// Catalog is what a journey may name. Nil parts are empty, but for Mails.
type Catalog struct {
	Brands    *brand.Book
	Offers    *offer.Book
	Profile   *profile.Book
	Audiences profile.Audiences
	Events    *events.Set
	Parts     map[string]*journey.Part
	Models    []Model
	// Mails are the mails that the journey can send, by name. Nil leaves mails
	// unchecked: for whoever has only the text of a journey.
	Mails map[string]Mail
	// Readers says how many people read each language, where that is known, for
	// the weight of a missing variant.
	Readers map[string]int
}

// Mail is what check needs to know of a mail.
type Mail struct {
	Languages []string // those with a variant
	Question  bool     // it asks something that can be answered
	Offer     bool     // it shows the offer of the step before
}

// Model is a score that journeys may ask for, with its fields.
type Model struct {
	Name   string
	Fields []Field
}

// Field of a model.
type Field struct {
	Name    string
	Type    journey.ValueType
	MayMiss bool
	Note    string
}

// CustomerValue is the model of purchases and their value (BG/NBD or MBG/NBD
// with Gamma-Gamma). Purchases and value are expected in the next 12 months. Every
// field is missing for somebody who never bought, or who objected to being profiled.
var CustomerValue = Model{Name: "customer-value", Fields: []Field{
	{Name: "alive", Type: journey.Number, MayMiss: true, Note: "probability, 0 to 1, that the person still buys from us"},
	{Name: "purchases", Type: journey.Number, MayMiss: true, Note: "purchases expected in the next 12 months"},
	{Name: "spend", Type: journey.Number, MayMiss: true, Note: "what one purchase is expected to bring"},
	{Name: "value", Type: journey.Number, MayMiss: true, Note: "what they are expected to be worth, discounted"},
}}

func (c *Catalog) brands() *brand.Book {
	if c.Brands == nil {
		return &brand.Book{}
	}
	return c.Brands
}

func (c *Catalog) offers() *offer.Book {
	if c.Offers == nil {
		return &offer.Book{}
	}
	return c.Offers
}

func (c *Catalog) profile() *profile.Book {
	if c.Profile == nil {
		return &profile.Book{Attributes: profile.BuiltIn()}
	}
	return c.Profile
}

func (c *Catalog) event(kind string) (*events.Contract, bool) {
	if c.Events == nil {
		return nil, false
	}
	return c.Events.Contract(kind)
}

func (c *Catalog) kinds() []string {
	if c.Events == nil {
		return nil
	}
	return c.Events.Kinds()
}

func (c *Catalog) model(name string) (Model, bool) {
	i := slices.IndexFunc(c.Models, func(m Model) bool { return m.Name == name })
	if i < 0 {
		return Model{}, false
	}
	return c.Models[i], true
}

func (m Model) field(name string) (Field, bool) {
	i := slices.IndexFunc(m.Fields, func(f Field) bool { return f.Name == name })
	if i < 0 {
		return Field{}, false
	}
	return m.Fields[i], true
}

func (m Model) names() []string {
	out := make([]string, 0, len(m.Fields))
	for _, f := range m.Fields {
		out = append(out, f.Name)
	}
	return out
}
