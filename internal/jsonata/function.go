package jsonata

import (
	"errors"
	"unsafe"
)

// function is what a Value of KindFunction refers to: exactly one of native,
// lambda and custom is set.
type function struct {
	native *native
	lambda *closure
	custom func(r *run, args []Value) (Value, error)
	// regex is set beside custom for a regular expression.
	regex *matcher
	sig   *signature
	arity int
	name  string // for messages; "" when it has none
}

// native is a built-in function.
type native struct {
	name string
	sig  *signature
	// masks holds the kinds that each parameter takes, as bits, for the quick
	// way through bind; nil when a parameter repeats.
	masks []uint16
	// arity is the number of arguments that $map and its like pass.
	arity int
	call  func(r *run, args []Value) (Value, error)
}

// closure is a lambda with what it saw where it was made.
type closure struct {
	code *lambdaCode
	up   *frame
	in   Value
}

type lambdaCode struct {
	params []int // slots
	body   fn
	info   *frameInfo
	sig    *signature
	unset  func(*frame)
	// held says that the frame may outlive the call.
	held bool
}

// markWrapped is the mark of a function that was passed as an argument. The
// reference wraps it, and it is then called without a context value.
const markWrapped = 1

func functionValue(f *function) Value { return Value{k: KindFunction, p: unsafe.Pointer(f)} }

func (v Value) function() *function { return (*function)(v.p) }

func wrap(v Value) Value {
	if v.k == KindFunction {
		v.n = markWrapped
	}
	return v
}

// callSite names a call for messages.
type callSite struct {
	place Place
	name  string
}

func (s *callSite) blame(err error) error {
	var e *Error
	if !errors.As(err, &e) {
		return err
	}
	if e.Pos < 0 {
		e.Pos, e.End = s.place.Pos, s.place.End
	}
	if e.Token == "" {
		e.Token = s.name
	}
	return err
}

// noFunction is the error of calling what is no function.
func (s *callSite) noFunction(v Value) error {
	e := errorAt("T1006", s.place.Pos, s.place.End, "only a function can be called")
	if s.name != "" {
		e = errorAt("T1006", s.place.Pos, s.place.End, "$%s is called but is no function", s.name)
	}
	e.Token, e.Value = s.name, v
	return e
}

// kindTail is the kind of the Value that says: the function ended in the call
// that r.tail describes. Only invoke sees it.
const kindTail Kind = 101

// invoke calls a function with arguments and the context value of the caller.
func (r *run) invoke(fn Value, args []Value, in Value) (Value, error) {
	v, err := r.once(fn, args, in)
	if v.k == kindTail && err == nil {
		return r.settle(v, in)
	}
	return v, err
}

// settle makes the calls that a function ended in, one after the other.
func (r *run) settle(v Value, in Value) (_ Value, err error) {
	for err == nil && v.k == kindTail {
		t := &r.tail
		site := t.call
		if err = r.tick(1); err != nil {
			break
		}
		if t.fn.k != KindFunction {
			return Nothing, site.noFunction(t.fn)
		}
		// The next call may end in one more, which writes over t.
		base := len(r.args)
		r.args = append(r.args, t.args...)
		v, err = r.once(t.fn, r.args[base:len(r.args):len(r.args)], in)
		r.dropArgs(base)
		if err != nil {
			err = site.blame(err)
		}
	}
	return v, err
}

func (r *run) once(fn Value, args []Value, in Value) (Value, error) {
	if fn.n == markWrapped {
		in = Null
	}
	f := fn.function()
	switch {
	case f.lambda != nil:
		if sig := f.lambda.code.sig; sig != nil {
			bound, err := sig.bind(args, in, make([]Value, 0, len(args)+1), f.name)
			if err != nil {
				return Nothing, err
			}
			args = bound
		}
		return r.lambda(f.lambda, args)
	case f.native != nil:
		return r.native(f.native, args, in)
	default:
		if f.sig != nil {
			bound, err := f.sig.bind(args, in, make([]Value, 0, len(args)+1), f.name)
			if err != nil {
				return Nothing, err
			}
			args = bound
		}
		return f.custom(r, args)
	}
}

// lambdaValue is a function and its closure in one allocation.
type lambdaValue struct {
	function
	closure closure
}

// lambda runs a body in a new frame. args may be r.tail.args, which the body
// may overwrite once they are in the frame.
func (r *run) lambda(c *closure, args []Value) (Value, error) {
	if r.depth--; r.depth < 0 {
		return Nothing, errorAt(codeDepth, -1, -1, "functions call each other more than %d deep", r.limits.Depth)
	}
	code := c.code
	f := r.push(c.up, code.info.size)
	if code.unset != nil {
		code.unset(f)
	}
	for i, slot := range code.params {
		if i < len(args) {
			f.slots[slot] = args[i]
		} else {
			f.slots[slot] = Nothing
		}
	}
	v, err := code.body(f, c.in)
	r.depth++
	if !code.held && err == nil {
		r.pop(f)
	}
	return v, err
}

// native binds the arguments to the parameters and calls a built-in.
func (r *run) native(n *native, args []Value, in Value) (Value, error) {
	if n.quick(args) {
		if missing := len(n.masks) - len(args); missing > 0 {
			base := len(r.args)
			r.args = append(r.args, args...)
			for range missing {
				r.args = append(r.args, Nothing)
			}
			v, err := n.call(r, r.args[base:len(r.args):len(r.args)])
			r.dropArgs(base)
			return v, err
		}
		return n.call(r, args)
	}
	bound, err := n.sig.bind(args, in, make([]Value, 0, len(args)+1), n.name)
	if err != nil {
		return Nothing, err
	}
	return n.call(r, bound)
}

// quick says whether each argument is of its parameter's kind as it is, and
// the parameters after them may be left out without looking at the context.
func (n *native) quick(args []Value) bool {
	if n.masks == nil || len(args) > len(n.masks) {
		return false
	}
	for i := range args {
		if n.masks[i]>>args[i].k&1 == 0 {
			return false
		}
		if sub := n.sig.params[i].subtype; sub != "" && args[i].k == KindArray && !arrayFits(args[i], sub, 1) {
			return false
		}
	}
	for i := len(args); i < len(n.masks); i++ {
		if p := &n.sig.params[i]; !p.optional || p.context {
			return false
		}
	}
	return true
}

// call3 calls a function that was given to a built-in, such as $map, with as
// many of the arguments as it takes.
func (r *run) call3(fn Value, a, b, c Value) (Value, error) {
	if fn.k != KindFunction {
		return Nothing, errorAt("T1006", -1, -1, "only a function can be called")
	}
	if l := fn.function().lambda; l != nil && l.code.sig == nil && len(l.code.params) <= 3 {
		args := [3]Value{a, b, c}
		v, err := r.lambda(l, args[:len(l.code.params)])
		if v.k == kindTail && err == nil {
			return r.settle(v, Null)
		}
		return v, err
	}
	base := len(r.args)
	r.args = append(r.args, a)
	arity := fn.function().arity
	if arity >= 2 {
		r.args = append(r.args, b)
	}
	if arity >= 3 {
		r.args = append(r.args, c)
	}
	v, err := r.invoke(fn, r.args[base:len(r.args):len(r.args)], Null)
	r.dropArgs(base)
	return v, err
}

func (r *run) callWith(fn Value, args ...Value) (Value, error) {
	if fn.k != KindFunction {
		return Nothing, errorAt("T1006", -1, -1, "only a function can be called")
	}
	return r.invoke(fn, args, Null)
}
