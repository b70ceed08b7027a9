package score_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"testing"
	"testing/fstest"
	"time"

	"pgregory.net/rapid"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/consent"
	"github.com/senda-dev/senda/internal/entry"
	"github.com/senda-dev/senda/internal/facts"
	"github.com/senda-dev/senda/internal/inmem"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/lifetime"
	"github.com/senda-dev/senda/internal/money"
	"github.com/senda-dev/senda/internal/score"
	"github.com/senda-dev/senda/internal/task"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// model is MBG/NBD and Gamma-Gamma as fitted to the CDNOW sample.
var model = lifetime.Model{
	Kind: lifetime.MBGNBD, Purchases: lifetime.Params{R: 0.5246, Alpha: 6.18, A: 0.891, B: 1.614}, Spend: lifetime.Spend{P: 6.25, Q: 3.74, V: 1544.35},
}

type house struct {
	*score.Service
	store  *inmem.Store
	bundle *bundle.Bundle
	zone   *time.Location
}

func newHouse(t interface{ Fatal(...any) }, class senda.Class) *house {
	h := &house{store: inmem.New(), zone: time.UTC}
	h.bundle = &bundle.Bundle{
		Journey: "j", Owner: "o", Brand: "cellar", Family: "house", Purpose: "offers", Class: class, Priority: senda.Normal,
		Enter: bundle.Enter{Event: "order.completed", Again: bundle.Again{Kind: bundle.AtOnce}}, Machine: "{}",
	}
	if err := bundle.Seal(h.bundle); err != nil {
		t.Fatal(err)
	}
	shelf := &bundle.Shelf{}
	shelf.Put(h.bundle, senda.StateLive)
	models, err := score.NewModels(map[string]lifetime.File{"customer-value": {Model: model}})
	if err != nil {
		t.Fatal(err)
	}
	h.Service = &score.Service{
		Store: h.store, Bundles: shelf, Models: func() *score.Models { return models },
		Reader: &facts.Reader{Store: h.store, Rules: func() *consent.Rules { return consent.NewRules(nil, nil) }, Declared: func() *facts.Declared { return &facts.Declared{} }},
		House:  func(string) (*time.Location, money.Currency) { return h.zone, "EUR" },
		Entries: &entry.Service{
			Store: h.store, Clock: senda.ClockFunc(func() time.Time { return noon }), Rules: entry.Product(),
			Ends: func(_ context.Context, _ senda.Entry, next map[string]senda.PauseSpec, at time.Time) (map[string]senda.Due, error) {
				out := map[string]senda.Due{}
				for name := range next {
					out[name] = senda.Due{Until: at.Add(time.Hour), Real: at.Add(time.Hour)}
				}
				return out, nil
			},
		},
	}
	return h
}

// bought is an order some time before noon.
func bought(p senda.PersonID, id string, before time.Duration, total float64, currency string) senda.Happening {
	order := jsonata.Object(jsonata.Member{Key: "total", Value: jsonata.Number(total)}, jsonata.Member{Key: "currency", Value: jsonata.String(currency)})
	return senda.Happening{
		Person: p, Kind: "order.completed", Time: noon.Add(-before), Ref: senda.Ref{Source: "shop", ID: id},
		Data: jsonata.Object(jsonata.Member{Key: "order", Value: order}),
	}
}

func (h *house) enter(t interface{ Fatal(...any) }, p senda.PersonID, objected bool, lines ...senda.Happening) task.ScoreRequest {
	e := senda.Entry{
		Person: p, ID: senda.NewEntryID("j", "", 1), Journey: "j", Bundle: h.bundle.Digest(), At: noon.Add(-time.Hour),
		Arm: senda.Treated, Pace: senda.Life, Status: senda.StatusActive, Started: true,
	}
	writes := []senda.Write{senda.Put(e, 0), senda.Put(senda.Person{ID: p}, 0), senda.Put(senda.ConsentHead{Person: p, Objected: objected}, 0)}
	for _, l := range lines {
		writes = append(writes, senda.Put(l, 0))
	}
	if err := h.store.Commit(context.Background(), writes...); err != nil {
		t.Fatal(err)
	}
	return task.ScoreRequest{Model: "customer-value", Head: task.Head{
		Version: 1, Person: p, Entry: e.ID, Bundle: e.Bundle, Pace: 1, Step: "customer-value", N: 1, Seq: 1, At: e.At,
		Next: map[string]senda.PauseSpec{"wait-3-days": {For: "3 days"}},
	}}
}

const day = 24 * time.Hour

