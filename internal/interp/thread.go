package interp

import (
	"fmt"
	"math"
	"time"

	"github.com/senda-dev/senda/internal/asl"
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

	generation int // how often the memory has been used
}

func (t *thread) reset(f *flow) {
	clear(t.vars[:cap(t.vars)])
	if cap(t.vars) < len(f.vars) {
		t.vars = make([]jsonata.Value, len(f.vars))
	}
	*t = thread{
		flow: f, state: f.start, vars: t.vars[:len(f.vars)], retries: t.retries[:0],
		group: group{children: t.group.children[:0]}, generation: t.generation + 1,
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
	// A thread that ends may become another one at once, whose turn comes later.
	for g := t.generation; g == t.generation && !r.Done(); {
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

func (r *Run) enter(t *thread) {
	s := t.state
	t.enteredAt = r.now
	t.retried = 0
	t.retries = t.retries[:0]
	if e := r.record(t, s.entered); e != nil {
		e.Name, e.Input = s.name, t.input
		r.emit()
	}
	t.entered = r.events
	switch s.kind {
	case kindTask, kindParallel, kindMap:
		t.phase = phaseAttempt
	case kindPass, kindSucceed:
		r.leave(t, &s.leave, t.input, jsonata.Nothing, nil, s.next)
	case kindChoice:
		r.choose(t)
	case kindWait:
		r.wait(t)
	case kindFail:
		r.failState(t)
	}
}

func (r *Run) choose(t *thread) {
	s := t.state
	r.states(t, s.attemptNeeds, jsonata.Nothing, nil)
	for i := range s.rules {
		rule := &s.rules[i]
		v, f := r.fill(t, &rule.condition)
		if f == nil && v.Kind() != jsonata.KindBool {
			f = rule.condition.expression.wrongType("boolean", v)
		}
		if f != nil {
			r.trouble(t, f)
			return
		}
		if v.Bool() {
			r.leave(t, &rule.leave, t.input, jsonata.Nothing, nil, rule.next)
			return
		}
	}
	if s.next == nil {
		// The specification says States.NoChoiceMatched; AWS reports an error of the
		// runtime, which ends the execution whatever flow the Choice is in.
		r.fail((&failure{name: ErrorRuntime,
			cause: "Failed to transition out of the state. The state does not point to a next state."}).located(t))
		return
	}
	r.leave(t, &s.leave, t.input, jsonata.Nothing, nil, s.next)
}

func (r *Run) wait(t *thread) {
	s := t.state
	r.states(t, s.attemptNeeds, jsonata.Nothing, nil)
	if s.seconds != nil {
		n, f := r.number(t, s.seconds)
		if f != nil {
			r.trouble(t, f)
			return
		}
		t.timer = r.now.Add(time.Duration(n) * time.Second)
	} else {
		v, f := r.fill(t, s.timestamp)
		if f == nil && v.Kind() != jsonata.KindString {
			f = s.timestamp.expression.wrongType("string", v)
		}
		if f != nil {
			r.trouble(t, f)
			return
		}
		at, ok := asl.ParseTimestamp(v.Str())
		if !ok {
			r.trouble(t, queryFailure("Timestamp",
				"The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: %s", v.Str()))
			return
		}
		t.timer = at
	}
	t.phase = phaseWait
	if !t.timer.After(r.now) {
		t.phase = phaseElapsed
	}
}

func (r *Run) failState(t *thread) {
	s := t.state
	r.states(t, s.attemptNeeds, jsonata.Nothing, nil)
	var text [2]string
	for i, x := range [...]*template{s.errorName, s.cause} {
		if x == nil {
			continue
		}
		v, f := r.fill(t, x)
		if f == nil && v.Kind() != jsonata.KindString {
			f = x.expression.wrongType("string", v)
		}
		if f != nil {
			r.trouble(t, f)
			return
		}
		text[i] = v.Str()
	}
	r.defeat(t, &failure{name: text[0], cause: text[1]})
}

// number evaluates a field that takes a whole number within bounds.
func (r *Run) number(t *thread, n *number) (float64, *failure) {
	v, f := r.fill(t, &n.template)
	if f != nil || n.expression == nil {
		return v.Num(), f
	}
	switch x := v.Num(); {
	case v.Kind() != jsonata.KindNumber:
		return 0, n.expression.wrongType("number", v)
	case x != math.Trunc(x):
		return 0, n.expression.wrongType("integer", v)
	case x < n.low || x > n.high:
		return 0, queryFailure(n.field,
			"The JSONata expression '%s' specified for the field '%s' returned a value outside the acceptable range of [%v, %.0f]: %s",
			n.expression.source, n.field, n.low, n.high, v)
	default:
		return x, nil
	}
}

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

// leave evaluates Output and Assign, writes the exit and goes on with next, or
// ends the flow where there is none. fallback is the output of a state that
// has no Output; f is the failure that a Catcher takes over.
func (r *Run) leave(t *thread, e *ending, fallback, result jsonata.Value, f *failure, next *state) {
	s := t.state
	output := fallback
	base := len(r.values)
	if e.output != nil || len(e.assign) > 0 {
		r.states(t, e.needs, result, f)
		failed := r.evaluate(t, e, &output)
		if failed != nil {
			r.values = r.values[:base]
			if failed.evaluation {
				r.evaluationFailed(t, failed)
			}
			if f != nil { // a Catcher does not catch its own failure
				r.groupFailed(t)
				r.defeat(t, failed)
				return
			}
			r.handle(t, failed)
			return
		}
		for i := range e.assign {
			t.vars[e.assign[i].slot] = r.values[base+i]
		}
	}
	if ev := r.record(t, s.exited); ev != nil {
		ev.Name, ev.Output = s.name, output
		for i := range e.assign {
			ev.Assigned = append(ev.Assigned, jsonata.Member{Key: e.assign[i].name, Value: r.values[base+i]})
		}
		r.emit()
	}
	r.values = r.values[:base]
	if next == nil {
		r.ended(t, output)
		return
	}
	t.state, t.input, t.phase = next, output, phaseEnter
}

// evaluate fills in the output and appends the values to assign to r.values.
// Both see the variables as they were on entry.
func (r *Run) evaluate(t *thread, e *ending, output *jsonata.Value) *failure {
	if e.output != nil {
		v, f := r.fill(t, e.output)
		if f != nil {
			return f
		}
		if !fits(v, MaxPayloadBytes) {
			return t.tooLarge("output")
		}
		*output = v
	}
	size := 0
	for i := range e.assign {
		v, f := r.fill(t, &e.assign[i].value)
		if f != nil {
			return f
		}
		if left := atMost(v, MaxPayloadBytes); left >= 0 {
			size += MaxPayloadBytes - left
		} else {
			size += len(v.AppendJSON(nil))
		}
		r.values = append(r.values, v)
	}
	if size > MaxPayloadBytes && !r.exactlyFit(e) {
		return t.tooLarge("variables")
	}
	if r.assigned += size; r.assigned > MaxVariableBytes {
		if r.assigned = size + r.variableBytes(); r.assigned > MaxVariableBytes {
			return t.tooLarge("variables")
		}
	}
	return nil
}

// exactlyFit measures the values just evaluated, after their bound was too much.
func (r *Run) exactlyFit(e *ending) bool {
	size := 0
	for _, v := range r.values[len(r.values)-len(e.assign):] {
		size += len(v.AppendJSON(nil))
	}
	return size <= MaxPayloadBytes
}

// variableBytes measures the variables of all threads.
func (r *Run) variableBytes() int {
	size := 0
	for _, t := range r.live {
		for i, v := range t.vars {
			if i != statesSlot && v.Kind() != jsonata.KindNothing {
				size += len(v.AppendJSON(nil))
			}
		}
	}
	return size
}

func (t *thread) tooLarge(what string) *failure {
	return &failure{name: ErrorDataLimit, cause: fmt.Sprintf(
		"The state/task '%s' returned %s with a size exceeding the maximum number of bytes service limit.", t.state.name, what)}
}

// ended hands the output of a finished flow to whoever waits for it.
func (r *Run) ended(t *thread, output jsonata.Value) {
	if r.full {
		r.fail(historyFull)
		return
	}
	if t.parent == nil {
		r.succeed(output)
		return
	}
	r.childSucceeded(t, output)
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
