package senda

import (
	"context"

	"github.com/senda-dev/senda/internal/jsonata"
)

// Machines runs executions: Step Functions in the cloud, the embedded runner on
// a laptop, the simulator in a test.
type Machines interface {
	// Start starts the execution of an entry. Starting again under the same name
	// with the same input is success; with another input it returns Conflict.
	Start(ctx context.Context, s Start) error
	// Answer ends a callback task with its output. It returns NotFound when the
	// task timed out, ended or never was: the caller takes that for done, since
	// the entry says who came first.
	Answer(ctx context.Context, token string, output jsonata.Value) error
	// Fail ends a callback task with an error, which the machine sees under the
	// code's ErrorName. It returns NotFound as Answer does.
	Fail(ctx context.Context, token string, code Code) error
}

// Start is what an execution is started with.
type Start struct {
	// Name is Entry.Execution: the same on every attempt.
	Name   string
	Person PersonID
	Entry  EntryID
	Bundle string
	// Input is byte-identical on every attempt and holds no personal data.
	Input jsonata.Value
}

// Envelope is one message, ready to leave: one recipient, never a copy.
type Envelope struct {
	Message  MessageID
	Class    Class
	Brand    string
	From     string
	To       string
	MIME     []byte
	Journey  string
	Step     string
	Language string
}

// Mailer hands mail over.
type Mailer interface {
	// HandOver gives the message to the mail service once and returns the
	// service's own id of it. Denied and Invalid: it is known that it did not leave and
	// never will. Unavailable: it is known that it did not leave and may be
	// tried again. Unsure: nobody knows whether it left.
	HandOver(ctx context.Context, e Envelope) (service string, err error)
}

// Bus takes the events that Senda emits: mail.sent, journey.completed and those
// that an emit step names.
type Bus interface {
	// Emit publishes an event under its (source, id); repeating it is harmless
	// since whoever takes it in knows it by that pair.
	Emit(ctx context.Context, e Event) error
}
