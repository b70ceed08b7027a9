package bandit

import (
	"fmt"
	"math"
	"slices"
	"sync"

	"gonum.org/v1/gonum/mathext"
)

// MaxArms is the greatest number of arms of one snapshot: a set of eligible arms
// is the bits of a word.
const MaxArms = 64

// Floor is the least probability with which an eligible arm is chosen, as long as
// there are at most 1/Floor of them.
const Floor = 0.01

// Tolerance bounds the error of a propensity (absolute).
const Tolerance = 1e-4

// Arm is one offer as the bandit sees it.
type Arm struct {
	// Alpha and Beta are the parameters of the posterior of its success rate.
	Alpha, Beta float64
	// Value is what a success brings, Cost what showing it costs whether it
	// succeeds or not, both in the same unit of money.
	Value, Cost float64
}

// Snapshot is a set of arms whose posteriors stand still. It is safe for use by
// many goroutines.
type Snapshot struct {
	arms []Arm
	// cdf[i][k] is the probability that arm i nets at most grid point k.
	cdf [][]float64

	mu   sync.RWMutex
	sets map[uint64][]float64
}

// New prepares a snapshot. Every parameter must be finite, Alpha, Beta and Value
// positive; Value zero is allowed and makes the arm's net a constant.
func New(arms []Arm) (*Snapshot, error) {
	if len(arms) == 0 || len(arms) > MaxArms {
		return nil, fmt.Errorf("bandit: %d arms, want 1 to %d", len(arms), MaxArms)
	}
	for i, a := range arms {
		if !(a.Alpha > 0) || !(a.Beta > 0) || !(a.Value >= 0) || math.IsInf(a.Alpha+a.Beta+a.Value, 0) || math.IsNaN(a.Cost) || math.IsInf(a.Cost, 0) {
			return nil, fmt.Errorf("bandit: arm %d has alpha %g, beta %g, value %g, cost %g", i, a.Alpha, a.Beta, a.Value, a.Cost)
		}
	}
	return tabulated(arms, steps), nil
}

func tabulated(arms []Arm, steps float64) *Snapshot {
	s := &Snapshot{arms: slices.Clone(arms), sets: map[uint64][]float64{}}
	s.tabulate(steps)
	return s
}

// All is the set of all arms.
func (s *Snapshot) All() uint64 {
	if len(s.arms) == MaxArms {
		return math.MaxUint64
	}
	return 1<<len(s.arms) - 1
}

// steps is how finely each arm's own distribution is cut: a cell holds at most
// 1/steps of every arm's probability. The error of the quadrature (see weigh) is of
// second order in it; the tests hold it against a grid of proven steps.
const steps = 640

// proven is so fine that the error is within Tolerance whatever the arms: a cell
// bounds it by half of what it holds.
const proven = 1 / (2 * Tolerance) * 1.02

// tabulate lays a grid so fine that no arm has more than 1/steps of its
// probability between neighbours, jumps apart, and tabulates every distribution on it.
func (s *Snapshot) tabulate(steps float64) {
	low, high := math.Inf(1), math.Inf(-1)
	for _, a := range s.arms {
		low = min(low, -a.Cost)
		high = max(high, a.Value-a.Cost)
	}
	span := max(high-low, math.Abs(high), 1e-300)
	points := []float64{low - span*1e-9, high + span*1e-9}
	// A constant net is a jump: two points an instant apart hold it.
	for _, a := range s.arms {
		if a.Value == 0 {
			points = append(points, math.Nextafter(-a.Cost, math.Inf(-1)), -a.Cost)
		}
	}
	slices.Sort(points)
	points = slices.Compact(points)

	var grid []point
	for k, y := range points {
		p := s.at(y)
		if k > 0 {
			grid = s.refine(grid, grid[len(grid)-1], p, steps, 0)
		}
		grid = append(grid, p)
	}
	s.cdf = make([][]float64, len(s.arms))
	for i := range s.arms {
		s.cdf[i] = make([]float64, len(grid))
		for k, p := range grid {
			s.cdf[i][k] = p.cdf[i]
		}
	}
}

// point is a net value and the probability of each arm to stay at or below it.
type point struct {
	y   float64
	cdf []float64
}

func (s *Snapshot) at(y float64) point {
	p := point{y: y, cdf: make([]float64, len(s.arms))}
	for i, a := range s.arms {
		p.cdf[i] = a.atMost(y)
	}
	return p
}

// refine appends the points strictly between a and b. Its depth ends where two
// floats have nothing between them.
func (s *Snapshot) refine(grid []point, a, b point, steps float64, depth int) []point {
	widest := 0.0
	for i := range s.arms {
		widest = max(widest, b.cdf[i]-a.cdf[i])
	}
	mid := a.y + (b.y-a.y)/2
	if widest <= 1/steps || depth > 200 || mid <= a.y || mid >= b.y {
		return grid
	}
	m := s.at(mid)
	grid = s.refine(grid, a, m, steps, depth+1)
	grid = append(grid, m)
	return s.refine(grid, m, b, steps, depth+1)
}

// atMost is the probability that the arm nets at most y: Value·θ − Cost ≤ y.
func (a Arm) atMost(y float64) float64 {
	if a.Value == 0 {
		if y >= -a.Cost {
			return 1
		}
		return 0
	}
	x := (y + a.Cost) / a.Value
	switch {
	case x <= 0:
		return 0
	case x >= 1:
		return 1
	}
	return mathext.RegIncBeta(a.Alpha, a.Beta, x)
}
