package choose_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/choose"
	"github.com/senda-dev/senda/internal/task"
)

// budget is the counter of the offer "delivery" at noon: stretches of 30 days are
// counted from 1970-01-01.
const budget = "offer|delivery|budget|2026-02-06"

func reasons(d senda.Decision) string {
	var out []string
	for _, c := range d.Candidates {
		out = append(out, c.Offer+":"+c.Reason)
	}
	return strings.Join(out, " ")
}

func TestWhoMayHaveWhat(t *testing.T) {
	objected := func(_ *senda.Entry, c *senda.ConsentHead) { c.Objected = true }
	for _, tc := range []struct {
		name   string
		spent  float64
		person func(*senda.Entry, *senda.ConsentHead)
		bundle func(*bundle.Bundle)
		from   []string
		want   string
		offer  string // "" for one that is drawn
	}{
		{name: "somebody who spent little", spent: 10, want: "ten-off:condition delivery: jam:brand listening:"},
		{name: "somebody who spent much", spent: 80, want: "ten-off: delivery: jam:brand listening:"},
		{name: "from the sister house only", spent: 80, from: []string{"pantry"}, want: "ten-off:brand delivery:brand jam: listening:brand", offer: "jam"},
		{name: "who objected to profiling", spent: 80, person: objected, want: "ten-off:objected delivery:objected jam:objected listening:objected", offer: "listening"},
		{
			name: "who objected to profiling, of service", spent: 80, person: objected, bundle: func(b *bundle.Bundle) { b.Class = senda.Service },
			want: "ten-off: delivery: jam:brand listening:",
		},
		{
			name: "nothing left", spent: 10, bundle: func(b *bundle.Bundle) {
				b.Offers[1].Budget, b.Slots[0].Offers = 100, []string{"ten-off", "delivery", "gone"}
			},
			want: "ten-off:condition delivery:budget gone:unknown", offer: "listening",
		},
		{
			name: "nothing left, and a fallback that has run out", spent: 10, bundle: func(b *bundle.Bundle) {
				b.Offers[1].Budget, b.Slots[0] = 100, bundle.Slot{Name: "gift", Offers: []string{"ten-off"}, Fallback: "delivery"}
			},
			want: "ten-off:condition", offer: "none",
		},
		{
			name: "nothing left and no fallback", spent: 10, bundle: func(b *bundle.Bundle) { b.Slots[0] = bundle.Slot{Name: "gift", Offers: []string{"ten-off"}} },
			want: "ten-off:condition", offer: "none",
		},
	} {
		h := newHouse(t, nil, tc.bundle)
		e := h.person("p-1", tc.spent, tc.person)
		q := request(e, "gift", 1)
		q.From, q.Next = tc.from, map[string]senda.PauseSpec{"wait-3-days": {For: "3 days"}}
		r, err := h.Choose(t.Context(), q)
		if err != nil {
			t.Fatalf("%s: %v", tc.name, err)
		}
		d := h.decision(e, "gift")
		if got := reasons(d); got != tc.want {
			t.Errorf("%s:\n got %s\nwant %s", tc.name, got, tc.want)
		}
		want := tc.offer
		if want == "none" {
			want = ""
		}
		if tc.offer != "" && d.Offer != want {
			t.Errorf("%s: got %q, want %q", tc.name, d.Offer, want)
		}
		if !r.Fields.Equal(task.OfferFields(d.Offer)) || !r.At.Equal(noon) || len(r.Due) != 1 {
			t.Errorf("%s: replied %v at %v with %v", tc.name, r.Fields, r.At, r.Due)
		}
		sum, drawn := 0.0, false
		for _, c := range d.Candidates {
			sum += c.Propensity
			drawn = drawn || c.Offer == d.Offer && c.Reason == "" && c.Propensity == d.Propensity
			if (c.Reason == "") != (c.Propensity >= 0.01) {
				t.Errorf("%s: %s has reason %q and propensity %g", tc.name, c.Offer, c.Reason, c.Propensity)
			}
		}
		if d.Fallback == drawn && d.Offer != "" || drawn && math.Abs(sum-1) > 1e-9 || !drawn && d.Propensity != 1 {
			t.Errorf("%s: fallback %v, drawn %v, propensities make %g, own %g", tc.name, d.Fallback, drawn, sum, d.Propensity)
		}
	}
}

