package senda

import (
	"slices"
	"time"
)

// Class says which rules a purpose is under.
type Class string

// The classes. Marketing needs a basis and obeys caps, quiet hours, hold-outs;
// service is held in quiet hours only; transactional answers the person's own act.
const (
	Marketing     Class = "marketing"
	Service       Class = "service"
	Transactional Class = "transactional"
)

// Priority orders journeys where places are scarce.
type Priority string

// The priorities.
const (
	High   Priority = "high"
	Normal Priority = "normal"
	Low    Priority = "low"
)

// Guard names a rule that a mail must pass. The word is the refusal's reason in
// YAML, code, console and logs.
type Guard string

// The guards in their one order. All are evaluated and recorded; the first
// refusal is the one that reports count. QuietHours comes last: it alone holds.
const (
	GuardErased     Guard = "erased"
	GuardDead       Guard = "unreachable"
	GuardComplained Guard = "complained"
	GuardExcluded   Guard = "excluded"
	GuardWithdrawn  Guard = "withdrawn"
	GuardBasis      Guard = "no-basis"
	GuardSunset     Guard = "sunset"
	GuardCare       Guard = "care"
	GuardArm        Guard = "held-out"
	GuardStopped    Guard = "stopped"
	GuardExpired    Guard = "expired"
	GuardCap        Guard = "cap"
	GuardQuiet      Guard = "quiet-hours"
)

// Guards lists the guards in their order.
func Guards() []Guard {
	return []Guard{
		GuardErased, GuardDead, GuardComplained, GuardExcluded, GuardWithdrawn, GuardBasis, GuardSunset,
		GuardCare, GuardArm, GuardStopped, GuardExpired, GuardCap, GuardQuiet,
	}
}

// Verdict is what one guard said. Why is in words for a person and holds no
// personal data.
type Verdict struct {
	Guard Guard  `json:"guard"`
	Pass  bool   `json:"pass"`
	Why   string `json:"why,omitempty"`
}

// Fate is what became of a claim.
type Fate string

// The fates. A claim counts from its instant; only NotSent gives it back.
const (
	// Claimed: the right to send was taken, and whether the mail left is unknown.
	Claimed Fate = "claimed"
	// Sent: the mail service took it.
	Sent Fate = "sent"
	// NotSent: it is known that the mail did not leave.
	NotSent Fate = "not-sent"
	// Skipped: nobody knows whether it left, and the policy forbids a second try.
	Skipped Fate = "skipped"
	// Unproven: nobody knows whether it left, and the policy asks for a person.
	Unproven Fate = "unproven"
)

// Policy says what becomes of a message when a quarter of an hour after its
// claim nobody knows whether it left.
type Policy string

// The policies.
const (
	PolicySkip   Policy = "skip"   // marketing: never twice
	PolicyWait   Policy = "wait"   // service: a person looks
	PolicyResend Policy = "resend" // transactional: rather twice than never
)

// PolicyOf is the policy of a class.
func PolicyOf(c Class) Policy {
	switch c {
	case Transactional:
		return PolicyResend
	case Service:
		return PolicyWait
	case Marketing:
		return PolicySkip
	}
	return PolicySkip
}

// Claim is the right to send one message, taken once under a deterministic name.
type Claim struct {
	Person   PersonID  `json:"person"`
	Message  MessageID `json:"message"`
	Entry    EntryID   `json:"entry"`
	Step     string    `json:"step"`
	N        int       `json:"n"`
	Journey  string    `json:"journey"`
	Family   string    `json:"family"`
	Brand    string    `json:"brand"`
	Purpose  string    `json:"purpose"`
	Class    Class     `json:"class"`
	Priority Priority  `json:"priority"`
	Policy   Policy    `json:"policy"`
	Mail     string    `json:"mail"`
	Language string    `json:"language"`
	// At is the journey time of the claim; Taken the clock's.
	At    time.Time `json:"at"`
	Taken time.Time `json:"taken"`
	Fate  Fate      `json:"fate"`
	// Fence is the number of the attempt that holds the lease until Lease: an
	// attempt with an older number may not write the fate.
	Fence int       `json:"fence"`
	Lease time.Time `json:"lease,omitzero"`
	// Holder is the name that the attempt gave itself: it knows its own claim again
	// when the answer of the commit was lost.
	Holder string `json:"holder,omitempty"`
	// Service is the mail service's own id of the message, once it has one.
	Service string `json:"service,omitempty"`
	// Reason says why it was not sent or was skipped.
	Reason string `json:"reason,omitempty"`
	// Offers lists the decisions whose offers the message shows: "slot/offer/step/n".
	Offers []string `json:"offers,omitempty"`
	// What the mail services and the person told afterwards; zero when not.
	Delivered time.Time `json:"delivered,omitzero"`
	Opened    time.Time `json:"opened,omitzero"`
	Clicked   time.Time `json:"clicked,omitzero"`
	Bounced   time.Time `json:"bounced,omitzero"`
	// Bounce is the worst class of its bounces: ours, soft, listed, hard.
	Bounce     string    `json:"bounce,omitempty"`
	Complained time.Time `json:"complained,omitzero"`
	Answered   time.Time `json:"answered,omitzero"`
	Answer     string    `json:"answer,omitempty"`
}

// CapLedger holds the last claims of a family's marketing towards one person,
// as many days as the family's windows need.
type CapLedger struct {
	Person PersonID `json:"person"`
	Family string   `json:"family"`
	Places []Place  `json:"places,omitempty"`
}

// Without is the ledger without the message's place: it is known that it did not leave.
func (l CapLedger) Without(m MessageID) CapLedger {
	l.Places = slices.DeleteFunc(slices.Clone(l.Places), func(p Place) bool { return p.Message == m })
	return l
}

// Place is one claim that counts: the civil day (yyyy-mm-dd) in the person's
// zone, its priority and the message, so that it can be given back.
type Place struct {
	Day      string    `json:"day"`
	Priority Priority  `json:"priority"`
	Purpose  string    `json:"purpose"`
	Message  MessageID `json:"message"`
}
