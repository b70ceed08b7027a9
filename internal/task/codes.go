package task

import (
	"errors"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/jsonata"
)

// Retry says how often and when a task is called again after an error. Waits grow by
// Rate up to Most, and chance spreads them (full jitter).
type Retry struct {
	Errors   []string
	First    time.Duration
	Rate     float64
	Most     time.Duration
	Attempts int // after the first call
}

// Retries is the table that emit writes into machines and the Lambda host's
// tests read. Every function may be called again at any time: requests name
// their entry, step and run, and what they cause is stored under that name.
//
// What is not here is not retried: Invalid, NotFound, Denied and Internal would
// fail again, Unsure is settled by the function itself, Leaving and Held are
// caught.
func Retries() []Retry {
	return []Retry{
		// Two writers met at one item. Soon over.
		{Errors: []string{senda.Conflict.ErrorName()}, First: time.Second, Rate: 2, Most: 10 * time.Second, Attempts: 8},
		// A service or the function's own start failed, or too many ran at once
		// (https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html,
		// "Handling transient Lambda service exceptions"). Two hours, then a person looks.
		{
			Errors: []string{
				senda.Unavailable.ErrorName(), "Lambda.ClientExecutionTimeoutException", "Lambda.ServiceException",
				"Lambda.AWSLambdaException", "Lambda.SdkClientException", "Lambda.TooManyRequestsException", "Lambda.Unknown",
				"Sandbox.Timedout", "Runtime.ExitError", "States.Timeout",
			},
			First: 2 * time.Second, Rate: 2, Most: 10 * time.Minute, Attempts: 20,
		},
	}
}

// Longest is the most time that the waits of a retry take together.
func (r Retry) Longest() time.Duration {
	var sum time.Duration
	wait := r.First
	for range r.Attempts {
		sum += wait
		wait = min(time.Duration(float64(wait)*r.Rate), r.Most)
	}
	return sum
}

// Limit is how long one call of a function may take before the machine gives up
// waiting and calls again. A function's own limit lies below.
const Limit = 60 * time.Second

// heldError is what Held makes.
type heldError struct {
	due map[string]senda.Due
	err *senda.Error
}

// Held is the failure of a send whose hours are closed until due, by the name
// of the hold's pause ([HoldName]). Its code is senda.Held.
func Held(step string, due senda.Due) error {
	return &heldError{
		due: map[string]senda.Due{HoldName(step): due},
		err: senda.Errorf(senda.Held, "send "+step, "held until %s", Instant(due.Until)),
	}
}

func (e *heldError) Error() string { return e.err.Error() }
func (e *heldError) Unwrap() error { return e.err }

// HoldName is the pause of a step whose mail is held.
func HoldName(step string) string { return step + " hold" }

// HeldDue is the end of the hold that an error made by Held tells.
func HeldDue(err error) (due senda.Due, ok bool) {
	var h *heldError
	if !errors.As(err, &h) {
		return senda.Due{}, false
	}
	for _, d := range h.due {
		due = d
	}
	return due, true
}

// Failure is an error as a machine sees it: its name and its cause, in the form
// in which Step Functions hands on the error of a Lambda function. Only the
// code, what was being done and the way out travel, never foreign text.
func Failure(err error) (name, cause string) {
	name = senda.CodeOf(err).ErrorName()
	w := writer{}
	w.text("errorMessage", Message(err))
	w.text("errorType", name)
	return name, string(w.object().AppendJSON(nil))
}

// Message is the errorMessage of Failure. Of a hold it is {"due": {…}} as text.
func Message(err error) string {
	var h *heldError
	if errors.As(err, &h) {
		w := writer{}
		w.value("due", dues(h.due))
		return string(w.object().AppendJSON(nil))
	}
	var e *senda.Error
	if !errors.As(err, &e) {
		return "a defect or a foreign error; see the function's log"
	}
	if e.Help != "" {
		return e.Op + "; " + e.Help
	}
	return e.Op
}

// objectOr is v when it is an object and {} otherwise.
func objectOr(v jsonata.Value) jsonata.Value {
	if v.Kind() == jsonata.KindObject {
		return v
	}
	return jsonata.Object()
}
