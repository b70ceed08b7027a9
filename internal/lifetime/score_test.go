package lifetime_test

import (
	"encoding/csv"
	"errors"
	"math"
	"os"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"github.com/senda-dev/senda/internal/lifetime"
)

func drawModel(t *rapid.T) lifetime.Model {
	positive := func(name string, low, high float64) float64 {
		return math.Exp(rapid.Float64Range(math.Log(low), math.Log(high)).Draw(t, name))
	}
	return lifetime.Model{
		Kind: rapid.SampledFrom([]lifetime.Kind{lifetime.BGNBD, lifetime.MBGNBD}).Draw(t, "kind"),
		Purchases: lifetime.Params{
			R: positive("r", 0.01, 50), Alpha: positive("alpha", 0.05, 500),
			A: positive("a", 0.01, 100), B: positive("b", 0.01, 100),
		},
		Spend: lifetime.Spend{P: positive("p", 0.1, 50), Q: 1 + positive("q-1", 0.01, 50), V: positive("v", 1, 1e5)},
	}
}

func drawHistory(t *rapid.T) lifetime.Summary {
	h := lifetime.Summary{Age: rapid.Float64Range(0, 300).Draw(t, "age"), Repeats: rapid.IntRange(0, 80).Draw(t, "repeats")}
	if h.Age == 0 {
		h.Repeats = 0
	}
	if h.Repeats > 0 {
		h.Last = h.Age * rapid.Float64Range(0.01, 1).Draw(t, "last")
		h.MeanSpend = rapid.Float64Range(0, 1e5).Draw(t, "spend")
	}
	return h
}

func score(t rapid.TB, s *lifetime.Scorer, h lifetime.Summary) lifetime.Score {
	t.Helper()
	got, err := s.Score(h)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// Whatever the model and the history: a probability is one, money is not
// negative, and a discount takes something off and never all.
func TestScoresAreSane(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, h := drawModel(t), drawHistory(t)
		horizon := rapid.Float64Range(0.1, 600).Draw(t, "horizon")
		rate := rapid.Float64Range(0.0001, 0.02).Draw(t, "rate")
		s, err := lifetime.NewScorer(m, horizon, rate)
		if err != nil {
			t.Fatal(err)
		}
		got := score(t, s, h)
		if !(got.Alive >= 0 && got.Alive <= 1) {
			t.Fatalf("P(alive) %g", got.Alive)
		}
		// Nobody is expected to buy more than if nobody could leave.
		x := float64(h.Repeats)
		most := got.Alive * (m.Purchases.R + x) / (m.Purchases.Alpha + h.Age) * horizon
		if !(got.Purchases >= 0 && got.Purchases <= most*(1+1e-12)) {
			t.Fatalf("%g purchases, at most %g are possible", got.Purchases, most)
		}
		low, high := m.Spend.Mean(), m.Spend.Mean()
		if h.Repeats > 0 {
			low, high = min(low, h.MeanSpend), max(high, h.MeanSpend)
		}
		if !(got.Spend >= low*(1-1e-12) && got.Spend <= high*(1+1e-12)) {
			t.Fatalf("spend %g is not between own mean and population's, %g and %g", got.Spend, low, high)
		}
		least := got.Value * math.Pow(1+rate, -horizon)
		if !(got.Discounted >= least*(1-1e-9) && got.Discounted <= got.Value*(1+1e-9)) {
			t.Fatalf("discounted %g of value %g, with everything at the end %g", got.Discounted, got.Value, least)
		}
	})
}

// The later the last purchase, all else equal, the likelier somebody is still
// there; the longer ago, the less.
func TestAliveGrowsWithRecency(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, h := drawModel(t), drawHistory(t)
		h.Repeats = max(h.Repeats, 1)
		h.Age += 1
		h.Last = h.Age * rapid.Float64Range(0.01, 0.9).Draw(t, "early")
		s, err := lifetime.NewScorer(m, 39, 0)
		if err != nil {
			t.Fatal(err)
		}
		later, older := h, h
		later.Last = min(h.Age, h.Last+(h.Age-h.Last)*rapid.Float64Range(0.01, 1).Draw(t, "later"))
		older.Age += rapid.Float64Range(0.1, 100).Draw(t, "older")
		now := score(t, s, h).Alive
		if a := score(t, s, later).Alive; a < now || a == now && now > 1e-300 && now < 1 {
			t.Fatalf("last purchase at %g: %g, at %g: %g", h.Last, now, later.Last, a)
		}
		if a := score(t, s, older).Alive; a > now {
			t.Fatalf("age %g: %g, age %g: %g", h.Age, now, older.Age, a)
		}
	})
}

