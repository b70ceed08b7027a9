package lifetime_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/senda-dev/senda/internal/lifetime"
)

// On CDNOW the two models explain the past equally well; the hold-out tells
// them apart, and the report has the figures of both.
func TestChooseOnCDNOW(t *testing.T) {
	m, r, err := lifetime.Choose(purchases(t), lifetime.Options{Period: literature})
	if err != nil {
		t.Fatal(err)
	}
	const want = `Learnt from 1997-01-01 to 1997-09-30: 2357 customers, 946 of them came back, on 2457 days.
Held out until 1998-06-30: 1882 purchases.
  bg-nbd   foretold 1653, error 1.6080 a customer, log-likelihood -9582.429
  mbg-nbd  foretold 1577, error 1.6072 a customer, log-likelihood -9582.136
Chosen: mbg-nbd, because its hold-out error is the smaller one: 1.6072 against 1.6080 purchases a customer.
Spend learnt from 946 customers, 0 left out because all was free; correlation with the number of purchases 0.11.
`
	if got := r.String(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if m.Kind != lifetime.MBGNBD || m.Purchases != r.Candidates[1].Params {
		t.Errorf("the model %+v is not the one chosen", m)
	}
	near(t, "foretold by BG/NBD", r.Candidates[0].Foretold, 1653.409, 1e-3)
	near(t, "foretold by MBG/NBD", r.Candidates[1].Foretold, 1576.7283, 2e-3) // lifetimes 0.11.3
}

// The winner, fitted once more, is what a fit of everything gives.
func TestChooseAndRefit(t *testing.T) {
	m, r, err := lifetime.Choose(purchases(t), lifetime.Options{Period: literature, Refit: true})
	if err != nil {
		t.Fatal(err)
	}
	all, err := lifetime.Summarise(purchases(t), lifetime.Period{CalibrationEnd: literature.HoldOutEnd})
	if err != nil {
		t.Fatal(err)
	}
	given := make([]lifetime.Summary, len(all))
	for i, c := range all {
		given[i] = c.Summary
	}
	fit, err := lifetime.FitPurchases(lifetime.MBGNBD, given)
	if err != nil {
		t.Fatal(err)
	}
	if m.Kind != lifetime.MBGNBD || m.Purchases != fit.Params || m.Purchases == r.Candidates[1].Params || !r.Refitted {
		t.Errorf("refitted %+v, a fit of everything gives %+v", m, fit.Params)
	}
	if !strings.HasSuffix(r.String(), "The parameters were fitted once more to everything until 1998-06-30.\n") {
		t.Errorf("the report does not say so:\n%s", r)
	}
}

// The hold-out decides, not a preference: a model that foretells the other's
// world worse loses in both directions.
func TestChooseTellsTheWorldsApart(t *testing.T) {
	for _, kind := range []lifetime.Kind{lifetime.BGNBD, lifetime.MBGNBD} {
		// Most leave after each purchase, so that the first one matters.
		m := lifetime.Model{Kind: kind, Purchases: lifetime.Params{R: 4, Alpha: 10, A: 6, B: 4}, Spend: model.Spend}
		got, r, err := lifetime.Choose(histories(m, 6000, 11), lifetime.Options{Period: literature})
		if err != nil {
			t.Fatal(err)
		}
		if got.Kind != kind {
			t.Errorf("a world of %v is taken for one of %v:\n%s", kind, got.Kind, r)
		}
	}
}

// histories turns simulated lives into purchases from January 1997 on: at the
// first, at the last and, evenly, between.
func histories(m lifetime.Model, n int, seed uint64) []lifetime.Purchase {
	var out []lifetime.Purchase
	start := day(1997, 1, 1)
	for i, s := range simulate(m, n, seed) {
		who := fmt.Sprintf("%05d", i)
		out = append(out, lifetime.Purchase{Customer: who, At: start.AddDate(0, 0, i%60), Amount: 1000})
		for k := 1; k <= s.Repeats; k++ {
			weeks := s.Last * float64(k) / float64(s.Repeats)
			out = append(out, lifetime.Purchase{Customer: who, At: start.AddDate(0, 0, i%60+int(weeks*7)), Amount: int64(s.MeanSpend)})
		}
	}
	return out
}

func TestChooseRefuses(t *testing.T) {
	once := []lifetime.Purchase{{Customer: "a", At: day(1997, 2, 1), Amount: 100}}
	for name, c := range map[string]struct {
		given []lifetime.Purchase
		p     lifetime.Period
		want  string
	}{
		"no hold-out": {once, lifetime.Period{CalibrationEnd: day(1997, 9, 30)}, "a model is chosen by its error on a hold-out, and the period has none"},
		"nobody":      {nil, literature, "nobody bought until the end of calibration on 1997-09-30"},
		"too few":     {once, literature, "gamma-gamma cannot be fitted: only 0 customers bought again for more than nothing; it takes 10 at least"},
		"bad":         {append(once, lifetime.Purchase{Customer: "b", At: day(1997, 2, 1), Amount: -5}), literature, "purchase 1: amount -5 is not from 0 to 1e15 minor units"},
	} {
		if _, _, err := lifetime.Choose(c.given, lifetime.Options{Period: c.p}); err == nil || err.Error() != c.want {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
	}
}

// Nobody leaves this shop, ever: neither model can tell what leaving is like. The
// error says so of both, and the report stands.
func TestChooseWhereNobodyLeaves(t *testing.T) {
	var given []lifetime.Purchase
	for i := range 300 {
		repeats := 2 + i%5
		for k := range repeats + 1 {
			at := day(1997, 1, 1).AddDate(0, 0, 272*k/repeats)
			given = append(given, lifetime.Purchase{Customer: fmt.Sprint(i), At: at, Amount: int64(100 << (i % 6) * (1 + (i+k*k)%5))})
		}
	}
	_, r, err := lifetime.Choose(given, lifetime.Options{Period: literature})
	var refused *lifetime.NotIdentifiableError
	if !errors.As(err, &refused) || !strings.Contains(fmt.Sprint(err), "\nmbg-nbd cannot be fitted: ") {
		t.Fatalf("got %v", err)
	}
	if len(r.Candidates) != 2 || r.Candidates[0].Refused == "" || r.Candidates[1].Refused == "" {
		t.Errorf("the report does not say why: %+v", r.Candidates)
	}
}
