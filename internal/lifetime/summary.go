package lifetime

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"
)

// Limits of what is taken for a history. They are far outside any real one,
// and keep sums exact and loops short whatever a file says.
const (
	maxRepeats = 1_000_000
	maxWeeks   = 100_000 // about two thousand years
	maxAmount  = 1e15    // minor units; float64 is exact to 9e15
)

// Summary is all that the models need to know of one person.
type Summary struct {
	Repeats   int     // x: days with a purchase, without the first
	Last      float64 // t_x: weeks from the first purchase to the last; 0 without repeats
	Age       float64 // T: weeks from the first purchase to the end of observation
	MeanSpend float64 // mean of the repeat days, minor units; not read without repeats
}

// What may be wrong with a Summary.
var (
	ErrRepeats   = errors.New("repeat purchases must be from 0 to 1,000,000")
	ErrAge       = errors.New("age must be from 0 to 100,000 weeks")
	ErrLast      = errors.New("the last purchase must lie after the first one and within the age, and be at 0 without repeats")
	ErrMeanSpend = errors.New("mean spend must be from 0 to 1e15 minor units")
)

// Check returns the first thing wrong with s, one of the errors above, or nil.
func (s Summary) Check() error {
	switch {
	case s.Repeats < 0 || s.Repeats > maxRepeats:
		return ErrRepeats
	case !(s.Age >= 0 && s.Age <= maxWeeks): // so written that NaN fails
		return ErrAge
	case !(s.Last >= 0 && s.Last <= s.Age) || (s.Repeats == 0) != (s.Last == 0):
		return ErrLast
	case s.Repeats > 0 && !(s.MeanSpend >= 0 && s.MeanSpend <= maxAmount):
		return ErrMeanSpend
	}
	return nil
}

// Purchase is one purchase of one person.
type Purchase struct {
	Customer string
	At       time.Time
	Amount   int64 // minor units; zero is a purchase too, less is an error
}

// Period says which purchases are learnt from and which are foretold.
type Period struct {
	CalibrationEnd time.Time      // last day of calibration, inclusive; its time of day is not read
	HoldOutEnd     time.Time      // last day of the hold-out, inclusive; zero: no hold-out
	Zone           *time.Location // whose days count; nil is UTC
}

// Weeks returns the length of the hold-out in weeks, 0 without one.
func (p Period) Weeks() float64 {
	if p.HoldOutEnd.IsZero() {
		return 0
	}
	return float64(p.day(p.HoldOutEnd)-p.day(p.CalibrationEnd)) / 7
}

// day numbers calendar days in the zone of the period: days are compared,
// never instants, so a change of clocks moves nobody.
func (p Period) day(t time.Time) int {
	zone := p.Zone
	if zone == nil {
		zone = time.UTC
	}
	y, m, d := t.In(zone).Date()
	return int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / (24 * 60 * 60))
}

// Customer is one person: what calibration shows, and what came after.
type Customer struct {
	ID           string
	Summary                // of the calibration
	First        time.Time // midnight UTC of the calendar day of the first purchase
	HoldOut      int       // days with a purchase in the hold-out
	HoldOutSpend float64   // minor units spent in the hold-out
}

// PurchaseError says which of the purchases given cannot be used, and why.
type PurchaseError struct {
	Index  int // in the slice given
	Reason string
}

func (e *PurchaseError) Error() string { return fmt.Sprintf("purchase %d: %s", e.Index, e.Reason) }

// Summarise folds purchases, in any order, into one Customer a person, ordered
// by ID. Purchases of one day are one purchase: the models know a rate a
// person, and two baskets of one visit say nothing about it. Left out are
// people who bought for the first time after calibration, and purchases after
// the hold-out. It returns a *PurchaseError for one without customer or with
// an impossible amount.
func Summarise(purchases []Purchase, p Period) ([]Customer, error) {
	if p.CalibrationEnd.IsZero() {
		return nil, errors.New("the period has no end of calibration")
	}
	calibrated, held := p.day(p.CalibrationEnd), p.day(p.CalibrationEnd)
	if !p.HoldOutEnd.IsZero() {
		if held = p.day(p.HoldOutEnd); held <= calibrated {
			return nil, fmt.Errorf("the hold-out ends on %s, not after calibration (%s)",
				p.HoldOutEnd.Format(time.DateOnly), p.CalibrationEnd.Format(time.DateOnly))
		}
	}
	visits := make([]visit, 0, len(purchases))
	for i, b := range purchases {
		switch {
		case b.Customer == "":
			return nil, &PurchaseError{i, "it has no customer"}
		case b.Amount < 0 || b.Amount > maxAmount:
			return nil, &PurchaseError{i, fmt.Sprintf("amount %d is not from 0 to 1e15 minor units", b.Amount)}
		}
		if day := p.day(b.At); day <= held {
			visits = append(visits, visit{b.Customer, day, float64(b.Amount)})
		}
	}
	slices.SortFunc(visits, func(a, b visit) int {
		return cmp.Or(cmp.Compare(a.customer, b.customer), cmp.Compare(a.day, b.day))
	})
	var customers []Customer
	for start, end := 0, 0; start < len(visits); start = end {
		for end = start; end < len(visits) && visits[end].customer == visits[start].customer; end++ {
		}
		if visits[start].day <= calibrated {
			customers = append(customers, summarise(visits[start:end], calibrated))
		}
	}
	return customers, nil
}

// visit is a purchase with its calendar day.
type visit struct {
	customer string
	day      int
	amount   float64
}

// summarise folds the visits of one person, ordered by day, none empty.
func summarise(visits []visit, calibrated int) Customer {
	first := visits[0].day
	c := Customer{ID: visits[0].customer, First: time.Unix(int64(first)*24*60*60, 0).UTC()}
	c.Age = float64(calibrated-first) / 7
	day, spent := first, 0.0
	for _, v := range visits[1:] {
		fresh := v.day != day
		day = v.day
		switch {
		case v.day > calibrated:
			c.HoldOutSpend += v.amount
			if fresh {
				c.HoldOut++
			}
		case v.day > first:
			spent += v.amount
			if fresh {
				c.Repeats++
				c.Last = float64(v.day-first) / 7
			}
		}
	}
	if c.Repeats > 0 {
		c.MeanSpend = math.Min(spent/float64(c.Repeats), maxAmount)
	}
	return c
}
