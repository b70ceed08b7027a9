package calendar

import (
	"fmt"
	"strings"
)

// Error says what is wrong with a written time, where, and what to write.
type Error struct {
	From, To int    // bytes of the text that are wrong
	Message  string // plain words, no full stop
	Help     string // the way out; may be empty
}

func (e *Error) Error() string { return e.Message }

func fail(from, to int, help, format string, args ...any) *Error {
	return &Error{From: from, To: to, Message: fmt.Sprintf(format, args...), Help: help}
}

// shift moves an error of a part to its place in the whole.
func (e *Error) shift(by int) *Error {
	return &Error{From: e.From + by, To: e.To + by, Message: e.Message, Help: e.Help}
}

// word is a piece of a text between spaces.
type word struct {
	text     string
	from, to int
}

// words cuts s at single spaces. What is written has one canonical form, so two
// spaces are an empty word, which no grammar accepts.
func words(s string) []word {
	var out []word
	at := 0
	for _, w := range strings.Split(s, " ") {
		out = append(out, word{w, at, at + len(w)})
		at += len(w) + 1
	}
	return out
}
