package bandit_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"

	"github.com/senda-dev/senda/internal/bandit"
)

func snapshot(t *testing.T, arms ...bandit.Arm) *bandit.Snapshot {
	t.Helper()
	s, err := bandit.New(arms)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// For Beta(a1,b1) against Beta(a2,b2) with whole a2 there is a closed form (E.
// Miller, "Formulas for Bayesian A/B Testing", 2014): P(2 beats 1) = Σ_{i<a2}
// B(a1+i, b1+b2) / ((b2+i) B(1+i, b2) B(a1, b1)).
func closedForm(a1, b1, a2, b2 float64) float64 {
	lbeta := func(a, b float64) float64 {
		x, _ := math.Lgamma(a)
		y, _ := math.Lgamma(b)
		z, _ := math.Lgamma(a + b)
		return x + y - z
	}
	total := 0.0
	for i := 0.0; i < a2; i++ {
		total += math.Exp(lbeta(a1+i, b1+b2) - math.Log(b2+i) - lbeta(1+i, b2) - lbeta(a1, b1))
	}
	return total
}

func TestTwoArmsAgreeWithTheClosedForm(t *testing.T) {
	for _, c := range [][4]float64{{1, 1, 1, 1}, {3, 40, 5, 38}, {120, 880, 131, 869}, {0.5, 0.5, 2, 3}, {4000, 96000, 4100, 95900}, {1, 1, 50, 3}} {
		s := snapshot(t, bandit.Arm{Alpha: c[0], Beta: c[1], Value: 1}, bandit.Arm{Alpha: c[2], Beta: c[3], Value: 1})
		want := math.Max(bandit.Floor, math.Min(1-bandit.Floor, closedForm(c[0], c[1], c[2], c[3])))
		if got := s.Propensities(s.All())[1]; math.Abs(got-want) > bandit.Tolerance {
			t.Errorf("%v: arm 2 is best with %.6f, the closed form says %.6f", c, got, want)
		}
	}
}

// The propensity is the share of Thompson draws that the arm wins.
func TestPropensityIsTheShareOfThompsonDraws(t *testing.T) {
	arms := []bandit.Arm{
		{Alpha: 3, Beta: 30, Value: 2000, Cost: 60}, {Alpha: 8, Beta: 60, Value: 1500}, {Alpha: 1, Beta: 12, Value: 3000, Cost: 100}, {Alpha: 20, Beta: 300, Value: 2500},
	}
	s := snapshot(t, arms...)
	src := rand.New(rand.NewPCG(7, 11))
	const draws = 400_000
	var wins [4]float64
	for range draws {
		best, top := 0, math.Inf(-1)
		for i, a := range arms {
			if y := a.Value*(distuv.Beta{Alpha: a.Alpha, Beta: a.Beta, Src: src}).Rand() - a.Cost; y > top {
				best, top = i, y
			}
		}
		wins[best]++
	}
	for i, p := range s.Propensities(s.All()) {
		sd := math.Sqrt(p * (1 - p) / draws)
		if d := math.Abs(wins[i]/draws - p); d > 4.5*sd+bandit.Tolerance {
			t.Errorf("arm %d wins %.5f of the draws, its propensity is %.5f", i, wins[i]/draws, p)
		}
	}
}

func TestConstantArmsShareATie(t *testing.T) {
	s := snapshot(t, bandit.Arm{Alpha: 1, Beta: 1}, bandit.Arm{Alpha: 1, Beta: 1}, bandit.Arm{Alpha: 1, Beta: 1, Cost: 5})
	w := s.Propensities(s.All())
	if math.Abs(w[0]-0.495) > 1e-9 || math.Abs(w[1]-0.495) > 1e-9 || math.Abs(w[2]-bandit.Floor) > 1e-9 {
		t.Errorf("got %v: two equal constants share what the floor of the worse one leaves", w)
	}
}

// Whatever the arms and whoever is eligible, the propensities are a distribution
// over the eligible with the floor, and Choose follows it.
func TestPropensitiesAreADistribution(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 6).Draw(t, "arms")
		arms := make([]bandit.Arm, n)
		for i := range arms {
			arms[i] = bandit.Arm{
				Alpha: rapid.Float64Range(0.2, 500).Draw(t, "alpha"), Beta: rapid.Float64Range(0.2, 5000).Draw(t, "beta"),
				Value: rapid.Float64Range(0, 9000).Draw(t, "value"), Cost: rapid.Float64Range(0, 900).Draw(t, "cost"),
			}
		}
		s, err := bandit.New(arms)
		if err != nil {
			t.Fatal(err)
		}
		set := rapid.Uint64Range(1, 1<<n-1).Draw(t, "eligible")
		sum := 0.0
		for i, p := range s.Propensities(set) {
			sum += p
			if in := set>>i&1 == 1; in && p < bandit.Floor-1e-12 || !in && p != 0 {
				t.Fatalf("arm %d (eligible %v) has propensity %g", i, in, p)
			}
		}
		if math.Abs(sum-1) > 1e-9 {
			t.Fatalf("the propensities sum to %.12f", sum)
		}
		arm, p, ok := s.Choose(set, rapid.Float64Range(0, 0.9999999).Draw(t, "u"))
		if !ok || set>>arm&1 == 0 || p != s.Propensities(set)[arm] {
			t.Fatalf("chose arm %d with propensity %g (ok %v) from %b", arm, p, ok, set)
		}
	})
}

