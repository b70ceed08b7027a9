package jsonata

import (
	"iter"
	"math"
	"unsafe"
)

// Kind says what a Value is.
type Kind uint8

// The kinds of values. KindNothing is the zero Kind: JSONata's undefined, the
// result of looking for what is not there. It is not JSON's null.
const (
	KindNothing Kind = iota
	KindNull
	KindBool
	KindNumber
	KindString
	KindArray
	KindObject
	KindFunction

	// kindUnset marks a variable slot that no := has reached yet, so that the
	// read goes on to the enclosing scope. It never leaves the evaluator.
	kindUnset
)

// String names the kind as JSONata's $type does, and Nothing as "nothing".
func (k Kind) String() string {
	switch k {
	case KindNull:
		return "null"
	case KindBool:
		return "boolean"
	case KindNumber:
		return "number"
	case KindString:
		return "string"
	case KindArray:
		return "array"
	case KindObject:
		return "object"
	case KindFunction:
		return "function"
	default:
		return "nothing"
	}
}

// Value is a JSON value, a function, or Nothing. It is immutable, small (24
// bytes) and safe to share between goroutines; numbers, booleans and strings
// cost no allocation. Objects keep the order of their keys.
//
// Values are compared with Equal; == does not compile.
type Value struct {
	_ [0]func() // == would compare addresses

	// p is the first byte of a string, the first item of an array, or an
	// *object or *function. One word of payload beside one pointer keeps a
	// Value at 24 bytes, which Go passes in registers; an interface would
	// allocate for each number.
	p unsafe.Pointer
	// n holds the bits of a number, 0 or 1 of a boolean, the length of a
	// string; of an array its marks, depth and length, of an object its depth.
	n uint64
	k Kind
}

// object is never changed once a Value refers to it, and so is what an array
// refers to.
type object struct {
	members []Member
	// index finds members of large objects; small ones are faster to scan.
	index map[string]int32
}

// Member is one key of an object with its value.
type Member struct {
	Key   string
	Value Value
}

// The values that need no constructor.
var (
	Nothing Value // the zero Value
	Null    = Value{k: KindNull}
	True    = Value{k: KindBool, n: 1}
	False   = Value{k: KindBool}
)

// Bool returns True or False.
func Bool(b bool) Value {
	if b {
		return True
	}
	return False
}

// Number returns a number.
func Number(f float64) Value { return Value{k: KindNumber, n: math.Float64bits(f)} }

// String returns a string. Its bytes should be UTF-8; a lone surrogate, which
// JavaScript's strings may hold, is three bytes as UTF-8 would encode it.
func String(s string) Value {
	return Value{k: KindString, p: unsafe.Pointer(unsafe.StringData(s)), n: uint64(len(s))}
}

// Array returns an array of the items, which it copies.
func Array(items ...Value) Value {
	return arrayOf(append(make([]Value, 0, len(items)), items...), 0)
}

// Marks of arrays, kept in the low bits of Value.n; see the reference's
// createSequence. They belong to the Value, not to the shared items.
const (
	markSequence uint64 = 1 << iota // made by a path or a function, collapses when it holds one item
	markKeep                        // [] was written: does not collapse
	markCons                        // written as [..]: a path does not flatten it
	markOuter                       // the wrapping of an input that is an array
	markBits     = 8
	marks        = 1<<markBits - 1
)

// Above the marks Value.n of an array holds its depth, and above that its
// length, so that reading an item goes through one pointer only. Of an object
// the depth is in the same place.
const (
	deepest    = 1<<16 - 1 // deeper values, which only Array and Object make, count as this
	lengthFrom = markBits + 16
)

// room returns an empty slice with room for n values, exactly. The small sizes
// are constants, for which Go has the faster allocators.
func room(n int) []Value {
	switch n {
	case 1:
		return new([1]Value)[:0]
	case 2:
		return new([2]Value)[:0]
	case 3:
		return new([3]Value)[:0]
	case 4:
		return new([4]Value)[:0]
	case 5:
		return new([5]Value)[:0]
	case 6:
		return new([6]Value)[:0]
	}
	return make([]Value, 0, n)
}

// arrayOf takes ownership of items.
func arrayOf(items []Value, mark uint64) Value {
	depth := uint64(0)
	for i := range items {
		depth = max(depth, items[i].depth())
	}
	return arrayOfDepth(items, mark, depth)
}