// A decision is made once: whoever asks again gets the one that was stored, even
// when nothing would be chosen any more.
func TestADecisionIsMadeOnce(t *testing.T) {
	h := newHouse(t, nil, nil)
	e := h.person("p-1", 10, nil)
	q := request(e, "gift", 1)
	first, err := h.Choose(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	before := h.decision(e, "gift")
	h.sleep(48 * time.Hour)
	again, err := h.Choose(t.Context(), q)
	if err != nil || !again.Fields.Equal(first.Fields) || !again.At.Equal(first.At) {
		t.Errorf("asked again: %v, %v", again, err)
	}
	if after := h.decision(e, "gift"); !slices.Equal(after.Candidates, before.Candidates) || !after.At.Equal(before.At) {
		t.Errorf("the decision changed: %+v", after)
	}
	c := h.counter(budget)
	if want := map[bool]int64{true: 490, false: 0}[before.Offer == "delivery"]; c.Used != want {
		t.Errorf("the budget counts %d, want %d", c.Used, want)
	}
	r, _, _, _ := senda.Read[senda.StepRecord](t.Context(), h.store, senda.StepKey(e.Person, e.ID, "gift", 1))
	if r.Outcome != choose.OutcomeChosen || r.Detail.Get("offer").Str() != before.Offer {
		t.Errorf("the timeline says %s %v", r.Outcome, r.Detail)
	}
}

// The held-out are decided about like everybody and take nothing.
func TestTheHeldOutTakeNothing(t *testing.T) {
	h := newHouse(t, nil, func(b *bundle.Bundle) { b.Slots[0].Offers = []string{"delivery"} })
	for i, arm := range []senda.Arm{senda.HeldOut, senda.Control} {
		e := h.person(senda.PersonID(fmt.Sprint("p-", i)), 80, func(e *senda.Entry, _ *senda.ConsentHead) { e.Arm = arm })
		d := h.choose(e, "gift")
		if d.Offer != "delivery" || !d.Held || d.State != "" {
			t.Errorf("%s: %+v", arm, d)
		}
		showing, err := h.Shown(t.Context(), e, h.bundle, []string{"gift"}, "en")
		if err != nil || len(showing.Spend)+len(showing.Release) > 0 || showing.Values["gift"].(map[string]any)["title"] != "Free delivery" {
			t.Errorf("%s: shown %+v, %v", arm, showing, err)
		}
		r, _, _, _ := senda.Read[senda.StepRecord](t.Context(), h.store, senda.StepKey(e.Person, e.ID, "gift", 1))
		if r.Outcome != task.OutcomeWouldHave {
			t.Errorf("%s: the timeline says %s", arm, r.Outcome)
		}
	}
	if c := h.counter(budget); c.Used != 0 {
		t.Errorf("the budget counts %d", c.Used)
	}
}

// A limit of the person holds over all journeys and for its window.
func TestTheLimitOfAPerson(t *testing.T) {
	h := newHouse(t, nil, func(b *bundle.Bundle) { b.Slots[0] = bundle.Slot{Name: "gift", Offers: []string{"ten-off"}} })
	enter := func(n int) senda.Entry {
		e := senda.Entry{
			Person: "p-1", ID: senda.NewEntryID("win-back", "", n), Journey: "win-back", Bundle: h.bundle.Digest(), At: h.Now(),
			Arm: senda.Treated, Pace: senda.Life, Status: senda.StatusActive, Started: true,
		}
		if err := h.store.Commit(t.Context(), senda.Put(e, 0)); err != nil {
			t.Fatal(err)
		}
		return e
	}
	first := h.person("p-1", 80, nil)
	if d := h.choose(first, "gift"); d.Offer != "ten-off" {
		t.Fatalf("the first: %+v", d)
	}
	h.sleep(10 * 24 * time.Hour)
	if d := h.choose(enter(2), "gift"); d.Offer != "" || reasons(d) != "ten-off:per-person" {
		t.Errorf("a second within 30 days: %q, %s", d.Offer, reasons(d))
	}
	h.sleep(21 * 24 * time.Hour)
	if d := h.choose(enter(3), "gift"); d.Offer != "ten-off" {
		t.Errorf("31 days later: %s", reasons(d))
	}
	if err := h.Entries.Leave(t.Context(), "p-1", senda.NewEntryID("win-back", "", 3), "bored", h.Now()); err != nil {
		t.Fatal(err)
	}
	third := senda.NewEntryID("win-back", "", 3)
	if _, err := h.Choose(t.Context(), request(senda.Entry{Person: "p-1", ID: third, Bundle: h.bundle.Digest(), At: h.Now()}, "second", 2)); senda.CodeOf(err) != senda.Leaving {
		t.Errorf("somebody leaving chose: %v", err)
	}
	if d := h.choose(enter(4), "gift"); d.Offer != "ten-off" {
		t.Errorf("after the reservation was released: %s", reasons(d))
	}
}

// An offer is spent by the first mail that leaves and shows it, and released by a
// refusal, by the end of the entry, or when it is known that the mail did not leave.
func TestAnOffersWay(t *testing.T) {
	denied, down := senda.Errorf(senda.Denied, "hand over", "no"), senda.Errorf(senda.Unavailable, "hand over", "later")
	for _, tc := range []struct {
		name        string
		do          func(t *testing.T, h *house, e senda.Entry)
		state       senda.OfferState
		used, spent int64
	}{
		{"chosen", func(*testing.T, *house, senda.Entry) {}, senda.Reserved, 490, 0},
		{"a mail leaves", func(t *testing.T, h *house, e senda.Entry) { h.send(t, e, "a", "", "", nil) }, senda.Spent, 490, 490},
		{"two mails show it", func(t *testing.T, h *house, e senda.Entry) {
			h.send(t, e, "a", "", "", nil)
			h.send(t, e, "b", "", "done", nil)
		}, senda.Spent, 490, 490},
		{"a mail is refused", func(t *testing.T, h *house, e senda.Entry) { h.send(t, e, "a", "cap", "", nil) }, senda.Released, 0, 0},
		{"a mail is refused and the entry ends with it", func(t *testing.T, h *house, e senda.Entry) {
			h.send(t, e, "a", "cap", "done", nil)
		}, senda.Released, 0, 0},
		{"one is refused, the next leaves", func(t *testing.T, h *house, e senda.Entry) {
			h.send(t, e, "a", "cap", "", nil)
			h.send(t, e, "b", "", "", nil)
		}, senda.Spent, 490, 490},
		{"the service refuses it", func(t *testing.T, h *house, e senda.Entry) { h.send(t, e, "a", "", "", denied) }, senda.Released, 0, 0},
		{"the service refuses the second", func(t *testing.T, h *house, e senda.Entry) {
			h.send(t, e, "a", "", "", nil)
			h.send(t, e, "b", "", "", denied)
		}, senda.Spent, 490, 490},
		{"the service is down", func(t *testing.T, h *house, e senda.Entry) {
			if _, err := mail(h.Service, h, e, "a", "", "", down, "gift"); senda.CodeOf(err) != senda.Unavailable {
				t.Fatal(err)
			}
		}, senda.Reserved, 490, 0},
		{"the service is down for a while", func(t *testing.T, h *house, e senda.Entry) {
			_, _ = mail(h.Service, h, e, "a", "", "", down, "gift")
			h.send(t, e, "a", "", "", nil)
		}, senda.Spent, 490, 490},
		{"the entry ends", func(t *testing.T, h *house, e senda.Entry) {
			q := task.PauseRequest{Head: request(e, "exit", 3).Head, Op: task.OpExit}
			q.End = "enough"
			if _, err := h.Entries.Pause(t.Context(), q); err != nil {
				t.Fatal(err)
			}
		}, senda.Released, 0, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			h := newHouse(t, nil, func(b *bundle.Bundle) { b.Slots[0].Offers = []string{"delivery"} })
			e := h.person("p-1", 80, nil)
			h.choose(e, "gift")
			tc.do(t, h, e)
			d, c := h.decision(e, "gift"), h.counter(budget)
			if d.State != tc.state || c.Used != tc.used || c.Spent != tc.spent || c.Limit != 5000 {
				t.Errorf("it is %s, the budget says %+v; want %s, %d used, %d spent", d.State, c, tc.state, tc.used, tc.spent)
			}
			shown, _ := h.learned(t)
			if want := map[bool]float64{true: 1}[tc.state == senda.Spent]; shown["delivery"] != want {
				t.Errorf("the tally counts %v shown, want %g", shown, want)
			}
		})
	}
}

