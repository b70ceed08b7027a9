package jsonata

import (
	"math"
)

func (c *compiler) arithmetic(n *Binary) fn {
	left, right := c.compile(n.Left), c.compile(n.Right)
	var op func(a, b float64) float64
	switch n.Op {
	case "+":
		op = func(a, b float64) float64 { return a + b }
	case "-":
		op = func(a, b float64) float64 { return a - b }
	case "*":
		op = func(a, b float64) float64 { return a * b }
	case "/":
		op = func(a, b float64) float64 { return a / b }
	default:
		op = math.Mod
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
		if a.k == KindNumber && b.k == KindNumber {
			x, y := a.Num(), b.Num()
			if x-x == 0 && y-y == 0 {
				return Number(op(x, y)), nil
			}
		}
		return Nothing, n.noNumber(a, b)
	}
}

// noNumber is the error of an operand that is no finite number, or nil when
// one is missing.
func (n *Binary) noNumber(a, b Value) error {
	for i, v := range [...]Value{a, b} {
		if v.k == KindNothing {
			continue
		}
		side, code := "left", "T2001"
		if i == 1 {
			side, code = "right", "T2002"
		}
		ok := false
		if v.k == KindNumber {
			var err error
			if ok, err = numeric(v.Num()); err != nil {
				return n.blame(err)
			}
		}
		if !ok {
			e := errorAt(code, n.Pos, n.End, "the %s side of %s must be a number", side, n.Op)
			e.Token, e.Value = n.Op, v
			return e
		}
	}
	return nil
}

func (c *compiler) negate(n *Negate) fn {
	operand := c.compile(n.Operand)
	return func(f *frame, in Value) (Value, error) {
		v, err := operand(f, in)
		if err != nil || v.k == KindNothing {
			return Nothing, err
		}
		ok := false
		if v.k == KindNumber {
			if ok, err = numeric(v.Num()); err != nil {
				return Nothing, err
			}
		}
		if !ok {
			e := errorAt("D1002", n.Pos, n.End, "cannot negate what is not a number: %s", v)
			e.Token, e.Value = "-", v
			return Nothing, e
		}
		return Number(-v.Num()), nil
	}
}