func TestAScoreIsThatOfTheModelRounded(t *testing.T) {
	h := newHouse(t, senda.Marketing)
	// First 38 weeks ago; again 30 and 10 weeks ago, for 20 and 30 euros.
	q := h.enter(t, "p-1", false,
		bought("p-1", "1", 38*7*day, 99, "EUR"), bought("p-1", "2", 30*7*day, 20, "EUR"), bought("p-1", "3", 10*7*day, 30, "EUR"))
	r, err := h.Score(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	s, err := lifetime.NewScorer(model, 52, math.Pow(1.1, 7/365.2425)-1)
	if err != nil {
		t.Fatal(err)
	}
	want, err := s.Score(lifetime.Summary{Repeats: 2, Last: 28, Age: 38, MeanSpend: 2500})
	if err != nil {
		t.Fatal(err)
	}
	for name, v := range map[string]struct{ exact, unit float64 }{
		"alive": {want.Alive, 1e-4}, "purchases": {want.Purchases, 1e-4}, "spend": {want.Spend / 100, 0.01}, "value": {want.Discounted / 100, 0.01},
	} {
		got := r.Fields.Get(name).Num()
		if math.Abs(got-v.exact) > v.unit/2+1e-9 || math.Abs(got/v.unit-math.Round(got/v.unit)) > 1e-6 {
			t.Errorf("%s is %v, the model says %v", name, got, v.exact)
		}
	}
	if r.Fields.Len() != 4 || !r.At.Equal(noon) || len(r.Due) != 1 {
		t.Errorf("replied %v at %v, due %v", r.Fields, r.At, r.Due)
	}
	rec, _, _, _ := senda.Read[senda.StepRecord](t.Context(), h.store, senda.StepKey("p-1", q.Entry, q.Step, 1))
	if rec.Outcome != score.OutcomeScored || !rec.Detail.Equal(r.Fields) {
		t.Errorf("the timeline says %s %v", rec.Outcome, rec.Detail)
	}
}

func TestWhoHasNoScore(t *testing.T) {
	for _, tc := range []struct {
		name     string
		class    senda.Class
		objected bool
		lines    []senda.Happening
		reason   string
	}{
		{"never bought", senda.Marketing, false, nil, score.ReasonNobody},
		{"will buy tomorrow", senda.Marketing, false, []senda.Happening{bought("p-1", "1", -day, 9, "EUR")}, score.ReasonNobody},
		{"objected", senda.Marketing, true, []senda.Happening{bought("p-1", "1", 9*day, 9, "EUR")}, score.ReasonObjected},
		{"objected, but it is service", senda.Service, true, []senda.Happening{bought("p-1", "1", 9*day, 9, "EUR")}, ""},
		{"bought once", senda.Marketing, false, []senda.Happening{bought("p-1", "1", 9*day, 9, "EUR")}, ""},
	} {
		h := newHouse(t, tc.class)
		r, err := h.Score(t.Context(), h.enter(t, "p-1", tc.objected, tc.lines...))
		if err != nil {
			t.Fatalf("%s: %v", tc.name, err)
		}
		scored := r.Fields.Get("alive").Kind() == jsonata.KindNumber
		if scored != (tc.reason == "") || r.Fields.Get("reason").Str() != tc.reason {
			t.Errorf("%s: %v", tc.name, r.Fields)
		}
	}
}

func TestAnUnknownModelIsInvalid(t *testing.T) {
	h := newHouse(t, senda.Marketing)
	q := h.enter(t, "p-1", false)
	q.Model = "customer-valu"
	if _, err := h.Score(t.Context(), q); senda.CodeOf(err) != senda.Invalid {
		t.Errorf("got %v", err)
	}
}

// Days are the family's: what is one day in Madrid may be two in UTC.
func TestPurchasesOfOneDayAreOne(t *testing.T) {
	madrid, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		t.Fatal(err)
	}
	lines := []senda.Happening{
		bought("p-1", "1", 70*day, 10, "EUR"),
		bought("p-1", "2", 35*day+12*time.Hour+30*time.Minute, 10, "EUR"), // 23:30 in UTC, 00:30 in Madrid
		bought("p-1", "3", 35*day+9*time.Hour, 10, "EUR"),                 // 03:00 of the next day in UTC
	}
	purchases := func(zone *time.Location, lines ...senda.Happening) float64 {
		h := newHouse(t, senda.Marketing)
		h.zone = zone
		r, err := h.Score(t.Context(), h.enter(t, "p-1", false, lines...))
		if err != nil {
			t.Fatal(err)
		}
		return r.Fields.Get("purchases").Num()
	}
	one := purchases(madrid, lines[0], lines[2])
	if got := purchases(madrid, lines...); got != one {
		t.Errorf("in Madrid one day counts twice: %v, want %v", got, one)
	}
	if got := purchases(time.UTC, lines...); got == one {
		t.Errorf("in UTC two days count once: %v", got)
	}
}

