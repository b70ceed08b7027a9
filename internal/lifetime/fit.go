package lifetime

import (
	"fmt"
	"math"
)

// NotIdentifiableError says that data do not determine the parameters of a
// model: many values would explain them as well.
type NotIdentifiableError struct {
	Model  string // "bg-nbd", "mbg-nbd" or "gamma-gamma"
	Reason string
}

func (e *NotIdentifiableError) Error() string {
	return fmt.Sprintf("%s cannot be fitted: %s", e.Model, e.Reason)
}

// PurchaseFit is a model of purchases fitted by maximum likelihood.
type PurchaseFit struct {
	Params        Params
	LogLikelihood float64
	// Deviation holds the standard errors of the logarithms of the
	// parameters: 0.1 means that about 10 % more or less explain the data
	// almost as well.
	Deviation Params
}

// FitPurchases fits one model of purchases. It returns a *NotIdentifiableError when
// the data do not determine it and a *SummaryError for a history that cannot be.
// The same summaries, in any order, give the same parameters to the last bit.
func FitPurchases(k Kind, summaries []Summary) (PurchaseFit, error) {
	if _, err := k.MarshalText(); err != nil {
		return PurchaseFit{}, err
	}
	f, err := newFold(summaries)
	if err != nil {
		return PurchaseFit{}, err
	}
	return fitPurchases(k, f)
}

func fitPurchases(k Kind, f *fold) (PurchaseFit, error) {
	refuse := func(reason string, args ...any) (PurchaseFit, error) {
		return PurchaseFit{}, &NotIdentifiableError{k.String(), fmt.Sprintf(reason, args...)}
	}
	if len(f.more) == 0 {
		return refuse("none of %.0f customers bought a second time", f.people)
	}
	if f.more[0] < 10 {
		return refuse("only %.0f of %.0f customers bought a second time; it takes 10 at least", f.more[0], f.people)
	}
	l := newPurchaseLikelihood(k, f)
	m := climb(4, purchaseStarts(f), maxParam, func(v [4]float64) evaluation { return l.at(params(v)) })
	if reason := undetermined([]string{"r", "alpha", "a", "b"}, m, [4]float64{maxParam, maxParam, maxParam, maxParam}); reason != "" {
		return refuse("%s", reason)
	}
	return PurchaseFit{params(m.at), m.value, params(m.deviation)}, nil
}

func params(v [4]float64) Params { return Params{v[0], v[1], v[2], v[3]} }

// purchaseStarts are where to climb from, tried in turn until one arrives: the rate
// of purchases as seen, and customers who leave sooner or later.
func purchaseStarts(f *fold) [][4]float64 {
	weeks, repeats := 0.0, 0.0
	for _, r := range f.rows {
		weeks += r.weight * f.ages[r.age]
		repeats += r.weight * float64(r.repeats)
	}
	rate := math.Max(repeats/math.Max(weeks, 1), 1e-4)
	alpha := func(r float64) float64 { return math.Min(math.Max(r/(2*rate), 0.1), 1e4) }
	return [][4]float64{
		{0.4, alpha(0.4), 0.8, 2.5},
		{1, alpha(1), 0.3, 3},
		{3, alpha(3), 2, 20},
		{0.1, alpha(0.1), 0.2, 0.5},
	}
}

// climb maximises from each start in turn until one converges, and returns
// that, or the best that did not.
func climb(n int, starts [][4]float64, high float64, f func([4]float64) evaluation) maximum {
	var best maximum
	for i, s := range starts {
		m := maximise(n, s, minParam, high, f)
		if m.converged && !atBound(n, m, high) {
			return m
		}
		if i == 0 || m.value > best.value {
			best = m
		}
	}
	return best
}

func atBound(n int, m maximum, high float64) bool {
	for _, v := range m.at[:n] {
		if v <= minParam*1.01 || v >= high*0.99 {
			return true
		}
	}
	return false
}

// loosest is the largest standard error of the logarithm of a parameter that
// still says something: a factor of about 400 either way at 95 %.
const loosest = 3

// undetermined says why m determines no parameters, or nothing.
func undetermined(names []string, m maximum, high [4]float64) string {
	for i, name := range names {
		if m.at[i] <= minParam*1.01 || m.at[i] >= high[i]*0.99 {
			return fmt.Sprintf("%s runs away to %.3g; the customers are too few, too short known or too alike to tell", name, m.at[i])
		}
	}
	if !m.converged {
		return "the likelihood has no clear maximum; the customers are too few, too short known or too alike to tell"
	}
	for i, name := range names {
		if m.deviation[i] > loosest {
			return fmt.Sprintf("%s could be %.0f times as large or small; the customers are too few, too short known or too alike to tell",
				name, math.Exp(2*m.deviation[i]))
		}
	}
	return ""
}
