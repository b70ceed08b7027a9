package jsonata

// grouping is a compiled {key: value, ...}, on its own or after a path.
type grouping struct {
	pairs []pairCode
	place Place
}

type pairCode struct{ key, value fn }

func (c *compiler) group(pairs []Pair, at Place) *grouping {
	g := &grouping{place: at}
	for _, p := range pairs {
		g.pairs = append(g.pairs, pairCode{c.compile(p.Key), c.compile(p.Value)})
	}
	return g
}

// object compiles an object constructor. With keys that are all written as
// strings, which is the common case, no grouping is needed.
func (c *compiler) object(n *ObjectNode) fn {
	g := c.group(n.Pairs, n.Place)
	keys := make([]string, len(n.Pairs))
	seen := map[string]bool{}
	for i, p := range n.Pairs {
		lit, ok := p.Key.(*Literal)
		if !ok || lit.Value.k != KindString || seen[lit.Value.Str()] {
			return g.of
		}
		keys[i] = lit.Value.Str()
		seen[keys[i]] = true
	}
	if v, ok := constantObject(n); ok {
		return constant(v)
	}
	return func(f *frame, in Value) (Value, error) {
		if in.k == KindArray {
			return g.of(f, in)
		}
		b := newObjectBuilder(len(keys))
		for i := range keys {
			v, err := g.pairs[i].value(f, in)
			if err != nil {
				return Nothing, err
			}
			if v.k != KindNothing {
				b.add(keys[i], v)
			}
		}
		return f.run.object(&b)
	}
}

// constantObject is constantArray for an object, whose keys are literals.
func constantObject(n *ObjectNode) (Value, bool) {
	b := newObjectBuilder(len(n.Pairs))
	for _, p := range n.Pairs {
		value, ok := p.Value.(*Literal)
		if !ok {
			return Nothing, false
		}
		b.set(p.Key.(*Literal).Value.Str(), value.Value)
	}
	return b.value(), true
}

// groups collects items under keys, in the order in which keys appear.
type groups[T any] struct {
	index map[string]int
	list  []groupEntry[T]
}

type groupEntry[T any] struct {
	key   string
	pair  int
	items []T
}

// add puts an item under the key that the pair at i yields for it.
func (g *groups[T]) add(key Value, pair int, item T, at Place) error {
	if key.k == KindNothing {
		return nil
	}
	if key.k != KindString {
		e := errorAt("T1003", at.Pos, at.End, "a key of an object must be a string, not %s", key)
		e.Value = key
		return e
	}
	if i, ok := g.index[key.Str()]; ok {
		if g.list[i].pair != pair {
			e := errorAt("D1009", at.Pos, at.End, "several key expressions yield the key %s", key)
			e.Value = key
			return e
		}
		g.list[i].items = append(g.list[i].items, item)
		return nil
	}
	if g.index == nil {
		g.index = map[string]int{}
	}
	g.index[key.Str()] = len(g.list)
	g.list = append(g.list, groupEntry[T]{key.Str(), pair, []T{item}})
	return nil
}

// of groups the items of v, or builds one object of a single value.
func (g *grouping) of(f *frame, v Value) (Value, error) {
	var one [1]Value
	items := asItems(v, &one)
	if len(items) == 0 {
		items = one[:] // so that {"a": 1} of an empty array is {"a": 1}
		items[0] = Nothing
	}
	if err := f.run.tick(len(items)); err != nil {
		return Nothing, err
	}
	var found groups[Value]
	for _, item := range items {
		for i := range g.pairs {
			key, err := g.pairs[i].key(f, item)
			if err == nil {
				err = found.add(key, i, item, g.place)
			}
			if err != nil {
				return Nothing, err
			}
		}
	}
	b := newObjectBuilder(len(found.list))
	for _, e := range found.list {
		context := e.items[0]
		if len(e.items) > 1 {
			var err error
			if context, err = f.run.joinItems(e.items); err != nil {
				return Nothing, err
			}
		}
		v, err := g.pairs[e.pair].value(f, context)
		if err != nil {
			return Nothing, err
		}
		if v.k != KindNothing {
			b.add(e.key, v)
		}
	}
	return f.run.object(&b)
}

// joinItems is what appending one item after the other gives: the items of
// those that are arrays.
func (r *run) joinItems(items []Value) (Value, error) {
	var out []Value
	for _, item := range items {
		switch item.k {
		case KindNothing:
		case KindArray:
			out = append(out, item.items()...)
		default:
			out = append(out, item)
		}
	}
	return r.array(out, 0)
}
