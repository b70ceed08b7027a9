package consent

import (
	"cmp"
	"time"

	senda "github.com/senda-dev/senda"
)

// Email is the only channel so far.
const Email = "email"

// Change is what one event says about one scope.
type Change struct {
	// Scope is what it is about. A withdrawal or an objection may leave parts
	// empty from the right: no purpose is all of the brand, no brand all of the
	// controller, nothing at all everything.
	Scope senda.Scope
	State senda.ConsentState
	// Time is the event's.
	Time time.Time
	// Import says that a list was read, not a person heard.
	Import bool
	// Form, Wording and Language name what the person saw; Confirmed is when a
	// double opt-in was completed.
	Form, Wording, Language string
	Confirmed               time.Time
	// By is who made the change, Source where (form, page, order, call), both
	// words without personal data. Evidence is the hash of the event as told.
	By, Source, Evidence string
}

func (c Change) standing() senda.Standing {
	st := senda.Standing{
		Scope: c.Scope, State: c.State, Time: c.Time,
		Form: c.Form, Wording: c.Wording, Language: c.Language, Confirmed: c.Confirmed,
		Imported: c.Import && c.State == senda.ConsentGranted,
	}
	if c.State == senda.ConsentGranted {
		st.Basis = senda.BasisConsent
	}
	return st
}

// negative says that the state forbids.
func negative(s senda.ConsentState) bool {
	return s == senda.ConsentWithdrawn || s == senda.ConsentObjected
}

// rank of a standing in the register; see the package comment.
func rank(st senda.Standing) int {
	switch {
	case st.State == senda.ConsentUnknown:
		return 0
	case st.State == senda.ConsentAsked:
		return 1
	case st.Imported:
		return 2
	}
	return 3
}

// severity orders the states that share an instant: the stricter stands.
func severity(s senda.ConsentState) int {
	switch s {
	case senda.ConsentObjected:
		return 2
	case senda.ConsentWithdrawn:
		return 1
	default:
		return 0
	}
}

// compare orders two standings of one scope: the greater one stands. It is a
// total order over all that is kept, so that the order of arrival cannot matter.
func compare(a, b senda.Standing) int {
	return cmp.Or(
		cmp.Compare(rank(a), rank(b)),
		a.Time.Compare(b.Time),
		cmp.Compare(severity(a.State), severity(b.State)),
		a.Confirmed.Compare(b.Confirmed),
		cmp.Compare(a.Wording, b.Wording),
		cmp.Compare(a.Language, b.Language),
		cmp.Compare(a.Form, b.Form),
	)
}

// Covers says that a is wider than b and stands for it: a brand for its
// purposes, a controller for its brands, the empty scope for everything.
func Covers(a, b senda.Scope) bool { return covers(a, b) }

func covers(a, b senda.Scope) bool {
	if a == b || a.Channel != "" && a.Channel != b.Channel {
		return false
	}
	switch {
	case a.Controller == "" && a.Brand == "":
		return a.Purpose == ""
	case a.Brand == "":
		return a.Purpose == "" && a.Controller == b.Controller
	}
	return a.Purpose == "" && a.Controller == b.Controller && a.Brand == b.Brand
}

// wide says that a scope is more than one purpose.
func wide(s senda.Scope) bool { return s.Purpose == "" }
