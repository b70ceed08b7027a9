package jsonata

// process gives a parsed expression the shape that evaluation needs: dots
// become the steps of one path, predicates and bindings belong to their step.
// It follows the reference's processAST rule for rule.
func (p *parser) process(s *sym) (*sym, error) {
	result, err := p.shape(s)
	if err == nil && s.keep {
		result.keep = true
	}
	return result, err
}

func (p *parser) shape(s *sym) (*sym, error) {
	switch s.typ {
	case symBinary:
		return p.shapeBinary(s)
	case symName:
		return &sym{typ: symPath, steps: []*sym{s}, keepPath: s.keep, pos: s.pos, end: s.end}, nil
	case symOperator: // and, or, in where a name should be
		s.typ = symName
		return p.process(s)
	case symParent:
		s.slot = &slot{label: "!" + string(rune('0'+p.slots%10)) + numberString(float64(p.slots)), level: 1}
		p.slots++
		return s, nil
	case symNegate:
		return p.shapeNegate(s)
	case symArray, symCall, symPartial:
		for i := range s.items {
			if err := p.below(s, &s.items[i]); err != nil {
				return nil, err
			}
		}
		if s.lhs == nil {
			return s, nil
		}
		var err error
		s.lhs, err = p.process(s.lhs) // what is called does not pass parents up
		return s, err
	case symObject:
		for i := range s.pairs {
			if err := p.below(s, &s.pairs[i][0]); err != nil {
				return nil, err
			}
			if err := p.below(s, &s.pairs[i][1]); err != nil {
				return nil, err
			}
		}
		return s, nil
	case symBlock:
		for i := range s.items {
			if err := p.below(s, &s.items[i]); err != nil {
				return nil, err
			}
			part := s.items[i]
			s.cons = s.cons || part.cons || part.typ == symPath && part.steps[0].cons
		}
		return s, nil
	case symCondition:
		s.lhs = nil
		for i := range s.items {
			if err := p.below(s, &s.items[i]); err != nil {
				return nil, err
			}
		}
		return s, nil
	case symTransform:
		for i := range s.items {
			var err error
			if s.items[i], err = p.process(s.items[i]); err != nil {
				return nil, err
			}
		}
		return s, nil
	case symLambda:
		var err error
		s.rhs, err = p.process(s.rhs)
		return s, err
	default:
		return s, nil
	}
}

// below processes a part of s, whose unresolved parents become those of s.
func (p *parser) below(s *sym, part **sym) error {
	q, err := p.process(*part)
	if err != nil {
		return err
	}
	*part = q
	pushAncestry(s, q)
	return nil
}

func (p *parser) shapeNegate(s *sym) (*sym, error) {
	operand, err := p.process(s.lhs)
	if err != nil {
		return nil, err
	}
	if operand.typ == symNumber {
		operand.tok.value = Number(-operand.tok.value.Num())
		operand.pos = s.pos
		return operand, nil
	}
	s.lhs = operand
	pushAncestry(s, operand)
	return s, nil
}

func (p *parser) shapeBinary(s *sym) (*sym, error) {
	switch s.op {
	case ".":
		return p.shapeDot(s)
	case "[":
		return p.shapePredicate(s)
	case "{":
		return p.shapeGroup(s)
	case "^":
		return p.shapeSort(s)
	case "@":
		return p.shapeFocus(s)
	case "#":
		return p.shapeIndex(s)
	case ":=":
		s.typ = symBind
		return s, p.below(s, &s.rhs)
	}
	if s.op == "~>" {
		var err error
		s.typ = symApply
		if s.lhs, err = p.process(s.lhs); err != nil {
			return nil, err
		}
		if s.rhs, err = p.process(s.rhs); err != nil {
			return nil, err
		}
		s.keep = s.lhs.keep || s.rhs.keep
		return s, nil
	}
	if err := p.below(s, &s.lhs); err != nil {
		return nil, err
	}
	return s, p.below(s, &s.rhs)
}

func (p *parser) shapeDot(s *sym) (*sym, error) {
	left, err := p.process(s.lhs)
	if err != nil {
		return nil, err
	}
	path := asPath(left)
	if left.typ == symParent {
		path.seeking = []*slot{left.slot}
	}
	right, err := p.process(s.rhs)
	if err != nil {
		return nil, err
	}
	if right.typ == symPath {
		path.steps = append(path.steps, right.steps...)
	} else {
		if right.predicates != nil {
			right.stages, right.predicates = right.predicates, nil
		}
		path.steps = append(path.steps, right)
	}
	path.end = s.end
	for _, step := range path.steps {
		switch step.typ {
		case symNumber, symValue:
			e := errorAt("S0213", step.pos, step.end, "the literal %s cannot be a step of a path", step.tok.value)
			e.Value = step.tok.value
			return nil, e
		case symString:
			step.typ = symName
		default:
		}
		path.keepPath = path.keepPath || step.keep
	}
	for _, step := range []*sym{path.steps[0], path.steps[len(path.steps)-1]} {
		if step.typ == symArray {
			step.cons = true
		}
	}
	return path, resolveAncestry(path)
}

