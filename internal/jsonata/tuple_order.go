package jsonata

func tupleAt(stream []tuple, index float64) []tuple {
	i := indexOf(index, len(stream))
	if i < 0 {
		return nil
	}
	return stream[i : i+1 : i+1]
}

func selectTuples(stream []tuple, times func(tuple, int) (int, error)) ([]tuple, error) {
	var out []tuple
	for i, one := range stream {
		n, err := times(one, i)
		if err != nil {
			return nil, err
		}
		for j := range n {
			one.again = one.again || j > 0
			out = append(out, one)
		}
	}
	return out, nil
}

func (t *tupleCode) sort(f *frame, s *sorter, stream []tuple) ([]tuple, error) {
	list := make([]*keyed[tuple], len(stream))
	for i := range stream {
		list[i] = &keyed[tuple]{item: stream[i]}
	}
	list, err := sortKeyed(f.run, s, list, func(k *keyed[tuple], term fn) (Value, error) {
		return term(t.scope.frame(f, k.item), k.item.at)
	})
	if err != nil {
		return nil, err
	}
	out := make([]tuple, len(list))
	for i, k := range list {
		out[i] = k.item
	}
	return out, nil
}

// ofTuples groups a stream: the variables of the tuples of one group become
// the sequences of their values.
func (g *grouping) ofTuples(f *frame, s *tupleScope, stream []tuple) (Value, error) {
	if len(stream) == 0 {
		stream = []tuple{{}}
	}
	if err := f.run.tick(len(stream)); err != nil {
		return Nothing, err
	}
	var found groups[tuple]
	for _, one := range stream {
		for i := range g.pairs {
			key, err := g.pairs[i].key(s.frame(f, one), one.at)
			if err == nil {
				err = found.add(key, i, one, g.place)
			}
			if err != nil {
				return Nothing, err
			}
		}
	}
	b := newObjectBuilder(len(found.list))
	for _, e := range found.list {
		one, err := f.run.reduce(e.items)
		if err != nil {
			return Nothing, err
		}
		v, err := g.pairs[e.pair].value(s.frame(f, one), one.at)
		if err != nil {
			return Nothing, err
		}
		if v.k != KindNothing {
			b.add(e.key, v)
		}
	}
	return f.run.object(&b)
}

// reduce makes one tuple of several.
func (r *run) reduce(list []tuple) (tuple, error) {
	if len(list) == 1 {
		return list[0], nil
	}
	collect := func(of func(tuple) Value) (Value, error) {
		values := make([]Value, len(list))
		for i, one := range list {
			values[i] = of(one)
			if values[i].k == kindUnset {
				values[i] = Nothing
			}
		}
		return r.joinItems(values)
	}
	at, err := collect(func(t tuple) Value { return t.at })
	if err != nil {
		return tuple{}, err
	}
	out := tuple{at: at}
	for _, b := range list[0].vars {
		v, err := collect(func(t tuple) Value { return t.get(b.name) })
		if err != nil {
			return tuple{}, err
		}
		out = out.with(b.name, v)
	}
	return out, nil
}
