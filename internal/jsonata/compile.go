package jsonata

// compile returns what yields the value of n: the reference's evaluate.
func (c *compiler) compile(n Node) fn {
	switch n := n.(type) {
	case *Literal:
		return constant(n.Value)
	case *Binary:
		return c.binary(n)
	case *Negate:
		return c.negate(n)
	case *ArrayNode:
		return c.array(n)
	case *ObjectNode:
		return c.object(n)
	case *Lambda:
		return c.lambda(n)
	case *Regex:
		return c.regex(n)
	case *Transform:
		return c.transform(n)
	case *Partial:
		return c.partial(n)
	case *Condition:
		return thenNorm(c.condition(n, c.compile))
	case *Block:
		return thenNorm(c.block(n, c.compile))
	case *Bind:
		return thenNorm(c.bind(n))
	case *Parent:
		return c.variable(n.slot.label)
	case *Path:
		if direct := c.straight(n); direct != nil {
			return direct
		}
		if n.keepHere {
			return thenKeep(c.path(n))
		}
	}
	return thenNorm(c.raw(n))
}

func thenNorm(raw fn) fn {
	return func(f *frame, in Value) (Value, error) {
		v, err := raw(f, in)
		if v.k == KindArray && v.n&markSequence != 0 {
			v = collapse(v)
		}
		return v, err
	}
}

func thenKeep(raw fn) fn {
	return func(f *frame, in Value) (Value, error) {
		v, err := raw(f, in)
		return keepArray(v), err
	}
}

// raw is compile for what stands before predicates, a group or []: they come
// before a sequence collapses.
func (c *compiler) raw(n Node) fn {
	switch n := n.(type) {
	case *Path:
		return c.path(n)
	case *Name:
		return c.name(n)
	case *Variable:
		return c.reference(n)
	case *Wildcard:
		return wildcard
	case *Descendant:
		return descendants
	case *Call:
		return c.call(n, nil)
	case *Apply:
		return c.apply(n)
	case *Filter:
		return c.filter(n)
	case *Sort: // only as a step; see path.go
		return c.fail(errorAt("S0201", n.Pos, n.End, "an order-by needs something to order"))
	default:
		return c.compile(n)
	}
}

func (c *compiler) name(n *Name) fn {
	key := n.Value
	return func(f *frame, in Value) (Value, error) {
		if in.k == KindObject {
			return in.Get(key), nil
		}
		return f.run.lookup(in, key)
	}
}

func wildcard(f *frame, in Value) (Value, error) {
	if in.has(markOuter) && in.Len() > 0 {
		in = in.At(0)
	}
	var out []Value
	add := func(v Value) {
		if v.k == KindArray {
			out = flattenDeep(out, v)
		} else {
			out = append(out, v)
		}
	}
	for _, item := range in.items() {
		add(item)
	}
	for _, m := range in.members() {
		add(m.Value)
	}
	// The reference keeps its marks of a sequence as fields of the array, and
	// its * finds them.
	for _, m := range []uint64{markSequence, markKeep} {
		if in.has(m) {
			out = append(out, True)
		}
	}
	if err := f.run.tick(len(out) + 1); err != nil {
		return Nothing, err
	}
	// The reference loses the mark of a sequence when it appends an array.
	for _, item := range in.items() {
		if item.k == KindArray {
			return f.run.array(out, 0)
		}
	}
	for _, m := range in.members() {
		if m.Value.k == KindArray {
			return f.run.array(out, 0)
		}
	}
	return f.run.array(out, markSequence)
}

func flattenDeep(out []Value, v Value) []Value {
	if v.k != KindArray {
		return append(out, v)
	}
	for _, item := range v.items() {
		out = flattenDeep(out, item)
	}
	return out
}

func descendants(f *frame, in Value) (Value, error) {
	if in.k == KindNothing {
		return Nothing, nil
	}
	out, err := f.run.descend(nil, in)
	if err != nil {
		return Nothing, err
	}
	if len(out) == 1 {
		return out[0], nil
	}
	return f.run.array(out, markSequence)
}

