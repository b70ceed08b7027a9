package intake_test

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/calendar"
	"github.com/senda-dev/senda/internal/condition"
	"github.com/senda-dev/senda/internal/consent"
	"github.com/senda-dev/senda/internal/enroll"
	"github.com/senda-dev/senda/internal/entry"
	"github.com/senda-dev/senda/internal/facts"
	"github.com/senda-dev/senda/internal/hearing"
	"github.com/senda-dev/senda/internal/identity"
	"github.com/senda-dev/senda/internal/inmem"
	"github.com/senda-dev/senda/internal/intake"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/money"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// world is a small house: one family of two brands, an order journey with an exit
// and a goal, a basket journey that restarts, a double opt-in.
type world struct {
	*intake.Intake
	inner    *inmem.Store
	machines *inmem.Machines
	shelf    *bundle.Shelf
	bundles  map[string]*bundle.Bundle

	mu  sync.Mutex
	now time.Time
}

func (w *world) Now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) sleep(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

// dice draw bytes; tests run many goroutines over one.
type dice struct {
	mu sync.Mutex
	r  *rand.ChaCha8
}

func (d *dice) Read(b []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.r.Read(b)
}

type fataler interface{ Fatal(args ...any) }

// newWorld wires the house over a store: wrap, if any, stands between.
func newWorld(t fataler, wrap func(senda.Store) senda.Store) *world {
	w := &world{inner: inmem.New(), machines: inmem.NewMachines(), shelf: &bundle.Shelf{}, bundles: map[string]*bundle.Bundle{}, now: noon}
	var store senda.Store = w.inner
	if wrap != nil {
		store = wrap(store)
	}
	keys, err := identity.NewKeys(bytes.Repeat([]byte("k"), identity.KeyBytes))
	if err != nil {
		t.Fatal(err)
	}
	rules := consent.NewRules([]consent.Purpose{
		{Controller: "Vinos SL", Brand: "cellar", Family: "table", Name: "offers", Class: senda.Marketing, Consent: true, Customer: true, Twice: true},
		{Controller: "Vinos SL", Brand: "cellar", Family: "table", Name: "news", Class: senda.Marketing, Consent: true},
		{Controller: "Despensa SA", Brand: "pantry", Family: "table", Name: "offers", Class: senda.Marketing, Consent: true, Customer: true},
	}, nil)
	conditions := &condition.Cache{}
	reader := &facts.Reader{
		Store: store, Rules: func() *consent.Rules { return rules },
		Declared: func() *facts.Declared {
			return &facts.Declared{Facts: map[string]*facts.Fact{"orders": {Name: "orders", Fold: facts.Count, Event: "order.completed"}}}
		},
	}
	random := &dice{r: rand.NewChaCha8([32]byte{1})}
	entries := &entry.Service{
		Store: store, Machines: w.machines, Clock: w, Rules: entry.Product(), Match: hearing.Match(reader, w.shelf, conditions),
		Ends: func(_ context.Context, _ senda.Entry, next map[string]senda.PauseSpec, at time.Time) (map[string]senda.Due, error) {
			out := map[string]senda.Due{}
			for name := range next {
				out[name] = senda.Due{Until: at.Add(90 * time.Minute), Real: at.Add(90 * time.Minute)}
			}
			return out, nil
		},
	}
	w.Intake = &intake.Intake{
		Store: store, Clock: w, Keys: keys, Random: random, Contract: contractOf, Rules: reader.Rules,
		Currency: func(_ string, c money.Currency) bool { return c == "EUR" },
		Zone:     func(z string) bool { _, ok := calendar.Zone(z); return ok },
		Reader:   reader,
		Merger:   &identity.Merger{Store: store, Entries: entries, Random: random},
		Hearing:  &hearing.Service{Store: store, Entries: entries, Bundles: w.shelf, Conditions: conditions},
		Enroll: &enroll.Service{
			Entries: entries, Deployments: w.shelf, Bundles: w.shelf, Clock: w, Conditions: conditions,
			Family: func(string) (enroll.Family, error) {
				return enroll.Family{Salt: "table", Epoch: "2026", Zone: time.UTC}, nil
			},
		},
	}
	w.deploy(t, &bundle.Bundle{
		Journey: "second-order", Enter: bundle.Enter{Event: "order.completed", If: `($event.order.total >= 20) = true`, Again: bundle.Again{Kind: bundle.After, After: days(30)}},
		Exits:   []bundle.Exit{{Event: "care.opened", Reason: "unhappy"}},
		Goal:    &bundle.Goal{Event: "order.completed", Value: `$event.order.total`, Within: days(30), FromEntry: true},
		Listens: []string{"care.opened", "order.completed"},
	})
	w.deploy(t, &bundle.Bundle{
		Journey: "basket-reminder", Enter: bundle.Enter{Event: "basket.changed", Each: `$event.basket.id`, Again: bundle.Again{Kind: bundle.AtOnce}, Restart: true},
		Exits:   []bundle.Exit{{Event: "order.completed", Reason: "bought"}},
		Listens: []string{"basket.changed", "order.completed", "page.seen"},
		First:   map[string]senda.PauseSpec{"wait-90-minutes": {For: "90 minutes"}},
	})
	w.deploy(t, &bundle.Bundle{
		Journey: "welcome", Enter: bundle.Enter{Event: "consent.asked", Again: bundle.Again{Kind: bundle.AtOnce}},
	})
	return w
}

func days(n int) calendar.Span { return calendar.Span{N: n, Unit: calendar.Days} }

// deploy fills in what every bundle has and puts it live.
func (w *world) deploy(t fataler, b *bundle.Bundle) {
	b.Owner, b.Brand, b.Family, b.Purpose, b.Class, b.Priority = "crm", "cellar", "table", "offers", senda.Marketing, senda.Normal
	b.Machine = `{"StartAt":"x","States":{"x":{"Type":"Succeed"}}}`
	b.Steps = []bundle.Step{{Name: "hello", Kind: "email", Seq: 1, About: "hello"}}
	b.Conditions = map[string]bundle.Condition{}
	for _, text := range []string{b.Enter.If, b.Enter.Each} {
		if text != "" {
			b.Conditions[text] = bundle.Condition{Event: true}
		}
	}
	if err := bundle.Seal(b); err != nil {
		t.Fatal(err)
	}
	w.bundles[b.Journey] = b
	w.shelf.Put(b, senda.StateLive)
}

// contractOf is what the shop's systems have agreed to.
func contractOf(kind string) *intake.Contract {
	without := func(keys ...string) func(jsonata.Value) jsonata.Value {
		return func(v jsonata.Value) jsonata.Value {
			for _, k := range keys {
				v = v.With(k, jsonata.Nothing)
			}
			return v
		}
	}
	c := &intake.Contract{Kind: kind, Brand: []string{"brand"}, Timeline: without("note", "customer"), Public: without("note", "customer")}
	switch kind {
	case "order.completed":
		c.Alive = true
		c.Amounts = func(v jsonata.Value) iter.Seq[intake.Amount] {
			return func(yield func(intake.Amount) bool) {
				yield(intake.Amount{Value: v.Get("order").Get("total"), Currency: v.Get("order").Get("currency")})
			}
		}
		c.Teaches = []intake.Lesson{{Attribute: "last-brand", Value: []string{"brand"}}, {Attribute: "zone", Value: []string{"zone"}}, {Attribute: "first-name", Value: []string{"customer", "name"}}}
		c.Check = func(v jsonata.Value) string {
			if v.Get("order").Get("total").Kind() != jsonata.KindNumber {
				return "/order/total is not a number"
			}
			return ""
		}
	case "basket.changed":
		c.Lateness = 2 * time.Hour
	case "page.seen", "consent.asked", "consent.granted", "consent.withdrawn", "consent.objected", "person.erased", "care.opened", "care.closed":
	default:
		return nil
	}
	return c
}

// event makes an event of a customer: data is JSON, at is from noon on.
func event(kind, id, customer string, at time.Duration, data string) senda.Event {
	v, err := jsonata.ParseJSON([]byte(data))
	if err != nil {
		panic(err)
	}
	return senda.Event{Source: "shop", ID: id, Kind: kind, Time: noon.Add(at), Identifiers: map[string]string{"customer": customer}, Data: v}
}

func orderOf(id, customer string, at time.Duration, total float64) senda.Event {
	return event("order.completed", id, customer, at, fmt.Sprintf(`{"brand":"cellar","order":{"total":%v,"currency":"EUR"}}`, total))
}

func (w *world) take(t fataler, e senda.Event) intake.Result {
	r, err := w.Take(context.Background(), e)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// person is who an identifier leads to.
func (w *world) person(t fataler, kind, value string) senda.Person {
	r, err := identity.Resolve(context.Background(), w.inner, w.Keys, map[string]string{kind: value})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.People) == 0 {
		return senda.Person{}
	}
	return r.People[0].Person
}

func list[T senda.Record](t fataler, w *world, kind senda.Kind, part string) []T {
	got, err := w.inner.Range(context.Background(), senda.Range{Kind: kind, Part: part, Limit: 100000})
	if err != nil {
		t.Fatal(err)
	}
	out := make([]T, len(got))
	for i, v := range got {
		out[i], _, _, err = senda.As[T](v)
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func (w *world) entries(t fataler, p senda.PersonID, journey string) []senda.Entry {
	var out []senda.Entry
	for _, e := range list[senda.Entry](t, w, senda.KindEntry, string(p)) {
		if journey == "" || e.Journey == journey {
			out = append(out, e)
		}
	}
	return out
}

func (w *world) head(t fataler, p senda.PersonID) senda.ConsentHead {
	h, _, _, err := senda.Read[senda.ConsentHead](context.Background(), w.inner, senda.ConsentKey(p))
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func (w *world) started(journey string) (n int) {
	for _, s := range w.machines.Started() {
		if strings.HasPrefix(string(s.Entry), journey+"/") {
			n++
		}
	}
	return n
}

func ctx(t *testing.T) context.Context { return t.Context() }

// deaf is machines that do not start while there is an error.
type deaf struct {
	senda.Machines
	err *error
}

func (d deaf) Start(ctx context.Context, s senda.Start) error {
	if *d.err != nil {
		return *d.err
	}
	return d.Machines.Start(ctx, s)
}

func replace(s, from, to string) string { return strings.Replace(s, from, to, 1) }

func contains(s, part string) bool { return strings.Contains(s, part) }
