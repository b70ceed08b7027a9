package lifetime_test

import (
	"errors"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"
	_ "time/tzdata" // Madrid, wherever the test runs

	"github.com/senda-dev/senda/internal/lifetime"
)

func buy(who string, at time.Time, amount int64) lifetime.Purchase {
	return lifetime.Purchase{Customer: who, At: at, Amount: amount}
}

// Days are merged, the first purchase counts for nothing but the start, and
// each side of the end of calibration gets its own.
func TestSummarise(t *testing.T) {
	madrid, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		t.Fatal(err)
	}
	start := time.Date(2026, 1, 1, 0, 30, 0, 0, madrid) // still December in UTC
	given := []lifetime.Purchase{
		buy("ana", start, 1000),
		buy("ana", start.Add(time.Hour), 500), // the same day: part of the first purchase
		buy("ana", start.AddDate(0, 0, 7), 1000),
		buy("ana", start.AddDate(0, 0, 7).Add(23*time.Hour), 500), // the same day: one purchase of 1500
		buy("ana", start.AddDate(0, 0, 14), 0),                    // free is a purchase
		buy("ana", start.AddDate(0, 0, 28), 300),                  // the last day of calibration
		buy("ana", start.AddDate(0, 0, 29), 200),                  // the first of the hold-out
		buy("ana", start.AddDate(0, 0, 29), 100),
		buy("ana", start.AddDate(0, 0, 35), 100), // the last of the hold-out
		buy("ana", start.AddDate(0, 0, 36), 900), // nobody's
		buy("ben", start.AddDate(0, 0, 28), 100), // known for no time at all
		buy("eva", start.AddDate(0, 0, 29), 100), // not known in calibration
	}
	rand.New(rand.NewPCG(1, 1)).Shuffle(len(given), func(i, j int) { given[i], given[j] = given[j], given[i] })
	got, err := lifetime.Summarise(given, lifetime.Period{
		CalibrationEnd: start.AddDate(0, 0, 28), HoldOutEnd: start.AddDate(0, 0, 35), Zone: madrid,
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []lifetime.Customer{
		{ID: "ana", First: day(2026, 1, 1), Summary: lifetime.Summary{Repeats: 3, Last: 4, Age: 4, MeanSpend: 600}, HoldOut: 2, HoldOutSpend: 400},
		{ID: "ben", First: day(2026, 1, 29)},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestSummariseRefuses(t *testing.T) {
	at := day(2026, 1, 1)
	for name, c := range map[string]struct {
		given []lifetime.Purchase
		p     lifetime.Period
		want  string
		index int // of the purchase, or -1
	}{
		"no end":      {nil, lifetime.Period{}, "the period has no end of calibration", -1},
		"no hold-out": {nil, lifetime.Period{CalibrationEnd: at, HoldOutEnd: at}, "the hold-out ends on 2026-01-01, not after calibration (2026-01-01)", -1},
		"negative":    {[]lifetime.Purchase{buy("a", at, 1), buy("a", at, -1)}, lifetime.Period{CalibrationEnd: at}, "purchase 1: amount -1 is not from 0 to 1e15 minor units", 1},
		"too much":    {[]lifetime.Purchase{buy("a", at, 1e15+1)}, lifetime.Period{CalibrationEnd: at}, "purchase 0: amount 1000000000000001 is not from 0 to 1e15 minor units", 0},
		"no customer": {[]lifetime.Purchase{buy("", at, 1)}, lifetime.Period{CalibrationEnd: at}, "purchase 0: it has no customer", 0},
	} {
		_, err := lifetime.Summarise(c.given, c.p)
		if err == nil || err.Error() != c.want {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
		var at *lifetime.PurchaseError
		if errors.As(err, &at) != (c.index >= 0) || at != nil && at.Index != c.index {
			t.Errorf("%s: %#v does not name purchase %d", name, err, c.index)
		}
	}
}