func (r *run) descend(out []Value, v Value) ([]Value, error) {
	if err := r.tick(1); err != nil {
		return nil, err
	}
	var err error
	if v.k != KindArray {
		out = append(out, v)
	}
	for _, item := range v.items() {
		if out, err = r.descend(out, item); err != nil {
			return nil, err
		}
	}
	for _, m := range v.members() {
		if out, err = r.descend(out, m.Value); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// condition and block take what compiles their last part, which differs in
// the tail of a function.
func (c *compiler) condition(n *Condition, last func(Node) fn) fn {
	test, then, otherwise := c.test(n.If), last(n.Then), constant(Nothing)
	if n.Else != nil {
		otherwise = last(n.Else)
	}
	return func(f *frame, in Value) (Value, error) {
		t, err := test(f, in)
		if err != nil {
			return Nothing, err
		}
		if t {
			return then(f, in)
		}
		return otherwise(f, in)
	}
}

func (c *compiler) block(n *Block, last func(Node) fn) fn {
	if len(n.Parts) == 0 {
		return constant(Nothing)
	}
	outer := c.scope
	inner := c.enter(false)
	for _, part := range n.Parts {
		c.declare(part)
	}
	own := len(inner.names) > 0 && holdsFrames(n)
	if own {
		c.leave(outer)
		inner = c.enter(true)
		for _, part := range n.Parts {
			c.declare(part)
		}
	}
	parts := make([]fn, len(n.Parts))
	for i, part := range n.Parts {
		if i == len(n.Parts)-1 {
			parts[i] = last(part)
		} else {
			parts[i] = c.compile(part)
		}
	}
	c.leave(outer)
	reset := unset(slotsOf(inner))
	final, parts := parts[len(parts)-1], parts[:len(parts)-1]
	if reset == nil && len(parts) == 0 {
		return final
	}
	info := inner.frame
	return func(f *frame, in Value) (Value, error) {
		if own {
			f = f.run.push(f, info.size)
		}
		if reset != nil {
			reset(f)
		}
		for _, part := range parts {
			if _, err := part(f, in); err != nil {
				return Nothing, err
			}
		}
		return final(f, in)
	}
}

func (c *compiler) bind(n *Bind) fn {
	value := c.compile(n.Value)
	if n.Variable.Name == "" {
		return value
	}
	slot := c.bindName(n.Variable.Name)
	hops := 0
	for info := c.frame; info != c.scope.frame; info = info.up {
		hops++
	}
	return func(f *frame, in Value) (Value, error) {
		v, err := value(f, in)
		if err != nil {
			return Nothing, err
		}
		at := f
		for range hops {
			at = at.up
		}
		at.slots[slot] = v
		return v, nil
	}
}

func (c *compiler) array(n *ArrayNode) fn {
	if v, ok := constantArray(n); ok {
		return constant(v)
	}
	type item struct {
		eval  fn
		whole bool // [..] inside [..] stays an array
	}
	items := make([]item, len(n.Items))
	for i, part := range n.Items {
		inner := part
		if f, ok := part.(*Filter); ok {
			inner = f.Expr
		}
		_, whole := inner.(*ArrayNode)
		items[i] = item{c.compile(part), whole}
	}
	mark := uint64(0)
	if n.cons {
		mark = markCons
	}
	return func(f *frame, in Value) (Value, error) {
		out := room(len(items))
		for i := range items {
			v, err := items[i].eval(f, in)
			switch {
			case err != nil:
				return Nothing, err
			case v.k == KindNothing:
			case v.k == KindArray && !items[i].whole:
				out = append(out, v.items()...)
			default:
				out = append(out, v)
			}
		}
		return f.run.array(out, mark)
	}
}

// constantArray makes an array of literals once, when compiled: values are
// immutable, so every evaluation may share it.
func constantArray(n *ArrayNode) (Value, bool) {
	items := make([]Value, len(n.Items))
	for i, part := range n.Items {
		lit, ok := part.(*Literal)
		if !ok {
			return Nothing, false
		}
		items[i] = lit.Value
	}
	if n.cons {
		return arrayOf(items, markCons), true
	}
	return arrayOf(items, 0), true
}

// filter compiles predicates and a group after an expression that is no path.
func (c *compiler) filter(n *Filter) fn {
	eval := c.raw(n.Expr)
	for _, p := range n.Filters {
		eval = c.predicate(eval, p)
	}
	if n.Group != nil {
		g := c.group(n.Group.Pairs, n.Group.Place)
		inner := eval
		eval = func(f *frame, in Value) (Value, error) {
			v, err := inner(f, in)
			if err != nil {
				return Nothing, err
			}
			return g.of(f, v)
		}
	}
	if n.KeepArray {
		return thenKeep(sequenceOfItem(eval, n))
	}
	return eval
}

// sequenceOfItem undoes the short cut of itemAt, which leaves out the sequence
// around its item, where [] follows and the difference shows.
func sequenceOfItem(eval fn, n *Filter) fn {
	if len(n.Filters) == 0 || n.Group != nil {
		return eval
	}
	return func(f *frame, in Value) (Value, error) {
		v, err := eval(f, in)
		if err == nil && v.k != KindArray && v.k != KindNothing {
			v = arrayOf([]Value{v}, markSequence)
		}
		return v, err
	}
}
