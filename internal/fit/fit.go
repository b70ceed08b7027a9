package fit

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"maps"
	"slices"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/data/cdnow"
	"github.com/senda-dev/senda/internal/intake"
	"github.com/senda-dev/senda/internal/lifetime"
	"github.com/senda-dev/senda/internal/money"
	"github.com/senda-dev/senda/internal/score"
)

// Options of a fit.
type Options struct {
	// Period says what is learnt from and what is foretold to choose the model.
	// Zero ends are computed: all days that there are, the first half to learn from.
	lifetime.Period
	// Refit fits the chosen model once more to everything, to score with today.
	Refit bool
	// Purchases are the events that count; the zero value stands for score.Orders.
	Purchases score.Purchases
	// Currency is that of the model: purchases in another one are left out, and
	// counted.
	Currency money.Currency
}

// Read is what was found in a file of events.
type Read struct {
	Purchases []lifetime.Purchase
	// Others are events of other kinds; Foreign are purchases in another currency or
	// without an amount; Repeated are those with the source and id of an earlier one.
	Others, Foreign, Repeated int
}

// maxLine is the longest line that is read: one event and its end.
const maxLine = intake.MaxBody + 2

// Events reads purchases from events, one a line, in either form that intake takes.
// It stops at the first line that is no event and names it. A person is who the
// event says: the identifier "customer", or else the first by name.
func Events(r io.Reader, o Options) (Read, error) {
	const op = "read events"
	p := o.Purchases
	if p.Event == "" {
		p = score.Orders
	}
	var out Read
	known := map[senda.Ref]bool{}
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 0, 64<<10), maxLine)
	n := 0
	for lines.Scan() {
		n++
		line := bytes.TrimSpace(lines.Bytes())
		if len(line) == 0 {
			continue
		}
		e, err := intake.Decode(line)
		if err != nil {
			return out, senda.Errorf(senda.Invalid, op, "line %d: %s", n, err).WithHelp("mend line %d, or leave it out", n)
		}
		switch {
		case e.Kind != p.Event:
			out.Others++
		case known[e.Ref()]:
			out.Repeated++
		default:
			known[e.Ref()] = true
			if amount, ok := p.Amount(e.Data, o.Currency); ok {
				out.Purchases = append(out.Purchases, lifetime.Purchase{Customer: customer(e), At: e.Time, Amount: amount})
			} else {
				out.Foreign++
			}
		}
	}
	if err := lines.Err(); errors.Is(err, bufio.ErrTooLong) {
		return out, senda.Errorf(senda.Invalid, op, "line %d is longer than an event may be", n+1)
	} else if err != nil {
		return out, senda.Wrap(senda.Unavailable, op, err)
	}
	return out, nil
}

func customer(e senda.Event) string {
	if id, ok := e.Identifiers["customer"]; ok {
		return "customer " + id
	}
	for _, kind := range slices.Sorted(maps.Keys(e.Identifiers)) {
		return kind + " " + e.Identifiers[kind]
	}
	return ""
}

// Sample is the CDNOW sample as purchases, in cents of US dollars.
func Sample() ([]lifetime.Purchase, error) {
	rows, err := cdnow.Sample()
	if err != nil {
		return nil, senda.Wrap(senda.Internal, "read the CDNOW sample", err)
	}
	out := make([]lifetime.Purchase, len(rows))
	for i, r := range rows {
		out[i] = lifetime.Purchase{Customer: r.Customer, At: r.Date, Amount: r.Cents}
	}
	return out, nil
}

// SamplePeriod is that of the literature on the CDNOW sample: 39 weeks to learn
// from and 39 to foretell.
var SamplePeriod = lifetime.Period{
	CalibrationEnd: time.Date(1997, 9, 30, 0, 0, 0, 0, time.UTC), HoldOutEnd: time.Date(1998, 6, 30, 0, 0, 0, 0, time.UTC),
}

// Fit chooses and fits a model. Too few purchases, or such that determine none, are
// Invalid, with the reason.
func Fit(purchases []lifetime.Purchase, o Options) (lifetime.File, error) {
	const op = "fit a model"
	period, err := span(purchases, o.Period)
	if err != nil {
		return lifetime.File{}, err
	}
	m, report, err := lifetime.Choose(purchases, lifetime.Options{Period: period, Refit: o.Refit})
	if err != nil {
		return lifetime.File{}, senda.Wrap(senda.Invalid, op, err)
	}
	return lifetime.File{Model: m, Report: &report}, nil
}

// span fills in the ends of a period.
func span(purchases []lifetime.Purchase, p lifetime.Period) (lifetime.Period, error) {
	if len(purchases) == 0 {
		return p, senda.Errorf(senda.Invalid, "fit a model", "there is no purchase").WithHelp("give events of the kind %s", score.Orders.Event)
	}
	first, last := purchases[0].At, purchases[0].At
	for _, b := range purchases {
		if b.At.Before(first) {
			first = b.At
		}
		if b.At.After(last) {
			last = b.At
		}
	}
	if p.HoldOutEnd.IsZero() {
		p.HoldOutEnd = last
	}
	if p.CalibrationEnd.IsZero() {
		p.CalibrationEnd = first.Add(p.HoldOutEnd.Sub(first) / 2)
	}
	return p, nil
}
