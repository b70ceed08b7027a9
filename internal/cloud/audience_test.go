package cloud

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/lambdahost"
)

// crowd makes people who all belong to the audience of regulars.
func crowd(w *world, n int) {
	w.t.Helper()
	for i := range n {
		at := begin.AddDate(0, 0, -1)
		p := senda.Person{
			ID: senda.PersonID(fmt.Sprintf("p-%04d", i)), Address: fmt.Sprintf("p%d@example.com", i), Country: "ES", Born: at,
			Attributes: map[string]senda.Attribute{"email": {Value: jsonata.String(fmt.Sprintf("p%d@example.com", i)), Time: at}},
		}
		writes := []senda.Write{senda.Put(p, 0)}
		for k := range 3 {
			h := senda.Happening{Person: p.ID, Ref: senda.Ref{Source: "shop", ID: fmt.Sprintf("o-%d-%d", i, k)}, Kind: "order.completed", Time: at}
			writes = append(writes, senda.Put(h, 0))
		}
		if err := w.store.Commit(w.t.Context(), writes...); err != nil {
			w.t.Fatal(err)
		}
	}
}

// schedule calls a scheduled function.
func (w *world) schedule(h lambdahost.Handler) error {
	_, err := h(w.t.Context(), nil)
	return err
}

// A run of an audience lets everybody in once, whatever dies: the function that plans
// it half-way through its pages, a page half-way through its people; and however often
// a page is delivered.
func TestAnAudienceLetsEverybodyInOnce(t *testing.T) {
	w := newWorld(t)
	const people = 40
	crowd(w, people)
	plan, enroll := w.open(Audience), w.open(Enroll)
	if err := w.schedule(plan); err != nil || len(w.pages.take()) > 0 {
		t.Fatalf("a journey that was never seen begins now: %v", err)
	}

	noon := time.Date(2026, 3, 2, 11, 0, 0, 0, time.UTC)
	w.set(noon.Add(2 * time.Minute))
	w.pages.fault = func(n int) error {
		if n == 9 {
			return senda.Errorf(senda.Unavailable, "queue a message", "not now")
		}
		return nil
	}
	if err := w.schedule(plan); senda.CodeOf(err) != senda.Unavailable {
		t.Fatalf("%v", err)
	}
	w.pages.fault = nil
	bodies := w.pages.take()
	if err := w.schedule(plan); err != nil {
		t.Fatal(err)
	}
	bodies = append(bodies, w.pages.take()...)
	if len(bodies) != 9+16 {
		t.Fatalf("%d pages are queued", len(bodies))
	}
	if err := w.schedule(plan); err != nil || len(w.pages.take()) > 0 {
		t.Errorf("a run that was made is made again: %v", err)
	}
	for _, b := range bodies {
		hasNone(t, b, "@", "p-0")
	}

	// The first delivery of each page dies half-way.
	whole := w.store
	mortal := &dying{Store: whole}
	w.store = mortal
	first := w.open(Enroll)
	for _, b := range bodies {
		mortal.after = 1
		w.deliver(first, b)
	}
	w.store = whole
	if failed := w.deliver(enroll, append(bodies, bodies...)...); len(failed) > 0 {
		t.Errorf("pages %v failed", failed)
	}
	entries := find[senda.Entry](w, senda.KindEntry)
	var who []string
	for _, e := range entries {
		if e.Journey != "regulars" || !e.At.Equal(noon) {
			t.Errorf("an entry into %s at %v", e.Journey, e.At)
		}
		who = append(who, string(e.Person))
	}
	slices.Sort(who)
	if len(slices.Compact(who)) != people || len(entries) != people || len(w.machines.Started()) != people {
		t.Errorf("%d entries of %d people, %d executions; want %d", len(entries), len(slices.Compact(who)), len(w.machines.Started()), people)
	}
}

// A part that has more people than a page is gone through page by page.
func TestAPageQueuesTheNext(t *testing.T) {
	w := newWorld(t)
	for i := range 620 {
		p := senda.Person{ID: senda.PersonID(fmt.Sprintf("p-%04d", i)), Born: begin}
		for k := 0; senda.PeoplePart(p.ID) != "7"; k++ {
			p.ID = senda.PersonID(fmt.Sprintf("p-%04d-%d", i, k))
		}
		if err := w.store.Commit(t.Context(), senda.Put(p, 0)); err != nil {
			t.Fatal(err)
		}
	}
	enroll := w.open(Enroll)
	bodies := []string{`{"journey": "regulars", "at": "2026-03-02T11:00:00Z", "part": 7}`}
	deliveries := 0
	for ; len(bodies) > 0; bodies = w.pages.take() {
		deliveries++
		if failed := w.deliver(enroll, bodies...); len(failed) > 0 || deliveries > 5 {
			t.Fatalf("%v failed at delivery %d", failed, deliveries)
		}
	}
	if w.counted["PeopleLookedAt regulars"] != 620 || deliveries != 2 {
		t.Errorf("looked at %v people in %d pages", w.counted["PeopleLookedAt regulars"], deliveries)
	}
}

func TestPagesThatAreNone(t *testing.T) {
	w := newWorld(t)
	enroll := w.open(Enroll)
	for _, body := range []string{
		"", "{}", `{"journey": "regulars"}`, `{"journey": "regulars", "at": "2026-03-02T11:00:00Z", "part": 16}`,
		`{"journey": "regulars", "at": "2026-03-02T11:00:00Z", "part": -1}`, `{"journey": "regulars", "at": "soon", "part": 1}`,
		`{"journey": "regulars", "at": "2026-03-02T11:00:00Z", "part": 1, "more": 1}`,
	} {
		if failed := w.deliver(enroll, body); len(failed) != 1 {
			t.Errorf("%s is a page", body)
		}
	}
	if len(w.pages.take()) > 0 {
		t.Error("something was queued")
	}
}

// dying answers a few commits and then no more.
type dying struct {
	senda.Store
	after int
}

func (d *dying) Commit(ctx context.Context, writes ...senda.Write) error {
	if d.after--; d.after < 0 {
		return senda.Errorf(senda.Unavailable, "commit", "the process is gone")
	}
	return d.Store.Commit(ctx, writes...)
}
