package jsonata

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// matcher is a compiled regular expression. Go's engine takes time in
// proportion to the text, whatever the pattern, so none can run away; what it
// cannot do, back-references and look-around, is refused when compiled.
type matcher struct {
	source string
	first  *regexp.Regexp
	// rest finds the next match after one character of context, which ^ and
	// \b look at; its first group is the match.
	rest *regexp.Regexp
}

// found is one match: offsets in bytes, in pairs, the whole and then groups.
type found struct {
	m     *matcher
	text  string
	place []int
}

func (c *compiler) regex(n *Regex) fn {
	m, err := newMatcher(n.Pattern, n.Flags)
	if err != nil {
		return c.fail(errorAt(codeRegex, n.Pos, n.End, "%s", err.Error()))
	}
	f := &function{regex: m, arity: 2}
	f.custom = func(r *run, args []Value) (Value, error) {
		text := ""
		if len(args) > 0 {
			text = args[0].Str()
		}
		from := 0
		if len(args) > 1 {
			from = byteOfUnit(text, int(args[1].Num()))
		}
		hit, err := m.find(r, text, from)
		if err != nil || hit == nil {
			return Nothing, err
		}
		return hit.value(r)
	}
	return constant(functionValue(f))
}

func newMatcher(pattern, flags string) (*matcher, error) {
	translated, err := translateRegex(pattern, strings.Contains(flags, "m"))
	if err != nil {
		return nil, err
	}
	mode := ""
	if strings.Contains(flags, "i") {
		mode += "i"
	}
	if strings.Contains(flags, "m") {
		mode += "m"
	}
	if mode != "" {
		translated = "(?" + mode + ")" + translated
	}
	m := &matcher{source: pattern}
	if m.first, err = regexp.Compile(translated); err != nil {
		return nil, err
	}
	m.rest, err = regexp.Compile(`\A(?s:.)(?s:.*?)(` + translated + `)`)
	return m, err
}

// find returns the first match at or after from, or nil.
func (m *matcher) find(r *run, text string, from int) (*found, error) {
	if err := r.tick(1 + (len(text)-from)/64); err != nil {
		return nil, err
	}
	if from <= 0 {
		if at := m.first.FindStringSubmatchIndex(text); at != nil {
			return &found{m, text, at}, nil
		}
		return nil, nil
	}
	if from > len(text) {
		return nil, nil
	}
	_, n := utf8.DecodeLastRuneInString(text[:from])
	at := m.rest.FindStringSubmatchIndex(text[from-n:])
	if at == nil {
		return nil, nil
	}
	at = at[2:]
	for i := range at {
		if at[i] >= 0 {
			at[i] += from - n
		}
	}
	return &found{m, text, at}, nil
}

// next returns the match after f, or nil. A match of nothing would never end.
func (f *found) next(r *run) (*found, error) {
	if f.place[1] >= len(f.text) {
		return nil, nil
	}
	hit, err := f.m.find(r, f.text, f.place[1])
	if err == nil && hit != nil && hit.place[0] == hit.place[1] {
		e := fail("D1004", "", String(f.m.source), "the regular expression %s matches a string of length 0", f.m.source)
		return nil, e
	}
	return hit, err
}

// value is the match as the reference shows it to functions.
func (f *found) value(r *run) (Value, error) {
	whole, err := r.str(f.text[f.place[0]:f.place[1]])
	if err != nil {
		return Nothing, err
	}
	groups, err := r.groups(f.groupValues())
	if err != nil {
		return Nothing, err
	}
	b := newObjectBuilder(5)
	b.add("match", whole)
	b.add("start", Number(float64(units(f.text[:f.place[0]]))))
	b.add("end", Number(float64(units(f.text[:f.place[1]]))))
	b.add("groups", groups)
	b.add("next", functionValue(&function{custom: func(r *run, _ []Value) (Value, error) {
		hit, err := f.next(r)
		if err != nil || hit == nil {
			return Nothing, err
		}
		return hit.value(r)
	}}))
	return b.value(), nil
}

func (r *run) groups(list []Value) (Value, error) { return r.array(list, 0) }

// groupValues are the groups' texts, Nothing for one that took no part.
func (f *found) groupValues() []Value {
	out := make([]Value, 0, len(f.place)/2)
	for i := 2; i < len(f.place); i += 2 {
		v := Nothing
		if f.place[i] >= 0 {
			v = String(f.text[f.place[i]:f.place[i+1]])
		}
		out = append(out, v)
	}
	return out
}

// units counts UTF-16 code units, in which JavaScript counts offsets.
func units(s string) int {
	n := 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= 0xF0:
			n += 2
		case c < 0x80 || c >= 0xC0:
			n++
		}
	}
	return n
}

func byteOfUnit(s string, unit int) int {
	for i := range s {
		if unit <= 0 {
			return i
		}
		unit--
		if s[i] >= 0xF0 {
			unit--
		}
	}
	return len(s)
}
