package choose

import (
	"context"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/bandit"
	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/calendar"
	"github.com/senda-dev/senda/internal/condition"
	"github.com/senda-dev/senda/internal/task"
)

// menu is a slot of a bundle as one step may choose from it, prepared once.
type menu struct {
	class    senda.Class
	dishes   []dish
	fallback *bundle.Offer
	// needs is what the conditions of all dishes read together.
	needs bundle.Condition
	// ruled: some dish is not for everybody. personal: the person must be read to
	// know for whom.
	ruled, personal bool

	// today are the bounds of the last day that was asked for.
	today atomic.Pointer[limits]

	mu       sync.Mutex
	lesson   *lesson // of which drawn is made
	prepared *bandit.Snapshot
}

// dish is one candidate.
type dish struct {
	offer bundle.Offer
	cond  *condition.Condition // nil: everybody
	// reason is why nobody may have it at this step, empty when somebody may.
	reason string
}

type menuKey struct{ digest, slot, from string }

func (s *Service) menu(ctx context.Context, q task.ChooseRequest) (*menu, error) {
	key := menuKey{q.Bundle, q.Slot, strings.Join(q.From, " ")}
	if m, ok := s.menus.Load(key); ok {
		return m.(*menu), nil // only this function stores
	}
	b, err := s.Bundles.Bundle(ctx, q.Bundle)
	if err != nil {
		return nil, err
	}
	m, err := s.read(b, q)
	if err != nil {
		return nil, err
	}
	kept, _ := s.menus.LoadOrStore(key, m)
	return kept.(*menu), nil
}

func (s *Service) read(b *bundle.Bundle, q task.ChooseRequest) (*menu, error) {
	op := "choose for " + q.Step
	slot, ok := b.Slot(q.Slot)
	if !ok {
		return nil, senda.Errorf(senda.Invalid, op, "the bundle has no slot %q", q.Slot).WithHelp("compile the journey again")
	}
	if n := len(slot.Offers); n > bandit.MaxArms {
		return nil, senda.Errorf(senda.Invalid, op, "the slot has %d offers", n).WithHelp("a slot has at most %d", bandit.MaxArms)
	}
	from := q.From
	if len(from) == 0 {
		from = []string{b.Brand}
	}
	m := &menu{class: b.Class}
	for _, name := range slot.Offers {
		d, err := s.dish(b, name, from)
		if err != nil {
			return nil, senda.Wrap(senda.Invalid, op, err)
		}
		m.dishes = append(m.dishes, d)
		m.personal = m.personal || d.offer.PerPerson > 0
		m.ruled = m.ruled || d.cond != nil || d.offer.PerPerson > 0
		if d.cond != nil && d.reason == "" {
			m.need(b.Condition(d.offer.If))
		}
	}
	n := m.needs
	m.personal = m.personal || len(n.Attributes)+len(n.Facts)+len(n.Consent)+len(n.Mails) > 0
	if o, ok := b.Offer(slot.Fallback); ok && slices.Contains(from, o.Brand) {
		m.fallback = &o
	}
	return m, nil
}

func (s *Service) dish(b *bundle.Bundle, name string, from []string) (dish, error) {
	o, ok := b.Offer(name)
	if !ok {
		return dish{offer: bundle.Offer{Name: name}, reason: ReasonUnknown}, nil
	}
	d := dish{offer: o}
	if !slices.Contains(from, o.Brand) {
		d.reason = ReasonBrand
	}
	if o.If == "" {
		return d, nil
	}
	var err error
	d.cond, err = s.Conditions.Compiled(o.If)
	return d, err
}

func (m *menu) need(c bundle.Condition) {
	n := &m.needs
	n.Attributes, n.Facts = union(n.Attributes, c.Attributes), union(n.Facts, c.Facts)
	n.Consent, n.Mails = union(n.Consent, c.Consent), union(n.Mails, c.Mails)
}

func union(a, b []string) []string {
	for _, x := range b {
		if !slices.Contains(a, x) {
			a = append(a, x)
		}
	}
	return a
}

// snapshot is the menu under what was learned. It takes milliseconds to make and
// is made once an epoch.
func (m *menu) snapshot(l *lesson) (*bandit.Snapshot, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.lesson == l || len(m.dishes) == 0 {
		return m.prepared, nil
	}
	arms := make([]bandit.Arm, len(m.dishes))
	for i := range m.dishes {
		arms[i] = arm(&m.dishes[i].offer, l.of(m.dishes[i].offer.Name))
	}
	made, err := bandit.New(arms)
	if err != nil {
		return nil, senda.Wrap(senda.Invalid, "prepare the offers of a slot", err)
	}
	m.lesson, m.prepared = l, made
	return made, nil
}

// limits are the bounds of all dishes and the counters that they name.
type limits struct {
	day  string
	of   [][]bound
	keys []senda.Key
}

// bounds are those of an instant. They are the same for a whole day of UTC, unless
// some budget is for less than a day.
func (m *menu) bounds(at time.Time) *limits {
	day := at.UTC().Format(time.DateOnly)
	if l := m.today.Load(); l != nil && l.day == day {
		return l
	}
	l, daily := &limits{day: day, of: make([][]bound, len(m.dishes))}, true
	for i := range m.dishes {
		o := &m.dishes[i].offer
		l.of[i] = bounds(o, at)
		for _, b := range l.of[i] {
			l.keys = append(l.keys, b.key)
		}
		daily = daily && o.BudgetIn.Unit != calendar.Hours && o.BudgetIn.Unit != calendar.Minutes
	}
	if daily {
		m.today.Store(l)
	}
	return l
}

// arm is an offer as the bandit sees it: a use brings the value and takes the
// cost, and showing it is free. An offer that takes more than it brings is worth
// its expected loss, whatever the draw. The offers of a slot are of one currency.
func arm(o *bundle.Offer, p senda.Posterior) bandit.Arm {
	a := bandit.Arm{Alpha: p.Alpha, Beta: p.Beta}
	if net := float64(o.Value - o.Cost); net >= 0 {
		a.Value = net
	} else {
		a.Cost = -net * p.Alpha / (p.Alpha + p.Beta)
	}
	return a
}
