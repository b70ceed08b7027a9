package bandit

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// Whatever the arms, the propensities are those of a grid so fine that its error is
// proven, to a tenth of the tolerance.
func TestTheGridIsFineEnough(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 5).Draw(t, "arms")
		arms := make([]Arm, n)
		for i := range arms {
			arms[i] = Arm{
				Alpha: math.Exp(rapid.Float64Range(-1.5, 7).Draw(t, "log alpha")), Beta: math.Exp(rapid.Float64Range(-1.5, 9).Draw(t, "log beta")),
				Value: rapid.Float64Range(1, 9000).Draw(t, "value"), Cost: rapid.Float64Range(0, 900).Draw(t, "cost"),
			}
		}
		set := uint64(1)<<n - 1
		got, want := tabulated(arms, steps).weigh(set), tabulated(arms, proven).weigh(set)
		for i := range arms {
			if d := math.Abs(got[i] - want[i]); d > Tolerance/10 {
				t.Fatalf("arm %d: %.7f, on the proven grid %.7f", i, got[i], want[i])
			}
		}
	})
}
