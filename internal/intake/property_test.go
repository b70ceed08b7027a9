package intake_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/identity"
	"github.com/senda-dev/senda/internal/intake"
	"github.com/senda-dev/senda/internal/storetest"
)

// picture is all that is kept of a person and must not depend on the order of
// arrival, as text.
func (w *world) picture(t fataler, customer string) string {
	p := w.person(t, "customer", customer)
	var b strings.Builder
	fmt.Fprintf(&b, "person %q zone %q erased %v test %v\n", p.Address, p.Zone, p.Erased, p.Test)
	for _, name := range slices.Sorted(keysOf(p.Attributes)) {
		a := p.Attributes[name]
		fmt.Fprintf(&b, "  %s = %v at %s\n", name, a.Value, a.Time)
	}
	h := w.head(t, p.ID)
	fmt.Fprintf(&b, "care %v %s alive %s objected %v erased %v\n", h.Care, h.CareTime, h.Alive, h.Objected, h.Erased)
	for _, s := range h.Standings {
		fmt.Fprintf(&b, "  %v %s %s %s %s imported %v asked %s\n", s.Scope, s.State, s.Basis, s.Time, s.Wording, s.Imported, s.Asked)
	}
	for _, l := range list[senda.Happening](t, w, senda.KindHappening, string(p.ID)) {
		fmt.Fprintf(&b, "line %s %s %s %v\n", l.Time, l.Kind, l.Ref, l.Data)
	}
	return b.String()
}

func keysOf[V any](m map[string]V) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// someEvents draws events of one customer, at distinct ids and not always
// distinct times.
func someEvents(t *rapid.T) []senda.Event {
	var out []senda.Event
	for i := range rapid.IntRange(1, 10).Draw(t, "events") {
		id := fmt.Sprint("e-", i)
		at := -time.Duration(rapid.IntRange(0, 30).Draw(t, "hours ago")) * time.Hour
		brand := rapid.SampledFrom([]string{"cellar", "pantry"}).Draw(t, "brand")
		switch rapid.IntRange(0, 7).Draw(t, "kind") {
		case 0, 1:
			zone := rapid.SampledFrom([]string{"Europe/Madrid", "America/Lima", "Nowhere/None"}).Draw(t, "zone")
			out = append(out, event("order.completed", id, "C-1", at, fmt.Sprintf(
				`{"brand":%q,"order":{"total":%d,"currency":"EUR"},"zone":%q,"customer":{"name":"N%d"}}`, brand, rapid.IntRange(0, 99).Draw(t, "total"), zone, i)))
		case 2:
			e := event("consent.granted", id, "C-1", at, fmt.Sprintf(`{"brand":%q,"purpose":"offers","wording":"w%d","confirmed":%v}`, brand, i, rapid.Bool().Draw(t, "confirmed")))
			if rapid.Bool().Draw(t, "import") {
				e.Source = "import"
			}
			out = append(out, e)
		case 3:
			out = append(out, event("consent.withdrawn", id, "C-1", at, fmt.Sprintf(`{"brand":%q,"reach":%q}`, brand, rapid.SampledFrom([]string{"brand", "family", "everything"}).Draw(t, "reach"))))
		case 4:
			out = append(out, event("consent.asked", id, "C-1", at, fmt.Sprintf(`{"brand":%q,"purpose":"offers"}`, brand)))
		case 5:
			out = append(out, event(rapid.SampledFrom([]string{"care.opened", "care.closed"}).Draw(t, "care"), id, "C-1", at, `{"case":"1"}`))
		case 6:
			out = append(out, event("basket.changed", id, "C-1", at, fmt.Sprintf(`{"basket":{"id":"B%d"}}`, rapid.IntRange(0, 1).Draw(t, "basket"))))
		case 7:
			e := event("page.seen", id, "C-1", at, `{"page":"cart"}`)
			e.Identifiers["email"] = fmt.Sprintf("c%d@example.com", rapid.IntRange(0, 2).Draw(t, "address"))
			out = append(out, e)
		}
	}
	return out
}

// untilTaken delivers an event until nobody fails, as a queue does.
func untilTaken(t fataler, w *world, e senda.Event) {
	var err error
	for range 400 {
		if _, err = w.Take(context.Background(), e); err == nil {
			return
		}
		if c := senda.CodeOf(err); c != senda.Unavailable && c != senda.Unsure && c != senda.Conflict {
			t.Fatal(err)
		}
	}
	t.Fatal("never taken", err)
}

