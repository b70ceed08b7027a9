package senda

import (
	"fmt"
	"time"
)

// Stamp spells an instant so that the order of texts is the order of time.
func Stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000000Z") }

// The keys of the records, for those who read them.

// PersonKey places a profile.
func PersonKey(p PersonID) Key { return Key{KindPerson, string(p), ""} }

// IdentityKey places the link from an identifier's keyed hash to its person.
func IdentityKey(kind, digest string) Key { return Key{KindIdentity, kind, digest} }

// SeenKey places the memory of an event.
func SeenKey(r Ref) Key { return Key{KindSeen, r.Source, r.ID} }

// ConsentKey places the head of a person's consent.
func ConsentKey(p PersonID) Key { return Key{KindConsent, string(p), ""} }

// ProofKey places the n-th proof of a subject.
func ProofKey(subject string, n int) Key {
	return Key{KindProof, subject, fmt.Sprintf("%08d", n)}
}

// SuppressionKey places the suppression of an address, by its keyed hash.
func SuppressionKey(digest string) Key { return Key{KindSuppression, digest, ""} }

// EntryKey places an entry.
func EntryKey(p PersonID, id EntryID) Key { return Key{KindEntry, string(p), string(id)} }

// StepKey places the record of the n-th run of a step.
func StepKey(p PersonID, id EntryID, step string, n int) Key {
	return Key{KindStep, string(p), fmt.Sprintf("%s|%s|%04d", id, step, n)}
}

// ClaimKey places the claim of the n-th message of a step.
func ClaimKey(p PersonID, id EntryID, step string, n int) Key {
	return Key{KindClaim, string(p), fmt.Sprintf("%s|%s|%04d", id, step, n)}
}

// CapsKey places a family's ledger of caps for a person.
func CapsKey(p PersonID, family string) Key { return Key{KindCaps, string(p), family} }

// DecisionKey places the decision of the n-th run of an offer step.
func DecisionKey(p PersonID, id EntryID, step string, n int) Key {
	return Key{KindDecision, string(p), fmt.Sprintf("%s|%s|%04d", id, step, n)}
}

// CounterKey places a counter.
func CounterKey(name string) Key { return Key{KindCounter, name, ""} }

// PosteriorKey places what is known of an offer in a slot.
func PosteriorKey(slot, offer string) Key { return Key{KindPosterior, slot, offer} }

// ExecutionKey places an execution of the embedded runner.
func ExecutionKey(name string) Key { return Key{KindExecution, name, ""} }

// AudienceKey places the membership of one person in one journey's audience.
func AudienceKey(journey string, p PersonID) Key { return Key{KindAudience, string(p), journey} }

// DeploymentKey places what a journey does with people today.
func DeploymentKey(journey string) Key { return Key{KindDeployment, "", journey} }

// ReleaseKey places a bundle of a journey that was deployed once.
func ReleaseKey(journey, digest string) Key { return Key{KindRelease, journey, digest} }

// Key places the person.
func (r Person) Key() Key { return PersonKey(r.ID) }

// Indexes lists every person once, so that audiences can be evaluated.
func (r Person) Indexes() []IndexKey {
	if r.Erased || r.Into != "" || r.ID == "" {
		return nil
	}
	return []IndexKey{{IndexPeople, PeoplePart(r.ID), string(r.ID)}}
}

// PeoplePart is the part of IndexPeople in which a person stands.
func PeoplePart(p PersonID) string { return fmt.Sprintf("%x", Hash64(string(p))>>60) }

// Key places the identity.
func (r Identity) Key() Key { return IdentityKey(r.Kind, r.Digest) }

// Indexes is empty.
func (r Identity) Indexes() []IndexKey { return nil }

// Key places the happening in its person's timeline.
func (r Happening) Key() Key {
	return Key{KindHappening, string(r.Person), Stamp(r.Time) + "|" + r.Ref.Source + "|" + r.Ref.ID}
}

// Indexes is empty.
func (r Happening) Indexes() []IndexKey { return nil }

// Key places the memory of the event.
func (r Seen) Key() Key { return SeenKey(r.Ref) }

// Indexes shows what is not done, for the sweeper.
func (r Seen) Indexes() []IndexKey {
	if r.Done {
		return nil
	}
	return []IndexKey{{IndexUndone, "", Stamp(r.At) + "|" + r.Ref.Source + "|" + r.Ref.ID}}
}

// Key places the event among those refused.
func (r Quarantined) Key() Key { return Key{KindQuarantined, "", r.ID} }

// Indexes is empty.
func (r Quarantined) Indexes() []IndexKey { return nil }

// Key places the head.
func (r ConsentHead) Key() Key { return ConsentKey(r.Person) }

// Indexes is empty.
func (r ConsentHead) Indexes() []IndexKey { return nil }

// Key places the proof in its subject's log.
func (r Proof) Key() Key { return ProofKey(r.Subject, r.N) }

// Indexes is empty.
func (r Proof) Indexes() []IndexKey { return nil }

