package cloud

import (
	"context"

	"github.com/senda-dev/senda/internal/brand"
	"github.com/senda-dev/senda/internal/lambdahost"
	"github.com/senda-dev/senda/internal/public"
)

// Preferences serves the public pages behind a function URL. It calls Store,
// Bundles, Secret, Bus and Machines: what a person says there is taken in at once,
// and reaches whoever waits for it.
func Preferences(ctx context.Context, g *Ground) (lambdahost.Handler, error) {
	return g.keyed(ctx, func(k *Keys) (lambdahost.Handler, error) {
		w, err := g.core(k)
		if err != nil {
			return nil, err
		}
		links := w.Preferences(k.Ring, w.Intake(w.Enroll()), w.Feedback(g.closed, g.alarm))
		return lambdahost.HTTP(public.New(public.Config{
			Links: links, Book: func() *brand.Book { return w.Rules.Brands },
			Problem: func(ctx context.Context, err error) { lambdahost.Report(ctx, err) },
		})), nil
	})
}
