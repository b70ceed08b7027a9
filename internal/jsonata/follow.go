package jsonata

// follow goes down a path of names. It yields a collapsed value where that is
// the same, so that single values need no sequence.
func (r *run) follow(v Value, names []memberKey) (Value, error) {
	for i := range names {
		switch v.k {
		case KindObject:
			v = v.member(&names[i])
		case KindArray:
			if v.n&markCons != 0 {
				return r.followItems([]Value{v}, names[i:])
			}
			return r.followItems(v.items(), names[i:])
		default:
			return Nothing, nil
		}
	}
	return v, nil
}

func (r *run) followItems(items []Value, names []memberKey) (Value, error) {
	var g gathered
	if g.gather(items, names) {
		return g.sequence(), r.passed(len(items)*len(names), g.hits())
	}
	return r.followNested(items, names)
}

// followNested is followItems where arrays lie in the items.
func (r *run) followNested(items []Value, names []memberKey) (Value, error) {
	var bufs [2][8]Value
	last := len(names) - 1
	for i := range names[:last] {
		out := bufs[i&1][:0]
		for j := range items {
			v, err := r.member(items[j], &names[i])
			if err != nil {
				return Nothing, err
			}
			if v.k != KindNothing {
				out = flatten(out, v)
			}
		}
		if len(out) == 0 {
			return emptySequence, nil
		}
		items = out
	}
	return r.lastMembers(items, &names[last])
}

// member is a field of one item of a path, collapsed.
func (r *run) member(v Value, name *memberKey) (Value, error) {
	if err := r.tick(1); err != nil {
		return Nothing, err
	}
	if v.k == KindObject {
		return norm(v.member(name)), nil
	}
	v, err := r.lookup(v, name.text)
	return norm(v), err
}

// lastMembers makes the sequence of a field of the items. One array that is no
// sequence stays what it is.
func (r *run) lastMembers(items []Value, name *memberKey) (Value, error) {
	out := room(len(items))
	hits := 0
	var first Value
	for i := range items {
		v, err := r.member(items[i], name)
		if err != nil {
			return Nothing, err
		}
		if v.k == KindNothing {
			continue
		}
		if hits++; hits == 1 {
			first = v
		}
		out = flatten(out, v)
	}
	if hits == 1 && first.k == KindArray && !first.has(markSequence) {
		return first, nil
	}
	return r.array(out, markSequence)
}
