package consent

import (
	"time"

	senda "github.com/senda-dev/senda"
)

// ConfirmWithin is how long the link of a double opt-in grants something.
const ConfirmWithin = 7 * 24 * time.Hour

// Answer is what the page of a double opt-in says.
type Answer string

// The answers. The same link opened twice gives the same one.
const (
	AnswerGranted   Answer = "granted"
	AnswerExpired   Answer = "expired"
	AnswerWithdrawn Answer = "withdrawn" // after the mail was asked for
	AnswerErased    Answer = "erased"
)

// Look says what a link would answer if its button were pressed now: what a GET
// shows. It changes nothing, since scanners of mail open links. asked is the time
// of the asking that the link belongs to; done says that an earlier press granted
// it, so that pressing again changes nothing.
func Look(h *senda.ConsentHead, scope senda.Scope, asked, at time.Time) (a Answer, done bool) {
	st := h.Standing(scope)
	for _, over := range h.Standings {
		if wide(over.Scope) && covers(over.Scope, scope) && compare(over, st) > 0 {
			st = over
		}
	}
	switch {
	case h.Erased:
		return AnswerErased, false
	case negative(st.State) && !st.Time.Before(asked):
		return AnswerWithdrawn, false
	case st.State == senda.ConsentGranted && !st.Confirmed.IsZero() && !st.Confirmed.Before(asked):
		return AnswerGranted, true
	case at.Sub(asked) >= ConfirmWithin:
		return AnswerExpired, false
	}
	return AnswerGranted, false
}

// Opens says whether somebody's asking at an instant opens a new double opt-in,
// with its mail and its one reminder. It does not while one is open or once the
// consent was given: whoever types a stranger's address into a form a hundred
// times causes two mails. st is the standing before or after the asking itself.
func Opens(st senda.Standing, at time.Time) bool {
	if st.State == senda.ConsentGranted && !st.Imported {
		return false
	}
	return st.Asked.IsZero() || at.Equal(st.Asked) || at.Sub(st.Asked) >= ConfirmWithin
}
