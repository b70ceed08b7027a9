package jsonata

func (p *parser) call(t token, procedure *sym) (*sym, error) {
	s := t.sym(symCall)
	s.lhs, s.pos = procedure, procedure.pos
	for first := true; !first || !p.at(")"); first = false {
		if p.at("?") {
			s.typ = symPartial
			s.items = append(s.items, p.tok.sym(symHole))
			if err := p.advance(true); err != nil {
				return nil, err
			}
		} else {
			arg, err := p.expression(0)
			if err != nil {
				return nil, err
			}
			s.items = append(s.items, arg)
		}
		if !p.at(",") {
			break
		}
		if err := p.advance(true); err != nil {
			return nil, err
		}
	}
	err := p.expect(")", false)
	s.end = p.last
	if err == nil && procedure.typ == symName && !procedure.tok.quoted && (procedure.op == "function" || procedure.op == "λ") {
		return p.lambda(s)
	}
	return s, err
}

// lambda goes on after function(...): an optional signature and the body.
func (p *parser) lambda(s *sym) (*sym, error) {
	for i, param := range s.items {
		if param.typ != symVariable {
			e := errorAt("S0208", param.pos, param.end, "parameter %d of the function must be a variable, $name", i+1)
			e.Token, e.Value = param.op, Number(float64(i+1))
			return nil, e
		}
	}
	s.typ = symLambda
	if p.at("<") {
		if err := p.signature(s); err != nil {
			return nil, err
		}
	}
	if err := p.expect("{", true); err != nil {
		return nil, err
	}
	var err error
	if s.rhs, err = p.expression(0); err != nil {
		return nil, err
	}
	err = p.expect("}", true)
	s.end = p.last
	return s, err
}

func (p *parser) signature(s *sym) error {
	from := p.tok.pos
	text := "<"
	p.lex.signature = true
	defer func() { p.lex.signature = false }()
	for depth := 1; depth > 0 && !p.at("{") && p.tok.kind != tokEnd; {
		if err := p.advance(true); err != nil {
			return err
		}
		switch {
		case p.at(">"):
			depth--
		case p.at("<"):
			depth++
		}
		if p.tok.kind != tokEnd {
			text += p.tok.describe()
		}
	}
	end := p.tok.end
	if err := p.expect(">", true); err != nil {
		return err
	}
	sig, err := parseSignature(text)
	if err != nil {
		err.Pos, err.End = from, end
		return err
	}
	s.sig = sig
	return nil
}
