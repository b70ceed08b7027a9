package jsonata

// Mold makes objects that share their keys and some of their values, as the
// template of a state does: the keys are looked at once, and what is the same
// each time is copied as a whole.
type Mold struct {
	members []Member
	index   map[string]int32 // as object.index; the objects share it
	depth   uint64           // of the values that are there
}

// NewMold takes the members in their order; each must have a key of its own.
// Where a value is Nothing there is a hole, which each object has to fill.
func NewMold(members []Member) *Mold {
	b := newObjectBuilder(len(members))
	for _, m := range members {
		b.set(m.Key, m.Value)
	}
	return &Mold{b.o.members, b.o.index, b.deepest}
}

// Cast is an object that is being made.
type Cast struct {
	o     *object
	depth uint64
}

// Cast begins an object.
func (m *Mold) Cast() Cast {
	o := roomyObject(len(m.members))
	o.members = append(o.members, m.members...)
	o.index = m.index
	return Cast{o, m.depth}
}

// Fill puts a value, not Nothing, into the hole at i.
func (c *Cast) Fill(i int, v Value) {
	c.o.members[i].Value = v
	c.depth = max(c.depth, v.depth())
}

// Value is the object. Nothing may be filled in afterwards.
func (c *Cast) Value() Value { return (&objectBuilder{c.o, c.depth}).value() }
