package score

import (
	"math"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/lifetime"
	"github.com/senda-dev/senda/internal/money"
)

// Purchases says which events are purchases and where their amount stands.
type Purchases struct {
	Event           string
	Value, Currency []string
}

// Orders are the purchases of the published contract, unless an installation
// declares others.
var Orders = Purchases{Event: "order.completed", Value: []string{"order", "total"}, Currency: []string{"order", "currency"}}

func at(v jsonata.Value, path []string) jsonata.Value {
	for _, key := range path {
		v = v.Get(key)
	}
	return v
}

// Amount is what an event says was paid, in minor units; false when it says
// nothing, or in another currency.
func (p Purchases) Amount(data jsonata.Value, c money.Currency) (int64, bool) {
	v := at(data, p.Value)
	if v.Kind() != jsonata.KindNumber || v.Num() < 0 {
		return 0, false
	}
	if stated := at(data, p.Currency); stated.Kind() == jsonata.KindString && stated.Str() != string(c) {
		return 0, false
	}
	minor := math.Round(v.Num() * math.Pow10(c.Digits()))
	if minor > 1<<53 {
		return 0, false
	}
	return int64(minor), true
}

// history folds the timeline into what the model reads. A purchase whose amount is
// not known in the currency counts as one, at what the model expects of anybody.
// ok is false for somebody who never bought.
func (m *Model) history(p Purchases, lines []senda.Happening, c money.Currency, now time.Time, zone *time.Location) (s lifetime.Summary, ok bool, err error) {
	var anybody int64
	if mean := m.File.Model.Spend.Expected(0, 0); mean > 0 && mean < 1e12 {
		anybody = int64(math.Round(mean))
	}
	var bought []lifetime.Purchase
	for i := range lines {
		if lines[i].Kind != p.Event {
			continue
		}
		cents, known := p.Amount(lines[i].Data, c)
		if !known {
			cents = anybody
		}
		bought = append(bought, lifetime.Purchase{Customer: "this", At: lines[i].Time, Amount: cents})
	}
	customers, err := lifetime.Summarise(bought, lifetime.Period{CalibrationEnd: now, Zone: zone})
	if err != nil {
		return s, false, senda.Wrap(senda.Internal, "summarise purchases", err)
	}
	if len(customers) == 0 {
		return s, false, nil
	}
	return customers[0].Summary, true, nil
}

// value is a score as it travels.
func value(s lifetime.Score, c money.Currency) jsonata.Value {
	whole := math.Pow10(c.Digits())
	return jsonata.Object(
		jsonata.Member{Key: "alive", Value: jsonata.Number(math.Round(s.Alive*1e4) / 1e4)},
		jsonata.Member{Key: "purchases", Value: jsonata.Number(math.Round(s.Purchases*1e4) / 1e4)},
		jsonata.Member{Key: "spend", Value: jsonata.Number(math.Round(s.Spend) / whole)},
		jsonata.Member{Key: "value", Value: jsonata.Number(math.Round(s.Discounted) / whole)},
	)
}
