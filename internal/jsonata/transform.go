package jsonata

// transform compiles |pattern|update,delete|, a function that returns a copy
// of its argument in which each match of the pattern is changed.
func (c *compiler) transform(n *Transform) fn {
	pattern, update := c.compile(n.Pattern), c.compile(n.Update)
	var deletion fn
	if n.Delete != nil {
		deletion = c.compile(n.Delete)
	}
	clone := c.variable("clone")
	sig, _ := parseSignature("<(oa):o>")
	return func(f *frame, in Value) (Value, error) {
		apply := func(r *run, args []Value) (Value, error) {
			if args[0].k == KindNothing {
				return Nothing, nil
			}
			copier, err := clone(f, in)
			if err != nil {
				return Nothing, err
			}
			if copier.k != KindFunction {
				return Nothing, errorAt("T2013", n.Pos, n.End, "$clone, which a transform needs, is overridden by what is no function")
			}
			v, err := r.callWith(copier, args[0])
			if err != nil {
				return Nothing, err
			}
			if v, err = r.fresh(v); err != nil {
				return Nothing, err
			}
			m := mutation{r: r, n: n, v: v}
			return m.run(f, pattern, update, deletion)
		}
		return functionValue(&function{custom: apply, sig: sig, arity: 1, name: "transform"}), nil
	}
}

// mutation changes objects in place. That is safe, since the copy is fresh:
// each of its containers is referred to by it alone, and what evaluations have
// seen of it meanwhile is meant to change with it.
type mutation struct {
	r *run
	n *Transform
	v Value
}

// fresh gives every container of v one of its own.
func (r *run) fresh(v Value) (Value, error) {
	if err := r.spend(valueBytes * (v.Len() + 1)); err != nil {
		return Nothing, err
	}
	switch v.k {
	case KindArray:
		items := make([]Value, len(v.items()))
		for i, item := range v.items() {
			var err error
			if items[i], err = r.fresh(item); err != nil {
				return Nothing, err
			}
		}
		return checkNest(arrayOf(items, v.n&marks))
	case KindObject:
		b := newObjectBuilder(v.Len())
		for _, m := range v.members() {
			c, err := r.fresh(m.Value)
			if err != nil {
				return Nothing, err
			}
			b.add(m.Key, c)
		}
		return checkNest(b.value())
	default:
	}
	return v, nil
}

func (m *mutation) run(f *frame, pattern, update, deletion fn) (Value, error) {
	found, err := pattern(f, m.v)
	if err != nil {
		return Nothing, err
	}
	var one [1]Value
	matches := asItems(found, &one)
	if found.k == KindNothing {
		matches = nil
	}
	if err := m.r.tick(len(matches)); err != nil {
		return Nothing, err
	}
	for _, match := range matches {
		change, err := update(f, match)
		if err != nil {
			return Nothing, err
		}
		if err := m.merge(match, change); err != nil {
			return Nothing, err
		}
		if deletion == nil {
			continue
		}
		keys, err := deletion(f, match)
		if err != nil {
			return Nothing, err
		}
		if err := m.remove(match, keys); err != nil {
			return Nothing, err
		}
	}
	// Depths were noted when the containers were made; note them anew.
	return m.r.fresh(m.v)
}

func (m *mutation) merge(match, change Value) error {
	if change.k == KindNothing {
		return nil
	}
	if change.k != KindObject {
		p := m.n.Update.Span()
		e := errorAt("T2011", p.Pos, p.End, "the update of a transform must be an object, not %s", change)
		e.Value = change
		return e
	}
	if match.k != KindObject {
		return nil
	}
	o := (*object)(match.p)
	b := objectBuilder{o: o}
	for _, c := range change.members() {
		// A value that holds the match itself would make a ring.
		v, err := m.r.fresh(c.Value)
		if err != nil {
			return err
		}
		b.set(c.Key, v)
	}
	return nil
}

func (m *mutation) remove(match, keys Value) error {
	if keys.k == KindNothing {
		return nil
	}
	var one [1]Value
	list := asItems(keys, &one)
	for _, key := range list {
		if key.k != KindString {
			p := m.n.Delete.Span()
			e := errorAt("T2012", p.Pos, p.End, "the deletion of a transform must be a string or an array of strings, not %s", keys)
			e.Value = keys
			return e
		}
	}
	if match.k != KindObject {
		return nil
	}
	o := (*object)(match.p)
	for _, key := range list {
		i := o.find(key.Str())
		if i < 0 {
			continue
		}
		o.members = append(o.members[:i], o.members[i+1:]...)
		if o.index != nil {
			o.index = make(map[string]int32, len(o.members))
			for j := range o.members {
				o.index[o.members[j].Key] = int32(j)
			}
		}
	}
	return nil
}
