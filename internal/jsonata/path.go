package jsonata

// path compiles a path to what yields its sequence, not yet collapsed.
func (c *compiler) path(n *Path) fn {
	for i := range n.Steps {
		if n.Steps[i].tuple {
			return c.tuplePath(n)
		}
	}
	eval := c.plainPath(n)
	if n.keepSteps {
		inner := eval
		eval = func(f *frame, in Value) (Value, error) {
			v, err := inner(f, in)
			return keepSteps(v), err
		}
	}
	if n.Group == nil {
		return eval
	}
	g := c.group(n.Group.Pairs, n.Group.Place)
	return func(f *frame, in Value) (Value, error) {
		v, err := eval(f, in)
		if err != nil {
			return Nothing, err
		}
		if v.k == KindNothing {
			v = emptySequence // the group of no items is {"a": 1} of nothing
		}
		return g.of(f, v)
	}
}

// keepSteps marks the result of a path in which [] was written.
func keepSteps(v Value) Value {
	if v.has(markCons) && !v.has(markSequence) {
		v = arrayOf([]Value{v}, markSequence)
	}
	if v.k == KindArray {
		v = v.mark(markKeep)
	}
	return v
}

func (c *compiler) plainPath(n *Path) fn {
	names, bare := trailingNames(n)
	if bare {
		first := n.Steps[0].Expr
		switch first := first.(type) {
		case *Name:
			if len(names) == 0 {
				key := first.Value
				return func(f *frame, in Value) (Value, error) {
					if in.k == KindObject {
						return in.Get(key), nil
					}
					return f.run.follow(in, []string{key})
				}
			}
			names = append([]string{first.Value}, names...)
			return func(f *frame, in Value) (Value, error) { return f.run.follow(in, names) }
		case *Variable:
			start := thenNorm(c.variable(first.Name))
			if len(names) > 0 {
				return func(f *frame, in Value) (Value, error) {
					v, err := start(f, in)
					if err != nil {
						return Nothing, err
					}
					return f.run.follow(v, names)
				}
			}
		}
	}
	return c.steps(n)
}

// trailingNames returns the names after the first step when all of them, and
// the first, are bare.
func trailingNames(n *Path) (names []string, bare bool) {
	for i := range n.Steps {
		s := &n.Steps[i]
		if len(s.Stages) > 0 || s.keep {
			return nil, false
		}
		if i > 0 {
			name, ok := s.Expr.(*Name)
			if !ok {
				return nil, false
			}
			names = append(names, name.Value)
		}
	}
	return names, true
}

// follow goes down a path of names. It yields a collapsed value where that is
// the same, so that single values need no sequence.
func (r *run) follow(v Value, names []string) (Value, error) {
	for i, name := range names {
		switch v.k {
		case KindObject:
			v = v.Get(name)
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

func (r *run) followItems(items []Value, names []string) (Value, error) {
	var bufs [2][8]Value
	for i, name := range names {
		out := bufs[i&1][:0]
		last := i == len(names)-1
		hits := 0
		var first Value
		if err := r.tick(len(items)); err != nil {
			return Nothing, err
		}
		for _, item := range items {
			var v Value
			if item.k == KindObject {
				v = norm(item.Get(name))
			} else if item.k == KindArray {
				var err error
				if v, err = r.lookup(item, name); err != nil {
					return Nothing, err
				}
				v = norm(v)
			}
			if v.k == KindNothing {
				continue
			}
			if hits++; hits == 1 {
				first = v
			}
			out = flatten(out, v)
		}
		if last && hits == 1 && first.k == KindArray && !first.has(markSequence) {
			return first, nil
		}
		if len(out) == 0 {
			return emptySequence, nil
		}
		items = out
	}
	return r.array(append([]Value(nil), items...), markSequence)
}

// stepCode is a compiled step; sort is set instead of eval for an order-by.
type stepCode struct {
	eval   fn
	keep   bool
	cons   bool // an array constructor as the first step
	sort   *sorter
	stages []fn
}

func (c *compiler) steps(n *Path) fn {
	steps := make([]stepCode, len(n.Steps))
	for i := range n.Steps {
		s := &n.Steps[i]
		code := stepCode{keep: s.keep}
		if order, ok := s.Expr.(*Sort); ok {
			code.sort = c.sorter(order)
		} else if s.keep {
			code.eval = thenKeep(c.raw(s.Expr))
		} else {
			code.eval = c.compile(s.Expr)
		}
		if i == 0 {
			code.cons = isCons(s.Expr)
		}
		for _, stage := range s.Stages {
			code.stages = append(code.stages, c.stage(stage.Filter))
		}
		steps[i] = code
	}
	_, absolute := firstExpr(n).(*Variable)
	return func(f *frame, in Value) (Value, error) {
		// A path that begins with a variable does not go through the context.
		if in.k != KindArray || absolute {
			in = sequenceOf(in)
		}
		v := in
		for i := range steps {
			var err error
			if v, err = steps[i].run(f, v, i == len(steps)-1); err != nil {
				return Nothing, err
			}
			if steps[i].cons && i < len(steps)-1 && steps[i+1].sort == nil {
				v = asInput(v)
			}
			if v.k != KindArray || v.Len() == 0 {
				break
			}
		}
		return v, nil
	}
}

// asInput is what the step after [..][n] goes through. The reference does not
// wrap what the predicate leaves: it goes through the UTF-16 units of a string,
// and of any other single value finds nothing to go through.
func asInput(v Value) Value {
	switch v.k {
	case KindArray, KindNothing:
		return v
	case KindString:
		if v.n == 0 {
			return v
		}
		return arrayOf(unitsOf(v.Str()), markSequence)
	}
	return emptySequence
}

// sequenceOf is the sequence of one value.
func sequenceOf(v Value) Value { return arrayOf([]Value{v}, markSequence) }

// firstExpr is the first step without its predicates.
func firstExpr(n *Path) Node {
	if f, ok := n.Steps[0].Expr.(*Filter); ok {
		return f.Expr
	}
	return n.Steps[0].Expr
}

func isCons(n Node) bool {
	if f, ok := n.(*Filter); ok {
		n = f.Expr
	}
	switch n := n.(type) {
	case *ArrayNode:
		return n.cons
	case *Block:
		return n.cons
	}
	return false
}

// run takes the array v through the step.
func (s *stepCode) run(f *frame, v Value, last bool) (Value, error) {
	if s.cons {
		return s.eval(f, v)
	}
	if s.sort != nil {
		v, err := s.sort.values(f, v)
		for i := 0; err == nil && i < len(s.stages); i++ {
			v, err = s.stages[i](f, v)
		}
		if err == nil && v.k != KindArray {
			v = sequenceOf(v) // itemAt leaves the sequence out
		}
		return v, err
	}
	items := v.items()
	if err := f.run.tick(len(items)); err != nil {
		return Nothing, err
	}
	var buf [8]Value
	out := buf[:0]
	hits := 0
	var first Value
	for _, item := range items {
		res, err := s.eval(f, item)
		for i := 0; err == nil && i < len(s.stages); i++ {
			res, err = s.stages[i](f, res)
		}
		if err != nil {
			return Nothing, err
		}
		if res.k == KindNothing {
			continue
		}
		if hits++; hits == 1 {
			first = res
		}
		out = flatten(out, res)
	}
	if last && hits == 1 && first.k == KindArray && !first.has(markSequence) {
		return first, nil
	}
	if len(out) == 0 {
		return emptySequence, nil
	}
	return f.run.array(append([]Value(nil), out...), markSequence)
}
