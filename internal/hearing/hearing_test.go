package hearing_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/calendar"
	"github.com/senda-dev/senda/internal/condition"
	"github.com/senda-dev/senda/internal/consent"
	"github.com/senda-dev/senda/internal/entry"
	"github.com/senda-dev/senda/internal/facts"
	"github.com/senda-dev/senda/internal/hearing"
	"github.com/senda-dev/senda/internal/inmem"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/money"
	"github.com/senda-dev/senda/internal/task"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

type world struct {
	*hearing.Service
	store    *inmem.Store
	machines *inmem.Machines
	reader   *facts.Reader
	digest   string
	person   senda.Person
}

const (
	same = `($event.basket.id = $entry.basket.id) = true`
	gold = `($person.tier = "gold" and $event.secret = "yes") = true`
	big  = `($event.order.total >= 20) = true`
)

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{store: inmem.New(), machines: inmem.NewMachines(), person: senda.Person{ID: "p-1", Attributes: map[string]senda.Attribute{"tier": {Value: jsonata.String("gold")}}}}
	shelf, conditions := &bundle.Shelf{}, &condition.Cache{}
	b := &bundle.Bundle{
		Journey: "basket", Owner: "crm", Brand: "cellar", Family: "music", Purpose: "offers", Class: senda.Marketing, Priority: senda.High,
		Enter: bundle.Enter{Event: "basket.changed", Again: bundle.Again{Kind: bundle.Never}}, Machine: "{}",
		Exits: []bundle.Exit{
			{Event: "basket.emptied", If: same, Reason: "emptied"},
			{Event: "care.opened", If: gold, Reason: "unhappy"},
			{Event: "care.opened", Reason: "case"},
			{Event: "goal", Reason: "bought"},
		},
		Goal:    &bundle.Goal{Event: "order.completed", If: big, Value: "$event.order.margin", Within: calendar.Span{N: 7, Unit: calendar.Days}},
		Listens: []string{"basket.emptied", "care.opened", "mail.clicked", "order.completed"},
		Steps:   []bundle.Step{{Name: "hello", Kind: "email", Seq: 1}},
		Conditions: map[string]bundle.Condition{
			same: {Event: true, Entry: true}, gold: {Event: true, Attributes: []string{"tier"}}, big: {Event: true}, "$event.order.margin": {Event: true},
			`($facts.orders = 0) = true`: {Facts: []string{"orders"}},
		},
	}
	if err := bundle.Seal(b); err != nil {
		t.Fatal(err)
	}
	shelf.Put(b, senda.StateLive)
	w.digest = b.Digest()
	w.reader = &facts.Reader{
		Store: w.store, Rules: func() *consent.Rules { return consent.NewRules(nil, nil) },
		Declared: func() *facts.Declared {
			return &facts.Declared{Facts: map[string]*facts.Fact{"orders": {Name: "orders", Fold: facts.Count, Event: "order.completed"}}}
		},
	}
	w.Service = &hearing.Service{
		Store: w.store, Bundles: shelf, Conditions: conditions, Currency: func(string) money.Currency { return "JPY" },
		Entries: &entry.Service{
			Store: w.store, Machines: w.machines, Clock: senda.ClockFunc(func() time.Time { return noon }), Rules: entry.Product(),
			Match: hearing.Match(w.reader, shelf, conditions),
		},
	}
	w.put(t, w.person)
	return w
}

func (w *world) put(t *testing.T, r senda.Record) {
	t.Helper()
	if err := w.store.Commit(t.Context(), senda.Write{Key: r.Key(), Any: true, Record: r}); err != nil {
		t.Fatal(err)
	}
}

// inside puts the person into the journey.
func (w *world) inside(t *testing.T, n int, change func(*senda.Entry)) senda.EntryID {
	t.Helper()
	e := senda.Entry{
		Person: "p-1", ID: senda.NewEntryID("basket", "", n), Journey: "basket", Bundle: w.digest, At: noon, Status: senda.StatusActive, Started: true, Pace: 1,
		Event: senda.Ref{Source: "shop", ID: fmt.Sprint("enter-", n)}, Data: parse(`{"basket":{"id":"B"}}`),
	}
	if change != nil {
		change(&e)
	}
	w.put(t, e)
	return e.ID
}

