package lifetime_test

import (
	"fmt"
	"testing"

	"github.com/senda-dev/senda/internal/lifetime"
)

// G4: the fit on CDNOW, from summaries to parameters.
func BenchmarkFit(b *testing.B) {
	given := summaries(b)
	for _, k := range []lifetime.Kind{lifetime.BGNBD, lifetime.MBGNBD} {
		b.Run(k.String(), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := lifetime.FitPurchases(k, given); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("gamma-gamma", func(b *testing.B) {
		for b.Loop() {
			if _, err := lifetime.FitSpend(given); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// people returns n histories of the calibration of CDNOW, over and over.
func people(b *testing.B, n int) []lifetime.Summary {
	given := summaries(b)
	out := make([]lifetime.Summary, n)
	for i := range out {
		out[i] = given[i%len(given)]
	}
	return out
}

// G5: one score on its own, nothing remembered.
func BenchmarkScore(b *testing.B) {
	given := people(b, 2357)
	for name, rate := range map[string]float64{"plain": 0, "discounted": 0.002} {
		s := scorer(b, model, 39, rate)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if _, err := s.Score(given[i%len(given)]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// G5: scores a second over many people.
func BenchmarkScores(b *testing.B) {
	given := people(b, 1<<20)
	dst := make([]lifetime.Score, len(given))
	s := scorer(b, model, 39, 0.002)
	for _, workers := range []int{1, 2} {
		b.Run(fmt.Sprintf("workers=%d", workers), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := s.Scores(dst, given, workers); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N)*float64(len(given))/b.Elapsed().Seconds(), "scores/s")
		})
	}
}
