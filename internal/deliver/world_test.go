package deliver_test

import (
	"bytes"
	"cmp"
	"context"
	"testing"
	"time"

	"github.com/jhillyerd/enmime/v2"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/consent"
	"github.com/senda-dev/senda/internal/house"
	"github.com/senda-dev/senda/internal/inmem"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/shoptest"
	"github.com/senda-dev/senda/internal/task"
)

const (
	ana   = senda.PersonID("p-ana")
	email = "ana@example.com"
)

// noon is a Monday in Madrid, where mail may leave from 08:00 to 22:00.
var noon = time.Date(2026, 3, 2, 11, 0, 0, 0, time.UTC)

// world is a house of the shop in memory, in which nothing runs by itself: the
// tests call the send task as a machine would.
type world struct {
	*house.House
	t      testing.TB
	shop   *shoptest.Shop
	store  *inmem.Store
	outbox *inmem.Outbox
	clock  *house.Virtual
	entry  senda.Entry
}

var shop *shoptest.Shop

// newWorld is a world with Ana, who agreed to everything a month ago and is inside a journey.
func newWorld(t testing.TB, journey string) *world {
	t.Helper()
	if shop == nil {
		shop = shoptest.Open(t)
	}
	w := &world{t: t, shop: shop, store: inmem.New(), outbox: &inmem.Outbox{}, clock: house.NewVirtual(noon)}
	w.House = house.New(w.shop.Config(w.store, w.clock, w.outbox, 1))
	w.put(senda.Person{ID: ana, Address: email, Locale: "en-GB", Country: "ES", PostalCode: "28004", Born: noon.AddDate(0, -1, 0)})
	w.agrees("alpha.offers", "alpha.news", "beta.offers")
	j, _ := w.shop.House.Journey(journey)
	data, err := jsonata.ParseJSON([]byte(`{"order": {"id": "A-1"}}`))
	if err != nil {
		t.Fatal(err)
	}
	w.entry = senda.Entry{
		Person: ana, ID: senda.NewEntryID(journey, "A-1", 1), Journey: journey, Each: "A-1", Bundle: j.Bundle.Digest(), At: noon, Enrolled: noon,
		Event: senda.Ref{Source: "shop", ID: "1"}, Data: data, Arm: senda.Treated, HoldoutHash: 0.9, ControlHash: 0.9, Pace: senda.Life,
		Status: senda.StatusActive, Started: true,
	}
	w.put(w.entry)
	return w
}

// put writes a record whatever stands there.
func (w *world) put(r senda.Record) {
	w.t.Helper()
	if err := w.store.Commit(context.Background(), senda.Write{Key: r.Key(), Any: true, Record: r}); err != nil {
		w.t.Fatal(err)
	}
}

