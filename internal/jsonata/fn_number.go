package jsonata

import (
	"math"
	"regexp"
	"strconv"
	"strings"
)

// ofNumber makes a built-in of a function of one number.
func ofNumber(f func(float64) float64) func(*run, []Value) (Value, error) {
	return func(_ *run, a []Value) (Value, error) {
		if a[0].k == KindNothing {
			return Nothing, nil
		}
		return Number(f(a[0].Num())), nil
	}
}

var (
	fnFloor = ofNumber(math.Floor)
	fnCeil  = ofNumber(math.Ceil)
	fnAbs   = ofNumber(math.Abs)
)

func fnSqrt(_ *run, a []Value) (Value, error) {
	if a[0].Num() < 0 {
		return Nothing, fail("D3060", "sqrt", a[0], "a negative number, %s, has no square root", a[0])
	}
	return ofNumber(math.Sqrt)(nil, a)
}

func fnPower(_ *run, a []Value) (Value, error) {
	if a[0].k == KindNothing {
		return Nothing, nil
	}
	x := math.NaN()
	if a[1].k == KindNumber {
		x = power(a[0].Num(), a[1].Num())
	}
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return Nothing, fail("D3061", "power", a[0], "%s to the power of %s cannot be represented as a number", a[0], a[1])
	}
	return Number(x), nil
}

// power is JavaScript's, which differs from IEEE's for a base of 1 or -1 and
// an exponent that is no finite number.
func power(base, exponent float64) float64 {
	if math.Abs(base) == 1 && (math.IsNaN(exponent) || math.IsInf(exponent, 0)) {
		return math.NaN()
	}
	return math.Pow(base, exponent)
}

func fnRound(_ *run, a []Value) (Value, error) {
	if a[0].k == KindNothing {
		return Nothing, nil
	}
	return Number(round(a[0].Num(), a[1].Num())), nil
}

// round rounds half to even at a decimal place. The place is moved in the
// digits of the number, so that 4.525 to two places is 4.52 as it is written.
func round(x, precision float64) float64 {
	if precision != 0 {
		x = shift(x, precision)
	}
	y := math.Floor(x)
	if x-y >= 0.5 {
		y++
	}
	if math.Abs(y-x) == 0.5 && math.Abs(math.Mod(y, 2)) == 1 {
		y--
	}
	if precision != 0 {
		y = shift(y, -precision)
	}
	if y == 0 {
		return 0 // not -0
	}
	return y
}

func shift(x, places float64) float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) || places != math.Trunc(places) {
		return math.NaN()
	}
	mantissa, exponent, _ := strings.Cut(numberString(x), "e")
	e, _ := strconv.ParseFloat(exponent, 64) // "" is 0
	places = math.Max(-1e6, math.Min(1e6, e+places))
	y, _ := strconv.ParseFloat(mantissa+"e"+strconv.Itoa(int(places)), 64)
	return y
}

var (
	decimalNumber = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?([Ee][-+]?[0-9]+)?$`)
	radixNumber   = regexp.MustCompile(`^(0[xX][0-9A-Fa-f]+)|(0[oO][0-7]+)|(0[bB][0-1]+)$`)
)

func fnNumber(_ *run, a []Value) (Value, error) {
	switch v := a[0]; v.k {
	case KindNothing, KindNumber:
		return v, nil
	case KindBool:
		return Number(float64(v.n)), nil
	case KindString:
		if s := v.Str(); decimalNumber.MatchString(s) {
			if f, err := strconv.ParseFloat(s, 64); err == nil {
				return Number(f), nil
			}
		} else if radixNumber.MatchString(s) {
			return Number(radixValue(s)), nil
		}
	default:
	}
	return Nothing, fail("D3030", "number", a[0], "%s cannot be read as a number", a[0])
}

// radixValue is JavaScript's Number("0x1F"), NaN for what it cannot read.
func radixValue(s string) float64 {
	s = strings.TrimSpace(s)
	base := 0
	if len(s) > 2 && s[0] == '0' {
		base = map[byte]int{'x': 16, 'X': 16, 'o': 8, 'O': 8, 'b': 2, 'B': 2}[s[1]]
	}
	if base == 0 || strings.Contains(s, "_") {
		return math.NaN()
	}
	total := 0.0
	for _, c := range s[2:] {
		d, err := strconv.ParseUint(string(c), base, 8)
		if err != nil {
			return math.NaN()
		}
		total = total*float64(base) + float64(d)
	}
	return total
}

func fnFormatBase(_ *run, a []Value) (Value, error) {
	if a[0].k == KindNothing {
		return Nothing, nil
	}
	x, radix := round(a[0].Num(), 0), 10.0
	if a[1].k == KindNumber {
		radix = round(a[1].Num(), 0)
	}
	if !(radix >= 2 && radix <= 36) {
		return Nothing, fail("D3100", "formatBase", Number(radix), "the base must be between 2 and 36, not %s", numberString(radix))
	}
	return String(inBase(x, radix)), nil
}

// inBase writes an integer in a base. Like V8 it pads with zeros what a double
// of more than 53 bits cannot tell.
func inBase(x, radix float64) string {
	if radix == 10 || math.IsNaN(x) || math.IsInf(x, 0) {
		return numberString(x)
	}
	const digits = "0123456789abcdefghijklmnopqrstuvwxyz"
	rest := math.Abs(x)
	var b []byte
	for rest/radix >= 1<<53 {
		rest /= radix
		b = append(b, '0')
	}
	rest = math.Trunc(rest)
	for {
		b = append(b, digits[int(math.Mod(rest, radix))])
		if rest = math.Trunc(rest / radix); rest == 0 {
			break
		}
	}
	if x < 0 {
		b = append(b, '-')
	}
	for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
		b[i], b[j] = b[j], b[i]
	}
	return string(b)
}
