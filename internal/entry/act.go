package entry

import (
	"context"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/task"
)

// Deed is what an acting step wants written.
type Deed struct {
	Record *senda.StepRecord
	Writes []senda.Write
	// Leave, if any, ends the entry with this reason instead of going on.
	Leave string
}

// Act carries out an acting step: the entry is active, a pause before it is
// over, and both hold when what the step does is written. do may be called more
// than once and is told the journey time; nil does nothing but arrive; it is not
// called when an earlier attempt of this step has ended the entry. Act returns the
// entry and the journey time, or Senda.Leaving.
func (s *Service) Act(ctx context.Context, h task.Head, do func(ctx context.Context, e senda.Entry, at time.Time) (Deed, error)) (senda.Entry, time.Time, error) {
	var at time.Time
	p, err := s.run(ctx, func(ctx context.Context, store senda.Store, now time.Time) (plan, error) {
		at = Now(h.Pace, h.At, now)
		p, err := read(ctx, store, h.Person, h.Entry)
		if err != nil {
			return p, err
		}
		if h.End != "" && p.before.Status == senda.StatusEnded && p.before.Reason == h.End {
			p.again = true
			return p, nil // this step ended it, and its answer was lost
		}
		if p = s.arriving(p, h, at); p.err != nil {
			return p, nil //nolint:nilerr // the refusal travels in the plan
		}
		var d Deed
		if do != nil {
			if d, err = do(ctx, p.after, at); err != nil {
				return p, err
			}
		}
		p.writes = d.Writes
		if d.Record != nil {
			p.writes = append(p.writes, put(*d.Record))
		}
		return s.conclude(p, h, d.Leave, at), nil
	})
	return p.after, at, err
}

// conclude ends the entry where the step is the last that acts, or finds a
// reason to leave, and guards its writes with the entry.
func (s *Service) conclude(p plan, h task.Head, leave string, at time.Time) plan {
	switch {
	case leave != "":
		p.after, p.change = s.Rules.End(p.after, leave, at), true
		p.err = leaving(p.after)
	case h.End != "":
		p = s.finish(p, h, at)
	case !p.change && len(p.writes) > 0:
		p.writes = append(p.writes, senda.Check(p.after.Key(), p.version))
	}
	return p
}

// Decide stores the decision of a step before anybody hears of it, and returns
// the stored one to every later attempt. choose returns the decision and what
// is written with it, such as counters.
func (s *Service) Decide(ctx context.Context, h task.Head, choose func(ctx context.Context, e senda.Entry, at time.Time) (senda.Decision, Deed, error)) (senda.Decision, error) {
	key := senda.DecisionKey(h.Person, h.Entry, h.Step, h.N)
	var d senda.Decision
	_, _, err := s.Act(ctx, h, func(ctx context.Context, e senda.Entry, at time.Time) (Deed, error) {
		stored, _, ok, err := senda.Read[senda.Decision](ctx, s.Store, key)
		if err != nil || ok {
			d = stored
			return Deed{}, err
		}
		var deed Deed
		if d, deed, err = choose(ctx, e, at); err != nil {
			return Deed{}, err
		}
		deed.Writes = append(deed.Writes, senda.Put(d, 0))
		return deed, nil
	})
	if err == nil && d.Step == "" { // the step ended the entry in an earlier attempt
		d, _, _, err = senda.Read[senda.Decision](ctx, s.Store, key)
	}
	return d, err
}
