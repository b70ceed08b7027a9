package guard

import (
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/calendar"
	"github.com/senda-dev/senda/internal/consent"
)

// Input is all that the guards look at, read at one moment. Consent, suppression
// and the family's rules are today's, never those of the day of entry.
type Input struct {
	// At is the journey time of the attempt; Zone, never nil, is where its civil day counts.
	At    time.Time
	Zone  *time.Location
	Class senda.Class
	Scope senda.Scope
	// Priority is the journey's.
	Priority senda.Priority

	// Reachable is false when there is no address.
	Reachable   bool
	Head        senda.ConsentHead
	Suppression senda.Suppression
	// Ground is what the mail may rest on, as consent.Rules find it.
	Ground consent.Ground
	// Sunset is how long marketing goes on without a human sign of life, as an
	// instant: the latest sign must not be before it. Zero: for ever.
	Sunset time.Time

	Arm                      senda.Arm
	HoldoutHash, ControlHash float64
	Holdout, Control         float64 // the shares that they are compared with

	// Stopped is the journey's state; Status and Reason the entry's.
	Stopped bool
	Status  senda.Status
	Reason  string
	// Expires is the instant by which the mail must be gone, zero for never.
	Expires time.Time

	Caps   []Cap
	Ledger senda.CapLedger

	// Opening is when the family and the mail's window allow mail; Zones are all
	// zones in which it must be allowed, ZoneFrom how they were found, in words.
	Opening  calendar.Opening
	Zones    []*time.Location
	ZoneFrom string
	// HoldUntil is the instant to which the mail may be held at most.
	HoldUntil time.Time
}
