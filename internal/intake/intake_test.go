package intake_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/enroll"
	"github.com/senda-dev/senda/internal/entry"
	"github.com/senda-dev/senda/internal/identity"
	"github.com/senda-dev/senda/internal/intake"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/task"
)

func TestAnEventTeachesRemembersAndStarts(t *testing.T) {
	w := newWorld(t, nil)
	e := event("order.completed", "o-1", "C-1", -time.Hour, `{"brand":"cellar","order":{"total":30.5,"currency":"EUR"},"zone":"Europe/Madrid","customer":{"name":"Ana"},"note":"ring twice"}`)
	e.Identifiers["email"] = "Ana@Example.com"
	r := w.take(t, e)
	if r.Fate != intake.Taken || len(r.Notes) != 0 {
		t.Fatalf("%+v", r)
	}
	p := w.person(t, "email", "ana@example.com")
	if p.ID != r.Person || p.Address != "Ana@Example.com" || p.Zone != "Europe/Madrid" || p.Attributes["first-name"].Value.Str() != "Ana" || !p.Born.Equal(noon) {
		t.Errorf("%+v", p)
	}
	lines := list[senda.Happening](t, w, senda.KindHappening, string(p.ID))
	if len(lines) != 1 || lines[0].Data.Get("note").Kind() != jsonata.KindNothing || lines[0].Data.Get("order").Get("total").Num() != 30.5 {
		t.Errorf("%+v", lines)
	}
	h := w.head(t, p.ID)
	if g := w.Rules().Ground(&h, "cellar", "offers", noon); g.Basis != senda.BasisCustomer {
		t.Errorf("%+v", g)
	}
	if !h.Alive.Equal(e.Time) {
		t.Errorf("alive %v", h.Alive)
	}
	es := w.entries(t, p.ID, "")
	if len(es) != 1 || es[0].Journey != "second-order" || !es[0].At.Equal(e.Time) || es[0].Arm != senda.Treated || !es[0].Started || es[0].Data.Get("customer").Kind() != jsonata.KindNothing {
		t.Errorf("%+v", es)
	}
	if w.started("second-order") != 1 || len(r.Journeys) != 1 || r.Journeys[0].Why != enroll.Why(entry.Entered) {
		t.Errorf("%+v", r.Journeys)
	}
	// Delivered again, it changes nothing.
	if again := w.take(t, e); again.Fate != intake.Duplicate || w.started("second-order") != 1 {
		t.Errorf("%+v", again)
	}
}

// Each kind of bad event has one fate, is kept whole with a reason that quotes
// nothing of it, and changes nothing that is known of anybody.
func TestTheFateOfBadEvents(t *testing.T) {
	good := `{"source":"shop","id":"o-1","kind":"order.completed","time":"2026-03-02T11:00:00Z","person":{"customer":"C-1"},"data":{"brand":"cellar","order":{"total":20,"currency":"EUR"}}}`
	with := func(from, to string) string {
		s := replace(good, from, to)
		if s == good {
			panic("nothing replaced: " + from)
		}
		return s
	}
	for _, tc := range []struct {
		name, body string
		reason     intake.Reason
	}{
		{"no JSON", `{"source":`, intake.Malformed},
		{"a kind without a contract", with("order.completed", "order.dreamt"), intake.UnknownKind},
		{"a breach of contract", with(`"total":20`, `"total":"ana@example.com"`), intake.Breach},
		{"more decimals than the currency has", with(`"total":20`, `"total":20.001`), intake.Breach},
		{"a negative amount", with(`"total":20`, `"total":-20`), intake.NegativeAmount},
		{"an unknown currency", with(`EUR`, `XTS`), intake.UnknownCurrency},
		{"no currency", with(`,"currency":"EUR"`, ``), intake.UnknownCurrency},
		{"six minutes ahead", with(`11:00:00Z`, `12:06:00Z`), intake.Ahead},
		{"nobody", with(`{"customer":"C-1"}`, `{}`), intake.Nobody},
		{"an address that is none", with(`"customer":"C-1"`, `"email":"ana at example.com"`), intake.BadAddress},
		{"a purpose that is none", `{"source":"shop","id":"c-1","kind":"consent.granted","time":"2026-03-02T11:00:00Z","person":{"customer":"C-1"},"data":{"brand":"cellar","purpose":"gossip"}}`, intake.UnknownPurpose},
		{"a withdrawal from what is none", `{"source":"shop","id":"c-1","kind":"consent.withdrawn","time":"2026-03-02T11:00:00Z","person":{"customer":"C-1"},"data":{"brand":"attic"}}`, intake.UnknownPurpose},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := newWorld(t, nil)
			for range 2 {
				r, err := w.TakeRaw(ctx(t), []byte(tc.body))
				if err != nil || r.Fate != intake.Refused || r.Refusal.Reason != tc.reason {
					t.Fatalf("%+v, %v, %v", r, r.Refusal, err)
				}
			}
			kept, err := w.Quarantine(ctx(t))
			if err != nil || len(kept) != 1 || string(kept[0].Body) != tc.body || kept[0].Tries != 2 || kept[0].Code != string(tc.reason) {
				t.Fatalf("%+v, %v", kept, err)
			}
			if contains(kept[0].Reason, "ana") {
				t.Errorf("the reason quotes the event: %s", kept[0].Reason)
			}
			if p := w.person(t, "customer", "C-1"); p.ID != "" {
				t.Errorf("somebody is known: %+v", p)
			}
		})
	}
	t.Run("the good one is taken", func(t *testing.T) {
		if r, err := newWorld(t, nil).TakeRaw(ctx(t), []byte(good)); err != nil || r.Fate != intake.Taken {
			t.Fatalf("%+v, %v", r, err)
		}
	})
}

