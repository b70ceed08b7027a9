package interp

import (
	"fmt"

	"github.com/senda-dev/senda/internal/jsonata"
)

// leave evaluates Output and Assign, writes the exit and goes on with next, or
// ends the flow where there is none. fallback is the output of a state that
// has no Output; f is the failure that a Catcher takes over.
func (r *Run) leave(t *thread, e *ending, fallback, result jsonata.Value, f *failure, next *state) {
	s := t.state
	output := fallback
	base := len(r.values)
	if e.output != nil || len(e.assign) > 0 {
		r.states(e.needs, result, f)
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
		if !fits(v) {
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
		if left := v.AtMost(MaxPayloadBytes); left >= 0 {
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
