package guard

import (
	"fmt"
	"slices"
	"strings"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/calendar"
)

// Ruling is what the guards decided together.
type Ruling struct {
	// Verdicts are of all guards, in their order.
	Verdicts []senda.Verdict
	// Refused is the first guard that refuses, empty when none does.
	Refused senda.Guard
	// WouldHave is true for somebody held out whom every other guard lets through.
	WouldHave bool
	// Held is the instant to wait for when only quiet hours stand in the way, zero
	// when nothing does. It also holds those held out, who walk at the same pace.
	Held time.Time
}

// Send reports whether the mail may leave now.
func (r Ruling) Send() bool { return r.Refused == "" && !r.WouldHave && r.Held.IsZero() }

// Decide asks every guard.
func Decide(in Input) Ruling {
	var r Ruling
	armed := in.Class == senda.Marketing && in.Arm != senda.Treated
	for _, g := range senda.Guards() {
		pass, why := ask(g, in)
		if g == senda.GuardQuiet && !pass {
			until, ok := in.Opening.NextOpenEverywhere(in.At, in.Zones)
			if ok && !until.After(in.HoldUntil) {
				r.Held = until
				why += "; held until " + local(until, in.Zone)
			} else {
				why += "; no allowed hour before " + local(in.HoldUntil, in.Zone)
			}
		}
		r.Verdicts = append(r.Verdicts, senda.Verdict{Guard: g, Pass: pass, Why: why})
		if pass || r.Refused != "" || g == senda.GuardArm || g == senda.GuardQuiet && !r.Held.IsZero() {
			continue
		}
		r.Refused = g
	}
	switch {
	case r.Refused != "":
		r.Held = time.Time{}
		if armed && after(r.Refused, senda.GuardArm) {
			r.Refused = senda.GuardArm
		}
	case armed && r.Held.IsZero():
		r.WouldHave = true
	}
	return r
}

func after(a, b senda.Guard) bool {
	return slices.Index(senda.Guards(), a) > slices.Index(senda.Guards(), b)
}

// ask is one guard's answer. A guard that does not concern the class passes.
func ask(g senda.Guard, in Input) (pass bool, why string) {
	marketing := in.Class == senda.Marketing
	switch g {
	case senda.GuardErased:
		if in.Head.Erased || in.Suppression.Erased {
			return false, "asked to be forgotten"
		}
		return true, ""
	case senda.GuardDead:
		switch {
		case !in.Reachable:
			return false, "no address"
		case in.Suppression.Dead:
			return false, "the address bounced for good on " + day(in.Suppression.Time, in.Zone)
		}
		return true, ""
	case senda.GuardComplained:
		if slices.Contains(in.Suppression.Complained, in.Scope.Controller) {
			return !marketing, "reported mail of " + in.Scope.Controller + " as abuse"
		}
		return true, ""
	case senda.GuardExcluded:
		switch {
		case in.Head.Minor:
			return !marketing, "a minor"
		case in.Head.Excluded:
			return !marketing, "on an exclusion list"
		}
		return true, ""
	case senda.GuardWithdrawn:
		return withdrawn(in)
	case senda.GuardBasis:
		return basis(in)
	case senda.GuardSunset:
		return sunset(in)
	case senda.GuardCare:
		if in.Head.Care {
			return !marketing, "a care case is open since " + day(in.Head.CareTime, in.Zone)
		}
		return true, ""
	case senda.GuardArm:
		if !marketing {
			return true, "nobody is held out of " + string(in.Class)
		}
		return in.Arm == senda.Treated, arm(in)
	case senda.GuardStopped:
		switch {
		case in.Stopped:
			return false, "the journey is stopped"
		case in.Status != senda.StatusActive:
			return false, fmt.Sprintf("the entry is %s (%s)", in.Status, in.Reason)
		}
		return true, ""
	case senda.GuardExpired:
		if in.Expires.IsZero() {
			return true, ""
		}
		return in.At.Before(in.Expires), "expires " + local(in.Expires, in.Zone)
	case senda.GuardCap:
		return capped(in)
	case senda.GuardQuiet:
		return quiet(in)
	}
	return false, "unknown guard " + string(g)
}

