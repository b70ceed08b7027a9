package enroll_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/calendar"
	"github.com/senda-dev/senda/internal/condition"
	"github.com/senda-dev/senda/internal/enroll"
	"github.com/senda-dev/senda/internal/entry"
	"github.com/senda-dev/senda/internal/facts"
	"github.com/senda-dev/senda/internal/inmem"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/task"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

type world struct {
	*enroll.Service
	store    *inmem.Store
	machines *inmem.Machines
	reader   *facts.Reader
	now      time.Time
	family   enroll.Family
}

func (w *world) Now() time.Time { return w.now }

type fataler interface{ Fatal(args ...any) }

func newWorld(t fataler, change func(*bundle.Bundle)) *world {
	madrid, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		t.Fatal(err)
	}
	w := &world{store: inmem.New(), machines: inmem.NewMachines(), now: noon, family: enroll.Family{Salt: "salt", Epoch: "1", Control: 0.02, Zone: madrid}}
	shelf := &bundle.Shelf{}
	b := &bundle.Bundle{
		Journey: "basket", Owner: "crm", Brand: "cellar", Family: "music", Purpose: "offers", Class: senda.Marketing, Priority: senda.High,
		Enter:   bundle.Enter{Event: "basket.changed", Again: bundle.Again{Kind: bundle.After, After: calendar.Span{N: 1, Unit: calendar.Days}}},
		Holdout: 1000, Splits: []bundle.Split{{Name: "tone", Ways: []bundle.Way{{Name: "warm", Share: 3000}, {Name: "short", Share: 7000}}}},
		Goal:    &bundle.Goal{Event: "order.completed", Within: calendar.Span{N: 30, Unit: calendar.Days}, FromEntry: true},
		First:   map[string]senda.PauseSpec{"wait": {For: "90 minutes"}},
		Machine: "{}", Steps: []bundle.Step{{Name: "hello", Kind: "email", Seq: 1}}, Conditions: map[string]bundle.Condition{},
	}
	if change != nil {
		change(b)
	}
	for _, text := range []string{b.Enter.If, b.Enter.Each} {
		if text != "" {
			b.Conditions[text] = bundle.Condition{Event: true, Attributes: []string{"tier"}}
		}
	}
	if err := bundle.Seal(b); err != nil {
		t.Fatal(err)
	}
	shelf.Put(b, senda.StateLive)
	w.reader = &facts.Reader{Store: w.store}
	w.Service = &enroll.Service{
		Entries: &entry.Service{
			Store: w.store, Machines: w.machines, Clock: w, Rules: entry.Product(),
			Ends: func(_ context.Context, e senda.Entry, next map[string]senda.PauseSpec, at time.Time) (map[string]senda.Due, error) {
				return map[string]senda.Due{"wait": {Until: at.Add(90 * time.Minute), Real: w.now.Add(e.Pace.Real(90 * time.Minute))}}, nil
			},
		},
		Deployments: shelf, Bundles: shelf, Clock: w, Conditions: &condition.Cache{},
		Family: func(name string) (enroll.Family, error) {
			if name != "music" {
				return enroll.Family{}, errors.New("another family")
			}
			return w.family, nil
		},
	}
	return w
}

func parse(s string) jsonata.Value {
	v, err := jsonata.ParseJSON([]byte(s))
	if err != nil {
		panic(err)
	}
	return v
}

func (w *world) event(t fataler, p senda.Person, id string, at time.Time, data, public string) enroll.Result {
	got, err := w.Event(context.Background(), w.reader.View(p, w.now), "basket.changed", enroll.Occasion{
		Event: senda.Ref{Source: "shop", ID: id}, At: at, Data: parse(data), Public: parse(public),
	})
	if err != nil || len(got) != 1 {
		t.Fatal(got, err)
	}
	return got[0]
}

func (w *world) entry(t fataler, p senda.PersonID, id senda.EntryID) senda.Entry {
	e, _, ok, err := senda.Read[senda.Entry](context.Background(), w.store, senda.EntryKey(p, id))
	if err != nil || !ok {
		t.Fatal("no entry", err)
	}
	return e
}

