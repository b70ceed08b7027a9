package decode

import (
	"errors"
	"regexp"
	"strconv"

	"github.com/senda-dev/senda/internal/calendar"
	"github.com/senda-dev/senda/internal/diag"
	"github.com/senda-dev/senda/internal/journey"
	"github.com/senda-dev/senda/internal/money"
)

// Span is a length of time.
func (m Map) Span(key string) calendar.Span { return timed(m, key, calendar.ParseSpan) }

// Window is a window of the day.
func (m Map) Window(key string) calendar.Window { return timed(m, key, calendar.ParseWindow) }

// Pause is a length of time or a moment.
func (m Map) Pause(key string) calendar.Pause { return timed(m, key, calendar.ParsePause) }

// Every is a schedule that comes again.
func (m Map) Every(key string) calendar.Schedule { return timed(m, key, calendar.ParseEvery) }

// Once is a schedule that comes once.
func (m Map) Once(key string) calendar.Schedule { return timed(m, key, calendar.ParseOnce) }

func timed[T any](m Map, key string, parse func(string) (T, error)) T {
	return Timed(m.r, m.Text(key), parse)
}

// Timed reads a written time and reports what is wrong with it; nothing is the
// zero value.
func Timed[T any](r *Reader, t diag.Text, parse func(string) (T, error)) T {
	var zero T
	if t.IsZero() {
		return zero
	}
	v, err := parse(t.Value)
	if err != nil {
		r.Add(BadTime(t, 0, err))
		return zero
	}
	return v
}

// BadTime is the finding about an error of package calendar in the part of t that
// begins at byte from.
func BadTime(t diag.Text, from int, err error) diag.Finding {
	var e *calendar.Error
	if !errors.As(err, &e) {
		return diag.BadTime.At(t.Pos, "%v", err)
	}
	return diag.BadTime.At(t.At(from+e.From, from+e.To), "%s", e.Message).Try("%s", e.Help)
}

// Share is a percentage.
func (m Map) Share(key string) journey.Share { return m.r.Share(m.Text(key)) }

// Share is t as a percentage.
func (r *Reader) Share(t diag.Text) journey.Share {
	if t.IsZero() {
		return 0
	}
	s, err := journey.ParseShare(t.Value)
	if err != nil {
		help := err.Error()
		if _, bare := strconv.ParseFloat(t.Value, 64); bare == nil {
			help = "write " + t.Value + "%"
		}
		r.Add(diag.BadShare.At(t.Pos, "%q is not a share", t.Value).Try("%s", help))
	}
	return s
}

// Money is an amount.
func (m Map) Money(key string) money.Money {
	t := m.Text(key)
	if t.IsZero() {
		return money.Money{}
	}
	v, err := money.Parse(t.Value)
	if err != nil {
		m.r.Add(diag.BadMoney.At(t.Pos, "%v", err))
	}
	return v
}

var countPattern = regexp.MustCompile(`^[1-9][0-9]{0,8}$`)

// Count is a whole number of at least 1; 0 when it is not there or not one.
func (m Map) Count(key string) int {
	t := m.Text(key)
	if t.IsZero() {
		return 0
	}
	if !countPattern.MatchString(t.Value) {
		m.r.Add(diag.BadCount.At(t.Pos, "%q is not a whole number of at least 1", t.Value).Try("write it in digits, as 3"))
		return 0
	}
	n, err := strconv.Atoi(t.Value)
	if err != nil {
		return 0
	}
	return n
}

// Expr is an expression; nil when it is not there.
func (m Map) Expr(key string) *journey.Expr { return m.r.Expr(m.Node(key), key) }
