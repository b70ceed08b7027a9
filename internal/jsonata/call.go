package jsonata

import "slices"

// call compiles Func(Args). Of x ~> f(y), piped yields x, the first argument.
func (c *compiler) call(n *Call, piped fn) fn {
	site := &callSite{n.Place, calledName(n.Func)}
	target, builtin := c.target(n.Func, site, "T1005", "called")
	args := c.args(n.Args)
	if piped != nil {
		args = append([]fn{piped}, args...)
	}
	if builtin != nil {
		return callBuiltin(builtin, args, site)
	}
	return func(f *frame, in Value) (Value, error) {
		fn, err := target(f, in)
		if err != nil {
			return Nothing, err
		}
		r := f.run
		base, err := r.pushArgs(f, in, args)
		if err != nil {
			return Nothing, err
		}
		if fn.k != KindFunction {
			r.dropArgs(base)
			return Nothing, site.noFunction(fn)
		}
		if err = r.tick(1); err == nil {
			var v Value
			if v, err = r.invoke(fn, r.args[base:len(r.args):len(r.args)], in); err == nil {
				r.dropArgs(base)
				return v, nil
			}
		}
		r.dropArgs(base)
		return Nothing, site.blame(err)
	}
}

func callBuiltin(n *native, args []fn, site *callSite) fn {
	return func(f *frame, in Value) (Value, error) {
		r := f.run
		base, err := r.pushArgs(f, in, args)
		if err != nil {
			return Nothing, err
		}
		v, err := r.native(n, r.args[base:len(r.args):len(r.args)], in)
		r.dropArgs(base)
		if err == nil {
			err = r.tick(1)
		}
		if err != nil {
			return Nothing, site.blame(err)
		}
		return v, nil
	}
}

// pushArgs evaluates arguments onto the stack, from base on.
func (r *run) pushArgs(f *frame, in Value, args []fn) (base int, err error) {
	base = len(r.args)
	for _, arg := range args {
		v, err := arg(f, in)
		if err != nil {
			r.dropArgs(base)
			return base, err
		}
		if v.k == KindFunction {
			v.n = markWrapped
		}
		r.args = append(r.args, v)
	}
	return base, nil
}

func (r *run) dropArgs(base int) {
	clear(r.args[base:])
	r.args = r.args[:base]
}

func (c *compiler) args(nodes []Node) []fn {
	out := make([]fn, len(nodes))
	for i, n := range nodes {
		if n != nil {
			out[i] = c.compile(n)
		}
	}
	return out
}

// calledName is the variable or name that is called, for messages.
func calledName(n Node) string {
	switch n := n.(type) {
	case *Variable:
		return n.Name
	case *Path:
		if name, ok := n.Steps[0].Expr.(*Name); ok {
			return name.Value
		}
	}
	return ""
}

// target compiles what is called. Where that is a built-in that nothing in
// reach overrides, it is returned as such. A name without $ that would be a
// function with one is the error code.
func (c *compiler) target(n Node, site *callSite, code, done string) (fn, *native) {
	if v, ok := n.(*Variable); ok {
		if b, ok := builtins[v.Name]; ok {
			if places, _ := c.find(v.Name); len(places) == 0 {
				return constant(b), b.function().native
			}
		}
	}
	eval := c.compile(n)
	path, ok := n.(*Path)
	if !ok {
		return eval, nil
	}
	name, ok := path.Steps[0].Expr.(*Name)
	if !ok {
		return eval, nil
	}
	free := c.free
	known := c.variable(name.Value)
	c.free = free
	return func(f *frame, in Value) (Value, error) {
		v, err := eval(f, in)
		if err != nil || v.k != KindNothing {
			return v, err
		}
		hint, err := known(f, in)
		if t, isTrue := jsTruth(hint), err == nil; t && isTrue {
			e := errorAt(code, site.place.Pos, site.place.End, "%s is %s but is no function; did you mean $%s?", name.Value, done, name.Value)
			e.Token = name.Value
			return Nothing, e
		}
		return v, nil
	}, nil
}

