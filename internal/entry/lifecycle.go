package entry

import (
	"time"

	senda "github.com/senda-dev/senda"
)

// Now is the journey time at which a task of this pace acts: the clock's in
// life, and no later than the step before at any other pace. It never goes back.
func Now(pace senda.Pace, before, clock time.Time) time.Time {
	if (pace == senda.Life || pace == 0) && clock.After(before) {
		return clock
	}
	return before
}

// leave marks the entry; what it is doing goes on to its next acting step.
func leave(e senda.Entry, reason string, at time.Time) senda.Entry {
	if e.Status != senda.StatusActive {
		return e
	}
	e.Status, e.Reason, e.LeftAt = senda.StatusLeaving, reason, later(at, e.At)
	return e
}

// end ends the entry. One that is leaving keeps the reason and the time with
// which it began to leave.
func end(e senda.Entry, reason string, at time.Time) senda.Entry {
	if e.Status == senda.StatusEnded {
		return e
	}
	e = leave(e, reason, at)
	e.Status = senda.StatusEnded
	e.Pending = nil // nobody will ask again
	return e
}

// arrive ends by its time a pause that stands before the step: the machine
// would not have come here otherwise. A task of an earlier step, which comes
// late or twice, ends nothing.
func arrive(e senda.Entry, seq int, at time.Time) (senda.Entry, bool) {
	if e.Status != senda.StatusActive {
		return end(e, e.Reason, at), false
	}
	if p := e.Pause; p != nil && p.Over == nil && p.Seq <= seq {
		e.Pause = over(*p, timeIsUp(*p))
	}
	return e, true
}

func touch(e senda.Entry, at, goal time.Time) senda.Entry {
	if e.Touched.IsZero() {
		e.Touched = at
		if e.Goal.Opened.IsZero() && !goal.IsZero() {
			e.Goal.Opened, e.Goal.Until = at, goal
		}
	}
	return e
}

// over returns a copy of the pause that is over.
func over(p senda.Pause, o senda.Over) *senda.Pause {
	p.Over = &o
	return &p
}

// timeIsUp is the end by time. A pause whose end had passed when it began takes no time.
func timeIsUp(p senda.Pause) senda.Over {
	return senda.Over{How: senda.OverTime, At: later(p.Until, p.Since)}
}

// endedBy is the end by a signal: when it happened, but not before the pause
// began nor after its planned end, so that journey time never goes back.
func endedBy(p senda.Pause, how string, s senda.Signal) senda.Over {
	at := s.Time
	if at.After(p.Until) {
		at = p.Until
	}
	return senda.Over{How: how, At: later(at, p.Since), Signal: &s}
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}