func TestWhatIsFarTooLongIsKeptInPart(t *testing.T) {
	w := newWorld(t, nil)
	r, err := w.TakeRaw(ctx(t), make([]byte, 10*intake.MaxBody))
	if err != nil || r.Refusal == nil || r.Refusal.Reason != intake.Malformed {
		t.Fatalf("%+v, %v", r, err)
	}
	if kept, err := w.Quarantine(ctx(t)); err != nil || len(kept) != 1 || len(kept[0].Body) != 4*intake.MaxBody {
		t.Errorf("%d kept, %v", len(kept), err)
	}
}

func TestWhatIsMendedIsRedriven(t *testing.T) {
	w := newWorld(t, nil)
	mended := false
	w.Contract = func(kind string) *intake.Contract {
		if kind == "order.dreamt" && mended {
			kind = "order.completed"
		}
		return contractOf(kind)
	}
	e := orderOf("o-1", "C-1", 0, 25)
	e.Kind = "order.dreamt"
	r := w.take(t, e)
	if again, err := w.Redrive(ctx(t), r.Quarantine); err != nil || again.Fate != intake.Refused {
		t.Fatalf("%+v, %v", again, err)
	}
	mended = true
	if again, err := w.Redrive(ctx(t), r.Quarantine); err != nil || again.Fate != intake.Taken {
		t.Fatalf("%+v, %v", again, err)
	}
	if kept, _ := w.Quarantine(ctx(t)); len(kept) != 0 {
		t.Errorf("still there: %+v", kept)
	}
	if _, err := w.Redrive(ctx(t), r.Quarantine); senda.CodeOf(err) != senda.NotFound {
		t.Errorf("%v", err)
	}
	// What nobody mends expires.
	e.ID, mended = "o-2", false
	w.take(t, e)
	if n, err := w.Expire(ctx(t)); n != 0 || err != nil {
		t.Errorf("%d expired, %v", n, err)
	}
	w.sleep(intake.Kept)
	if n, err := w.Expire(ctx(t)); n != 1 || err != nil {
		t.Errorf("%d expired, %v", n, err)
	}
}

func TestAPersonWithoutAddressAndAZoneThatIsNone(t *testing.T) {
	w := newWorld(t, nil)
	r := w.take(t, event("order.completed", "o-1", "C-1", 0, `{"brand":"cellar","order":{"total":30,"currency":"EUR"},"zone":"Mars/Olympus"}`))
	if r.Fate != intake.Taken || !slices.Equal(r.Notes, []intake.Note{intake.NoteZone, intake.NoteUnreachable}) {
		t.Fatalf("%+v", r)
	}
	if p := w.person(t, "customer", "C-1"); p.Zone != "" || p.Address != "" || p.Attributes["last-brand"].Value.Str() != "cellar" {
		t.Errorf("%+v", p)
	}
	if len(r.Journeys) != 1 || !r.Journeys[0].Entered() {
		t.Errorf("without an address nobody enters: %+v", r.Journeys)
	}
	// A bad zone does not take a good one away.
	w.take(t, event("order.completed", "o-2", "C-1", time.Minute, `{"brand":"cellar","order":{"total":30,"currency":"EUR"},"zone":"Europe/Madrid"}`))
	w.take(t, event("order.completed", "o-3", "C-1", 2*time.Minute, `{"brand":"cellar","order":{"total":30,"currency":"EUR"},"zone":7}`))
	if p := w.person(t, "customer", "C-1"); p.Zone != "Europe/Madrid" {
		t.Errorf("zone %q", p.Zone)
	}
}