// reference compiles $name where it stands, and refuses $eval.
func (c *compiler) reference(n *Variable) fn {
	if n.Name == "eval" {
		if places, _ := c.find("eval"); len(places) == 0 {
			e := errorAt(codeEval, n.Pos, n.End, "$eval does not exist in Step Functions; $parse reads JSON")
			e.Token = "eval"
			return c.fail(e)
		}
	}
	return c.variable(n.Name)
}

// jsTruth is what JavaScript itself takes for true, where the reference leaves
// it to the language.
func jsTruth(v Value) bool {
	switch v.k {
	case KindNothing, KindNull, kindUnset:
		return false
	case KindBool, KindString:
		return v.n != 0
	case KindNumber:
		return v.Num() != 0 && v.Num() == v.Num()
	default:
		return true
	}
}

// apply compiles Left ~> Right.
func (c *compiler) apply(n *Apply) fn {
	left := c.compile(n.Left)
	target := n.Right
	if f, ok := target.(*Filter); ok {
		target = f.Expr // the reference skips predicates here; [] counts for the whole
	}
	if call, ok := target.(*Call); ok {
		return c.call(call, left)
	}
	right := c.compile(n.Right)
	site := &callSite{place: n.Place}
	return func(f *frame, in Value) (Value, error) {
		v, err := left(f, in)
		if err != nil {
			return Nothing, err
		}
		fn, err := right(f, in)
		if err != nil {
			return Nothing, err
		}
		if fn.k != KindFunction {
			e := errorAt("T2006", n.Pos, n.End, "the right side of ~> must be a function")
			e.Value = fn
			return Nothing, e
		}
		if v.k == KindFunction {
			return chain(v, fn), nil
		}
		v, err = f.run.callWithContext(fn, Null, v)
		if err != nil {
			err = site.blame(err)
		}
		return v, err
	}
}

func (r *run) callWithContext(fn, in Value, args ...Value) (Value, error) {
	if err := r.tick(1); err != nil {
		return Nothing, err
	}
	return r.invoke(fn, args, in)
}

// chain is the function that applies f and then g.
func chain(f, g Value) Value {
	return functionValue(&function{arity: 1, custom: func(r *run, args []Value) (Value, error) {
		if r.depth--; r.depth < 0 {
			return Nothing, errorAt(codeDepth, -1, -1, "functions call each other more than %d deep", r.limits.Depth)
		}
		first := Nothing
		if len(args) > 0 {
			first = args[0]
		}
		v, err := r.callWithContext(f, Null, first)
		if err == nil {
			v, err = r.callWithContext(g, Null, wrap(norm(v)))
		}
		r.depth++
		return v, err
	}})
}

// partial compiles f(x, ?).
func (c *compiler) partial(n *Partial) fn {
	site := &callSite{n.Place, calledName(n.Func)}
	args := c.args(n.Args)
	target, builtin := c.target(n.Func, site, "T1007", "partially applied")
	if builtin != nil {
		b := builtins[site.name]
		target = constant(b)
	}
	return func(f *frame, in Value) (Value, error) {
		given := make([]Value, len(args))
		for i, arg := range args {
			given[i].k = kindUnset // a hole
			if arg != nil {
				v, err := arg(f, in)
				if err != nil {
					return Nothing, err
				}
				given[i] = v
			}
		}
		fn, err := target(f, in)
		if err != nil {
			return Nothing, err
		}
		if fn.k != KindFunction {
			e := errorAt("T1008", n.Pos, n.End, "only a function can be partially applied")
			e.Token = site.name
			return Nothing, e
		}
		return partially(fn.function(), given), nil
	}
}

