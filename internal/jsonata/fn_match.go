package jsonata

import (
	"math"
	"strconv"
	"strings"
)

// match is one hit of a regular expression or of a function that behaves like
// one: its text, its place in bytes and its groups.
type match struct {
	text       string
	start, end int
	groups     []Value
	index      Value // the start as the reference counts it
	value      Value // the object of a function, Nothing of a regex
	hit        *found
	next       Value
}

// matchFirst applies a matcher to a text; nil is no match.
func (r *run) matchFirst(fn Value, text string) (*match, error) {
	if fn.k != KindFunction {
		return nil, fail("T0410", "", fn, "the pattern must be a string or a regular expression")
	}
	if m := fn.function().regex; m != nil {
		hit, err := m.find(r, text, 0)
		return ofFound(hit), err
	}
	v, err := r.callWith(fn, String(text))
	if err != nil {
		return nil, err
	}
	return r.ofCustom(v, text)
}

func ofFound(hit *found) *match {
	if hit == nil {
		return nil
	}
	return &match{
		text: hit.text[hit.place[0]:hit.place[1]], start: hit.place[0], end: hit.place[1],
		groups: hit.groupValues(), index: Number(float64(units(hit.text[:hit.place[0]]))), hit: hit,
	}
}

// ofCustom reads what a function used as a matcher returned.
func (r *run) ofCustom(v Value, text string) (*match, error) {
	if v.k == KindNothing {
		return nil, nil
	}
	start, end, groups, next := v.Get("start"), v.Get("end"), v.Get("groups"), v.Get("next")
	if start.k != KindNumber || end.k != KindNumber || groups.k != KindArray || next.k != KindFunction {
		return nil, fail("T1010", "", v, "the matcher function does not return an object with match, start, end, groups and next")
	}
	m := &match{text: v.Get("match").Str(), groups: groups.items(), index: start, value: v, next: next}
	m.start = byteOfUnit(text, int(start.Num()))
	m.end = byteOfUnit(text, int(end.Num()))
	return m, nil
}

func (m *match) after(r *run, text string) (*match, error) {
	if m.hit != nil {
		hit, err := m.hit.next(r)
		return ofFound(hit), err
	}
	if err := r.tick(1); err != nil {
		return nil, err
	}
	v, err := r.callWith(m.next)
	if err != nil {
		return nil, err
	}
	return r.ofCustom(v, text)
}

// object is the match as it is given to a replacing function.
func (m *match) object(r *run) (Value, error) {
	if m.hit != nil {
		return m.hit.value(r)
	}
	return m.value, nil
}

func fnContains(r *run, a []Value) (Value, error) {
	if a[0].k == KindNothing {
		return Nothing, nil
	}
	if a[1].k == KindString {
		return Bool(strings.Contains(a[0].Str(), a[1].Str())), nil
	}
	m, err := r.matchFirst(a[1], a[0].Str())
	return Bool(m != nil), err
}

// limitOf reads the last argument of $match, $replace and $split.
func limitOf(v Value, code, name string) (float64, error) {
	if v.k == KindNothing {
		return math.Inf(1), nil
	}
	if v.Num() < 0 {
		return 0, fail(code, name, v, "the limit of $%s must not be negative", name)
	}
	return v.Num(), nil
}

func fnMatch(r *run, a []Value) (Value, error) {
	if a[0].k == KindNothing {
		return Nothing, nil
	}
	limit, err := limitOf(a[2], "D3040", "match")
	if err != nil || limit == 0 {
		return emptySequence, err
	}
	text := a[0].Str()
	var out []Value
	m, err := r.matchFirst(a[1], text)
	for n := 0; err == nil && m != nil && float64(n) < limit; n++ {
		var groups Value
		if groups, err = r.groups(m.groups); err != nil {
			break
		}
		b := newObjectBuilder(3)
		b.add("match", String(m.text))
		b.add("index", m.index)
		b.add("groups", groups)
		var v Value
		if v, err = r.object(&b); err != nil {
			break
		}
		out = append(out, v)
		m, err = m.after(r, text)
	}
	if err != nil {
		return Nothing, err
	}
	return r.array(out, markSequence)
}

func fnReplace(r *run, a []Value) (Value, error) {
	if a[0].k == KindNothing {
		return Nothing, nil
	}
	text := a[0].Str()
	if a[1].k == KindString && a[1].Str() == "" {
		return Nothing, fail("D3010", "replace", a[1], "$replace cannot look for an empty string")
	}
	limit, err := limitOf(a[3], "D3011", "replace")
	if err != nil {
		return Nothing, err
	}
	if a[1].k == KindString {
		return r.replaceText(text, a[1].Str(), a[2], limit)
	}
	var b strings.Builder
	at := 0
	m, err := matchIf(limit > 0, r, a[1], text)
	for n := 0; err == nil && m != nil && float64(n) < limit; n++ {
		b.WriteString(text[min(at, m.start):m.start])
		var with string
		if with, err = r.replacement(m, a[2]); err != nil {
			return Nothing, err
		}
		if err := r.spend(len(with)); err != nil {
			return Nothing, err
		}
		b.WriteString(with)
		at = min(m.start+len(m.text), len(text))
		m, err = m.after(r, text)
	}
	if err != nil {
		return Nothing, err
	}
	b.WriteString(text[at:])
	return r.str(b.String())
}

