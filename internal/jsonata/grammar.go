package jsonata

// parser is a Pratt parser; see the reference's parser.js.
type parser struct {
	lex   lexer
	tok   token // the current token
	last  int   // where the token before it ended
	depth int
	max   int
	slots int // parents so far
}

func (p *parser) advance(operand bool) error {
	p.last = p.tok.end
	t, err := p.lex.next(operand)
	if err != nil {
		return err
	}
	if t.kind == tokOperator && (t.text == "!" || t.text == "~") {
		e := errorAt("S0204", t.pos, t.end, "unknown operator %s", t.text)
		e.Token = t.text
		return e
	}
	p.tok = t
	return nil
}

// expect passes the operator op; operand says whether a slash after it begins a
// regular expression. Where the reference says so although no operand can
// follow, as after [], we do too: a text must not parse here and fail there.
func (p *parser) expect(op string, operand bool) error {
	if p.at(op) {
		return p.advance(operand)
	}
	e := errorAt("S0202", p.tok.pos, p.tok.end, "expected %s, found %s", op, p.tok.describe())
	if p.tok.kind == tokEnd {
		e = errorAt("S0203", p.tok.pos, p.tok.end, "expected %s before the end of the expression", op)
	}
	e.Token, e.Value = p.tok.describe(), String(op)
	return e
}

func (p *parser) at(op string) bool { return p.tok.kind == tokOperator && p.tok.text == op }

func (t token) describe() string {
	switch t.kind {
	case tokEnd:
		return "(end)"
	case tokNumber, tokValue:
		return t.value.String()
	case tokVariable:
		return "$" + t.text
	default:
		return t.text
	}
}

func (p *parser) expression(rbp int) (*sym, error) {
	p.depth++
	defer func() { p.depth-- }()
	if p.depth > p.max {
		return nil, errorAt(codeDeepSource, p.tok.pos, p.tok.end, "the expression is nested more than %d deep", p.max)
	}
	t := p.tok
	if err := p.advance(false); err != nil {
		return nil, err
	}
	left, err := p.prefix(t)
	for chain := 0; err == nil && rbp < p.power(); chain++ {
		// A long chain of operators nests to the left as parentheses would.
		if chain >= 64*p.max {
			return nil, errorAt(codeDeepSource, p.tok.pos, p.tok.end, "the expression has more than %d operators in a row", 64*p.max)
		}
		t = p.tok
		if err = p.advance(true); err == nil {
			left, err = p.infix(t, left)
		}
	}
	return left, err
}

func (p *parser) power() int {
	if p.tok.kind != tokOperator {
		return 0
	}
	return bindingPowers[p.tok.text]
}

func (t token) sym(typ symType) *sym {
	return &sym{typ: typ, op: t.text, tok: t, pos: t.pos, end: t.end}
}

// prefix is what begins with t: an operand, or an operator before one.
func (p *parser) prefix(t token) (*sym, error) {
	switch t.kind {
	case tokName:
		return t.sym(symName), nil
	case tokVariable:
		return t.sym(symVariable), nil
	case tokString:
		return t.sym(symString), nil
	case tokNumber:
		return t.sym(symNumber), nil
	case tokValue:
		return t.sym(symValue), nil
	case tokRegex:
		return t.sym(symRegex), nil
	case tokEnd:
		return nil, errorAt("S0207", t.pos, t.end, "the expression ends where a value should be")
	default:
	}
	switch t.text {
	case "and", "or", "in":
		return t.sym(symOperator), nil
	case "*":
		return t.sym(symWildcard), nil
	case "**":
		return t.sym(symDescendant), nil
	case "%":
		return t.sym(symParent), nil
	case "-":
		operand, err := p.expression(70)
		if err != nil {
			return nil, err
		}
		s := t.sym(symNegate)
		s.lhs, s.end = operand, operand.end
		return s, nil
	case "(":
		return p.block(t)
	case "[":
		return p.array(t)
	case "{":
		s := t.sym(symObject)
		var err error
		s.pairs, err = p.pairs()
		s.end = p.last
		return s, err
	case "|":
		return p.transform(t)
	}
	e := errorAt("S0211", t.pos, t.end, "%s cannot stand before a value", t.text)
	e.Token = t.text
	return nil, e
}

func (p *parser) block(t token) (*sym, error) {
	s := t.sym(symBlock)
	for !p.at(")") {
		part, err := p.expression(0)
		if err != nil {
			return nil, err
		}
		s.items = append(s.items, part)
		if !p.at(";") {
			break
		}
		if err := p.advance(true); err != nil {
			return nil, err
		}
	}
	err := p.expect(")", false)
	s.end = p.last
	return s, err
}