// sound says what must hold of the entries of everybody, whatever happened.
func (w *world) sound(t fataler, events []senda.Event) {
	for _, c := range slices.Compact(slices.Sorted(func(yield func(string) bool) {
		for _, e := range events {
			yield(e.Identifiers["customer"])
		}
	})) {
		entered := map[string]int{}
		active := map[string]int{}
		for _, e := range w.entries(t, w.person(t, "customer", c).ID, "") {
			entered[e.Journey+e.Event.ID]++
			if slices.ContainsFunc(e.Goal.Credits, func(c senda.Credit) bool { return c.Ref == e.Event }) {
				t.Fatal("the event that entered is credited to the goal", e.ID)
			}
			if e.Status == senda.StatusActive {
				active[e.Journey+e.Each]++
				if !e.Started {
					t.Fatal("an entry has no execution", e.ID)
				}
			}
		}
		for what, n := range entered {
			if n > 1 {
				t.Fatal("one event entered twice", what, n)
			}
		}
		for what, n := range active {
			if n > 1 {
				t.Fatal("somebody is inside twice", what, n)
			}
		}
	}
	names := map[string]bool{}
	for _, s := range w.machines.Started() {
		if names[s.Name] {
			t.Fatal("started twice", s.Name)
		}
		names[s.Name] = true
	}
	for _, source := range []string{"shop", "import"} {
		for _, s := range list[senda.Seen](t, w, senda.KindSeen, source) {
			if !s.Done || s.Event != nil {
				t.Fatal("an event was left undone", s.Ref)
			}
		}
	}
}

// Whatever the order in which events arrive, however often each does, and
// whatever the store does about it, the same is known of the person in the end,
// nothing is left half done, and no event enters anybody twice.
func TestIntakeConverges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		events := someEvents(t)
		clean := newWorld(t, nil)
		for _, e := range events {
			clean.take(t, e)
		}
		clean.sound(t, events)
		want := clean.picture(t, "C-1")

		arrivals := rapid.Permutation(events).Draw(t, "arrivals")
		for range rapid.IntRange(0, 3).Draw(t, "repeats") {
			arrivals = append(arrivals, rapid.SampledFrom(events).Draw(t, "again"))
		}
		seed := rapid.Uint64().Draw(t, "seed")
		w := newWorld(t, func(s senda.Store) senda.Store { return storetest.NewFlaky(s, seed, 0.1) })
		for _, e := range arrivals {
			untilTaken(t, w, e)
		}
		w.sound(t, events)
		if got := w.picture(t, "C-1"); got != want {
			t.Fatalf("in order:\n%s\nas it arrived:\n%s", want, got)
		}
	})
}

// One process after another dies at a commit, before it or right after it: the
// next delivery leaves what one undisturbed delivery leaves.
func TestDeathAtEachCommit(t *testing.T) {
	events := func() []senda.Event {
		first := orderOf("o-1", "C-1", -2*time.Hour, 30)
		basket := event("basket.changed", "b-1", "C-1", -90*time.Minute, `{"basket":{"id":"B"}}`)
		second := orderOf("o-2", "C-2", -time.Hour, 30)
		second.Identifiers["email"] = "ana@example.com"
		both := orderOf("o-3", "C-1", -time.Minute, 40) // says that C-1 and ana are one
		both.Identifiers["email"] = "ana@example.com"
		return []senda.Event{first, basket, second, both}
	}
	commits := &dying{}
	clean := newWorld(t, func(s senda.Store) senda.Store { commits.Store = s; return commits })
	for _, e := range events() {
		clean.take(t, e)
	}
	want, total := clean.picture(t, "C-1"), commits.n
	if total < 10 {
		t.Fatalf("only %d commits", total)
	}
	for at := 1; at <= total; at++ {
		for _, applied := range []bool{false, true} {
			d := &dying{at: at, applied: applied}
			w := newWorld(t, func(s senda.Store) senda.Store { d.Store = s; return d })
			for _, e := range events() {
				if _, err := w.Take(t.Context(), e); err != nil {
					if d.n < at {
						t.Fatal(err)
					}
					// A new process; the queue delivers again.
					w.take(t, e)
				}
			}
			w.sound(t, events())
			if got := w.picture(t, "C-1"); got != want {
				t.Errorf("death at commit %d of %d, applied %v:\n%s\nwant\n%s", at, total, applied, got, want)
			}
			if got := w.picture(t, "C-2"); got != want {
				t.Errorf("C-2 is somebody else: death at commit %d, applied %v", at, applied)
			}
			younger := w.person(t, "customer", "C-1").Merged
			if len(younger) != 1 {
				t.Fatalf("death at commit %d, applied %v: merged %v", at, applied, younger)
			}
			for _, e := range w.entries(t, younger[0], "") {
				if e.Status == senda.StatusActive || !e.Unmeasured {
					t.Errorf("death at commit %d: an entry of the one who was merged is %s, unmeasured %v", at, e.Status, e.Unmeasured)
				}
			}
			if left := list[senda.Happening](t, w, senda.KindHappening, string(younger[0])); len(left) != 0 {
				t.Errorf("death at commit %d: %d lines were left behind", at, len(left))
			}
		}
	}
}

