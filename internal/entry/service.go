package entry

import (
	"context"
	"errors"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/task"
)

// Service carries the protocol out: read, decide, one commit, act. Every method
// may be called again after any failure.
type Service struct {
	Store    senda.Store
	Machines senda.Machines
	Clock    senda.Clock
	Rules    Rules
	// Match evaluates conditions.
	Match Match
	// Ends computes when the pauses that may follow end, for a step that ended at
	// the journey time at.
	Ends func(ctx context.Context, e senda.Entry, next map[string]senda.PauseSpec, at time.Time) (map[string]senda.Due, error)
	// Release adds to the writes of the commit that ends an entry those that release
	// what it holds reserved, and returns them all: the commit may have touched the same
	// records already. Nil releases nothing.
	Release func(ctx context.Context, e senda.Entry, writes []senda.Write) ([]senda.Write, error)
	// Ended is told that an entry has ended, after the commit that ended it, and again
	// when the request that did comes again: whoever dies in between, or is answered
	// Unavailable since Ended failed, makes it good by the retry. The same entry has
	// ended each time, at the same LeftAt for the same Reason. Of every end it is told
	// but of a restart: who is restarted has not left, they walk again from the start.
	// What happens to an ended entry later, such as a credit, is no end. Nil tells nobody.
	Ended func(ctx context.Context, e senda.Entry) error
	// Undo lists the writes that take back the offers a claim spent, once it is
	// known that the message did not leave: reserved once more when the step will be
	// tried again, released otherwise. Nil takes nothing back.
	Undo func(ctx context.Context, c senda.Claim, again bool) ([]senda.Write, error)
	// Backoff waits before the next of several tries (from 1) after a conflict; nil
	// does not wait.
	Backoff func(ctx context.Context, try int) error
	// Holder names one attempt to send, unlike any other; nil names none, and an
	// attempt whose commit went unanswered then takes itself for a stranger.
	Holder func() string
}

// Tries is how often a decision is made again after conflicts, before the
// caller is told.
const Tries = 8

// run decides and commits until it succeeds, then acts.
func (s *Service) run(ctx context.Context, o op) (plan, error) {
	for try := 1; ; try++ {
		p, err := o(ctx, s.Store, s.Clock.Now())
		if err == nil {
			err = s.commit(ctx, p)
		}
		if err == nil {
			return p, s.act(ctx, p)
		}
		// An unsure commit is read again like a conflict: what it did is then seen.
		if code := senda.CodeOf(err); try >= Tries || !code.Retryable() && code != senda.Unsure {
			return plan{}, err
		}
		if s.Backoff != nil {
			if err := s.Backoff(ctx, try); err != nil {
				return plan{}, err
			}
		}
	}
}

func (s *Service) commit(ctx context.Context, p plan) error {
	w := p.all()
	if s.Release != nil && p.after.Status == senda.StatusEnded && p.before.Status != senda.StatusEnded {
		var err error
		if w, err = s.Release(ctx, p.after, w); err != nil {
			return err
		}
	}
	if len(w) == 0 {
		return nil
	}
	return s.Store.Commit(ctx, w...)
}

// act does what the commit allowed, and ends with what the caller is told.
func (s *Service) act(ctx context.Context, p plan) error {
	if p.answer != nil {
		if err := s.give(ctx, *p.answer); err != nil {
			return err
		}
	}
	if p.start != nil {
		if err := s.startOne(ctx, *p.start); err != nil {
			return err
		}
	}
	if p.left() {
		if err := s.tell(ctx, p.after); err != nil {
			return err
		}
	}
	return p.err
}

// tell tells of an entry that has ended, and never undoes that.
func (s *Service) tell(ctx context.Context, e senda.Entry) error {
	if s.Ended == nil || e.Reason == senda.LeftRestarted {
		return nil
	}
	if err := s.Ended(ctx, e); err != nil {
		return senda.Wrap(senda.Unavailable, "tell that entry "+string(e.ID)+" has ended", err)
	}
	return nil
}

// give answers the callback task of a pause. That nobody waits for it any more
// is as good: the entry says how the pause ended.
func (s *Service) give(ctx context.Context, a answer) error {
	var r task.Reply
	leaving := a.pause.Over.How == senda.OverLeaving
	if !leaving {
		var err error
		if r, err = s.reply(ctx, a.entry, *a.pause.Over, a.pause.Next); err != nil {
			return err
		}
	}
	for _, token := range a.pause.Tokens {
		var err error
		if leaving {
			err = s.Machines.Fail(ctx, token, senda.Leaving)
		} else {
			err = s.Machines.Answer(ctx, token, r.Value())
		}
		if err != nil && senda.CodeOf(err) != senda.NotFound {
			return err
		}
	}
	return nil
}

func (s *Service) reply(ctx context.Context, e senda.Entry, o senda.Over, next map[string]senda.PauseSpec) (task.Reply, error) {
	r := task.Reply{At: o.At, Fields: task.PauseFields(o)}
	if len(next) == 0 {
		return r, nil
	}
	due, err := s.Ends(ctx, e, next, o.At)
	r.Due = due
	return r, err
}

