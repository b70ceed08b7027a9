package senda

import (
	"errors"
	"fmt"
)

// Code says what the caller can do about an error. It is the only part of an
// error that travels: a Lambda fails with it as its error type ("Senda.Held"),
// a machine catches it by that name, a log shows it.
type Code string

// The codes. A machine sees each with the prefix "Senda." (see ErrorName).
const (
	// Invalid: the input can never work; mend it. Never retried.
	Invalid Code = "Invalid"
	// NotFound: what was named does not exist.
	NotFound Code = "NotFound"
	// Conflict: somebody else wrote first; read again and decide again.
	Conflict Code = "Conflict"
	// Denied: a rule of consent, suppression or pace forbids it.
	Denied Code = "Denied"
	// Leaving: the entry is leaving or ended; the machine takes its way out.
	Leaving Code = "Leaving"
	// Held: quiet hours or a window; the machine pauses until Until and tries again.
	Held Code = "Held"
	// Unavailable: a service did not answer; the same call may work later.
	Unavailable Code = "Unavailable"
	// Unsure: the call may have worked and nobody knows; never repeat it blindly.
	Unsure Code = "Unsure"
	// Internal: a defect or a foreign error; a person must look.
	Internal Code = "Internal"
)

// ErrorName is the name under which a state machine sees the code.
func (c Code) ErrorName() string { return "Senda." + string(c) }

// Retryable reports whether the same call may succeed when made again.
func (c Code) Retryable() bool { return c == Conflict || c == Unavailable }

// Codes lists every code, for the tables of the Lambda host, emit and interp.
func Codes() []Code {
	return []Code{Invalid, NotFound, Conflict, Denied, Leaving, Held, Unavailable, Unsure, Internal}
}

// Error is an error with a code for the caller and a way out for a person.
type Error struct {
	Code Code
	// Op is what was being done, in words and ids, never with personal data.
	Op string
	// Text says what is wrong. It may hold what a stranger wrote and therefore
	// stays inside the process that made it: only Code, Op and Help travel.
	Text string
	// Help is the way out, empty when there is none to name.
	Help string
	// Cause is the error underneath, nil when this one is the first.
	Cause error
}

// Errorf makes an error without a cause.
func Errorf(code Code, op, format string, args ...any) *Error {
	return &Error{Code: code, Op: op, Text: fmt.Sprintf(format, args...)}
}

// Wrap gives a foreign error a code and an operation. It returns nil for nil.
func Wrap(code Code, op string, err error) error {
	if err == nil {
		return nil
	}
	return &Error{Code: code, Op: op, Cause: err}
}

// WithHelp returns e with a way out.
func (e *Error) WithHelp(format string, args ...any) *Error {
	c := *e
	c.Help = fmt.Sprintf(format, args...)
	return &c
}

func (e *Error) Error() string {
	s := e.Op
	if e.Text != "" {
		s += ": " + e.Text
	}
	if e.Cause != nil {
		s += ": " + e.Cause.Error()
	}
	return s
}

func (e *Error) Unwrap() error { return e.Cause }

// CodeOf is the code of the outermost Error in err's chain. A foreign error is
// Internal; nil has no code.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return Internal
}
