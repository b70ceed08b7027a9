package bandit

import "math/bits"

// Choose takes an arm of the eligible set with a number u drawn uniformly from
// [0, 1), and returns its propensity: the probability with which this snapshot
// chooses it from that set. ok is false when the set is empty.
func (s *Snapshot) Choose(eligible uint64, u float64) (arm int, propensity float64, ok bool) {
	eligible &= s.All()
	if eligible == 0 {
		return 0, 0, false
	}
	weights := s.Propensities(eligible)
	last := 0
	for set := eligible; set != 0; set &= set - 1 {
		last = bits.TrailingZeros64(set)
		if u < weights[last] {
			return last, weights[last], true
		}
		u -= weights[last]
	}
	// Rounding may leave a crumb of u: it belongs to the last arm.
	return last, weights[last], true
}

// Propensities is the probability of each arm to be chosen from the eligible
// set, by arm; arms outside have 0. The caller must not change it.
func (s *Snapshot) Propensities(eligible uint64) []float64 {
	eligible &= s.All()
	s.mu.RLock()
	w := s.sets[eligible]
	s.mu.RUnlock()
	if w != nil {
		return w
	}
	w = s.weigh(eligible)
	lift(w, eligible)
	s.mu.Lock()
	s.sets[eligible] = w
	s.mu.Unlock()
	return w
}

// weigh integrates, for each arm i of the set, the product G of the others'
// distributions against its own: P(i is best) = ∫ G dF, by trapezoids. Both are
// monotone, so within a cell the mean of G at its ends is off by at most half of
// G's growth, and all cells together by at most max(ΔF)/2; where both are smooth
// the error is of second order. Ties of constants share their probability.
func (s *Snapshot) weigh(eligible uint64) []float64 {
	w := make([]float64, len(s.arms))
	n := len(s.cdf[0])
	total := 0.0
	for set := eligible; set != 0; set &= set - 1 {
		i := bits.TrailingZeros64(set)
		before := s.others(eligible, i, 0)
		for k := 1; k < n; k++ {
			mass := s.cdf[i][k] - s.cdf[i][k-1]
			here := s.others(eligible, i, k)
			w[i] += mass * (before + here) / 2
			before = here
		}
		total += w[i]
	}
	for i := range w {
		w[i] /= total
	}
	return w
}

// others is the probability that every arm of the set but i stays at or below
// grid point k.
func (s *Snapshot) others(eligible uint64, i, k int) float64 {
	g := 1.0
	for set := eligible &^ (1 << i); set != 0; set &= set - 1 {
		g *= s.cdf[bits.TrailingZeros64(set)][k]
		if g == 0 {
			return 0
		}
	}
	return g
}

// lift raises what is under the floor to it and takes the difference from those
// above, in proportion to what they have above the floor.
func lift(w []float64, eligible uint64) {
	n := bits.OnesCount64(eligible)
	floor := min(Floor, 1/float64(n))
	missing, above := 0.0, 0.0
	for set := eligible; set != 0; set &= set - 1 {
		i := bits.TrailingZeros64(set)
		if w[i] < floor {
			missing += floor - w[i]
		} else {
			above += w[i] - floor
		}
	}
	if missing == 0 {
		return
	}
	for set := eligible; set != 0; set &= set - 1 {
		i := bits.TrailingZeros64(set)
		if w[i] < floor {
			w[i] = floor
		} else if above > 0 {
			w[i] -= missing * (w[i] - floor) / above
		}
	}
}
