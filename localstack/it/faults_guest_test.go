//go:build localstack

package it

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/compile"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/play"
	"github.com/senda-dev/senda/internal/rehearsal"
	"github.com/senda-dev/senda/internal/scenario"
)

// The journey in which things go wrong, and its steps. Its first pause stands right
// before a mail, its second between two.
const (
	basket   = "basket-reminder"
	standing = "a basket left standing gets a reminder, and a day later a reason"
	before   = "wait-90-minutes"
	reminder = "still-there"
	between  = "await-still-there-clicked"
	reason   = "a-reason-to-come-back"
)

// guest is a person of one test's own: cast so that the hashes treat them and the slot
// gives its offer, and slow enough that no pause ends before the test ends it.
type guest struct {
	*world
	*play.Script
	// consents are the events before the one that enters.
	consents []senda.Event
	enters   senda.Event
}

// slow is the pace of guests: 90 minutes take 45.
const slow = 2

func (w *world) journey(t *testing.T, name string) *compile.Journey {
	t.Helper()
	i := slices.IndexFunc(w.house.Journeys, func(j *compile.Journey) bool { return j.Name() == name })
	if i < 0 {
		t.Fatalf("the shop has no journey %s any more", name)
	}
	return w.house.Journeys[i]
}

// guest casts somebody, who has said nothing and done nothing yet.
func (w *world) guest(t *testing.T) *guest {
	t.Helper()
	j := w.journey(t, basket)
	list, findings := scenario.Read(j.ScenariosFile, j.Scenarios)
	if err := findings.Err(); err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(list, func(s scenario.Scenario) bool { return s.Name.Value == standing })
	if i < 0 {
		t.Fatalf("%s has no scenario %q any more", j.Name(), standing)
	}
	s := list[i]
	s.Name.Value = fmt.Sprintf("%s, %s", t.Name(), time.Now()) // the name is part of the person's seed
	script, _, err := w.player.Rehearse(t.Context(), j, s)
	if err != nil {
		t.Fatal(err)
	}
	script.Person.Pace = slow
	script.Person.Given.Journey = j.Name()
	g := &guest{world: w, Script: script}
	for _, a := range script.Acts {
		switch {
		case a.Enters:
			g.enters = *a.Event
		case a.Event != nil:
			g.consents = append(g.consents, *a.Event)
		}
	}
	if err := w.store.Commit(t.Context(), senda.Put(script.Person, 0)); err != nil {
		t.Fatal(err)
	}
	return g
}

// inside is a guest who has said yes and stands in the first pause of the journey.
func (w *world) inside(t *testing.T) *guest {
	t.Helper()
	g := w.guest(t)
	g.tells(t, append(g.consents, g.enters)...)
	g.stands(t, before)
	return g
}

// tells puts events on the bus and waits, one after the other, until all that they cause is done.
func (w *world) tells(t *testing.T, events ...senda.Event) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), room)
	defer stop()
	bus := rehearsal.Stage{Records: w.store, Bus: w.bus, Moment: moment}
	for _, e := range events {
		if _, err := bus.Event(ctx, e); err != nil {
			t.Fatal(err)
		}
	}
}

// event is one that happens to the guest so long after they entered.
func (g *guest) event(t *testing.T, kind, id string, after time.Duration, more ...jsonata.Member) senda.Event {
	t.Helper()
	e := g.enters
	e.ID, e.Kind, e.Time, e.Data = string(g.Person.ID)+"-"+id, kind, g.Start.Add(after), g.sample(t, kind, more...)
	return e
}

// sample is the payload that the contract of a kind shows, with some members in place of its own.
func (w *world) sample(t *testing.T, kind string, more ...jsonata.Member) jsonata.Value {
	t.Helper()
	contract, ok := w.house.Catalog.Events.Contract(kind)
	if !ok {
		t.Fatalf("there is no contract of %s any more", kind)
	}
	data, err := jsonata.ParseJSON(contract.Sample())
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range more {
		data = data.With(m.Key, m.Value)
	}
	return data
}

// entry is where the guest stands; NotFound when they never entered.
func (g *guest) entry(ctx context.Context) (senda.Entry, error) {
	all, err := g.entries(ctx, g.Person.ID)
	switch {
	case err != nil:
		return senda.Entry{}, err
	case len(all) != 1:
		return senda.Entry{}, senda.Errorf(senda.NotFound, "find the entry", "there are %d", len(all))
	}
	return all[0], nil
}

func (w *world) entries(ctx context.Context, p senda.PersonID) ([]senda.Entry, error) {
	return list[senda.Entry](ctx, w.store, senda.Range{Kind: senda.KindEntry, Part: string(p)})
}

