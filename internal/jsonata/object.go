package jsonata

import (
	"unsafe"
)

// indexFrom is the number of members from which an object has an index.
const indexFrom = 12

// Object returns an object with the members in their order. Of members with
// the same key the last value counts, in the place of the first. Members whose
// value is Nothing are left out.
func Object(members ...Member) Value {
	b := newObjectBuilder(len(members))
	for _, m := range members {
		if m.Value.k != KindNothing {
			b.set(m.Key, m.Value)
		}
	}
	return b.value()
}

// Distinct is Object for members that are known to be all there, each with a
// key of its own; it does not look.
func Distinct(members ...Member) Value {
	if len(members) >= indexFrom {
		return Object(members...)
	}
	o := roomyObject(len(members))
	o.members = append(o.members, members...)
	depth := uint64(0)
	for i := range members {
		depth = max(depth, members[i].Value.depth())
	}
	return (&objectBuilder{o, depth}).value()
}

// objectBuilder collects members; value may be called once.
type objectBuilder struct {
	o       *object
	deepest uint64
}

func newObjectBuilder(size int) objectBuilder {
	o := roomyObject(size)
	if size >= indexFrom {
		o.index = make(map[string]int32, size)
	}
	return objectBuilder{o: o}
}

// sized is an object with its members beside it, so that a small object takes
// one allocation instead of two.
type sized[A any] struct {
	object
	room A
}

// roomyObject returns an object with room for exactly n members.
func roomyObject(n int) *object {
	switch n {
	case 0:
		return new(object)
	case 1:
		s := new(sized[[1]Member])
		s.members = s.room[:0]
		return &s.object
	case 2:
		s := new(sized[[2]Member])
		s.members = s.room[:0]
		return &s.object
	case 3:
		s := new(sized[[3]Member])
		s.members = s.room[:0]
		return &s.object
	case 4:
		s := new(sized[[4]Member])
		s.members = s.room[:0]
		return &s.object
	case 5:
		s := new(sized[[5]Member])
		s.members = s.room[:0]
		return &s.object
	case 6:
		s := new(sized[[6]Member])
		s.members = s.room[:0]
		return &s.object
	case 7, 8:
		s := new(sized[[8]Member])
		s.members = s.room[:0]
		return &s.object
	}
	return &object{members: make([]Member, 0, n)}
}

func (b *objectBuilder) set(key string, v Value) {
	b.deepest = max(b.deepest, v.depth())
	if i := b.o.find(key); i >= 0 {
		b.o.members[i].Value = v
		return
	}
	b.o.members = append(b.o.members, Member{key, v})
	n := len(b.o.members)
	switch {
	case b.o.index != nil:
		b.o.index[key] = int32(n - 1)
	case n >= indexFrom:
		b.o.index = make(map[string]int32, 2*n)
		for i := range b.o.members {
			b.o.index[b.o.members[i].Key] = int32(i)
		}
	}
}

// add is set for a key that is known to be new.
func (b *objectBuilder) add(key string, v Value) {
	if b.o.index != nil || len(b.o.members)+1 >= indexFrom {
		b.set(key, v)
		return
	}
	b.deepest = max(b.deepest, v.depth())
	b.o.members = append(b.o.members, Member{key, v})
}

func (b *objectBuilder) value() Value {
	return Value{k: KindObject, p: unsafe.Pointer(b.o), n: min(b.deepest+1, deepest) << markBits}
}

func (o *object) find(key string) int {
	if o.index != nil {
		if i, ok := o.index[key]; ok {
			return int(i)
		}
		return -1
	}
	for i := range o.members {
		if o.members[i].Key == key {
			return i
		}
	}
	return -1
}
