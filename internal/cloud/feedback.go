package cloud

import (
	"context"
	"log/slog"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/feedback"
	"github.com/senda-dev/senda/internal/feedback/sesevent"
	"github.com/senda-dev/senda/internal/lambdahost"
)

// Feedback takes in what SES tells of messages, through a queue. It calls Store,
// Bundles, Secret and Bus.
//
// A notice whose claim the index does not show yet fails with NotFound and comes
// again; one about no message of ours ends in the dead letters so.
func Feedback(ctx context.Context, g *Ground) (lambdahost.Handler, error) {
	return g.keyed(ctx, func(k *Keys) (lambdahost.Handler, error) {
		w, err := g.core(k)
		if err != nil {
			return nil, err
		}
		f := w.Feedback(g.closed, g.alarm)
		return lambdahost.Queue(func(ctx context.Context, m lambdahost.Message) error {
			e, err := sesevent.Decode(m.Body)
			if err != nil || !e.Matters {
				return err
			}
			return f.Take(ctx, e.Notice)
		}), nil
	})
}

// closed closes a journey: nobody enters any more, those inside go on.
func (g *Ground) closed(ctx context.Context, journey string) error {
	return bundle.Register{Store: g.Store}.Set(ctx, journey, senda.StateClosed)
}

// alarm wakes a person: the alarm of the metric does.
func (g *Ground) alarm(ctx context.Context, a feedback.Alarm) error {
	g.Count(ctx, Alarms, 1, byJourney(a.Journey), lambdahost.Dimension{Name: "Why", Value: a.Why})
	lambdahost.Logger(ctx).LogAttrs(ctx, slog.LevelError, "somebody must look",
		slog.String("journey", a.Journey), slog.String("why", a.Why), slog.String("text", a.Text), slog.String("mail", string(a.Message)))
	return nil
}
