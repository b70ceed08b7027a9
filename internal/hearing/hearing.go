// Package hearing tells a person's entries what happened: it finds the entries
// that an event may matter to, asks the conditions of their exits and goals,
// and lets the protocol of package entry do the rest.
package hearing

import (
	"context"
	"slices"
	"strings"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/condition"
	"github.com/senda-dev/senda/internal/entry"
	"github.com/senda-dev/senda/internal/facts"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/money"
)

// Service tells entries.
type Service struct {
	Store      senda.Store
	Entries    *entry.Service
	Bundles    bundle.Bundles
	Conditions *condition.Cache
	// Currency is in which money of a brand's events counts.
	Currency func(brand string) money.Currency
}

// News is an event as entries hear of it.
type News struct {
	Ref  senda.Ref
	Kind string
	// Time is when it happened, At the journey time of its arrival.
	Time, At time.Time
	// Step names the mail or the offer of an outcome, and Entry the entry whose step it
	// is: others hear of the event without the step. Empty for other events.
	Step  string
	Entry senda.EntryID
	// Data is the payload with what is personal, which conditions of exits and
	// goals may read; Public without, which is all that an entry keeps.
	Data, Public jsonata.Value
	// Late: it arrived later than its contract allows. Exits and goals count at any
	// age; awaits do not wake.
	Late bool
}

// Tell tells every entry of the person, those that have ended and still have an
// open goal too. What became of a mail or an offer it tells the entry that the
// event names, and nobody when a machine opened or clicked. It may be repeated. One entry that fails does not keep the others
// from hearing; the first error is returned, for the event to be delivered again.
func (s *Service) Tell(ctx context.Context, v *facts.View, n News) error {
	if outcome(n.Kind) {
		return s.tellOutcome(ctx, v, n)
	}
	var first error
	r := senda.Range{Kind: senda.KindEntry, Part: string(v.Person.ID)}
	for {
		page, err := s.Store.Range(ctx, r)
		if err != nil {
			return err
		}
		for _, got := range page {
			e, _, _, err := senda.As[senda.Entry](got)
			if err == nil {
				err = s.TellOne(ctx, v, e, n)
			}
			if err != nil && first == nil {
				first = err
			}
			r.After = string(e.ID)
		}
		if len(page) < senda.LimitOr(r.Limit) {
			return first
		}
	}
}

// outcome says that a kind of event tells what became of a step; see task.OutcomeEvent.
func outcome(kind string) bool {
	return strings.HasPrefix(kind, "mail.") || strings.HasPrefix(kind, "offer.")
}

func (s *Service) tellOutcome(ctx context.Context, v *facts.View, n News) error {
	if n.Data.Get("machine").Bool() {
		return nil
	}
	e, _, ok, err := senda.Read[senda.Entry](ctx, s.Store, senda.EntryKey(v.Person.ID, senda.EntryID(n.Data.Get("entry").Str())))
	if err != nil || !ok {
		return err
	}
	n.Step = n.Data.Get("step").Str()
	return s.TellOne(ctx, v, e, n)
}

// TellOne tells one entry, as read.
func (s *Service) TellOne(ctx context.Context, v *facts.View, e senda.Entry, n News) error {
	if n.Entry != "" && n.Entry != e.ID {
		n.Step = "" // a step of the same name, of somebody else's journey
	}
	if e.Event == n.Ref {
		return nil // the event that started an entry neither ends nor rewards it
	}
	if e.Status == senda.StatusEnded && !e.Goal.Open(n.Time) && !slices.Contains(e.Heard, n.Ref) {
		return nil // unless it comes again: whoever heard it may have died before the machine was answered
	}
	b, err := s.Bundles.Bundle(ctx, e.Bundle)
	if err != nil {
		return err
	}
	if !b.ListensTo(n.Kind) {
		return nil
	}
	in, err := s.interest(ctx, v, b, &e, n)
	if err != nil {
		return err
	}
	_, err = s.Entries.Hear(ctx, e.Person, e.ID, senda.Signal{
		Ref: n.Ref, Kind: n.Kind, Time: n.Time, At: n.At, Step: n.Step, Data: n.Public,
	}, in)
	return err
}

// interest is what the journey makes of this one event: of exits and goal only
// what holds, asked here where the whole event and the person can be read.
func (s *Service) interest(ctx context.Context, v *facts.View, b *bundle.Bundle, e *senda.Entry, n News) (entry.Interest, error) {
	in := entry.Interest{Late: n.Late}
	goal := false
	if g := b.Goal; g != nil && g.Event == n.Kind {
		var err error
		if goal, err = s.holds(ctx, v, b, e, n, g.If); err != nil {
			return in, err
		}
		if goal && e.Goal.Open(n.Time) {
			amount, currency, err := s.worth(ctx, v, b, e, n)
			if err != nil {
				return in, err
			}
			in.Goal = &senda.Listen{Event: n.Kind}
			in.Value = func(senda.Entry, senda.Signal) (int64, string) { return amount, currency }
		}
	}
	if e.Status == senda.StatusEnded {
		return in, nil
	}
	for _, x := range b.Exits {
		holds := goal && x.Event == senda.GoalEvent
		if x.Event == n.Kind {
			var err error
			if holds, err = s.holds(ctx, v, b, e, n, x.If); err != nil {
				return in, err
			}
		}
		if holds {
			in.Exits = []entry.Exit{{Listen: senda.Listen{Event: n.Kind}, Reason: x.Reason}}
			break
		}
	}
	if !n.Late {
		in.Awaits = []senda.Listen{{Event: n.Kind}}
	}
	return in, nil
}

func (s *Service) holds(ctx context.Context, v *facts.View, b *bundle.Bundle, e *senda.Entry, n News, text string) (bool, error) {
	if text == "" {
		return true, nil
	}
	c, roots, err := s.prepare(ctx, v, b, e, n, text)
	if err != nil {
		return false, err
	}
	return c.Holds(&roots), nil
}

// worth is what the event is worth to the goal. A value that is missing or no
// number is worth nothing: the goal is reached all the same.
func (s *Service) worth(ctx context.Context, v *facts.View, b *bundle.Bundle, e *senda.Entry, n News) (int64, string, error) {
	if b.Goal.Value == "" {
		return 0, "", nil
	}
	c, roots, err := s.prepare(ctx, v, b, e, n, b.Goal.Value)
	if err != nil {
		return 0, "", err
	}
	currency := money.Currency("EUR")
	if s.Currency != nil {
		currency = s.Currency(b.Brand)
	}
	amount, err := c.Eval(&roots)
	if err != nil || amount.Kind() != jsonata.KindNumber {
		return 0, string(currency), nil //nolint:nilerr // see above
	}
	return minor(amount.Num(), currency), string(currency), nil
}

func (s *Service) prepare(ctx context.Context, v *facts.View, b *bundle.Bundle, e *senda.Entry, n News, text string) (*condition.Condition, condition.Roots, error) {
	c, err := s.Conditions.Compiled(text)
	if err != nil {
		return nil, condition.Roots{}, err
	}
	roots, err := v.Roots(ctx, b.Condition(text), e)
	roots.Event = n.Data
	return c, roots, err
}
