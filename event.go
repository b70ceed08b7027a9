package senda

import (
	"time"

	"github.com/senda-dev/senda/internal/jsonata"
)

// Event is something that happened, as an upstream system tells it.
type Event struct {
	// Source and ID identify the event: the same pair is the same event,
	// however often it arrives.
	Source string
	ID     string
	// Kind names the contract, such as "order.completed".
	Kind string
	// Time is when it happened, in UTC; Arrived when it reached Senda.
	Time    time.Time
	Arrived time.Time
	// Identifiers name the person as the source knows them ("customer" ->
	// "C-1187", "email" -> an address). Personal data: they stay in intake.
	Identifiers map[string]string
	// Data is the payload, an object that satisfies the contract.
	Data jsonata.Value
}

// Ref identifies an event without saying what it tells.
type Ref struct {
	Source string `json:"source"`
	ID     string `json:"id"`
}

// Ref is the event's identity.
func (e Event) Ref() Ref { return Ref{e.Source, e.ID} }

// Happening is one line of a person's timeline: the part of an event that facts
// need. Its place in the timeline is (event time, source, id).
type Happening struct {
	Person PersonID  `json:"person"`
	Kind   string    `json:"kind"`
	Time   time.Time `json:"time"`
	Ref    Ref       `json:"ref"`
	// Data holds the fields that the contract lets the timeline keep.
	Data jsonata.Value `json:"data,omitzero"`
}

// Seen remembers that an event was taken in. Done is false until everything the
// event causes was carried out: a repeated delivery then goes on where the
// first one died instead of being dropped as a duplicate.
type Seen struct {
	Ref    Ref       `json:"ref"`
	Person PersonID  `json:"person"`
	At     time.Time `json:"at"`
	Done   bool      `json:"done"`
	// Event is the event itself until Done: the intake's own queue, from which a
	// sweeper carries on what died half-way. It is personal data and goes with Done.
	Event *Event `json:"event,omitempty"`
}

// Quarantined is an event that was refused, kept whole until somebody mends its
// cause and redrives it, or until it expires.
type Quarantined struct {
	ID     string    `json:"id"`
	At     time.Time `json:"at"`
	Kind   string    `json:"kind"`
	Reason string    `json:"reason"`
	Code   string    `json:"code"`
	Body   []byte    `json:"body"`
	Tries  int       `json:"tries"`
}
