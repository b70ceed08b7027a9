package lifetime

import (
	"math"

	"gonum.org/v1/gonum/integrate/quad"
)

// ahead is what is known of the future of somebody who is alive: the rate of
// purchases is Gamma(shape, weeks) and the chance to leave after each is
// Beta(leaves, stays). Shape is r+x, weeks is alpha+T, leaves is a.
//
// Expected purchases within t weeks are
//
//	E[(1 - (1+pu)^-shape) / p],  u = t/weeks,  p ~ Beta(leaves, stays)
//
// which Fader, Hardie, Lee (2005), equation 10, write as
//
//	(c-1)/(leaves-1) * (1 - (1-z)^shape * 2F1(shape, stays; c-1; z)),
//	c = leaves+stays,  z = t/(weeks+t)
//
// That form subtracts nearly equal numbers and breaks at leaves = 1. Expanding
// both terms in powers of z, with 1+pu = (1-(1-p)z)/(1-z), gives instead
//
//	(1-z)^shape * sum over n >= 1 of  (shape)_n/n! * S_n * z^n
//	S_n = 1 + s_1 + ... + s_(n-1),  s_k = (stays)_k/(c)_k
//
// where nothing is subtracted and nothing is singular; and the coefficients do not
// depend on t or T, so one table serves all ages and horizons of one x.
type ahead struct {
	shape, leaves, stays float64
	table                []float64 // the first coefficients, from n = 1, or none
}

const (
	// block is how many terms are summed at a time, before asking whether more are needed.
	block = 8
	// longestTable bounds a table. It serves z up to 0.94 or so, that is a horizon
	// of 15 times alpha+T.
	longestTable = 768
	// accurate is the relative error at which a sum ends.
	accurate = 1e-14
)

// fill makes the table, long enough for z up to furthest or as long as a table may be.
func (a *ahead) fill(furthest float64) {
	n := longestTable
	if furthest < 0.9 {
		n = longestTable / 2
	}
	a.table = make([]float64, n)
	c := a.coefficients()
	for i := range a.table {
		a.table[i] = c.next()
	}
}

// purchases returns the expected purchases within t weeks of somebody alive,
// given v = ln(1 + t/weeks), so that z = 1-exp(-v).
func (a *ahead) purchases(v float64) float64 {
	z := -math.Expm1(-v)
	scale := -a.shape * v // ln (1-z)^shape
	if scale > lowestScale {
		if sum, ok := a.fromTable(z); ok {
			return math.Exp(scale) * sum
		}
		if z <= 0.95 {
			if sum, ok := a.sum(z); ok {
				return math.Exp(scale) * sum
			}
		}
	}
	return a.integral(math.Expm1(v))
}

// lowestScale is the logarithm of the least (1-z)^shape that the series are used with: below, the
// sum would leave the range of a float64.
const lowestScale = -600

// fromTable sums the series with coefficients from the table; not ok when
// there are too few.
func (a *ahead) fromTable(z float64) (sum float64, ok bool) {
	z2 := z * z
	z4 := z2 * z2
	z8 := z4 * z4
	power, before := z, 0.0
	for t := a.table; len(t) >= block; t = t[block:] {
		// Estrin's scheme: the additions do not wait for each other.
		term := power * (((t[0] + t[1]*z) + (t[2]+t[3]*z)*z2) + ((t[4]+t[5]*z)+(t[6]+t[7]*z)*z2)*z4)
		sum += term
		// Once blocks shrink, they do so ever faster down to z8; what is left is at
		// most a geometric series of the shrinkage now or of z8. The first
		// block has none before it and never ends the sum.
		shrinks := math.Max(term/before, z8)
		if shrinks < 1 && term*shrinks <= accurate*sum*(1-shrinks) {
			return sum, true
		}
		power *= z8
		before = term
	}
	return 0, false
}

// sum is fromTable without a table: for counts too rare to keep one. The power of z is
// part of each step, since the coefficients alone may leave the range of a float64.
func (a *ahead) sum(z float64) (sum float64, ok bool) {
	rising, s, total, before := 1.0, 1.0, 0.0, 0.0
	for n := 0.0; n < mostTerms; n++ {
		rising *= (a.shape + n) / (n + 1) * z
		total += s
		s *= (a.stays + n) / (a.leaves + a.stays + n)
		term := rising * total
		sum += term
		shrinks := math.Max(term/before, z)
		if shrinks < 1 && term*shrinks <= accurate*sum*(1-shrinks) {
			return sum, true
		}
		before = term
	}
	return 0, false
}

// mostTerms are about those that the other way, integral, takes time for.
const mostTerms = 4096

// coefficients yields (shape)_n/n! * S_n for n = 1, 2, ...
type coefficients struct {
	ahead               *ahead
	n, rising, s, total float64
}

func (a *ahead) coefficients() coefficients {
	return coefficients{ahead: a, rising: 1, s: 1}
}

func (c *coefficients) next() float64 {
	c.rising *= (c.ahead.shape + c.n) / (c.n + 1)
	c.total += c.s
	c.s *= (c.ahead.stays + c.n) / (c.ahead.leaves + c.ahead.stays + c.n)
	c.n++
	return c.rising * c.total
}

