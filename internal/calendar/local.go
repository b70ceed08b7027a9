package calendar

import (
	"fmt"
	"time"
)

// Date is a day of the calendar, without a zone.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// DateIn is the calendar day that t falls on in loc: the day of caps.
func DateIn(t time.Time, loc *time.Location) Date {
	y, m, d := t.In(loc).Date()
	return Date{y, m, d}
}

// Clock is a time of day in minutes after midnight, 0 to 1439.
type Clock int

// MinutesPerDay is the number of minutes on a clock; a day with a jump has more
// or fewer, but its clock shows none that another day's does not.
const MinutesPerDay = 24 * 60

// ClockIn is what a clock in loc shows at t, without seconds.
func ClockIn(t time.Time, loc *time.Location) Clock {
	h, m, _ := t.In(loc).Clock()
	return Clock(h*60 + m)
}

// At is the instant at which a clock in loc shows c on day d (see the rules of
// the package for times that do not exist or come twice).
func (d Date) At(c Clock, loc *time.Location) time.Time {
	return local(d.Year, d.Month, d.Day, time.Duration(c)*time.Minute, loc)
}

// AddDays moves along the calendar.
func (d Date) AddDays(n int) Date {
	return dateOf(time.Date(d.Year, d.Month, d.Day+n, 0, 0, 0, 0, time.UTC))
}

// AddMonths moves along the calendar; the 31st of a short month is its last day.
func (d Date) AddMonths(n int) Date {
	first := time.Date(d.Year, d.Month+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := time.Date(first.Year(), first.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()
	return Date{first.Year(), first.Month(), min(d.Day, last)}
}

// DaysSince counts the days from o to d; negative when o is later.
func (d Date) DaysSince(o Date) int {
	return int(d.utc().Sub(o.utc()) / (24 * time.Hour))
}

// Before orders days.
func (d Date) Before(o Date) bool { return d.utc().Before(o.utc()) }

// Weekday of the day.
func (d Date) Weekday() time.Weekday { return d.utc().Weekday() }

// IsZero says that no day was written.
func (d Date) IsZero() bool { return d == Date{} }

func (d Date) utc() time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC) }

func dateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{y, m, d}
}

func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day)
}

func (c Clock) String() string { return fmt.Sprintf("%02d:%02d", int(c)/60, int(c)%60) }

// local finds the instant whose reading in loc is the given one. It looks at the
// offsets on both sides of the guess, because time.Date leaves open which of
// them it takes in a gap or a fold.
func local(year int, month time.Month, day int, clock time.Duration, loc *time.Location) time.Time {
	wall := time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Add(clock)
	// A zone is at most 26 hours from another, and changes are months apart: a
	// day either side of the reading brackets the change that may concern it.
	earlier := offsetAt(wall.Add(-36*time.Hour), loc)
	later := offsetAt(wall.Add(36*time.Hour), loc)
	for _, offset := range []time.Duration{earlier, later} {
		if t := wall.Add(-offset); offsetAt(t, loc) == offset {
			if first := wall.Add(-max(earlier, later)); offsetAt(first, loc) == max(earlier, later) {
				return first.In(loc) // the fold: the greater offset came first
			}
			return t.In(loc)
		}
	}
	// A gap: the change itself is the first instant after it. Read with the
	// offset that holds after the change, the reading lies before it.
	_, change := wall.Add(-later).In(loc).ZoneBounds()
	if change.IsZero() {
		return wall.Add(-later).In(loc)
	}
	return change.In(loc)
}

func offsetAt(t time.Time, loc *time.Location) time.Duration {
	_, seconds := t.In(loc).Zone()
	return time.Duration(seconds) * time.Second
}
