package compile

import (
	"maps"
	"slices"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/brand"
	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/emit"
	"github.com/senda-dev/senda/internal/journey"
	"github.com/senda-dev/senda/internal/plan"
	"github.com/senda-dev/senda/internal/task"
)

func (r *reader) brand(name string) (*brand.Brand, bool) {
	if r.house.Catalog.Brands == nil {
		return nil, false
	}
	return r.house.Catalog.Brands.Brand(name)
}

// packer fills a bundle and notes what its conditions read.
type packer struct {
	*bundle.Bundle
	r *reader
	j *Journey
}

// pack makes the bundle of a journey without errors.
func (r *reader) pack(j *Journey) *bundle.Bundle {
	h := j.Resolved.Journey
	p := packer{&bundle.Bundle{
		Journey: h.Name.Value, Note: h.Note.Value, Owner: h.Owner.Value,
		Brand: h.Brand.Value, Family: j.Resolved.Family, Purpose: h.Purpose.Value, Class: r.class(h.Brand.Value, h.Purpose.Value),
		Priority: h.Priority, Runs: bundle.Runs{From: h.Runs.From, To: h.Runs.To},
		Holdout: int(h.Holdout.Share), WhyNone: h.Holdout.Why.Value, Listens: j.Resolved.Listens, First: j.Plan.First,
		Machine: string(j.Machine.Encode()), Mails: j.Mails, Conditions: map[string]bundle.Condition{}, Contracts: map[string]int{},
	}, r, j}
	p.enter(h.Enter)
	for _, e := range h.Exits {
		p.Exits = append(p.Exits, bundle.Exit{Event: e.Event.Value, If: p.condition(e.If, ""), Reason: e.Reason.Value})
	}
	if g := h.Goal; g != nil {
		p.Goal = &bundle.Goal{
			Event: g.Event.Value, If: p.condition(g.If, ""), Value: p.value(g.Value), Within: g.Within, FromEntry: g.FromEntry,
		}
	}
	for _, s := range j.Plan.Steps {
		p.step(s)
	}
	for _, n := range j.Plan.Nodes {
		if f, ok := n.(*plan.Facts); ok {
			for _, name := range slices.Sorted(maps.Keys(f.Reads.Is)) {
				p.condition(f.Reads.Is[name].Expr, f.Reads.Is[name].Event)
			}
		}
	}
	for _, kind := range append(slices.Clone(p.Listens), p.Enter.Event) {
		if set := r.house.Catalog.Events; set != nil {
			if c, ok := set.Contract(kind); ok {
				p.Contracts[kind] = c.Version
			}
		}
	}
	return p.Bundle
}

func (r *reader) class(brand, purpose string) senda.Class {
	if b, ok := r.brand(brand); ok {
		if p, ok := b.Purpose(purpose); ok {
			return p.Class
		}
	}
	return senda.Marketing
}

// condition emits a condition and notes what it reads.
func (p packer) condition(e *journey.Expr, event string) string {
	return p.note(emit.Condition(e, event), e, event)
}

func (p packer) value(e *journey.Expr) string { return p.note(emit.Value(e), e, "") }

func (p packer) note(text string, e *journey.Expr, event string) string {
	if text == "" {
		return ""
	}
	reads := plan.Of(event, e)
	c := bundle.Condition{
		Attributes: reads.Attributes, Facts: reads.Facts, Consent: reads.Consent, Mails: reads.Mails,
		Event: reads.Event, Entry: reads.Entry,
	}
	for _, s := range reads.Steps {
		c.With = append(c.With, task.Variable(s))
	}
	p.Conditions[text] = c
	return text
}

func (p packer) enter(e journey.Enter) {
	p.Enter = bundle.Enter{
		Event: e.Event.Value, If: p.condition(e.If, ""), Each: p.value(e.Each), Audience: e.Audience.Value, Schedule: e.Schedule,
		Restart: e.Meanwhile == journey.Restart,
	}
	switch e.Again.Kind {
	case journey.AgainAtOnce:
		p.Enter.Again.Kind = bundle.AtOnce
	case journey.AgainAfter:
		p.Enter.Again = bundle.Again{Kind: bundle.After, After: e.Again.Span}
	default:
		p.Enter.Again.Kind = bundle.Never
	}
}

func (p packer) step(s plan.Step) {
	out := bundle.Step{Name: s.Common().Name, Kind: s.Kind().String(), Seq: s.Seq, Ahead: s.Ahead}
	switch s := s.Step.(type) {
	case *journey.Wait:
		out.About = s.For.String()
	case *journey.Await:
		for _, l := range emit.Listens(s) {
			if l.If != "" {
				p.condition(s.Match, "")
			}
		}
		out.About = s.For.String()
	case *journey.Split:
		split := bundle.Split{Name: s.Name}
		for _, w := range s.Ways {
			split.Ways = append(split.Ways, bundle.Way{Name: w.Name.Value, Share: int(w.Share)})
		}
		p.Splits = append(p.Splits, split)
	case *journey.Score:
		out.About = s.Model.Value
	case *journey.Offer:
		out.About = s.Slot.Value
		p.slot(s.Slot.Value)
	case *journey.Email:
		out.About, out.Brand, out.Purpose = s.Mail.Value, s.Brand.Value, s.Purpose.Value
		out.Class = p.r.class(out.Brand, out.Purpose)
		out.Policy = senda.PolicyOf(out.Class)
	case *journey.Set:
		out.About = s.Attr.Value
	case *journey.Emit:
		out.About = s.Event.Value
	case *journey.Leave:
		out.About = s.Reason.Value
	}
	p.Steps = append(p.Steps, out)
}

// slot pins a slot with its offers.
func (p packer) slot(name string) {
	book := p.r.house.Catalog.Offers
	if _, pinned := p.Slot(name); pinned || book == nil {
		return
	}
	s, ok := book.Slot(name)
	if !ok {
		return
	}
	slot := bundle.Slot{Name: name, Fallback: s.Fallback.Value}
	names := make([]string, 0, len(s.Offers)+1)
	for _, o := range s.Offers {
		slot.Offers = append(slot.Offers, o.Value)
		names = append(names, o.Value)
	}
	if slot.Fallback != "" {
		names = append(names, slot.Fallback)
	}
	p.Slots = append(p.Slots, slot)
	for _, n := range names {
		o, ok := book.Offer(n)
		if _, pinned := p.Offer(n); pinned || !ok {
			continue
		}
		p.Offers = append(p.Offers, bundle.Offer{
			Name: n, Brand: o.Brand.Value, If: p.condition(o.If, ""), Currency: string(o.Value.Currency), Value: o.Value.Minor, Cost: o.Cost.Minor,
			PerPerson: o.PerPerson.N, PerPersonIn: o.PerPerson.In, Total: o.Total, Budget: o.Budget.Money.Minor, BudgetIn: o.Budget.In,
			Valid: o.Valid, Code: o.Code, Title: o.Title, Text: o.Text, Terms: o.Terms,
		})
	}
}