// send sends a mail that shows the gift.
func (h *house) send(t *testing.T, e senda.Entry, step, refuse, end string, service error) {
	t.Helper()
	if _, err := mail(h.Service, h, e, step, refuse, end, service, "gift"); err != nil {
		t.Fatal(err)
	}
}

// A choice that ends the entry can never be shown: it reserves nothing.
func TestTheLastStepReservesNothing(t *testing.T) {
	h := newHouse(t, nil, func(b *bundle.Bundle) { b.Slots[0].Offers = []string{"delivery"} })
	e := h.person("p-1", 80, nil)
	q := request(e, "gift", 1)
	q.End = "done"
	if _, err := h.Choose(t.Context(), q); err != nil {
		t.Fatal(err)
	}
	if d, c := h.decision(e, "gift"), h.counter(budget); d.State != senda.Released || c.Used != 0 {
		t.Errorf("%s, %+v", d.State, c)
	}
}

func TestWhatAMailShows(t *testing.T) {
	h := newHouse(t, nil, func(b *bundle.Bundle) { b.Slots[0].Offers = []string{"delivery"} })
	e := h.person("p-1", 80, nil)
	h.choose(e, "gift")
	for language, title := range map[string]string{"es-MX": "Envío gratis", "en": "Free delivery", "fr": "Free delivery"} {
		got, err := h.Shown(t.Context(), e, h.bundle, []string{"gift", "second"}, language)
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]any{
			"chosen": true, "name": "delivery", "title": title, "terms": "Once.", "code": "ATHOME", "value": 9.0, "currency": "EUR", "until": "2026-03-16",
		}
		if fmt.Sprint(got.Values["gift"]) != fmt.Sprint(want) {
			t.Errorf("%s: %v, want %v", language, got.Values["gift"], want)
		}
		if fmt.Sprint(got.Values["second"]) != "map[chosen:false]" || fmt.Sprint(got.Values[choose.Latest]) != "map[chosen:false]" {
			t.Errorf("the second chose nothing: %v", got.Values)
		}
		if fmt.Sprint(got.Names) != "[gift/delivery/gift/1]" {
			t.Errorf("the claim names %v", got.Names)
		}
	}
}

