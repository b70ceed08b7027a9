package check

import (
	"slices"

	"github.com/senda-dev/senda/events"
	"github.com/senda-dev/senda/internal/diag"
	"github.com/senda-dev/senda/internal/journey"
	"github.com/senda-dev/senda/internal/profile"
)

// Shared checks what the shared files say of each other and of the contracts of
// events, and resolves the expressions in them: those of facts see the event,
// those of audiences and offers the person and their consents. It is to be called
// once, before any journey is checked.
func Shared(cat *Catalog) diag.List {
	c := &checker{cat: cat, j: &journey.Journey{}, placed: map[journey.Step]placed{}}
	p := cat.profile()
	for _, a := range p.Attributes {
		if a.BuiltIn || a.Event.IsZero() || !c.eventKind(a.Event) || a.Field == nil {
			continue
		}
		contract, _ := cat.event(a.Event.Value)
		f, ok := contract.Field(a.Field...)
		switch {
		case !ok:
			c.taughtBy(contract, a.Field, a.FieldPos)
		case f.Personal && !a.Personal:
			c.add(diag.BadFact.At(a.Name.Pos, "%s is personal in %s, and this attribute says it is not", a.Name.Value, a.Event.Value).Try("write personal: yes"))
		case typeOf(f.Type) != journey.Any && !fits(typeOf(f.Type), a.Type):
			c.add(diag.BadFact.At(a.FieldPos, "this field is %s, and the attribute is %s", article(typeOf(f.Type)), article(a.Type)).
				Try("write type: %s", typeOf(f.Type)))
		}
	}
	for _, f := range p.Facts {
		c.fact(f)
	}
	for _, a := range cat.Audiences {
		c.condition(a.If, &reach{})
	}
	c.catalogue()
	return c.found
}

func (c *checker) taughtBy(contract *events.Contract, path []string, at diag.Pos) {
	var known []string
	for i := range path {
		if f, ok := contract.Field(path[:i]...); ok {
			known = f.Names()
		}
	}
	c.add(diag.UnknownField.At(at, "%s has no such field", contract.Kind).Try("%s", nearby(path[len(path)-1], known)).Try("it has %s", diag.Words(known, 12)))
}

func (c *checker) fact(f profile.Fact) {
	if f.Event.IsZero() || !c.eventKind(f.Event) {
		return
	}
	c.condition(f.If, &reach{event: []string{f.Event.Value}})
	if f.Field == nil {
		return
	}
	contract, _ := c.cat.event(f.Event.Value)
	field, ok := contract.Field(f.Field...)
	if !ok {
		c.taughtBy(contract, f.Field, f.FieldPos)
		return
	}
	if t := typeOf(field.Type); f.Fold == profile.Sum && t != journey.Number {
		c.add(diag.BadFact.At(f.FieldPos, "a sum is of numbers, and this field is %s", article(t)).Try("fold: distinct counts different ones"))
	}
}

// catalogue checks offers and slots.
func (c *checker) catalogue() {
	b := c.cat.offers()
	for _, o := range b.Offers {
		c.condition(o.If, &reach{})
		if o.Brand.IsZero() {
			continue
		}
		x, ok := c.cat.brands().Brand(o.Brand.Value)
		if !ok {
			c.add(unknown(diag.UnknownBrand, o.Brand, "brand", c.cat.brands().BrandNames()))
			continue
		}
		family, ok := c.cat.brands().Family(x.Family)
		if cur := o.Value.Currency; ok && cur != "" && !family.Currency(cur) {
			c.add(diag.BadCurrency.At(o.Name.Pos, "the family %s takes no %s", family.Name.Value, cur).Try("its currencies are in brands.yaml"))
		}
		for _, lang := range x.Languages {
			if _, every := o.Title[""]; every || len(o.Title) == 0 {
				break
			}
			if _, ok := o.Title[lang]; !ok {
				c.add(diag.NoLanguage.At(o.Name.Pos, "%s has no title in %s, a language of %s", o.Name.Value, lang, x.Name.Value).Try("write title: with %s: below it", lang))
			}
		}
	}
	for _, s := range b.Slots {
		var families []string
		for _, name := range append(slices.Clone(s.Offers), s.Fallback) {
			o, ok := b.Offer(name.Value)
			if !ok {
				continue
			}
			if x, ok := c.cat.brands().Brand(o.Brand.Value); ok && !slices.Contains(families, x.Family) {
				families = append(families, x.Family)
			}
		}
		if len(families) > 1 {
			c.add(diag.OtherFamily.At(s.Name.Pos, "the offers of %s belong to the families %s", s.Name.Value, diag.Words(families, 12)).Try("a slot has offers of one family"))
		}
	}
}