func (p *parser) array(t token) (*sym, error) {
	s := t.sym(symArray)
	for first := true; !first || !p.at("]"); first = false {
		item, err := p.expression(0)
		if err != nil {
			return nil, err
		}
		if p.at("..") {
			r := p.tok.sym(symBinary)
			if err := p.advance(true); err != nil {
				return nil, err
			}
			r.lhs, r.pos = item, item.pos
			if r.rhs, err = p.expression(0); err != nil {
				return nil, err
			}
			r.end = r.rhs.end
			item = r
		}
		s.items = append(s.items, item)
		if !p.at(",") {
			break
		}
		if err := p.advance(true); err != nil {
			return nil, err
		}
	}
	err := p.expect("]", false)
	s.end = p.last
	return s, err
}

// pairs reads key: value, ... up to the closing brace.
func (p *parser) pairs() ([][2]*sym, error) {
	var pairs [][2]*sym
	for first := true; !first || !p.at("}"); first = false {
		key, err := p.expression(0)
		if err != nil {
			return nil, err
		}
		if err := p.expect(":", true); err != nil {
			return nil, err
		}
		value, err := p.expression(0)
		if err != nil {
			return nil, err
		}
		pairs = append(pairs, [2]*sym{key, value})
		if !p.at(",") {
			break
		}
		if err := p.advance(true); err != nil {
			return nil, err
		}
	}
	return pairs, p.expect("}", false)
}

func (p *parser) transform(t token) (*sym, error) {
	s := t.sym(symTransform)
	pattern, err := p.expression(0)
	if err != nil {
		return nil, err
	}
	if err := p.expect("|", true); err != nil {
		return nil, err
	}
	update, err := p.expression(0)
	if err != nil {
		return nil, err
	}
	s.items = []*sym{pattern, update}
	if p.at(",") {
		if err := p.advance(true); err != nil {
			return nil, err
		}
		deletion, err := p.expression(0)
		if err != nil {
			return nil, err
		}
		s.items = append(s.items, deletion)
	}
	err = p.expect("|", true)
	s.end = p.last
	return s, err
}

// infix is what the operator t makes of the expression to its left.
func (p *parser) infix(t token, left *sym) (*sym, error) {
	s := t.sym(symBinary)
	s.lhs, s.pos = left, left.pos
	switch t.text {
	case "(":
		return p.call(t, left)
	case "[":
		return p.predicate(s, left)
	case "{":
		var err error
		s.pairs, err = p.pairs()
		s.end = p.last
		return s, err
	case "^":
		return p.orderBy(s)
	case ":=":
		if left.typ != symVariable {
			e := errorAt("S0212", left.pos, left.end, "the left side of := must be a variable, $name")
			e.Token = left.op
			return nil, e
		}
	case "?":
		return p.condition(s)
	case ".", "+", "-", "*", "/", "%", "=", "<", ">", "!=", "<=", ">=", "&", "and", "or", "in", "~>", "@", "#":
	default:
		e := errorAt("S0201", t.pos, t.end, "%s is not expected here", t.text)
		e.Token = t.text
		return nil, e
	}
	power := bindingPowers[t.text]
	if t.text == ":=" {
		power-- // binds to the right
	}
	var err error
	if s.rhs, err = p.expression(power); err != nil {
		return nil, err
	}
	s.end = s.rhs.end
	if (t.text == "@" || t.text == "#") && s.rhs.typ != symVariable {
		e := errorAt("S0214", s.rhs.pos, s.rhs.end, "the right side of %s must be a variable, $name", t.text)
		e.Token = t.text
		return nil, e
	}
	return s, nil
}

func (p *parser) predicate(s, left *sym) (*sym, error) {
	if p.at("]") {
		step := left
		for step.typ == symBinary && step.op == "[" {
			step = step.lhs
		}
		step.keep = true
		if err := p.advance(true); err != nil {
			return nil, err
		}
		left.end = p.last
		return left, nil
	}
	var err error
	if s.rhs, err = p.expression(0); err != nil {
		return nil, err
	}
	err = p.expect("]", false)
	s.end = p.last
	return s, err
}

func (p *parser) orderBy(s *sym) (*sym, error) {
	if err := p.expect("(", true); err != nil {
		return nil, err
	}
	for {
		term := sortTerm{pos: p.tok.pos}
		if p.at("<") || p.at(">") {
			term.descending = p.at(">")
			if err := p.advance(true); err != nil {
				return nil, err
			}
		}
		var err error
		if term.by, err = p.expression(0); err != nil {
			return nil, err
		}
		term.end = term.by.end
		s.terms = append(s.terms, term)
		if !p.at(",") {
			break
		}
		if err := p.advance(true); err != nil {
			return nil, err
		}
	}
	err := p.expect(")", true)
	s.end = p.last
	return s, err
}

func (p *parser) condition(s *sym) (*sym, error) {
	s.typ = symCondition
	then, err := p.expression(0)
	if err != nil {
		return nil, err
	}
	s.items = []*sym{s.lhs, then}
	s.end = then.end
	if p.at(":") {
		if err := p.advance(true); err != nil {
			return nil, err
		}
		otherwise, err := p.expression(0)
		if err != nil {
			return nil, err
		}
		s.items = append(s.items, otherwise)
		s.end = otherwise.end
	}
	return s, nil
}
