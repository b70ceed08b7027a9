package update_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/entry"
	"github.com/senda-dev/senda/internal/inmem"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/storetest"
	"github.com/senda-dev/senda/internal/task"
	"github.com/senda-dev/senda/internal/update"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

type house struct {
	*update.Service
	store *inmem.Store
	bus   *inmem.Bus
	now   time.Time
	entry senda.Entry
}

// newHouse has one person, whose tier an event taught an hour before noon.
func newHouse(t interface{ Fatal(...any) }, wrap func(senda.Store) senda.Store, arm senda.Arm) *house {
	h := &house{store: inmem.New(), bus: &inmem.Bus{}, now: noon}
	b := &bundle.Bundle{
		Journey: "j", Owner: "o", Brand: "cellar", Family: "house", Purpose: "offers", Class: senda.Marketing, Priority: senda.Normal,
		Enter: bundle.Enter{Event: "order.completed", Again: bundle.Again{Kind: bundle.AtOnce}}, Machine: "{}",
	}
	if err := bundle.Seal(b); err != nil {
		t.Fatal(err)
	}
	shelf := &bundle.Shelf{}
	shelf.Put(b, senda.StateLive)
	var store senda.Store = h.store
	if wrap != nil {
		store = wrap(store)
	}
	h.Service = &update.Service{
		Store: store, Bundles: shelf, Bus: h.bus, Writable: func(a string) bool { return a == "tier" },
		Entries: &entry.Service{
			Store: store, Machines: inmem.NewMachines(), Clock: senda.ClockFunc(func() time.Time { return h.now }), Rules: entry.Product(),
			Ends: func(_ context.Context, _ senda.Entry, next map[string]senda.PauseSpec, at time.Time) (map[string]senda.Due, error) {
				return map[string]senda.Due{"wait-1-day": {Until: at.Add(time.Hour), Real: at.Add(time.Hour)}}, nil
			},
		},
	}
	h.entry = senda.Entry{
		Person: "p-1", ID: senda.NewEntryID("j", "", 1), Journey: "j", Bundle: b.Digest(), At: noon.Add(-2 * time.Hour),
		Arm: arm, Pace: senda.Life, Status: senda.StatusActive, Started: true,
	}
	p := senda.Person{ID: "p-1", Attributes: map[string]senda.Attribute{"tier": {Value: jsonata.String("new"), Time: noon.Add(-time.Hour)}}}
	if err := h.store.Commit(context.Background(), senda.Put(h.entry, 0), senda.Put(p, 0)); err != nil {
		t.Fatal(err)
	}
	return h
}

func (h *house) head(step string) task.Head {
	return task.Head{
		Version: 1, Person: "p-1", Entry: h.entry.ID, Bundle: h.entry.Bundle, Pace: 1, Step: step, N: 1, Seq: 1, At: h.entry.At,
		Next: map[string]senda.PauseSpec{"wait-1-day": {For: "1 day"}},
	}
}

func (h *house) tier(t interface{ Fatal(...any) }) senda.Attribute {
	p, _, _, err := senda.Read[senda.Person](context.Background(), h.store, senda.PersonKey("p-1"))
	if err != nil {
		t.Fatal(err)
	}
	return p.Attributes["tier"]
}

// teach is an event that teaches the tier.
func (h *house) teach(t interface{ Fatal(...any) }, v string, at time.Time) {
	p, version, _, err := senda.Read[senda.Person](context.Background(), h.store, senda.PersonKey("p-1"))
	if err != nil {
		t.Fatal(err)
	}
	p.Attributes = map[string]senda.Attribute{"tier": {Value: jsonata.String(v), Time: at}}
	if err := h.store.Commit(context.Background(), senda.Put(p, version)); err != nil {
		t.Fatal(err)
	}
}

func gold() jsonata.Value { return jsonata.String("gold") }

func TestSettingFollowsEventTime(t *testing.T) {
	h := newHouse(t, nil, senda.Treated)
	set := task.UpdateRequest{Head: h.head("set-tier"), Set: "tier", To: gold()}
	r, err := h.Update(t.Context(), set)
	if got := h.tier(t); err != nil || got.Value.Str() != "gold" || !got.Time.Equal(noon) || !r.At.Equal(noon) || len(r.Due) != 1 {
		t.Fatalf("%v, %+v, %+v", err, got, r)
	}
	// An event of a later time teaches otherwise; the step is asked again and must not win.
	h.teach(t, "regular", noon.Add(time.Hour))
	h.now = noon.Add(2 * time.Hour)
	r, err = h.Update(t.Context(), set)
	if got := h.tier(t); err != nil || got.Value.Str() != "regular" || !r.At.Equal(noon) {
		t.Errorf("a repeated step: %v, %+v at %v", err, got, r.At)
	}
	// A step whose time lies before what is known changes nothing and says so.
	h.teach(t, "vip", noon.Add(9*time.Hour))
	late := task.UpdateRequest{Head: h.head("set-again"), Set: "tier", To: gold()}
	if _, err := h.Update(t.Context(), late); err != nil {
		t.Fatal(err)
	}
	rec, _, _, _ := senda.Read[senda.StepRecord](t.Context(), h.store, senda.StepKey("p-1", h.entry.ID, "set-again", 1))
	if h.tier(t).Value.Str() != "vip" || rec.Outcome != update.OutcomeKept {
		t.Errorf("%v, %s", h.tier(t), rec.Outcome)
	}
	// Without a value it is not known any more.
	h.now = noon.Add(24 * time.Hour)
	none := task.UpdateRequest{Head: h.head("forget"), Set: "tier", To: jsonata.Null}
	if _, err := h.Update(t.Context(), none); err != nil || h.tier(t).Value.Kind() != jsonata.KindNothing {
		t.Errorf("%v, %v", err, h.tier(t))
	}
}

