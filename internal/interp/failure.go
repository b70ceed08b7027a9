package interp

import (
	"fmt"

	"github.com/senda-dev/senda/internal/jsonata"
)

// The names of the errors that the interpreter itself reports
// (https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html).
const (
	ErrorAll                = "States.ALL"
	ErrorDataLimit          = "States.DataLimitExceeded"
	ErrorHeartbeat          = "States.HeartbeatTimeout"
	ErrorQuery              = "States.QueryEvaluationError"
	ErrorRuntime            = "States.Runtime"
	ErrorTaskFailed         = "States.TaskFailed"
	ErrorTimeout            = "States.Timeout"
	ErrorToleranceExhausted = "States.ExceedToleratedFailureThreshold"
)

// failure is an error on its way to a Retrier, a Catcher or the end.
type failure struct {
	name, cause string
	// heartbeat marks the time-out that States.HeartbeatTimeout matches too. Its
	// name is States.Timeout, as the specification has it.
	heartbeat bool
	// field is where an expression failed, such as Arguments/FunctionName, when
	// that is known; evaluation marks a failure of an expression.
	field      string
	evaluation bool
}

// output is what Catchers and $states.errorOutput see.
func (f *failure) output() jsonata.Value {
	return jsonata.Distinct(
		jsonata.Member{Key: "Error", Value: jsonata.String(f.name)},
		jsonata.Member{Key: "Cause", Value: jsonata.String(f.cause)},
	)
}

// terminal errors are matched by their own name only.
func (f *failure) terminal() bool { return f.name == ErrorDataLimit || f.name == ErrorRuntime }

// matches says whether a list of ErrorEquals names the failure.
func (f *failure) matches(names []string) bool {
	for _, name := range names {
		switch {
		case name == f.name,
			name == ErrorAll && !f.terminal(),
			name == ErrorTaskFailed && !f.terminal() && f.name != ErrorTimeout,
			name == ErrorHeartbeat && f.heartbeat:
			return true
		}
	}
	return false
}

// queryFailure is what a failing expression reports. The texts are AWS's.
func queryFailure(field, format string, args ...any) *failure {
	return &failure{name: ErrorQuery, cause: fmt.Sprintf(format, args...), field: field, evaluation: true}
}

// located puts AWS's first sentence before a cause: which state, entered when.
func (f *failure) located(t *thread) *failure {
	f.cause = fmt.Sprintf("An error occurred while executing the state '%s' (entered at the event id #%d). %s",
		t.state.name, t.entered, f.cause)
	return f
}
