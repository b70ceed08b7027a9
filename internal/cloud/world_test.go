package cloud

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/inmem"
	"github.com/senda-dev/senda/internal/lambdahost"
	"github.com/senda-dev/senda/internal/shoptest"
)

// begin is a Monday, two hours after midnight in Madrid.
var begin = time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)

const secret = `{"master": "0123456789abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqr"}`

// world is a deployment over adapters in memory: the same for every function.
type world struct {
	t        *testing.T
	shop     *shoptest.Shop
	store    senda.Store
	machines *inmem.Machines
	bus      *inmem.Bus
	outbox   *inmem.Outbox
	pages    *pages
	env      map[string]string
	secret   func() (string, error)

	mu      sync.Mutex
	now     time.Time
	counted map[string]float64
}

func newWorld(t *testing.T) *world {
	t.Helper()
	root := t.TempDir()
	if err := os.CopyFS(filepath.Join(root, "shop"), shoptest.Files()); err != nil {
		t.Fatal(err)
	}
	w := &world{
		t: t, shop: shoptest.Open(t), store: inmem.New(), machines: inmem.NewMachines(), bus: &inmem.Bus{}, outbox: &inmem.Outbox{},
		pages: &pages{}, now: begin.Add(8 * time.Hour), counted: map[string]float64{},
		env:    map[string]string{VarSalt: "salt", VarRoot: root, VarLinks: "https://links.example", "AWS_REGION": "eu-west-1"},
		secret: func() (string, error) { return secret, nil },
	}
	for _, j := range w.shop.House.Journeys {
		w.deploy(j.Bundle)
	}
	return w
}

func (w *world) deploy(b *bundle.Bundle) {
	w.t.Helper()
	r := senda.Release{Journey: b.Journey, Bundle: b.Digest(), Machine: "arn:" + b.Journey, At: begin}
	if err := (bundle.Register{Store: w.store}).Publish(w.t.Context(), r, senda.StateLive); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) Now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) set(at time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = at
}

// ground is that of one function: each has its own, as each has a process.
func (w *world) ground() *Ground {
	g := &Ground{
		Config: NewConfig(func(name string) string { return w.env[name] }), Clock: w, Random: shoptest.Random(3),
		Ports: Ports{
			Store: w.store, Bundles: w.shop.Shelf, Machines: w.machines, Bus: w.bus, Mailer: w.outbox, Pages: w.pages,
			Secret: func(context.Context) (string, error) { return w.secret() },
		},
		Count: w.count,
	}
	g.fill()
	return g
}

func (w *world) count(_ context.Context, m lambdahost.Metric, value float64, dims ...lambdahost.Dimension) {
	w.mu.Lock()
	defer w.mu.Unlock()
	name := string(m)
	for _, d := range dims {
		name += " " + d.Value
	}
	w.counted[name] += value
}

// open makes a function.
func (w *world) open(build func(context.Context, *Ground) (lambdahost.Handler, error)) lambdahost.Handler {
	w.t.Helper()
	h, err := build(w.t.Context(), w.ground())
	if err != nil {
		w.t.Fatal(err)
	}
	return h
}

// pages is a Queue in memory.
type pages struct {
	mu     sync.Mutex
	bodies []string
	fault  func(n int) error
}

// Send implements Queue.
func (p *pages) Send(_ context.Context, body []byte) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.fault != nil {
		if err := p.fault(len(p.bodies)); err != nil {
			return err
		}
	}
	p.bodies = append(p.bodies, string(body))
	return nil
}

// take empties the queue.
func (p *pages) take() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := p.bodies
	p.bodies = nil
	return out
}

// batch is a batch of SQS; ids are the places of the bodies.
func batch(bodies ...string) []byte {
	type record struct {
		ID   string `json:"messageId"`
		Body string `json:"body"`
	}
	var records []record
	for i, b := range bodies {
		records = append(records, record{fmt.Sprint(i), b})
	}
	text, err := json.Marshal(map[string]any{"Records": records})
	if err != nil {
		panic(err) // of strings
	}
	return text
}

// deliver gives a function a batch and returns the ids of those that failed.
func (w *world) deliver(h lambdahost.Handler, bodies ...string) []string {
	w.t.Helper()
	out, err := h(w.t.Context(), batch(bodies...))
	if err != nil {
		w.t.Fatal(err)
	}
	var answer struct {
		Items []struct {
			ID string `json:"itemIdentifier"`
		} `json:"batchItemFailures"`
	}
	if err := json.Unmarshal(out, &answer); err != nil {
		w.t.Fatal(err)
	}
	failed := []string{}
	for _, i := range answer.Items {
		failed = append(failed, i.ID)
	}
	return failed
}

// bridged is an event in the envelope of EventBridge.
func bridged(id, kind, customer string, at time.Time, data string) string {
	return fmt.Sprintf(`{"version": "0", "id": "of-the-call-%s", "detail-type": %q, "source": "shop", "account": "1", "time": %q, "region": "eu-west-1",
		"resources": [], "detail": {"id": %q, "person": {"customer": %q}, "data": %s}}`, id, kind, at.Format(time.RFC3339), id, customer, data)
}

func registered(n int, at time.Time) string {
	return bridged(fmt.Sprintf("c-%d", n), "customer.updated", fmt.Sprintf("C-%d", n), at,
		fmt.Sprintf(`{"email": "c%d@example.com", "locale": "en", "country": "ES", "postal-code": "28004"}`, n))
}

func ordered(person, n int, at time.Time) string {
	return bridged(fmt.Sprintf("o-%d-%d", person, n), "order.completed", fmt.Sprintf("C-%d", person), at,
		fmt.Sprintf(`{"order": {"id": "A-%d-%d", "brand": "alpha", "currency": "EUR", "total": 20, "margin": 5}}`, person, n))
}

// find lists all records of a kind, over all people.
func find[T senda.Record](w *world, kind senda.Kind) []T {
	w.t.Helper()
	var out []T
	for part := range 16 {
		people, err := w.store.Find(w.t.Context(), senda.IndexRange{Index: senda.IndexPeople, Part: fmt.Sprintf("%x", part)})
		if err != nil {
			w.t.Fatal(err)
		}
		for _, p := range people {
			got, err := w.store.Range(w.t.Context(), senda.Range{Kind: kind, Part: p.Record.Key().Part})
			if err != nil {
				w.t.Fatal(err)
			}
			for _, v := range got {
				out = append(out, v.Record.(T))
			}
		}
	}
	return out
}

func hasNone(t *testing.T, text string, words ...string) {
	t.Helper()
	for _, word := range words {
		if strings.Contains(text, word) {
			t.Errorf("%q stands in %s", word, text)
		}
	}
}
