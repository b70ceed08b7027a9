package cloud

import (
	"context"

	"github.com/senda-dev/senda/internal/deliver"
	"github.com/senda-dev/senda/internal/lambdahost"
)

// Settle carries on, on a schedule, what died half-way. It calls all that intake and
// send call: it does what they could not.
func Settle(ctx context.Context, g *Ground) (lambdahost.Handler, error) {
	base := g.Config.Links()
	return g.keyed(ctx, func(k *Keys) (lambdahost.Handler, error) {
		w, err := g.core(k)
		if err != nil {
			return nil, err
		}
		in := w.Intake(w.Enroll())
		s := w.Settle(in, w.Deliver(g.Mailer, deliver.Links{Base: base, Ring: k.Ring}, g.told))
		return lambdahost.Scheduled(func(ctx context.Context) error {
			r, err := s.Run(ctx)
			for what, n := range map[string]int{"claims": r.Claims, "entries": r.Entries, "events": r.Events} {
				if n > 0 {
					g.Count(ctx, Settled, float64(n), lambdahost.Dimension{Name: "What", Value: what})
				}
			}
			return err
		}), nil
	})
}
