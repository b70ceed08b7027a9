package calendar

import (
	"strings"
	"time"
)

// Schedule says when an audience is looked at: "day at 09:00", "monday at
// 09:00", or once, "2026-12-01 09:00". The zero Schedule is none.
type Schedule struct {
	Once    bool
	Date    Date         // Once
	Daily   bool         // every day
	Weekday time.Weekday // neither Once nor Daily
	Clock   Clock
	set     bool
}

const (
	everyHelp = "write every: day at 09:00, or a day of the week, as every: monday at 09:00"
	onceHelp  = "write once: 2026-12-01 09:00"
)

// ParseEvery reads what follows every: "day at 09:00", "monday at 09:00". The
// error is an *Error.
func ParseEvery(s string) (Schedule, error) {
	w := words(s)
	if len(w) != 3 || w[1].text != "at" {
		return Schedule{}, fail(0, len(s), everyHelp, "%q is not a schedule", s)
	}
	c, err := parseClock(w[2].text)
	if err != nil {
		return Schedule{}, err.shift(w[2].from)
	}
	if w[0].text == "day" {
		return Schedule{Daily: true, Clock: c, set: true}, nil
	}
	day, ok := parseWeekday(w[0].text)
	if !ok {
		return Schedule{}, fail(w[0].from, w[0].to, dayHelp(w[0].text), "%q is not a day of the week", w[0].text)
	}
	return Schedule{Weekday: day, Clock: c, set: true}, nil
}

// ParseOnce reads what follows once: "2026-12-01 09:00". The error is an *Error.
func ParseOnce(s string) (Schedule, error) {
	date, clock, ok := strings.Cut(s, " ")
	if !ok {
		return Schedule{}, fail(0, len(s), onceHelp, "%q is not a date and a time", s)
	}
	d, err := parseDate(date)
	if err != nil {
		return Schedule{}, err
	}
	c, err := parseClock(clock)
	if err != nil {
		return Schedule{}, err.shift(len(date) + 1)
	}
	return Schedule{Once: true, Date: d, Clock: c, set: true}, nil
}

// String is the canonical form: what follows every, or once.
func (s Schedule) String() string {
	switch {
	case !s.set:
		return ""
	case s.Once:
		return s.Date.String() + " " + s.Clock.String()
	case s.Daily:
		return "day at " + s.Clock.String()
	}
	return dayNames[s.Weekday] + " at " + s.Clock.String()
}

// IsZero says that no schedule was written.
func (s Schedule) IsZero() bool { return !s.set }

// Next is the first run strictly after t; ok is false when there is none left.
// A run at a local time that does not exist that day takes place after the jump.
func (s Schedule) Next(t time.Time, loc *time.Location) (at time.Time, ok bool) {
	switch {
	case !s.set:
		return time.Time{}, false
	case s.Once:
		at = s.Date.At(s.Clock, loc)
		return at, at.After(t)
	}
	suits := func(d Date) bool { return s.Daily || d.Weekday() == s.Weekday }
	return nextClock(t.Add(1), loc, s.Clock, suits), true
}

// MarshalText writes "every day at 09:00" or "once 2026-12-01 09:00".
func (s Schedule) MarshalText() ([]byte, error) {
	switch {
	case !s.set:
		return nil, nil
	case s.Once:
		return []byte("once " + s.String()), nil
	}
	return []byte("every " + s.String()), nil
}

// UnmarshalText reads what MarshalText writes.
func (s *Schedule) UnmarshalText(b []byte) error {
	text := string(b)
	var v Schedule
	var err error
	switch {
	case text == "":
	case strings.HasPrefix(text, "every "):
		v, err = ParseEvery(text[len("every "):])
	case strings.HasPrefix(text, "once "):
		v, err = ParseOnce(text[len("once "):])
	default:
		err = fail(0, len(text), "", "%q is not a schedule", text)
	}
	if err != nil {
		return err
	}
	*s = v
	return nil
}
