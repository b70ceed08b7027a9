package jsonata

import "math"

// predicate compiles what [p] makes of what eval yields, a sequence.
func (c *compiler) predicate(eval fn, p Node) fn {
	test := c.stage(p)
	return func(f *frame, in Value) (Value, error) {
		v, err := eval(f, in)
		if err != nil {
			return Nothing, err
		}
		return test(f, v)
	}
}

// stage compiles a predicate to what filters a value it is given.
func (c *compiler) stage(p Node) fn {
	plain, eval := c.stageOfValues(p), c.compile(p)
	lit, isLit := p.(*Literal)
	around := c.scope
	hops := 0
	for info := c.frame; info != around.frame; info = info.up {
		hops++
	}
	return func(f *frame, v Value) (Value, error) {
		if v.k != kindTuples {
			return plain(f, v)
		}
		stream := v.tuples()
		if isLit && lit.Value.k == KindNumber {
			return tuplesValue(tupleAt(stream, lit.Value.Num())), nil
		}
		// The tuples come from a path in parentheses; the path around it has
		// slots for their variables.
		at := f
		for range hops {
			at = at.up
		}
		stream, err := selectTuples(stream, func(one tuple, i int) (int, error) {
			for _, b := range one.vars {
				if slot, ok := around.names[b.name]; ok {
					at.slots[slot] = b.value
				}
			}
			return selects(f, eval, one.at, i, len(v.tuples()))
		})
		return tuplesValue(stream), err
	}
}

func (c *compiler) stageOfValues(p Node) fn {
	if lit, ok := p.(*Literal); ok && lit.Value.k == KindNumber {
		index := lit.Value.Num()
		return func(f *frame, v Value) (Value, error) { return itemAt(v, index), nil }
	}
	if test := c.testOf(p); test != nil {
		return func(f *frame, v Value) (Value, error) { return filterBy(f, v, test) }
	}
	eval := c.compile(p)
	return func(f *frame, v Value) (Value, error) {
		var one [1]Value
		items := asItems(v, &one)
		if err := f.run.tick(len(items)); err != nil {
			return Nothing, err
		}
		var out []Value
		for i, item := range items {
			n, err := selects(f, eval, item, i, len(items))
			if err != nil {
				return Nothing, err
			}
			for range n {
				out = append(out, item)
			}
		}
		return f.run.array(out, markSequence)
	}
}

// testOf compiles a predicate that is a comparison or the like; of any other,
// which may yield indexes, it returns nil.
func (c *compiler) testOf(p Node) tester {
	if b, ok := p.(*Binary); ok && yieldsBool(b.Op) {
		return c.test(p)
	}
	return nil
}

// selects says how often a predicate takes the item at i: a list of numbers
// takes it as often as it names its index.
func selects(f *frame, eval fn, item Value, i, length int) (int, error) {
	v, err := eval(f, item)
	if err != nil {
		return 0, err
	}
	isIndex := func(v Value) (bool, error) {
		ok, err := numeric(v.Num())
		if !ok || err != nil {
			return false, err
		}
		index := math.Floor(v.Num())
		if index < 0 {
			index += float64(length)
		}
		return index == float64(i), nil
	}
	switch v.k {
	case KindBool:
		return int(v.n), nil
	case KindNumber:
		if hit, err := isIndex(v); hit || err != nil {
			return 1, err
		}
		return 0, nil
	case KindArray:
		numbers, err := allNumbers(v.items())
		if err != nil {
			return 0, err
		}
		if numbers {
			n := 0
			for _, x := range v.items() {
				if hit, _ := isIndex(x); hit {
					n++
				}
			}
			return n, nil
		}
	default:
	}
	if t, err := truth(v); !t || err != nil {
		return 0, err
	}
	return 1, nil
}

func allNumbers(items []Value) (bool, error) {
	for _, v := range items {
		if v.k != KindNumber {
			return false, nil
		}
		if ok, err := numeric(v.Num()); !ok || err != nil {
			return false, err
		}
	}
	return true, nil
}

// itemAt is v[index]; of an item that is an array it yields that array as it
// is, with its marks.
func itemAt(v Value, index float64) Value {
	var one [1]Value
	items := asItems(v, &one)
	i := indexOf(index, len(items))
	if i < 0 || items[i].k == KindNothing {
		return emptySequence
	}
	return items[i]
}

// indexOf rounds an index down and counts a negative one from the end; -1 is
// outside.
func indexOf(index float64, length int) int {
	index = math.Floor(index)
	if index < 0 {
		index += float64(length)
	}
	if index >= 0 && index < float64(length) {
		return int(index)
	}
	return -1
}

func filterBy(f *frame, v Value, test tester) (Value, error) {
	var buf [8]Value
	out, err := appendIf(f, buf[:0], v, test)
	if err != nil {
		return Nothing, err
	}
	if len(out) == 0 {
		return emptySequence, nil
	}
	return f.run.sequence(out)
}

// appendIf appends the items of v that pass the test.
func appendIf(f *frame, out []Value, v Value, test tester) ([]Value, error) {
	var one [1]Value
	items := asItems(v, &one)
	if err := f.run.tick(len(items)); err != nil {
		return nil, err
	}
	for i := range items {
		t, err := test(f, items[i])
		if err != nil {
			return nil, err
		}
		if t {
			out = append(out, items[i])
		}
	}
	return out, nil
}