func TestOnlyWhatIsDeclaredIsSet(t *testing.T) {
	h := newHouse(t, nil, senda.Treated)
	if _, err := h.Update(t.Context(), task.UpdateRequest{Head: h.head("a"), Set: "last-name", To: gold()}); senda.CodeOf(err) != senda.Invalid {
		t.Errorf("got %v", err)
	}
	if err := h.Entries.Leave(t.Context(), "p-1", h.entry.ID, "bored", noon); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Update(t.Context(), task.UpdateRequest{Head: h.head("a"), Set: "tier", To: gold()}); senda.CodeOf(err) != senda.Leaving || h.tier(t).Value.Str() != "new" {
		t.Errorf("somebody leaving: %v, %v", err, h.tier(t))
	}
}

func TestNothingIsEmittedForTheHeldOut(t *testing.T) {
	for arm, want := range map[senda.Arm]string{senda.Treated: update.OutcomeEmitted, senda.HeldOut: task.OutcomeWouldHave, senda.Control: task.OutcomeWouldHave} {
		h := newHouse(t, nil, arm)
		q := task.UpdateRequest{Head: h.head("tell"), Emit: "gift.due", Data: jsonata.Object(jsonata.Member{Key: "worth", Value: jsonata.Number(5)})}
		if _, err := h.Update(t.Context(), q); err != nil {
			t.Fatal(err)
		}
		rec, _, _, _ := senda.Read[senda.StepRecord](t.Context(), h.store, senda.StepKey("p-1", h.entry.ID, "tell", 1))
		sent := h.bus.Events()
		if rec.Outcome != want || (len(sent) == 1) != (arm == senda.Treated) {
			t.Errorf("%s: %s, %v", arm, rec.Outcome, sent)
		}
		if len(sent) == 1 && (sent[0].Kind != "gift.due" || !sent[0].Time.Equal(noon) || sent[0].Identifiers["person"] != "p-1" || sent[0].Data.Get("worth").Num() != 5) {
			t.Errorf("%+v", sent[0])
		}
	}
}

// Whatever fails and however often it is tried again, also when the entry leaves or
// ends meanwhile, an event that the timeline shows as emitted was emitted, once, and
// no other.
func TestAnEventIsEmittedOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		h := newHouse(t, func(s senda.Store) senda.Store { return storetest.NewFlaky(s, seed, 0.3) }, senda.Treated)
		down := rapid.IntRange(0, 3).Draw(t, "bus down")
		h.bus.Deliver = func(context.Context, senda.Event) error {
			if down--; down >= 0 {
				return senda.Errorf(senda.Unavailable, "emit", "down")
			}
			return nil
		}
		q := task.UpdateRequest{Head: h.head("tell"), Emit: "gift.due", Data: jsonata.Object()}
		q.End = rapid.SampledFrom([]string{"", "done"}).Draw(t, "end")
		leaves := rapid.IntRange(0, 6).Draw(t, "leaves after")
		for try := range 60 {
			if try == leaves {
				e, v, _, _ := senda.Read[senda.Entry](context.Background(), h.store, h.entry.Key())
				if e.Status == senda.StatusActive {
					e.Status, e.Reason = senda.StatusLeaving, "bored"
					if err := h.store.Commit(context.Background(), senda.Put(e, v)); err != nil {
						t.Fatal(err)
					}
				}
			}
			h.now = h.now.Add(time.Minute)
			_, err := h.Update(context.Background(), q)
			if code := senda.CodeOf(err); err == nil || code == senda.Leaving {
				if try > leaves {
					break
				}
			}
		}
		rec, _, ok, _ := senda.Read[senda.StepRecord](context.Background(), h.store, senda.StepKey("p-1", h.entry.ID, "tell", 1))
		sent := h.bus.Events()
		if ok != (len(sent) == 1) || len(sent) > 1 || ok && !sent[0].Time.Equal(rec.At) {
			t.Fatalf("recorded %v, emitted %v", ok, fmt.Sprint(sent))
		}
	})
}
