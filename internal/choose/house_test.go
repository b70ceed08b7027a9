package choose_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/calendar"
	"github.com/senda-dev/senda/internal/choose"
	"github.com/senda-dev/senda/internal/condition"
	"github.com/senda-dev/senda/internal/consent"
	"github.com/senda-dev/senda/internal/entry"
	"github.com/senda-dev/senda/internal/facts"
	"github.com/senda-dev/senda/internal/inmem"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/task"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func days(n int) calendar.Span { return calendar.Span{N: n, Unit: calendar.Days} }

// offers of the house's journey, by what makes each special.
func offers() []bundle.Offer {
	return []bundle.Offer{
		{Name: "ten-off", Brand: "cellar", If: `($person.spent >= 50) = true`, Currency: "EUR", Value: 1800, Cost: 1000, Total: 10, PerPerson: 1, PerPersonIn: days(30)},
		{
			Name: "delivery", Brand: "cellar", Currency: "EUR", Value: 900, Cost: 490, Budget: 5000, BudgetIn: days(30), Code: "ATHOME", Valid: days(14),
			Title: map[string]string{"en": "Free delivery", "es": "Envío gratis"}, Terms: map[string]string{"": "Once."},
		},
		{Name: "jam", Brand: "pantry", Currency: "EUR", Value: 400, Cost: 100},
		{Name: "listening", Brand: "cellar", Currency: "EUR", Value: 300, Cost: 20, Title: map[string]string{"en": "Early listening"}},
	}
}

// house is a chooser over ports in memory.
type house struct {
	*choose.Service
	t      fataler
	store  *inmem.Store
	now    atomic.Int64
	shelf  *bundle.Shelf
	bundle *bundle.Bundle
	holder atomic.Int64
	mu     sync.Mutex
	left   map[senda.MessageID]int
}

type fataler interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
	Errorf(format string, args ...any)
}

func (h *house) Now() time.Time { return time.Unix(0, h.now.Load()).UTC() }

func (h *house) sleep(d time.Duration) { h.now.Add(int64(d)) }

func newHouse(t fataler, wrap func(senda.Store) senda.Store, change func(*bundle.Bundle)) *house {
	t.Helper()
	h := &house{t: t, store: inmem.New(), shelf: &bundle.Shelf{}, left: map[senda.MessageID]int{}}
	h.now.Store(noon.UnixNano())
	h.bundle = journey()
	if change != nil {
		change(h.bundle)
	}
	if err := bundle.Seal(h.bundle); err != nil {
		t.Fatal(err)
	}
	h.shelf.Put(h.bundle, senda.StateLive)
	h.Service = h.worker(wrap)
	return h
}

// worker is one more process over the same store.
func (h *house) worker(wrap func(senda.Store) senda.Store) *choose.Service {
	var store senda.Store = h.store
	if wrap != nil {
		store = wrap(store)
	}
	rules := consent.NewRules(nil, nil)
	entries := &entry.Service{
		Store: store, Machines: inmem.NewMachines(), Clock: h, Rules: entry.Product(),
		Match: func(senda.Entry, string, senda.Signal, jsonata.Value) bool { return true },
		Ends: func(_ context.Context, _ senda.Entry, next map[string]senda.PauseSpec, at time.Time) (map[string]senda.Due, error) {
			out := map[string]senda.Due{}
			for name := range next {
				out[name] = senda.Due{Until: at.Add(time.Hour), Real: at.Add(time.Hour)}
			}
			return out, nil
		},
		Holder: func() string { return fmt.Sprint(h.holder.Add(1)) },
	}
	s := &choose.Service{
		Store: store, Entries: entries, Bundles: h.shelf, Deployments: h.shelf, Conditions: &condition.Cache{},
		Reader: &facts.Reader{Store: store, Rules: func() *consent.Rules { return rules }, Declared: func() *facts.Declared { return &facts.Declared{} }},
	}
	entries.Release, entries.Undo = s.Release, s.Undo
	return s
}

