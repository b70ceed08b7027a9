package facts_test

import (
	"context"
	"strings"
	"testing"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/condition"
	"github.com/senda-dev/senda/internal/consent"
	"github.com/senda-dev/senda/internal/entry"
	"github.com/senda-dev/senda/internal/facts"
	"github.com/senda-dev/senda/internal/inmem"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/task"
)

const inSpain = `($exists($person.phone) and $substring($person.phone, 0, 3) = "+34" and $facts.orders > 0) = true`

type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

// house is a person with a phone number, two orders and a consent, inside a journey.
func house(t testing.TB) (*facts.Service, task.Head, senda.Store, *clock) {
	t.Helper()
	store, shelf, now := inmem.New(), &bundle.Shelf{}, &clock{noon}
	b := &bundle.Bundle{
		Journey: "win-back", Owner: "crm", Brand: "cellar", Family: "music", Purpose: "offers", Class: senda.Marketing, Priority: senda.Low,
		Enter: bundle.Enter{Event: "order.completed", Again: bundle.Again{Kind: bundle.Never}}, Machine: "{}",
		Steps:      []bundle.Step{{Name: "hello", Kind: "email", Seq: 1}},
		Conditions: map[string]bundle.Condition{inSpain: {Attributes: []string{"phone"}, Facts: []string{"orders"}}},
	}
	if err := bundle.Seal(b); err != nil {
		t.Fatal(err)
	}
	shelf.Put(b, senda.StateLive)
	rules := consent.NewRules([]consent.Purpose{
		{Controller: "Vinos SL", Brand: "cellar", Family: "music", Name: "offers", Class: senda.Marketing, Consent: true},
		{Controller: "Vinos SL", Brand: "cellar", Family: "music", Name: "news", Class: senda.Marketing, Consent: true},
	}, nil)
	e := senda.Entry{Person: "p-1", ID: senda.NewEntryID("win-back", "", 1), Journey: "win-back", Bundle: b.Digest(), At: noon, Status: senda.StatusActive, Started: true, Pace: 1}
	h := senda.ConsentHead{Person: "p-1", Standings: []senda.Standing{{
		Scope: senda.Scope{Controller: "Vinos SL", Brand: "cellar", Purpose: "offers", Channel: "email"}, State: senda.ConsentGranted, Time: noon,
	}}}
	p := senda.Person{ID: "p-1", Locale: "es", Attributes: map[string]senda.Attribute{
		"phone": {Value: jsonata.String("+34600111222")}, "tier": {Value: jsonata.String("gold")}, "zone": {Value: jsonata.Null},
	}}
	sent := senda.Claim{Person: "p-1", Entry: e.ID, Step: "hello", N: 2, Message: "m-2", Fate: senda.Sent, Clicked: noon, Answered: noon, Answer: "9"}
	first := senda.Claim{Person: "p-1", Entry: e.ID, Step: "hello", N: 1, Message: "m-1", Fate: senda.Sent, Bounced: noon}
	err := store.Commit(t.Context(), senda.Put(e, 0), senda.Put(h, 0), senda.Put(p, 0), senda.Put(sent, 0), senda.Put(first, 0),
		senda.Put(order("1", noon.AddDate(0, 0, -1), 10, "web"), 0), senda.Put(order("2", noon.Add(time.Hour), 20, "web"), 0))
	if err != nil {
		t.Fatal(err)
	}
	s := &facts.Service{
		Reader: &facts.Reader{
			Store: store, Rules: func() *consent.Rules { return rules },
			Declared: func() *facts.Declared {
				return &facts.Declared{
					Attributes: map[string]facts.Attribute{"phone": {Personal: true}, "tier": {}, "locale": {}},
					Facts:      map[string]*facts.Fact{"orders": {Name: "orders", Fold: facts.Count, Event: "order.completed"}},
				}
			},
		},
		Entries: &entry.Service{
			Store: store, Machines: inmem.NewMachines(), Clock: now, Rules: entry.Product(),
			Ends: func(_ context.Context, _ senda.Entry, next map[string]senda.PauseSpec, at time.Time) (map[string]senda.Due, error) {
				out := map[string]senda.Due{}
				for name := range next {
					out[name] = senda.Due{Until: at.Add(time.Hour), Real: at.Add(time.Hour)}
				}
				return out, nil
			},
		},
		Bundles: shelf, Conditions: &condition.Cache{},
	}
	head := task.Head{Version: task.Version, Person: "p-1", Entry: e.ID, Bundle: b.Digest(), Step: "facts", N: 1, Seq: 1, At: noon, Pace: 1}
	return s, head, store, now
}

