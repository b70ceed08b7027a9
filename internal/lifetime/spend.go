package lifetime

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mathext"
)

// SpendFit is a Gamma-Gamma model fitted by maximum likelihood.
type SpendFit struct {
	Spend         Spend
	LogLikelihood float64 // of mean spends in minor units
	Deviation     Spend   // standard errors of the logarithms of the parameters
	Customers     int     // with repeats of some value: the model learns from them
	LeftOut       int     // with repeats that cost nothing at all: a Gamma has no zero
	// Correlation of repeats and mean spend. The model holds them independent; far
	// from 0 (say 0.3) it is the wrong model.
	Correlation float64
}

// SpendLogLikelihood returns the log-likelihood under s of the mean spends of
// those who bought again for more than nothing (Fader and Hardie
// 2013). It is -Inf for parameters that are not positive.
func SpendLogLikelihood(s Spend, summaries []Summary) (float64, error) {
	data, err := newSpendData(summaries)
	if err != nil {
		return 0, err
	}
	if !(s.P > 0 && s.Q > 0 && s.V > 0) {
		return math.Inf(-1), nil
	}
	return data.at(s).value, nil
}

// FitSpend fits the Gamma-Gamma model to those who bought again for more than
// nothing. It returns a *NotIdentifiableError when they do not determine it or
// the mean spend would be infinite, and a *SummaryError for a history that cannot be.
func FitSpend(summaries []Summary) (SpendFit, error) {
	d, err := newSpendData(summaries)
	if err != nil {
		return SpendFit{}, err
	}
	refuse := func(reason string, args ...any) (SpendFit, error) {
		return SpendFit{}, &NotIdentifiableError{"gamma-gamma", fmt.Sprintf(reason, args...)}
	}
	if len(d.rows) < 10 {
		return refuse("only %d customers bought again for more than nothing; it takes 10 at least", len(d.rows))
	}
	// v is measured in mean spends, so that all parameters are near 1.
	scale := d.mean()
	d.rescale(1 / scale)
	starts := [][4]float64{{4, 4, 0.75}, {1, 3, 2}, {20, 10, 0.45}, {0.5, 1.5, 1}}
	m := climb(3, starts, maxParam, func(v [4]float64) evaluation { return d.at(Spend{v[0], v[1], v[2]}) })
	if reason := undetermined([]string{"p", "q", "v"}, m, [4]float64{maxParam, maxParam, maxParam}); reason != "" {
		return refuse("%s", reason)
	}
	if m.at[1] <= 1 {
		return refuse("q is %.3g: at 1 or less the mean spend is infinite", m.at[1])
	}
	n := len(d.rows)
	return SpendFit{
		Spend:         Spend{m.at[0], m.at[1], m.at[2] * scale},
		LogLikelihood: m.value - float64(n)*math.Log(scale), // a density per minor unit again
		Deviation:     Spend{m.deviation[0], m.deviation[1], m.deviation[2]},
		Customers:     n,
		LeftOut:       d.leftOut,
		Correlation:   d.correlation(),
	}, nil
}

// spendData is what the Gamma-Gamma model learns from, ordered by repeats so
// that special functions are needed once a count only.
type spendData struct {
	rows    []spendRow
	leftOut int
}

type spendRow struct{ repeats, mean, logMean float64 }

func newSpendData(summaries []Summary) (*spendData, error) {
	d := &spendData{}
	for i, s := range summaries {
		if err := s.Check(); err != nil {
			return nil, &SummaryError{i, err}
		}
		switch {
		case s.Repeats == 0:
		case s.MeanSpend == 0:
			d.leftOut++
		default:
			d.rows = append(d.rows, spendRow{float64(s.Repeats), s.MeanSpend, math.Log(s.MeanSpend)})
		}
	}
	slices.SortFunc(d.rows, func(a, b spendRow) int {
		return cmp.Or(cmp.Compare(a.repeats, b.repeats), cmp.Compare(a.mean, b.mean))
	})
	return d, nil
}

func (d *spendData) mean() float64 {
	sum := 0.0
	for _, r := range d.rows {
		sum += r.mean
	}
	return sum / float64(len(d.rows))
}

func (d *spendData) rescale(by float64) {
	for i := range d.rows {
		d.rows[i].mean *= by
		d.rows[i].logMean = math.Log(d.rows[i].mean)
	}
}

func (d *spendData) correlation() float64 {
	n := float64(len(d.rows))
	var x, m, xx, mm, xm float64
	for _, r := range d.rows {
		x += r.repeats / n
		m += r.mean / n
	}
	for _, r := range d.rows {
		xx += (r.repeats - x) * (r.repeats - x)
		mm += (r.mean - m) * (r.mean - m)
		xm += (r.repeats - x) * (r.mean - m)
	}
	if xx == 0 || mm == 0 {
		return 0
	}
	return xm / math.Sqrt(xx*mm)
}

// at evaluates the log-likelihood at s. With S = px+q and Y = xm+v a person contributes
//
//	ln G(S) - ln G(px) - ln G(q) + q ln v + (px-1) ln m + px ln x - S ln Y
func (d *spendData) at(s Spend) (out evaluation) {
	var g gammas
	logV := math.Log(s.V)
	lnQ, psiQ, triQ := lgamma(s.Q), mathext.Digamma(s.Q), trigamma(s.Q)
	var v, gp, gq, gv, hpp, hpq, hpv, hqq, hqv, hvv float64
	for _, r := range d.rows {
		if r.repeats != g.repeats {
			g = gammasAt(s, r.repeats)
		}
		x, y := r.repeats, r.repeats*r.mean+s.V
		logY := math.Log(y)
		v += g.value - lnQ + s.Q*logV + (s.P*x-1)*r.logMean - g.sum*logY
		gp += x * (g.psiSum - g.psiShape + r.logMean + g.logX - logY)
		gq += g.psiSum - psiQ + logV - logY
		gv += s.Q/s.V - g.sum/y
		hpp += x * x * (g.triSum - g.triShape)
		hpq += x * g.triSum
		hpv -= x / y
		hqq += g.triSum - triQ
		hqv += 1/s.V - 1/y
		hvv += g.sum/(y*y) - s.Q/(s.V*s.V)
	}
	out.value = v
	out.gradient = [4]float64{gp, gq, gv}
	out.hessian = [4][4]float64{{hpp, hpq, hpv}, {hpq, hqq, hqv}, {hpv, hqv, hvv}}
	return out
}

// gammas are the special functions that rows of one count share.
type gammas struct {
	repeats, logX, sum float64
	value              float64 // ln G(px+q) - ln G(px) + px ln x
	psiSum, psiShape   float64
	triSum, triShape   float64
}

func gammasAt(s Spend, x float64) gammas {
	shape, sum, logX := s.P*x, s.P*x+s.Q, math.Log(x)
	return gammas{
		repeats: x, logX: logX, sum: sum,
		value:  lgamma(sum) - lgamma(shape) + shape*logX,
		psiSum: mathext.Digamma(sum), psiShape: mathext.Digamma(shape),
		triSum: trigamma(sum), triShape: trigamma(shape),
	}
}

func lgamma(x float64) float64 {
	v, _ := math.Lgamma(x)
	return v
}

// trigamma is the derivative of the digamma function: Hurwitz's zeta at 2.
func trigamma(x float64) float64 { return mathext.Zeta(2, x) }
