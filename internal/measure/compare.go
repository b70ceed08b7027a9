package measure

import (
	"errors"
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Person is one measured entry.
type Person struct {
	// Value is what the person brought within the goal's window, in any unit.
	Value float64
	// Before is what was expected of them before the journey touched them (a
	// score), in any unit; it sharpens the comparison and cannot bias it.
	Before float64
}

// Arm sums up one side.
type Arm struct {
	N    int
	Mean float64
	// Variance is the sample variance of the values compared.
	Variance float64
}

// Comparison is the effect of a journey on a person, in the unit of Value.
type Comparison struct {
	Treated, Held Arm
	// Difference is treated minus held out, by person; Low and High enclose the
	// true one in 95 of 100 comparisons.
	Difference, Low, High float64
	// Detectable is the smallest true difference that a comparison of this size
	// finds (an interval without zero) in 80 of 100 cases.
	Detectable float64
	// Adjusted is the share of the variance that Before took away, 0 to 1.
	Adjusted float64
}

// Confidence and Power are those of every comparison.
const (
	Confidence = 0.95
	Power      = 0.80
)

// MinimumArm is the number of people below which no interval is given: values of
// customers are so skewed that the normal approximation fails.
const MinimumArm = 200

// ErrTooFew is returned for arms of fewer than MinimumArm people.
var ErrTooFew = errors.New("measure: fewer than 200 people in an arm: too few for an interval")

// Compare takes the two arms of one journey. Values are adjusted for the logarithm
// of Before by the slope within the arms (CUPED: Deng, Xu, Kohavi and Walker, WSDM
// 2013; the logarithm because what customers spend is skewed), then the adjusted
// means are compared by Student's interval with one variance for both arms: a
// hash drew them from the same people, and with values so skewed the variance of
// the small arm alone is too often too small.
func Compare(treated, held []Person) (Comparison, error) {
	slope, centre := regress(treated, held)
	c := Comparison{Treated: summarise(treated, slope, centre), Held: summarise(held, slope, centre)}
	if raw := pooled(summarise(treated, 0, 0), summarise(held, 0, 0)); raw > 0 {
		c.Adjusted = max(0, 1-pooled(c.Treated, c.Held)/raw)
	}
	c.Difference = c.Treated.Mean - c.Held.Mean
	if len(treated) < MinimumArm || len(held) < MinimumArm {
		return c, ErrTooFew
	}
	student := distuv.StudentsT{Sigma: 1, Nu: float64(c.Treated.N + c.Held.N - 3)}
	q := student.Quantile(1 - (1-Confidence)/2)
	se := math.Sqrt(pooled(c.Treated, c.Held) * (1/float64(c.Treated.N) + 1/float64(c.Held.N)))
	c.Low, c.High = c.Difference-q*se, c.Difference+q*se
	c.Detectable = (q + student.Quantile(Power)) * se
	return c, nil
}

// pooled is the variance within the arms.
func pooled(a, b Arm) float64 {
	free := a.N + b.N - 2
	if free < 1 {
		return 0
	}
	return (a.Variance*float64(a.N-1) + b.Variance*float64(b.N-1)) / float64(free)
}

// covariate is what Before enters a regression as; less than nothing counts as nothing.
func covariate(p Person) float64 { return math.Log1p(max(0, p.Before)) }

// regress is the slope of Value on the covariate within the arms, and the
// covariate's mean over everybody.
func regress(arms ...[]Person) (slope, centre float64) {
	n := 0
	var sxx, sxy, all float64
	for _, arm := range arms {
		if len(arm) == 0 {
			continue
		}
		var mx, my float64
		for _, p := range arm {
			mx += covariate(p)
			my += p.Value
		}
		all += mx
		n += len(arm)
		mx /= float64(len(arm))
		my /= float64(len(arm))
		for _, p := range arm {
			sxx += (covariate(p) - mx) * (covariate(p) - mx)
			sxy += (covariate(p) - mx) * (p.Value - my)
		}
	}
	if sxx == 0 {
		return 0, 0
	}
	return sxy / sxx, all / float64(n)
}

func summarise(arm []Person, slope, centre float64) Arm {
	a := Arm{N: len(arm)}
	if a.N == 0 {
		return a
	}
	for _, p := range arm {
		a.Mean += p.Value - slope*(covariate(p)-centre)
	}
	a.Mean /= float64(a.N)
	if a.N > 1 {
		for _, p := range arm {
			d := p.Value - slope*(covariate(p)-centre) - a.Mean
			a.Variance += d * d
		}
		a.Variance /= float64(a.N - 1)
	}
	return a
}