func TestWhatAnEntryIsMadeOf(t *testing.T) {
	w := newWorld(t, func(b *bundle.Bundle) { b.Enter.Each = "$event.basket.id" })
	at := noon.Add(-time.Hour)
	r := w.event(t, senda.Person{ID: "p-1"}, "b-1", at, `{"basket":{"id":"B","note":"for Ana"}}`, `{"basket":{"id":"B"}}`)
	if !r.Entered() || r.Journey != "basket" {
		t.Fatalf("%+v", r)
	}
	e := w.entry(t, "p-1", r.Entry)
	if !e.At.Equal(at) || !e.Enrolled.Equal(noon) || e.Each != "B" || e.Data.String() != `{"basket":{"id":"B"}}` || e.Pace != senda.Life {
		t.Errorf("%+v", e)
	}
	if !e.Goal.Opened.Equal(at) || !e.Goal.Until.Equal(at.AddDate(0, 0, 30)) {
		t.Errorf("goal %+v", e.Goal)
	}
	if !e.First["wait"].Until.Equal(at.Add(90 * time.Minute)) {
		t.Errorf("first pauses %v", e.First)
	}
	started := w.machines.Started()
	if len(started) != 1 || started[0].Name != r.Entry.Execution("p-1") {
		t.Fatalf("%+v", started)
	}
	in, err := task.DecodeInput(started[0].Input)
	if err != nil || in.Ways["tone"] != e.Ways["tone"] || in.Ways["tone"] == "" || !in.Due["wait"].Until.Equal(at.Add(90*time.Minute)) || in.Data.String() != e.Data.String() {
		t.Errorf("%+v, %v", in, err)
	}
	// An hour later, the same event again: the same input, byte for byte, or the
	// machines would refuse it.
	w.now = noon.Add(time.Hour)
	if again := w.event(t, senda.Person{ID: "p-1"}, "b-1", at, `{"basket":{"id":"B"}}`, `{"basket":{"id":"B"}}`); again.Entry != r.Entry || again.Why != "repeated" {
		t.Errorf("%+v", again)
	}
}

func TestWhoMayEnter(t *testing.T) {
	person := senda.Person{ID: "p-1", Attributes: map[string]senda.Attribute{"tier": {Value: jsonata.String("gold")}}}
	with := func(change func(*senda.Person)) senda.Person {
		p := person
		change(&p)
		return p
	}
	date := func(d int) calendar.Date { return calendar.Date{Year: 2026, Month: 3, Day: d} }
	for _, tc := range []struct {
		name   string
		change func(*bundle.Bundle)
		person senda.Person
		at     time.Time
		data   string
		want   enroll.Why
	}{
		{"everybody", nil, person, noon, `{}`, "entered"},
		{"condition over event and person", func(b *bundle.Bundle) { b.Enter.If = `($event.total > 20 and $person.tier = "gold") = true` }, person, noon, `{"total":21}`, "entered"},
		{"condition does not hold", func(b *bundle.Bundle) { b.Enter.If = `($event.total > 20 and $person.tier = "gold") = true` }, person, noon, `{"total":20}`, enroll.NotMeant},
		{"condition over what is missing", func(b *bundle.Bundle) { b.Enter.If = `($event.total > 20) = true` }, person, noon, `{}`, enroll.NotMeant},
		{"the last hour of its days, in the family's zone", func(b *bundle.Bundle) { b.Runs.To = date(2) }, person, time.Date(2026, 3, 2, 22, 59, 0, 0, time.UTC), `{}`, "entered"},
		{"midnight in the family's zone", func(b *bundle.Bundle) { b.Runs.To = date(2) }, person, time.Date(2026, 3, 2, 23, 0, 0, 0, time.UTC), `{}`, enroll.NotNow},
		{"not yet", func(b *bundle.Bundle) { b.Runs.From = date(3) }, person, noon, `{}`, enroll.NotNow},
		{"no value for each", func(b *bundle.Bundle) { b.Enter.Each = `$event.basket.id` }, person, noon, `{"basket":{}}`, enroll.NoEach},
		{"each that is a list", func(b *bundle.Bundle) { b.Enter.Each = `$event.ids` }, person, noon, `{"ids":[1,2]}`, enroll.NoEach},
		{"each that cannot be evaluated", func(b *bundle.Bundle) { b.Enter.Each = `$event.a - $event.b` }, person, noon, `{"a":"x","b":1}`, enroll.NoEach},
		{"a pace for nobody", nil, with(func(p *senda.Person) { p.Pace = 60 }), noon, `{}`, enroll.BadPace},
		{"a pace for a test person", nil, with(func(p *senda.Person) { p.Pace, p.Test = 60, true }), noon, `{}`, "entered"},
		{"a pace that runs backwards", nil, with(func(p *senda.Person) { p.Pace, p.Test = -1, true }), noon, `{}`, enroll.BadPace},
		{"the erased", nil, with(func(p *senda.Person) { p.Erased = true }), noon, `{}`, enroll.Gone},
		{"the merged", nil, with(func(p *senda.Person) { p.Into = "p-0" }), noon, `{}`, enroll.Gone},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := newWorld(t, tc.change)
			if got := w.event(t, tc.person, "b-1", tc.at, tc.data, tc.data); got.Why != tc.want {
				t.Errorf("%s", got.Why)
			}
			if n := len(w.machines.Started()); (n == 1) != (tc.want == "entered") {
				t.Errorf("%d started", n)
			}
		})
	}
}

