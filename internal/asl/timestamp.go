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
func Timestamp(t time.Time) string {
	t = t.UTC()
	year, month, day := t.Date()
	if year < 0 || year > 9999 {
		return t.Format("2006-01-02T15:04:05.000Z")
	}
	// Every task of every execution writes some; the layout is not read each time.
	hour, minute, second := t.Clock()
	text := []byte("0000-00-00T00:00:00.000Z")
	digits(text[0:4], year)
	digits(text[5:7], int(month))
	digits(text[8:10], day)
	digits(text[11:13], hour)
	digits(text[14:16], minute)
	digits(text[17:19], second)
	digits(text[20:23], t.Nanosecond()/int(time.Millisecond))
	return string(text)
}

// digits writes n into all of b.
func digits(b []byte, n int) {
	for i := len(b) - 1; i >= 0; i-- {
		b[i] = byte('0' + n%10)
		n /= 10
	}
}