// A clock that runs a little fast is forgiven; a test person at another pace has
// a time of their own; nobody else has.
func TestTimesAhead(t *testing.T) {
	w := newWorld(t, nil)
	if r := w.take(t, orderOf("o-1", "C-1", 5*time.Minute, 5)); r.Fate != intake.Taken {
		t.Errorf("five minutes ahead: %+v", r)
	}
	p := w.person(t, "customer", "C-1")
	for i, tc := range []struct {
		test bool
		pace senda.Pace
		want intake.Fate
	}{{false, 0, intake.Refused}, {true, 0, intake.Refused}, {true, 1, intake.Refused}, {false, 1440, intake.Refused}, {true, 1440, intake.Taken}} {
		now, version, err := identity.Follow(ctx(t), w.inner, p.ID)
		if err != nil {
			t.Fatal(err)
		}
		now.Test, now.Pace = tc.test, tc.pace
		if err := w.inner.Commit(ctx(t), senda.Put(now, version)); err != nil {
			t.Fatal(err)
		}
		r := w.take(t, orderOf(fmt.Sprint("ahead-", i), "C-1", 40*24*time.Hour, 5))
		if r.Fate != tc.want || r.Fate == intake.Refused && r.Refusal.Reason != intake.Ahead {
			t.Errorf("%+v: %+v", tc, r)
		}
	}
}

// The events of a test person at another pace bear journey times: none of them is late.
func TestATestPersonsEventsAreNeverLate(t *testing.T) {
	w := newWorld(t, nil)
	w.take(t, event("basket.changed", "b-1", "C-1", 0, `{"basket":{"id":"B"}}`))
	p := w.person(t, "customer", "C-1")
	p, version, err := identity.Follow(ctx(t), w.inner, p.ID)
	if err != nil {
		t.Fatal(err)
	}
	p.Test, p.Pace = true, 1440
	if err := w.inner.Commit(ctx(t), senda.Put(p, version)); err != nil {
		t.Fatal(err)
	}
	w.sleep(400 * 24 * time.Hour)
	r := w.take(t, orderOf("o-1", "C-1", time.Hour, 50))
	if slices.Contains(r.Notes, intake.NoteLate) || len(r.Journeys) == 0 || !r.Journeys[0].Entered() {
		t.Errorf("%+v", r)
	}
}

func TestLateEventsFeedExitsAndGoalsOnly(t *testing.T) {
	w := newWorld(t, nil)
	w.take(t, event("basket.changed", "b-1", "C-1", 0, `{"basket":{"id":"B"}}`))
	w.take(t, orderOf("o-0", "C-2", 0, 50))
	w.sleep(30 * time.Hour)
	p, q := w.person(t, "customer", "C-1"), w.person(t, "customer", "C-2")

	// An order that comes a day late stops the basket's reminder and enters nobody.
	r := w.take(t, orderOf("o-1", "C-1", time.Hour, 50))
	if !slices.Contains(r.Notes, intake.NoteLate) || len(r.Journeys) != 0 {
		t.Fatalf("%+v", r)
	}
	if e := w.entries(t, p.ID, "basket-reminder")[0]; e.Status == senda.StatusActive || e.Reason != "bought" {
		t.Errorf("%s %s", e.Status, e.Reason)
	}
	if got := w.entries(t, p.ID, "second-order"); len(got) != 0 {
		t.Errorf("entered late: %+v", got)
	}
	if lines := list[senda.Happening](t, w, senda.KindHappening, string(p.ID)); len(lines) != 2 {
		t.Errorf("the timeline has %d lines", len(lines))
	}
	// It is credited to the goal it falls into.
	w.take(t, orderOf("o-2", "C-2", 2*time.Hour, 12.34))
	e := w.entries(t, q.ID, "second-order")[0]
	if len(e.Goal.Credits) != 1 || e.Goal.Credits[0].Value != 1234 || e.Goal.Credits[0].Currency != "EUR" {
		t.Errorf("%+v", e.Goal)
	}
	// A kind with a shorter time of its own starts nothing after it.
	if r := w.take(t, event("basket.changed", "b-2", "C-3", 27*time.Hour, `{"basket":{"id":"B"}}`)); len(r.Journeys) != 0 {
		t.Errorf("%+v", r)
	}
	if r := w.take(t, event("basket.changed", "b-3", "C-3", 29*time.Hour, `{"basket":{"id":"B"}}`)); len(r.Journeys) != 1 {
		t.Errorf("%+v", r)
	}
}

