package hearing

import (
	"context"
	"math"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/condition"
	"github.com/senda-dev/senda/internal/entry"
	"github.com/senda-dev/senda/internal/facts"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/money"
)

// Match evaluates the conditions of awaits for the protocol. They read what the
// entry kept of the event, what earlier steps answered, and, where they name
// attributes, facts, consent or mails, the person at the time of the signal. What
// cannot be read is "no": the pause then ends by its time.
func Match(r *facts.Reader, bundles bundle.Bundles, k *condition.Cache) entry.Match {
	return func(e senda.Entry, text string, s senda.Signal, with jsonata.Value) bool {
		c, err := k.Compiled(text)
		if err != nil {
			return false
		}
		ctx := context.Background()
		var needs bundle.Condition
		if b, err := bundles.Bundle(ctx, e.Bundle); err == nil {
			needs = b.Condition(text)
		}
		roots := condition.Roots{Entry: e.Data, Ways: facts.Ways(e.Ways), Now: s.At}
		if reads(needs) {
			p, _, _, err := senda.Read[senda.Person](ctx, r.Store, senda.PersonKey(e.Person))
			if err != nil {
				return false
			}
			if roots, err = r.View(p, s.At).Roots(ctx, needs, &e); err != nil {
				return false
			}
		}
		roots.Event, roots.With = s.Data, with
		return c.Holds(&roots)
	}
}

func reads(n bundle.Condition) bool {
	return len(n.Attributes)+len(n.Facts)+len(n.Consent)+len(n.Mails) > 0
}

// minor is a decimal in minor units of a currency, rounded half away from zero.
// An event's amount was checked to be exact when it was taken in; a computed
// value (a margin of 30 %) may not be.
func minor(amount float64, c money.Currency) int64 {
	f := math.Round(amount * math.Pow10(c.Digits()))
	if math.IsNaN(f) || math.Abs(f) > 1<<53 {
		return 0
	}
	return int64(f)
}
