package choose

import (
	"context"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/bandit"
	"github.com/senda-dev/senda/internal/bundle"
)

// Why an offer could not be chosen, as Candidate.Reason says it.
const (
	// ReasonUnknown: the bundle does not hold it.
	ReasonUnknown = "unknown"
	// ReasonBrand: it is of a brand from which the step does not choose.
	ReasonBrand = "brand"
	// ReasonObjected: the person objected to profiling (GDPR Article 21), and a
	// choice that is learned is profiling.
	ReasonObjected = "objected"
	// ReasonCondition: the person is not among those who may have it.
	ReasonCondition = "condition"
	// ReasonPerson: the person has had as many as one person gets.
	ReasonPerson = "per-person"
	// ReasonTotal and ReasonBudget: all are given away, or the money of the period is.
	ReasonTotal  = "total"
	ReasonBudget = "budget"
)

// sight is what a choice looks at: why each dish cannot be chosen, empty where it can.
type sight []string

// look reads what the rules ask for and applies them.
func (s *Service) look(ctx context.Context, m *menu, sheet *sheet, e *senda.Entry, at time.Time) (sight, error) {
	// The guard is read before the decisions that it guards.
	keys := []senda.Key{senda.ConsentKey(e.Person), guardKey(e.Person)}
	if m.personal {
		keys = append(keys, senda.PersonKey(e.Person))
	}
	limits := m.bounds(at)
	keys = append(keys, limits.keys...)
	if err := sheet.load(ctx, keys...); err != nil {
		return nil, err
	}
	head, _, _, err := senda.As[senda.ConsentHead](sheet.at(keys[0]))
	if err != nil {
		return nil, err
	}
	out := make(sight, len(m.dishes))
	if head.Objected && m.class == senda.Marketing {
		for i := range out {
			out[i] = ReasonObjected
		}
		return out, nil
	}
	for i := range m.dishes {
		d := &m.dishes[i]
		if out[i] = d.reason; out[i] != "" {
			continue
		}
		if out[i], err = sheet.room(limits.of[i]); err != nil {
			return nil, err
		}
	}
	if !m.ruled {
		return out, nil
	}
	return out, s.person(ctx, m, sheet, e, at, head, out)
}

// person applies the rules that are about this one person.
func (s *Service) person(ctx context.Context, m *menu, sheet *sheet, e *senda.Entry, at time.Time, head senda.ConsentHead, out sight) error {
	p := senda.Person{ID: e.Person}
	if m.personal {
		var err error
		if p, _, _, err = senda.As[senda.Person](sheet.at(senda.PersonKey(e.Person))); err != nil {
			return err
		}
	}
	view := s.Reader.View(p, at)
	view.KnowHead(head)
	roots, err := view.Roots(ctx, m.needs, e)
	if err != nil {
		return err
	}
	var had []senda.Decision
	read := false
	for i := range m.dishes {
		d := &m.dishes[i]
		if out[i] != "" {
			continue
		}
		if d.cond != nil && !d.cond.Holds(&roots) {
			out[i] = ReasonCondition
			continue
		}
		if d.offer.PerPerson == 0 {
			continue
		}
		if !read {
			if had, err = decisions(ctx, s.Store, e.Person, ""); err != nil {
				return err
			}
			read = true
		}
		if count(had, &d.offer, at, s.zone(p)) >= d.offer.PerPerson {
			out[i] = ReasonPerson
		}
	}
	return nil
}

// zone is where the person's days begin.
func (s *Service) zone(p senda.Person) *time.Location {
	if s.Reader.Zone == nil {
		return time.UTC
	}
	return s.Reader.Zone(p)
}

// count is how many of an offer a person holds or was shown within its window.
// Nothing is decided in the future, but a test person's time is their own: a
// decision that seems to come later counts too.
func count(had []senda.Decision, o *bundle.Offer, at time.Time, zone *time.Location) int {
	var from time.Time
	if !o.PerPersonIn.IsZero() {
		from = o.PerPersonIn.Before(at, zone)
	}
	n := 0
	for i := range had {
		d := &had[i]
		takes := d.State == senda.Reserved || d.State == senda.Spent
		if takes && d.Offer == o.Name && (from.IsZero() || d.At.After(from)) {
			n++
		}
	}
	return n
}

// choice is what pick decides.
type choice struct {
	offer      *bundle.Offer // nil when there is nothing to choose
	fallback   bool
	propensity float64
	candidates []senda.Candidate
}

// pick draws among those eligible with a number u from [0, 1), or takes the
// fallback. It is a pure function.
func (m *menu) pick(seen sight, snapshot *bandit.Snapshot, u float64) choice {
	c := choice{propensity: 1, candidates: make([]senda.Candidate, len(m.dishes))}
	var eligible uint64
	for i := range m.dishes {
		c.candidates[i] = senda.Candidate{Offer: m.dishes[i].offer.Name, Reason: seen[i]}
		if seen[i] == "" {
			eligible |= 1 << i
		}
	}
	if eligible == 0 {
		c.offer, c.fallback = m.fallback, m.fallback != nil
		return c
	}
	i, p, _ := snapshot.Choose(eligible, u)
	for k, w := range snapshot.Propensities(eligible) {
		c.candidates[k].Propensity = w
	}
	c.offer, c.propensity = &m.dishes[i].offer, p
	return c
}
