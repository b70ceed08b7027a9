//go:build localstack

package it

import (
	"context"
	"fmt"
	"testing"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/deployment"
	"github.com/senda-dev/senda/internal/identity"
	"github.com/senda-dev/senda/internal/jsonata"
)

// An event that comes again and again is one event: it enters once, and what it is worth
// counts once.
func TestAnEventComesTwice(t *testing.T) {
	g := deployed(t).guest(t)
	g.tells(t, g.consents...)
	for range 3 {
		g.puts(t, g.enters)
	}
	g.stands(t, before)
	g.puts(t, g.enters)
	g.quiet(t, "intake")
	e, err := g.entry(t.Context()) // one, and not restarted
	if err != nil {
		t.Fatal(err)
	}
	if e.Pause == nil || e.Pause.N != 1 || len(e.Pause.Tokens) != 1 {
		t.Errorf("the pause is %+v", e.Pause)
	}
	g.passes(t, before)
	g.stands(t, between)
	bought := g.event(t, "order.completed", "order", 3*time.Hour)
	for range 3 {
		g.puts(t, bought)
	}
	g.leaves(t, "bought", reminder)
	g.puts(t, bought)
	g.quiet(t, "intake")
	if e, err = g.entry(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(e.Goal.Credits) != 1 {
		t.Errorf("the goal is credited %d times", len(e.Goal.Credits))
	}
	happened, err := list[senda.Happening](t.Context(), g.store, senda.Range{Kind: senda.KindHappening, Part: string(g.Person.ID)})
	if err != nil {
		t.Fatal(err)
	}
	count := map[senda.Ref]int{}
	for _, h := range happened {
		count[h.Ref]++
	}
	if count[bought.Ref()] != 1 || count[g.enters.Ref()] != 1 {
		t.Errorf("the timeline tells of the order %d times and of the basket %d times", count[bought.Ref()], count[g.enters.Ref()])
	}
}

// Somebody whom no test person's clock helps: what is too old enters nobody and is
// remembered, and still ends what it must end.
func TestAnEventComesLate(t *testing.T) {
	w := deployed(t)
	p := w.stranger()
	now := time.Now().UTC()
	// A basket may be two hours late, an order seven days.
	old := p.event(t, "basket.changed", "old", now.Add(-3*time.Hour))
	p.tells(t, old)
	seen, _, _, err := senda.Read[senda.Seen](t.Context(), w.store, senda.SeenKey(old.Ref()))
	if err != nil {
		t.Fatal(err)
	}
	if entered, err := w.entries(t.Context(), seen.Person); err != nil || len(entered) != 0 {
		t.Errorf("%d entries, %v: a basket of three hours ago is no reason to begin", len(entered), err)
	}
	p.tells(t, p.event(t, "basket.changed", "new", now))
	entered := func() senda.Entry {
		t.Helper()
		all, err := w.entries(t.Context(), seen.Person)
		if err != nil {
			t.Fatal(err)
		}
		if len(all) != 1 || all[0].Journey != basket {
			t.Fatalf("the entries are %+v", all)
		}
		return all[0]
	}
	if e := entered(); e.Status != senda.StatusActive {
		t.Errorf("the entry is %s", e.Status)
	}
	order := p.event(t, "order.completed", "order", now.AddDate(0, 0, -8))
	p.tells(t, order)
	if e := entered(); e.Status != senda.StatusEnded || e.Reason != "bought" || e.LeftAt.Before(e.At) {
		t.Errorf("the entry is %s %s, left %s, entered %s: an exit counts at any age", e.Status, e.Reason, e.LeftAt, e.At)
	}
	happened, err := list[senda.Happening](t.Context(), w.store, senda.Range{Kind: senda.KindHappening, Part: string(seen.Person)})
	if err != nil {
		t.Fatal(err)
	}
	if len(happened) != 3 || happened[0].Ref != order.Ref() || happened[1].Ref != old.Ref() {
		t.Errorf("the timeline is %+v: all three, by the time at which they happened", happened)
	}
	if left, err := w.letters(t.Context(), p.address); err != nil || len(left) != 0 {
		t.Errorf("%d mails left, %v", len(left), err)
	}
}

// Events overtake each other on their way: what stands is what happened last, not what
// arrived last.
func TestEventsComeOutOfOrder(t *testing.T) {
	w := deployed(t)
	t.Run("withdrawn before granted", func(t *testing.T) {
		g := w.guest(t)
		granted := g.consents[len(g.consents)-1]
		no := g.event(t, "consent.withdrawn", "no", 0, text("purpose", "offers"))
		no.Time = granted.Time.Add(time.Minute)
		no.Arrived = no.Time
		g.tells(t, no)
		g.tells(t, g.consents...)
		g.tells(t, g.enters)
		g.passes(t, before)
		g.refused(t, reminder, string(senda.GuardWithdrawn))
		g.leaves(t, senda.LeftWithdrawn)
	})
	t.Run("an order of before the basket", func(t *testing.T) {
		g := w.inside(t)
		g.tells(t, g.event(t, "order.completed", "order", -time.Minute))
		g.leaves(t, "bought")
		e, err := g.entry(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if !e.LeftAt.Equal(e.At) {
			t.Errorf("they left at %s, and entered at %s: nobody leaves before they come", e.LeftAt, e.At)
		}
	})
}

// Who says no while a pause lasts is not mailed after it.
func TestConsentIsWithdrawnDuringAPause(t *testing.T) {
	g := deployed(t).inside(t)
	g.passes(t, before)
	g.stands(t, between)
	g.tells(t, g.event(t, "consent.withdrawn", "no", 3*time.Hour, text("purpose", "offers")))
	g.stands(t, between) // nobody wrote an exit: it takes effect at the next step that acts
	g.passes(t, between)
	g.refused(t, reason, string(senda.GuardWithdrawn))
	g.leaves(t, senda.LeftWithdrawn, reminder)
}

func text(key, value string) jsonata.Member {
	return jsonata.Member{Key: key, Value: jsonata.String(value)}
}

// puts puts an event on the bus and does not wait.
func (w *world) puts(t *testing.T, e senda.Event) {
	t.Helper()
	if err := w.bus.Emit(t.Context(), e); err != nil {
		t.Fatal(err)
	}
}

// quiet waits until the queue of a function holds nothing. The emulator's bus has put
// an event into its queues when it answers.
func (w *world) quiet(t *testing.T, function string) {
	t.Helper()
	hop := w.hop(t, function)
	eventually(t, room, func(ctx context.Context) error {
		n, err := w.queue(hop.To).Count(ctx)
		if err == nil && n.Waiting+n.InFlight+n.Delayed > 0 {
			err = fmt.Errorf("the queue holds %+v", n)
		}
		return err
	})
}

// stranger is somebody of whom nothing is known but what a shop calls them.
type stranger struct {
	*world
	name, address string
}

func (w *world) stranger() *stranger {
	name := fmt.Sprintf("C-%d", time.Now().UnixNano())
	return &stranger{w, name, name + "@late.example"}
}

// event is one that happened to the stranger.
func (s *stranger) event(t *testing.T, kind, id string, at time.Time) senda.Event {
	t.Helper()
	return senda.Event{
		Source: "shop", ID: s.name + "-" + id, Kind: kind, Time: at, Data: s.sample(t, kind),
		Identifiers: map[string]string{"customer": s.name, identity.AttributeEmail: s.address},
	}
}

// hop is the way to a function.
func (w *world) hop(t *testing.T, function string) deployment.Hop {
	t.Helper()
	hop, ok := w.at.Hop(function)
	if !ok {
		t.Fatalf("the deployment has no way to %s: %+v", function, w.at.DeadLetters)
	}
	return hop
}
