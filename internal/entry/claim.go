package entry

import (
	"time"

	senda "github.com/senda-dev/senda"
)

const (
	// Lease is how long the attempt that took a claim may take to hand over. It
	// looks at the clock right before, so that none does so after its lease.
	Lease = 2 * time.Minute
	// Unknown is how long a proof that a message left is waited for, before the
	// policy of its class applies.
	Unknown = 15 * time.Minute
	// Attempts is how often a message is handed over at most, under the policy resend.
	Attempts = 3
)

// Standing is what a repeated attempt does about a claim.
type Standing string

// The standings.
const (
	// Settled: its fate is known. There is nothing to do.
	Settled Standing = "settled"
	// Busy: another attempt holds the lease.
	Busy Standing = "busy"
	// Lost: the attempt that held it died, and nobody knows whether the message
	// left. The person goes on; the policy applies in its time.
	Lost Standing = "lost"
	// Free: the policy lets this attempt take it over.
	Free Standing = "free"
)

func retake(c senda.Claim, now time.Time) Standing {
	switch {
	case c.Fate != senda.Claimed:
		return Settled
	case now.Before(c.Lease):
		return Busy
	case c.Policy == senda.PolicyResend && c.Fence < Attempts && !now.Before(c.Taken.Add(Unknown)):
		return Free
	}
	return Lost
}

// inTime is asked right before a hand-over: whoever slept through its lease
// leaves the message to the policy.
func inTime(c senda.Claim, now time.Time) bool { return now.Before(c.Lease) }

// Came is what came of a hand-over.
type Came string

// What may come of a hand-over.
const (
	// Left: the mail service took it, or has proved that it left.
	Left Came = "left"
	// Stayed: it is known that it did not leave and never will.
	Stayed Came = "stayed"
	// Again: it is known that it did not leave; the step may be tried again.
	Again Came = "again"
	// Nobody: nobody knows.
	Nobody Came = "nobody knows"
)

// Outcome is what came of a hand-over, with the service's own id of the message
// or the code of the failure.
type Outcome struct {
	Came    Came
	Service string
	Reason  string
}

// OutcomeOf reads the answer of a senda.Mailer.
func OutcomeOf(service string, err error) Outcome {
	switch code := senda.CodeOf(err); code {
	case "":
		return Outcome{Came: Left, Service: service}
	case senda.Denied, senda.Invalid:
		return Outcome{Came: Stayed, Reason: string(code)}
	case senda.Unavailable:
		return Outcome{Came: Again, Reason: string(code)}
	default:
		return Outcome{Came: Nobody, Reason: string(code)}
	}
}

// Settlement is what is to be done about a claim.
type Settlement struct {
	// Write: the claim has changed.
	Write bool
	// Drop: the claim is removed, so that the step can be tried from the beginning.
	Drop bool
	// GiveBack: the place in the family's ledger is given back.
	GiveBack bool
	// Resend: the message is to be handed over again.
	Resend bool
}

// Proof is the fence of one who saw that the message left: evidence, not an
// attempt, and therefore above all fences.
const Proof = -1

// report writes the outcome down. An attempt whose lease another has taken may
// no longer say that the message stayed; that it left is true whoever says it.
func report(c senda.Claim, fence int, o Outcome) (senda.Claim, Settlement) {
	switch {
	case o.Came == Left:
		if c.Fate == senda.Sent {
			return c, Settlement{}
		}
		c.Fate, c.Lease, c.Reason = senda.Sent, time.Time{}, ""
		if o.Service != "" {
			c.Service = o.Service
		}
		return c, Settlement{Write: true}
	case c.Fate != senda.Claimed || fence != c.Fence:
		return c, Settlement{}
	case o.Came == Stayed:
		c.Fate, c.Lease, c.Reason = senda.NotSent, time.Time{}, o.Reason
		return c, Settlement{Write: true, GiveBack: true}
	case o.Came == Again && fence == 1:
		return c, Settlement{Drop: true, GiveBack: true}
	}
	// Nobody knows, or an earlier attempt may have left: the lease runs out and the policy applies.
	return c, Settlement{}
}

// settle gives a claim of which nothing was heard its fate. It takes the fence
// away from whoever still holds it.
func settle(c senda.Claim, now time.Time) (senda.Claim, Settlement) {
	if c.Fate != senda.Claimed || now.Before(c.Lease) || now.Before(c.Taken.Add(Unknown)) {
		return c, Settlement{}
	}
	switch {
	case c.Policy == senda.PolicyResend && c.Fence < Attempts:
		return c, Settlement{Resend: true}
	case c.Policy == senda.PolicyWait:
		c.Fate = senda.Unproven
	default:
		c.Fate = senda.Skipped
	}
	c.Fence++
	c.Lease, c.Reason = time.Time{}, "unsure"
	return c, Settlement{Write: true}
}

// Taking is all that the transaction of a send touches, as it was read.
type Taking struct {
	// Entry is as it was read, After as it is to be: the same when the send
	// changes nothing about it, which then costs a check instead of a write.
	Entry   senda.Versioned
	After   senda.Entry
	Changed bool
	// Consent and Suppression are only checked. Suppression has no key when the
	// person has no address.
	Consent, Suppression Read
	// Ledger is nil when the message takes no place.
	Ledger        *senda.CapLedger
	LedgerVersion uint64
	Claim         senda.Claim
	ClaimVersion  uint64
	// Record is the line of the timeline.
	Record senda.StepRecord
	// Also are the writes of the offers that the message shows.
	Also []senda.Write
	// Resumed: a claim that stands is handed over once more. The entry may have
	// gone on long ago and its place is taken.
	Resumed bool
}

// Read is a record that was read, by its key and version.
type Read struct {
	Key     senda.Key
	Version uint64
}

// transaction is exactly: consent head (check) · suppression (check) · entry
// active (check) · caps (update) · claim (put if absent), with the line of the
// timeline and the offers that are spent.
func transaction(t Taking) []senda.Write {
	w := []senda.Write{senda.Check(t.Consent.Key, t.Consent.Version)}
	if t.Suppression.Key != (senda.Key{}) {
		w = append(w, senda.Check(t.Suppression.Key, t.Suppression.Version))
	}
	if t.Resumed {
		return append(w, senda.Put(t.Claim, t.ClaimVersion))
	}
	if t.Changed {
		w = append(w, senda.Put(t.After, t.Entry.Version))
	} else {
		w = append(w, senda.Check(t.After.Key(), t.Entry.Version))
	}
	if t.Ledger != nil {
		w = append(w, senda.Put(*t.Ledger, t.LedgerVersion))
	}
	return append(append(w, senda.Put(t.Claim, t.ClaimVersion), put(t.Record)), t.Also...)
}

// put writes a record whatever stands there: another record of the same commit guards it.
func put(r senda.Record) senda.Write { return senda.Write{Key: r.Key(), Any: true, Record: r} }
