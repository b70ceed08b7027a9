package jsonata

import "unsafe"

// A path with @, # or % carries a stream of tuples: the context value of each,
// under the reference's name "@", and the variables bound on the way.
type tuple struct {
	at   Value
	vars []binding
	// again says that this is the tuple before it, selected once more. In the
	// reference the two are one object, and an index set on one shows on both.
	again bool
}

type binding struct {
	name  string
	value Value
}

// with returns a copy with one more variable.
func (t tuple) with(name string, v Value) tuple {
	vars := make([]binding, 0, len(t.vars)+1)
	for _, b := range t.vars {
		if b.name != name {
			vars = append(vars, b)
		}
	}
	vars = append(vars, binding{name, v})
	t.vars = vars
	return t
}

func (t tuple) get(name string) Value {
	for _, b := range t.vars {
		if b.name == name {
			return b.value
		}
	}
	return Value{k: kindUnset}
}

// kindTuples is the kind of the Value by which a path inside a step hands its
// tuples to the path around it. It never goes anywhere else.
const kindTuples Kind = 100

func tuplesValue(list []tuple) Value {
	return Value{k: kindTuples, p: unsafe.Pointer(&list)}
}

func (v Value) tuples() []tuple { return *(*[]tuple)(v.p) }

// tupleCode is a compiled path with tuples.
type tupleCode struct {
	steps    []tupleStep
	scope    tupleScope
	absolute bool
	keep     bool
	hand     bool // hand the tuples on
	group    *grouping
}

type tupleStep struct {
	stepCode
	tuple        bool
	focus, index string
	ancestor     string
	stages       []tupleStage
}

// tupleStage is a predicate, as a number or as what is evaluated for each
// tuple, or the binding of an index.
type tupleStage struct {
	value fn // for what is not yet a tuple
	eval  fn
	at    *float64
	index string
}

// tupleScope puts the variables of a tuple where the compiled steps look.
type tupleScope struct {
	names []string
	slots []int
	info  *frameInfo
	own   bool
}

func (s *tupleScope) frame(f *frame, t tuple) *frame {
	if s.own {
		f = f.run.push(f, s.info.size)
	}
	for i, name := range s.names {
		f.slots[s.slots[i]] = t.get(name)
	}
	return f
}

func (c *compiler) tuplePath(n *Path) fn {
	outer := c.scope
	own := holdsFrames(n)
	inner := c.enter(own)
	code := &tupleCode{keep: n.keepSteps, hand: n.tuple}
	code.scope = tupleScope{info: inner.frame, own: own}
	for _, name := range tupleNames(n) {
		code.scope.names = append(code.scope.names, name)
		code.scope.slots = append(code.scope.slots, c.bindName(name))
	}
	_, code.absolute = firstExpr(n).(*Variable)
	for i := range n.Steps {
		code.steps = append(code.steps, c.tupleStep(&n.Steps[i], i == 0))
	}
	if n.Group != nil {
		code.group = c.group(n.Group.Pairs, n.Group.Place)
	}
	c.leave(outer)
	return code.run
}