// BG/NBD believes in one-time buyers for ever; MBG/NBD does not. It is the reason to have both.
func TestOneTimeBuyers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawModel(t)
		h := lifetime.Summary{Age: rapid.Float64Range(0, 500).Draw(t, "age")}
		m.Kind = lifetime.BGNBD
		bg, err := lifetime.NewScorer(m, 39, 0)
		if err != nil {
			t.Fatal(err)
		}
		m.Kind = lifetime.MBGNBD
		mbg, err := lifetime.NewScorer(m, 39, 0)
		if err != nil {
			t.Fatal(err)
		}
		if a := score(t, bg, h).Alive; a != 1 {
			t.Fatalf("BG/NBD: P(alive) %g after one purchase, want exactly 1", a)
		}
		if a := score(t, mbg, h).Alive; !(a < 1) {
			t.Fatalf("MBG/NBD: P(alive) %g after one purchase, want less than 1", a)
		}
	})
}

// The worst cases of the golden come from mpmath: parameters at and around the
// singularity of the textbook form, long horizons, many repeats.
func TestScoresAreExact(t *testing.T) {
	const tolerance = 1e-10 // a tenth of what is promised
	file, err := os.Open("testdata/golden.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close() //nolint:errcheck // nothing was written
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) < 300 {
		t.Fatalf("only %d rows", len(rows))
	}
	worst := 0.0
	for _, row := range rows[1:] {
		var kind lifetime.Kind
		if err := kind.UnmarshalText([]byte(row[0])); err != nil {
			t.Fatal(err)
		}
		v := make([]float64, len(row))
		for i, field := range row[1:] {
			if v[i+1], err = strconv.ParseFloat(field, 64); err != nil {
				t.Fatal(err)
			}
		}
		// Spend of 1 for all, so that Discounted counts purchases.
		m := lifetime.Model{Kind: kind, Purchases: lifetime.Params{R: v[1], Alpha: v[2], A: v[3], B: v[4]}, Spend: lifetime.Spend{P: 1, Q: 2, V: 1}}
		got := score(t, scorer(t, m, v[8], v[9]), lifetime.Summary{Repeats: int(v[5]), Last: v[6], Age: v[7], MeanSpend: 1})
		for i, value := range []float64{got.Alive, got.Purchases, got.Discounted} {
			off := math.Abs(value/v[10+i] - 1)
			worst = max(worst, off)
			if !(off <= tolerance) {
				t.Errorf("%v\n%s is %.15g, off by %.1e", row, rows[0][10+i], value, off)
			}
		}
	}
	t.Logf("%d rows, largest relative error %.1e", len(rows)-1, worst)
}

// A batch gives what single scores give, to the last bit, for any number of
// workers, also when there are more pairs than a memo holds.
func TestScoresOfABatchAreThoseOfEach(t *testing.T) {
	s := scorer(t, model, 26, 0.001)
	histories := make([]lifetime.Summary, 30_000)
	for i := range histories {
		// Few ages with many counts each, then more pairs than there is room for.
		h := lifetime.Summary{Repeats: i % 1499, Age: 200 + float64(i%3)/7}
		if i >= 10_000 {
			h = lifetime.Summary{Repeats: i % 60, Age: 20 + float64(i%4999)/7}
		}
		if h.Repeats > 0 {
			h.Last, h.MeanSpend = h.Age*float64(1+i%7)/8, float64(i)
		}
		histories[i] = h
	}
	want := make([]lifetime.Score, len(histories))
	for i, h := range histories {
		want[i] = score(t, s, h)
	}
	for _, workers := range []int{-1, 1, 2, 7} {
		for range 2 { // the second time with a warm memo
			got := make([]lifetime.Score, len(histories))
			if err := s.Scores(got, histories, workers); err != nil {
				t.Fatal(err)
			}
			for i := range got {
				if got[i] != want[i] {
					t.Fatalf("workers %d, customer %d: %+v, want %+v", workers, i, got[i], want[i])
				}
			}
		}
	}
}

