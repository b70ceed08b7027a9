package jsonata

import (
	"errors"
	"math"
)

// tester is a compiled node of which only the truth is wanted; it saves the
// way through a Value.
type tester func(f *frame, in Value) (bool, error)

func yieldsBool(op string) bool {
	switch op {
	case "=", "!=", "<", "<=", ">", ">=", "and", "or", "in":
		return true
	}
	return false
}

// test compiles n for its truth, as and, or and ?: take it.
func (c *compiler) test(n Node) tester {
	if b, ok := n.(*Binary); ok {
		switch b.Op {
		case "and":
			left, right := c.test(b.Left), c.test(b.Right)
			return func(f *frame, in Value) (bool, error) {
				t, err := left(f, in)
				if !t || err != nil {
					return false, err
				}
				return right(f, in)
			}
		case "or":
			left, right := c.test(b.Left), c.test(b.Right)
			return func(f *frame, in Value) (bool, error) {
				t, err := left(f, in)
				if t || err != nil {
					return t, err
				}
				return right(f, in)
			}
		case "=", "!=":
			return c.equality(b)
		case "<", "<=", ">", ">=":
			if lit, ok := b.Right.(*Literal); ok && lit.Value.k == KindNumber {
				return c.bounded(b, lit.Value)
			}
			compare := c.comparison(b)
			return func(f *frame, in Value) (bool, error) {
				t, err := compare(f, in)
				return t == yes, err
			}
		}
	}
	eval := c.compile(n)
	return func(f *frame, in Value) (bool, error) {
		v, err := eval(f, in)
		if err != nil {
			return false, err
		}
		if v.k == KindBool {
			return v.n != 0, nil
		}
		return truth(v)
	}
}

func (c *compiler) binary(n *Binary) fn {
	switch n.Op {
	case "and", "or", "=", "!=":
		test := c.test(n)
		return func(f *frame, in Value) (Value, error) {
			t, err := test(f, in)
			return Bool(t), err
		}
	case "<", "<=", ">", ">=":
		compare := c.comparison(n)
		return func(f *frame, in Value) (Value, error) {
			t, err := compare(f, in)
			if t == unknown || err != nil {
				return Nothing, err
			}
			return Bool(t == yes), nil
		}
	case "+", "-", "*", "/", "%":
		return c.arithmetic(n)
	}
	left, right := c.compile(n.Left), c.compile(n.Right)
	var op func(r *run, a, b Value) (Value, error)
	switch n.Op {
	case "&":
		op = (*run).concat
	case "..":
		op = (*run).spanOf
	default:
		op = includes
	}
	return func(f *frame, in Value) (Value, error) {
		a, err := left(f, in)
		if err != nil {
			return Nothing, err
		}
		b, err := right(f, in)
		if err != nil {
			return Nothing, err
		}
		v, err := op(f.run, a, b)
		if err != nil {
			return Nothing, n.blame(err)
		}
		return norm(v), nil
	}
}

// blame gives an error of an operator its place.
func (n *Binary) blame(err error) error {
	var e *Error
	if errors.As(err, &e) && e.Pos < 0 {
		e.Pos, e.End = n.Pos, n.End
		if e.Token == "" {
			e.Token = n.Op
		}
	}
	return err
}

func (c *compiler) equality(n *Binary) tester {
	left, right := c.compile(n.Left), c.compile(n.Right)
	want := n.Op == "="
	if lit, ok := n.Right.(*Literal); ok && lit.Value.k == KindString {
		word := lit.Value.Str()
		return func(f *frame, in Value) (bool, error) {
			a, err := left(f, in)
			if a.k == KindString && err == nil {
				return (a.Str() == word) == want, nil
			}
			return a.k != KindNothing && !want, err
		}
	}
	return func(f *frame, in Value) (bool, error) {
		a, err := left(f, in)
		if err != nil {
			return false, err
		}
		b, err := right(f, in)
		if err != nil {
			return false, err
		}
		if a.k == KindNothing || b.k == KindNothing {
			return false, nil // also for !=
		}
		return a.Equal(b) == want, nil
	}
}

// verdict of a comparison: it is unknown when a side is missing.
type verdict uint8

const (
	no verdict = iota
	yes
	unknown
)

func verdictOf(t bool) verdict {
	if t {
		return yes
	}
	return no
}

// bounded is the truth of a comparison with a number that is written there,
// the most frequent of all conditions.
func (c *compiler) bounded(n *Binary, bound Value) tester {
	left, op, order := c.compile(n.Left), compareOf(n.Op), orderOf(n.Op)
	b := bound.Num()
	return func(f *frame, in Value) (bool, error) {
		a, err := left(f, in)
		if a.k == KindNumber && err == nil {
			return order.holds(a.Num(), b), nil
		}
		t, err := n.compare(a, bound, err, op)
		return t == yes, err
	}
}

func (c *compiler) comparison(n *Binary) func(f *frame, in Value) (verdict, error) {
	left, right := c.compile(n.Left), c.compile(n.Right)
	op := compareOf(n.Op)
	order := orderOf(n.Op)
	if lit, ok := n.Right.(*Literal); ok && lit.Value.k == KindNumber {
		bound := lit.Value.Num()
		return func(f *frame, in Value) (verdict, error) {
			a, err := left(f, in)
			if a.k == KindNumber && err == nil {
				return verdictOf(order.holds(a.Num(), bound)), nil
			}
			return n.compare(a, lit.Value, err, op)
		}
	}
	return func(f *frame, in Value) (verdict, error) {
		a, err := left(f, in)
		if err != nil {
			return unknown, err
		}
		b, err := right(f, in)
		return n.compare(a, b, err, op)
	}
}

