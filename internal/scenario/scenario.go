// Package scenario holds what scenarios.yaml says: who a person is and what
// happens to them, and the path, the mails and the offers that must come of it,
// in journey time.
package scenario

import (
	"time"

	"github.com/senda-dev/senda/internal/calendar"
	"github.com/senda-dev/senda/internal/diag"
	"github.com/senda-dev/senda/internal/jsonata"
)

// LeftPrefix begins the last word of a path: left-bought is having left because
// of an exit with that reason.
const LeftPrefix = "left-"

// Scenario is one test of a journey.
type Scenario struct {
	Name diag.Text
	Note diag.Text
	// At is the journey time at which the person enters; zero: a Monday at 10:00
	// in the zone of the family.
	At    time.Time
	AtPos diag.Pos
	Given Given
	// Enter is the payload of the event that enters; Nothing: the sample of its
	// contract. An audience enters without one.
	Enter  jsonata.Value
	Events []Event
	Want   Want
}

// Given is what is known before the person enters.
type Given struct {
	// Person holds attributes by name, Facts the values of facts, which then are
	// not folded from the timeline.
	Person, Facts map[string]jsonata.Value
	// Consent are the purposes to which the person has consented, as "offers" or
	// "pantry.offers".
	Consent []diag.Text
	// Scores are what models answer, by model.
	Scores map[string]jsonata.Value
	// Offers are what slots give, by slot; "none" where nothing is eligible.
	Offers map[string]diag.Text
	// Ways are the ways of splits, by split.
	Ways map[string]diag.Text
	// HeldOut walks the journey as one of the held-out.
	HeldOut bool
	// Address is false for somebody who cannot be written to.
	Address bool
}

// Event is something that happens on the way.
type Event struct {
	// After counts from the entry.
	After calendar.Span
	// Kind is a kind of event, or an outcome of a step of the journey, as
	// "come-back.clicked".
	Kind diag.Text
	// Data is the payload; what is left out is taken from the contract's sample.
	Data jsonata.Value
}

// Want is what must come of it. Nil lists are not compared; empty ones must be
// empty.
type Want struct {
	// Path are the names of the steps that did something, in their order; the last
	// may be the reason of the exit, as "left-bought".
	Path []diag.Text
	// Mails are the steps whose mails left, in their order.
	Mails []diag.Text
	// Offers are what slots gave, by slot.
	Offers map[string]diag.Text
	// Refused are the reasons for which mails did not leave, by step.
	Refused map[string]diag.Text
	// Leaves is the reason with which the person leaves; "" is not compared.
	Leaves diag.Text
}
