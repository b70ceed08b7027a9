package jsonata

import "math"

func fnSum(_ *run, a []Value) (Value, error) {
	if a[0].k == KindNothing {
		return Nothing, nil
	}
	total := 0.0
	for _, v := range a[0].items() {
		total += v.Num()
	}
	return Number(total), nil
}

func fnCount(_ *run, a []Value) (Value, error) { return Number(float64(a[0].Len())), nil }

func fnMax(_ *run, a []Value) (Value, error) { return extreme(a[0], math.Max), nil }

func fnMin(_ *run, a []Value) (Value, error) { return extreme(a[0], math.Min), nil }

func extreme(v Value, of func(a, b float64) float64) Value {
	items := v.items()
	if len(items) == 0 {
		return Nothing
	}
	best := items[0].Num()
	for _, x := range items[1:] {
		best = of(best, x.Num())
	}
	return Number(best)
}

func fnAverage(r *run, a []Value) (Value, error) {
	if a[0].Len() == 0 {
		return Nothing, nil
	}
	sum, err := fnSum(r, a)
	return Number(sum.Num() / float64(a[0].Len())), err
}
