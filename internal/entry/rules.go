package entry

import (
	"time"

	senda "github.com/senda-dev/senda"
)

// Rules are the decisions of the protocol, each a pure function. They are fields
// so that the model checker can put a wrong one in a right one's place and see
// whether it notices. Everyone else uses [Product].
type Rules struct {
	// Enter decides whether somebody enters a journey.
	Enter func(past []senda.Entry, c Candidate) Entering

	// Register begins a pause. due is true when its planned end has come already.
	Register func(e senda.Entry, p senda.Pause, due bool, match Match) (senda.Entry, Registered)
	// Arrive lets an acting task begin. It returns false when the entry will never act again.
	Arrive func(e senda.Entry, seq int, at time.Time) (senda.Entry, bool)
	// Hear lets an event end the entry, end its pause, or wait for an await to come.
	Hear func(e senda.Entry, s senda.Signal, in Interest, match Match) (senda.Entry, Heard)
	// Credit counts an event towards the goal.
	Credit func(e senda.Entry, c senda.Credit) senda.Entry
	// Touch notes a first touch; goal is the end of the goal's window from it,
	// zero when the journey has no such goal.
	Touch func(e senda.Entry, at, goal time.Time) senda.Entry
	// Leave makes an entry leave at its next acting step.
	Leave func(e senda.Entry, reason string, at time.Time) senda.Entry
	// End ends an entry.
	End func(e senda.Entry, reason string, at time.Time) senda.Entry

	// Retake decides what a repeated attempt does about a claim that stands.
	Retake func(c senda.Claim, now time.Time) Standing
	// InTime says whether the attempt that holds a claim may still hand over.
	InTime func(c senda.Claim, now time.Time) bool
	// Report writes down what came of a hand-over that the attempt of a fence made.
	Report func(c senda.Claim, fence int, came Outcome) (senda.Claim, Settlement)
	// Settle applies the policy to a claim of which nobody knows whether it left.
	Settle func(c senda.Claim, now time.Time) (senda.Claim, Settlement)
	// Transaction lists the writes of a send.
	Transaction func(t Taking) []senda.Write
}

// Product are the rules in force.
func Product() Rules {
	return Rules{
		Enter: enter, Register: register, Arrive: arrive, Hear: hear, Credit: credit, Touch: touch,
		Leave: leave, End: end, Retake: retake, InTime: inTime, Report: report, Settle: settle, Transaction: transaction,
	}
}
