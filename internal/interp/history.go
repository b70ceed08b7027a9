package interp

import (
	"fmt"
	"slices"
	"time"

	"github.com/senda-dev/senda/internal/jsonata"
)

// EventType is a type of history event, named as AWS names it
// (https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html).
// Beside these there are an Entered and an Exited for each type of state, such
// as TaskStateEntered.
type EventType string

// The types of events that have no state's type in their name.
const (
	ExecutionStarted        EventType = "ExecutionStarted"
	ExecutionSucceeded      EventType = "ExecutionSucceeded"
	ExecutionFailed         EventType = "ExecutionFailed"
	ExecutionTimedOut       EventType = "ExecutionTimedOut"
	ExecutionAborted        EventType = "ExecutionAborted"
	EvaluationFailed        EventType = "EvaluationFailed"
	LambdaFunctionScheduled EventType = "LambdaFunctionScheduled"
	LambdaFunctionStarted   EventType = "LambdaFunctionStarted"
	LambdaFunctionSucceeded EventType = "LambdaFunctionSucceeded"
	LambdaFunctionFailed    EventType = "LambdaFunctionFailed"
	LambdaFunctionTimedOut  EventType = "LambdaFunctionTimedOut"
	ActivityScheduled       EventType = "ActivityScheduled"
	ActivityStarted         EventType = "ActivityStarted"
	ActivitySucceeded       EventType = "ActivitySucceeded"
	ActivityFailed          EventType = "ActivityFailed"
	ActivityTimedOut        EventType = "ActivityTimedOut"
	TaskScheduled           EventType = "TaskScheduled"
	TaskStarted             EventType = "TaskStarted"
	TaskSubmitted           EventType = "TaskSubmitted"
	TaskSucceeded           EventType = "TaskSucceeded"
	TaskFailed              EventType = "TaskFailed"
	TaskTimedOut            EventType = "TaskTimedOut"
	ParallelStateStarted    EventType = "ParallelStateStarted"
	ParallelStateSucceeded  EventType = "ParallelStateSucceeded"
	ParallelStateFailed     EventType = "ParallelStateFailed"
	MapStateStarted         EventType = "MapStateStarted"
	MapStateSucceeded       EventType = "MapStateSucceeded"
	MapStateFailed          EventType = "MapStateFailed"
	MapIterationStarted     EventType = "MapIterationStarted"
	MapIterationSucceeded   EventType = "MapIterationSucceeded"
	MapIterationFailed      EventType = "MapIterationFailed"
	MapIterationAborted     EventType = "MapIterationAborted"
	TaskStateAborted        EventType = "TaskStateAborted"
	WaitStateAborted        EventType = "WaitStateAborted"
	ParallelStateAborted    EventType = "ParallelStateAborted"
	MapStateAborted         EventType = "MapStateAborted"
)

// Event is one entry of a history. Which fields are set depends on its type;
// MarshalJSON writes AWS's shape.
type Event struct {
	ID, Previous int64
	Time         time.Time
	Type         EventType

	// Name is the state of entered and exited events, of iterations, of
	// EvaluationFailed.
	Name   string
	Input  jsonata.Value // also the parameters of TaskScheduled
	Output jsonata.Value
	// Assigned are the variables that an exited state set.
	Assigned []jsonata.Member
	Error    string
	Cause    string
	// Location is the field whose expression failed.
	Location string

	Resource, ResourceType, Region string
	// TimeoutSeconds and HeartbeatSeconds are 0 when there is none.
	TimeoutSeconds, HeartbeatSeconds float64

	Length, Index int
	RoleARN       string
}

// Sink takes the events of a run as they happen. The event is the run's own
// and valid only during the call.
type Sink interface{ Record(*Event) }

// History is a Sink that keeps everything.
type History []Event

// Record appends a copy of the event.
func (h *History) Record(e *Event) {
	c := *e
	c.Assigned = slices.Clone(e.Assigned)
	*h = append(*h, c)
}

// record counts an event and, when somebody listens, returns it to be filled
// in and emitted; otherwise nil. t is nil for events of the execution.
//
// The event that ends an execution is the last for which there is room; once
// that is all there is, nothing else is recorded and the execution fails.
func (r *Run) record(t *thread, typ EventType) *Event {
	if r.events >= MaxEvents-1 && !r.Done() {
		r.full = true
		return nil
	}
	r.events++
	previous := r.last
	if t != nil {
		previous = t.last
		t.last = r.events
	}
	r.last = r.events
	if r.exec.History == nil {
		return nil
	}
	r.event = Event{ID: r.events, Previous: previous, Time: r.now, Type: typ}
	return &r.event
}

var historyFull = &failure{
	name:  ErrorRuntime,
	cause: fmt.Sprintf("The execution reached the maximum number of history events (%d).", MaxEvents),
}

func (r *Run) emit() { r.exec.History.Record(&r.event) }

// note records an event that has no details.
func (r *Run) note(t *thread, typ EventType) {
	if r.record(t, typ) != nil {
		r.emit()
	}
}