// An amount in another currency is no amount in ours: the purchase counts, and
// moves the expected spend no further than the mean of everybody.
func TestAnotherCurrencyIsNotAdded(t *testing.T) {
	spend := func(total float64, currency string) float64 {
		h := newHouse(t, senda.Marketing)
		r, err := h.Score(t.Context(), h.enter(t, "p-1", false, bought("p-1", "1", 70*day, 10, "EUR"), bought("p-1", "2", 35*day, total, currency)))
		if err != nil {
			t.Fatal(err)
		}
		return r.Fields.Get("spend").Num()
	}
	everybody := model.Spend.Expected(0, 0) / 100
	if got := spend(9999, "JPY"); math.Abs(got-everybody) > 0.02 {
		t.Errorf("9,999 yen make a spend of %v, that of everybody is %v", got, everybody)
	}
	if got := spend(9999, "EUR"); got < 1000 {
		t.Errorf("9,999 euros make a spend of %v", got)
	}
}

// Whatever the history, a score is in its bounds; and the order in which events
// came does not matter, since the timeline has its own.
func TestScoresStayInTheirBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := newHouse(t, senda.Marketing)
		var lines []senda.Happening
		for i := range rapid.IntRange(1, 30).Draw(t, "orders") {
			lines = append(lines, bought("p-1", fmt.Sprint(i), time.Duration(rapid.IntRange(0, 2000*24*60).Draw(t, "minutes"))*time.Minute, float64(rapid.IntRange(0, 1e8).Draw(t, "cents"))/100, "EUR"))
		}
		r, err := h.Score(context.Background(), h.enter(t, "p-1", false, rapid.Permutation(lines).Draw(t, "order")...))
		if err != nil {
			t.Fatal(err)
		}
		get := func(name string) float64 { return r.Fields.Get(name).Num() }
		if a := get("alive"); !(a >= 0 && a <= 1) || !(get("purchases") >= 0) || !(get("spend") > 0) || !(get("value") >= 0) || get("value") > get("purchases")*get("spend")+0.02*get("purchases")+0.02+get("spend")*1e-4 {
			t.Fatalf("%v", r.Fields)
		}
	})
}

// ScoreAll finds everybody who bought, once, with the score that they have alone.
func TestEverybodyIsScoredOnce(t *testing.T) {
	h := newHouse(t, senda.Marketing)
	want := map[senda.PersonID]float64{}
	for i := range 40 {
		p := senda.PersonID(fmt.Sprint("p-", i))
		var lines []senda.Happening
		for k := range i % 4 {
			lines = append(lines, bought(p, fmt.Sprint(i, "-", k), time.Duration(40*(k+1)+i)*day, 20, "EUR"))
		}
		r, err := h.Score(t.Context(), h.enter(t, p, i == 7, lines...))
		if err != nil {
			t.Fatal(err)
		}
		if v := r.Fields.Get("value"); v.Kind() == jsonata.KindNumber {
			want[p] = v.Num()
		}
	}
	got := map[senda.PersonID]float64{}
	err := h.ScoreAll(t.Context(), "customer-value", "house", noon, func(p senda.PersonID, s lifetime.Score) error {
		if _, twice := got[p]; twice {
			t.Errorf("%s twice", p)
		}
		got[p] = math.Round(s.Discounted) / 100
		return nil
	})
	if err != nil || fmt.Sprint(got) != fmt.Sprint(want) || len(want) != 29 {
		t.Errorf("%v\n got %v\nwant %v", err, got, want)
	}
	stop := errors.New("enough")
	if err := h.ScoreAll(t.Context(), "customer-value", "house", noon, func(senda.PersonID, lifetime.Score) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("yield's error is %v", err)
	}
}

func TestModelsAreReadByTheirNames(t *testing.T) {
	data, err := lifetime.File{Model: model}.Encode()
	if err != nil {
		t.Fatal(err)
	}
	m, err := score.LoadModels(fstest.MapFS{"models/customer-value.json": {Data: data}, "models/notes.txt": {}})
	if err != nil || fmt.Sprint(m.Names()) != "[customer-value]" {
		t.Errorf("%v, %v", m.Names(), err)
	}
	if m, err := score.LoadModels(fstest.MapFS{}); err != nil || len(m.Names()) > 0 {
		t.Errorf("no folder: %v, %v", m.Names(), err)
	}
	if _, err := score.LoadModels(fstest.MapFS{"models/x.json": {Data: []byte("{")}}); senda.CodeOf(err) != senda.Invalid {
		t.Errorf("a broken file: %v", err)
	}
}
