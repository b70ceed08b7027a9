package interp

import "time"

// Standing is where one thread of an execution waits.
type Standing struct {
	State string
	Since time.Time // when the state was entered
	// Until is when its timer is due: the end of a wait or of the pause before
	// a retry, or the deadline of a task; zero when there is none.
	Until time.Time
	// Task is the pending task's number, 0 when none is; Token is that of a
	// callback.
	Task  TaskID
	Token string
}

// Standing lists the states that the execution is in, the outermost first, then
// in the order of their start. A Parallel or Map stands beside the states inside
// it. It is empty once the run is done and before it has begun.
func (r *Run) Standing() []Standing {
	if !r.begun {
		return nil
	}
	list := make([]Standing, 0, len(r.live))
	for _, t := range r.live {
		s := Standing{State: t.state.name, Since: t.enteredAt}
		s.Until, _ = t.due()
		if t.phase == phaseTask && !t.call.settled {
			s.Task, s.Token = t.call.id, t.call.token
		}
		list = append(list, s)
	}
	return list
}
