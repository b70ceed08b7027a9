package lifetime

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// The gradient is the slope of the value, and the Hessian the slope of the
// gradient, wherever they are asked for.
func TestDerivativesAreSlopes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		given := rapid.SliceOfN(rapid.Custom(drawSummary), 1, 8).Draw(t, "summaries")
		f, err := newFold(given)
		if err != nil {
			t.Fatal(err)
		}
		spend, err := newSpendData(given)
		if err != nil {
			t.Fatal(err)
		}
		var at [4]float64
		for i := range at {
			at[i] = rapid.Float64Range(0.2, 8).Draw(t, "parameter")
		}
		for _, k := range kinds {
			l := newPurchaseLikelihood(k, f)
			slopes(t, k.String(), 4, at, func(v [4]float64) evaluation { return l.at(params(v)) })
		}
		slopes(t, "gamma-gamma", 3, at, func(v [4]float64) evaluation { return spend.at(Spend{v[0], v[1], v[2]}) })
	})
}

func drawSummary(t *rapid.T) Summary {
	s := Summary{Age: rapid.Float64Range(0.5, 60).Draw(t, "age"), Repeats: rapid.IntRange(0, 12).Draw(t, "repeats")}
	if s.Repeats > 0 {
		s.Last = s.Age * rapid.Float64Range(0.05, 1).Draw(t, "last")
		s.MeanSpend = rapid.Float64Range(0.1, 20).Draw(t, "spend")
	}
	return s
}

func slopes(t *rapid.T, name string, n int, at [4]float64, f func([4]float64) evaluation) {
	here := f(at)
	for i := range n {
		h := 1e-5 * at[i]
		up, down := at, at
		up[i] += h
		down[i] -= h
		above, below := f(up), f(down)
		slope := func(a, b float64) float64 { return (a - b) / (2 * h) }
		close := func(what string, got, want float64) {
			if math.Abs(got-want) > 1e-4*(1+math.Abs(want)) {
				t.Fatalf("%s at %v: %s of parameter %d is %g, the slope is %g", name, at, what, i, got, want)
			}
		}
		close("gradient", here.gradient[i], slope(above.value, below.value))
		for j := range n {
			close("Hessian", here.hessian[i][j], slope(above.gradient[j], below.gradient[j]))
		}
	}
}