// `again: after 1 day` counts from the end of the last entry in the person's own
// days, for each value of `each`.
func TestAgainCountsFromTheEnd(t *testing.T) {
	w := newWorld(t, func(b *bundle.Bundle) { b.Enter.Each = "$event.id" })
	madrid := w.family.Zone
	w.Zone = func(senda.Person) *time.Location { return madrid }
	first := w.event(t, senda.Person{ID: "p-1"}, "e-1", noon, `{"id":1}`, `{"id":1}`)
	ended := time.Date(2026, 3, 28, 12, 0, 0, 0, madrid) // the clocks go forward that night
	if err := w.Entries.Leave(t.Context(), "p-1", first.Entry, "bought", ended.UTC()); err != nil {
		t.Fatal(err)
	}
	for i, tc := range []struct {
		at   time.Time
		data string
		want enroll.Why
	}{
		{ended.Add(22 * time.Hour), `{"id":1}`, "before"},
		{ended.Add(22 * time.Hour), `{"id":2}`, "entered"},
		{ended.Add(23 * time.Hour), `{"id":1}`, "entered"}, // the day had 23 hours
		{ended.Add(24 * time.Hour), `{"id":1}`, "inside"},
	} {
		if got := w.event(t, senda.Person{ID: "p-1"}, fmt.Sprint("a-", i), tc.at.UTC(), tc.data, tc.data); got.Why != tc.want {
			t.Errorf("%d: %s, not %s", i, got.Why, tc.want)
		}
	}
}

// The shares of arms and ways are those that were asked for, and raising the
// hold-out keeps everyone who was held out.
func TestArmsAndWays(t *testing.T) {
	const n = 4000
	arms := func(holdout int) (map[senda.Arm]int, map[string]int, []senda.Arm) {
		w := newWorld(t, func(b *bundle.Bundle) { b.Holdout = holdout })
		count, ways, each := map[senda.Arm]int{}, map[string]int{}, make([]senda.Arm, n)
		for i := range n {
			id := senda.PersonID(fmt.Sprint("p-", i))
			e := w.entry(t, id, w.event(t, senda.Person{ID: id}, fmt.Sprint(i), noon, `{}`, `{}`).Entry)
			count[e.Arm]++
			ways[e.Ways["tone"]]++
			each[i] = e.Arm
		}
		return count, ways, each
	}
	near := func(what string, got int, share float64) {
		if sigma := math.Sqrt(n * share * (1 - share)); math.Abs(float64(got)-n*share) > 5*sigma {
			t.Errorf("%s: %d of %d", what, got, n)
		}
	}
	ten, ways, before := arms(1000)
	near("control", ten[senda.Control], 0.02)
	near("held out", ten[senda.HeldOut], 0.98*0.10)
	near("warm", ways["warm"], 0.3)
	_, _, after := arms(2000)
	for i := range before {
		if before[i] != senda.Treated && after[i] != before[i] {
			t.Fatalf("person %d was %s and is %s", i, before[i], after[i])
		}
	}
}

// However often and in whatever order the events of one person come, each enters
// at most once, and one entry at most is active.
func TestNobodyEntersTwiceForOneEvent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t, func(b *bundle.Bundle) {
			b.Enter.Again = bundle.Again{Kind: bundle.AtOnce}
			b.Enter.Restart = rapid.Bool().Draw(t, "restart")
		})
		byEvent := map[string]senda.EntryID{}
		for range rapid.IntRange(1, 20).Draw(t, "arrivals") {
			id := fmt.Sprint(rapid.IntRange(0, 5).Draw(t, "event"))
			w.now = w.now.Add(time.Minute)
			r := w.event(t, senda.Person{ID: "p-1"}, id, w.now, `{}`, `{}`)
			if was, ok := byEvent[id]; ok && r.Entered() && r.Entry != was {
				t.Fatalf("event %s entered %s and %s", id, was, r.Entry)
			}
			if r.Entered() {
				byEvent[id] = r.Entry
			}
			if rapid.IntRange(0, 3).Draw(t, "leaves") == 0 {
				if err := w.Entries.Leave(context.Background(), "p-1", r.Entry, "bought", w.now); err != nil {
					t.Fatal(err)
				}
			}
			active := 0
			got, err := w.store.Range(context.Background(), senda.Range{Kind: senda.KindEntry, Part: "p-1"})
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range got {
				if v.Record.(senda.Entry).Status == senda.StatusActive {
					active++
				}
			}
			if active > 1 {
				t.Fatalf("%d are active", active)
			}
		}
	})
}

// Who enters is read, decided and written in a few microseconds.
func BenchmarkEnter(b *testing.B) {
	w := newWorld(b, func(b *bundle.Bundle) { b.Enter.If = `($event.total > 20) = true` })
	w.Entries.Machines = swift{}
	data := parse(`{"total":30}`)
	i := 0
	b.ReportAllocs()
	for b.Loop() {
		i++
		p := senda.Person{ID: senda.PersonID(fmt.Sprintf("p-%08d", i))}
		_, err := w.Event(b.Context(), w.reader.View(p, noon), "basket.changed", enroll.Occasion{Event: senda.Ref{Source: "shop", ID: string(p.ID)}, At: noon, Data: data, Public: data})
		if err != nil {
			b.Fatal(err)
		}
	}
}

// swift starts nothing, at once.
type swift struct{ senda.Machines }

func (swift) Start(context.Context, senda.Start) error { return nil }