func compareOf(op string) func(c int) bool {
	switch op {
	case "<":
		return func(c int) bool { return c < 0 }
	case "<=":
		return func(c int) bool { return c <= 0 }
	case ">":
		return func(c int) bool { return c > 0 }
	default:
		return func(c int) bool { return c >= 0 }
	}
}

// order is what <, <=, > or >= asks of two numbers.
type order struct{ less, same, more bool }

func orderOf(op string) order {
	return order{less: op[0] == '<', same: len(op) == 2, more: op[0] == '>'}
}

// holds differs from compareOf in that every comparison with NaN is false.
func (o order) holds(a, b float64) bool {
	return a < b && o.less || a > b && o.more || a == b && o.same
}

func (n *Binary) compare(a, b Value, err error, op func(int) bool) (verdict, error) {
	if err != nil {
		return unknown, err
	}
	comparable := func(v Value) bool { return v.k == KindNothing || v.k == KindNumber || v.k == KindString }
	switch {
	case !comparable(a) || !comparable(b):
		e := errorAt("T2010", n.Pos, n.End, "both sides of %s must be numbers or both strings", n.Op)
		e.Token, e.Value = n.Op, b
		if a.k != KindNumber && a.k != KindString {
			e.Value = a
		}
		return unknown, e
	case a.k == KindNothing || b.k == KindNothing:
		return unknown, nil
	case a.k != b.k:
		e := errorAt("T2009", n.Pos, n.End, "the values %s and %s on the sides of %s are not of the same type", a, b, n.Op)
		e.Token, e.Value = n.Op, a
		return unknown, e
	case a.k == KindNumber:
		return verdictOf(orderOf(n.Op).holds(a.Num(), b.Num())), nil
	}
	return verdictOf(op(compareStrings(a.Str(), b.Str()))), nil
}

// compareStrings orders by UTF-16 code units, as JavaScript does. That is the
// order of bytes, but that characters above U+FFFF, whose first surrogate is
// D800..DBFF, come before U+E000..U+FFFF.
func compareStrings(a, b string) int {
	n := min(len(a), len(b))
	for i := range n {
		x, y := a[i], b[i]
		if x == y {
			continue
		}
		if x >= 0xEE && y >= 0xEE && (x >= 0xF0) != (y >= 0xF0) {
			x, y = y, x
		}
		if x < y {
			return -1
		}
		return 1
	}
	return len(a) - len(b)
}

func (r *run) concat(a, b Value) (Value, error) {
	left, err := r.text(a)
	if err != nil {
		return Nothing, err
	}
	right, err := r.text(b)
	if err != nil {
		return Nothing, err
	}
	if err := r.spend(len(left) + len(right)); err != nil {
		return Nothing, err
	}
	return String(left + right), nil
}

// text is $string, with "" for Nothing.
func (r *run) text(v Value) (string, error) {
	switch v.k {
	case KindNothing:
		return "", nil
	case KindString:
		return v.Str(), nil
	default:
	}
	s, err := r.stringOf(v, false)
	return s.Str(), err
}

// maxRange is how many numbers a range may hold, in the reference too.
const maxRange = 10_000_000

func (r *run) spanOf(a, b Value) (Value, error) {
	integer := func(v Value) bool {
		return v.k == KindNumber && v.Num() == math.Trunc(v.Num()) && !math.IsInf(v.Num(), 0)
	}
	for i, v := range [...]Value{a, b} {
		if v.k != KindNothing && !integer(v) {
			e := errorAt([...]string{"T2003", "T2004"}[i], -1, -1, "the %s side of the range must be an integer", [...]string{"left", "right"}[i])
			e.Value = v
			return Nothing, e
		}
	}
	if a.k == KindNothing || b.k == KindNothing || a.Num() > b.Num() {
		return Nothing, nil
	}
	size := b.Num() - a.Num() + 1
	if size > maxRange {
		e := errorAt("D2014", -1, -1, "the range would hold %s numbers, more than %d", numberString(size), maxRange)
		e.Value = Number(size)
		return Nothing, e
	}
	if err := r.spend(valueBytes * int(size)); err != nil {
		return Nothing, err
	}
	if err := r.tick(int(size) / 64); err != nil {
		return Nothing, err
	}
	items := make([]Value, int(size))
	for i := range items {
		items[i] = Number(a.Num() + float64(i))
	}
	return arrayOf(items, markSequence), nil
}

// includes is the operator in. It compares as === does: arrays and objects are
// the same only when they are one.
func includes(r *run, a, b Value) (Value, error) {
	if a.k == KindNothing || b.k == KindNothing {
		return False, nil
	}
	var one [1]Value
	items := asItems(b, &one)
	if err := r.tick(len(items)); err != nil {
		return Nothing, err
	}
	for _, item := range items {
		if a.k != item.k {
			continue
		}
		if a.k == KindArray || a.k == KindObject {
			if a.p == item.p {
				return True, nil
			}
		} else if a.Equal(item) {
			return True, nil
		}
	}
	return False, nil
}
