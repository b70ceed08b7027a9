package calendar

import (
	"strconv"
	"strings"
	"time"
)

const (
	clockHelp = "write hours and minutes with two digits each, as 09:00"
	dateHelp  = "write year, month and day, as 2026-12-24"
)

// ParseClock reads "09:00" to "23:59". The error is an *Error.
func ParseClock(s string) (Clock, error) {
	c, err := parseClock(s)
	if err != nil {
		return 0, err
	}
	return c, nil
}

func parseClock(s string) (Clock, *Error) {
	if len(s) != 5 || s[2] != ':' || !digits(s[:2]) || !digits(s[3:]) {
		return 0, fail(0, len(s), clockHelp, "%q is not a time of day", s)
	}
	h, _ := strconv.Atoi(s[:2])
	m, _ := strconv.Atoi(s[3:])
	if h == 24 && m == 0 {
		return 0, fail(0, len(s), "write 00:00", "a day begins at 00:00; there is no 24:00")
	}
	if h > 23 || m > 59 {
		return 0, fail(0, len(s), clockHelp, "there is no %q on a clock", s)
	}
	return Clock(h*60 + m), nil
}

// ParseDate reads "2026-12-24". The error is an *Error.
func ParseDate(s string) (Date, error) {
	d, err := parseDate(s)
	if err != nil {
		return Date{}, err
	}
	return d, nil
}

func parseDate(s string) (Date, *Error) {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' || !digits(s[:4]) || !digits(s[5:7]) || !digits(s[8:]) {
		return Date{}, fail(0, len(s), dateHelp, "%q is not a date", s)
	}
	y, _ := strconv.Atoi(s[:4])
	m, _ := strconv.Atoi(s[5:7])
	day, _ := strconv.Atoi(s[8:])
	d := Date{y, time.Month(m), day}
	if y < 1 || dateOf(d.utc()) != d {
		return Date{}, fail(0, len(s), dateHelp, "there is no %q in the calendar", s)
	}
	return d, nil
}

func digits(s string) bool { return strings.Trim(s, "0123456789") == "" }

// dayNames are the days as written, by time.Weekday.
var dayNames = [...]string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}

func parseWeekday(s string) (time.Weekday, bool) {
	for i, name := range dayNames {
		if s == name {
			return time.Weekday(i), true
		}
	}
	return 0, false
}

// dayHelp is the way out for a word that was meant to be a day.
func dayHelp(s string) string {
	for _, name := range dayNames {
		if low := strings.ToLower(s); len(low) >= 2 && strings.HasPrefix(name, strings.TrimSuffix(low, ".")) {
			return "did you mean " + name + "?"
		}
	}
	return "write a day in small letters, as monday"
}

// MarshalText writes "2026-12-24".
func (d Date) MarshalText() ([]byte, error) {
	if d.IsZero() {
		return nil, nil
	}
	return []byte(d.String()), nil
}

// UnmarshalText reads what ParseDate reads, and "" as none.
func (d *Date) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = Date{}
		return nil
	}
	v, err := ParseDate(string(b))
	if err != nil {
		return err
	}
	*d = v
	return nil
}

// MarshalText writes "09:00".
func (c Clock) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads what ParseClock reads.
func (c *Clock) UnmarshalText(b []byte) error {
	v, err := ParseClock(string(b))
	if err != nil {
		return err
	}
	*c = v
	return nil
}