// learned is what a snapshot of a day far ahead counts, by offer.
func (h *house) learned(t fataler) (shown, won map[string]float64) {
	t.Helper()
	ctx := context.Background()
	if err := h.Learn(ctx, "2099-01-01"); err != nil {
		t.Fatal(err)
	}
	got, err := h.store.Range(ctx, senda.Range{Kind: senda.KindPosterior, Part: "gift@2099-01-01"})
	if err != nil {
		t.Fatal(err)
	}
	shown, won = map[string]float64{}, map[string]float64{}
	for _, v := range got {
		p, _, _, err := senda.As[senda.Posterior](v)
		if err != nil {
			t.Fatal(err)
		}
		if p.Alpha != choose.PriorAlpha+p.Won || p.Beta != choose.PriorBeta+p.Shown-p.Won {
			t.Errorf("%s: Beta(%g, %g) of %g shown, %g won", p.Offer, p.Alpha, p.Beta, p.Shown, p.Won)
		}
		if p.Shown > 0 {
			shown[p.Offer] = p.Shown
		}
		if p.Won > 0 {
			won[p.Offer] = p.Won
		}
	}
	return shown, won
}

// A use counts once, for the decision that gave the offer, however often it is told.
func TestAUseCountsOnce(t *testing.T) {
	h := newHouse(t, nil, func(b *bundle.Bundle) { b.Slots[0] = bundle.Slot{Name: "gift", Offers: []string{"delivery"}} })
	e := h.person("p-1", 80, nil)
	use := choose.Use{Person: "p-1", Time: noon.Add(time.Hour), Offer: "delivery"}
	if _, ok, err := h.Used(t.Context(), use); ok || err != nil {
		t.Errorf("used before it was given: %v, %v", ok, err)
	}
	h.choose(e, "gift")
	h.send(t, e, "come-back", "", "", nil)
	for range 3 {
		d, ok, err := h.Used(t.Context(), use)
		if err != nil || !ok || d.Step != "gift" || !d.Used.Equal(use.Time) {
			t.Fatalf("%+v, %v, %v", d, ok, err)
		}
	}
	other := use
	other.Time, other.Offer = use.Time.Add(time.Hour), "listening"
	if _, ok, err := h.Used(t.Context(), other); ok || err != nil {
		t.Errorf("an offer that was never given: %v, %v", ok, err)
	}
	shown, won := h.learned(t)
	if fmt.Sprint(shown, won) != "map[delivery:1] map[delivery:1]" {
		t.Errorf("learned %v, %v", shown, won)
	}
}