func read[T senda.Record](w *world, k senda.Key) T {
	w.t.Helper()
	r, _, _, err := senda.Read[T](context.Background(), w.store, k)
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

func standing(brand, purpose string, state senda.ConsentState) senda.Standing {
	controller := map[string]string{"alpha": "Alpha Books S.L.", "beta": "Beta Maps S.L."}[brand]
	st := senda.Standing{Scope: senda.Scope{Controller: controller, Brand: brand, Purpose: purpose, Channel: consent.Email}, State: state, Time: noon.AddDate(0, -1, 0)}
	if state == senda.ConsentGranted {
		st.Basis = senda.BasisConsent
	}
	return st
}

// agrees writes Ana's consents to "brand.purpose", and no others.
func (w *world) agrees(to ...string) {
	head := senda.ConsentHead{Person: ana, Alive: noon.AddDate(0, -1, 0)}
	for _, s := range to {
		for i := range s {
			if s[i] == '.' {
				head.Standings = append(head.Standings, standing(s[:i], s[i+1:], senda.ConsentGranted))
			}
		}
	}
	w.put(head)
}

// consents changes Ana's head.
func (w *world) consents(change func(*senda.ConsentHead)) {
	head := read[senda.ConsentHead](w, senda.ConsentKey(ana))
	change(&head)
	w.put(head)
}

// suppressed changes what stands against Ana's address.
func (w *world) suppressed(change func(*senda.Suppression)) {
	s := senda.Suppression{Address: w.Keys.Address(email), Time: noon}
	change(&s)
	w.put(s)
}

// now changes Ana's entry.
func (w *world) now(change func(*senda.Entry)) {
	e := read[senda.Entry](w, w.entry.Key())
	change(&e)
	w.put(e)
}

// request is what the machine of Ana's journey asks of a mail's step.
func (w *world) request(step string) task.SendRequest {
	j, _ := w.shop.House.Journey(w.entry.Journey)
	s, ok := j.Bundle.Step(step)
	if !ok {
		w.t.Fatalf("there is no step %s", step)
	}
	q := task.SendRequest{
		Head: task.Head{Version: task.Version, Person: ana, Entry: w.entry.ID, Bundle: w.entry.Bundle, Pace: w.entry.Pace, Step: step, N: 1, Seq: s.Seq, At: w.clock.Now()},
		Mail: s.About, Brand: s.Brand, Purpose: s.Purpose, Reached: w.clock.Now(),
	}
	if step == "hello" {
		q.Expires, q.Offers = "2 days", []string{"gift"}
	}
	return q
}

// comes is what comes of a mail: the outcome and, of a refusal, the reason. With a
// refusal that ends the entry the machine hears that the person is leaving.
func (w *world) comes(q task.SendRequest) string {
	w.t.Helper()
	r, err := w.Deliver.Send(context.Background(), q)
	if senda.CodeOf(err) == senda.Leaving {
		record := read[senda.StepRecord](w, senda.StepKey(ana, w.entry.ID, q.Step, 1))
		return record.Reason
	}
	if err != nil {
		w.t.Fatalf("%s: %v", q.Step, err)
	}
	return came(r)
}

func came(r task.Reply) string {
	return cmp.Or(r.Fields.Get("reason").Str(), r.Fields.Get("outcome").Str())
}

// sends asks for a mail and demands what comes of it.
func (w *world) sends(step, want string) {
	w.t.Helper()
	if got := w.comes(w.request(step)); got != want {
		w.t.Fatalf("%s: %s, want %s", step, got, want)
	}
}

func (w *world) left(n int) {
	w.t.Helper()
	if got := len(w.outbox.Left()); got != n {
		w.t.Fatalf("%d mails left, want %d", got, n)
	}
}

func (w *world) claim(step string) (senda.Claim, bool) {
	c := read[senda.Claim](w, senda.ClaimKey(ana, w.entry.ID, step, 1))
	return c, c.Message != ""
}

func (w *world) ledger() []senda.Place {
	return read[senda.CapLedger](w, senda.CapsKey(ana, "books")).Places
}

// letter is a message that left, read as its recipient's program reads it.
func letter(t testing.TB, e senda.Envelope) *enmime.Envelope {
	t.Helper()
	m, err := enmime.ReadEnvelope(bytes.NewReader(e.MIME))
	if err != nil || len(m.Errors) > 0 {
		t.Fatal(err, m.Errors)
	}
	return m
}

// chooses lets the step gift choose an offer for Ana.
func (w *world) chooses() {
	w.t.Helper()
	_, err := w.Choose.Choose(context.Background(), task.ChooseRequest{
		Head: task.Head{Version: task.Version, Person: ana, Entry: w.entry.ID, Bundle: w.entry.Bundle, Pace: w.entry.Pace, Step: "gift", N: 1, Seq: 1, At: w.clock.Now()},
		Slot: "gift",
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) offer(want senda.OfferState) {
	w.t.Helper()
	if d := read[senda.Decision](w, senda.DecisionKey(ana, w.entry.ID, "gift", 1)); d.State != want {
		w.t.Fatalf("the offer is %q, want %q", d.State, want)
	}
}
