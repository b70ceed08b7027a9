package lifetime

import (
	"fmt"
	"math"
)

// Score is what a model expects of one person over the horizon of the Scorer.
type Score struct {
	Alive      float64 // probability that they are still a customer at the end of Age, 0 to 1
	Purchases  float64 // expected number of days with a purchase within the horizon
	Spend      float64 // expected minor units a purchase
	Value      float64 // expected minor units within the horizon: Purchases times Spend
	Discounted float64 // Value with each purchase discounted from its time, at the weekly rate of the Scorer
}

// Scorer scores people with one model over one horizon. It does not change
// once made: any number of goroutines may use it. Relative errors are below 1e-9.
type Scorer struct {
	kind    Kind
	params  Params
	spend   Spend
	horizon float64 // weeks
	delta   float64 // continuous rate a week
	counts  []count // by x; more repeats than that are scored without a table
	memos   memoPool
}

// count is what everybody with the same number of repeats shares.
type count struct {
	ahead
	odds      float64 // oddsBase
	spendBase float64 // E[M] is spendBase + spendRate*mean
	spendRate float64
}

// tabled is how many counts of repeats have a table of coefficients: in CDNOW, one
// customer in a thousand has more after 39 weeks.
const tabled = 48

// Limits of horizons and rates: a century; and 10 % a week, or 14,000 % a year.
const (
	maxHorizon = 5200
	maxRate    = 0.1
)

// NewScorer makes a Scorer for a horizon in weeks and a discount rate per
// week, 0 for none: d a year is (1+d)^(7/365.25)-1 a week. A purchase s weeks from now counts 1/(1+rate)^s.
func NewScorer(m Model, horizon, rate float64) (*Scorer, error) {
	if err := m.Check(); err != nil {
		return nil, fmt.Errorf("the model: %w", err)
	}
	if !(horizon > 0 && horizon <= maxHorizon) {
		return nil, fmt.Errorf("the horizon is %g weeks, not above 0 and at most %d", horizon, maxHorizon)
	}
	if !(rate >= 0 && rate <= maxRate) {
		return nil, fmt.Errorf("the discount rate is %g a week, not from 0 to %g", rate, maxRate)
	}
	s := &Scorer{kind: m.Kind, params: m.Purchases, spend: m.Spend, horizon: horizon, delta: math.Log1p(rate)}
	s.counts = make([]count, tabled)
	for x := range s.counts {
		c := s.count(x)
		// Somebody new is furthest: with age, alpha+T grows and z falls.
		c.fill(horizon / (s.params.Alpha + horizon))
		s.counts[x] = c
	}
	return s, nil
}

// Horizon returns the horizon in weeks.
func (s *Scorer) Horizon() float64 { return s.horizon }

// Score scores one person. The zero Summary is somebody who buys for the
// first time just now. It returns one of the errors of Summary.Check and a
// zero Score for a history that cannot be. It allocates nothing.
func (s *Scorer) Score(history Summary) (Score, error) {
	if err := history.Check(); err != nil {
		return Score{}, err
	}
	known := s.known(history.Repeats, history.Age)
	return known.score(s.params.Alpha, history), nil
}

// known is what follows from repeats and age alone: everything slow.
type known struct {
	age        float64
	repeats    int
	odds       float64
	shape      float64 // r+x
	logWeeks   float64 // ln(alpha+T)
	purchases  float64 // expected of somebody alive
	discounted float64 // the same, discounted
	spendBase  float64
	spendRate  float64
}

func (s *Scorer) known(repeats int, age float64) known {
	var own count
	c := &own
	if repeats < len(s.counts) {
		c = &s.counts[repeats]
	} else {
		own = s.count(repeats)
	}
	weeks := s.params.Alpha + age
	v := math.Log1p(s.horizon / weeks)
	expected := c.purchases(v)
	return known{
		age: age, repeats: repeats,
		odds: c.odds, shape: c.shape, logWeeks: math.Log(weeks),
		purchases: expected, discounted: c.discounted(weeks, s.delta, s.horizon, v, expected),
		spendBase: c.spendBase, spendRate: c.spendRate,
	}
}

// count returns what is shared by people with so many repeats, without a table.
func (s *Scorer) count(repeats int) count {
	x := float64(repeats)
	return count{
		ahead:     ahead{shape: s.params.R + x, leaves: s.params.A, stays: s.params.stays(s.kind, repeats)},
		odds:      s.params.oddsBase(s.kind, repeats),
		spendBase: s.spend.Expected(repeats, 0),
		spendRate: s.spend.P * x / (s.spend.P*x + s.spend.Q - 1),
	}
}

// score adds what is a person's own: the last purchase and the mean spend.
// P(alive) is Fader, Hardie, Lee (2008), "Computing P(alive) Using the
// BG/NBD Model", brucehardie.com/notes/021, and the like for MBG/NBD.
func (k *known) score(alpha float64, history Summary) Score {
	alive := 1.0
	if k.odds > 0 {
		alive = 1 / (1 + k.odds*math.Exp(k.shape*(k.logWeeks-math.Log(alpha+history.Last))))
	}
	spend := k.spendBase
	if k.repeats > 0 {
		spend += k.spendRate * history.MeanSpend
	}
	purchases := alive * k.purchases
	return Score{alive, purchases, spend, purchases * spend, alive * k.discounted * spend}
}