// integral is for what the series are too slow or too large for: the
// expectation over p itself, by the trapezoidal rule in w = ln(p/(1-p)). There the
// integrand is analytic in a strip about the real line and falls off at both ends
// exponentially, so the rule converges exponentially in the inverse of the step
// (Trefethen and Weideman 2014, SIAM Review 56(3), theorem 5.1).
func (a *ahead) integral(u float64) float64 {
	// The Beta's width in w is at least 1/sqrt(leaves*stays/(leaves+stays)), and the other factor is
	// bounded while |Im w| < pi/2: the step resolves both.
	step := math.Min(0.25, 0.7/math.Sqrt(a.leaves*a.stays/(a.leaves+a.stays)))
	logBeta := lgamma(a.leaves) + lgamma(a.stays) - lgamma(a.leaves+a.stays)
	middle := math.Log(a.leaves / a.stays)
	sum := a.integrand(middle, u, logBeta)
	// To the left the terms become exp(leaves*w) times a constant, once p is
	// nothing beside 1, 1/(shape*u) and 1/stays; to the right exp(-stays*w) likewise. The rest
	// is a geometric series then, which matters when leaves or stays is small.
	leftmost := math.Log(1e-17 / (1 + a.shape*u + a.stays))
	for w := middle - step; ; w -= step {
		term := a.integrand(w, u, logBeta)
		sum += term
		if w < leftmost {
			sum += term / math.Expm1(a.leaves*step)
			break
		}
	}
	rightmost := -math.Log(1e-17 / (1 + a.shape + a.leaves))
	for w := middle + step; ; w += step {
		term := a.integrand(w, u, logBeta)
		sum += term
		if w > rightmost {
			sum += term / math.Expm1(a.stays*step)
			break
		}
	}
	return sum * step
}

// integrand is the density of w times (1 - (1+pu)^-shape)/p.
func (a *ahead) integrand(w, u, logBeta float64) float64 {
	// ln p and ln(1-p) for p = 1/(1+exp(-w)), exact at both ends.
	logP, logQ := -math.Log1p(math.Exp(-w)), -math.Log1p(math.Exp(w))
	if w < 0 {
		logP = w + logQ
	} else {
		logQ = logP - w
	}
	p := math.Exp(logP)
	density := math.Exp(a.leaves*logP + a.stays*logQ - logBeta)
	if p == 0 {
		return density * a.shape * u
	}
	return density * -math.Expm1(-a.shape*math.Log1p(p*u)) / p
}

// discounted returns the expected purchases within t weeks of somebody alive, each counted for what it is
// worth now at the continuous rate per week delta: with G for purchases,
//
//	integral from 0 to t of exp(-delta s) G'(s) ds
//	= exp(-delta t) G(t) + delta * integral from 0 to t of exp(-delta s) G(s) ds
//
// the discounted expected transactions of Fader, Hardie, Lee (2005), "RFM and CLV: Using Iso-Value
// Curves for Customer Base Analysis", Journal of Marketing Research 42(4), of this model and up to a horizon instead
// of for ever. The second form needs no derivative and subtracts nothing. It is integrated by
// Gauss and Legendre's rule in v = ln(1 + s/weeks), where G is smooth.
func (a *ahead) discounted(weeks, delta, t, v, undiscounted float64) float64 {
	if delta == 0 {
		return undiscounted
	}
	top := v
	if delta*t > nothing {
		top = math.Log1p(nothing / (delta * weeks)) // beyond, a purchase is worth nothing
	}
	sum := 0.0
	fades := math.Min(delta*t, nothing)                       // by exp(-fades) to the end, because of the discount
	leaves := a.shape * a.leaves / (a.leaves + a.stays) * top // likewise because people leave
	rule := ruleFor(math.Max(top, math.Max(fades, leaves)/4))
	for i, at := range rule.at {
		y := top * at
		grown := math.Exp(y) // (weeks+s)/weeks
		s := weeks * (grown - 1)
		sum += rule.weight[i] * grown * math.Exp(-delta*s) * a.purchases(y)
	}
	return math.Exp(-delta*t)*undiscounted + delta*weeks*top*sum
}

// nothing is the discount, as a power of e, that leaves nothing of a purchase.
const nothing = 40

// rule is a Gauss-Legendre rule on [0, 1].
type rule struct{ at, weight []float64 }

// rules by what they have to follow: the length of the interval in v, or a quarter of how far
// an exponential falls over it, as a power of e.
var rules = [...]struct {
	upTo float64
	rule rule
}{
	{0.5, newRule(6)}, {1, newRule(8)}, {2, newRule(12)}, {4, newRule(20)}, {math.Inf(1), newRule(64)},
}

func ruleFor(length float64) *rule {
	for i := range rules {
		if length <= rules[i].upTo {
			return &rules[i].rule
		}
	}
	return &rules[len(rules)-1].rule
}

func newRule(n int) rule {
	r := rule{make([]float64, n), make([]float64, n)}
	quad.Legendre{}.FixedLocations(r.at, r.weight, 0, 1)
	return r
}
