package entry

import (
	"context"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/task"
)

// read gets the entry into a plan.
func read(ctx context.Context, store senda.Store, p senda.PersonID, id senda.EntryID) (plan, error) {
	e, v, ok, err := senda.Read[senda.Entry](ctx, store, senda.EntryKey(p, id))
	if err != nil {
		return plan{}, err
	}
	if !ok {
		return plan{}, missing(p, id)
	}
	return plan{before: e, after: e, version: v}, nil
}

// registering begins a pause, or asks how it ended when the request is to expire it.
func (s *Service) registering(q task.PauseRequest) op {
	return func(ctx context.Context, store senda.Store, now time.Time) (plan, error) {
		p, err := read(ctx, store, q.Person, q.Entry)
		if err != nil {
			return p, err
		}
		expire := q.Op == task.OpExpire
		var r Registered
		p.after, r = s.Rules.Register(p.before, pauseOf(q), expire || !now.Before(q.Due.Real), s.Match)
		p.change, p.ended, p.over = !r.Stale, r.Before, r.Over
		switch {
		case r.Leaving:
			p.change = p.before.Status != p.after.Status
			p.err = leaving(p.after)
		case r.Stale:
			p.err = senda.Errorf(senda.NotFound, "pause "+q.Step, "the execution is past it")
		case r.Over != nil && !expire:
			p.answer = &answer{p.after, *p.after.Pause}
		case r.Over != nil && p.before.Pause != nil && p.before.Pause.Over != nil && order(*p.before.Pause, *p.after.Pause) == 0:
			p.change = false // asked again
		}
		return p, nil
	}
}

// hearing takes in an event.
func (s *Service) hearing(person senda.PersonID, id senda.EntryID, sig senda.Signal, in Interest) op {
	return func(ctx context.Context, store senda.Store, _ time.Time) (plan, error) {
		p, err := read(ctx, store, person, id)
		if err != nil {
			return p, err
		}
		if c, ok := worth(p.before, sig, in, s.Match); ok {
			p.after = s.Rules.Credit(p.before, c)
			p.change = len(p.after.Goal.Credits) != len(p.before.Goal.Credits)
		}
		var h Heard
		p.after, h = s.Rules.Hear(p.after, sig, in, s.Match)
		p.change = p.change || h.Changed
		if h.Answer {
			p.answer = &answer{p.after, *p.after.Pause}
		}
		return p, nil
	}
}

// ending ends the entry, or finds that it has ended with this reason.
func (s *Service) ending(q task.Head) op {
	return func(ctx context.Context, store senda.Store, now time.Time) (plan, error) {
		p, err := read(ctx, store, q.Person, q.Entry)
		if err != nil {
			return p, err
		}
		if p.before.Status != senda.StatusActive {
			if p.before.Status == senda.StatusEnded && p.before.Reason == q.End {
				p.again = true
				return p, nil
			}
			return s.gone(p), nil
		}
		at := Now(q.Pace, q.At, now)
		p.after, _ = s.Rules.Arrive(p.before, q.Seq, at)
		return s.finish(p, q, at), nil
	}
}

// finish ends the entry as the step's request says, and notes the exit step that
// says so: no task of its own runs for it.
func (s *Service) finish(p plan, h task.Head, at time.Time) plan {
	if h.End == "" {
		return p
	}
	was := p.after.Status
	p.after = s.Rules.End(p.after, h.End, at)
	if p.after.Status == was {
		p.again = true
		return p
	}
	p.change = true
	if h.Exit != "" && p.after.Reason == h.End {
		seq := h.Seq
		if h.Exit != h.Step {
			seq++ // behind the step that took it over
		}
		p.writes = append(p.writes, put(senda.StepRecord{
			Person: h.Person, Entry: h.Entry, Seq: seq, Step: h.Exit, N: 1, Kind: "exit", At: at, Outcome: h.End,
		}))
	}
	return p
}

// gone ends an entry that is leaving, and tells the machine.
func (s *Service) gone(p plan) plan {
	p.after = s.Rules.End(p.before, p.before.Reason, p.before.LeftAt)
	p.change = p.after.Status != p.before.Status
	p.err = leaving(p.after)
	return p
}

// arriving lets an acting task begin; a plan with an err is for one that may not.
func (s *Service) arriving(p plan, h task.Head, at time.Time) plan {
	var ok bool
	p.after, ok = s.Rules.Arrive(p.before, h.Seq, at)
	if !ok {
		p.change = p.after.Status != p.before.Status
		p.err = leaving(p.after)
		return p
	}
	p.change = newlyOver(p.before.Pause, p.after.Pause)
	return p
}

// marking makes an entry leave, or ends it, from outside.
func (s *Service) marking(person senda.PersonID, id senda.EntryID, mark func(senda.Entry) senda.Entry) op {
	return func(ctx context.Context, store senda.Store, _ time.Time) (plan, error) {
		p, err := read(ctx, store, person, id)
		if err != nil {
			return p, err
		}
		p.after = mark(p.before)
		p.change = p.after.Status != p.before.Status
		return p, nil
	}
}

// starting notes that an execution exists. An entry that leaves before it has one needs none.
func (s *Service) starting(person senda.PersonID, id senda.EntryID) op {
	return func(ctx context.Context, store senda.Store, _ time.Time) (plan, error) {
		p, err := read(ctx, store, person, id)
		if err != nil {
			return p, err
		}
		p.change = !p.before.Started && p.before.Status != senda.StatusEnded
		p.after.Started = true
		return p, nil
	}
}

// entering lets somebody enter.
func (s *Service) entering(c Candidate, d *Entering) op {
	return func(ctx context.Context, store senda.Store, _ time.Time) (plan, error) {
		found, err := store.Range(ctx, senda.Range{
			Kind: senda.KindEntry, Part: string(c.Entry.Person),
			Prefix: senda.EntryPrefix(c.Entry.Journey, c.Entry.Each), Reverse: true, Limit: Kept,
		})
		if err != nil {
			return plan{}, err
		}
		past := make([]senda.Entry, len(found))
		for i, v := range found {
			if past[i], _, _, err = senda.As[senda.Entry](v); err != nil {
				return plan{}, err
			}
		}
		*d = s.Rules.Enter(past, c)
		var p plan
		switch d.Admission {
		case Restarted:
			p.before, p.after, p.version, p.change = past[0], *d.Left, found[0].Version, true
			p.writes = append(p.writes, senda.Put(d.Entry, 0))
		case Entered:
			p.writes = append(p.writes, senda.Put(d.Entry, 0))
		case Repeated, Inside, Before:
		}
		if d.Answer {
			p.answer = &answer{*d.Left, *d.Left.Pause}
		}
		if d.Admission != Inside && d.Admission != Before && !d.Entry.Started && d.Entry.Status == senda.StatusActive {
			p.start = &d.Entry
		}
		return p, nil
	}
}
