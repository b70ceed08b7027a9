package deliver

import (
	"context"
	"slices"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/entry"
	"github.com/senda-dev/senda/internal/guard"
	"github.com/senda-dev/senda/internal/hours"
	"github.com/senda-dev/senda/internal/journey"
	"github.com/senda-dev/senda/internal/task"
)

// Unrenderable is the reason of a mail that every guard lets through and that
// cannot be made: a value that it shows is missing or malformed. A mail is sent
// whole or not at all.
const Unrenderable = "cannot-be-made"

// judge asks the guards about what the protocol has read. It is called again
// when somebody else wrote in between.
func (l *letter) judge(ctx context.Context, sight entry.Sight) (entry.Judgement, error) {
	in, err := l.input(sight)
	if err != nil {
		return entry.Judgement{}, err
	}
	offers, err := l.show(ctx, sight.Entry)
	if err != nil {
		return entry.Judgement{}, err
	}
	ruling := guard.Decide(in)
	j := entry.Judgement{Guards: ruling.Verdicts}
	switch {
	case ruling.Refused != "":
		j.Outcome, j.Reason, j.Writes = task.OutcomeRefused, string(ruling.Refused), offers.Release
		j.Leave = l.leaves(ruling.Refused, in)
		return j, nil
	case !ruling.Held.IsZero():
		due := senda.Due{Until: ruling.Held, Real: hours.Real(l.req.Pace, sight.At, ruling.Held, l.s.Entries.Clock.Now())}
		return entry.Judgement{Err: task.Held(l.req.Step, due)}, nil
	}
	j.Touch, j.Goal = true, l.goal(sight.At)
	if ruling.WouldHave {
		// Nothing was reserved for somebody held out, so nothing is to be released.
		j.Outcome = task.OutcomeWouldHave
		return j, nil
	}
	if l.mime, err = l.compose(sight.Entry, in, offers, sight.At); err != nil {
		if code := senda.CodeOf(err); code != senda.Invalid {
			return entry.Judgement{}, err
		}
		return entry.Judgement{
			Guards: ruling.Verdicts, Outcome: task.OutcomeRefused, Reason: Unrenderable, Writes: offers.Release,
		}, nil
	}
	j.Outcome, j.Writes, j.Offers = task.OutcomeSent, offers.Spend, offers.Names
	if in.Class == senda.Marketing {
		ledger := sight.Ledger
		ledger.Person, ledger.Family = l.req.Person, l.brand.Family
		ledger = guard.Take(ledger, in.Bounds(), in.At, in.Zone, in.Priority, l.req.Purpose, l.message)
		j.Ledger = &ledger
	}
	return j, nil
}

func (l *letter) show(ctx context.Context, e senda.Entry) (Showing, error) {
	if len(l.req.Offers) == 0 || l.s.Offers == nil {
		return Showing{}, nil
	}
	return l.s.Offers.Shown(ctx, e, l.bundle, l.req.Offers, l.language())
}

// input is all that the guards look at.
func (l *letter) input(sight entry.Sight) (guard.Input, error) {
	head := sight.Consent
	expires, err := l.expires(sight.At)
	if err != nil {
		return guard.Input{}, err
	}
	in := guard.Input{
		At: sight.At, Zone: l.place.Zone(), Class: l.purpose.Class, Priority: l.bundle.Priority,
		Scope:     senda.Scope{Controller: l.brand.Controller, Brand: l.req.Brand, Purpose: l.req.Purpose, Channel: "email"},
		Reachable: l.person.Address != "" && !l.person.Erased,
		Head:      head, Suppression: sight.Suppression,
		Ground: l.s.Consent().Ground(&head, l.req.Brand, l.req.Purpose, sight.At),
		Arm:    sight.Entry.Arm, HoldoutHash: sight.Entry.HoldoutHash, ControlHash: sight.Entry.ControlHash,
		Holdout: journey.Share(l.bundle.Holdout).Fraction(), Control: l.family.Control.Fraction(),
		Stopped: l.stopped, Status: sight.Entry.Status, Reason: sight.Entry.Reason, Expires: expires,
		Caps: l.family.Caps, Ledger: sight.Ledger,
		Opening: l.opening, Zones: l.place.Zones, ZoneFrom: string(l.place.From), HoldUntil: l.holdUntil(sight.At),
	}
	in.Head.Erased = head.Erased || l.person.Erased
	if l.resumed && in.Status == senda.StatusEnded {
		in.Status = senda.StatusActive // it ended behind the mail, not before it
	}
	if !l.family.Sunset.IsZero() {
		in.Sunset = l.family.Sunset.Before(sight.At, l.place.Zone())
	}
	return in, nil
}

// leaves is the exit that nobody wrote and that a refusal means, if any.
func (l *letter) leaves(g senda.Guard, in guard.Input) string {
	switch g {
	case senda.GuardErased:
		return senda.LeftErased
	case senda.GuardDead:
		return senda.LeftUnreachable
	case senda.GuardStopped:
		if l.stopped {
			return senda.LeftStopped
		}
	case senda.GuardComplained, senda.GuardWithdrawn:
		if !l.mayStillMail(in) {
			return senda.LeftWithdrawn
		}
	default:
	}
	return ""
}

// mayStillMail reports whether a mail that may come after this step can leave at
// all, for somebody who withdrew: a service mail, or marketing that has a basis today.
func (l *letter) mayStillMail(in guard.Input) bool {
	for _, name := range l.step.Ahead {
		next, ok := l.bundle.Step(name)
		if !ok || name == l.req.Step {
			continue
		}
		if next.Class != senda.Marketing {
			return true
		}
		b, ok := l.s.Book().Brand(next.Brand)
		if ok && !slices.Contains(in.Suppression.Complained, b.Controller) &&
			l.s.Consent().Ground(&in.Head, next.Brand, next.Purpose, in.At).Basis != senda.BasisNone {
			return true
		}
	}
	return false
}

// goal is the end of the goal's window from a first touch, zero when it counts
// from the entry or there is none.
func (l *letter) goal(at time.Time) time.Time {
	if g := l.bundle.Goal; g != nil && !g.FromEntry {
		return g.Within.After(at, l.place.Zone())
	}
	return time.Time{}
}
