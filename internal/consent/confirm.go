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

// Look says what the link would answer if its button were pressed now: what a
// GET shows. It changes nothing, since scanners of mail open links.
func Look(h *senda.ConsentHead, scope senda.Scope, asked, at time.Time) Answer {
	st := h.Standing(scope)
	over := st
	for _, o := range h.Standings {
		if wide(o.Scope) && covers(o.Scope, scope) && compare(o, over) > 0 {
			over = o
		}
	}
	switch {
	case h.Erased:
		return AnswerErased
	case negative(over.State) && !over.Time.Before(asked):
		return AnswerWithdrawn
	case over.State == senda.ConsentGranted && !over.Confirmed.Before(asked) && !over.Confirmed.IsZero():
		return AnswerGranted
	case at.Sub(asked) >= ConfirmWithin:
		return AnswerExpired
	}
	return AnswerGranted
}

// Confirm presses the button: a POST. asked is the time of the asking that the
// link belongs to; c says how it was done and what was agreed to.
func (d *Draft) Confirm(scope senda.Scope, asked time.Time, c Change) Answer {
	a := Look(&d.head, scope, asked, c.Time)
	if a != AnswerGranted {
		return a
	}
	if st := d.head.Standing(scope); st.State == senda.ConsentGranted && !st.Confirmed.IsZero() && !st.Confirmed.Before(asked) {
		return a
	}
	c.Scope, c.State, c.Confirmed, c.Import = scope, senda.ConsentGranted, c.Time, false
	d.Set(c)
	return a
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