func asPath(s *sym) *sym {
	if s.typ == symPath {
		return s
	}
	return &sym{typ: symPath, steps: []*sym{s}, pos: s.pos, end: s.end}
}

// lastStep is the step that a postfix operator belongs to.
func lastStep(s *sym) *sym {
	if s.typ == symPath {
		return s.steps[len(s.steps)-1]
	}
	return s
}

// extend lets a node reach to the end of a postfix operator, remembering
// where it ended by itself.
func (s *sym) extend(end int) {
	if s.tail == 0 {
		s.tail = s.end
	}
	s.end = end
}

func (p *parser) shapePredicate(s *sym) (*sym, error) {
	result, err := p.process(s.lhs)
	if err != nil {
		return nil, err
	}
	step := lastStep(result)
	if step.group != nil {
		return nil, errorAt("S0209", s.tok.pos, s.end, "a predicate cannot follow a grouping expression in a step")
	}
	predicate, err := p.process(s.rhs)
	if err != nil {
		return nil, err
	}
	if predicate.seeking != nil {
		for _, sl := range predicate.seeking {
			if sl.level == 1 {
				if _, err := seekParent(step, sl); err != nil {
					return nil, err
				}
			} else {
				sl.level--
			}
		}
		pushAncestry(step, predicate)
	}
	stage := &sym{typ: symFilter, lhs: predicate, pos: s.tok.pos, end: s.end}
	if result.typ == symPath {
		step.stages = append(step.stages, stage)
	} else {
		step.predicates = append(step.predicates, stage)
	}
	reach(result, step, s.end)
	return result, nil
}

func reach(result, step *sym, end int) {
	step.extend(end)
	if result != step {
		result.end = end
	}
}

func (p *parser) shapeGroup(s *sym) (*sym, error) {
	result, err := p.process(s.lhs)
	if err != nil {
		return nil, err
	}
	if result.group != nil {
		return nil, errorAt("S0210", s.tok.pos, s.end, "each step can have only one grouping expression")
	}
	g := &sym{typ: symGroup, pos: s.tok.pos, end: s.end}
	for _, pair := range s.pairs {
		for i := range pair {
			if pair[i], err = p.process(pair[i]); err != nil {
				return nil, err
			}
		}
		g.pairs = append(g.pairs, pair)
	}
	result.group = g
	result.extend(s.end)
	return result, nil
}

func (p *parser) shapeSort(s *sym) (*sym, error) {
	left, err := p.process(s.lhs)
	if err != nil {
		return nil, err
	}
	path := asPath(left)
	step := &sym{typ: symSort, pos: s.tok.pos, end: s.end}
	for _, t := range s.terms {
		if t.by, err = p.process(t.by); err != nil {
			return nil, err
		}
		pushAncestry(step, t.by)
		step.terms = append(step.terms, t)
	}
	path.steps = append(path.steps, step)
	path.end = s.end
	return path, resolveAncestry(path)
}

func (p *parser) shapeFocus(s *sym) (*sym, error) {
	result, err := p.process(s.lhs)
	if err != nil {
		return nil, err
	}
	step := lastStep(result)
	switch {
	case step.stages != nil || step.predicates != nil:
		return nil, errorAt("S0215", s.tok.pos, s.end, "@ must come before the predicates of its step")
	case step.typ == symSort:
		return nil, errorAt("S0216", s.tok.pos, s.end, "@ must come before the order-by of its step")
	}
	step.keep = step.keep || s.keep
	step.focus, step.tuple = s.rhs.op, true
	reach(result, step, s.end)
	return result, nil
}

func (p *parser) shapeIndex(s *sym) (*sym, error) {
	result, err := p.process(s.lhs)
	if err != nil {
		return nil, err
	}
	step := lastStep(result)
	if result.typ != symPath {
		result = asPath(result)
		if step.predicates != nil {
			step.stages, step.predicates = step.predicates, nil
		}
	}
	if step.stages == nil {
		step.index = s.rhs.op
	} else {
		step.stages = append(step.stages, &sym{typ: symIndex, op: s.rhs.op, pos: s.tok.pos, end: s.end})
	}
	step.tuple = true
	reach(result, step, s.end)
	return result, nil
}