func (s *Service) startOne(ctx context.Context, e senda.Entry) error {
	err := s.Machines.Start(ctx, senda.Start{
		Name: e.ID.Execution(e.Person), Person: e.Person, Entry: e.ID, Bundle: e.Bundle,
		Input: task.InputOf(e, e.First).Value(),
	})
	if err != nil {
		return err
	}
	_, err = s.run(ctx, s.starting(e.Person, e.ID))
	return err
}

// Enter lets somebody enter a journey and starts the execution. The answer says
// whether they entered; an error after that is mended by calling again or by Sweep.
func (s *Service) Enter(ctx context.Context, c Candidate) (Entering, error) {
	var d Entering
	_, err := s.run(ctx, s.entering(c, &d))
	return d, err
}

// Hear lets an event reach an entry: it may end it, end its pause, be kept for
// a pause to come, and count towards its goal.
func (s *Service) Hear(ctx context.Context, p senda.PersonID, id senda.EntryID, sig senda.Signal, in Interest) (senda.Entry, error) {
	done, err := s.run(ctx, s.hearing(p, id, sig, in))
	return done.after, err
}

// Leave makes an entry leave at its next acting step, as merging, erasure and a
// stopped journey do.
func (s *Service) Leave(ctx context.Context, p senda.PersonID, id senda.EntryID, reason string, at time.Time) error {
	_, err := s.run(ctx, s.marking(p, id, func(e senda.Entry) senda.Entry { return s.Rules.Leave(e, reason, at) }))
	return err
}

// End ends an entry whose execution will never go on: no step is left at which it could
// leave, and what it holds reserved is released now or never.
func (s *Service) End(ctx context.Context, p senda.PersonID, id senda.EntryID, reason string, at time.Time) error {
	mark := s.marking(p, id, func(e senda.Entry) senda.Entry { return s.Rules.End(e, reason, at) })
	_, err := s.run(ctx, func(ctx context.Context, store senda.Store, now time.Time) (plan, error) {
		p, err := mark(ctx, store, now)
		p.again = true
		return p, err
	})
	return err
}

// Pause serves the function of pauses and exits. The reply to a registration
// travels by the token; what is returned then is empty.
func (s *Service) Pause(ctx context.Context, q task.PauseRequest) (task.Reply, error) {
	switch q.Op {
	case task.OpRegister:
		_, err := s.run(ctx, s.registering(q))
		return task.Reply{At: q.At}, err
	case task.OpExpire:
		p, err := s.run(ctx, s.registering(q))
		if err != nil {
			return task.Reply{}, err
		}
		return s.reply(ctx, p.after, *p.over, q.Next)
	case task.OpExit:
		p, err := s.run(ctx, s.ending(q.Head))
		return task.Reply{At: later(p.after.LeftAt, q.At)}, err
	}
	return task.Reply{}, senda.Errorf(senda.Invalid, "pause "+q.Step, "there is no operation %q", q.Op)
}

// Unstarted is how long after the entry the sweeper starts what has no execution.
const Unstarted = 5 * time.Minute

// upTo is behind every place of an index that begins with an instant up to t.
func upTo(t time.Time) string { return senda.Stamp(t) + "~" }

// each shows every record of an index up to an instant, page by page, and
// gathers the errors: one that cannot be dealt with keeps nobody waiting.
func (s *Service) each(ctx context.Context, ix senda.Index, t time.Time, do func(senda.Record) error) error {
	const page = 500
	r := senda.IndexRange{Index: ix, To: upTo(t), Limit: page}
	var failed []error
	for {
		found, err := s.Store.Find(ctx, r)
		if err != nil {
			return errors.Join(append(failed, err)...)
		}
		for _, v := range found {
			failed = append(failed, do(v.Record))
			for _, k := range v.Record.Indexes() {
				if k.Index == ix {
					r.After = max(r.After, k.Sort)
				}
			}
		}
		if len(found) < page || r.After == "" {
			return errors.Join(failed...)
		}
	}
}

// Sweep starts the executions that a crash kept from starting, and ends entries
// that left before they had one. It returns how many it saw to, and all errors.
func (s *Service) Sweep(ctx context.Context) (int, error) {
	n := 0
	err := s.each(ctx, senda.IndexUnstarted, s.Clock.Now().Add(-Unstarted), func(stale senda.Record) error {
		e, _, ok, err := senda.Read[senda.Entry](ctx, s.Store, stale.Key())
		switch {
		case err != nil, !ok, e.Started, e.Status == senda.StatusEnded:
			return err
		case e.Status == senda.StatusActive:
			n++
			return s.startOne(ctx, e)
		}
		n++
		// Told first as well: once it has ended no sweep finds it again, and how it ends
		// has been decided since it began to leave.
		if err := s.tell(ctx, s.Rules.End(e, e.Reason, e.LeftAt)); err != nil {
			return err
		}
		_, err = s.run(ctx, s.ending(task.Head{Person: e.Person, Entry: e.ID, At: e.LeftAt}))
		if senda.CodeOf(err) == senda.Leaving {
			return nil // it has ended, which is all that was wanted
		}
		return err
	})
	return n, err
}
