package jsonata

// DefaultMaxDepth is how deep a source may nest unless Options say otherwise.
const DefaultMaxDepth = 250

// Parse reads one expression. The error is an *Error with its place.
func Parse(src string, o Options) (*Tree, error) {
	p := &parser{lex: lexer{src: src, names: o.Names}, max: o.MaxDepth}
	if p.max <= 0 {
		p.max = DefaultMaxDepth
	}
	root, err := p.parse()
	if err != nil {
		return nil, err
	}
	b := builder{}
	t := &Tree{Source: src, Root: b.node(root)}
	t.height = b.height
	return t, nil
}

func (p *parser) parse() (*sym, error) {
	if err := p.advance(true); err != nil {
		return nil, err
	}
	s, err := p.expression(0)
	if err != nil {
		return nil, err
	}
	if p.tok.kind != tokEnd {
		e := errorAt("S0201", p.tok.pos, p.tok.end, "%s is not expected here", p.tok.describe())
		e.Token = p.tok.describe()
		return nil, e
	}
	if s, err = p.process(s); err != nil {
		return nil, err
	}
	if s.typ == symParent || s.seeking != nil {
		return nil, noParent(s)
	}
	return s, nil
}