func list[T senda.Record](ctx context.Context, s senda.Store, q senda.Range) ([]T, error) {
	found, err := s.Range(ctx, q)
	if err != nil {
		return nil, err
	}
	var out []T
	for _, v := range found {
		r, _, _, err := senda.As[T](v)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}

// stands waits until the guest stands in a pause.
func (g *guest) stands(t *testing.T, step string) {
	t.Helper()
	eventually(t, room, func(ctx context.Context) error {
		e, err := g.entry(ctx)
		if err != nil {
			return err
		}
		if p := e.Pause; p == nil || p.Step != step || p.Over != nil || e.Status != senda.StatusActive {
			return fmt.Errorf("the entry is %s %s in %s, not in %s", e.Status, e.Reason, at(e), step)
		}
		return nil
	})
}

func at(e senda.Entry) string {
	if e.Pause == nil {
		return "no pause"
	}
	if e.Pause.Over != nil {
		return e.Pause.Step + ", over by " + e.Pause.Over.How
	}
	return e.Pause.Step
}

// passes ends the pause in which the guest stands, as its timer would.
func (g *guest) passes(t *testing.T, step string) {
	t.Helper()
	g.stands(t, step)
	eventually(t, room, func(ctx context.Context) error {
		e, err := g.entry(ctx)
		if err != nil {
			return err
		}
		for _, token := range e.Pause.Tokens {
			var out struct{ Ended bool }
			if err := g.do(ctx, "POST", "/_senda/executions/time-out", map[string]string{"token": token}, &out); err != nil || out.Ended {
				return err
			}
		}
		return fmt.Errorf("no execution waits in %s", step)
	})
}

// leaves waits until the entry has ended, holds the reason against what is wanted, and
// that nobody was lost or mailed twice: each claim has its fate, and what left for the
// guest is exactly the mails of these steps.
func (g *guest) leaves(t *testing.T, why string, mails ...string) {
	t.Helper()
	eventually(t, room, func(ctx context.Context) error {
		e, err := g.entry(ctx)
		if err != nil {
			return err
		}
		if e.Status != senda.StatusEnded {
			return fmt.Errorf("the entry is %s in %s", e.Status, at(e))
		}
		if e.Reason != why {
			t.Errorf("the entry ended as %s, not as %s", e.Reason, why)
		}
		claims, err := g.claims(ctx)
		if err != nil {
			return err
		}
		for _, c := range claims {
			if c.Fate == senda.Claimed {
				return fmt.Errorf("nobody knows what became of %s", c.Step)
			}
		}
		return nil
	})
	g.mailed(t, mails...)
}

// mailed holds what left for the guest against the steps that should have mailed.
func (g *guest) mailed(t *testing.T, steps ...string) {
	t.Helper()
	left, err := g.envelopes(t.Context(), g.Person.Address)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range left {
		got = append(got, m.Step)
	}
	if d := cmp.Diff(steps, got); d != "" {
		t.Errorf("what left (- wanted, + got):\n%s", d)
	}
}

func (g *guest) claims(ctx context.Context) ([]senda.Claim, error) {
	return list[senda.Claim](ctx, g.store, senda.Range{Kind: senda.KindClaim, Part: string(g.Person.ID)})
}

// claim waits for the claim of a step that is as it should be.
func (g *guest) claim(t *testing.T, step string, is func(senda.Claim) bool) senda.Claim {
	t.Helper()
	var out senda.Claim
	eventually(t, room, func(ctx context.Context) error {
		claims, err := g.claims(ctx)
		if err != nil {
			return err
		}
		for _, c := range claims {
			if c.Step == step && is(c) {
				out = c
				return nil
			}
		}
		var got []string
		for _, c := range claims {
			got = append(got, fmt.Sprintf("%s %s %s", c.Step, c.Fate, c.Reason))
		}
		return fmt.Errorf("the claims are [%s]", strings.Join(got, "; "))
	})
	return out
}

func fate(f senda.Fate) func(senda.Claim) bool {
	return func(c senda.Claim) bool { return c.Fate == f }
}

// line is what the timeline says of a step, empty before it ran.
func (g *guest) line(ctx context.Context, step string) (senda.StepRecord, error) {
	e, err := g.entry(ctx)
	if err != nil {
		return senda.StepRecord{}, err
	}
	r, _, _, err := senda.Read[senda.StepRecord](ctx, g.store, senda.StepKey(g.Person.ID, e.ID, step, 1))
	return r, err
}

// refused waits until a mail was refused, and holds the reason.
func (g *guest) refused(t *testing.T, step, why string) {
	t.Helper()
	eventually(t, room, func(ctx context.Context) error {
		r, err := g.line(ctx, step)
		if err != nil {
			return err
		}
		if r.Outcome != "refused" {
			return fmt.Errorf("%s is %q", step, r.Outcome)
		}
		if r.Reason != why {
			t.Errorf("%s was refused as %s, not as %s", step, r.Reason, why)
		}
		return nil
	})
}