// partially is f with some arguments given. As in the reference, the call
// that it leads to is not checked against f's signature.
func partially(f *function, given []Value) Value {
	arity := 0
	size := f.arity
	if f.native != nil {
		size = len(f.native.sig.params)
	}
	for i := range size {
		if i < len(given) && given[i].k == kindUnset {
			arity++
		}
	}
	return functionValue(&function{arity: arity, custom: func(r *run, args []Value) (Value, error) {
		all := make([]Value, size)
		next := 0
		for i := range all {
			if i >= len(given) {
				break
			}
			all[i] = given[i]
			if given[i].k == kindUnset {
				all[i] = Nothing
				if next < len(args) {
					all[i] = args[next]
				}
				next++
			}
		}
		switch {
		case f.lambda != nil:
			return r.lambda(f.lambda, all)
		case f.native != nil:
			return f.native.unchecked(r, all)
		}
		return f.custom(r, all)
	}})
}

// unchecked calls a built-in past its signature, for partial application. The
// reference lets JavaScript fail on an argument of the wrong kind; we name it.
func (n *native) unchecked(r *run, args []Value) (Value, error) {
	for i := range args {
		p := &n.sig.params[i]
		if args[i].k == KindNothing {
			if p.symbol == "f" && !p.optional {
				return Nothing, n.sig.mismatch(args, n.name)
			}
			continue
		}
		if p.symbol == "a" && args[i].k != KindArray {
			args[i] = arrayOf([]Value{args[i]}, 0)
		}
		if n.masks != nil && n.masks[i]>>args[i].k&1 == 0 {
			return Nothing, n.sig.mismatch(args, n.name)
		}
	}
	return n.call(r, args)
}

// lambda compiles function(){}.
func (c *compiler) lambda(n *Lambda) fn {
	outer := c.scope
	inner := c.enter(true)
	code := &lambdaCode{info: inner.frame, sig: n.sig, held: holdsFrames(n.Body)}
	for _, p := range n.Params {
		code.params = append(code.params, c.bindName(p.Name))
		inner.certain[p.Name] = true
	}
	c.declare(n.Body)
	code.unset = unset(slotsOf(inner))
	code.body = c.tail(n.Body)
	c.leave(outer)
	return func(f *frame, in Value) (Value, error) {
		l := &lambdaValue{closure: closure{code, f, in}}
		l.lambda, l.arity, l.sig = &l.closure, len(code.params), code.sig
		return functionValue(&l.function), nil
	}
}

// tail compiles the end of a function. A call there does not nest: it is left
// to invoke, so that a function may call itself so as often as it likes.
func (c *compiler) tail(n Node) fn {
	switch n := n.(type) {
	case *Call:
		return c.tailCall(n)
	case *Condition:
		return c.condition(n, c.tail)
	case *Block:
		return c.block(n, c.tail)
	case *Filter:
		// The reference loses a group or [] written after a tail call.
		_, call := n.Expr.(*Call)
		_, block := n.Expr.(*Block)
		if len(n.Filters) == 0 && (call || block && n.Group == nil) {
			return c.tail(n.Expr)
		}
	}
	return c.compile(n)
}

func (c *compiler) tailCall(n *Call) fn {
	site := &callSite{n.Place, calledName(n.Func)}
	target, builtin := c.target(n.Func, site, "T1005", "called")
	args := c.args(n.Args)
	if builtin != nil {
		// A built-in cannot recur by itself, so it may as well run now; its
		// context value is that of the caller, though, not that of the body.
		if needsContext(builtin, len(args)) {
			target = constant(builtins[builtin.name])
		} else {
			return callBuiltin(builtin, args, site)
		}
	}
	return func(f *frame, in Value) (Value, error) {
		fn, err := target(f, in)
		if err != nil {
			return Nothing, err
		}
		r := f.run
		base, err := r.pushArgs(f, in, args)
		if err != nil {
			return Nothing, err
		}
		r.tail.fn, r.tail.call = fn, site
		r.tail.args = append(r.tail.args[:0], r.args[base:]...)
		r.dropArgs(base)
		return Value{k: kindTail}, nil
	}
}

// needsContext says whether a call with so many arguments may take the context
// value for one of them.
func needsContext(n *native, args int) bool {
	return slices.ContainsFunc(n.sig.params, func(p param) bool { return p.context }) && args < len(n.sig.params)
}
