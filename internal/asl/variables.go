package asl

import (
	"unicode"
	"unicode/utf8"
)

// scope holds the variables that the states of one flow assign.
type scope struct {
	outer *scope
	// paths are the places of the first assignment, in their order.
	names []string
	paths map[string]string
	inner []*scope
}

func (p *parser) assigned(name, path string) {
	if p.scope.paths == nil {
		p.scope.paths = map[string]string{}
	}
	if _, again := p.scope.paths[name]; !again {
		p.scope.names = append(p.scope.names, name)
		p.scope.paths[name] = path
	}
}

// finish reports, once all states of a flow are read, the variables of inner
// flows that have the name of one of this flow: AWS wants them distinct,
// whichever comes first in the text.
func (s *scope) finish(p *parser) {
	var visit func(inner *scope)
	visit = func(inner *scope) {
		for _, name := range inner.names {
			if _, taken := s.paths[name]; taken {
				p.errorf(inner.paths[name], "the outer flow has a variable $%s already, assigned at %s", name, s.paths[name])
			}
		}
		for _, i := range inner.inner {
			visit(i)
		}
	}
	for _, i := range s.inner {
		visit(i)
	}
	if s.outer != nil {
		s.outer.inner = append(s.outer.inner, s)
	}
}

// notVariable says why a name cannot be that of a variable, or nothing. Names
// follow Unicode Standard Annex 31.
func notVariable(name string) string {
	if name == "states" {
		return "$states is reserved"
	}
	if n := utf8.RuneCountInString(name); n == 0 || n > MaxNameLength {
		return "the name of a variable has 1 to 80 characters"
	}
	for i, r := range name {
		start := unicode.IsLetter(r) || unicode.Is(unicode.Nl, r) || unicode.Is(unicode.Other_ID_Start, r)
		rest := start || unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Mc, r) || unicode.Is(unicode.Nd, r) ||
			unicode.Is(unicode.Pc, r) || unicode.Is(unicode.Other_ID_Continue, r)
		// An underscore may also come first: JSONata allows it and so does AWS.
		if i == 0 && !start && r != '_' || !rest {
			return "the name of a variable begins with a letter and has letters, digits and underscores"
		}
	}
	return ""
}
