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

// read is what a choice read, in the order of its keys, and what it makes of it.
type read struct {
	sight  sight
	limits *limits
	guard  senda.Versioned
	counts []senda.Versioned // as limits.keys
}

// look reads what the rules ask for and applies them.
func (s *Service) look(ctx context.Context, m *menu, e *senda.Entry, at time.Time) (read, error) {
	r := read{limits: m.bounds(at), sight: make(sight, len(m.dishes))}
	// The guard is read before the decisions that it guards. All but the counters come last.
	keys := make([]senda.Key, 0, len(r.limits.keys)+3)
	keys = append(append(keys, r.limits.keys...), guardKey(e.Person), senda.ConsentKey(e.Person))
	if m.personal {
		keys = append(keys, senda.PersonKey(e.Person))
	}
	got, err := s.Store.Get(ctx, keys...)
	if err != nil {
		return r, err
	}
	n := len(r.limits.keys)
	r.counts, r.guard = got[:n], got[n]
	head, _, _, err := senda.As[senda.ConsentHead](got[n+1])
	if err != nil {
		return r, err
	}
	if head.Objected && m.class == senda.Marketing {
		for i := range r.sight {
			r.sight[i] = ReasonObjected
		}
		return r, nil
	}
	counts := r.counts
	for i := range m.dishes {
		of := r.limits.of[i]
		if r.sight[i] = m.dishes[i].reason; r.sight[i] == "" {
			if r.sight[i], err = room(of, counts); err != nil {
				return r, err
			}
		}
		counts = counts[len(of):]
	}
	if !m.ruled {
		return r, nil
	}
	p := senda.Person{ID: e.Person}
	if m.personal {
		if p, _, _, err = senda.As[senda.Person](got[n+2]); err != nil {
			return r, err
		}
	}
	return r, s.person(ctx, m, e, p, head, at, r.sight)
}

// hand puts what was read of a dish's limits on the sheet, so that what is written
// rests on it.
func (r *read) hand(to *sheet, p senda.PersonID, dish int) {
	to.know(guardKey(p), r.guard)
	from := 0
	for i := range dish {
		from += len(r.limits.of[i])
	}
	for k, b := range r.limits.of[dish] {
		to.know(b.key, r.counts[from+k])
	}
}

// person applies the rules that are about this one person.
func (s *Service) person(ctx context.Context, m *menu, e *senda.Entry, p senda.Person, head senda.ConsentHead, at time.Time, out sight) error {
	view := s.Reader.View(p, at)
	view.KnowHead(head)
	roots, err := view.Roots(ctx, m.needs, e)
	if err != nil {
		return err
	}
	var had []senda.Decision
	known := false
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
		if !known {
			if had, err = decisions(ctx, s.Store, e.Person, ""); err != nil {
				return err
			}
			known = true
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
	dish       int           // which it is, of one that was drawn
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
	c.offer, c.dish, c.propensity = &m.dishes[i].offer, i, p
	return c
}
