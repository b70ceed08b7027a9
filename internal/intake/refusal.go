package intake

import (
	"fmt"
	"maps"
	"slices"
)

// Reason is why an event went to quarantine: a word for tables, and the code that
// logs and metrics show.
type Reason string

// The reasons.
const (
	// Malformed: no event can be read from it.
	Malformed Reason = "malformed"
	// UnknownKind: no contract was published for its kind.
	UnknownKind Reason = "unknown-kind"
	// Breach: it does not keep the contract of its kind.
	Breach Reason = "contract"
	// Ahead: its time is more than five minutes ahead of the clock.
	Ahead Reason = "future"
	// NegativeAmount: an amount of money is below zero.
	NegativeAmount Reason = "negative-amount"
	// UnknownCurrency: the family does not keep books in its currency.
	UnknownCurrency Reason = "unknown-currency"
	// Nobody: it names no person.
	Nobody Reason = "nobody"
	// BadAddress: its e-mail address is none.
	BadAddress Reason = "address"
	// UnknownPurpose: brands.yaml knows no such brand or purpose.
	UnknownPurpose Reason = "unknown-purpose"
)

// Refusal is why an event was refused. Text is for the person who mends it and
// names members and places, never values: values may be personal.
type Refusal struct {
	Reason Reason
	Text   string
}

func (r *Refusal) Error() string { return string(r.Reason) + ": " + r.Text }

func refuse(reason Reason, format string, args ...any) error {
	return &Refusal{reason, fmt.Sprintf(format, args...)}
}

func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }
