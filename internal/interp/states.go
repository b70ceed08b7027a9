package interp

import (
	"math"
	"time"

	"github.com/senda-dev/senda/internal/asl"
	"github.com/senda-dev/senda/internal/jsonata"
)

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
	r.states(s.attemptNeeds, jsonata.Nothing, nil)
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
		r.fail((&failure{
			name:  ErrorRuntime,
			cause: "Failed to transition out of the state. The state does not point to a next state.",
		}).located(t))
		return
	}
	r.leave(t, &s.leave, t.input, jsonata.Nothing, nil, s.next)
}

func (r *Run) wait(t *thread) {
	s := t.state
	r.states(s.attemptNeeds, jsonata.Nothing, nil)
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
}

func (r *Run) failState(t *thread) {
	s := t.state
	r.states(s.attemptNeeds, jsonata.Nothing, nil)
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
