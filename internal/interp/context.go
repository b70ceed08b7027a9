package interp

import (
	"github.com/senda-dev/senda/internal/asl"
	"github.com/senda-dev/senda/internal/jsonata"
)

// view is what the expressions evaluated next see as $states. The object is
// built when the first of them reads it as such: most go straight to one value.
type view struct {
	needs   needs // of those that read it so
	built   needs
	result  jsonata.Value // Nothing where there is none
	failure *failure      // nil where there is none
}

// states sets what the expressions of a template see; n is what they need.
func (r *Run) states(n needs, result jsonata.Value, f *failure) {
	r.view = view{needs: n, result: result, failure: f}
}

// member is the value of $states that a straight path of that root begins at.
func (r *Run) member(t *thread, from root) jsonata.Value {
	switch from {
	case rootInput:
		return t.input
	case rootResult:
		return r.view.result
	case rootExecutionInput:
		return r.exec.Input
	case rootTaskToken:
		if t.state.kind == kindTask && t.call.token != "" {
			return jsonata.String(t.call.token)
		}
	case rootVariable: // is none of $states
	}
	return jsonata.Nothing
}

// build puts $states with the members that are needed into its slot; more are
// those that a path turns out to need.
func (r *Run) build(t *thread, more needs) {
	n, result, f := r.view.needs|more, r.view.result, r.view.failure
	r.view.built = n
	var members [4]jsonata.Member
	m := members[:0]
	if n&needInput != 0 {
		m = append(m, jsonata.Member{Key: "input", Value: t.input})
	}
	if n&needResult != 0 && result.Kind() != jsonata.KindNothing {
		m = append(m, jsonata.Member{Key: "result", Value: result})
	}
	if n&needError != 0 && f != nil {
		m = append(m, jsonata.Member{Key: "errorOutput", Value: f.output()})
	}
	if n&needContext != 0 {
		m = append(m, jsonata.Member{Key: "context", Value: r.context(t, n)})
	}
	t.vars[statesSlot] = jsonata.Distinct(m...)
}

// context builds the parts of the context object that are needed
// (https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html).
func (r *Run) context(t *thread, n needs) jsonata.Value {
	var members [5]jsonata.Member
	m := members[:0]
	if n&needExecution != 0 {
		m = append(m, jsonata.Member{Key: "Execution", Value: r.contextExecution()})
	}
	if n&needState != 0 {
		m = append(m, jsonata.Member{Key: "State", Value: jsonata.Distinct(
			jsonata.Member{Key: "EnteredTime", Value: jsonata.String(asl.Timestamp(t.enteredAt))},
			jsonata.Member{Key: "Name", Value: jsonata.String(t.state.name)},
			jsonata.Member{Key: "RetryCount", Value: jsonata.Number(float64(t.retried))},
		)})
	}
	if n&needMachine != 0 {
		m = append(m, jsonata.Member{Key: "StateMachine", Value: r.contextMachine()})
	}
	if n&needTask != 0 && t.state.kind == kindTask && t.call.token != "" {
		m = append(m, jsonata.Member{Key: "Task", Value: jsonata.Distinct(
			jsonata.Member{Key: "Token", Value: jsonata.String(t.call.token)},
		)})
	}
	if n&needMap != 0 {
		if item, ok := t.iteration(); ok {
			m = append(m, jsonata.Member{Key: "Map", Value: jsonata.Distinct(jsonata.Member{Key: "Item", Value: item})})
		}
	}
	return jsonata.Distinct(m...)
}

func (r *Run) contextExecution() jsonata.Value {
	if r.executionContext.Kind() == jsonata.KindNothing {
		r.executionContext = jsonata.Distinct(
			jsonata.Member{Key: "Id", Value: jsonata.String(r.exec.ID)},
			jsonata.Member{Key: "Input", Value: r.exec.Input},
			jsonata.Member{Key: "Name", Value: jsonata.String(r.exec.Name)},
			jsonata.Member{Key: "RoleArn", Value: jsonata.String(r.exec.RoleARN)},
			jsonata.Member{Key: "StartTime", Value: jsonata.String(asl.Timestamp(r.exec.StartedAt))},
			jsonata.Member{Key: "RedriveCount", Value: jsonata.Number(0)},
		)
	}
	return r.executionContext
}

func (r *Run) contextMachine() jsonata.Value {
	if r.machineContext.Kind() == jsonata.KindNothing {
		r.machineContext = jsonata.Distinct(
			jsonata.Member{Key: "Id", Value: jsonata.String(r.exec.MachineID)},
			jsonata.Member{Key: "Name", Value: jsonata.String(r.exec.MachineName)},
		)
	}
	return r.machineContext
}

// iteration is the item of the nearest Map around the thread, or the one whose
// input the thread's own Map is selecting.
func (t *thread) iteration() (jsonata.Value, bool) {
	if g := &t.group; g.selecting {
		return mapItem(g.next, g.items.At(g.next)), true
	}
	for ; t != nil; t = t.parent {
		if t.item.Kind() != jsonata.KindNothing {
			return mapItem(t.index, t.item), true
		}
	}
	return jsonata.Nothing, false
}

func mapItem(index int, value jsonata.Value) jsonata.Value {
	return jsonata.Object(
		jsonata.Member{Key: "Index", Value: jsonata.Number(float64(index))},
		jsonata.Member{Key: "Value", Value: value},
	)
}