func withdrawn(in Input) (bool, string) {
	if in.Class != senda.Marketing {
		return true, "not asked of " + string(in.Class)
	}
	st := in.Ground.Standing
	switch {
	case in.Ground.Withdrawn:
		return false, fmt.Sprintf("%s %s on %s", reach(st.Scope), st.State, day(st.Time, in.Zone))
	case in.Ground.Paused:
		return false, "paused by the person until " + day(in.Head.PausedUntil, in.Zone)
	}
	return true, ""
}

// reach names what somebody withdrew from: a purpose, a brand, a controller, all.
func reach(s senda.Scope) string {
	switch {
	case s.Purpose != "":
		return s.Brand + "/" + s.Purpose
	case s.Brand != "":
		return s.Brand
	case s.Controller != "":
		return s.Controller
	}
	return "everything"
}

func basis(in Input) (bool, string) {
	if in.Class != senda.Marketing {
		return true, "not asked of " + string(in.Class)
	}
	st := in.Ground.Standing
	if in.Ground.Basis == senda.BasisNone {
		state := st.State
		if state == senda.ConsentUnknown {
			state = "unknown"
		}
		return false, fmt.Sprintf("no basis for %s/%s: %s", in.Scope.Brand, in.Scope.Purpose, state)
	}
	parts := []string{string(in.Ground.Basis), day(st.Time, in.Zone)}
	if st.Form != "" {
		parts = append(parts, fmt.Sprintf("form %q", st.Form))
	}
	if st.Wording != "" {
		parts = append(parts, fmt.Sprintf("wording %s (%s)", st.Wording, st.Language))
	}
	if !st.Confirmed.IsZero() {
		parts = append(parts, "confirmed "+day(st.Confirmed, in.Zone))
	}
	if in.Ground.Through != "" {
		parts = append(parts, "named by the wording of "+in.Ground.Through)
	}
	return true, strings.Join(parts, ", ")
}

// sunset asks for a human sign of life. Giving a consent is one.
func sunset(in Input) (bool, string) {
	if in.Class != senda.Marketing {
		return true, "not asked of " + string(in.Class)
	}
	alive := in.Head.Alive
	for _, t := range []time.Time{in.Ground.Standing.Time, in.Ground.Standing.Confirmed} {
		if t.After(alive) {
			alive = t
		}
	}
	if alive.IsZero() {
		return true, "no sign of life known, and none missed"
	}
	return !alive.Before(in.Sunset), "last sign of life " + day(alive, in.Zone)
}

func arm(in Input) string {
	sign := func(hash, share float64) string {
		if hash < share {
			return fmt.Sprintf("%.3f < %.2f", hash, share)
		}
		return fmt.Sprintf("%.3f >= %.2f", hash, share)
	}
	return fmt.Sprintf("hash %s; family control %s", sign(in.HoldoutHash, in.Holdout), sign(in.ControlHash, in.Control))
}

// LessOften is the cap of somebody who asked for fewer mails.
var LessOften = Cap{Max: 1, Days: 7}

// Bounds are the caps that hold for the person: the family's, and their own wish.
func (in Input) Bounds() []Cap {
	if in.Head.LessOften {
		return append(slices.Clip(in.Caps), LessOften)
	}
	return in.Caps
}

func capped(in Input) (bool, string) {
	if in.Class != senda.Marketing {
		return true, "not asked of " + string(in.Class)
	}
	today := calendar.DateIn(in.At, in.Zone)
	for _, c := range in.Bounds() {
		if c.Room(in.Ledger.Places, today, in.Priority) {
			continue
		}
		var taken []string
		first := today.AddDays(1 - c.Days).String()
		for _, p := range in.Ledger.Places {
			if p.Day >= first {
				taken = append(taken, p.Day+" "+p.Purpose)
			}
		}
		return false, c.String() + ": " + strings.Join(taken, ", ")
	}
	return true, "room"
}

func quiet(in Input) (bool, string) {
	if in.Class == senda.Transactional {
		return true, "not asked of transactional"
	}
	return in.Opening.OpenEverywhere(in.At, in.Zones), "local time " + local(in.At, in.Zone) + " (" + in.ZoneFrom + ")"
}

func day(t time.Time, zone *time.Location) string { return calendar.DateIn(t, zone).String() }

func local(t time.Time, zone *time.Location) string { return t.In(zone).Format("2006-01-02 15:04") }