func (w *world) entry(t *testing.T, id senda.EntryID) senda.Entry {
	t.Helper()
	e, _, _, err := senda.Read[senda.Entry](t.Context(), w.store, senda.EntryKey("p-1", id))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func parse(s string) jsonata.Value {
	v, err := jsonata.ParseJSON([]byte(s))
	if err != nil {
		panic(err)
	}
	return v
}

// tell tells of an event an hour after noon; what begins with secret is personal.
func (w *world) tell(t *testing.T, kind, id, data string) {
	t.Helper()
	v := parse(data)
	err := w.Tell(t.Context(), w.reader.View(w.person, noon.Add(time.Hour)), hearing.News{
		Ref: senda.Ref{Source: "shop", ID: id}, Kind: kind, Time: noon.Add(time.Hour), At: noon.Add(time.Hour), Data: v, Public: v.With("secret", jsonata.Nothing),
	})
	if err != nil {
		t.Fatal(err)
	}
}

func opened(e *senda.Entry) {
	e.Touched, e.Goal = noon, senda.Goal{Opened: noon, Until: noon.AddDate(0, 0, 7)}
}

func TestTheFirstExitThatHoldsIsTheReason(t *testing.T) {
	for _, tc := range []struct{ name, kind, data, want string }{
		{"another basket", "basket.emptied", `{"basket":{"id":"C"}}`, ""},
		{"this basket", "basket.emptied", `{"basket":{"id":"B"}}`, "emptied"},
		{"over the person and a personal field", "care.opened", `{"secret":"yes"}`, "unhappy"},
		{"else the next one", "care.opened", `{"secret":"no"}`, "case"},
		{"the goal as an exit", "order.completed", `{"order":{"total":20}}`, "bought"},
		{"an order that is no goal", "order.completed", `{"order":{"total":19}}`, ""},
		{"nothing that it listens to", "page.seen", `{}`, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := newWorld(t)
			id := w.inside(t, 1, nil)
			w.tell(t, tc.kind, "x-1", tc.data)
			e := w.entry(t, id)
			if e.Reason != tc.want || (e.Status == senda.StatusActive) != (tc.want == "") {
				t.Errorf("%s, %s", e.Status, e.Reason)
			}
		})
	}
}

func TestAGoalIsCreditedOnceToEveryOpenEntry(t *testing.T) {
	w := newWorld(t)
	open := w.inside(t, 1, opened)
	ended := w.inside(t, 2, func(e *senda.Entry) { opened(e); e.Status, e.Reason = senda.StatusEnded, "done" })
	untouched := w.inside(t, 3, nil)
	over := w.inside(t, 4, func(e *senda.Entry) { opened(e); e.Goal.Until = noon.Add(time.Minute) })
	itself := w.inside(t, 5, func(e *senda.Entry) { opened(e); e.Event = senda.Ref{Source: "shop", ID: "o-1"} })
	for range 2 {
		w.tell(t, "order.completed", "o-1", `{"order":{"total":30,"margin":1500.4}}`)
	}
	for id, want := range map[senda.EntryID]int{open: 1, ended: 1, untouched: 0, over: 0, itself: 0} {
		if got := w.entry(t, id).Goal.Credits; len(got) != want || want == 1 && (got[0].Value != 1500 || got[0].Currency != "JPY") {
			t.Errorf("%s: %+v", id, got)
		}
	}
	if e := w.entry(t, ended); e.Reason != "done" {
		t.Errorf("what had ended ends again: %s", e.Reason)
	}
	// A value that is missing is worth nothing, and the goal is reached all the same.
	w.tell(t, "order.completed", "o-2", `{"order":{"total":30}}`)
	if got := w.entry(t, ended).Goal.Credits; len(got) != 2 || got[1].Value != 0 {
		t.Errorf("%+v", got)
	}
}

