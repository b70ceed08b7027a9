package house

import (
	"context"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/choose"
)

// Feed is what happens whatever the house does, in order of time. Peek tells when
// the next of it comes, Next hands it out; ok is false when nothing is left.
type Feed interface {
	Peek() (at time.Time, ok bool)
	Next() senda.Event
}

// Silence is a Feed of nothing.
type Silence struct{}

// Peek tells that nothing comes.
func (Silence) Peek() (at time.Time, ok bool) { return time.Time{}, false }

// Next is never called.
func (Silence) Next() senda.Event { return senda.Event{} }

// Doer is a Feed with moments that are no events for intake: a mail service reports
// a bounce, somebody follows a signed link. Do carries out the next moment if it is
// such a one, and says whether it was.
type Doer interface {
	Feed
	Do(ctx context.Context) (done bool, err error)
}

// Drive carries the house through virtual time, up to and including until: every
// event of the feed, every timer, every run of an audience, in the order of their
// instants. At one instant events come first, then what is due of executions, then
// audiences. tick, if any, is told of every event. With a zero until it goes on for as
// long as the feed does.
func (h *House) Drive(ctx context.Context, clock *Virtual, feed Feed, until time.Time, tick func()) error {
	d := &drive{House: h, clock: clock, feed: feed, tick: tick, swept: clock.Now(), epoch: clock.Now()}
	if err := d.replan(ctx); err != nil {
		return err
	}
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		at, do, ok := d.next()
		if d.over(at, ok, until) {
			clock.Set(until)
			return d.Sweep(ctx)
		}
		if err := d.learn(ctx, at); err != nil {
			return err
		}
		clock.Set(at)
		if err := do(ctx); err != nil {
			return err
		}
		if clock.Now().Sub(d.swept) >= sweepEvery {
			d.swept = clock.Now()
			if err := d.Sweep(ctx); err != nil {
				return err
			}
		}
	}
}

// over says whether what comes next lies behind the end.
func (d *drive) over(at time.Time, ok bool, until time.Time) bool {
	if until.IsZero() {
		_, more := d.feed.Peek()
		return !more
	}
	return !ok || at.After(until)
}

// sweepEvery is how often Drive sweeps: in virtual time nobody dies half-way, so
// that there is seldom something to find.
const sweepEvery = 6 * time.Hour

type drive struct {
	*House
	clock *Virtual
	feed  Feed
	tick  func()
	swept time.Time
	epoch time.Time
	// run is the next run of an audience, zero without any.
	run time.Time
}

// next is what comes first.
func (d *drive) next() (at time.Time, do func(context.Context) error, ok bool) {
	consider := func(t time.Time, f func(context.Context) error) {
		if !ok || t.Before(at) {
			at, do, ok = t, f, true
		}
	}
	if t, some := d.feed.Peek(); some {
		consider(t, d.event)
	}
	if t, some := d.Runner.Next(); some {
		consider(t, d.step)
	}
	if !d.run.IsZero() {
		consider(d.run, d.audiences)
	}
	return at, do, ok
}

func (d *drive) event(ctx context.Context) error {
	if doer, ok := d.feed.(Doer); ok {
		if done, err := doer.Do(ctx); done || err != nil {
			return err
		}
	}
	e := d.feed.Next()
	if e.Arrived.IsZero() {
		e.Arrived = d.clock.Now()
	}
	_, err := d.Intake.Take(ctx, e)
	if d.tick != nil {
		d.tick()
	}
	return err
}

func (d *drive) step(ctx context.Context) error {
	_, err := d.Runner.Step(ctx)
	return err
}

func (d *drive) audiences(ctx context.Context) error {
	if _, err := d.Audience.Due(ctx, d.clock.Now()); err != nil {
		return err
	}
	return d.replan(ctx)
}

func (d *drive) replan(ctx context.Context) error {
	plan, err := d.Audience.Plan(ctx, d.clock.Now())
	if err != nil {
		return err
	}
	d.run = time.Time{}
	for _, p := range plan {
		if d.run.IsZero() || p.At.Before(d.run) {
			d.run = p.At
		}
	}
	return nil
}

// learn lets what is shared between people be learned when a day ends: everybody
// of a day decides with what was known when it began.
func (d *drive) learn(ctx context.Context, at time.Time) error {
	if learner := d.Choose; at.UTC().Format(time.DateOnly) != d.epoch.UTC().Format(time.DateOnly) {
		d.epoch = at
		return learner.Learn(ctx, choose.Epoch(at))
	}
	return nil
}
