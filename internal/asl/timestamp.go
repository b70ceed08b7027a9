package asl

import "time"

// ParseTimestamp reads an instant as Step Functions takes it in a Wait state:
// ISO 8601 in the extended form with an offset, an upper-case T and, instead of
// an offset, an upper-case Z; up to nine digits of a second. Seconds may be
// missing. AWS refuses a space for the T, a missing offset and dates that do
// not exist.
func ParseTimestamp(s string) (time.Time, bool) {
	// Go accepts a comma before the fraction and more than nine digits of it.
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9', c == '-', c == '+', c == ':', c == '.', c == 'T', c == 'Z':
		default:
			return time.Time{}, false
		}
	}
	if !fractionFits(s) {
		return time.Time{}, false
	}
	for _, layout := range [...]string{time.RFC3339Nano, "2006-01-02T15:04Z07:00"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// fractionFits says whether a fraction, if there is one, has one to nine digits.
func fractionFits(s string) bool {
	for i := range len(s) {
		if s[i] != '.' {
			continue
		}
		n := 0
		for i++; i < len(s) && s[i] >= '0' && s[i] <= '9'; i++ {
			n++
		}
		return n >= 1 && n <= 9
	}
	return true
}

// Timestamp writes an instant as Step Functions writes those of its own, in UTC
// with milliseconds.
func Timestamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