func TestWhatBecameOfAMailIsToldToItsEntryAlone(t *testing.T) {
	w := newWorld(t)
	a, b := w.inside(t, 1, nil), w.inside(t, 2, nil)
	for i, id := range []senda.EntryID{a, b} {
		token := fmt.Sprint("t-", i)
		w.machines.Wait(token)
		_, err := w.Entries.Pause(t.Context(), task.PauseRequest{
			Head: task.Head{Version: task.Version, Person: "p-1", Entry: id, Bundle: w.digest, Step: "await-click", N: 1, Seq: 2, At: noon, Pace: 1},
			Op:   task.OpRegister, Token: token, Due: senda.Due{Until: noon.AddDate(0, 0, 1), Real: noon.AddDate(0, 0, 1)},
			Listens: []senda.Listen{{Event: "mail.clicked", Step: "hello", If: `($facts.orders = 0) = true`}},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	answered := func(token string) bool { _, ok := w.machines.Answered(token); return ok }
	clicked := func(id, entry, step, more string) {
		w.tell(t, "mail.clicked", id, fmt.Sprintf(`{"entry":%q,"step":%q%s}`, entry, step, more))
	}
	clicked("c-1", string(a), "hello", `,"machine":true`)
	clicked("c-2", string(a), "other", ``)
	clicked("c-3", "basket/nobody/1", "hello", ``)
	if answered("t-0") || answered("t-1") {
		t.Fatal("a machine's click, another mail's or nobody's ends a pause")
	}
	clicked("c-4", string(a), "hello", ``)
	if !answered("t-0") || answered("t-1") {
		t.Errorf("answered: %v, %v", answered("t-0"), answered("t-1"))
	}
	// The condition of an await reads the person as they are when they are heard of.
	w.put(t, senda.Happening{Person: "p-1", Kind: "order.completed", Time: noon, Ref: senda.Ref{Source: "shop", ID: "o"}})
	clicked("c-5", string(b), "hello", ``)
	if answered("t-1") {
		t.Error("a condition over facts did not hold and the pause ended")
	}
}

// One entry that cannot be told does not keep the others from hearing.
func TestOneDeafEntryDoesNotSilenceTheOthers(t *testing.T) {
	w := newWorld(t)
	w.inside(t, 1, func(e *senda.Entry) { e.Bundle = "gone" })
	id := w.inside(t, 2, nil)
	err := w.Tell(t.Context(), w.reader.View(w.person, noon), hearing.News{Ref: senda.Ref{Source: "s", ID: "1"}, Kind: "care.opened", Time: noon, At: noon, Data: parse(`{}`)})
	if senda.CodeOf(err) != senda.NotFound {
		t.Errorf("%v", err)
	}
	if e := w.entry(t, id); e.Reason != "case" {
		t.Errorf("%s", e.Reason)
	}
}

// More entries than a page holds all hear.
func TestEveryPageOfEntriesHears(t *testing.T) {
	w := newWorld(t)
	const n = 1203
	for i := range n {
		w.inside(t, i+1, nil)
	}
	w.tell(t, "care.opened", "c-1", `{}`)
	for i := range n {
		if e := w.entry(t, senda.NewEntryID("basket", "", i+1)); e.Status == senda.StatusActive {
			t.Fatalf("entry %d did not hear", i+1)
		}
	}
}

func TestAStoreThatIsAwayIsSaid(t *testing.T) {
	w := newWorld(t)
	w.inside(t, 1, nil)
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("away"))
	if err := w.Tell(ctx, w.reader.View(w.person, noon), hearing.News{Kind: "care.opened"}); senda.CodeOf(err) != senda.Unavailable {
		t.Errorf("%v", err)
	}
}

// An event that ended an entry and is told again, since what followed had failed, gets the
// machine out of its pause and the end told.
func TestAnExitThatComesAgainIsCarriedOn(t *testing.T) {
	w := newWorld(t)
	id := w.inside(t, 1, func(e *senda.Entry) {
		e.Pause = &senda.Pause{Step: "wait", N: 1, Seq: 1, Kind: senda.PauseAwait, Since: noon, Until: noon.AddDate(0, 0, 3), Tokens: []string{"a"}}
	})
	ended := 0
	w.Entries.Ended = func(context.Context, senda.Entry) error { ended++; return nil }
	for n := 1; n <= 2; n++ {
		w.machines.Wait("a")
		w.tell(t, "basket.emptied", "x-1", `{"basket":{"id":"B"}}`)
		if e := w.entry(t, id); e.Status != senda.StatusEnded || e.Reason != "emptied" || ended != n {
			t.Fatalf("time %d: %s by %s, told %d times", n, e.Status, e.Reason, ended)
		}
		if err := w.machines.Fail(t.Context(), "a", senda.Leaving); senda.CodeOf(err) != senda.NotFound {
			t.Fatalf("time %d: the machine sleeps on", n)
		}
	}
	w.tell(t, "care.opened", "x-2", `{"secret":"no"}`)
	if ended != 2 {
		t.Errorf("another event was told as the end")
	}
}
