package feedback_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/events"
	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/condition"
	"github.com/senda-dev/senda/internal/consent"
	"github.com/senda-dev/senda/internal/enroll"
	"github.com/senda-dev/senda/internal/entry"
	"github.com/senda-dev/senda/internal/facts"
	"github.com/senda-dev/senda/internal/feedback"
	"github.com/senda-dev/senda/internal/hearing"
	"github.com/senda-dev/senda/internal/identity"
	"github.com/senda-dev/senda/internal/inmem"
	"github.com/senda-dev/senda/internal/intake"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/money"
	"github.com/senda-dev/senda/internal/task"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

const address = "ana@example.org"

type fataler interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// house takes notices in and has its events taken in by an intake under the
// published contracts.
type house struct {
	*feedback.Service
	t        fataler
	store    *inmem.Store
	bus      *inmem.Bus
	machines *inmem.Machines
	shelf    *bundle.Shelf
	bundle   *bundle.Bundle
	keys     *identity.Keys
	intake   *intake.Intake

	mu     sync.Mutex
	now    time.Time
	alarms []feedback.Alarm
}

func (h *house) Now() time.Time { h.mu.Lock(); defer h.mu.Unlock(); return h.now }

type dice struct {
	mu sync.Mutex
	r  *rand.ChaCha8
}

func (d *dice) Read(b []byte) (int, error) { d.mu.Lock(); defer d.mu.Unlock(); return d.r.Read(b) }

func newHouse(t fataler, wrap func(senda.Store) senda.Store) *house {
	t.Helper()
	h := &house{t: t, store: inmem.New(), bus: &inmem.Bus{}, machines: inmem.NewMachines(), shelf: &bundle.Shelf{}, now: noon.AddDate(0, 0, 6)}
	var store senda.Store = h.store
	if wrap != nil {
		store = wrap(store)
	}
	h.bundle = &bundle.Bundle{
		Journey: "win-back", Owner: "o", Brand: "cellar", Family: "house", Purpose: "offers", Class: senda.Marketing, Priority: senda.Normal,
		Enter: bundle.Enter{Event: "order.completed", Again: bundle.Again{Kind: bundle.AtOnce}}, Machine: "{}", Listens: []string{"mail.clicked"},
	}
	if err := bundle.Seal(h.bundle); err != nil {
		t.Fatal(err)
	}
	h.shelf.Put(h.bundle, senda.StateLive)
	keys, err := identity.NewKeys(bytes.Repeat([]byte("k"), identity.KeyBytes))
	if err != nil {
		t.Fatal(err)
	}
	set, err := events.Default()
	if err != nil {
		t.Fatal(err)
	}
	h.keys = keys
	random := &dice{r: rand.NewChaCha8([32]byte{1})}
	rules := consent.NewRules([]consent.Purpose{
		{Controller: "Vinos SL", Brand: "cellar", Family: "house", Name: "offers", Class: senda.Marketing, Consent: true, Customer: true},
		{Controller: "Vinos SL", Brand: "bodega", Family: "house", Name: "news", Class: senda.Marketing, Consent: true},
		{Controller: "Despensa SA", Brand: "pantry", Family: "house", Name: "offers", Class: senda.Marketing, Consent: true},
	}, nil)
	reader := &facts.Reader{Store: store, Rules: func() *consent.Rules { return rules }, Declared: func() *facts.Declared { return &facts.Declared{} }}
	conditions := &condition.Cache{}
	entries := &entry.Service{
		Store: store, Machines: h.machines, Clock: h, Rules: entry.Product(), Match: hearing.Match(reader, h.shelf, conditions),
		Ends: func(context.Context, senda.Entry, map[string]senda.PauseSpec, time.Time) (map[string]senda.Due, error) {
			return nil, nil
		},
	}
	h.intake = &intake.Intake{
		Store: store, Clock: h, Keys: keys, Random: random, Rules: reader.Rules, Reader: reader,
		Contract: func(kind string) *intake.Contract {
			c, ok := set.Contract(kind)
			if !ok {
				return nil
			}
			return &intake.Contract{Kind: kind, Timeline: c.WithoutPersonal, Public: c.WithoutPersonal, Check: func(v jsonata.Value) string {
				if broken := c.Validate(v.AppendJSON(nil)); len(broken) > 0 {
					return broken[0].String()
				}
				return ""
			}}
		},
		Currency: func(string, money.Currency) bool { return true }, Zone: func(string) bool { return true },
		Merger:  &identity.Merger{Store: store, Entries: entries, Random: random},
		Hearing: &hearing.Service{Store: store, Entries: entries, Bundles: h.shelf, Conditions: conditions},
		Enroll:  &enroll.Service{Entries: entries, Deployments: &bundle.Shelf{}, Bundles: h.shelf, Clock: h, Conditions: conditions},
	}
	h.bus.Deliver = func(ctx context.Context, e senda.Event) error {
		r, err := h.intake.Take(ctx, e)
		if err == nil && r.Fate == intake.Refused {
			err = fmt.Errorf("%s is refused: %w", e.ID, r.Refusal)
		}
		return err
	}
	h.Service = &feedback.Service{
		Store: store, Clock: h, Entries: entries, Keys: keys, Random: random, Rules: reader.Rules, Bus: h.bus, Deployments: h.shelf,
		Close: func(_ context.Context, journey string) error { return h.shelf.Set(journey, senda.StateClosed) },
		Alarm: func(_ context.Context, a feedback.Alarm) error {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.alarms = append(h.alarms, a)
			return nil
		},
	}
	return h
}