// A late event neither ends an await nor is kept for one; one in time does.
func TestLateEventsWakeNoAwait(t *testing.T) {
	for _, late := range []bool{true, false} {
		w := newWorld(t, nil)
		w.take(t, event("basket.changed", "b-1", "C-1", 0, `{"basket":{"id":"B"}}`))
		p := w.person(t, "customer", "C-1")
		e := w.entries(t, p.ID, "basket-reminder")[0]
		_, err := w.Enroll.Entries.Pause(ctx(t), task.PauseRequest{
			Head: task.Head{Version: task.Version, Person: p.ID, Entry: e.ID, Bundle: e.Bundle, Step: "await-page-seen", N: 1, Seq: 1, At: noon, Pace: senda.Life},
			Op:   task.OpRegister, Token: "t-1", Due: senda.Due{Until: noon.AddDate(0, 0, 9), Real: noon.AddDate(0, 0, 9)},
			Listens: []senda.Listen{{Event: "page.seen", If: `($event.page = "cart") = true`}},
		})
		if err != nil {
			t.Fatal(err)
		}
		w.machines.Wait("t-1")
		w.take(t, event("page.seen", "s-0", "C-1", time.Minute, `{"page":"home"}`))
		if late {
			w.sleep(30 * time.Hour)
		}
		w.take(t, event("page.seen", "s-1", "C-1", 2*time.Minute, `{"page":"cart"}`))
		_, answered := w.machines.Answered("t-1")
		after := w.entries(t, p.ID, "basket-reminder")[0]
		if answered == late || (after.Pause.Over != nil) == late {
			t.Errorf("late %v: answered %v, pause %+v", late, answered, after.Pause)
		}
	}
}

func TestSomebodyInsideStartsAgainWithEachChange(t *testing.T) {
	w := newWorld(t, nil)
	for i := range 3 {
		w.take(t, event("basket.changed", fmt.Sprint("b-", i), "C-1", time.Duration(i)*time.Minute, `{"basket":{"id":"B"}}`))
	}
	w.take(t, event("basket.changed", "b-x", "C-1", 4*time.Minute, `{"basket":{"id":"other"}}`))
	w.take(t, event("basket.changed", "b-y", "C-1", 4*time.Minute, `{"basket":{}}`))
	p := w.person(t, "customer", "C-1")
	var active []string
	for _, e := range w.entries(t, p.ID, "basket-reminder") {
		if e.Status == senda.StatusActive {
			active = append(active, fmt.Sprint(e.Each, e.ID.Occurrence()))
		} else if e.Reason != senda.LeftRestarted {
			t.Errorf("left by %s", e.Reason)
		}
	}
	slices.Sort(active)
	if !slices.Equal(active, []string{"B3", "other1"}) {
		t.Errorf("inside are %v", active)
	}
}

func TestAHundredAskingsCauseOneDoubleOptIn(t *testing.T) {
	w := newWorld(t, nil)
	for i := range 100 {
		e := event("consent.asked", fmt.Sprint("c-", i), "C-1", time.Duration(i)*time.Second, `{"brand":"cellar","purpose":"offers","form":"footer"}`)
		r := w.take(t, e)
		if opened := len(r.Journeys) == 1 && r.Journeys[0].Entered(); opened != (i == 0) || slices.Contains(r.Notes, intake.NoteAsked) != (i > 0) {
			t.Fatalf("%d: %+v", i, r)
		}
	}
	if n := w.started("welcome"); n != 1 {
		t.Errorf("%d double opt-ins", n)
	}
	// A grant that nobody confirmed is an asking where twice is the rule.
	w.take(t, event("consent.granted", "g-1", "C-2", 0, `{"brand":"cellar","purpose":"offers"}`))
	w.take(t, event("consent.granted", "g-2", "C-2", 0, `{"brand":"cellar","purpose":"news"}`))
	h := w.head(t, w.person(t, "customer", "C-2").ID)
	if w.Rules().Ground(&h, "cellar", "offers", noon).Basis != "" || w.Rules().Ground(&h, "cellar", "news", noon).Basis != senda.BasisConsent {
		t.Errorf("%+v", h.Standings)
	}
}

