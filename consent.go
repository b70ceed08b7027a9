package senda

import "time"

// Scope says what a consent is about: a purpose of a brand over a channel,
// towards one legal entity.
type Scope struct {
	Controller string `json:"controller"`
	Brand      string `json:"brand"`
	Purpose    string `json:"purpose"`
	Channel    string `json:"channel"`
}

// ConsentState is where a person stands in one scope.
type ConsentState string

// The states. Unknown is the zero value: absence of an opt-out is not consent.
const (
	ConsentUnknown   ConsentState = ""
	ConsentAsked     ConsentState = "asked"
	ConsentGranted   ConsentState = "granted"
	ConsentWithdrawn ConsentState = "withdrawn"
	ConsentObjected  ConsentState = "objected"
)

// Basis is the legal ground of a marketing message.
type Basis string

// The bases: consent given, or the soft opt-in of an own customer
// (ePrivacy Directive 2002/58/EC, Article 13(2); in Spain LSSI Article 21.2).
const (
	BasisNone     Basis = ""
	BasisConsent  Basis = "consent"
	BasisCustomer Basis = "customer"
)

// Standing is what the head keeps of one scope: the state, since when by event
// time, and what the proof of it is called.
type Standing struct {
	Scope Scope        `json:"scope"`
	State ConsentState `json:"state"`
	Basis Basis        `json:"basis,omitempty"`
	Time  time.Time    `json:"time"`
	// Form, Wording, Language and Confirmed say how it was given.
	Form      string    `json:"form,omitempty"`
	Wording   string    `json:"wording,omitempty"`
	Language  string    `json:"language,omitempty"`
	Confirmed time.Time `json:"confirmed,omitzero"`
	Proof     string    `json:"proof,omitempty"`
	// Imported marks a consent that an import brought: any word of the person's own
	// outranks it, whatever the time.
	Imported bool `json:"imported,omitempty"`
	// Asked is the latest time at which somebody asked in the person's name; a
	// double opt-in is open for seven days from it.
	Asked time.Time `json:"asked,omitzero"`
}

// ConsentHead is where a person stands in every scope: the one item that the
// transaction of a send checks.
type ConsentHead struct {
	Person    PersonID   `json:"person"`
	Standings []Standing `json:"standings,omitempty"`
	Erased    bool       `json:"erased,omitempty"`
	// Care is true while a care case is open: promotion waits.
	Care     bool      `json:"care,omitempty"`
	CareTime time.Time `json:"care-time,omitzero"`
	// Minor and Excluded come from the profile's source or a list.
	Minor    bool `json:"minor,omitempty"`
	Excluded bool `json:"excluded,omitempty"`
	// Objected is the objection to profiling (GDPR Article 21): no scoring and
	// no offers for marketing.
	Objected bool `json:"objected,omitempty"`
	// Subject is the random id under which the log of proofs names the person:
	// erasure drops this link and keeps the proofs. Proofs counts them, LastProof is the
	// hash of the latest.
	Subject   string `json:"subject,omitempty"`
	Proofs    int    `json:"proofs,omitempty"`
	LastProof string `json:"last-proof,omitempty"`
	// PausedUntil is "pause 30 days", asked for on the preference page.
	PausedUntil time.Time `json:"paused-until,omitzero"`
	// LessOften is asked for there too: at most one marketing mail of a family in
	// seven days, whatever its caps allow.
	LessOften bool `json:"less-often,omitempty"`
	// Alive is the latest human sign of life: a purchase, an answer, a click by a person.
	Alive time.Time `json:"alive,omitzero"`
}

// Standing returns where the person stands in a scope.
func (h ConsentHead) Standing(s Scope) Standing {
	for _, st := range h.Standings {
		if st.Scope == s {
			return st
		}
	}
	return Standing{Scope: s}
}

// Proof is one entry of the append-only log of consent (GDPR Article 7(1)).
// Its subject is a random id that only the head links to a person.
type Proof struct {
	Subject   string       `json:"subject"`
	N         int          `json:"n"`
	Scope     Scope        `json:"scope"`
	State     ConsentState `json:"state"`
	Basis     Basis        `json:"basis,omitempty"`
	Time      time.Time    `json:"time"`
	Recorded  time.Time    `json:"recorded"`
	By        string       `json:"by,omitempty"`
	Source    string       `json:"source,omitempty"`
	Form      string       `json:"form,omitempty"`
	Wording   string       `json:"wording,omitempty"`
	Language  string       `json:"language,omitempty"`
	Confirmed time.Time    `json:"confirmed,omitzero"`
	Evidence  string       `json:"evidence,omitempty"`
	// Previous is the Hash of the subject's proof before this one, Hash that of
	// this one over all other fields: a change anywhere breaks the chain.
	Previous string `json:"previous,omitempty"`
	Hash     string `json:"hash"`
}

// Suppression forbids an address. It is keyed by a keyed hash of the address, so
// that it outlives erasure and an import cannot bring the person back.
type Suppression struct {
	Address string `json:"address"`
	// Dead: permanent bounce. Stops every class of mail.
	Dead bool `json:"dead,omitempty"`
	// Erased: the address belonged to somebody who asked to be forgotten.
	Erased bool `json:"erased,omitempty"`
	// Complained lists the controllers whose marketing was reported as abuse.
	Complained []string `json:"complained,omitempty"`
	// Soft counts transient bounces in a row; Since is the first of them.
	Soft  int       `json:"soft,omitempty"`
	Since time.Time `json:"since,omitzero"`
	Time  time.Time `json:"time"`
}