func TestTheFactsTaskAnswersWhatIsAskedAndNothingPersonal(t *testing.T) {
	s, head, _, now := house(t)
	head.Next = map[string]senda.PauseSpec{"wait": {For: "1 hours"}}
	q := task.FactsRequest{
		Head: head, Attributes: []string{"tier", "locale", "zone", "unknown"}, Facts: []string{"orders", "undeclared"},
		Consent: []string{"cellar.offers", "cellar.news"}, Mails: []string{"hello", "never"},
		Is: map[string]string{"in-spain": inSpain}, With: jsonata.Object(),
	}
	r, err := s.Facts(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"person":{"tier":"gold","locale":"es"},"facts":{"orders":1},"consent":{"cellar":{"offers":true,"news":false}},` +
		`"mails":{"hello":{"delivered":false,"opened":false,"clicked":true,"bounced":false,"answered":true,"answer":9},` +
		`"never":{"delivered":false,"opened":false,"clicked":false,"bounced":false,"answered":false}},"is":{"in-spain":true}}`
	if got := r.Fields.String(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if !r.At.Equal(noon) || !r.Due["wait"].Until.Equal(noon.Add(time.Hour)) {
		t.Errorf("at %s, due %v", r.At, r.Due)
	}
	if strings.Contains(r.Value().String(), "600111222") {
		t.Error("a phone number travels")
	}
	// Facts die at every pause: an hour later the second order counts.
	now.now = noon.Add(time.Hour)
	if r, err = s.Facts(t.Context(), q); err != nil || r.Fields.Get("facts").Get("orders").Num() != 2 || !r.At.Equal(now.now) {
		t.Errorf("%v, %v", r, err)
	}
}

func TestAPersonalAttributeIsNeverAnsweredAsSuch(t *testing.T) {
	s, head, _, _ := house(t)
	_, err := s.Facts(t.Context(), task.FactsRequest{Head: head, Attributes: []string{"phone"}})
	if senda.CodeOf(err) != senda.Invalid || strings.Contains(err.Error(), "600111222") {
		t.Errorf("%v", err)
	}
}

func TestWhoIsLeavingIsAskedNothing(t *testing.T) {
	s, head, store, _ := house(t)
	if err := s.Entries.Leave(t.Context(), "p-1", head.Entry, "bought", noon); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Facts(t.Context(), task.FactsRequest{Head: head, Facts: []string{"orders"}}); senda.CodeOf(err) != senda.Leaving {
		t.Errorf("%v", err)
	}
	e, _, _, err := senda.Read[senda.Entry](t.Context(), store, senda.EntryKey("p-1", head.Entry))
	if err != nil || e.Status != senda.StatusEnded || e.Reason != "bought" {
		t.Errorf("%+v, %v", e, err)
	}
}

func BenchmarkFactsTask(b *testing.B) {
	s, head, _, _ := house(b)
	q := task.FactsRequest{Head: head, Attributes: []string{"tier"}, Facts: []string{"orders"}, Consent: []string{"cellar.offers"}, With: jsonata.Object()}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Facts(b.Context(), q); err != nil {
			b.Fatal(err)
		}
	}
}
