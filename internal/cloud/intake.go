package cloud

import (
	"context"
	"log/slog"

	"github.com/senda-dev/senda/internal/enroll"
	"github.com/senda-dev/senda/internal/entry"
	"github.com/senda-dev/senda/internal/intake"
	"github.com/senda-dev/senda/internal/lambdahost"
)

// Intake takes in the events that the bus brings through a queue. It calls Store,
// Bundles, Secret, Machines and Bus.
//
// What can never work is in quarantine and done with; what a second delivery may
// mend fails its message alone, which comes back and in the end goes to the dead
// letters. Messages of a batch come one after the other, so that two about one person
// do not meet; those of two batches do, and one of them decides again.
func Intake(ctx context.Context, g *Ground) (lambdahost.Handler, error) {
	return g.keyed(ctx, func(k *Keys) (lambdahost.Handler, error) {
		w, err := g.core(k)
		if err != nil {
			return nil, err
		}
		in := w.Intake(w.Enroll())
		return lambdahost.Queue(func(ctx context.Context, m lambdahost.Message) error {
			r, err := in.TakeRaw(ctx, m.Body)
			g.taken(ctx, r)
			return err
		}), nil
	})
}

// taken counts what came of an event.
func (g *Ground) taken(ctx context.Context, r intake.Result) {
	if r.Refusal != nil {
		g.Count(ctx, Quarantined, 1, byReason(string(r.Refusal.Reason)))
		lambdahost.Logger(ctx).LogAttrs(ctx, slog.LevelWarn, "an event was refused",
			slog.String("reason", string(r.Refusal.Reason)), slog.String("quarantine", r.Quarantine))
	}
	for _, j := range r.Journeys {
		if j.Why == enroll.Why(entry.Entered) || j.Why == enroll.Why(entry.Restarted) {
			g.Count(ctx, Entered, 1, byJourney(j.Journey))
		}
	}
}
