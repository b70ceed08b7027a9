package calendar

import (
	"encoding"
	"errors"
	"testing"
	"time"
)

func madridZone(t testing.TB) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func instant(t testing.TB, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func parsers() map[string]func(string) (encoding.TextMarshaler, string, error) {
	return map[string]func(string) (encoding.TextMarshaler, string, error){
		"span": func(s string) (encoding.TextMarshaler, string, error) {
			v, err := ParseSpan(s)
			return v, v.String(), err
		},
		"pause": func(s string) (encoding.TextMarshaler, string, error) {
			v, err := ParsePause(s)
			return v, v.String(), err
		},
		"moment": func(s string) (encoding.TextMarshaler, string, error) {
			v, err := ParseMoment(s)
			return v, v.String(), err
		},
		"window": func(s string) (encoding.TextMarshaler, string, error) {
			v, err := ParseWindow(s)
			return v, v.String(), err
		},
		"every": func(s string) (encoding.TextMarshaler, string, error) {
			v, err := ParseEvery(s)
			return v, v.String(), err
		},
		"once": func(s string) (encoding.TextMarshaler, string, error) {
			v, err := ParseOnce(s)
			return v, v.String(), err
		},
		"clock": func(s string) (encoding.TextMarshaler, string, error) {
			v, err := ParseClock(s)
			return v, v.String(), err
		},
		"date": func(s string) (encoding.TextMarshaler, string, error) {
			v, err := ParseDate(s)
			return v, v.String(), err
		},
	}
}

func TestParseAccepts(t *testing.T) {
	for _, c := range []struct{ parser, in, canonical string }{
		{"span", "90 minutes", "90 minutes"},
		{"span", "1 day", "1 day"},
		{"span", "1 days", "1 day"},
		{"span", "2 week", "2 weeks"},
		{"span", "6 months", "6 months"},
		{"pause", "3 days", "3 days"},
		{"pause", "until 10:00", "until 10:00"},
		{"pause", "until monday 10:00", "until monday 10:00"},
		{"pause", "until 2026-12-24 09:00", "until 2026-12-24 09:00"},
		{"pause", "until 7 days before person.renewal-date", "until 7 days before person.renewal-date"},
		{"window", "09:00-21:30", "09:00-21:30"},
		{"window", "21:30-09:00", "21:30-09:00"},
		{"window", "weekdays 10:00-13:00", "weekdays 10:00-13:00"},
		{"window", "sunday 10:00-13:00", "sunday 10:00-13:00"},
		{"every", "day at 09:00", "day at 09:00"},
		{"every", "monday at 09:00", "monday at 09:00"},
		{"once", "2026-12-01 09:00", "2026-12-01 09:00"},
		{"clock", "00:00", "00:00"},
		{"date", "2028-02-29", "2028-02-29"},
	} {
		_, got, err := parsers()[c.parser](c.in)
		if err != nil || got != c.canonical {
			t.Errorf("%s %q = %q, %v; want %q", c.parser, c.in, got, err, c.canonical)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, c := range []struct {
		parser, in, message string
		wrong               string // the part under the carets
	}{
		{"span", "", `"" is not a length of time`, ""},
		{"span", "three days", `"three" is not a whole number`, "three"},
		{"span", "+3 days", `"+3" is not a whole number`, "+3"},
		{"span", "0 days", "a length of time is at least 1", "0"},
		{"span", "03 days", `"03" begins with a zero`, "03"},
		{"span", "3 dayz", `"dayz" is not a unit of time`, "dayz"},
		{"span", "1 year", `"year" is not a unit of time`, "year"},
		{"span", "3  days", `"3  days" is not a length of time`, "3  days"},
		{"span", "99999999999 days", `"99999999999 days" is longer than ten years`, "99999999999 days"},
		{"pause", "until tomorrow", `"tomorrow" is not a moment`, "tomorrow"},
		{"pause", "until Mon 10:00", `"Mon" is neither a day of the week nor a date`, "Mon"},
		{"pause", "until monday 25:00", `there is no "25:00" on a clock`, "25:00"},
		{"pause", "until 2026-02-30 10:00", `there is no "2026-02-30" in the calendar`, "2026-02-30"},
		{"pause", "until 7 daz before person.x", `"daz" is not a unit of time`, "daz"},
		{"pause", "until 7 days before renewal", `"renewal" names no attribute`, "renewal"},
		{"window", "10:00", `"10:00" is a time of day, but a window needs its end too`, "10:00"},
		{"window", "9:00-21:30", `"9:00" is not a time of day`, "9:00"},
		{"window", "10:00-10:00", "a window cannot end when it begins", "10:00-10:00"},
		{"window", "10:00-24:00", "a day begins at 00:00; there is no 24:00", "24:00"},
		{"window", "workdays 10:00-13:00", `"workdays" is neither a day of the week nor weekdays nor weekends`, "workdays"},
		{"every", "daily at 09:00", `"daily" is not a day of the week`, "daily"},
		{"every", "day 09:00", `"day 09:00" is not a schedule`, "day 09:00"},
		{"once", "2026-12-01", `"2026-12-01" is not a date and a time`, "2026-12-01"},
		{"date", "26-12-01", `"26-12-01" is not a date`, "26-12-01"},
	} {
		_, _, err := parsers()[c.parser](c.in)
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%s %q: %v; want an error", c.parser, c.in, err)
			continue
		}
		if e.Message != c.message || c.in[e.From:e.To] != c.wrong {
			t.Errorf("%s %q: %q at %q; want %q at %q", c.parser, c.in, e.Message, c.in[e.From:e.To], c.message, c.wrong)
		}
	}
}

func TestSpansInMadrid(t *testing.T) {
	madrid := madridZone(t) // forward 2026-03-29 02:00, back 2026-10-25 03:00
	for _, c := range []struct{ from, span, want string }{
		{"2026-03-28T20:00:00+01:00", "12 hours", "2026-03-29T09:00:00+02:00"}, // elapses
		{"2026-03-28T20:00:00+01:00", "1 day", "2026-03-29T20:00:00+02:00"},    // 23 hours
		{"2026-10-24T20:00:00+02:00", "1 day", "2026-10-25T20:00:00+01:00"},    // 25 hours
		{"2026-03-28T02:30:00+01:00", "1 day", "2026-03-29T03:00:00+02:00"},    // 02:30 does not exist
		{"2026-10-24T02:30:00+02:00", "1 day", "2026-10-25T02:30:00+02:00"},    // 02:30 comes twice
		{"2026-01-31T10:00:00+01:00", "1 month", "2026-02-28T10:00:00+01:00"},
		{"2026-03-15T10:00:00+01:00", "2 weeks", "2026-03-29T10:00:00+02:00"},
		{"2026-03-29T00:30:00+01:00", "90 minutes", "2026-03-29T03:00:00+02:00"},
	} {
		span, err := ParseSpan(c.span)
		if err != nil {
			t.Fatal(err)
		}
		if got := span.After(instant(t, c.from), madrid).Format(time.RFC3339); got != c.want {
			t.Errorf("%s after %s = %s, want %s", c.span, c.from, got, c.want)
		}
	}
}

func TestMoments(t *testing.T) {
	madrid := madridZone(t)
	fields := map[string]string{"person.renewal-date": "2026-04-05", "person.bad": "soon", "entry.at": "2026-04-05T12:00:00Z"}
	for _, c := range []struct {
		from, moment, want string
		known              bool
	}{
		{"2026-03-02T09:59:30+01:00", "until 10:00", "2026-03-02T10:00:00+01:00", true},
		{"2026-03-02T10:00:00+01:00", "until 10:00", "2026-03-02T10:00:00+01:00", true},
		{"2026-03-02T10:00:01+01:00", "until 10:00", "2026-03-03T10:00:00+01:00", true},
		{"2026-03-28T10:00:00+01:00", "until 02:30", "2026-03-29T03:00:00+02:00", true}, // the gap
		{"2026-03-29T03:10:00+02:00", "until 02:30", "2026-03-30T02:30:00+02:00", true},
		{"2026-10-25T02:40:00+02:00", "until 02:30", "2026-10-26T02:30:00+01:00", true}, // only the first of the fold
		{"2026-03-02T10:00:01+01:00", "until monday 10:00", "2026-03-09T10:00:00+01:00", true},
		{"2026-03-02T10:00:00+01:00", "until 2026-12-24 09:00", "2026-12-24T09:00:00+01:00", true},
		{"2026-12-25T10:00:00+01:00", "until 2026-12-24 09:00", "2026-12-25T10:00:00+01:00", true},
		{"2026-03-02T10:00:00+01:00", "until 7 days before person.renewal-date", "2026-03-29T00:00:00+01:00", true},
		{"2026-03-02T10:00:00+01:00", "until 1 hour before entry.at", "2026-04-05T13:00:00+02:00", true},
		{"2026-04-02T10:00:00+02:00", "until 7 days before person.renewal-date", "2026-04-02T10:00:00+02:00", true},
		{"2026-04-02T10:00:00+02:00", "until 7 days before person.none", "2026-04-02T10:00:00+02:00", false},
		{"2026-04-02T10:00:00+02:00", "until 7 days before person.bad", "2026-04-02T10:00:00+02:00", false},
	} {
		m, err := ParseMoment(c.moment)
		if err != nil {
			t.Fatal(err)
		}
		at, known := m.Next(instant(t, c.from), madrid, func(name string) (string, bool) { v, ok := fields[name]; return v, ok })
		if got := at.Format(time.RFC3339); got != c.want || known != c.known {
			t.Errorf("%s from %s = %s, %v; want %s, %v", c.moment, c.from, got, known, c.want, c.known)
		}
	}
	if m, _ := ParseMoment("until 7 days before person.renewal-date"); m.Field != "person.renewal-date" || m.FieldAt != 20 {
		t.Errorf("the field is %q at %d", m.Field, m.FieldAt)
	}
}

func TestWindows(t *testing.T) {
	madrid := madridZone(t)
	for _, c := range []struct{ window, from, want string }{
		{"09:00-21:30", "2026-03-02T08:59:59+01:00", "2026-03-02T09:00:00+01:00"},
		{"09:00-21:30", "2026-03-02T21:29:59+01:00", "2026-03-02T21:29:59+01:00"},
		{"09:00-21:30", "2026-03-02T21:30:00+01:00", "2026-03-03T09:00:00+01:00"},
		{"weekdays 10:00-13:00", "2026-03-06T13:00:00+01:00", "2026-03-09T10:00:00+01:00"},
		{"22:00-02:00", "2026-03-02T01:59:00+01:00", "2026-03-02T01:59:00+01:00"},
		{"22:00-02:00", "2026-03-02T02:00:00+01:00", "2026-03-02T22:00:00+01:00"},
		{"saturday 22:00-02:00", "2026-03-08T01:00:00+01:00", "2026-03-08T01:00:00+01:00"}, // Sunday morning belongs to Saturday
		{"saturday 22:00-02:00", "2026-03-07T01:00:00+01:00", "2026-03-07T22:00:00+01:00"},
		{"02:15-02:45", "2026-03-28T10:00:00+01:00", "2026-03-30T02:15:00+02:00"}, // skipped by the gap, so the next night
		{"02:15-02:45", "2026-10-25T02:50:00+02:00", "2026-10-25T02:15:00+01:00"}, // comes twice, open twice
		{"02:30-05:00", "2026-03-29T00:00:00+01:00", "2026-03-29T03:00:00+02:00"},
	} {
		w, err := ParseWindow(c.window)
		if err != nil {
			t.Fatal(err)
		}
		from := instant(t, c.from)
		if got := w.NextOpen(from, madrid).Format(time.RFC3339); got != c.want {
			t.Errorf("%s from %s = %s, want %s", c.window, c.from, got, c.want)
		}
		if open := w.Open(from, madrid); open != (c.from == c.want) {
			t.Errorf("%s open at %s = %v", c.window, c.from, open)
		}
	}
}

func TestSchedules(t *testing.T) {
	madrid := madridZone(t)
	daily, _ := ParseEvery("day at 02:30")
	monday, _ := ParseEvery("monday at 09:00")
	once, _ := ParseOnce("2026-12-01 09:00")
	for _, c := range []struct {
		s          Schedule
		from, want string
	}{
		{daily, "2026-03-02T02:30:00+01:00", "2026-03-03T02:30:00+01:00"}, // strictly after
		{daily, "2026-03-28T02:30:00+01:00", "2026-03-29T03:00:00+02:00"},
		{daily, "2026-03-29T03:00:00+02:00", "2026-03-30T02:30:00+02:00"},
		{monday, "2026-03-02T08:00:00+01:00", "2026-03-02T09:00:00+01:00"},
		{monday, "2026-03-02T09:00:00+01:00", "2026-03-09T09:00:00+01:00"},
		{once, "2026-03-02T09:00:00+01:00", "2026-12-01T09:00:00+01:00"},
		{once, "2026-12-01T09:00:00+01:00", ""},
	} {
		at, ok := c.s.Next(instant(t, c.from), madrid)
		got := ""
		if ok {
			got = at.Format(time.RFC3339)
		}
		if got != c.want {
			t.Errorf("%s after %s = %q, want %q", c.s, c.from, got, c.want)
		}
	}
}

func TestZeroValuesTravelAsText(t *testing.T) {
	var (
		span   Span
		pause  Pause
		moment Moment
		window Window
		sched  Schedule
		date   Date
	)
	for name, v := range map[string]interface {
		encoding.TextMarshaler
		encoding.TextUnmarshaler
	}{"span": &span, "pause": &pause, "moment": &moment, "window": &window, "schedule": &sched, "date": &date} {
		b, err := v.MarshalText()
		if err != nil || len(b) != 0 {
			t.Errorf("%s: %q, %v", name, b, err)
		}
		if err := v.UnmarshalText(b); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := v.UnmarshalText([]byte("nonsense")); err == nil {
			t.Errorf("%s takes nonsense", name)
		}
	}
}
