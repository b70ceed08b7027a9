package check

import (
	"maps"
	"slices"
	"strings"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/events"
	"github.com/senda-dev/senda/internal/diag"
	"github.com/senda-dev/senda/internal/journey"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/scenario"
)

// Scenarios checks the tests of a journey against its resolved form: a step, a
// slot or a field that does not exist would otherwise make a test that fails for
// the wrong reason, or one that never can.
func Scenarios(list []scenario.Scenario, r *journey.Resolved, cat *Catalog) diag.List {
	c := &scenarioChecker{checker: checker{cat: cat, j: r.Journey}, r: r}
	for s := range journey.Walk(r.Journey.Steps) {
		c.steps = append(c.steps, s.Common().Name)
		switch s.Kind() {
		case journey.KindEmail:
			c.mails = append(c.mails, s.Common().Name)
		case journey.KindOffer:
			c.offers = append(c.offers, s.Common().Name)
		default: // the others leave nothing to compare
		}
	}
	for _, s := range list {
		c.one(s)
	}
	return c.found
}

type scenarioChecker struct {
	checker
	r                    *journey.Resolved
	steps, mails, offers []string
}

func (c *scenarioChecker) known(t diag.Text, what string, names []string) {
	if !slices.Contains(names, t.Value) {
		c.add(unknown(diag.BadPath, t, what, names))
	}
}

func (c *scenarioChecker) one(s scenario.Scenario) {
	for i, p := range s.Want.Path {
		if reason, ok := strings.CutPrefix(p.Value, scenario.LeftPrefix); ok && i == len(s.Want.Path)-1 && slices.Contains(c.reasons(), reason) {
			continue
		}
		c.known(p, "step", c.steps)
	}
	for _, m := range s.Want.Mails {
		c.known(m, "mail", c.mails)
	}
	for _, m := range []map[string]diag.Text{s.Want.Refused} {
		for _, name := range slices.Sorted(maps.Keys(m)) {
			c.known(diag.NewText(name, m[name].Pos), "mail", c.mails)
		}
	}
	for _, m := range []map[string]diag.Text{s.Want.Offers, s.Given.Offers} {
		for _, name := range slices.Sorted(maps.Keys(m)) {
			c.known(diag.NewText(name, m[name].Pos), "offer step", c.offers)
			if o := m[name]; o.Value != "none" {
				c.known(o, "offer", c.cat.offers().Names())
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.Given.Ways)) {
		split, ok := c.r.Step[name].(*journey.Split)
		if !ok {
			c.add(diag.BadPath.At(s.Given.Ways[name].Pos, "there is no split called %q", name))
			continue
		}
		var ways []string
		for _, w := range split.Ways {
			ways = append(ways, w.Name.Value)
		}
		c.known(s.Given.Ways[name], "way", ways)
	}
	if l := s.Want.Leaves; !l.IsZero() {
		c.known(l, "reason", c.reasons())
	}
	c.given(s)
	c.payloads(s)
}

func (c *scenarioChecker) reasons() []string {
	out := senda.OwnReasons()
	for _, x := range c.r.Journey.Exits {
		out = append(out, x.Reason.Value)
	}
	for s := range journey.Walk(c.r.Journey.Steps) {
		if l, ok := s.(*journey.Leave); ok {
			out = append(out, l.Reason.Value)
		}
	}
	return out
}

func (c *scenarioChecker) given(s scenario.Scenario) {
	p := c.cat.profile()
	for _, name := range slices.Sorted(maps.Keys(s.Given.Person)) {
		a, ok := p.Attribute(name)
		v := s.Given.Person[name]
		switch {
		case !ok:
			c.add(diag.BadPath.At(s.Name.Pos, "profile.yaml has no attribute called %q", name).Try("%s", nearby(name, p.Names())))
		case v.Kind() != jsonata.KindNothing && !fits(typeOfKind(v.Kind()), a.Type):
			c.add(diag.BadPath.At(s.Name.Pos, "%s is %s, and the scenario gives %s", name, article(a.Type), article(typeOfKind(v.Kind()))).
				Try("a text that looks like a number stands in quotes"))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.Given.Facts)) {
		if _, ok := p.Fact(name); !ok {
			c.add(diag.BadPath.At(s.Name.Pos, "profile.yaml has no fact called %q", name).Try("%s", nearby(name, p.Names())))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.Given.Scores)) {
		if _, ok := c.cat.model(name); !ok {
			c.add(diag.BadPath.At(s.Name.Pos, "there is no model called %q", name))
		}
	}
	for _, t := range s.Given.Consent {
		brand, purpose, other := strings.Cut(t.Value, ".")
		if !other {
			brand, purpose = c.r.Journey.Brand.Value, t.Value
		}
		b, ok := c.cat.brands().Brand(brand)
		if !ok {
			c.add(unknown(diag.UnknownBrand, diag.NewText(brand, t.Pos), "brand", c.cat.brands().BrandNames()))
			continue
		}
		if _, ok := b.Purpose(purpose); !ok {
			c.add(noPurpose(diag.NewText(purpose, t.Pos), b))
		}
	}
}

// payloads checks the events of a scenario against their contracts, with what is
// left out taken from the sample.
func (c *scenarioChecker) payloads(s scenario.Scenario) {
	if kind := c.r.Journey.Enter.Event.Value; kind != "" && s.Enter.Kind() != jsonata.KindNothing {
		if contract, ok := c.cat.event(kind); ok {
			c.keeps(contract, s.Enter, s.Name)
		}
	}
	for _, e := range s.Events {
		if contract, ok := c.cat.event(e.Kind.Value); ok {
			c.keeps(contract, e.Data, e.Kind)
			continue
		}
		if e.Kind.IsZero() {
			continue
		}
		name, outcome, _ := strings.Cut(e.Kind.Value, ".")
		step, ok := c.r.Step[name]
		if !ok {
			c.add(unknown(diag.UnknownEvent, e.Kind, "event", append(c.cat.kinds(), c.mails...)))
			continue
		}
		if !slices.ContainsFunc(journey.Outcomes(step.Kind()), func(o journey.Outcome) bool { return o.Await && o.Name == outcome }) {
			c.add(diag.UnknownOutcome.At(e.Kind.Pos, "nothing called %q can come of %s", outcome, name))
		}
	}
}

func (c *scenarioChecker) keeps(contract *events.Contract, data jsonata.Value, at diag.Text) {
	for _, b := range contract.Validate(contract.Filled(data).AppendJSON(nil)) {
		c.add(diag.BadPath.At(at.Pos, "%s breaks its contract: %s", contract.Kind, b))
	}
	for name := range data.Members() {
		if _, ok := contract.Field(name); !ok {
			c.add(diag.BadPath.At(at.Pos, "%s has no field %q", contract.Kind, name).Try("%s", nearby(name, contract.Root.Names())))
		}
	}
}
