package journey

import (
	"errors"
	"strconv"
	"strings"
)

// Share is a part of all people in hundredths of a percent: 10 % is 1000.
type Share int32

// AllShares is 100 %.
const AllShares Share = 10_000

var errShare = errors.New("write a number and a percent sign, as 10% or 12.5%")

// ParseShare reads "10%", "12.5%"; at most two decimals, 0% to 100%.
func ParseShare(s string) (Share, error) {
	number, ok := strings.CutSuffix(s, "%")
	whole, frac, point := strings.Cut(number, ".")
	if !ok || !onlyDigits(whole) || len(whole) > 3 || (len(whole) > 1 && whole[0] == '0') {
		return 0, errShare
	}
	if point && (!onlyDigits(frac) || len(frac) > 2) {
		return 0, errShare
	}
	n, err := strconv.Atoi(whole + (frac + "00")[:2])
	if err != nil || n > int(AllShares) {
		return 0, errShare
	}
	return Share(n), nil
}

func onlyDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// String is the canonical form: "10%", "12.5%".
func (s Share) String() string {
	return strconv.FormatFloat(float64(s)/100, 'f', -1, 64) + "%"
}

// Fraction is the share as a number from 0 to 1, as hashes are compared with it.
func (s Share) Fraction() float64 { return float64(s) / float64(AllShares) }

// MarshalText writes the canonical form.
func (s Share) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what ParseShare reads.
func (s *Share) UnmarshalText(b []byte) error {
	v, err := ParseShare(string(b))
	if err != nil {
		return err
	}
	*s = v
	return nil
}
