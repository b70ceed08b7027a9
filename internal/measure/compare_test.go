package measure_test

import (
	"errors"
	"fmt"
	"math"
	"testing"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/data/cdnow"
	"github.com/senda-dev/senda/internal/measure"
)

// real are the customers of the sample: what they spent in the 39 weeks from
// 1 October 1997, beside what they spent before.
func real(t *testing.T) []measure.Person {
	t.Helper()
	rows, err := cdnow.Sample()
	if err != nil {
		t.Fatal(err)
	}
	people := map[string]*measure.Person{}
	var order []string
	for _, r := range rows {
		p := people[r.Customer]
		if p == nil {
			p = &measure.Person{}
			people[r.Customer] = p
			order = append(order, r.Customer)
		}
		if r.Date.Format("20060102") < "19971001" {
			p.Before += float64(r.Cents) / 100
		} else {
			p.Value += float64(r.Cents) / 100
		}
	}
	out := make([]measure.Person, len(order))
	for i, c := range order {
		out[i] = *people[c]
	}
	return out
}

// draw splits people by a stable hash under a salt, as hold-outs are.
func draw(people []measure.Person, salt int, share, effect float64) (treated, held []measure.Person) {
	for i, p := range people {
		if senda.Bucket(senda.Hash64(fmt.Sprint("salt-", salt), "holdout", fmt.Sprint(i))) < share {
			held = append(held, p)
		} else {
			p.Value += effect
			treated = append(treated, p)
		}
	}
	return treated, held
}

const salts = 500

// History was lived without our mails, so the true difference is zero: the
// interval must hold it in 93 to 97 of 100 drawings of the arms.
func TestTheIntervalHoldsZeroAsOftenAsItSays(t *testing.T) {
	people := real(t)
	for _, share := range []float64{0.12, 0.15, 0.50} {
		inside := 0
		for salt := range salts {
			treated, held := draw(people, salt, share, 0)
			c, err := measure.Compare(treated, held)
			if err != nil {
				t.Fatal(err)
			}
			if c.Low <= 0 && 0 <= c.High {
				inside++
			}
		}
		if p := float64(inside) / salts; p < 0.93 || p > 0.97 {
			t.Errorf("hold-out %.0f %%: zero is inside %.1f %% of the intervals, want 93 to 97", share*100, p*100)
		}
	}
}

// A planted difference of the size that a comparison calls detectable is found as
// often as the stated power says.
func TestAPlantedDifferenceIsFoundAtItsPower(t *testing.T) {
	people := real(t)
	for _, share := range []float64{0.15, 0.50} {
		found := 0
		for salt := range salts {
			treated, held := draw(people, salt, share, 0)
			c, err := measure.Compare(treated, held)
			if err != nil {
				t.Fatal(err)
			}
			treated, held = draw(people, salt, share, c.Detectable)
			if c, err = measure.Compare(treated, held); err != nil {
				t.Fatal(err)
			}
			if c.Low > 0 {
				found++
			}
		}
		if p := float64(found) / salts; math.Abs(p-measure.Power) > 0.05 {
			t.Errorf("hold-out %.0f %%: the detectable difference is found in %.1f %%, stated %.0f", share*100, p*100, measure.Power*100)
		}
	}
}

func TestKnowingThePastSharpens(t *testing.T) {
	treated, held := draw(real(t), 1, 0.15, 0)
	with, err := measure.Compare(treated, held)
	if err != nil {
		t.Fatal(err)
	}
	for i := range treated {
		treated[i].Before = 0
	}
	for i := range held {
		held[i].Before = 0
	}
	without, err := measure.Compare(treated, held)
	if err != nil {
		t.Fatal(err)
	}
	if with.High-with.Low >= without.High-without.Low || with.Adjusted <= 0 || without.Adjusted != 0 {
		t.Errorf("adjusted %v wide (%.2f of the variance), plain %v", with.High-with.Low, with.Adjusted, without.High-without.Low)
	}
}

func TestTooFewPeopleGetNoInterval(t *testing.T) {
	c, err := measure.Compare(make([]measure.Person, 5000), make([]measure.Person, 199))
	if !errors.Is(err, measure.ErrTooFew) || c.High != 0 {
		t.Errorf("got %+v, %v", c, err)
	}
	if _, err := measure.Compare(nil, nil); !errors.Is(err, measure.ErrTooFew) {
		t.Errorf("nobody at all: %v", err)
	}
}

// Without a past the interval is Student's: the variance of 1..n is n(n+1)/12, so
// everything can be worked out by hand.
func TestWithoutAPastItIsStudents(t *testing.T) {
	var a, b []measure.Person
	for i := 1; i <= 200; i++ {
		a = append(a, measure.Person{Value: float64(i) / 10})
	}
	for i := 1; i <= 300; i++ {
		b = append(b, measure.Person{Value: float64(i) / 20})
	}
	c, err := measure.Compare(a, b)
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(c.Difference-2.525) > 1e-9 || math.Abs((c.Low+c.High)/2-2.525) > 1e-9 {
		t.Errorf("difference %v in %v..%v", c.Difference, c.Low, c.High)
	}
	variance := (199*200*201/12./100 + 299*300*301/12./400) / 498
	se := math.Sqrt(variance * (1/200. + 1/300.))
	if half := (c.High - c.Low) / 2; half < 1.96*se || half > 1.97*se {
		t.Errorf("half width %v, want between 1.96 and 1.97 standard errors of %v", half, se)
	}
}
