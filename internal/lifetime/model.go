package lifetime

import (
	"errors"
	"fmt"
	"math"
)

// Kind is one of the two models of purchases.
type Kind int

// The models of purchases; the package comment has their sources.
const (
	BGNBD  Kind = iota // nobody leaves before the first repeat
	MBGNBD             // somebody may leave after any purchase, the first too
)

// kinds are all kinds, in the order of preference when nothing else decides:
// the simpler first.
var kinds = [...]Kind{BGNBD, MBGNBD}

// String returns the name used in files: "bg-nbd" or "mbg-nbd".
func (k Kind) String() string {
	switch k {
	case BGNBD:
		return "bg-nbd"
	case MBGNBD:
		return "mbg-nbd"
	}
	return fmt.Sprintf("kind %d", int(k))
}

// MarshalText writes the name of k.
func (k Kind) MarshalText() ([]byte, error) {
	if k != BGNBD && k != MBGNBD {
		return nil, fmt.Errorf("there is no %v", k)
	}
	return []byte(k.String()), nil
}

// UnmarshalText reads a name that MarshalText writes.
func (k *Kind) UnmarshalText(text []byte) error {
	for _, known := range kinds {
		if known.String() == string(text) {
			*k = known
			return nil
		}
	}
	return fmt.Errorf("model %q is neither %q nor %q", text, BGNBD, MBGNBD)
}

// Params are the parameters of a model of purchases.
type Params struct {
	R     float64 `json:"r"`     // shape of the spread of purchase rates
	Alpha float64 `json:"alpha"` // rate of that spread, weeks: the mean person buys R/Alpha times a week
	A     float64 `json:"a"`     // with B, the spread of the probability to leave after a purchase,
	B     float64 `json:"b"`     // whose mean is A/(A+B)
}

// Spend are the parameters of the Gamma-Gamma model: a purchase is
// Gamma(P, nu), and nu is spread over people as Gamma(Q, V).
type Spend struct {
	P float64 `json:"p"`
	Q float64 `json:"q"` // above 1: below, the mean spend of the population is infinite
	V float64 `json:"v"` // minor units
}

// Model says what is expected of a customer. Kind and Params tell how often
// they buy, Spend what they pay.
type Model struct {
	Kind      Kind
	Purchases Params
	Spend     Spend
}

// Bounds of a parameter. An estimate that runs into one says that the data
// do not determine it.
const (
	minParam = 1e-5
	maxParam = 1e5
	// v is money: it scales with the currency's minor unit.
	maxSpendParam = 1e15
)

// Check returns everything wrong with the numbers of m.
func (m Model) Check() error {
	_, errKind := m.Kind.MarshalText()
	return errors.Join(errKind, m.Purchases.check(), m.Spend.check())
}

func (p Params) check() error {
	return errors.Join(
		within("r", p.R, maxParam), within("alpha", p.Alpha, maxParam), within("a", p.A, maxParam), within("b", p.B, maxParam))
}

func (s Spend) check() error {
	err := errors.Join(within("p", s.P, maxParam), within("q", s.Q, maxParam), within("v", s.V, maxSpendParam))
	if s.Q >= minParam && s.Q <= 1 {
		err = errors.Join(err, fmt.Errorf("q is %g: at 1 or less the mean spend is infinite", s.Q))
	}
	return err
}

func within(name string, v, most float64) error {
	if math.IsNaN(v) || v < minParam || v > most {
		return fmt.Errorf("%s is %g, not from %g to %g", name, v, minParam, most)
	}
	return nil
}

// Mean returns E[M] of the population in minor units: what a purchase of
// somebody without history costs.
func (s Spend) Mean() float64 { return s.P * s.V / (s.Q - 1) }

// Expected returns E[M | x, mean] in minor units: what a purchase of somebody
// with x repeats of that mean will cost (Fader and Hardie 2013).
// It lies between their own mean and the population's; x = 0 gives Mean.
func (s Spend) Expected(repeats int, mean float64) float64 {
	if repeats == 0 {
		mean = 0 // not read, whatever it is
	}
	x := float64(repeats)
	return s.P * (s.V + x*mean) / (s.P*x + s.Q - 1)
}

// oddsBase returns what stands before ((alpha+T)/(alpha+t_x))^(r+x) in the
// odds of having left: a/(b+x-1) in BG/NBD, 0 there without repeats, and
// a/(b+x) in MBG/NBD.
func (p Params) oddsBase(k Kind, repeats int) float64 {
	if k == MBGNBD {
		return p.A / (p.B + float64(repeats))
	}
	if repeats == 0 {
		return 0
	}
	return p.A / (p.B + float64(repeats-1))
}

// stays returns the second parameter of the Beta of somebody alive at T: b
// and how often they could have left and did not.
func (p Params) stays(k Kind, repeats int) float64 {
	if k == MBGNBD {
		return p.B + float64(repeats) + 1
	}
	return p.B + float64(repeats)
}
