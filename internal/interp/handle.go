package interp

import (
	"math"
	"time"

	"github.com/senda-dev/senda/internal/jsonata"
)

// trouble handles a failure inside the state: an expression that failed is
// written into the history, then Retriers and Catchers have their say.
func (r *Run) trouble(t *thread, f *failure) {
	if f.evaluation {
		r.evaluationFailed(t, f)
	}
	r.handle(t, f)
}

func (r *Run) evaluationFailed(t *thread, f *failure) {
	f.located(t)
	if e := r.record(t, EvaluationFailed); e != nil {
		e.Name, e.Location = t.state.name, f.field
		e.Error, e.Cause = f.name, f.cause
		r.emit()
	}
}

// handle retries, catches or gives up.
func (r *Run) handle(t *thread, f *failure) {
	s := t.state
	if r.retry(t, f) {
		return
	}
	r.groupFailed(t)
	for i := range s.catch {
		c := &s.catch[i]
		if f.matches(c.errors) {
			r.leave(t, &c.leave, f.output(), jsonata.Nothing, f, c.next)
			return
		}
	}
	r.defeat(t, f)
}

// retry arms the back-off of the first Retrier that names the failure, unless
// that has no retries left; then no other is asked.
func (r *Run) retry(t *thread, f *failure) bool {
	s := t.state
	for i := range s.retry {
		rt := &s.retry[i]
		if !f.matches(rt.errors) {
			continue
		}
		for len(t.retries) < len(s.retry) {
			t.retries = append(t.retries, 0)
		}
		if t.retries[i] >= rt.most {
			return false
		}
		t.timer = r.now.Add(rt.delay(t.retries[i], &r.chance))
		t.retries[i]++
		t.retried++
		t.phase = phaseBackoff
		return true
	}
	return false
}

// delay is the pause before the retry that follows n earlier ones.
func (rt *retrier) delay(n int, c *chance) time.Duration {
	limit := rt.limit
	if limit == 0 {
		limit = MaxDays * 24 * time.Hour
	}
	d := float64(rt.interval) * math.Pow(rt.rate, float64(n))
	if d > float64(limit) {
		d = float64(limit)
	}
	if rt.jitter {
		d *= c.float()
	}
	return time.Duration(d)
}

// defeat fails the flow: the execution, or the state that the flow is part of.
func (r *Run) defeat(t *thread, f *failure) {
	if t.parent == nil {
		r.fail(f)
		return
	}
	if t.state.kind == kindTask {
		r.aborted(t)
	}
	r.childFailed(t, f)
}

// aborted records that a branch of a Parallel leaves its state without an exit.
// AWS does so for the Task that fails a branch; for the states that other
// branches are in it has the types of event, and we take it to do the same. In
// a Map only the iterations are recorded as aborted.
func (r *Run) aborted(t *thread) {
	if t.parent.state.kind != kindParallel {
		return
	}
	before := t.last
	switch t.state.kind {
	case kindTask:
		r.note(t, TaskStateAborted)
	case kindWait:
		r.note(t, WaitStateAborted)
	case kindParallel:
		r.note(t, ParallelStateAborted)
	case kindMap:
		r.note(t, MapStateAborted)
	default:
	}
	t.last = before
}
