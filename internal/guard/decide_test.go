package guard_test

import (
	"testing"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/calendar"
	"github.com/senda-dev/senda/internal/consent"
	"github.com/senda-dev/senda/internal/guard"
)

var (
	madrid = mustZone("Europe/Madrid")
	noon   = time.Date(2026, 3, 2, 11, 0, 0, 0, time.UTC)
	scope  = senda.Scope{Controller: "Cellar SL", Brand: "cellar", Purpose: "offers", Channel: "email"}
)

func mustZone(name string) *time.Location {
	l, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return l
}

func opening(t *testing.T, window string) calendar.Opening {
	t.Helper()
	w, err := calendar.ParseWindow(window)
	if err != nil {
		t.Fatal(err)
	}
	return calendar.Opening{Week: w.Week()}
}

// open is an input that every guard lets through.
func open(t *testing.T) guard.Input {
	granted := senda.Standing{Scope: scope, State: senda.ConsentGranted, Basis: senda.BasisConsent, Time: noon.AddDate(0, -9, 0), Form: "checkout-v7", Wording: "12", Language: "es", Confirmed: noon.AddDate(0, -9, 0)}
	return guard.Input{
		At: noon, Zone: madrid, Class: senda.Marketing, Scope: scope, Priority: senda.Normal, Reachable: true,
		Head: senda.ConsentHead{Standings: []senda.Standing{granted}}, Ground: consent.Ground{Basis: senda.BasisConsent, Standing: granted}, Sunset: noon.AddDate(0, -10, 0),
		Arm: senda.Treated, HoldoutHash: 0.812, Holdout: 0.15, ControlHash: 0.44, Control: 0.02,
		Status: senda.StatusActive, Caps: []guard.Cap{{Max: 3, Days: 7, Keep: 1}},
		Opening: opening(t, "09:00-21:30"), Zones: []*time.Location{madrid}, ZoneFrom: "Europe/Madrid, zone stated", HoldUntil: noon.AddDate(0, 0, 2),
	}
}

// Each guard refuses for its own reason and leaves the others alone; the second
// column says for which classes.
var single = []struct {
	guard                  senda.Guard
	service, transactional bool
	change                 func(*guard.Input)
}{
	{guard: senda.GuardErased, service: true, transactional: true, change: func(i *guard.Input) { i.Head.Erased = true }},
	{guard: senda.GuardErased, service: true, transactional: true, change: func(i *guard.Input) { i.Suppression.Erased = true }},
	{guard: senda.GuardDead, service: true, transactional: true, change: func(i *guard.Input) { i.Suppression.Dead = true }},
	{guard: senda.GuardDead, service: true, transactional: true, change: func(i *guard.Input) { i.Reachable = false }},
	{guard: senda.GuardComplained, change: func(i *guard.Input) { i.Suppression.Complained = []string{"Cellar SL"} }},
	{guard: senda.GuardExcluded, change: func(i *guard.Input) { i.Head.Minor = true }},
	{guard: senda.GuardExcluded, change: func(i *guard.Input) { i.Head.Excluded = true }},
	{guard: senda.GuardWithdrawn, change: func(i *guard.Input) { i.Ground.Withdrawn = true }},
	{guard: senda.GuardWithdrawn, change: func(i *guard.Input) { i.Ground.Paused = true }},
	{guard: senda.GuardBasis, change: func(i *guard.Input) { i.Ground.Basis = senda.BasisNone }},
	{guard: senda.GuardSunset, change: func(i *guard.Input) { i.Sunset = noon.AddDate(0, -8, 0) }},
	{guard: senda.GuardCare, change: func(i *guard.Input) { i.Head.Care = true }},
	{guard: senda.GuardStopped, service: true, transactional: true, change: func(i *guard.Input) { i.Stopped = true }},
	{guard: senda.GuardStopped, service: true, transactional: true, change: func(i *guard.Input) { i.Status = senda.StatusLeaving }},
	{guard: senda.GuardExpired, service: true, transactional: true, change: func(i *guard.Input) { i.Expires = noon }},
	{guard: senda.GuardCap, change: func(i *guard.Input) {
		i.Ledger.Places = []senda.Place{{Day: "2026-02-24"}, {Day: "2026-02-27"}}
	}},
	{guard: senda.GuardCap, change: func(i *guard.Input) { // one of three, and fewer mails were asked for
		i.Ledger.Places, i.Head.LessOften = []senda.Place{{Day: "2026-02-27"}}, true
	}},
}

