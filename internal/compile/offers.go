package compile

import (
	"slices"
	"strings"

	"github.com/senda-dev/senda/internal/diag"
	"github.com/senda-dev/senda/internal/journey"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/mail/liquid"
	"github.com/senda-dev/senda/internal/offer"
	"github.com/senda-dev/senda/internal/plan"
)

// NoOffer is a mail that shows an offer on a way on which none may have been chosen.
const NoOffer diag.Code = "E016"

// offerField is what a mail may show of an offer of these slots: what any of their offers
// lacks may be missing.
func (r *reader) offerField(slots ...string) liquid.Field {
	fields := map[string]liquid.Field{}
	for _, name := range []string{"name", "title", "text", "terms", "code", "currency"} {
		fields[name] = liquid.Field{Type: liquid.TextType}
	}
	fields["value"] = liquid.Field{Type: liquid.NumberType}
	fields["until"] = liquid.Field{Type: liquid.DateType}
	fields["chosen"] = liquid.Field{Type: liquid.BoolType}
	lacks := func(field string, missing bool) {
		if missing {
			f := fields[field]
			f.Maybe = true
			fields[field] = f
		}
	}
	for _, name := range slots {
		for _, o := range r.candidates(name) {
			lacks("title", len(o.Title) == 0)
			lacks("text", len(o.Text) == 0)
			lacks("terms", len(o.Terms) == 0)
			lacks("code", o.Code == "")
			lacks("until", o.Valid.IsZero())
		}
	}
	return liquid.Field{Type: liquid.GroupType, Fields: fields}
}

// candidates are the offers that a slot may choose, its fallback among them.
func (r *reader) candidates(slot string) []offer.Offer {
	book := r.house.Catalog.Offers
	if book == nil {
		return nil
	}
	s, _ := book.Slot(slot)
	names := s.Offers
	if s.Fallback.Value != "" {
		names = append(slices.Clip(names), s.Fallback)
	}
	var out []offer.Offer
	for _, n := range names {
		if o, ok := book.Offer(n.Value); ok {
			out = append(out, o)
		}
	}
	return out
}

// chosen proves that every offer which a mail shows was chosen on every way to it, or
// says which may not have been: the mail could not be written for those people.
func (r *reader) chosen(j *Journey) diag.List {
	p := prover{r: r, j: j, shows: map[journey.Step]*plan.Task{}}
	for _, n := range j.Plan.Nodes {
		if t, ok := n.(*plan.Task); ok && len(t.Offers) > 0 {
			p.shows[t.Step] = t
		}
	}
	p.block(j.Resolved.Journey.Steps, nil)
	return p.found
}

type prover struct {
	r     *reader
	j     *Journey
	shows map[journey.Step]*plan.Task
	found diag.List
}

// block walks steps with the offers that are chosen for sure when they begin.
func (p *prover) block(steps []journey.Step, sure []string) {
	for _, s := range steps {
		here := slices.Concat(sure, asks(s.Common().If))
		switch s := s.(type) {
		case *journey.Offer:
			if s.If == nil && p.always(s.Slot.Value) {
				sure = append(slices.Clip(sure), s.Name)
			}
		case *journey.Email:
			p.email(s, here)
		case *journey.If:
			p.block(s.Then, slices.Concat(here, asks(s.Cond)))
			p.block(s.Otherwise, here)
		case *journey.Branch:
			for _, a := range s.Arms {
				p.block(a.Then, slices.Concat(here, asks(a.Cond)))
			}
			p.block(s.Otherwise, here)
		default:
			for _, b := range journey.Blocks(s) {
				p.block(b, here)
			}
		}
	}
}

// always says whether a slot gives everybody something.
func (p *prover) always(slot string) bool {
	if p.r.house.Catalog.Offers == nil {
		return false
	}
	s, ok := p.r.house.Catalog.Offers.Slot(slot)
	return ok && !s.Fallback.IsZero()
}

func (p *prover) email(s *journey.Email, sure []string) {
	t := p.shows[s]
	if t == nil || slices.ContainsFunc(p.j.uses(s), func(u string) bool { return strings.HasSuffix(u, ".chosen") }) {
		return // it shows none, or asks itself
	}
	for _, o := range t.Offers {
		if !slices.Contains(sure, o) {
			p.found.Add(NoOffer.At(s.Mail.Pos, "%s shows the offer of %s, which may not have been chosen on the way here", s.Mail.Value, o).
				Try("send it if: %s.chosen", o).Try("or give the slot a fallback"))
		}
	}
}

// asks are the offers that have been chosen for sure where a condition holds: those
// that it asks for and joins to the rest with "and".
func asks(e *journey.Expr) []string {
	if e == nil || e.Tree == nil {
		return nil
	}
	var out []string
	for _, n := range joined(e.Tree.Root) {
		for _, r := range e.Refs {
			if at := n.Span(); r.Kind == journey.RefOffer && r.Path[0] == "chosen" && at.Pos == r.From && at.End == r.To {
				out = append(out, r.Step)
			}
		}
	}
	return out
}

// joined are the parts of an expression that must all hold.
func joined(n jsonata.Node) []jsonata.Node {
	switch n := n.(type) {
	case *jsonata.Block:
		if len(n.Parts) == 1 {
			return joined(n.Parts[0])
		}
	case *jsonata.Binary:
		if n.Op == "and" {
			return append(joined(n.Left), joined(n.Right)...)
		}
	}
	return []jsonata.Node{n}
}
