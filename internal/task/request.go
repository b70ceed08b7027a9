package task

import (
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/jsonata"
)

// Version is the version of this contract. A function serves its own and the
// one before.
const Version = 1

// The names of the functions, as substitutions of a definition and as the
// FunctionName of a callback.
const (
	Facts  = "Facts"
	Score  = "Score"
	Choose = "Choose"
	Send   = "Send"
	Update = "Update"
	Pause  = "Pause"
)

// Functions lists them.
func Functions() []string { return []string{Facts, Score, Choose, Send, Update, Pause} }

// Resource is the name as it stands in a definition, before substitution.
func Resource(function string) string { return "${" + function + "}" }

// CallbackResource is the integration of a task that somebody else answers
// (https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html).
const CallbackResource = "arn:aws:states:::lambda:invoke.waitForTaskToken"

// Head is what every request says first.
type Head struct {
	Version int
	Person  senda.PersonID
	Entry   senda.EntryID
	Bundle  string
	// Pace is the person's; a function takes the clock for the time at pace 1.
	Pace senda.Pace
	// Step is the author's name of the step, N which run of it (from 1), Seq its
	// place in the journey's text (from 1).
	Step string
	N    int
	Seq  int
	// At is the journey time at which the step before this one ended.
	At time.Time
	// Next are the pauses that may follow with no other task in between.
	Next map[string]senda.PauseSpec
	// End is the reason with which the entry ends when this task has succeeded,
	// empty when something acts after it. Exit is the exit step that says so; it is
	// empty where the steps simply end.
	End  string
	Exit string
}

// FactsRequest asks for what the conditions ahead need.
type FactsRequest struct {
	Head
	Attributes []string // of the person
	Facts      []string
	Consent    []string // "brand.purpose"
	Mails      []string // steps of mails and offers whose outcomes are asked
	// Is are conditions over personal fields, by name; With the values of
	// earlier steps that they use, by variable.
	Is   map[string]string
	With jsonata.Value
}

// ScoreRequest asks for a model's score of the person.
type ScoreRequest struct {
	Head
	Model string
}

// ChooseRequest asks for an offer of a slot.
type ChooseRequest struct {
	Head
	Slot string
	From []string // brands; empty: the journey's
}

// SendRequest asks for a mail to leave.
type SendRequest struct {
	Head
	Mail    string
	Brand   string
	Purpose string
	Window  string // narrows the family's hours
	Expires string // a span from the time the step was first reached
	// Reached is the journey time at which the step was first reached: before any hold.
	Reached time.Time
	// Offers are the steps whose offers the mail shows.
	Offers []string
	// With are the values of earlier steps that the mail's template uses, by variable.
	With jsonata.Value
}

// Held is how long the step was held so far, in journey time: hold-at-most bounds it.
func (q SendRequest) Held() time.Duration { return q.At.Sub(q.Reached) }

// What a PauseRequest asks for.
const (
	// OpRegister stores the token of a callback task.
	OpRegister = "register"
	// OpExpire asks, after the time-out, how the pause really ended.
	OpExpire = "expire"
	// OpExit ends the entry at an exit step, or at an end that no task precedes.
	OpExit = "exit"
)

// PauseRequest begins or ends a pause, or ends the entry.
type PauseRequest struct {
	Head
	Op string
	// Token, of OpRegister, ends the callback task.
	Token string
	// Due is when this pause ends, of OpRegister and OpExpire.
	Due     senda.Due
	Listens []senda.Listen
	// With are the values of earlier steps that the conditions of Listens use, by variable.
	With jsonata.Value
	// Kind is senda.PauseWait, PauseAwait or PauseHold.
	Kind string
}

// UpdateRequest sets an attribute of the person or emits an event.
type UpdateRequest struct {
	Head
	// Set and To: the attribute and its new value. Emit and Data: the kind of
	// the event and its payload.
	Set  string
	To   jsonata.Value
	Emit string
	Data jsonata.Value
}

// Request is one of the requests of this package.
type Request interface {
	// Function is the name of the function that serves it.
	Function() string
	// Value is the request as it travels.
	Value() jsonata.Value
	request()
}

// Function is Facts.
func (FactsRequest) Function() string { return Facts }

// Function is Score.
func (ScoreRequest) Function() string { return Score }

// Function is Choose.
func (ChooseRequest) Function() string { return Choose }

// Function is Send.
func (SendRequest) Function() string { return Send }

// Function is Pause.
func (PauseRequest) Function() string { return Pause }

// Function is Update.
func (UpdateRequest) Function() string { return Update }

func (FactsRequest) request()  {}
func (ScoreRequest) request()  {}
func (ChooseRequest) request() {}
func (SendRequest) request()   {}
func (PauseRequest) request()  {}
func (UpdateRequest) request() {}
