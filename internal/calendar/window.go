package calendar

import (
	"strings"
	"time"
)

// DaySet is a set of days of the week, one bit for each time.Weekday.
type DaySet uint8

// The sets that have a name. AllDays is written by leaving the days out.
const (
	AllDays  DaySet = 1<<7 - 1
	Weekends DaySet = 1<<time.Saturday | 1<<time.Sunday
	Weekdays DaySet = AllDays &^ Weekends
)

// Has says whether the set holds d.
func (s DaySet) Has(d time.Weekday) bool { return s>>d&1 == 1 }

// Window is a time of day in which something may happen: "09:00-21:30",
// "weekdays 10:00-13:00". It holds its first minute and not its last. Across
// midnight ("21:30-09:00") it belongs to the day on which it begins. The zero
// Window is none.
type Window struct {
	Days     DaySet
	From, To Clock // From is never To
}

const windowHelp = "write from-to, as 09:00-21:30, or weekdays 10:00-13:00"

// ParseWindow reads "09:00-21:30", "weekdays 10:00-13:00", "weekends …",
// "monday …". The error is an *Error.
func ParseWindow(s string) (Window, error) {
	days, hours, at := AllDays, s, 0
	if name, rest, ok := strings.Cut(s, " "); ok {
		hours, at = rest, len(name)+1
		switch d, isDay := parseWeekday(name); {
		case isDay:
			days = 1 << d
		case name == "weekdays":
			days = Weekdays
		case name == "weekends":
			days = Weekends
		default:
			return Window{}, fail(0, len(name), windowHelp, "%q is neither a day of the week nor weekdays nor weekends", name)
		}
	}
	from, to, ok := strings.Cut(hours, "-")
	if !ok {
		if _, err := parseClock(hours); err == nil {
			return Window{}, fail(at, len(s), windowHelp, "%q is a time of day, but a window needs its end too", hours)
		}
		return Window{}, fail(at, len(s), windowHelp, "%q is not a window", hours)
	}
	f, err := parseClock(from)
	if err != nil {
		return Window{}, err.shift(at)
	}
	t, err := parseClock(to)
	if err != nil {
		return Window{}, err.shift(at + len(from) + 1)
	}
	if f == t {
		return Window{}, fail(at, len(s), "leave the window out to allow the whole day", "a window cannot end when it begins")
	}
	return Window{days, f, t}, nil
}

// String is the canonical form.
func (w Window) String() string {
	if w.IsZero() {
		return ""
	}
	hours := w.From.String() + "-" + w.To.String()
	switch w.Days {
	case AllDays:
		return hours
	case Weekdays:
		return "weekdays " + hours
	case Weekends:
		return "weekends " + hours
	}
	for i, name := range dayNames {
		if w.Days == 1<<i {
			return name + " " + hours
		}
	}
	return hours
}

// IsZero says that no window was written.
func (w Window) IsZero() bool { return w == Window{} }

// Open says whether the window holds t in loc: whether the clock there, at that
// instant, shows a time in it. An hour that comes twice is in it twice.
func (w Window) Open(t time.Time, loc *time.Location) bool {
	return Opening{Week: w.Week()}.Open(t, loc)
}

// NextOpen is the first instant at or after t that the window holds in loc.
func (w Window) NextOpen(t time.Time, loc *time.Location) time.Time {
	at, ok := Opening{Week: w.Week()}.NextOpen(t, loc)
	if !ok {
		return t // a window that is never open was never written
	}
	return at
}

// MarshalText writes the canonical form.
func (w Window) MarshalText() ([]byte, error) { return []byte(w.String()), nil }

// UnmarshalText reads what ParseWindow reads, and "" as none.
func (w *Window) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*w = Window{}
		return nil
	}
	v, err := ParseWindow(string(b))
	if err != nil {
		return err
	}
	*w = v
	return nil
}
