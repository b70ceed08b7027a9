package lifetime_test

import (
	"math"
	"testing"
	"time"

	"github.com/senda-dev/senda/data/cdnow"
	"github.com/senda-dev/senda/internal/lifetime"
)

// The period of the literature: 39 weeks to learn from, 39 to foretell.
var literature = lifetime.Period{CalibrationEnd: day(1997, 9, 30), HoldOutEnd: day(1998, 6, 30)}

func day(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

// purchases returns the CDNOW sample.
func purchases(t testing.TB) []lifetime.Purchase {
	t.Helper()
	rows, err := cdnow.Sample()
	if err != nil {
		t.Fatal(err)
	}
	out := make([]lifetime.Purchase, len(rows))
	for i, r := range rows {
		out[i] = lifetime.Purchase{Customer: r.Customer, At: r.Date, Amount: r.Cents}
	}
	return out
}

func customers(t testing.TB) []lifetime.Customer {
	t.Helper()
	c, err := lifetime.Summarise(purchases(t), literature)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// summaries returns the calibration histories of the CDNOW sample.
func summaries(t testing.TB) []lifetime.Summary {
	t.Helper()
	var out []lifetime.Summary
	for _, c := range customers(t) {
		out = append(out, c.Summary)
	}
	return out
}

func near(t testing.TB, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s: got %.10g, want %.10g within %g", what, got, want, tolerance)
	}
}

// The figures of the literature and of lifetimes 0.11.3 on the same file.
func TestSummariesOfCDNOW(t *testing.T) {
	all := customers(t)
	repeaters, repeats, held, shortest, longest := 0, 0, 0, math.Inf(1), 0.0
	for _, c := range all {
		repeats += c.Repeats
		held += c.HoldOut
		if c.Repeats > 0 {
			repeaters++
		}
		shortest, longest = min(shortest, c.Age), max(longest, c.Age)
	}
	if len(all) != 2357 || repeaters != 946 || repeats != 2457 || held != 1882 {
		t.Errorf("customers %d, repeaters %d, repeats %d, hold-out purchases %d; want 2357, 946, 2457, 1882", len(all), repeaters, repeats, held)
	}
	near(t, "shortest age", shortest, 27, 1e-9)
	near(t, "longest age", longest, 38.857142857, 1e-9)
	near(t, "weeks held out", literature.Weeks(), 39, 1e-9)
}

func TestBGNBDOfCDNOW(t *testing.T) {
	fit, err := lifetime.FitPurchases(lifetime.BGNBD, summaries(t))
	if err != nil {
		t.Fatal(err)
	}
	near(t, "r", fit.Params.R, 0.242594543, 1e-6)
	near(t, "alpha", fit.Params.Alpha, 4.413602716, 1e-5)
	near(t, "a", fit.Params.A, 0.792921833, 1e-5)
	near(t, "b", fit.Params.B, 2.425905729, 2e-5)
	if fit.LogLikelihood < -9582.4292072 {
		t.Errorf("log-likelihood %.9f, want -9582.429207", fit.LogLikelihood)
	}
}

// packaged rounds histories as the summary that circulates with the literature
// does: weeks to two decimals, mean spend to cents, halves up.
func packaged(exact []lifetime.Summary) []lifetime.Summary {
	out := make([]lifetime.Summary, len(exact))
	for i, s := range exact {
		s.Last, s.Age = math.Round(s.Last*100)/100, math.Round(s.Age*100)/100
		s.MeanSpend = math.Floor(s.MeanSpend + 0.5)
		out[i] = s
	}
	return out
}

func TestBGNBDOfCDNOWAsPackaged(t *testing.T) {
	fit, err := lifetime.FitPurchases(lifetime.BGNBD, packaged(summaries(t)))
	if err != nil {
		t.Fatal(err)
	}
	near(t, "r", fit.Params.R, 0.242592928, 1e-6)
	near(t, "alpha", fit.Params.Alpha, 4.413532265, 1e-5)
	near(t, "a", fit.Params.A, 0.792885966, 1e-5)
	near(t, "b", fit.Params.B, 2.425752383, 2e-5)
	near(t, "log-likelihood", fit.LogLikelihood, -9582.42556, 1e-5)
	published := lifetime.Params{R: 0.243, Alpha: 4.414, A: 0.793, B: 2.426}
	near(t, "published r", fit.Params.R, published.R, 5e-4)
	near(t, "published alpha", fit.Params.Alpha, published.Alpha, 5e-4)
	near(t, "published a", fit.Params.A, published.A, 5e-4)
	near(t, "published b", fit.Params.B, published.B, 5e-4)
}

func TestGammaGammaOfCDNOW(t *testing.T) {
	for name, c := range map[string]struct {
		given       []lifetime.Summary
		p, q, v, ll float64 // lifetimes 0.11.3, dollars
	}{
		"as packaged": {packaged(summaries(t)), 6.248802496, 3.744588461, 15.447748065, -4055.923243},
		"exact":       {summaries(t), 6.249572278, 3.744224675, 15.443521018, -4055.917695},
	} {
		t.Run(name, func(t *testing.T) {
			fit, err := lifetime.FitSpend(c.given)
			if err != nil {
				t.Fatal(err)
			}
			near(t, "p", fit.Spend.P, c.p, 1e-4)
			near(t, "q", fit.Spend.Q, c.q, 1e-4)
			near(t, "v", fit.Spend.V/100, c.v, 1e-4)
			near(t, "log-likelihood", fit.LogLikelihood+float64(fit.Customers)*math.Log(100), c.ll, 1e-5)
		})
	}
}

// The expected spend of three people of the literature.
func TestExpectedSpendOfCDNOW(t *testing.T) {
	spend := lifetime.Spend{P: 6.248802496, Q: 3.744588461, V: 1544.7748065}
	near(t, "x=0", spend.Expected(0, 0)/100, 35.17100215, 1e-7)
	near(t, "x=1 mean 11.77", spend.Expected(1, 1177)/100, 18.91147987, 1e-7)
	near(t, "x=2 mean 22.35", spend.Expected(2, 2235)/100, 24.65861619, 1e-7)
	near(t, "population", spend.Mean()/100, 35.1710, 1e-4)
}

// model is the one that lifetimes fits to the raw CDNOW sample.
var model = lifetime.Model{
	Kind:      lifetime.BGNBD,
	Purchases: lifetime.Params{R: 0.242594543, Alpha: 4.413602716, A: 0.792921833, B: 2.425905729},
	Spend:     lifetime.Spend{P: 6.248802496, Q: 3.744588461, V: 1544.7748065},
}

func scorer(t testing.TB, m lifetime.Model, horizon, rate float64) *lifetime.Scorer {
	t.Helper()
	s, err := lifetime.NewScorer(m, horizon, rate)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// The customer that the literature works out by hand, and the sum over all.
func TestScoresOfCDNOW(t *testing.T) {
	s := scorer(t, model, 39, 0)
	one, err := s.Score(lifetime.Summary{Repeats: 2, Last: 30.43, Age: 38.86, MeanSpend: 2235})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "P(alive)", one.Alive, 0.72660915, 1e-8)
	near(t, "purchases", one.Purchases, 1.2259068, 1e-7)
	near(t, "spend", one.Spend, 2465.861619, 1e-5)
	near(t, "value", one.Value, one.Purchases*one.Spend, 1e-9)
	near(t, "value without discount", one.Discounted, one.Value, 1e-9)
	sum := 0.0
	for _, h := range summaries(t) {
		score, err := s.Score(h)
		if err != nil {
			t.Fatal(err)
		}
		sum += score.Purchases
	}
	near(t, "purchases of all", sum, 1653.409, 1e-3)
}
