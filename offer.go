package senda

import "time"

// Decision is what choose decided, stored before it is answered: a repeated
// attempt gets the same one.
type Decision struct {
	Person PersonID  `json:"person"`
	Entry  EntryID   `json:"entry"`
	Step   string    `json:"step"`
	N      int       `json:"n"`
	Slot   string    `json:"slot"`
	At     time.Time `json:"at"`
	// Offer is empty when nothing was eligible.
	Offer string `json:"offer,omitempty"`
	// Fallback is true when the slot's fallback was taken.
	Fallback bool `json:"fallback,omitempty"`
	// Propensity is the probability of this choice under Snapshot, at least 0.01
	// for a drawn offer, 1 where nothing was drawn.
	Propensity float64 `json:"propensity"`
	// Snapshot names the posteriors that were in force.
	Snapshot string `json:"snapshot,omitempty"`
	// Candidates says of every offer of the slot whether it could be chosen and why not.
	Candidates []Candidate `json:"candidates,omitempty"`
	// Held is true for the held-out: nothing is reserved or spent.
	Held bool `json:"held,omitempty"`
	// Test is true for a test person: nothing is learned from it.
	Test bool `json:"test,omitempty"`
	// State is reserved, spent or released.
	State OfferState `json:"state,omitempty"`
	// Used is when the person used the offer, by event time; zero when not yet.
	Used time.Time `json:"used,omitzero"`
}

// Candidate is one offer that was looked at.
type Candidate struct {
	Offer  string `json:"offer"`
	Reason string `json:"reason,omitempty"` // empty when eligible
	// Propensity is the probability with which it could have been drawn; 0 when it
	// could not.
	Propensity float64 `json:"propensity,omitempty"`
}

// OfferState is where a chosen offer stands.
type OfferState string

// The states of a chosen offer.
const (
	Reserved OfferState = "reserved"
	Spent    OfferState = "spent"
	Released OfferState = "released"
)

// Counter is one bounded quantity shared between people: an offer's cap or its
// budget in minor units. Used never passes Limit.
type Counter struct {
	Name  string `json:"name"`
	Limit int64  `json:"limit"`
	// Used counts what is reserved and spent, Spent what left.
	Used  int64 `json:"used"`
	Spent int64 `json:"spent"`
}

// Posterior is what is known of one offer: a snapshot from which an epoch draws,
// and the counts gathered since, which the next snapshot takes in.
type Posterior struct {
	Slot  string `json:"slot"`
	Offer string `json:"offer"`
	Epoch string `json:"epoch"`
	// Alpha and Beta are the parameters of the snapshot's Beta distribution.
	Alpha float64 `json:"alpha"`
	Beta  float64 `json:"beta"`
	// Shown and Won are the counts since the snapshot.
	Shown float64 `json:"shown"`
	Won   float64 `json:"won"`
}
