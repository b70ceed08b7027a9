package lifetime_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/senda-dev/senda/internal/lifetime"
)

// simulate lets n people live as the model says and returns what a shop sees of them.
func simulate(m lifetime.Model, n int, seed uint64) []lifetime.Summary {
	source := rand.NewPCG(seed, 1)
	rng := rand.New(source)
	p := m.Purchases
	rates := distuv.Gamma{Alpha: p.R, Beta: p.Alpha, Src: source}
	leaving := distuv.Beta{Alpha: p.A, Beta: p.B, Src: source}
	worth := distuv.Gamma{Alpha: m.Spend.Q, Beta: m.Spend.V, Src: source}
	out := make([]lifetime.Summary, n)
	for i := range out {
		s := lifetime.Summary{Age: 20 + 60*rng.Float64()}
		rate, leave := rates.Rand(), leaving.Rand()
		gone := m.Kind == lifetime.MBGNBD && rng.Float64() < leave
		for at := rng.ExpFloat64() / rate; !gone && at < s.Age; at += rng.ExpFloat64() / rate {
			s.Repeats, s.Last = s.Repeats+1, at
			gone = rng.Float64() < leave
		}
		if s.Repeats > 0 {
			s.MeanSpend = distuv.Gamma{Alpha: m.Spend.P * float64(s.Repeats), Beta: worth.Rand() * float64(s.Repeats), Src: source}.Rand()
		}
		out[i] = s
	}
	return out
}

// Who lives by a model is recognised: the fit finds the parameters again, as
// near as its own standard errors say.
func TestSimulatedParametersAreRecovered(t *testing.T) {
	spend := lifetime.Spend{P: 6, Q: 4, V: 1500}
	for _, m := range []lifetime.Model{
		{Kind: lifetime.BGNBD, Purchases: lifetime.Params{R: 0.6, Alpha: 5, A: 0.9, B: 2.5}, Spend: spend},
		{Kind: lifetime.MBGNBD, Purchases: lifetime.Params{R: 0.6, Alpha: 5, A: 0.9, B: 2.5}, Spend: spend},
		{Kind: lifetime.BGNBD, Purchases: lifetime.Params{R: 3, Alpha: 12, A: 1.5, B: 9}, Spend: spend},
		{Kind: lifetime.MBGNBD, Purchases: lifetime.Params{R: 3, Alpha: 12, A: 1.5, B: 9}, Spend: spend},
	} {
		given := simulate(m, 20_000, 7)
		fit, err := lifetime.FitPurchases(m.Kind, given)
		if err != nil {
			t.Fatalf("%v: %v", m, err)
		}
		money, err := lifetime.FitSpend(given)
		if err != nil {
			t.Fatalf("%v: %v", m, err)
		}
		within := func(name string, got, want, deviation float64) {
			// 3.5 standard errors leave a true model alone 2,000 times of 2,001.
			if off := math.Abs(math.Log(got / want)); !(off <= 3.5*deviation) || deviation > 0.3 {
				t.Errorf("%v: %s is %g, not %g: off by %.3f, standard error %.3f", m.Kind, name, got, want, off, deviation)
			}
		}
		p, d := fit.Params, fit.Deviation
		within("r", p.R, m.Purchases.R, d.R)
		within("alpha", p.Alpha, m.Purchases.Alpha, d.Alpha)
		within("a", p.A, m.Purchases.A, d.A)
		within("b", p.B, m.Purchases.B, d.B)
		within("p", money.Spend.P, spend.P, money.Deviation.P)
		within("q", money.Spend.Q, spend.Q, money.Deviation.Q)
		within("v", money.Spend.V, spend.V, money.Deviation.V)
	}
}

// The order of people says nothing, to the last bit; everybody twice says the same with a
// likelihood of the square; and nothing near by is likelier.
func TestFitIsTheMaximum(t *testing.T) {
	given := summaries(t)
	for _, k := range []lifetime.Kind{lifetime.BGNBD, lifetime.MBGNBD} {
		fit, err := lifetime.FitPurchases(k, given)
		if err != nil {
			t.Fatal(err)
		}
		mixed := slices.Clone(given)
		rand.New(rand.NewPCG(3, 3)).Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
		if again, err := lifetime.FitPurchases(k, mixed); err != nil || again != fit {
			t.Errorf("%v: in another order %+v, %v; want %+v", k, again, err, fit)
		}
		twice, err := lifetime.FitPurchases(k, slices.Concat(given, given))
		if err != nil {
			t.Fatal(err)
		}
		near(t, "everybody twice: b", twice.Params.B, fit.Params.B, 1e-5)
		near(t, "everybody twice: log-likelihood", twice.LogLikelihood, 2*fit.LogLikelihood, 1e-6)
		for i := range 4 {
			for _, by := range []float64{0.99, 1.01} {
				p := fit.Params
				*[]*float64{&p.R, &p.Alpha, &p.A, &p.B}[i] *= by
				if ll, err := lifetime.LogLikelihood(k, p, given); err != nil || ll >= fit.LogLikelihood {
					t.Errorf("%v: %+v is as likely as the maximum: %g >= %g (%v)", k, p, ll, fit.LogLikelihood, err)
				}
			}
		}
	}
	spend, err := lifetime.FitSpend(given)
	if err != nil {
		t.Fatal(err)
	}
	if ll, err := lifetime.SpendLogLikelihood(spend.Spend, given); err != nil || math.Abs(ll-spend.LogLikelihood) > 1e-7 {
		t.Errorf("log-likelihood of the fit %.9f, evaluated %.9f, %v", spend.LogLikelihood, ll, err)
	}
}