func TestEachGuardRefusesAlone(t *testing.T) {
	for _, c := range single {
		for class, concerned := range map[senda.Class]bool{senda.Marketing: true, senda.Service: c.service, senda.Transactional: c.transactional} {
			in := open(t)
			in.Class = class
			c.change(&in)
			r := guard.Decide(in)
			if concerned != (r.Refused == c.guard) || concerned == r.Send() {
				t.Errorf("%s of class %s: refused %q, send %v", c.guard, class, r.Refused, r.Send())
			}
			for _, v := range r.Verdicts {
				if v.Pass == (concerned && v.Guard == c.guard) {
					t.Errorf("%s of class %s: the verdict of %s is %v (%s)", c.guard, class, v.Guard, v.Pass, v.Why)
				}
			}
			if len(r.Verdicts) != len(senda.Guards()) {
				t.Errorf("%d verdicts of %d guards", len(r.Verdicts), len(senda.Guards()))
			}
		}
	}
}

func TestTheFirstRefusalIsTheReason(t *testing.T) {
	in := open(t)
	for i := len(single) - 1; i >= 0; i-- {
		single[i].change(&in)
		if got := guard.Decide(in).Refused; got != single[i].guard {
			t.Errorf("with %s and everything behind it, the reason is %q", single[i].guard, got)
		}
	}
}

func TestHeldOutMeetEveryOtherGuard(t *testing.T) {
	in := open(t)
	in.Arm = senda.HeldOut
	if r := guard.Decide(in); !r.WouldHave || r.Send() || r.Refused != "" {
		t.Errorf("all others let it through: %+v", r)
	}
	in.Arm = senda.Control
	in.Caps = []guard.Cap{{Max: 0, Days: 1}}
	if r := guard.Decide(in); r.WouldHave || r.Refused != senda.GuardArm {
		t.Errorf("a cap stands behind: would have %v, refused %q; it is no touch, and the arm comes first", r.WouldHave, r.Refused)
	}
	in.Reachable = false
	if r := guard.Decide(in); r.WouldHave || r.Refused != senda.GuardDead {
		t.Errorf("no address: would have %v, refused %q", r.WouldHave, r.Refused)
	}
	in = open(t)
	in.Arm, in.Class = senda.HeldOut, senda.Service
	if !guard.Decide(in).Send() {
		t.Error("nobody is held out of service mail")
	}
}

func TestQuietHoursHoldAndDoNotRefuse(t *testing.T) {
	late := time.Date(2026, 3, 2, 21, 30, 0, 0, madrid)
	morning := time.Date(2026, 3, 3, 9, 0, 0, 0, madrid)
	for _, arm := range []senda.Arm{senda.Treated, senda.HeldOut} {
		in := open(t)
		in.At, in.Arm = late, arm
		if r := guard.Decide(in); !r.Held.Equal(morning) || r.Send() || r.WouldHave || r.Refused != "" {
			t.Errorf("%s: held until %v (would have %v, refused %q), want %v", arm, r.Held, r.WouldHave, r.Refused, morning)
		}
	}
	in := open(t)
	in.At, in.HoldUntil = late, late.Add(time.Hour)
	if r := guard.Decide(in); r.Refused != senda.GuardQuiet || !r.Held.IsZero() {
		t.Errorf("beyond hold-at-most: %+v", r)
	}
	in = open(t)
	in.At, in.Ground.Basis = late, senda.BasisNone
	if r := guard.Decide(in); !r.Held.IsZero() || r.Refused != senda.GuardBasis {
		t.Errorf("what is refused anyway is not held first: %+v", r)
	}
	in = open(t)
	in.At, in.Class = late, senda.Transactional
	if !guard.Decide(in).Send() {
		t.Error("transactional mail leaves at once")
	}
	in = open(t)
	in.Zones = []*time.Location{madrid, mustZone("Atlantic/Canary")}
	in.At = time.Date(2026, 3, 2, 20, 0, 0, 0, madrid)
	if !guard.Decide(in).Send() {
		t.Error("20:00 in Madrid and 19:00 on the islands are both allowed")
	}
	in.At = time.Date(2026, 3, 2, 9, 30, 0, 0, madrid) // 08:30 on the islands
	if r := guard.Decide(in); !r.Held.Equal(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)) {
		t.Errorf("held until %v, want 09:00 on the islands", r.Held)
	}
}
