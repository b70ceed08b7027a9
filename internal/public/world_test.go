package public

import (
	"bytes"
	"context"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/brand"
	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/consent"
	"github.com/senda-dev/senda/internal/house"
	"github.com/senda-dev/senda/internal/identity"
	"github.com/senda-dev/senda/internal/inmem"
	"github.com/senda-dev/senda/internal/intake"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/mail"
	"github.com/senda-dev/senda/internal/mail/token"
	"github.com/senda-dev/senda/internal/preferences"
	"github.com/senda-dev/senda/internal/shoptest"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// counting counts what is asked of a store, and refuses to write when it is told to.
type counting struct {
	senda.Store
	reads, writes atomic.Int64
	broken        atomic.Bool
}

func (c *counting) Get(ctx context.Context, keys ...senda.Key) ([]senda.Versioned, error) {
	c.reads.Add(1)
	return c.Store.Get(ctx, keys...)
}

func (c *counting) Range(ctx context.Context, r senda.Range) ([]senda.Versioned, error) {
	c.reads.Add(1)
	return c.Store.Range(ctx, r)
}

func (c *counting) Find(ctx context.Context, r senda.IndexRange) ([]senda.Versioned, error) {
	c.reads.Add(1)
	return c.Store.Find(ctx, r)
}

func (c *counting) Commit(ctx context.Context, writes ...senda.Write) error {
	c.writes.Add(1)
	if c.broken.Load() {
		return senda.Errorf(senda.Unavailable, "commit", "%s", address)
	}
	return c.Store.Commit(ctx, writes...)
}

const address = "ana.ruiz-4711@example.com"

// world is the pages over a whole house in memory: one person with a consent for
// news, asked for offers, and a mail that asked a question.
type world struct {
	http.Handler
	t        testing.TB
	store    *counting
	ring     *token.Ring
	rules    *consent.Rules
	mu       sync.Mutex
	now      time.Time
	person   senda.PersonID
	problems []error
	take     func(context.Context, senda.Event) (intake.Result, error)
	n        int
}

func (w *world) Now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) later(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

// message is the mail that asked a question.
const message = senda.MessageID("m-1")

func newWorld(t testing.TB) *world {
	t.Helper()
	shop := shoptest.Open(t)
	w := &world{t: t, store: &counting{Store: inmem.New()}, ring: shop.Ring, rules: shop.Rules.Consent, now: noon}
	h := house.New(shop.Config(w.store, w, &inmem.Outbox{}, 1))
	w.take = h.Intake.Take
	b := &bundle.Bundle{
		Journey: "after", Owner: "o", Brand: "alpha", Family: "books", Purpose: "news", Class: senda.Marketing, Priority: senda.Normal, Machine: "{}",
		Enter: bundle.Enter{Event: "order.completed", Again: bundle.Again{Kind: bundle.AtOnce}},
		Mails: map[string]mail.Compiled{"ask": {Name: "ask", Question: mail.NPS}, "smile": {Name: "smile", Question: mail.Satisfaction}, "tell": {Name: "tell"}},
	}
	if err := bundle.Seal(b); err != nil {
		t.Fatal(err)
	}
	shop.Shelf.Put(b, senda.StateLive)
	w.Handler = New(Config{
		Links: &preferences.Service{
			Store: w.store, Clock: w, Ring: shop.Ring, Rules: func() *consent.Rules { return shop.Rules.Consent }, Take: h.Intake.Take,
			OneClick: func(brand string) consent.Level {
				if brand == "beta" {
					return consent.LevelTopic
				}
				return consent.LevelBrand
			},
			Random: shoptest.Random(2), Bundles: shop.Shelf, Tell: h.Feedback.Take,
		},
		Book:    func() *brand.Book { return shop.Rules.Brands },
		Problem: func(_ context.Context, err error) { w.problems = append(w.problems, err) },
	})
	w.event("customer.updated", `{"email":"`+address+`","country":"ES","locale":"en"}`)
	w.event("consent.granted", `{"brand":"alpha","purpose":"news","source":"form","wording":"1","language":"en","confirmed":true}`)
	w.event("consent.granted", `{"brand":"beta","purpose":"offers","source":"form","wording":"1","language":"en","confirmed":true}`)
	w.event("consent.asked", `{"brand":"alpha","purpose":"offers","source":"form","form":"f","wording":"1","language":"en"}`)
	found, err := identity.Resolve(t.Context(), w.store, shop.Keys, map[string]string{"customer": "C-1"})
	if err != nil || len(found.People) != 1 {
		t.Fatal(found, err)
	}
	w.person = found.People[0].Person.ID
	e := senda.Entry{Person: w.person, ID: "after/1/1", Journey: "after", Bundle: b.Digest(), At: noon, Status: senda.StatusActive, Pace: 1}
	writes := []senda.Write{senda.Put(e, 0)}
	for i, name := range []string{"ask", "smile", "tell"} {
		writes = append(writes, senda.Put(senda.Claim{
			Person: w.person, Message: senda.MessageID(fmt.Sprint("m-", i+1)), Entry: e.ID, Step: name, N: 1, Journey: "after", Family: "books", Brand: "alpha",
			Purpose: "news", Class: senda.Marketing, Mail: name, At: noon, Taken: noon, Fate: senda.Sent,
		}, 0))
	}
	if err := w.store.Commit(t.Context(), writes...); err != nil {
		t.Fatal(err)
	}
	w.later(time.Minute)
	w.store.writes.Store(0)
	return w
}

func (w *world) event(kind, data string) {
	w.t.Helper()
	v, err := jsonata.ParseJSON([]byte(data))
	if err != nil {
		w.t.Fatal(err)
	}
	w.n++
	r, err := w.take(w.t.Context(), senda.Event{Source: "shop", ID: fmt.Sprint("e-", w.n), Kind: kind, Time: w.Now(), Identifiers: map[string]string{"customer": "C-1"}, Data: v})
	if err != nil || r.Fate != intake.Taken {
		w.t.Fatal(r, err)
	}
}

// link is a signed path.
func (w *world) link(kind token.Kind, change ...func(*token.Claims)) string {
	w.t.Helper()
	c := token.Claims{Kind: kind, Person: string(w.person), Brand: "alpha", Purpose: "news", Message: string(message), Issued: w.Now()}
	switch kind {
	case token.Answer:
		c.Arg = "7"
	case token.Click:
		c.Arg = "https://alpha.example/maps?a=1&b=2"
	default:
	}
	for _, f := range change {
		f(&c)
	}
	s, err := w.ring.Sign(c)
	if err != nil {
		w.t.Fatal(err)
	}
	return "/" + kind.String() + "/" + s
}

type request struct {
	method, path, kind, body string
	headers                  map[string]string
}

func (w *world) send(q request) *httptest.ResponseRecorder {
	r := httptest.NewRequest(q.method, q.path, strings.NewReader(q.body))
	if q.kind != "" {
		r.Header.Set("Content-Type", q.kind)
	}
	for name, value := range q.headers {
		r.Header.Set(name, value)
	}
	out := httptest.NewRecorder()
	w.ServeHTTP(out, r)
	return out
}

func (w *world) get(path string) *httptest.ResponseRecorder {
	return w.send(request{method: http.MethodGet, path: path})
}

const urlencoded = "application/x-www-form-urlencoded"

func (w *world) post(path string, fields ...string) *httptest.ResponseRecorder {
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	return w.send(request{method: http.MethodPost, path: path, kind: urlencoded, body: form.Encode()})
}

func inParts(t testing.TB, name, value string) (kind, body string) {
	t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	if err := m.WriteField(name, value); err != nil {
		t.Fatal(err)
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	return m.FormDataContentType(), b.String()
}

func (w *world) head() senda.ConsentHead {
	w.t.Helper()
	h, _, _, err := senda.Read[senda.ConsentHead](w.t.Context(), w.store, senda.ConsentKey(w.person))
	if err != nil {
		w.t.Fatal(err)
	}
	return h
}

// mailed says on which purposes the person may be mailed now.
func (w *world) mailed() string {
	w.t.Helper()
	h := w.head()
	var out []string
	for _, p := range []string{"alpha/news", "alpha/offers", "beta/offers"} {
		b, purpose, _ := strings.Cut(p, "/")
		if w.rules.Ground(&h, b, purpose, w.Now()).Basis != senda.BasisNone {
			out = append(out, p)
		}
	}
	return strings.Join(out, " ")
}

func (w *world) claim(m senda.MessageID) senda.Claim {
	w.t.Helper()
	found, err := w.store.Find(w.t.Context(), senda.IndexRange{Index: senda.IndexMessages, Part: string(m)})
	if err != nil || len(found) != 1 {
		w.t.Fatal(found, err)
	}
	return found[0].Record.(senda.Claim)
}

// timeline are the happenings of a kind.
func (w *world) timeline(kind string) []senda.Happening {
	w.t.Helper()
	all, err := w.store.Range(w.t.Context(), senda.Range{Kind: senda.KindHappening, Part: string(w.person)})
	if err != nil {
		w.t.Fatal(err)
	}
	var out []senda.Happening
	for _, v := range all {
		if h := v.Record.(senda.Happening); h.Kind == kind {
			out = append(out, h)
		}
	}
	return out
}