// Key places the suppression.
func (r Suppression) Key() Key { return SuppressionKey(r.Address) }

// Indexes is empty.
func (r Suppression) Indexes() []IndexKey { return nil }

// Key places the entry among its person's.
func (r Entry) Key() Key { return EntryKey(r.Person, r.ID) }

// Indexes shows entries whose execution is not known to exist.
func (r Entry) Indexes() []IndexKey {
	if r.Started || r.Status == StatusEnded {
		return nil
	}
	return []IndexKey{{IndexUnstarted, "", Stamp(r.Enrolled) + "|" + string(r.Person) + "|" + string(r.ID)}}
}

// Key places the record of the step.
func (r StepRecord) Key() Key { return StepKey(r.Person, r.Entry, r.Step, r.N) }

// Indexes is empty.
func (r StepRecord) Indexes() []IndexKey { return nil }

// Key places the claim.
func (r Claim) Key() Key { return ClaimKey(r.Person, r.Entry, r.Step, r.N) }

// Indexes finds a claim by its message, and those without a final fate by time.
func (r Claim) Indexes() []IndexKey {
	ix := []IndexKey{{IndexMessages, string(r.Message), ""}}
	if r.Fate == Claimed {
		ix = append(ix, IndexKey{IndexOpenClaims, "", Stamp(r.Taken) + "|" + string(r.Message)})
	}
	return ix
}

// Key places the ledger.
func (r CapLedger) Key() Key { return CapsKey(r.Person, r.Family) }

// Indexes is empty.
func (r CapLedger) Indexes() []IndexKey { return nil }

// Key places the decision.
func (r Decision) Key() Key { return DecisionKey(r.Person, r.Entry, r.Step, r.N) }

// Indexes is empty.
func (r Decision) Indexes() []IndexKey { return nil }

// Key places the counter.
func (r Counter) Key() Key { return CounterKey(r.Name) }

// Indexes is empty.
func (r Counter) Indexes() []IndexKey { return nil }

// Key places the posterior.
func (r Posterior) Key() Key { return PosteriorKey(r.Slot, r.Offer) }

// Indexes is empty.
func (r Posterior) Indexes() []IndexKey { return nil }

// Execution is a run of the embedded runner, saved while it waits. In the cloud
// Step Functions keeps it.
type Execution struct {
	Name   string   `json:"name"`
	Person PersonID `json:"person"`
	Entry  EntryID  `json:"entry"`
	Bundle string   `json:"bundle"`
	// Input is what the execution was started with: starting again with another
	// input under the same name is an error.
	Input []byte `json:"input"`
	// Saved is the interpreter's state at the pause; Wake the next timer.
	Saved []byte `json:"saved,omitempty"`
	// Tokens are those of the callback tasks that are open.
	Tokens []string  `json:"tokens,omitempty"`
	Wake   time.Time `json:"wake,omitzero"`
	// Status is RUNNING, SUCCEEDED, FAILED, TIMED_OUT or ABORTED.
	Status string `json:"status"`
	Error  string `json:"error,omitempty"`
	Cause  string `json:"cause,omitempty"`
}

// Key places the execution.
func (r Execution) Key() Key { return ExecutionKey(r.Name) }

// Indexes shows what has not ended, by the instant at which it wakes.
func (r Execution) Indexes() []IndexKey {
	if r.Status != "RUNNING" {
		return nil
	}
	return []IndexKey{{IndexExecutions, "", Stamp(r.Wake) + "|" + r.Name}}
}

// Deployment is a journey's state today and the bundle that people enter with
// today. It is not pinned: a journey that is stopped stops for those inside.
type Deployment struct {
	Journey string `json:"journey"`
	State   State  `json:"state"`
	Bundle  string `json:"bundle"`
}

// Key places the deployment among all of them.
func (r Deployment) Key() Key { return DeploymentKey(r.Journey) }

// Indexes is empty.
func (r Deployment) Indexes() []IndexKey { return nil }

// Release says which machine runs a bundle: those who entered with it finish on it,
// whatever is deployed later.
type Release struct {
	Journey string `json:"journey"`
	Bundle  string `json:"bundle"`
	// Machine is the ARN of the version of the state machine.
	Machine string    `json:"machine"`
	At      time.Time `json:"at"`
}

// Key places the release among those of its journey.
func (r Release) Key() Key { return ReleaseKey(r.Journey, r.Bundle) }

// Indexes is empty.
func (r Release) Indexes() []IndexKey { return nil }

// Membership remembers that a person belonged to the audience of a journey at
// its last run: whoever newly belongs enters.
type Membership struct {
	Journey string    `json:"journey"`
	Person  PersonID  `json:"person"`
	Since   time.Time `json:"since"`
	Run     time.Time `json:"run"`
}

// Key places the membership.
func (r Membership) Key() Key { return AudienceKey(r.Journey, r.Person) }

// Indexes is empty.
func (r Membership) Indexes() []IndexKey { return nil }
