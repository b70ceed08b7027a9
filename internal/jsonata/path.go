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
	texts, bare := trailingNames(n)
	if bare {
		switch first := n.Steps[0].Expr.(type) {
		case *Name:
			names := memberKeysOf(append([]string{first.Value}, texts...))
			return func(f *frame, in Value) (Value, error) { return f.run.follow(in, names) }
		case *Variable:
			start, names := thenNorm(c.reference(first)), memberKeysOf(texts)
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

// stepCode is a compiled step; sort is set instead of eval for an order-by.
type stepCode struct {
	eval   fn
	keep   bool
	cons   bool // an array constructor as the first step
	sort   *sorter
	stages []fn
	// test is the last of the stages when it is a comparison or the like,
	// which then is not among stages: what passes needs no sequence.
	test tester
}

func (c *compiler) step(s *Step, first bool) stepCode {
	code := stepCode{keep: s.keep}
	if order, ok := s.Expr.(*Sort); ok {
		code.sort = c.sorter(order)
	} else if s.keep {
		code.eval = thenKeep(c.raw(s.Expr))
	} else {
		code.eval = c.compile(s.Expr)
	}
	code.cons = first && isCons(s.Expr)
	for i, stage := range s.Stages {
		if i == len(s.Stages)-1 && code.sort == nil && !s.tupleSource() {
			if code.test = c.testOf(stage.Filter); code.test != nil {
				break
			}
		}
		code.stages = append(code.stages, c.stage(stage.Filter))
	}
	return code
}

// tupleSource says whether the step may hand on the tuples of a path in it.
func (s *Step) tupleSource() bool {
	b, ok := s.Expr.(*Block)
	return ok && b.tuple
}

func (c *compiler) steps(n *Path) fn {
	steps := make([]stepCode, len(n.Steps))
	for i := range n.Steps {
		steps[i] = c.step(&n.Steps[i], i == 0)
	}
	_, absolute := firstExpr(n).(*Variable)
	lead, start := c.lead(n)
	steps = steps[lead:]
	tail := memberKeysOf(tailNames(n.Steps[lead:]))
	return func(f *frame, in Value) (Value, error) {
		v := in
		if lead > 0 {
			var err error
			if v, err = start(f, in); v.k == KindNothing || err != nil {
				return Nothing, err
			}
			if v.has(markCons) {
				v = sequenceOf(v)
			}
		} else if absolute && v.k == KindArray {
			// A path that begins with a variable does not go through the context.
			v = sequenceOf(in)
		}
		return runSteps(f, steps, tail, v)
	}
}

// lead compiles the bare variable and names that a path begins with, when
// there are any and something else follows.
func (c *compiler) lead(n *Path) (int, fn) {
	count := 0
	var texts []string
	for i := range n.Steps {
		s := &n.Steps[i]
		_, isVariable := s.Expr.(*Variable)
		name, isName := s.Expr.(*Name)
		if len(s.Stages) > 0 || s.keep || !isName && (!isVariable || i > 0) {
			break
		}
		if isName {
			texts = append(texts, name.Value)
		}
		count++
	}
	if count == 0 || count == len(n.Steps) {
		return 0, nil
	}
	start := func(_ *frame, in Value) (Value, error) { return in, nil }
	if v, ok := n.Steps[0].Expr.(*Variable); ok {
		start = thenNorm(c.reference(v))
	}
	if len(texts) == 0 {
		return count, start
	}
	names := memberKeysOf(texts)
	return count, func(f *frame, in Value) (Value, error) {
		v, err := start(f, in)
		if err != nil {
			return Nothing, err
		}
		v, err = f.run.follow(v, names)
		if v.k == KindArray && v.Len() == 0 {
			return Nothing, err
		}
		return v, err
	}
}

// tailNames returns the bare names that a path ends in, after something else.
func tailNames(steps []Step) []string {
	from := len(steps)
	for from > 1 {
		s := &steps[from-1]
		if _, ok := s.Expr.(*Name); !ok || len(s.Stages) > 0 || s.keep {
			break
		}
		from--
	}
	var names []string
	for i := from; i < len(steps); i++ {
		names = append(names, steps[i].Expr.(*Name).Value)
	}
	return names
}

// runSteps takes v, or its items when it is an array, through the steps, the
// last of which are the names in tail.
func runSteps(f *frame, steps []stepCode, tail []memberKey, v Value) (Value, error) {
	var bufs [2][8]Value
	var one [1]Value
	items := asItems(v, &one)
	for i := range steps {
		s := &steps[i]
		last := i == len(steps)-1
		if len(tail) > 0 && i == len(steps)-len(tail) {
			var g gathered
			if g.gather(items, tail) {
				return g.sequence(), f.run.passed(len(items)*len(tail), g.hits())
			}
		}
		if s.cons || s.sort != nil {
			if v.k != KindArray {
				var err error
				if v, err = f.run.sequence(items); err != nil {
					return Nothing, err
				}
			}
			var err error
			if v, err = s.whole(f, v); err != nil {
				return Nothing, err
			}
			if s.cons && !last && (steps[i+1].sort == nil || i+1 < len(steps)-1) {
				v = asInput(v)
			}
			if v.k != KindArray || v.Len() == 0 {
				return v, nil
			}
			items = v.items()
			continue
		}
		if last {
			return s.through(f, items, bufs[i&1][:0], true)
		}
		out, _, _, err := s.collect(f, items, bufs[i&1][:0])
		if err != nil {
			return Nothing, err
		}
		if len(out) == 0 {
			return emptySequence, nil
		}
		items = out
		v = Nothing
	}
	return v, nil
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
	default:
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

// whole takes the array v through a step that sees all of it.
func (s *stepCode) whole(f *frame, v Value) (Value, error) {
	if s.cons {
		return s.eval(f, v)
	}
	v, err := s.sort.values(f, v)
	for i := 0; err == nil && i < len(s.stages); i++ {
		v, err = s.stages[i](f, v)
	}
	if err == nil && v.k != KindArray {
		v = sequenceOf(v) // itemAt leaves the sequence out
	}
	return v, err
}

// run takes the array v through the step.
func (s *stepCode) run(f *frame, v Value, last bool) (Value, error) {
	if s.cons || s.sort != nil {
		return s.whole(f, v)
	}
	var buf [8]Value
	return s.through(f, v.items(), buf[:0], last)
}

// through takes one item after the other through the step. out is memory for
// what it makes of them.
func (s *stepCode) through(f *frame, items, out []Value, last bool) (Value, error) {
	out, hits, first, err := s.collect(f, items, out)
	if err != nil {
		return Nothing, err
	}
	if last && hits == 1 && first.k == KindArray && !first.has(markSequence) {
		return first, nil
	}
	if len(out) == 0 {
		return emptySequence, nil
	}
	return f.run.sequence(out)
}

// collect appends what the step makes of each item. It returns, too, how many
// items gave a value, and the first of these values.
func (s *stepCode) collect(f *frame, items, out []Value) (_ []Value, hits int, first Value, err error) {
	if err := f.run.tick(len(items)); err != nil {
		return nil, 0, Nothing, err
	}
	for j := range items {
		res, err := s.eval(f, items[j])
		for i := 0; err == nil && i < len(s.stages); i++ {
			res, err = s.stages[i](f, res)
		}
		if err != nil {
			return nil, 0, Nothing, err
		}
		if s.test != nil {
			// A predicate makes a sequence of Nothing too.
			hits++
			first = emptySequence
			if out, err = appendIf(f, out, res, s.test); err != nil {
				return nil, 0, Nothing, err
			}
			continue
		}
		if res.k == KindNothing {
			continue
		}
		if hits++; hits == 1 {
			first = res
		}
		out = flatten(out, res)
	}
	return out, hits, first, nil
}
