package senda

import (
	"time"

	"github.com/senda-dev/senda/internal/jsonata"
)

// Person is the profile: who somebody is and what is known of them. It holds
// personal data and never leaves the functions that read it.
type Person struct {
	ID PersonID `json:"id"`
	// Address is where mail goes; empty when none is known.
	Address string `json:"address,omitempty"`
	// Locale is a BCP 47 tag, such as "es-MX"; empty when unknown.
	Locale string `json:"locale,omitempty"`
	// Zone is an IANA name that the person or a source stated; empty when unknown.
	Zone string `json:"zone,omitempty"`
	// PostalCode and Country (ISO 3166-1 alpha-2) help to find a zone.
	PostalCode string `json:"postal-code,omitempty"`
	Country    string `json:"country,omitempty"`
	// Attributes are those that profile.yaml declares, by name.
	Attributes map[string]Attribute `json:"attributes,omitempty"`
	// Test marks a test person, the only kind that may walk at another pace.
	Test bool `json:"test,omitempty"`
	Pace Pace `json:"pace,omitempty"`
	// Given is what a scenario states of a test person; nil, and without any effect,
	// for everybody else.
	Given *Given `json:"given,omitempty"`
	// Born is the arrival of the first event that named the person: when two
	// identities merge, the older one's assignments stay.
	Born time.Time `json:"born"`
	// Merged lists the ids that became this person; Into is set on those.
	Merged []PersonID `json:"merged,omitempty"`
	Into   PersonID   `json:"into,omitempty"`
	// Erased is true once the person asked to be forgotten; nothing else remains.
	Erased bool `json:"erased,omitempty"`
}

// Given is what a scenario states of its person: values that would have to be
// computed from a past that nobody wrote, and the journey that is rehearsed.
type Given struct {
	// Facts are values of facts by name.
	Facts map[string]jsonata.Value `json:"facts,omitempty"`
	// Scores are the fields of scores by model.
	Scores map[string]jsonata.Value `json:"scores,omitempty"`
	// Journey is the only journey that the person enters, whatever its state but
	// stopped: a draft is rehearsed before anybody else may enter it.
	Journey string `json:"journey,omitempty"`
}

// Rehearses is the only journey that a test person enters; empty for everybody else.
func (r Person) Rehearses() string {
	if !r.Test || r.Given == nil {
		return ""
	}
	return r.Given.Journey
}

// Fact is the value that is stated of a test person.
func (r Person) Fact(name string) (jsonata.Value, bool) {
	if !r.Test || r.Given == nil {
		return jsonata.Nothing, false
	}
	v, ok := r.Given.Facts[name]
	return v, ok
}

// Score are the fields of a model's score that are stated of a test person.
func (r Person) Score(model string) (jsonata.Value, bool) {
	if !r.Test || r.Given == nil {
		return jsonata.Nothing, false
	}
	v, ok := r.Given.Scores[model]
	return v, ok
}

// Attribute is a value and the time of the event that taught it: the latest
// event wins, whatever the order of arrival.
type Attribute struct {
	Value jsonata.Value `json:"value,omitzero"`
	Time  time.Time     `json:"time"`
}

// Identity links one identifier of a source system to a person. Digest is a
// keyed hash, so that the key of the record is no address.
type Identity struct {
	Kind   string   `json:"kind"`
	Digest string   `json:"digest"`
	Person PersonID `json:"person"`
}
