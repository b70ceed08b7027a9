package jsonata

// A straight path goes from a variable or the context down by names alone:
// $states.input.person, price. Most expressions of a state machine are one.

// straight compiles a path of names to what yields its collapsed value, nil
// when the path is not straight or anything is to be done with its sequence.
func (c *compiler) straight(n *Path) fn {
	if n.Group != nil || n.keepSteps || n.keepHere {
		return nil
	}
	at, texts, ok := c.straightFrom(n)
	if !ok {
		return nil
	}
	names := memberKeysOf(texts)
	if at == nil {
		if len(names) == 1 {
			return ofContext(names)
		}
		return func(f *frame, in Value) (Value, error) { return f.run.down(in, names) }
	}
	slot, hops := at.slot, at.hops
	if hops > 0 {
		return func(f *frame, _ Value) (Value, error) {
			run := f.run
			for range hops {
				f = f.up
			}
			return run.down(f.slots[slot], names)
		}
	}
	return func(f *frame, _ Value) (Value, error) { return f.run.down(f.slots[slot], names) }
}

// ofContext is a straight path of one name, as predicates have it.
func ofContext(names []memberKey) fn {
	return func(f *frame, in Value) (Value, error) {
		if in.k == KindObject {
			if v := in.member(&names[0]); v.k != KindArray {
				return v, nil
			}
		}
		return f.run.down(in, names)
	}
}

// straightFrom takes a straight path apart: where its variable is, nil for the
// context, and the names.
func (c *compiler) straightFrom(n *Path) (at *place, names []string, ok bool) {
	for i := range n.Steps {
		if n.Steps[i].tuple {
			return nil, nil, false
		}
	}
	names, bare := trailingNames(n)
	if !bare {
		return nil, nil, false
	}
	switch first := n.Steps[0].Expr.(type) {
	case *Name:
		return nil, append([]string{first.Value}, names...), true
	case *Variable:
		places, complete := c.find(first.Name)
		if first.Name == "" || len(places) != 1 || !complete || len(names) == 0 {
			return nil, nil, false
		}
		return &places[0], names, true
	}
	return nil, nil, false
}

// Straight is a path of names that begins at a variable: $a or $a.b.c.
type Straight struct {
	slot  int
	names []memberKey
}

// Straight says that the program is no more than such a path; who has the value
// of the variable, or of a member of it, need not evaluate it then.
func (p *Program) Straight() (*Straight, bool) { return p.direct, p.direct != nil }

// Variable is the index of the variable in CompileOptions.Vars.
func (s *Straight) Variable() int { return s.slot }

// After is the path that is left after the names, if it begins with them.
func (s *Straight) After(names ...string) (*Straight, bool) {
	if len(s.names) < len(names) {
		return nil, false
	}
	for i, name := range names {
		if s.names[i].text != name {
			return nil, false
		}
	}
	return &Straight{s.slot, s.names[len(names):]}, true
}

// straightRoot takes the root of a program apart; it is nil when that is no
// such path.
func (c *compiler) straightRoot(root Node) *Straight {
	switch n := root.(type) {
	case *Path:
		if n.Group != nil || n.keepSteps || n.keepHere {
			return nil
		}
		if at, texts, ok := c.straightFrom(n); ok && at != nil {
			return &Straight{at.slot, memberKeysOf(texts)}
		}
	case *Variable:
		if places, complete := c.find(n.Name); n.Name != "" && len(places) == 1 && complete {
			return &Straight{slot: places[0].slot}
		}
	}
	return nil
}

// directMost is how many items a direct path goes through. So it stays far
// below the default limits and need not count.
const directMost = 256

// Of is what the path leads to from v, as Eval would give it for a variable of
// that value. It is not ok where that takes more than looking up members.
func (s *Straight) Of(v Value) (_ Value, ok bool) {
	names := s.names
	for i := range names {
		switch v.k {
		case KindObject:
			v = v.member(&names[i])
		case KindArray:
			items := v.items()
			if v.n&marks != 0 || len(items) > directMost {
				return Nothing, false
			}
			var g gathered
			if !g.gather(items, names[i:]) {
				return Nothing, false
			}
			return g.collapsed(0), true
		default:
			return Nothing, true
		}
	}
	return v, !v.has(marks)
}

// down is follow, collapsed.
func (r *run) down(v Value, names []memberKey) (Value, error) {
	for i := range names {
		switch v.k {
		case KindObject:
			v = v.member(&names[i])
		case KindArray:
			if v.n&markCons != 0 {
				v = sequenceOf(v)
			}
			var g gathered
			if g.gather(v.items(), names[i:]) {
				if err := r.passed(v.Len()*len(names[i:]), g.hits()); err != nil {
					return Nothing, err
				}
				return g.collapsed(markSequence), nil
			}
			v, err := r.followNested(v.items(), names[i:])
			return norm(v), err
		default:
			return Nothing, nil
		}
	}
	return norm(v), nil
}

// passed counts the steps of a walk through lists and the bytes of what it
// found.
func (r *run) passed(steps, found int) error {
	if err := r.tick(steps); err != nil {
		return err
	}
	return r.spend(valueBytes * found)
}

// gathered is what a path of names finds in the objects of a list.
type gathered struct {
	first Value
	all   []Value // when there is more than one
	depth uint64
}

// gather follows the names from each item. It is ok only where each item leads
// to one value at most, because no array lies on the way: then nothing needs to
// be flattened, and the result is written once, into memory of its own.
func (g *gathered) gather(items []Value, names []memberKey) (ok bool) {
	var all []Value
	depth := uint64(0)
	for i := range items {
		v, single := items[i].only(names)
		switch {
		case !single:
			return false
		case v.k == KindNothing:
			continue
		case all != nil:
			all = append(all, v)
		case g.first.k == KindNothing:
			g.first = v
		default:
			all = append(room(len(items)-i+1), g.first, v)
		}
		depth = max(depth, v.depth())
	}
	g.all, g.depth = all, depth
	return true
}

// hits is how many values were found.
func (g *gathered) hits() int {
	if g.all == nil && g.first.k != KindNothing {
		return 1
	}
	return len(g.all)
}

// only is where the names lead from v, unless there is an array on the way.
func (v Value) only(names []memberKey) (_ Value, ok bool) {
	for i := range names {
		if v.k != KindObject {
			return Nothing, v.k != KindArray
		}
		v = v.member(&names[i])
	}
	return v, v.k != KindArray
}

// collapsed is what was found: an array with that mark when it is several.
func (g *gathered) collapsed(mark uint64) Value {
	if g.all != nil {
		return arrayOfDepth(g.all, mark, g.depth)
	}
	return g.first
}

// sequence is what was found, not collapsed.
func (g *gathered) sequence() Value {
	switch {
	case g.all != nil:
		return arrayOfDepth(g.all, markSequence, g.depth)
	case g.first.k == KindNothing:
		return emptySequence
	}
	return sequenceOf(g.first)
}
