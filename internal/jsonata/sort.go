package jsonata

// sorter is a compiled order-by.
type sorter struct {
	terms []termCode
	place Place
}

type termCode struct {
	by         fn
	descending bool
}

func (c *compiler) sorter(n *Sort) *sorter {
	s := &sorter{place: n.Place}
	for _, t := range n.Terms {
		s.terms = append(s.terms, termCode{c.compile(t.By), t.Descending})
	}
	return s
}

// keyed is an item with the keys found for it so far.
type keyed[T any] struct {
	item T
	keys []Value
}

// values sorts the items of an array. Fewer than two stay what they are, with
// their marks.
func (s *sorter) values(f *frame, v Value) (Value, error) {
	items := v.items()
	if len(items) <= 1 {
		return v, nil
	}
	list := make([]*keyed[Value], len(items))
	for i, item := range items {
		list[i] = &keyed[Value]{item: item}
	}
	list, err := sortKeyed(f.run, s, list, func(k *keyed[Value], t fn) (Value, error) { return t(f, k.item) })
	if err != nil {
		return Nothing, err
	}
	out := make([]Value, len(list))
	for i, k := range list {
		out[i] = k.item
	}
	return f.run.array(out, 0)
}

// sortKeyed sorts by the terms; a key is evaluated when it is first compared.
func sortKeyed[T any](r *run, s *sorter, list []*keyed[T], eval func(*keyed[T], fn) (Value, error)) ([]*keyed[T], error) {
	key := func(k *keyed[T], i int) (Value, error) {
		for len(k.keys) <= i {
			v, err := eval(k, s.terms[len(k.keys)].by)
			if err != nil {
				return Nothing, err
			}
			k.keys = append(k.keys, v)
		}
		return k.keys[i], nil
	}
	return mergeSort(list, func(a, b *keyed[T]) (bool, error) {
		if err := r.tick(1); err != nil {
			return false, err
		}
		for i := range s.terms {
			x, err := key(a, i)
			if err != nil {
				return false, err
			}
			y, err := key(b, i)
			if err != nil {
				return false, err
			}
			c, err := s.compare(x, y)
			if err != nil {
				return false, err
			}
			if c == 0 {
				continue
			}
			if s.terms[i].descending && x.k != KindNothing && y.k != KindNothing {
				c = -c
			}
			return c > 0, nil
		}
		return false, nil
	})
}

// compare orders two keys; what is missing comes last in either direction.
func (s *sorter) compare(a, b Value) (int, error) {
	sortable := func(v Value) bool { return v.k == KindNumber || v.k == KindString }
	switch {
	case a.k == KindNothing && b.k == KindNothing:
		return 0, nil
	case a.k == KindNothing:
		return 1, nil
	case b.k == KindNothing:
		return -1, nil
	case !sortable(a) || !sortable(b):
		e := errorAt("T2008", s.place.Pos, s.place.End, "the keys of an order-by must be numbers or strings")
		e.Value = b
		if !sortable(a) {
			e.Value = a
		}
		return 0, e
	case a.k != b.k:
		e := errorAt("T2007", s.place.Pos, s.place.End, "the keys %s and %s of an order-by are not of the same type", a, b)
		e.Value = a
		return 0, e
	case a.k == KindString:
		return compareStrings(a.Str(), b.Str()), nil
	case a.Num() == b.Num():
		return 0, nil
	case a.Num() < b.Num():
		return -1, nil
	}
	return 1, nil
}

// mergeSort is stable and compares the same pairs in the same order as the
// reference, so that of several errors the same comes first. swap says that a,
// which stands before b, belongs after it.
func mergeSort[T any](list []T, swap func(a, b T) (bool, error)) ([]T, error) {
	if len(list) <= 1 {
		return list, nil
	}
	middle := len(list) / 2
	left, err := mergeSort(list[:middle], swap)
	if err != nil {
		return nil, err
	}
	right, err := mergeSort(list[middle:], swap)
	if err != nil {
		return nil, err
	}
	out := make([]T, 0, len(list))
	for len(left) > 0 && len(right) > 0 {
		s, err := swap(left[0], right[0])
		if err != nil {
			return nil, err
		}
		if s {
			out, right = append(out, right[0]), right[1:]
		} else {
			out, left = append(out, left[0]), left[1:]
		}
	}
	return append(append(out, left...), right...), nil
}