// What a test person is shown, and uses, says nothing of customers.
func TestARehearsalTeachesNothing(t *testing.T) {
	h := newHouse(t, nil, func(b *bundle.Bundle) { b.Slots[0] = bundle.Slot{Name: "gift", Offers: []string{"delivery"}} })
	e, version, _, err := senda.Read[senda.Entry](t.Context(), h.Store, h.person("p-1", 80, nil).Key())
	if err != nil {
		t.Fatal(err)
	}
	e.Test = true
	if err := h.Store.Commit(t.Context(), senda.Put(e, version)); err != nil {
		t.Fatal(err)
	}
	h.choose(e, "gift")
	h.send(t, e, "come-back", "", "", nil)
	if _, ok, err := h.Used(t.Context(), choose.Use{Person: "p-1", Time: noon.Add(time.Hour), Offer: "delivery"}); !ok || err != nil {
		t.Fatal(ok, err)
	}
	if shown, won := h.learned(t); len(shown)+len(won) != 0 {
		t.Errorf("learned %v, %v", shown, won)
	}
}

// What was learned is in force from the border of the next epoch on, and a second
// lesson of the same epoch changes nothing.
func TestLessonsAreLearnedAtTheBorder(t *testing.T) {
	h := newHouse(t, nil, func(b *bundle.Bundle) {
		b.Slots[0].Offers = []string{"listening", "second-listening"}
		b.Offers = append(b.Offers, b.Offers[3])
		b.Offers[4].Name = "second-listening"
	})
	share := func(n int) (senda.Decision, float64) {
		d := h.choose(h.person(senda.PersonID(fmt.Sprint("p-", n)), 1, nil), "gift")
		return d, d.Candidates[0].Propensity
	}
	d, p := share(1)
	if d.Snapshot != "gift@prior" || math.Abs(p-0.5) > 1e-3 {
		t.Errorf("before anything was learned: %s, %g", d.Snapshot, p)
	}
	for i := range 40 {
		e := h.person(senda.PersonID(fmt.Sprint("q-", i)), 1, nil)
		d := h.choose(e, "gift")
		h.send(t, e, "come-back", "", "", nil)
		if d.Offer == "listening" {
			if _, ok, err := h.Used(t.Context(), choose.Use{Person: e.Person, Time: h.Now().Add(time.Hour), Offer: d.Offer}); err != nil || !ok {
				t.Fatal(ok, err)
			}
		}
	}
	h.sleep(time.Minute)
	if _, again := share(2); again != p {
		t.Errorf("the propensity moved within the epoch: %g, then %g", p, again)
	}
	h.sleep(13 * time.Hour)
	for range 2 {
		if err := h.Learn(t.Context(), choose.Epoch(h.Now())); err != nil {
			t.Fatal(err)
		}
	}
	d, p = share(3)
	if d.Snapshot != "gift@2026-03-03" || p < 0.98 {
		t.Errorf("the day after: %s, %g", d.Snapshot, p)
	}
	// Another process that has never heard of it, and one that must ask again.
	other := h.worker(nil)
	e := h.person("p-4", 1, nil)
	if _, err := other.Choose(t.Context(), request(e, "gift", 1)); err != nil {
		t.Fatal(err)
	}
	if got := h.decision(e, "gift"); got.Snapshot != d.Snapshot || got.Candidates[0].Propensity != p {
		t.Errorf("another process draws from %s with %g", got.Snapshot, got.Candidates[0].Propensity)
	}
}