func TestChooseTakesEachArmAsOftenAsItsPropensity(t *testing.T) {
	s := snapshot(t, bandit.Arm{Alpha: 2, Beta: 9, Value: 1}, bandit.Arm{Alpha: 3, Beta: 9, Value: 1}, bandit.Arm{Alpha: 1, Beta: 9, Value: 1})
	const n = 30_000
	var count [3]int
	for i := range n {
		arm, _, _ := s.Choose(0b101, (float64(i)+0.5)/n)
		count[arm]++
	}
	w := s.Propensities(0b101)
	for i := range count {
		if d := math.Abs(float64(count[i])/n - w[i]); d > 2.0/n {
			t.Errorf("arm %d was taken %d times of %d, its propensity is %g", i, count[i], n, w[i])
		}
	}
	if _, _, ok := s.Choose(0, 0.5); ok {
		t.Error("an empty set chose somebody")
	}
}

func TestNewRefusesWhatIsNoPosterior(t *testing.T) {
	for _, a := range []bandit.Arm{{Alpha: 0, Beta: 1}, {Alpha: 1, Beta: -1}, {Alpha: math.NaN(), Beta: 1}, {Alpha: 1, Beta: 1, Value: -1}, {Alpha: 1, Beta: 1, Value: math.Inf(1)}, {Alpha: 1, Beta: 1, Cost: math.NaN()}} {
		if _, err := bandit.New([]bandit.Arm{a}); err == nil {
			t.Errorf("%+v was accepted", a)
		}
	}
}

func BenchmarkChooseOf20(b *testing.B) {
	arms := make([]bandit.Arm, 20)
	for i := range arms {
		arms[i] = bandit.Arm{Alpha: float64(3 + i), Beta: 90, Value: float64(2000 - 40*i), Cost: 10}
	}
	s, err := bandit.New(arms)
	if err != nil {
		b.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	b.ReportAllocs()
	for b.Loop() {
		s.Choose(s.All()&^(1<<(r.Uint64()&7)), r.Float64())
	}
}

func BenchmarkNewSnapshotOf20(b *testing.B) {
	arms := make([]bandit.Arm, 20)
	for i := range arms {
		arms[i] = bandit.Arm{Alpha: float64(3 + i), Beta: 90, Value: float64(2000 - 40*i), Cost: 10}
	}
	for b.Loop() {
		s, err := bandit.New(arms)
		if err != nil {
			b.Fatal(err)
		}
		s.Propensities(s.All())
	}
}
