package jsonata

import "math"

func fnBoolean(_ *run, a []Value) (Value, error) {
	if a[0].k == KindNothing {
		return Nothing, nil
	}
	t, err := truth(a[0])
	return Bool(t), err
}

func fnNot(_ *run, a []Value) (Value, error) {
	if a[0].k == KindNothing {
		return Nothing, nil
	}
	t, err := truth(a[0])
	return Bool(!t), err
}

func fnExists(_ *run, a []Value) (Value, error) { return Bool(a[0].k != KindNothing), nil }

func fnAppend(r *run, a []Value) (Value, error) { return r.appendValue(a[0], a[1]) }

func fnReverse(r *run, a []Value) (Value, error) {
	items := a[0].items()
	if len(items) <= 1 {
		return a[0], nil
	}
	out := make([]Value, len(items))
	for i, v := range items {
		out[len(items)-1-i] = v
	}
	return r.array(out, 0)
}

func fnShuffle(r *run, a []Value) (Value, error) {
	items := a[0].items()
	if len(items) <= 1 {
		return a[0], nil
	}
	if r.env.Random == nil {
		return Nothing, noChance("shuffle")
	}
	out := make([]Value, len(items))
	for i, v := range items {
		j := min(int(r.env.Random()*float64(i+1)), i)
		out[i] = out[j]
		out[j] = v
	}
	return r.array(out, 0)
}

func fnZip(r *run, a []Value) (Value, error) {
	length := math.MaxInt
	for _, v := range a {
		length = min(length, v.Len())
	}
	if err := r.spend(valueBytes * length * len(a)); err != nil {
		return Nothing, err
	}
	out := make([]Value, length)
	for i := range out {
		row := make([]Value, len(a))
		for j := range a {
			row[j] = a[j].At(i)
		}
		out[i] = arrayOf(row, 0)
	}
	return r.array(out, 0)
}

func fnDistinct(r *run, a []Value) (Value, error) {
	items := a[0].items()
	if len(items) <= 1 {
		return a[0], nil
	}
	var out []Value
	strings, numbers := map[string]bool{}, map[float64]bool{}
	var others []Value
	for _, v := range items {
		seen := false
		switch v.k {
		case KindString:
			seen = strings[v.Str()]
			strings[v.Str()] = true
		case KindNumber: // NaN is never seen
			seen = numbers[v.Num()]
			numbers[v.Num()] = true
		default:
			if err := r.tick(len(others) + 1); err != nil {
				return Nothing, err
			}
			for i := range others {
				if seen = v.Equal(others[i]); seen {
					break
				}
			}
			if !seen {
				others = append(others, v)
			}
		}
		if !seen {
			out = append(out, v)
		}
	}
	return r.array(out, a[0].n&markSequence)
}

func fnSort(r *run, a []Value) (Value, error) {
	items := a[0].items()
	if len(items) <= 1 {
		return a[0], nil
	}
	swap := func(x, y Value) (bool, error) {
		v, err := r.callWith(a[1], x, y)
		return jsTruth(v), err
	}
	if a[1].k == KindNothing {
		var err error
		if swap, err = defaultOrder(items); err != nil {
			return Nothing, err
		}
	}
	out, err := mergeSort(items, func(x, y Value) (bool, error) {
		if err := r.tick(1); err != nil {
			return false, err
		}
		return swap(x, y)
	})
	if err != nil {
		return Nothing, err
	}
	return r.array(out, 0)
}

func defaultOrder(items []Value) (func(x, y Value) (bool, error), error) {
	numbers, err := allNumbers(items)
	if err != nil {
		return nil, err
	}
	if numbers {
		return func(x, y Value) (bool, error) { return x.Num() > y.Num(), nil }, nil
	}
	for _, v := range items {
		if v.k != KindString {
			return nil, fail("D3070", "sort", v, "without a comparison function only strings, or only numbers, can be sorted")
		}
	}
	return func(x, y Value) (bool, error) { return compareStrings(x.Str(), y.Str()) > 0, nil }, nil
}
