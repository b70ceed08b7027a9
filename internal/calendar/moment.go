package calendar

import (
	"strings"
	"time"
)

// MomentKind is the form of a Moment.
type MomentKind uint8

// The forms of a moment.
const (
	AtClock     MomentKind = iota + 1 // until 10:00
	AtWeekday                         // until monday 10:00
	AtDate                            // until 2026-12-24 09:00
	BeforeField                       // until 7 days before person.renewal-date
)

// Moment is what a pause waits for: "until monday 10:00". The zero Moment is
// none.
type Moment struct {
	Kind    MomentKind
	Clock   Clock        // AtClock, AtWeekday, AtDate
	Weekday time.Weekday // AtWeekday
	Date    Date         // AtDate
	Span    Span         // BeforeField: how long before
	Field   string       // BeforeField: the attribute or field, "person.renewal-date"
	// FieldAt is where Field begins in what ParseMoment was given, in bytes.
	FieldAt int
}

const momentHelp = "write until 10:00, until monday 10:00, until 2026-12-24 09:00 or until 7 days before person.renewal-date"

// ParseMoment reads the forms of a moment, "until" included. The error is an
// *Error.
func ParseMoment(s string) (Moment, error) {
	m, err := parseMoment(s)
	if err != nil {
		return Moment{}, err
	}
	return m, nil
}

func parseMoment(s string) (Moment, *Error) {
	rest, ok := strings.CutPrefix(s, "until ")
	if !ok {
		return Moment{}, fail(0, len(s), momentHelp, "%q is not a moment", s)
	}
	const at = len("until ")
	w := words(rest)
	switch len(w) {
	case 1:
		c, err := parseClock(rest)
		if err != nil {
			return Moment{}, fail(at, len(s), momentHelp, "%q is not a moment", rest)
		}
		return Moment{Kind: AtClock, Clock: c}, nil
	case 2:
		return parseDayAndClock(w, at)
	case 4:
		if w[2].text != "before" {
			break
		}
		span, err := parseSpan(rest[:w[1].to])
		if err != nil {
			return Moment{}, err.shift(at)
		}
		field := w[3].text
		root, name, _ := strings.Cut(field, ".")
		if root == "" || name == "" {
			return Moment{}, fail(at+w[3].from, at+w[3].to, "write its whole name, as person.renewal-date", "%q names no attribute", field)
		}
		return Moment{Kind: BeforeField, Span: span, Field: field, FieldAt: at + w[3].from}, nil
	}
	return Moment{}, fail(at, len(s), momentHelp, "%q is not a moment", rest)
}

func parseDayAndClock(w []word, at int) (Moment, *Error) {
	c, err := parseClock(w[1].text)
	if err != nil {
		return Moment{}, err.shift(at + w[1].from)
	}
	if day, ok := parseWeekday(w[0].text); ok {
		return Moment{Kind: AtWeekday, Weekday: day, Clock: c}, nil
	}
	if len(w[0].text) > 0 && w[0].text[0] >= '0' && w[0].text[0] <= '9' {
		d, err := parseDate(w[0].text)
		if err != nil {
			return Moment{}, err.shift(at + w[0].from)
		}
		return Moment{Kind: AtDate, Date: d, Clock: c}, nil
	}
	return Moment{}, fail(at+w[0].from, at+w[0].to, dayHelp(w[0].text), "%q is neither a day of the week nor a date", w[0].text)
}

// String is the canonical form, "until" included.
func (m Moment) String() string {
	switch m.Kind {
	case AtClock:
		return "until " + m.Clock.String()
	case AtWeekday:
		return "until " + dayNames[m.Weekday] + " " + m.Clock.String()
	case AtDate:
		return "until " + m.Date.String() + " " + m.Clock.String()
	case BeforeField:
		return "until " + m.Span.String() + " before " + m.Field
	}
	return ""
}

// IsZero says that no moment was written.
func (m Moment) IsZero() bool { return m.Kind == 0 }