func TestScoresOfImpossibleHistories(t *testing.T) {
	s := scorer(t, model, 39, 0)
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		h    lifetime.Summary
		want error
	}{
		{lifetime.Summary{Repeats: -1}, lifetime.ErrRepeats},
		{lifetime.Summary{Repeats: 1_000_001, Last: 1, Age: 2}, lifetime.ErrRepeats},
		{lifetime.Summary{Age: -1}, lifetime.ErrAge},
		{lifetime.Summary{Age: nan}, lifetime.ErrAge},
		{lifetime.Summary{Age: inf}, lifetime.ErrAge},
		{lifetime.Summary{Repeats: 1, Last: 3, Age: 2}, lifetime.ErrLast},
		{lifetime.Summary{Repeats: 1, Last: nan, Age: 2}, lifetime.ErrLast},
		{lifetime.Summary{Repeats: 1, Age: 2}, lifetime.ErrLast},
		{lifetime.Summary{Last: 1, Age: 2}, lifetime.ErrLast},
		{lifetime.Summary{Repeats: 1, Last: 1, Age: 2, MeanSpend: -1}, lifetime.ErrMeanSpend},
		{lifetime.Summary{Repeats: 1, Last: 1, Age: 2, MeanSpend: nan}, lifetime.ErrMeanSpend},
	} {
		if got, err := s.Score(c.h); !errors.Is(err, c.want) || got != (lifetime.Score{}) {
			t.Errorf("%+v: %+v, %v; want %v", c.h, got, err, c.want)
		}
		histories := make([]lifetime.Summary, 10_000)
		histories[7777], histories[9999] = c.h, c.h
		err := s.Scores(make([]lifetime.Score, 10_000), histories, 2)
		var at *lifetime.SummaryError
		if !errors.As(err, &at) || at.Index != 7777 || !errors.Is(err, c.want) {
			t.Errorf("batch with %+v at 7777: %v", c.h, err)
		}
	}
	if err := s.Scores(make([]lifetime.Score, 1), make([]lifetime.Summary, 2), 1); err == nil {
		t.Error("room for one score of two customers was taken")
	}
}

func TestScorerRefuses(t *testing.T) {
	for _, c := range []struct {
		horizon, rate float64
		want          string
	}{
		{0, 0, "the horizon is 0 weeks, not above 0 and at most 5200"},
		{math.NaN(), 0, "the horizon is NaN weeks, not above 0 and at most 5200"},
		{6000, 0, "the horizon is 6000 weeks, not above 0 and at most 5200"},
		{39, -0.1, "the discount rate is -0.1 a week, not from 0 to 0.1"},
		{39, 15, "the discount rate is 15 a week, not from 0 to 0.1"},
	} {
		if _, err := lifetime.NewScorer(model, c.horizon, c.rate); err == nil || err.Error() != c.want {
			t.Errorf("horizon %g, rate %g: %v, want %s", c.horizon, c.rate, err, c.want)
		}
	}
	bad := model
	bad.Purchases.R, bad.Spend.Q = 0, 0.5
	const want = "the model: r is 0, not from 1e-05 to 100000\nq is 0.5: at 1 or less the mean spend is infinite"
	if _, err := lifetime.NewScorer(bad, 39, 0); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestScoringDoesNotAllocate(t *testing.T) {
	s := scorer(t, model, 39, 0.002)
	given := summaries(t)
	dst := make([]lifetime.Score, len(given))
	for name, f := range map[string]func(){
		"Score": func() {
			if _, err := s.Score(given[0]); err != nil {
				t.Fatal(err)
			}
		},
		"Scores": func() {
			if err := s.Scores(dst, given, 1); err != nil {
				t.Fatal(err)
			}
		},
	} {
		if n := testing.AllocsPerRun(50, f); n != 0 {
			t.Errorf("%s allocates %g times", name, n)
		}
	}
}