// mailed is somebody to whom a mail left at an instant, as the n-th entry.
func (h *house) mailed(p senda.PersonID, n int, at time.Time) senda.Claim {
	h.t.Helper()
	ctx := context.Background()
	e := senda.Entry{
		Person: p, ID: senda.NewEntryID("win-back", "", n), Journey: "win-back", Bundle: h.bundle.Digest(), At: at,
		Arm: senda.Treated, Pace: senda.Life, Status: senda.StatusActive, Started: true,
	}
	c := senda.Claim{
		Person: p, Message: e.ID.Message(p, "come-back", 1), Entry: e.ID, Step: "come-back", N: 1, Journey: "win-back", Family: "house",
		Brand: "cellar", Purpose: "offers", Class: senda.Marketing, Mail: "come-back", At: at, Taken: at, Fate: senda.Sent, Fence: 1,
	}
	writes := []senda.Write{senda.Put(c, 0), senda.Put(e, 0)}
	if _, _, ok, _ := senda.Read[senda.Person](ctx, h.store, senda.PersonKey(p)); !ok {
		known := senda.Attribute{Value: jsonata.String(address), Time: noon.AddDate(-1, 0, 0)}
		writes = append(writes, senda.Put(senda.Person{ID: p, Address: address, Attributes: map[string]senda.Attribute{"email": known}}, 0))
	}
	if err := h.store.Commit(ctx, writes...); err != nil {
		h.t.Fatal(err)
	}
	return c
}

func (h *house) take(n feedback.Notice) {
	h.t.Helper()
	if err := h.Take(context.Background(), n); err != nil {
		h.t.Fatalf("%s: %v", n.Kind, err)
	}
}

func read[T senda.Record](h *house, k senda.Key) T {
	h.t.Helper()
	r, _, _, err := senda.Read[T](context.Background(), h.store, k)
	if err != nil {
		h.t.Fatal(err)
	}
	return r
}

func (h *house) claim(c senda.Claim) senda.Claim { return read[senda.Claim](h, c.Key()) }

func (h *house) suppression() senda.Suppression {
	return read[senda.Suppression](h, senda.SuppressionKey(h.keys.Address(address)))
}

// awaiting registers a pause of an entry that a click in the mail ends.
func (h *house) awaiting(c senda.Claim, token string) {
	h.t.Helper()
	h.machines.Wait(token)
	until := h.Now().Add(240 * time.Hour)
	_, err := h.Entries.Pause(context.Background(), task.PauseRequest{
		Head: task.Head{Version: 1, Person: c.Person, Entry: c.Entry, Bundle: h.bundle.Digest(), Pace: 1, Step: "await", N: 1, Seq: 2, At: c.At},
		Op:   task.OpRegister, Token: token, Kind: senda.PauseAwait, Due: senda.Due{Until: until, Real: until},
		Listens: []senda.Listen{{Event: "mail.clicked", Step: "come-back"}},
	})
	if err != nil {
		h.t.Fatal(err)
	}
}