func TestAnImportLiftsNothing(t *testing.T) {
	w := newWorld(t, nil)
	w.take(t, event("consent.withdrawn", "c-1", "C-1", -time.Hour, `{"brand":"cellar"}`))
	e := event("consent.granted", "c-2", "C-1", 0, `{"brand":"cellar","purpose":"news"}`)
	e.Source = "import.legacy-crm"
	w.take(t, e)
	h := w.head(t, w.person(t, "customer", "C-1").ID)
	if !w.Rules().Ground(&h, "cellar", "news", noon).Withdrawn {
		t.Errorf("%+v", h.Standings)
	}
	order := orderOf("o-1", "C-9", 0, 30)
	order.Source = "import"
	w.take(t, order)
	h = w.head(t, w.person(t, "customer", "C-9").ID)
	if w.Rules().Ground(&h, "cellar", "offers", noon).Basis != "" || !h.Alive.IsZero() {
		t.Errorf("an imported order is no sign of anything: %+v", h)
	}
}

func TestAJourneyTakesInWhomItMay(t *testing.T) {
	w := newWorld(t, nil)
	why := func(id, customer string) enroll.Why {
		r := w.take(t, orderOf(id, customer, 0, 30))
		if len(r.Journeys) == 0 {
			return enroll.NotLive
		}
		return r.Journeys[0].Why
	}
	if r := w.take(t, orderOf("o-0", "C-1", 0, 19)); r.Journeys[0].Why != enroll.NotMeant {
		t.Errorf("too small an order: %+v", r.Journeys)
	}
	for state, want := range map[senda.State]enroll.Why{senda.StateDraft: enroll.NotLive, senda.StateClosed: enroll.NotLive, senda.StateStopped: enroll.NotLive, senda.StateLive: "entered"} {
		if err := w.shelf.Set("second-order", state); err != nil {
			t.Fatal(err)
		}
		if got := why("o-"+string(state), "C-"+string(state)); got != want {
			t.Errorf("%s: %s", state, got)
		}
	}
	if err := w.shelf.Set("second-order", senda.StateLive); err != nil {
		t.Fatal(err)
	}
	if got := why("o-again", "C-live"); got != "inside" {
		t.Errorf("inside: %s", got)
	}
}

// A machine that cannot be started, a store that is away: the event is not done
// and the next delivery carries it on, or the sweeper does.
func TestWhatDiesHalfWayIsCarriedOn(t *testing.T) {
	w := newWorld(t, nil)
	broken := errors.New("no machines today")
	w.Enroll.Entries.Machines = deaf{w.machines, &broken}
	e := orderOf("o-1", "C-1", 0, 30)
	if _, err := w.Take(ctx(t), e); !errors.Is(err, broken) {
		t.Fatalf("%v", err)
	}
	if n, err := w.Sweep(ctx(t)); n != 0 || err != nil {
		t.Errorf("the sweeper took %d, %v, which may still be at work", n, err)
	}
	w.sleep(6 * time.Minute)
	if n, err := w.Sweep(ctx(t)); n != 1 || !errors.Is(err, broken) {
		t.Errorf("%d, %v", n, err)
	}
	broken = nil
	if n, err := w.Sweep(ctx(t)); n != 1 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	if n, err := w.Sweep(ctx(t)); n != 0 || err != nil || w.started("second-order") != 1 {
		t.Errorf("%d, %v, %d started", n, err, w.started("second-order"))
	}
	for _, s := range list[senda.Seen](t, w, senda.KindSeen, "shop") {
		if !s.Done || s.Event != nil {
			t.Errorf("%+v", s)
		}
	}
	if r := w.take(t, e); r.Fate != intake.Duplicate {
		t.Errorf("%+v", r)
	}
}
