package jsonata

// A sequence is what a path or a function yields: an array with markSequence,
// which stands for its one item when it holds one, and for nothing when it is
// empty, unless [] was written.

var emptySequence = arrayOf(nil, markSequence)

// norm is what the reference's evaluate does with every result.
func norm(v Value) Value {
	if v.k == KindArray && v.n&markSequence != 0 {
		return collapse(v)
	}
	return v
}

func collapse(v Value) Value {
	switch items := v.items(); len(items) {
	case 0:
		return Nothing
	case 1:
		if v.n&markKeep == 0 {
			return items[0]
		}
	}
	return v
}

// keepArray is norm where [] was written.
func keepArray(v Value) Value {
	if v.has(markSequence) {
		v = v.mark(markKeep)
	}
	return norm(v)
}

// flatten appends v as a path does: the items of an array, unless it was
// written as [...], and any other value itself.
func flatten(out []Value, v Value) []Value {
	if v.k == KindArray && v.n&markCons == 0 {
		return append(out, v.items()...)
	}
	return append(out, v)
}

// asItems is the array that a single value stands for; Nothing is an item too.
func asItems(v Value, single *[1]Value) []Value {
	if v.k == KindArray {
		return v.items()
	}
	single[0] = v
	return single[:]
}

// appendValue is $append.
func (r *run) appendValue(a, b Value) (Value, error) {
	if a.k == KindNothing {
		return b, nil
	}
	if b.k == KindNothing {
		return a, nil
	}
	var one, two [1]Value
	left, right := asItems(a, &one), asItems(b, &two)
	out := room(len(left) + len(right))
	out = append(append(out, left...), right...)
	return r.array(out, 0)
}

// lookup finds a field: of an object its member, of an array the sequence of
// those of its items.
func (r *run) lookup(v Value, key string) (Value, error) {
	switch v.k {
	case KindObject:
		return v.Get(key), nil
	case KindArray:
		var buf [8]Value
		out, err := r.lookupItems(buf[:0], v.items(), key)
		if err != nil {
			return Nothing, err
		}
		return r.sequence(out)
	default:
		return Nothing, nil
	}
}

func (r *run) lookupItems(out, items []Value, key string) ([]Value, error) {
	if err := r.tick(len(items)); err != nil {
		return nil, err
	}
	for _, item := range items {
		switch item.k {
		case KindObject:
			switch v := item.Get(key); v.k {
			case KindNothing:
			case KindArray:
				out = append(out, v.items()...)
			default:
				out = append(out, v)
			}
		case KindArray:
			var err error
			if out, err = r.lookupItems(out, item.items(), key); err != nil {
				return nil, err
			}
		default:
		}
	}
	return out, nil
}

// truth is $boolean.
func truth(v Value) (bool, error) {
	switch v.k {
	case KindBool:
		return v.n != 0, nil
	case KindNumber:
		return finiteTruth(v)
	case KindString:
		return v.n != 0, nil
	case KindObject:
		return v.Len() > 0, nil
	case KindArray:
		for _, item := range v.items() {
			if t, err := truth(item); t || err != nil {
				return t, err
			}
		}
	default:
	}
	return false, nil
}

func finiteTruth(v Value) (bool, error) {
	f := v.Num()
	ok, err := numeric(f)
	return ok && f != 0, err
}

// numeric is the reference's isNumeric: NaN is no number, infinity an error.
func numeric(f float64) (bool, error) {
	if f != f {
		return false, nil
	}
	if f-f != 0 {
		e := errorAt("D1001", -1, -1, "number out of range: %s", numberString(f))
		e.Value = Number(f)
		return false, e
	}
	return true, nil
}
