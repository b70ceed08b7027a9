package liquid

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// number reads any of the number types that callers keep JSON numbers in.
func number(v any) (float64, bool) {
	switch v := v.(type) {
	case float64:
		return v, !math.IsNaN(v) && !math.IsInf(v, 0)
	case int:
		return float64(v), true
	case int64:
		return float64(v), true
	case json.Number:
		f, err := v.Float64()
		return f, err == nil
	}
	return 0, false
}

// printed returns how a value is written when no filter says otherwise.
func printed(v any) (string, bool) {
	if f, ok := number(v); ok {
		return strconv.FormatFloat(f, 'f', -1, 64), true
	}
	switch v := v.(type) {
	case string:
		return v, true
	case bool:
		return strconv.FormatBool(v), true
	case time.Time:
		return v.Format(time.RFC3339), true
	}
	return "", false
}

// Printable takes out of a value what no mail should carry: control characters,
// broken UTF-8 and the signs that turn the direction of a line, with which a
// name could make an address read as another.
func Printable(s string) string {
	if isPlain(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == '\r':
			return -1
		case unicode.IsControl(r), r == unicode.ReplacementChar, r == 0x2028, r == 0x2029,
			r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069:
			return -1
		}
		return r
	}, s)
}

// OneLine is Printable on one line: a value in a subject or in a text part can
// start neither a header nor a paragraph.
func OneLine(s string) string {
	if isPlain(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' {
			return ' '
		}
		return r
	}, Printable(strings.ReplaceAll(s, "\r\n", "\n")))
}

// isPlain reports whether s is visible ASCII, as nearly every value is.
func isPlain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// moment reads a time: a time.Time, an RFC 3339 text or a date.
func moment(v any, zone *time.Location) (time.Time, bool) {
	switch v := v.(type) {
	case time.Time:
		return inZone(v, zone), true
	case string:
		if t, err := time.Parse(time.RFC3339, v); err == nil {
			return inZone(t, zone), true
		}
		if t, err := time.Parse(time.DateOnly, v); err == nil {
			return t, true // a day is a day in every zone
		}
	}
	return time.Time{}, false
}

func inZone(t time.Time, zone *time.Location) time.Time {
	if zone == nil {
		return t
	}
	return t.In(zone)
}
