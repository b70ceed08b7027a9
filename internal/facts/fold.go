package facts

import (
	"math"
	"slices"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/calendar"
	"github.com/senda-dev/senda/internal/condition"
	"github.com/senda-dev/senda/internal/jsonata"
)

// Fold is how a fact makes one value of many events.
type Fold uint8

// The folds.
const (
	// Count is the number of events; with a Value, of those that have it.
	Count Fold = iota + 1
	// Sum adds the numbers; 0 without any.
	Sum
	// First and Last are the value of the earliest and the latest event that has
	// one, or its instant when the fact names no value; missing without any.
	First
	Last
	// Distinct is the number of different values.
	Distinct
)

// Fact is a declared fold.
type Fact struct {
	Name string
	Fold Fold
	// Event is the kind of event that teaches it, Value the path in its data.
	Event string
	Value []string
	// If leaves events out; it reads $event only. Nil for none.
	If *condition.Condition
	// Window is how far back events count, in the person's zone; zero: all that
	// the timeline keeps.
	Window calendar.Span
}

// Skew is how far ahead of the clock an event may be and is still taken in; one
// that close counts as having happened.
const Skew = 5 * time.Minute

// Eval computes the fact at an instant from a timeline in its order. zone is the
// person's, in which days of a window are counted.
func (f *Fact) Eval(lines []senda.Happening, at time.Time, zone *time.Location) jsonata.Value {
	var from time.Time
	if !f.Window.IsZero() {
		from = f.Window.Before(at, zone)
	}
	to := at.Add(Skew)
	g := gathering{fold: f.Fold}
	var roots *condition.Roots
	if f.If != nil {
		roots = &condition.Roots{Now: at}
	}
	for i := range lines {
		h := &lines[i]
		if h.Kind != f.Event || h.Time.After(to) || !from.IsZero() && !h.Time.After(from) {
			continue
		}
		if f.If != nil {
			if roots.Event = h.Data; !f.If.Holds(roots) {
				continue
			}
		}
		v := h.Data
		if len(f.Value) == 0 {
			v = jsonata.String(senda.Stamp(h.Time))
		}
		for _, key := range f.Value {
			v = v.Get(key)
		}
		if k := v.Kind(); k != jsonata.KindNothing && k != jsonata.KindNull {
			g.take(v)
		}
	}
	return g.value()
}

// gathering is a fold on its way through a timeline.
type gathering struct {
	fold        Fold
	n           int
	first, last jsonata.Value
	texts       map[string]bool
	others      []jsonata.Value
	sum         total
}

func (g *gathering) take(v jsonata.Value) {
	if g.n == 0 {
		g.first = v
	}
	g.n++
	g.last = v
	switch g.fold {
	case Sum:
		g.sum.add(v.Num())
	case Distinct:
		g.different(v)
	default: // counted above
	}
}

func (g *gathering) different(v jsonata.Value) {
	switch {
	case v.Kind() == jsonata.KindString:
		if g.texts == nil {
			g.texts = map[string]bool{}
		}
		g.texts[v.Str()] = true
	case !slices.ContainsFunc(g.others, v.Equal):
		g.others = append(g.others, v)
	}
}

func (g *gathering) value() jsonata.Value {
	switch g.fold {
	case Count:
		return jsonata.Number(float64(g.n))
	case Sum:
		return jsonata.Number(g.sum.value())
	case First:
		return g.first
	case Last:
		return g.last
	case Distinct:
		return jsonata.Number(float64(len(g.texts) + len(g.others)))
	}
	return jsonata.Nothing
}

// total adds decimals exactly while they have at most six decimals and the sum
// stays below nine billion, as amounts of money do: 0.1 + 0.2 is 0.3. Beyond
// that it adds floating-point numbers with Neumaier's compensation.
type total struct {
	micro           int64
	inexact         bool
	sum, correction float64
}

const (
	micros   = 1e6
	maxExact = 9e9
)

func (t *total) add(f float64) {
	if m := math.Round(f * micros); !t.inexact && math.Abs(f) < maxExact && m/micros == f {
		t.micro += int64(m)
		t.inexact = math.Abs(float64(t.micro)) >= maxExact*micros
	} else {
		t.inexact = true
	}
	s := t.sum + f
	if math.Abs(t.sum) >= math.Abs(f) {
		t.correction += t.sum - s + f
	} else {
		t.correction += f - s + t.sum
	}
	t.sum = s
}

func (t *total) value() float64 {
	if t.inexact {
		return t.sum + t.correction
	}
	// Both numbers are exact, so that the quotient is what the decimal itself is read as.
	return float64(t.micro) / micros
}