// arrayOfDepth is arrayOf for items whose greatest depth is known.
func arrayOfDepth(items []Value, mark, depth uint64) Value {
	if cap(items) == 0 {
		items = new([1]Value)[:0] // an address of its own: === compares these
	}
	return Value{
		k: KindArray, p: unsafe.Pointer(unsafe.SliceData(items)),
		n: mark | min(depth+1, deepest)<<markBits | uint64(len(items))<<lengthFrom,
	}
}

func (v Value) mark(m uint64) Value   { v.n |= m; return v }
func (v Value) unmark(m uint64) Value { v.n &^= m; return v }
func (v Value) has(m uint64) bool     { return v.k == KindArray && v.n&m != 0 }

// depth is how many containers are nested: 0 for a scalar, 1 for [] and {}. It
// lies in the Value so that each new container learns its own without a walk.
func (v Value) depth() uint64 {
	if v.k == KindArray || v.k == KindObject {
		return v.n >> markBits & deepest
	}
	return 0
}

// Kind returns the kind of v.
func (v Value) Kind() Kind { return v.k }

// Bool returns the boolean, or false when v is of another kind.
func (v Value) Bool() bool { return v.k == KindBool && v.n != 0 }

// Num returns the number, or 0 when v is of another kind.
func (v Value) Num() float64 {
	if v.k != KindNumber {
		return 0
	}
	return math.Float64frombits(v.n)
}

// Str returns the string, or "" when v is of another kind.
func (v Value) Str() string {
	if v.k != KindString {
		return ""
	}
	return unsafe.String((*byte)(v.p), int(v.n))
}

// items is the slice behind an array, nil for other kinds; not to be changed.
func (v Value) items() []Value {
	if v.k != KindArray {
		return nil
	}
	return unsafe.Slice((*Value)(v.p), int(v.n>>lengthFrom))
}

// members is the slice behind an object, nil for other kinds; not to be changed.
func (v Value) members() []Member {
	if v.k != KindObject {
		return nil
	}
	return (*object)(v.p).members
}

// Len returns the number of elements of an array or members of an object,
// and 0 for every other kind.
func (v Value) Len() int {
	switch v.k {
	case KindArray:
		return int(v.n >> lengthFrom)
	case KindObject:
		return len((*object)(v.p).members)
	default:
		return 0
	}
}

// At returns an element of an array, Nothing when there is none at i.
func (v Value) At(i int) Value {
	if items := v.items(); i >= 0 && i < len(items) {
		return items[i]
	}
	return Nothing
}

// Get returns a member of an object, Nothing when it is absent or v is no object.
func (v Value) Get(key string) Value {
	if v.k != KindObject {
		return Nothing
	}
	o := (*object)(v.p)
	if i := o.find(key); i >= 0 {
		return o.members[i].Value
	}
	return Nothing
}

// Members goes through the members of an object in their order.
func (v Value) Members() iter.Seq2[string, Value] {
	return func(yield func(string, Value) bool) {
		for _, m := range v.members() {
			if !yield(m.Key, m.Value) {
				return
			}
		}
	}
}

// Elements goes through the elements of an array.
func (v Value) Elements() iter.Seq2[int, Value] {
	return func(yield func(int, Value) bool) {
		for i, e := range v.items() {
			if !yield(i, e) {
				return
			}
		}
	}
}

// With returns a copy of an object with one member set, in its old place or at
// the end; Nothing as the value removes the member. Of a v that is no object
// it returns an object with that member alone.
func (v Value) With(key string, value Value) Value {
	b := newObjectBuilder(v.Len() + 1)
	for _, m := range v.members() {
		if m.Key != key || value.k != KindNothing {
			b.set(m.Key, m.Value)
		}
	}
	if value.k != KindNothing {
		b.set(key, value)
	}
	return b.value()
}

// Equal says whether two values are the same in depth: objects regardless of
// the order of their keys, numbers as IEEE compares them (NaN equals nothing,
// -0 equals 0), functions when they are one.
func (v Value) Equal(w Value) bool {
	if v.k != w.k {
		return false
	}
	switch v.k {
	case KindNumber:
		return v.Num() == w.Num()
	case KindString:
		return v.Str() == w.Str()
	case KindArray:
		return equalItems(v.items(), w.items())
	case KindObject:
		return equalMembers((*object)(v.p), (*object)(w.p))
	default:
		return v.p == w.p && v.n == w.n
	}
}

func equalItems(a, b []Value) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !a[i].Equal(b[i]) {
			return false
		}
	}
	return true
}

func equalMembers(a, b *object) bool {
	if len(a.members) != len(b.members) {
		return false
	}
	for i := range a.members {
		j := b.find(a.members[i].Key)
		if j < 0 || !a.members[i].Value.Equal(b.members[j].Value) {
			return false
		}
	}
	return true
}
