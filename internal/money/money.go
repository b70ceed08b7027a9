// Package money keeps amounts as whole minor units of a stated currency.
package money

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Currency is an ISO 4217 code in capitals: "EUR".
type Currency string

// Money is an amount of a currency, in its smallest unit (cents for EUR, yen
// for JPY), so that sums are exact.
type Money struct {
	Minor    int64
	Currency Currency
}

// digits lists the currencies whose minor unit is not a hundredth (ISO 4217,
// list one). Every other three-letter code has two digits.
var digits = map[Currency]int{
	"BHD": 3, "BIF": 0, "CLF": 4, "CLP": 0, "DJF": 0, "GNF": 0, "IQD": 3, "ISK": 0,
	"JOD": 3, "JPY": 0, "KMF": 0, "KRW": 0, "KWD": 3, "LYD": 3, "OMR": 3, "PYG": 0,
	"RWF": 0, "TND": 3, "UGX": 0, "UYI": 0, "UYW": 4, "VND": 0, "VUV": 0, "XAF": 0,
	"XOF": 0, "XPF": 0,
}

// Digits is how many decimals the minor unit of c has.
func (c Currency) Digits() int {
	if d, ok := digits[c]; ok {
		return d
	}
	return 2
}

// Valid says whether c has the shape of a currency code. Whether a family uses
// it is for brands.yaml to say.
func (c Currency) Valid() bool {
	if len(c) != 3 {
		return false
	}
	for i := range len(c) {
		if c[i] < 'A' || c[i] > 'Z' {
			return false
		}
	}
	return true
}

// Parse reads what a marketer writes: "20 EUR", "12.50 EUR". Amounts have a
// point, no thousands sign and no more decimals than the currency has.
func Parse(s string) (Money, error) {
	amount, code, ok := strings.Cut(s, " ")
	if !ok {
		return Money{}, fmt.Errorf("%q is not an amount of money; write it as 20 EUR", s)
	}
	c := Currency(code)
	if !c.Valid() {
		return Money{}, fmt.Errorf("%q is not a currency; write its code in capitals, as EUR", code)
	}
	minor, err := Minor(amount, c)
	if err != nil {
		return Money{}, err
	}
	return Money{minor, c}, nil
}

// Minor reads a decimal as whole minor units of c. It refuses what cannot be
// kept exactly rather than round somebody's money.
func Minor(decimal string, c Currency) (int64, error) {
	bad := func(why string) error { return fmt.Errorf("%q is not an amount of %s: %s", decimal, c, why) }
	rest, negative := strings.CutPrefix(decimal, "-")
	whole, frac, point := strings.Cut(rest, ".")
	if whole == "" || !onlyDigits(whole) || (point && (frac == "" || !onlyDigits(frac))) {
		return 0, bad("write digits, and a point before the decimals")
	}
	if len(whole) > 1 && whole[0] == '0' {
		return 0, bad("it begins with a zero")
	}
	d := c.Digits()
	if extra := strings.TrimRight(frac, "0"); len(extra) > d {
		return 0, bad(fmt.Sprintf("%s has %d decimals", c, d))
	}
	frac = (frac + "0000")[:d]
	n, err := strconv.ParseInt(whole+frac, 10, 64)
	if err != nil || n == math.MaxInt64 {
		return 0, bad("it is too large")
	}
	if negative {
		n = -n
	}
	return n, nil
}

func onlyDigits(s string) bool {
	return strings.Trim(s, "0123456789") == ""
}

// Decimal is the amount without its currency, with all its decimals: "12.50".
func (m Money) Decimal() string {
	d := m.Currency.Digits()
	if d == 0 {
		return strconv.FormatInt(m.Minor, 10)
	}
	sign, n := "", uint64(m.Minor)
	if m.Minor < 0 {
		sign, n = "-", -n
	}
	s := strconv.FormatUint(n, 10)
	if len(s) <= d {
		s = strings.Repeat("0", d+1-len(s)) + s
	}
	return sign + s[:len(s)-d] + "." + s[len(s)-d:]
}

// String is what Parse reads; whole amounts drop their decimals: "20 EUR".
func (m Money) String() string {
	s := m.Decimal()
	if whole, frac, ok := strings.Cut(s, "."); ok && strings.Trim(frac, "0") == "" {
		s = whole
	}
	return s + " " + string(m.Currency)
}

// MarshalText writes the canonical form.
func (m Money) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads what Parse reads.
func (m *Money) UnmarshalText(b []byte) error {
	v, err := Parse(string(b))
	if err != nil {
		return err
	}
	*m = v
	return nil
}
