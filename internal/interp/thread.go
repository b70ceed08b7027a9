package interp

import (
	"time"

	"github.com/senda-dev/senda/internal/jsonata"
)

// phase says where a thread stands in its state.
type phase uint8

const (
	phaseEnter    phase = iota // about to enter state with input
	phaseAttempt               // about to try a Task, Parallel or Map (again)
	phaseAnswered              // the task's answer is in
	phaseJoined                // the children of a Parallel or Map have ended
	phaseElapsed               // the wait is over
	phaseStarting              // the next iteration of a Map is to start
	phaseExpired               // the task's time is over

	// In these phases a thread waits.
	phaseWait     // for its timer, in a Wait state
	phaseBackoff  // for its timer, before a retry
	phaseTask     // for an answer or the task's deadlines
	phaseChildren // for its children
	phaseLater    // for its turn to start another iteration
	phaseEnded    // for nothing: it is gone
)

// thread runs one flow: the machine, a branch or an iteration.
type thread struct {
	flow  *flow
	state *state
	phase phase
	input jsonata.Value
	vars  []jsonata.Value // by slot
	timer time.Time       // of phaseWait and phaseBackoff

	enteredAt time.Time
	entered   int64 // the event of entry
	last      int64 // the event that the next one follows
	retries   []int // made, by Retrier of the state
	retried   int   // their sum

	call  call
	group group

	parent *thread // nil for the machine itself
	index  int     // of the branch or the item
	item   jsonata.Value
}

func (t *thread) reset(f *flow) {
	clear(t.vars[:cap(t.vars)])
	if cap(t.vars) < len(f.vars) {
		t.vars = make([]jsonata.Value, len(f.vars))
	}
	*t = thread{
		flow: f, state: f.start, vars: t.vars[:len(f.vars)], retries: t.retries[:0],
		group: group{children: t.group.children[:0]},
	}
}

// due is the instant of the thread's timer, if it has one.
func (t *thread) due() (time.Time, bool) {
	switch t.phase {
	case phaseWait, phaseBackoff:
		return t.timer, true
	case phaseTask:
		return t.call.due()
	default:
		return time.Time{}, false
	}
}

// elapsed moves the thread on after its timer.
func (t *thread) elapsed() {
	switch t.phase {
	case phaseWait:
		t.phase = phaseElapsed
	case phaseBackoff:
		t.phase = phaseAttempt
	case phaseTask:
		t.phase = phaseExpired
	default:
	}
}

// run takes a thread as far as it goes.
func (r *Run) run(t *thread, host Host) {
	for !r.Done() {
		if r.full {
			r.fail(historyFull)
			return
		}
		switch t.phase {
		case phaseEnter:
			r.enter(t)
		case phaseAttempt:
			r.attempt(t, host)
		case phaseAnswered:
			r.answered(t)
		case phaseExpired:
			r.expired(t)
		case phaseJoined:
			r.joined(t)
		case phaseStarting:
			r.startIteration(t)
		case phaseElapsed:
			r.leave(t, &t.state.leave, t.input, jsonata.Nothing, nil, t.state.next)
		default:
			return
		}
	}
}
