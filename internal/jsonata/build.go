package jsonata

// builder turns finished symbols into the public tree.
type builder struct {
	depth, height int
}

func (b *builder) node(s *sym) Node {
	if s == nil {
		return nil
	}
	b.depth++
	b.height = max(b.height, b.depth)
	n := b.wrap(s)
	b.depth--
	return n
}

// own is the place of a node without the postfix operators after it.
func (s *sym) own() Place {
	if s.tail != 0 {
		return Place{s.pos, s.tail}
	}
	return Place{s.pos, s.end}
}

// wrap puts a Filter around a node that is no path but has predicates, a
// group or []. Steps keep theirs in the Step.
func (b *builder) wrap(s *sym) Node {
	n := b.plain(s)
	_, isPath := n.(*Path)
	if isPath || s.predicates == nil && s.group == nil && !s.keep {
		return n
	}
	f := &Filter{Place: Place{s.pos, s.end}, Expr: n, Group: b.group(s.group), KeepArray: s.keep}
	for _, stage := range s.predicates {
		f.Filters = append(f.Filters, b.node(stage.lhs))
	}
	return f
}

func (b *builder) plain(s *sym) Node {
	switch s.typ {
	case symPath:
		return b.path(s)
	case symName:
		return &Name{s.own(), s.op}
	case symString:
		return &Literal{s.own(), String(s.op)}
	case symNumber, symValue:
		return &Literal{s.own(), s.tok.value}
	case symVariable:
		return &Variable{s.own(), s.op}
	case symRegex:
		return &Regex{s.own(), s.op, s.tok.flags}
	case symWildcard:
		return &Wildcard{s.own()}
	case symDescendant:
		return &Descendant{s.own()}
	case symParent:
		return &Parent{s.own(), s.slot}
	case symBinary:
		return &Binary{s.own(), s.op, s.tok.pos, b.node(s.lhs), b.node(s.rhs)}
	case symNegate:
		return &Negate{s.own(), b.node(s.lhs)}
	case symArray:
		return &ArrayNode{s.own(), b.nodes(s.items), s.cons}
	case symObject:
		return &ObjectNode{s.own(), b.pairs(s.pairs)}
	case symBlock:
		return &Block{s.own(), b.nodes(s.items), s.cons, s.tuple}
	case symCall:
		return &Call{s.own(), b.node(s.lhs), b.nodes(s.items)}
	case symPartial:
		return &Partial{s.own(), b.node(s.lhs), b.nodes(s.items)}
	case symLambda:
		return b.lambda(s)
	case symCondition:
		c := &Condition{Place: s.own(), If: b.node(s.items[0]), Then: b.node(s.items[1])}
		if len(s.items) > 2 {
			c.Else = b.node(s.items[2])
		}
		return c
	case symBind:
		return &Bind{s.own(), &Variable{s.lhs.own(), s.lhs.op}, b.node(s.rhs)}
	case symApply:
		return &Apply{s.own(), b.node(s.lhs), b.node(s.rhs)}
	case symTransform:
		t := &Transform{Place: s.own(), Pattern: b.node(s.items[0]), Update: b.node(s.items[1])}
		if len(s.items) > 2 {
			t.Delete = b.node(s.items[2])
		}
		return t
	case symSort:
		n := &Sort{Place: s.own()}
		for _, t := range s.terms {
			n.Terms = append(n.Terms, Term{Place{t.pos, t.end}, t.descending, b.node(t.by)})
		}
		return n
	default: // symOperator, symHole and the stages never come here
		return &Literal{s.own(), Null}
	}
}

// nodes leaves nil in the place of a hole.
func (b *builder) nodes(list []*sym) []Node {
	out := make([]Node, len(list))
	for i, s := range list {
		if s.typ != symHole {
			out[i] = b.node(s)
		}
	}
	return out
}

func (b *builder) pairs(list [][2]*sym) []Pair {
	out := make([]Pair, len(list))
	for i, p := range list {
		out[i] = Pair{b.node(p[0]), b.node(p[1])}
	}
	return out
}

func (b *builder) group(s *sym) *Group {
	if s == nil {
		return nil
	}
	return &Group{Place{s.pos, s.end}, b.pairs(s.pairs)}
}

func (b *builder) lambda(s *sym) Node {
	l := &Lambda{Place: s.own(), Body: b.node(s.rhs), sig: s.sig}
	if s.sig != nil {
		l.Signature = s.sig.text
	}
	for _, p := range s.items {
		l.Params = append(l.Params, &Variable{p.own(), p.op})
	}
	return l
}

func (b *builder) path(s *sym) Node {
	n := &Path{
		Place: Place{s.pos, s.end}, KeepArray: s.keepPath || s.keep, keepHere: s.keep, keepSteps: s.keepPath,
		Group: b.group(s.group), tuple: s.tuple,
	}
	for _, step := range s.steps {
		n.Steps = append(n.Steps, b.step(step))
	}
	return n
}

func (b *builder) step(s *sym) Step {
	out := Step{
		Place: Place{s.pos, s.end}, Focus: s.focus, Index: s.index,
		keep: s.keep, tuple: s.tuple, ancestor: s.ancestor,
	}
	inner := *s
	inner.keep = false // the step itself keeps
	b.depth++
	b.height = max(b.height, b.depth)
	out.Expr = b.wrap(&inner)
	b.depth--
	for _, stage := range s.stages {
		st := Stage{Place: Place{stage.pos, stage.end}, Index: stage.op}
		if stage.typ == symFilter {
			st.Filter, st.Index = b.node(stage.lhs), ""
		}
		out.Stages = append(out.Stages, st)
	}
	return out
}
