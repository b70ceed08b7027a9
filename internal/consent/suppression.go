package consent

import (
	"slices"
	"time"

	senda "github.com/senda-dev/senda"
)

// An address dies of SoftBounces transient bounces in a row that are spread over
// SoftSpan at least: a mailbox that is full over the holidays comes back.
const (
	SoftBounces = 5
	SoftSpan    = 14 * 24 * time.Hour
)

// BounceClass is what a bounce means for the address.
type BounceClass uint8

// The classes of bounces.
const (
	// BounceSoft is transient, or nobody knows: the fifth in a row kills.
	BounceSoft BounceClass = iota
	// BounceHard is permanent: the address is dead.
	BounceHard
	// BounceListed was never tried, since the account's own list holds the
	// address: dead, but in no rate.
	BounceListed
	// BounceOurs is the fault of the message: an alarm, never against the person.
	BounceOurs
)

// ClassifyBounce reads the type and sub-type of a bounce as Amazon SES names them
// (Developer Guide, "Contents of event data that Amazon SES publishes", Bounce object).
func ClassifyBounce(kind, sub string) BounceClass {
	switch sub {
	case "MessageTooLarge", "ContentRejected", "AttachmentRejected":
		return BounceOurs
	case "Suppressed", "OnAccountSuppressionList":
		return BounceListed
	}
	if kind == "Permanent" {
		return BounceHard
	}
	return BounceSoft
}

// Counts says whether the bounce counts in the rate of bounces of a journey.
func (c BounceClass) Counts() bool { return c == BounceHard || c == BounceSoft }

// Bounced is the suppression of an address after a bounce.
func Bounced(s senda.Suppression, class BounceClass, at time.Time) senda.Suppression {
	switch class {
	case BounceOurs:
		return s
	case BounceHard, BounceListed:
		s.Dead = true
	case BounceSoft:
		if s.Soft == 0 || at.Before(s.Since) {
			s.Since = at
		}
		s.Soft++
		if s.Soft >= SoftBounces && at.Sub(s.Since) >= SoftSpan {
			s.Dead = true
		}
	}
	s.Time = later(s.Time, at)
	return s
}

// Delivered ends a row of transient bounces. It revives no dead address.
func Delivered(s senda.Suppression, at time.Time) senda.Suppression {
	if s.Soft > 0 {
		s.Soft, s.Since, s.Time = 0, time.Time{}, later(s.Time, at)
	}
	return s
}

// Complained is the suppression of an address whose owner reported a mail of a
// controller as abuse. Feedback of another type ("not-spam") changes nothing.
func Complained(s senda.Suppression, feedback, controller string, at time.Time) senda.Suppression {
	if feedback == "not-spam" || slices.Contains(s.Complained, controller) {
		return s
	}
	s.Complained = append(slices.Clone(s.Complained), controller)
	s.Time = later(s.Time, at)
	return s
}

// Forgotten is the suppression that outlives an erasure.
func Forgotten(s senda.Suppression, at time.Time) senda.Suppression {
	s.Erased, s.Time = true, later(s.Time, at)
	return s
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