// dying is a store whose process dies at one commit. It stays dead until the
// caller has heard of it once.
type dying struct {
	senda.Store
	n, at   int
	applied bool
}

func (d *dying) Commit(ctx context.Context, writes ...senda.Write) error {
	d.n++
	if d.n != d.at {
		return d.Store.Commit(ctx, writes...)
	}
	if d.applied {
		if err := d.Store.Commit(ctx, writes...); err != nil {
			return err
		}
	}
	return senda.Errorf(senda.Internal, "commit", "the process died")
}

// Many workers take in the events of a few people at once.
func TestManyWorkers(t *testing.T) {
	var events []senda.Event
	for i := range 160 {
		e := orderOf(fmt.Sprint("o-", i), fmt.Sprint("C-", i%4), -time.Duration(i)*time.Minute, float64(i))
		if i%8 == 7 {
			e.Identifiers["email"] = fmt.Sprintf("c%d@example.com", i%4)
		}
		events = append(events, e)
	}
	clean := newWorld(t, nil)
	for _, e := range events {
		clean.take(t, e)
	}
	w := newWorld(t, nil)
	var group sync.WaitGroup
	for worker := range 8 {
		group.Go(func() {
			for i := worker; i < len(events); i += 8 {
				untilTaken(panics{}, w, events[i])
				untilTaken(panics{}, w, events[(i*7)%len(events)]) // some twice, some at once
			}
		})
	}
	group.Wait()
	w.sound(t, events)
	for i := range 4 {
		c := fmt.Sprint("C-", i)
		if got, want := w.picture(t, c), clean.picture(t, c); got != want {
			t.Errorf("%s:\n%s\nwant\n%s", c, got, want)
		}
	}
}

// Between the reading and the writing of one event another of the same person is
// taken in: neither is lost.
func TestEventsOfOnePersonWaitForEachOther(t *testing.T) {
	meddler := &meddling{}
	w := newWorld(t, func(s senda.Store) senda.Store { meddler.Store = s; return meddler })
	w.take(t, event("page.seen", "s-0", "C-1", -3*time.Hour, `{}`))
	older, newer := event("page.seen", "s-1", "C-1", -2*time.Hour, `{}`), event("page.seen", "s-2", "C-1", -time.Hour, `{}`)
	older.Identifiers["email"], newer.Identifiers["email"] = "old@example.com", "new@example.com"
	meddler.before = func() { w.take(t, newer) }
	w.take(t, older)
	if p := w.person(t, "customer", "C-1"); p.Address != "new@example.com" {
		t.Errorf("the address is %q", p.Address)
	}
	for _, address := range []string{"old@example.com", "new@example.com"} {
		if w.person(t, "email", address).ID != w.person(t, "customer", "C-1").ID {
			t.Errorf("%s leads elsewhere", address)
		}
	}
}

// meddling is a store before whose next commit something else happens.
type meddling struct {
	senda.Store
	before func()
}

func (m *meddling) Commit(ctx context.Context, writes ...senda.Write) error {
	if do := m.before; do != nil {
		m.before = nil
		do()
	}
	return m.Store.Commit(ctx, writes...)
}

// An event that arrived in time is not late because whoever took it in died and
// the queue took a day and a half to deliver it again.
func TestASecondDeliveryIsNotLater(t *testing.T) {
	d := &dying{at: 2} // the entry
	w := newWorld(t, func(s senda.Store) senda.Store { d.Store = s; return d })
	e := orderOf("o-1", "C-1", 0, 30)
	if _, err := w.Take(t.Context(), e); err == nil {
		t.Fatal("it lives")
	}
	w.sleep(36 * time.Hour)
	if r := w.take(t, e); len(r.Journeys) != 1 || !r.Journeys[0].Entered() {
		t.Errorf("%+v", r)
	}
}

