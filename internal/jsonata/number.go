package jsonata

import (
	"math"
	"strconv"
)

// appendNumber prints a number as JavaScript's Number.prototype.toString does:
// the shortest digits that read back as the same double, plain between 1e-7
// and 1e21 and with an exponent outside (ECMA-262, Number::toString).
func appendNumber(b []byte, f float64) []byte {
	switch {
	case math.IsNaN(f):
		return append(b, "NaN"...)
	case math.IsInf(f, 1):
		return append(b, "Infinity"...)
	case math.IsInf(f, -1):
		return append(b, "-Infinity"...)
	case f == 0:
		return append(b, '0') // also -0
	}
	if a := math.Abs(f); a < 1e15 && a == math.Trunc(a) {
		return strconv.AppendInt(b, int64(f), 10)
	}
	if a := math.Abs(f); a >= 1e-6 && a < 1e21 {
		return strconv.AppendFloat(b, f, 'f', -1, 64)
	}
	from := len(b)
	b = strconv.AppendFloat(b, f, 'e', -1, 64)
	// Go writes at least two digits of exponent, JavaScript as few as needed.
	for i := from; i < len(b); i++ {
		if b[i] == 'e' && i+3 < len(b) && b[i+2] == '0' {
			b = append(b[:i+2], b[i+3:]...)
			break
		}
	}
	return b
}

func numberString(f float64) string { return string(appendNumber(nil, f)) }