func matchIf(wanted bool, r *run, fn Value, text string) (*match, error) {
	if !wanted {
		return nil, nil
	}
	return r.matchFirst(fn, text)
}

func (r *run) replaceText(text, old string, with Value, limit float64) (Value, error) {
	if with.k == KindFunction {
		with = String("") // the reference joins the function's own text
	}
	s := textOf(with)
	n := strings.Count(text, old)
	if limit < float64(n) {
		n = int(math.Ceil(limit))
	}
	if size := float64(n) * float64(len(s)); size > float64(r.bytes) {
		return Nothing, r.spend(int(r.bytes) + 1)
	}
	return r.str(strings.Replace(text, old, s, n))
}

func (r *run) replacement(m *match, with Value) (string, error) {
	if with.k != KindFunction {
		return expand(textOf(with), m), nil
	}
	o, err := m.object(r)
	if err != nil {
		return "", err
	}
	v, err := r.callWith(with, o)
	if err != nil {
		return "", err
	}
	if v.k != KindString {
		return "", fail("D3012", "replace", v, "the function given to $replace must return a string, not %s", v)
	}
	return v.Str(), nil
}

// expand puts groups in the place of $1, $2 ...; $0 is the whole match and $$
// a dollar sign. Of $12 only $1 is read when there are fewer than 12 groups.
func expand(with string, m *match) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(with, "$")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		with = rest
		switch {
		case strings.HasPrefix(rest, "$"):
			b.WriteByte('$')
			with = rest[1:]
			continue
		case strings.HasPrefix(rest, "0"):
			b.WriteString(m.text)
			with = rest[1:]
			continue
		}
		digits := 1
		if len(m.groups) > 0 {
			digits = len(strconv.Itoa(len(m.groups)))
		}
		index, read := leadingInt(rest, digits)
		if digits > 1 && index > len(m.groups) {
			index, read = leadingInt(rest, digits-1)
		}
		if read == 0 {
			b.WriteByte('$')
			continue
		}
		if index >= 1 && index <= len(m.groups) {
			b.WriteString(m.groups[index-1].Str())
		}
		with = rest[min(len(strconv.Itoa(index)), len(rest)):]
	}
}

// leadingInt reads at most so many digits; read is 0 when there is none.
func leadingInt(s string, most int) (n, read int) {
	for read < most && read < len(s) && s[read] >= '0' && s[read] <= '9' {
		n = n*10 + int(s[read]-'0')
		read++
	}
	return n, read
}

func fnSplit(r *run, a []Value) (Value, error) {
	if a[0].k == KindNothing {
		return Nothing, nil
	}
	limit, err := limitOf(a[2], "D3020", "split")
	if err != nil {
		return Nothing, err
	}
	text := a[0].Str()
	if a[1].k == KindString {
		return r.splitText(text, a[1].Str(), limit)
	}
	if limit == 0 {
		return r.array(nil, 0)
	}
	var out []Value
	at := 0
	n := 0
	m, err := r.matchFirst(a[1], text)
	if m == nil && err == nil {
		return r.array([]Value{String(text)}, 0)
	}
	for ; err == nil && m != nil && float64(n) < limit; n++ {
		out = append(out, String(text[min(at, m.start):m.start]))
		at = m.end
		m, err = m.after(r, text)
	}
	if err != nil {
		return Nothing, err
	}
	if float64(n) < limit {
		out = append(out, String(text[at:]))
	}
	return r.array(out, 0)
}

func (r *run) splitText(text, sep string, limit float64) (Value, error) {
	limit = math.Trunc(limit)
	if sep == "" {
		return r.splitUnits(text, limit)
	}
	var out []Value
	for float64(len(out)) < limit {
		before, after, ok := strings.Cut(text, sep)
		out = append(out, String(before))
		if !ok {
			break
		}
		text = after
	}
	return r.array(out, 0)
}

// splitUnits splits between UTF-16 code units, as JavaScript does for "".
func (r *run) splitUnits(text string, limit float64) (Value, error) {
	if err := r.spend(valueBytes * len(text)); err != nil {
		return Nothing, err
	}
	list := unitsOf(text)
	if limit < float64(len(list)) {
		list = list[:int(limit)]
	}
	return r.array(list, 0)
}

// unitsOf cuts a string into UTF-16 code units.
func unitsOf(text string) []Value {
	var out []Value
	for i := 0; i < len(text); {
		end := runeEnd(text, i)
		if end-i == 4 {
			c := []rune(text[i:end])[0] - 0x10000
			out = append(out, String(string(appendSurrogate(nil, 0xD800+c>>10))), String(string(appendSurrogate(nil, 0xDC00+c&0x3FF))))
		} else {
			out = append(out, String(text[i:end]))
		}
		i = end
	}
	return out
}
