package jsonata

// holds calls a predicate and takes its result as $boolean does.
func (r *run) holds(fn, a, b, c Value) (bool, error) {
	v, err := r.call3(fn, a, b, c)
	if err != nil {
		return false, err
	}
	if v.k == KindBool {
		return v.n != 0, nil
	}
	return truth(v)
}

func fnMap(r *run, a []Value) (Value, error) {
	items := a[0].items()
	if a[0].k == KindNothing {
		return Nothing, nil
	}
	if err := r.tick(len(items)); err != nil {
		return Nothing, err
	}
	out := room(len(items))
	for i, item := range items {
		v, err := r.call3(a[1], item, Number(float64(i)), a[0])
		if err != nil {
			return Nothing, err
		}
		if v.k != KindNothing {
			out = append(out, v)
		}
	}
	return r.array(out, markSequence)
}

func fnFilter(r *run, a []Value) (Value, error) {
	items := a[0].items()
	if a[0].k == KindNothing {
		return Nothing, nil
	}
	if err := r.tick(len(items)); err != nil {
		return Nothing, err
	}
	var buf [8]Value
	out := buf[:0]
	for i, item := range items {
		keep, err := r.holds(a[1], item, Number(float64(i)), a[0])
		if err != nil {
			return Nothing, err
		}
		if keep {
			out = append(out, item)
		}
	}
	return r.sequence(out)
}

func fnSingle(r *run, a []Value) (Value, error) {
	if a[0].k == KindNothing {
		return Nothing, nil
	}
	found, hits := Nothing, 0
	for i, item := range a[0].items() {
		keep := true
		if a[1].k != KindNothing {
			var err error
			if keep, err = r.holds(a[1], item, Number(float64(i)), a[0]); err != nil {
				return Nothing, err
			}
		}
		if keep {
			if hits++; hits > 1 {
				return Nothing, fail("D3138", "single", Nothing, "$single expected one matching result but found more")
			}
			found = item
		}
	}
	if hits == 0 {
		return Nothing, fail("D3139", "single", Nothing, "$single expected one matching result but found none")
	}
	return found, nil
}

func fnReduce(r *run, a []Value) (Value, error) {
	if a[0].k == KindNothing {
		return Nothing, nil
	}
	items, total := a[0].items(), a[2]
	if a[1].k != KindFunction {
		return Nothing, fail("T0410", "reduce", a[1], "argument 2 of $reduce must be a function")
	}
	arity := a[1].function().arity
	if arity < 2 {
		return Nothing, fail("D3050", "reduce", a[1], "the function given to $reduce must take at least two arguments")
	}
	from := 0
	if total.k == KindNothing && len(items) > 0 {
		total, from = items[0], 1
	}
	for i := from; i < len(items); i++ {
		if err := r.tick(1); err != nil {
			return Nothing, err
		}
		base := len(r.args)
		r.args = append(r.args, total, items[i])
		if arity >= 3 {
			r.args = append(r.args, Number(float64(i)))
		}
		if arity >= 4 {
			r.args = append(r.args, a[0])
		}
		v, err := r.invoke(a[1], r.args[base:len(r.args):len(r.args)], Null)
		r.dropArgs(base)
		if err != nil {
			return Nothing, err
		}
		total = v
	}
	return total, nil
}
