package lifetime_test

import (
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