func journey() *bundle.Bundle {
	return &bundle.Bundle{
		Journey: "win-back", Owner: "crm", Brand: "cellar", Family: "house", Purpose: "offers", Class: senda.Marketing, Priority: senda.Normal,
		Enter: bundle.Enter{Event: "order.completed", Again: bundle.Again{Kind: bundle.AtOnce}}, Machine: "{}",
		Steps: []bundle.Step{
			{Name: "gift", Kind: "offer", Seq: 1, About: "gift"},
			{Name: "second", Kind: "offer", Seq: 2, About: "gift"},
			{Name: "come-back", Kind: "email", Seq: 3, About: "come-back", Brand: "cellar", Purpose: "offers", Class: senda.Marketing},
		},
		Slots:      []bundle.Slot{{Name: "gift", Offers: []string{"ten-off", "delivery", "jam", "listening"}, Fallback: "listening"}},
		Offers:     offers(),
		Conditions: map[string]bundle.Condition{`($person.spent >= 50) = true`: {Attributes: []string{"spent"}}},
	}
}

// person is somebody who entered; change may make them special.
func (h *house) person(id senda.PersonID, spent float64, change func(*senda.Entry, *senda.ConsentHead)) senda.Entry {
	h.t.Helper()
	e := senda.Entry{
		Person: id, ID: senda.NewEntryID("win-back", "", 1), Journey: "win-back", Bundle: h.bundle.Digest(), At: h.Now(),
		Arm: senda.Treated, Pace: senda.Life, Status: senda.StatusActive, Started: true,
	}
	head := senda.ConsentHead{Person: id}
	if change != nil {
		change(&e, &head)
	}
	p := senda.Person{ID: id, Attributes: map[string]senda.Attribute{"spent": {Value: jsonata.Number(spent)}}}
	if err := h.store.Commit(context.Background(), senda.Put(p, 0), senda.Put(head, 0), senda.Put(e, 0)); err != nil {
		h.t.Fatal(err)
	}
	return e
}

func request(e senda.Entry, step string, seq int) task.ChooseRequest {
	return task.ChooseRequest{Slot: "gift", Head: task.Head{
		Version: 1, Person: e.Person, Entry: e.ID, Bundle: e.Bundle, Pace: e.Pace, Step: step, N: 1, Seq: seq, At: e.At,
	}}
}

func (h *house) choose(e senda.Entry, step string) senda.Decision {
	h.t.Helper()
	if _, err := h.Choose(context.Background(), request(e, step, 1)); err != nil {
		h.t.Fatal(err)
	}
	return h.decision(e, step)
}

func (h *house) decision(e senda.Entry, step string) senda.Decision {
	h.t.Helper()
	d, _, ok, err := senda.Read[senda.Decision](context.Background(), h.store, senda.DecisionKey(e.Person, e.ID, step, 1))
	if err != nil || !ok {
		h.t.Fatalf("decision of %s: %v, %v", step, ok, err)
	}
	return d
}

// mail sends a mail that shows what steps chose. refuse and service say what the
// guards and the mail service make of it; end ends the entry with it.
func mail(s *choose.Service, h *house, e senda.Entry, step, refuse, end string, service error, shows ...string) (entry.Sent, error) {
	ctx := context.Background()
	head := request(e, step, 3).Head
	head.End = end
	return s.Entries.Send(ctx, entry.Letter{
		Head: head,
		Claim: senda.Claim{
			Person: e.Person, Message: e.ID.Message(e.Person, step, 1), Entry: e.ID, Step: step, N: 1, Journey: e.Journey,
			Family: "house", Brand: "cellar", Class: senda.Marketing,
		},
		Judge: func(sight entry.Sight) (entry.Judgement, error) {
			showing, err := s.Shown(ctx, sight.Entry, h.bundle, shows, "en")
			if refuse != "" {
				return entry.Judgement{Outcome: task.OutcomeRefused, Reason: refuse, Writes: showing.Release}, err
			}
			return entry.Judgement{Outcome: task.OutcomeSent, Writes: showing.Spend, Offers: showing.Names}, err
		},
		HandOver: func(_ context.Context, c senda.Claim) (string, error) {
			if service != nil {
				return "", service
			}
			h.mu.Lock()
			defer h.mu.Unlock()
			h.left[c.Message]++
			return "s-1", nil
		},
	})
}

func (h *house) counter(name string) senda.Counter {
	h.t.Helper()
	c, _, _, err := senda.Read[senda.Counter](context.Background(), h.store, senda.CounterKey(name))
	if err != nil {
		h.t.Fatal(err)
	}
	return c
}
