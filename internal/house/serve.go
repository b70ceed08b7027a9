package house

import (
	"context"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/intake"
)

// Timer returns a channel on which the clock's time comes after d, and a function that
// stops it; time.NewTimer in life.
type Timer func(d time.Duration) (<-chan time.Time, func() bool)

// Incoming is an event as it came over a wire, with whoever waits for its fate.
type Incoming struct {
	Body []byte
	// Done is told what came of it; an error means that it must be delivered again.
	Done func(intake.Result, error)
}

// SweepEvery is how often Serve sweeps.
const SweepEvery = time.Minute

// RetryAfter is how long Serve leaves a run of audiences alone that failed.
const RetryAfter = 10 * time.Second

// Serve carries the house on in real time until the context ends: events as they
// come, executions and audiences when they are due. One event follows the other, so that
// whatever it causes has happened when the next is looked at.
func (h *House) Serve(ctx context.Context, events <-chan Incoming, timer Timer, problem func(error)) error {
	s := &server{House: h, problem: problem, sweep: h.Clock.Now()}
	for {
		s.due(ctx)
		wait := s.wait(ctx)
		c, stop := timer(wait)
		select {
		case <-ctx.Done():
			stop()
			return nil
		case in, ok := <-events:
			stop()
			if !ok {
				events = nil
				continue
			}
			r, err := h.Intake.TakeRaw(ctx, in.Body)
			if err == nil {
				err = h.Runner.Settle(ctx)
			}
			in.Done(r, err)
		case <-c:
		}
	}
}

type server struct {
	*House
	problem func(error)
	sweep   time.Time
	// audiences is the instant before which audiences are not looked at, after a failure.
	audiences time.Time
}

// due does everything that is due now. What fails is told and tried again later:
// one person's trouble must not stand in the way of all others.
func (s *server) due(ctx context.Context) {
	try := func(err error) {
		if err != nil && ctx.Err() == nil {
			s.problem(err)
		}
	}
	now := s.Clock.Now()
	if !now.Before(s.audiences) {
		if _, err := s.Audience.Due(ctx, now); err != nil {
			s.audiences = now.Add(RetryAfter)
			try(err)
		}
	}
	try(s.Runner.Settle(ctx))
	if !now.Before(s.sweep) {
		s.sweep = now.Add(SweepEvery)
		try(s.Sweep(ctx))
	}
}

// wait is how long nothing is due.
func (s *server) wait(ctx context.Context) time.Duration {
	next := s.sweep
	if at, ok := s.Runner.Next(); ok && at.Before(next) {
		next = at
	}
	if plan, err := s.Audience.Plan(ctx, s.Clock.Now()); err == nil {
		for _, p := range plan {
			if p.At.Before(s.audiences) {
				p.At = s.audiences
			}
			if p.At.Before(next) {
				next = p.At
			}
		}
	}
	return max(0, next.Sub(s.Clock.Now()))
}

var _ senda.Bus = (*House)(nil)