// Next is the first such moment at or after t in loc. A moment that is past
// (only a date or a field can be) is t itself: people go on at once. So is one
// whose field is missing or holds no date; then known is false. The field's
// value is a date ("2027-01-15", which begins at midnight in loc) or an instant
// (RFC 3339); field may be nil for the other kinds.
func (m Moment) Next(t time.Time, loc *time.Location, field func(name string) (string, bool)) (at time.Time, known bool) {
	switch m.Kind {
	case AtClock:
		return nextClock(t, loc, m.Clock, func(Date) bool { return true }), true
	case AtWeekday:
		return nextClock(t, loc, m.Clock, func(d Date) bool { return d.Weekday() == m.Weekday }), true
	case AtDate:
		return latest(t, m.Date.At(m.Clock, loc)), true
	case BeforeField:
		if field == nil {
			return t, false
		}
		value, ok := field(m.Field)
		if !ok {
			return t, false
		}
		instant, ok := fieldInstant(value, loc)
		if !ok {
			return t, false
		}
		return latest(t, m.Span.Before(instant, loc)), true
	}
	return t, false
}

func fieldInstant(value string, loc *time.Location) (time.Time, bool) {
	if d, err := ParseDate(value); err == nil {
		return d.At(0, loc), true
	}
	t, err := time.Parse(time.RFC3339, value)
	return t, err == nil
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// nextClock is the first instant at or after t at which a clock in loc comes to
// show c on a day that suits. On a day whose clock never shows c it is the first
// instant after the jump.
func nextClock(t time.Time, loc *time.Location, c Clock, suits func(Date) bool) time.Time {
	d := DateIn(t, loc)
	for range 15 { // two weeks hold every day of the week twice
		if at := d.At(c, loc); suits(d) && !at.Before(t) {
			return at
		}
		d = d.AddDays(1)
	}
	return t
}

// Longest is the most time until such a moment, from any instant; ok is false
// when only the person's field or the date tells.
func (m Moment) Longest() (longest time.Duration, ok bool) {
	switch m.Kind {
	case AtClock:
		return 25 * time.Hour, true
	case AtWeekday:
		return 7*24*time.Hour + time.Hour, true
	case AtDate, BeforeField:
	}
	return 0, false
}

// MarshalText writes the canonical form.
func (m Moment) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads what ParseMoment reads, and "" as none.
func (m *Moment) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*m = Moment{}
		return nil
	}
	v, err := ParseMoment(string(b))
	if err != nil {
		return err
	}
	*m = v
	return nil
}

// Pause is what a wait takes: a span or a moment.
type Pause struct {
	Span  Span
	Until Moment
}

// ParsePause reads "3 days" or "until monday 10:00". The error is an *Error.
func ParsePause(s string) (Pause, error) {
	if s == "until" || strings.HasPrefix(s, "until ") {
		m, err := ParseMoment(s)
		return Pause{Until: m}, err
	}
	span, err := ParseSpan(s)
	return Pause{Span: span}, err
}

// String is the canonical form.
func (p Pause) String() string {
	if !p.Until.IsZero() {
		return p.Until.String()
	}
	return p.Span.String()
}

// IsZero says that no pause was written.
func (p Pause) IsZero() bool { return p.Span.IsZero() && p.Until.IsZero() }

// End is when a pause that begins at t ends; known is false when it hangs on a
// field that is missing, and then it ends at once.
func (p Pause) End(t time.Time, loc *time.Location, field func(name string) (string, bool)) (end time.Time, known bool) {
	if !p.Until.IsZero() {
		return p.Until.Next(t, loc, field)
	}
	return p.Span.After(t, loc), true
}

// MarshalText writes the canonical form.
func (p Pause) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads what ParsePause reads, and "" as none.
func (p *Pause) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*p = Pause{}
		return nil
	}
	v, err := ParsePause(string(b))
	if err != nil {
		return err
	}
	*p = v
	return nil
}