// Many workers are told at once that all are one, over a store that conflicts
// and fails: in the end all are one, nothing is lost and nothing is left behind.
func TestManyWorkersMergeEverybody(t *testing.T) {
	for seed := range uint64(20) {
		w := newWorld(t, func(s senda.Store) senda.Store { return storetest.NewFlaky(s, seed, 0.05) })
		const people, each = 5, 6
		var events []senda.Event
		for i := range people {
			for k := range each {
				events = append(events, orderOf(fmt.Sprint("o-", i, "-", k), fmt.Sprint("C-", i), -time.Duration(i*10+k)*time.Minute, 30))
			}
			// A chain: C-0 has x0, C-1 has x0 and x1, C-2 has x1 and x2, …
			for _, x := range []int{i - 1, i} {
				if x >= 0 && x < people-1 {
					e := event("page.seen", fmt.Sprint("l-", i, "-", x), fmt.Sprint("C-", i), -time.Minute, `{}`)
					e.Identifiers["email"] = fmt.Sprintf("x%d@example.com", x)
					events = append(events, e)
				}
			}
		}
		var group sync.WaitGroup
		for worker := range 4 {
			group.Go(func() {
				for i := worker; i < len(events); i += 4 {
					untilTaken(panics{}, w, events[(i*11+int(seed))%len(events)])
				}
			})
		}
		group.Wait()
		one := w.person(t, "customer", "C-0")
		for i := range people {
			if p := w.person(t, "customer", fmt.Sprint("C-", i)); p.ID != one.ID {
				t.Fatalf("seed %d: C-%d is %s, not %s", seed, i, p.ID, one.ID)
			}
		}
		if n := len(list[senda.Happening](t, w, senda.KindHappening, string(one.ID))); n != len(events) {
			t.Fatalf("seed %d: %d lines of %d", seed, n, len(events))
		}
		for _, id := range one.Merged {
			if n := len(list[senda.Happening](t, w, senda.KindHappening, string(id))); n != 0 {
				t.Errorf("seed %d: %d lines were left behind", seed, n)
			}
			for _, e := range w.entries(t, id, "") {
				if e.Status == senda.StatusActive || !e.Unmeasured {
					t.Errorf("seed %d: an entry of somebody who was merged is %s, unmeasured %v", seed, e.Status, e.Unmeasured)
				}
			}
		}
		for _, e := range w.entries(t, one.ID, "") {
			if e.Unmeasured {
				t.Errorf("seed %d: the one who stays is not measured", seed)
			}
		}
	}
}

// panics ends a worker's goroutine, and the test with it.
type panics struct{}

func (panics) Fatal(args ...any) { panic(fmt.Sprint(args...)) }

// A timeline holds at most so many lines, and a few until the next trimming.
func TestTheTimelineIsBounded(t *testing.T) {
	w := newWorld(t, nil)
	w.take(t, event("page.seen", "old", "C-1", -6*365*24*time.Hour, `{}`))
	for i := range 1300 {
		w.take(t, event("page.seen", fmt.Sprint("s-", i), "C-1", -time.Duration(i)*time.Minute, `{}`))
	}
	lines := list[senda.Happening](t, w, senda.KindHappening, string(w.person(t, "customer", "C-1").ID))
	if n := len(lines); n < 1000 || n > 1000+4*64 {
		t.Errorf("%d lines", n)
	}
	if lines[0].Ref.ID == "old" {
		t.Error("what is older than the retention is still there")
	}
	if last := lines[len(lines)-1]; last.Ref.ID != "s-0" {
		t.Errorf("the latest line is %v", last.Ref)
	}
}