// The parameters that lifetimes 0.11.3 finds (ModifiedBetaGeoFitter), and the log-likelihood of the
// integral form of Batislam et al. (2007) there, computed with SciPy 1.10.1.
func TestMBGNBDOfCDNOW(t *testing.T) {
	fit, err := lifetime.FitPurchases(lifetime.MBGNBD, summaries(t))
	if err != nil {
		t.Fatal(err)
	}
	near(t, "r", fit.Params.R, 0.524843158, 1e-5)
	near(t, "alpha", fit.Params.Alpha, 6.183085274, 1e-4)
	near(t, "a", fit.Params.A, 0.891359390, 1e-4)
	near(t, "b", fit.Params.B, 1.614002244, 1e-4)
	near(t, "log-likelihood", fit.LogLikelihood, -9582.135716, 1e-5)
}

func TestUnclearDataAreRefused(t *testing.T) {
	once := make([]lifetime.Summary, 500)
	for i := range once {
		once[i].Age = float64(20 + i%20)
	}
	few := slices.Clone(once)
	for i := range 9 {
		few[i] = lifetime.Summary{Repeats: 1, Last: 3, Age: 30, MeanSpend: 100}
	}
	alike, free := slices.Clone(once), slices.Clone(once)
	for i := range alike {
		alike[i] = lifetime.Summary{Repeats: 5, Last: 25, Age: 30, MeanSpend: 100}
		free[i] = lifetime.Summary{Repeats: 5, Last: 25, Age: 30}
	}
	// Spend with so heavy a tail that the population has no mean.
	wild := simulate(lifetime.Model{Purchases: model.Purchases, Spend: lifetime.Spend{P: 2, Q: 0.7, V: 1000}}, 3000, 5)
	const tell = "; the customers are too few, too short known or too alike to tell"
	for name, c := range map[string]struct {
		fit  func() error
		want string // its end
	}{
		"nobody":             {purchasesOf(nil), "bg-nbd cannot be fitted: none of 0 customers bought a second time"},
		"nobody came back":   {purchasesOf(once), "bg-nbd cannot be fitted: none of 500 customers bought a second time"},
		"few came back":      {purchasesOf(few), "only 9 of 500 customers bought a second time; it takes 10 at least"},
		"all alike":          {purchasesOf(alike), tell},
		"spend of few":       {spendOf(few), "gamma-gamma cannot be fitted: only 9 customers bought again for more than nothing; it takes 10 at least"},
		"spend of nothing":   {spendOf(free), "only 0 customers bought again for more than nothing; it takes 10 at least"},
		"spend of all same":  {spendOf(alike), tell},
		"spend of all kinds": {spendOf(wild), "at 1 or less the mean spend is infinite"},
	} {
		err := c.fit()
		var refused *lifetime.NotIdentifiableError
		if !errors.As(err, &refused) || !strings.HasSuffix(err.Error(), c.want) {
			t.Errorf("%s: %v; want ... %s", name, err, c.want)
		}
	}
}

func purchasesOf(s []lifetime.Summary) func() error {
	return func() error { _, err := lifetime.FitPurchases(lifetime.BGNBD, s); return err }
}

func spendOf(s []lifetime.Summary) func() error {
	return func() error { _, err := lifetime.FitSpend(s); return err }
}

func TestFitsNameTheImpossibleHistory(t *testing.T) {
	given := summaries(t)
	given[42].Last = given[42].Age + 1
	for name, fit := range map[string]func() error{"purchases": purchasesOf(given), "spend": spendOf(given)} {
		err := fit()
		var at *lifetime.SummaryError
		if !errors.As(err, &at) || at.Index != 42 || !errors.Is(err, lifetime.ErrLast) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := lifetime.FitPurchases(lifetime.Kind(9), nil); err == nil {
		t.Error("a kind that does not exist was fitted")
	}
	if ll, err := lifetime.LogLikelihood(lifetime.BGNBD, lifetime.Params{R: 1, Alpha: -1, A: 1, B: 1}, summaries(t)); err != nil || !math.IsInf(ll, -1) {
		t.Errorf("negative alpha: %g, %v; want -Inf", ll, err)
	}
}
