package money

import (
	"testing"

	"pgregory.net/rapid"
)

func TestParse(t *testing.T) {
	for in, want := range map[string]Money{
		"20 EUR":     {2000, "EUR"},
		"12.50 EUR":  {1250, "EUR"},
		"0.05 USD":   {5, "USD"},
		"-0.05 USD":  {-5, "USD"},
		"900 JPY":    {900, "JPY"},
		"1.250 KWD":  {1250, "KWD"},
		"5.1000 EUR": {510, "EUR"},
	} {
		got, err := Parse(in)
		if err != nil || got != want {
			t.Errorf("Parse(%q) = %v, %v; want %v", in, got, err, want)
		}
	}
	for _, in := range []string{"", "20", "EUR 20", "20 eur", "20 EURO", "1,50 EUR", "1.505 EUR", "0.5 JPY", "012 EUR", ". EUR", "1. EUR", ".5 EUR", "99999999999999999999 EUR", "20  EUR", "2e3 EUR"} {
		if got, err := Parse(in); err == nil {
			t.Errorf("Parse(%q) = %v; want an error", in, got)
		}
	}
}

// What is written can be read back, to the last minor unit.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := Money{rapid.Int64Range(-1<<53, 1<<53).Draw(t, "minor"), rapid.SampledFrom([]Currency{"EUR", "JPY", "KWD", "CLF"}).Draw(t, "currency")}
		got, err := Parse(m.String())
		if err != nil || got != m {
			t.Fatalf("Parse(%q) = %v, %v", m, got, err)
		}
	})
}
