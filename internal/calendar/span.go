package calendar

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Unit of a Span.
type Unit uint8

// Minutes and hours elapse. Days, weeks and months are moved along the calendar
// and keep the person's local time when clocks change.
const (
	Minutes Unit = iota + 1
	Hours
	Days
	Weeks
	Months
)

var unitNames = [...]string{Minutes: "minute", Hours: "hour", Days: "day", Weeks: "week", Months: "month"}

func (u Unit) String() string {
	if int(u) < len(unitNames) && u > 0 {
		return unitNames[u]
	}
	return "unit(" + strconv.Itoa(int(u)) + ")"
}

// Span is a length of time as written: "90 minutes", "3 days", "6 months". The
// zero Span is none.
type Span struct {
	N    int // at least 1
	Unit Unit
}

// MaxDays bounds every written span: an execution of Step Functions lasts a year
// at most, so a longer pause could not be kept. Spans that are not pauses (a cap
// or a fact over two years) are bounded at ten times as much.
const MaxDays = 3650

const spanHelp = "write a number and minutes, hours, days, weeks or months, as 90 minutes or 3 days"

// ParseSpan reads "90 minutes", "1 day". The error is an *Error.
func ParseSpan(s string) (Span, error) {
	span, err := parseSpan(s)
	if err != nil {
		return Span{}, err
	}
	return span, nil
}

func parseSpan(s string) (Span, *Error) {
	w := words(s)
	if s != "" && digits(s) {
		return Span{}, fail(0, len(s), "say of what, as "+s+" days", "%q is a number without minutes, hours, days, weeks or months", s)
	}
	if len(w) != 2 {
		return Span{}, fail(0, len(s), spanHelp, "%q is not a length of time", s)
	}
	n, err := strconv.Atoi(w[0].text)
	switch {
	case err != nil || strings.HasPrefix(w[0].text, "+"):
		return Span{}, fail(w[0].from, w[0].to, spanHelp, "%q is not a whole number", w[0].text)
	case n < 1:
		return Span{}, fail(w[0].from, w[0].to, "leave it out if nothing should be waited for", "a length of time is at least 1")
	case len(w[0].text) > 1 && w[0].text[0] == '0':
		return Span{}, fail(w[0].from, w[0].to, "write "+strconv.Itoa(n), "%q begins with a zero", w[0].text)
	}
	name := strings.TrimSuffix(w[1].text, "s")
	for u := Minutes; u <= Months; u++ {
		if unitNames[u] != name {
			continue
		}
		span := Span{n, u}
		if n > math.MaxInt32 || span.Longest() > MaxDays*24*time.Hour {
			return Span{}, fail(0, len(s), "", "%q is longer than ten years", s)
		}
		return span, nil
	}
	help := spanHelp
	switch name {
	case "year":
		help = "write it in months, as 12 months"
	case "second", "sec":
		help = "the shortest length of time is 1 minute"
	case "min":
		help = "write minutes"
	case "h", "hr":
		help = "write hours"
	}
	return Span{}, fail(w[1].from, w[1].to, help, "%q is not a unit of time", w[1].text)
}

// String is the canonical form: "1 day", "3 days".
func (s Span) String() string {
	if s.IsZero() {
		return ""
	}
	if s.N == 1 {
		return "1 " + s.Unit.String()
	}
	return fmt.Sprintf("%d %ss", s.N, s.Unit)
}

// IsZero says that no span was written.
func (s Span) IsZero() bool { return s.N == 0 }

// After is the instant a span after t. Minutes and hours elapse; the others keep
// the local time of loc, to the nanosecond, and never end before t.
func (s Span) After(t time.Time, loc *time.Location) time.Time { return s.move(t, loc, s.N) }

// Before is the instant a span before t, by the same rules.
func (s Span) Before(t time.Time, loc *time.Location) time.Time { return s.move(t, loc, -s.N) }

func (s Span) move(t time.Time, loc *time.Location, n int) time.Time {
	switch s.Unit {
	case Minutes:
		return t.Add(time.Duration(n) * time.Minute).In(loc)
	case Hours:
		return t.Add(time.Duration(n) * time.Hour).In(loc)
	case Days, Weeks, Months:
	}
	l := t.In(loc)
	d := dateOf(l)
	switch s.Unit {
	case Days:
		d = d.AddDays(n)
	case Weeks:
		d = d.AddDays(7 * n)
	case Months:
		d = d.AddMonths(n)
	case Minutes, Hours:
	}
	h, m, sec := l.Clock()
	clock := time.Duration(h)*time.Hour + time.Duration(m)*time.Minute + time.Duration(sec)*time.Second + time.Duration(l.Nanosecond())
	return local(d.Year, d.Month, d.Day, clock, loc)
}

// Longest is the most time a span can take, in any zone and season: a month is
// 31 days, and a day may be an hour longer when clocks go back.
func (s Span) Longest() time.Duration {
	const day = 24 * time.Hour
	n := time.Duration(s.N)
	var whole, limit time.Duration
	switch s.Unit {
	case Minutes:
		whole = time.Minute
	case Hours:
		whole = time.Hour
	case Days:
		whole, limit = day, time.Hour
	case Weeks:
		whole, limit = 7*day, time.Hour
	case Months:
		whole, limit = 31*day, time.Hour
	default:
		return 0
	}
	if n > (math.MaxInt64-limit)/whole {
		return math.MaxInt64
	}
	return n*whole + limit
}

// Shortest is the least time a span can take, in any zone and season.
func (s Span) Shortest() time.Duration {
	const day = 24 * time.Hour
	n := time.Duration(s.N)
	switch s.Unit {
	case Minutes:
		return n * time.Minute
	case Hours:
		return n * time.Hour
	case Days:
		return n*day - time.Hour
	case Weeks:
		return 7*n*day - time.Hour
	case Months:
		return 28*n*day - time.Hour
	}
	return 0
}

// CalendarDays is how many calendar days a span of whole days covers, a month
// being 31; ok is false for minutes and hours.
func (s Span) CalendarDays() (days int, ok bool) {
	switch s.Unit {
	case Days:
		return s.N, true
	case Weeks:
		return 7 * s.N, true
	case Months:
		return 31 * s.N, true
	case Minutes, Hours:
	}
	return 0, false
}

// MarshalText writes the canonical form.
func (s Span) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what ParseSpan reads, and "" as none.
func (s *Span) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*s = Span{}
		return nil
	}
	v, err := ParseSpan(string(b))
	if err != nil {
		return err
	}
	*s = v
	return nil
}
