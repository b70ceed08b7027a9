package report

import (
	"context"
	"slices"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/calendar"
	"github.com/senda-dev/senda/internal/money"
)

// catalog begins the lines of the offers that journeys may choose.
func (c *counting) catalog() {
	for _, o := range c.House.Catalog.Offers.Offers {
		line := &Offer{
			Name: o.Name.Value, Title: o.Title["en"], Value: o.Value, Cost: o.Cost, Turned: map[string]int{},
			Paid: money.Money{Currency: o.Cost.Currency}, Total: Limit{Most: int64(o.Total)},
		}
		if !o.Budget.In.IsZero() {
			line.BudgetIn = o.Budget.In.String()
		}
		c.offers[line.Name] = line
	}
	for _, s := range c.House.Catalog.Offers.Slots {
		for _, name := range s.Offers {
			if o := c.offers[name.Value]; o != nil {
				o.Slots = append(o.Slots, s.Name.Value)
			}
		}
	}
}

// names are those of the offers, in the order of the file.
func (c *counting) names() []string { return c.House.Catalog.Offers.Names() }

// decision counts one choice. The held-out are left out: nothing was reserved.
func (c *counting) decision(d *senda.Decision) {
	if d.Held {
		return
	}
	for _, candidate := range d.Candidates {
		o := c.offers[candidate.Offer]
		if o == nil {
			continue
		}
		if candidate.Reason == "" {
			o.Eligible++
		} else {
			o.Turned[candidate.Reason]++
		}
	}
	o := c.offers[d.Offer]
	if o == nil {
		return
	}
	o.Chosen++
	o.Fallback += one(d.Fallback)
	o.Used += one(!d.Used.IsZero())
	switch d.State {
	case senda.Reserved:
		o.Reserved++
	case senda.Spent:
		o.Spent++
		o.Paid.Minor += o.Cost.Minor
	case senda.Released:
		o.Released++
	}
}

// budgets reads the counters of limits, which decided while the run went on.
func (c *counting) budgets(ctx context.Context) error {
	for _, spec := range c.House.Catalog.Offers.Offers {
		o := c.offers[spec.Name.Value]
		if spec.Total > 0 {
			n, err := c.counter(ctx, "offer|"+o.Name+"|total")
			if err != nil {
				return err
			}
			o.Total.Used, o.Total.Spent = n.Used, n.Spent
		}
		if spec.Budget.Money.Minor == 0 || spec.Budget.In.Unit != calendar.Days {
			continue
		}
		for _, from := range stretches(c.Open, c.Until, spec.Budget.In.N) {
			n, err := c.counter(ctx, "offer|"+o.Name+"|budget|"+from.Format(time.DateOnly))
			if err != nil {
				return err
			}
			o.Budget = append(o.Budget, Limit{From: from, Used: n.Used, Spent: n.Spent, Most: spec.Budget.Money.Minor})
		}
	}
	return nil
}

func (c *counting) counter(ctx context.Context, name string) (senda.Counter, error) {
	n, _, _, err := senda.Read[senda.Counter](ctx, c.Store, senda.CounterKey(name))
	return n, err
}

// stretches are the first days of the stretches of so many days, counted from 1970
// as package choose cuts them, that a time touches.
func stretches(from, to time.Time, days int) []time.Time {
	length := int64(days) * 24 * 60 * 60
	var out []time.Time
	for at := from.Unix() - from.Unix()%length; at <= to.Unix(); at += length {
		out = append(out, time.Unix(at, 0).UTC())
	}
	return slices.Clip(out)
}