// tupleNames lists what a path and the paths in it bind.
func tupleNames(n *Path) []string {
	var names []string
	seen := map[string]bool{}
	add := func(name string) {
		if name != "" && !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	Walk(n, func(n Node) bool {
		if p, ok := n.(*Path); ok {
			for _, s := range p.Steps {
				add(s.Focus)
				add(s.Index)
				if s.ancestor != nil {
					add(s.ancestor.label)
				}
				for _, stage := range s.Stages {
					add(stage.Index)
				}
			}
		}
		return true
	})
	return names
}

func (c *compiler) tupleStep(s *Step, first bool) tupleStep {
	out := tupleStep{tuple: s.tuple, focus: s.Focus, index: s.Index}
	if s.ancestor != nil {
		out.ancestor = s.ancestor.label
	}
	out.keep = s.keep
	switch e := s.Expr.(type) {
	case *Sort:
		out.sort = c.sorter(e)
	default:
		if s.keep {
			out.eval = thenKeep(c.raw(e))
		} else {
			out.eval = c.compile(e)
		}
		out.cons = first && isCons(e)
	}
	for _, stage := range s.Stages {
		if stage.Filter == nil {
			out.stages = append(out.stages, tupleStage{index: stage.Index})
			continue
		}
		st := tupleStage{eval: c.compile(stage.Filter), value: c.stage(stage.Filter)}
		if lit, ok := stage.Filter.(*Literal); ok && lit.Value.k == KindNumber {
			at := lit.Value.Num()
			st.at = &at
		}
		out.stages = append(out.stages, st)
		out.stepCode.stages = append(out.stepCode.stages, st.value)
	}
	return out
}

func (t *tupleCode) run(f *frame, in Value) (Value, error) {
	// Steps before the first tuple, and the group, are compiled in the scope
	// of the tuples too: they see it with no variable set.
	plain := t.scope.frame(f, tuple{})
	if in.k != KindArray || t.absolute {
		in = sequenceOf(in)
	}
	v := in
	var stream []tuple
	streaming, have := false, false
	for i := range t.steps {
		s := &t.steps[i]
		var err error
		streaming = streaming || s.tuple
		switch {
		case s.cons:
			var made Value
			if made, err = s.eval(plain, v); s.focus == "" {
				v = made // with @ the reference goes on with the input instead
				if i < len(t.steps)-1 {
					v = asInput(v)
				}
			}
		case streaming:
			stream, err = t.step(f, s, v, stream, have)
			have = true
		default:
			v, err = s.run(plain, v, i == len(t.steps)-1)
		}
		if err != nil {
			return Nothing, err
		}
		if !streaming && (v.k != KindArray || v.Len() == 0) {
			break
		}
	}
	if have {
		return t.finishStream(f, stream)
	}
	return t.finish(t.scope.frame(f, tuple{}), v)
}

func (t *tupleCode) finishStream(f *frame, stream []tuple) (Value, error) {
	if t.group != nil {
		return t.group.ofTuples(f, &t.scope, stream)
	}
	if t.hand {
		return tuplesValue(stream), nil
	}
	out := make([]Value, len(stream))
	for i := range stream {
		out[i] = stream[i].at
	}
	v, err := f.run.array(out, markSequence)
	if t.keep {
		v = keepSteps(v)
	}
	return v, err
}

func (t *tupleCode) finish(plain *frame, v Value) (Value, error) {
	if t.keep {
		v = keepSteps(v)
	}
	if t.group == nil {
		return v, nil
	}
	if v.k == KindNothing {
		v = emptySequence
	}
	return t.group.of(plain, v)
}

// step takes the stream, or the values v where there is none yet, through s.
func (t *tupleCode) step(f *frame, s *tupleStep, v Value, stream []tuple, streams bool) ([]tuple, error) {
	var out []tuple
	var err error
	switch {
	case s.sort != nil && streams:
		out, err = t.sort(f, s.sort, stream)
	case s.sort != nil:
		var sorted Value
		if sorted, err = s.sort.values(t.scope.frame(f, tuple{}), v); err == nil {
			for i, item := range sorted.items() {
				one := tuple{at: item}
				if s.index != "" {
					one = one.with(s.index, Number(float64(i)))
				}
				out = append(out, one)
			}
		}
	default:
		if !streams {
			for _, item := range v.items() {
				stream = append(stream, tuple{at: item})
			}
		}
		out, err = t.expand(f, s, stream)
	}
	for i := 0; err == nil && i < len(s.stages); i++ {
		out, err = t.stage(f, &s.stages[i], out)
	}
	return out, err
}

func (t *tupleCode) expand(f *frame, s *tupleStep, stream []tuple) ([]tuple, error) {
	var out []tuple
	for _, one := range stream {
		res, err := s.eval(t.scope.frame(f, one), one.at)
		if err != nil {
			return nil, err
		}
		if res.k == KindNothing {
			continue
		}
		if res.k == kindTuples {
			for _, inner := range res.tuples() {
				merged := one
				for _, b := range inner.vars {
					merged = merged.with(b.name, b.value)
				}
				merged.at = inner.at
				out = append(out, merged)
			}
			continue
		}
		var single [1]Value
		items := asItems(res, &single)
		if err := f.run.tick(len(items)); err != nil {
			return nil, err
		}
		if err := f.run.spend(len(items) * (valueBytes + 40*(len(one.vars)+3))); err != nil {
			return nil, err
		}
		for i, item := range items {
			next := one
			next.again = false
			if s.focus != "" {
				next = next.with(s.focus, item)
			} else {
				next.at = item
			}
			if s.index != "" {
				next = next.with(s.index, Number(float64(i)))
			}
			if s.ancestor != "" {
				next = next.with(s.ancestor, one.at)
			}
			out = append(out, next)
		}
	}
	return out, nil
}

func (t *tupleCode) stage(f *frame, s *tupleStage, stream []tuple) ([]tuple, error) {
	if s.index != "" {
		last := len(stream) - 1
		for i := last; i >= 0; i-- {
			if i == len(stream)-1 || !stream[i+1].again {
				last = i
			}
			stream[i] = stream[i].with(s.index, Number(float64(last)))
		}
		return stream, nil
	}
	if err := f.run.tick(len(stream)); err != nil {
		return nil, err
	}
	if s.at != nil {
		return tupleAt(stream, *s.at), nil
	}
	return selectTuples(stream, func(one tuple, i int) (int, error) {
		return selects(t.scope.frame(f, one), s.eval, one.at, i, len(stream))
	})
}
