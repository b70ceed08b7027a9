package jsonata

import "fmt"

// Error is what Parse, Compile, Eval and ParseJSON return.
type Error struct {
	// Code is JSONata's own where the reference has one (S0201, T2001, D1009),
	// and begins with U and a 2 or more where the refusal is ours; see codes.go.
	Code string
	// Pos and End are byte offsets in the source, End after the last byte. For
	// an error that has no place both are -1.
	Pos, End int
	Message  string
	// Token is the word or function that the message is about.
	Token string
	// Value is the offending value where the reference reports one.
	Value Value
}

// Error gives code and message on one line.
func (e *Error) Error() string { return e.Code + ": " + e.Message }

func errorAt(code string, pos, end int, format string, args ...any) *Error {
	return &Error{Code: code, Pos: pos, End: end, Message: fmt.Sprintf(format, args...)}
}