func TestTheErasedAreForgottenEverywhere(t *testing.T) {
	for at := 0; at <= 12; at++ { // die at each commit of the erasure, 0: at none
		d := &dying{}
		w := newWorld(t, func(s senda.Store) senda.Store { d.Store = s; return d })
		e := orderOf("o-1", "C-1", -time.Hour, 30)
		e.Identifiers["email"] = "ana@example.com"
		w.take(t, e)
		w.take(t, event("consent.granted", "g-1", "C-1", -time.Hour, `{"brand":"cellar","purpose":"news"}`))
		bad := orderOf("o-2", "C-1", -time.Hour, -3)
		w.take(t, bad)
		other := orderOf("o-3", "C-2", -time.Hour, -3)
		w.take(t, other)
		p := w.person(t, "customer", "C-1")
		subject := w.head(t, p.ID).Subject

		erase := event("person.erased", "x-1", "C-1", 0, `{"request":"R-1"}`)
		d.at, d.n = at, 0
		if _, err := w.Take(t.Context(), erase); err != nil {
			if at == 0 {
				t.Fatal(err)
			}
			w.take(t, erase)
		}
		d.at = -1
		if got := w.person(t, "email", "ana@example.com"); !got.Erased || got.Address != "" || got.Attributes != nil {
			t.Errorf("death at %d: %+v", at, got)
		}
		if h := w.head(t, p.ID); !h.Erased || h.Subject != "" || len(h.Standings) != 0 {
			t.Errorf("death at %d: %+v", at, h)
		}
		if n := len(list[senda.Happening](t, w, senda.KindHappening, string(p.ID))); n != 0 {
			t.Errorf("death at %d: %d lines remain", at, n)
		}
		for _, e := range w.entries(t, p.ID, "") {
			if e.Status == senda.StatusActive || e.Reason != senda.LeftErased {
				t.Errorf("death at %d: an entry is %s, %s", at, e.Status, e.Reason)
			}
		}
		if proofs := list[senda.Proof](t, w, senda.KindProof, subject); len(proofs) == 0 {
			t.Errorf("death at %d: the proofs are gone", at)
		}
		s, _, _, err := senda.Read[senda.Suppression](t.Context(), w.inner, senda.SuppressionKey(w.Keys.Address("ANA@example.com")))
		if err != nil || !s.Erased {
			t.Errorf("death at %d: %+v, %v", at, s, err)
		}
		kept, err := w.Quarantine(t.Context())
		if err != nil || len(kept) != 1 || !strings.Contains(string(kept[0].Body), "C-2") {
			t.Errorf("death at %d: %d in quarantine, %v", at, len(kept), err)
		}
		// Nothing brings the person back: not by number, not by address under another number.
		for i, ids := range []map[string]string{{"customer": "C-1"}, {"email": "ana@example.com", "customer": "C-77"}} {
			e := orderOf(fmt.Sprint("n-", i), "", 0, 50)
			e.Identifiers = ids
			if r := w.take(t, e); r.Fate != intake.Forgotten || len(r.Journeys) != 0 {
				t.Errorf("death at %d: %+v", at, r)
			}
		}
		if got := w.person(t, "customer", "C-77"); got.ID != "" {
			t.Errorf("death at %d: a new number leads to %+v", at, got)
		}
	}
}

// Whoever is merged brings everything along: what either half knew, the other
// does too, and no identifier leads astray. The older one's arms stay.
func TestMergingPeople(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t, nil)
		n := rapid.IntRange(2, 5).Draw(t, "people")
		var lines int
		for i := range n {
			w.sleep(time.Second)
			e := orderOf(fmt.Sprint("o-", i), fmt.Sprint("C-", i), -time.Hour, 30)
			w.take(t, e)
			lines++
		}
		first := w.person(t, "customer", "C-0").ID
		before := w.entries(t, first, "")
		group := make([]int, n) // which of the first that each was told to be
		for i := range group {
			group[i] = i
		}
		for k := range rapid.IntRange(1, 6).Draw(t, "links") {
			a, b := rapid.IntRange(0, n-1).Draw(t, "a"), rapid.IntRange(0, n-1).Draw(t, "b")
			e := event("page.seen", fmt.Sprint("s-", k), fmt.Sprint("C-", a), 0, `{}`)
			other := w.person(t, "customer", fmt.Sprint("C-", b))
			e.Identifiers[identity.Self] = string(other.ID)
			if rapid.Bool().Draw(t, "by address") {
				delete(e.Identifiers, identity.Self)
				link := event("page.seen", fmt.Sprint("l-", k), fmt.Sprint("C-", b), 0, `{}`)
				link.Identifiers["email"] = fmt.Sprintf("x%d@example.com", k)
				w.take(t, link)
				e.Identifiers["email"] = fmt.Sprintf("x%d@example.com", k)
				lines++
			}
			w.take(t, e)
			lines++
			from, to := max(group[a], group[b]), min(group[a], group[b])
			for i := range group {
				if group[i] == from {
					group[i] = to
				}
			}
		}
		total := 0
		for i := range n {
			p := w.person(t, "customer", fmt.Sprint("C-", i))
			if want := w.person(t, "customer", fmt.Sprint("C-", group[i])); p.ID != want.ID || p.Into != "" {
				t.Fatalf("C-%d is %s, not %s", i, p.ID, want.ID)
			}
			if group[i] == i {
				total += len(list[senda.Happening](t, w, senda.KindHappening, string(p.ID)))
			}
		}
		if total != lines {
			t.Fatalf("%d lines of %d", total, lines)
		}
		after := w.entries(t, first, "")
		for i := range before {
			if after[i].Arm != before[i].Arm || after[i].Unmeasured || after[i].Status != before[i].Status {
				t.Fatalf("the oldest one's entry changed: %+v", after[i])
			}
		}
	})
}
