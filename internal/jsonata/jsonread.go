package jsonata

import (
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// MaxJSONDepth is the deepest nesting that ParseJSON reads, and the deepest
// that an evaluation may build unless Limits say otherwise.
const MaxJSONDepth = 1000

// ParseJSON reads one JSON text (RFC 8259, strictly) and keeps the order of
// keys. Of equal keys the last counts, as in JavaScript. The error is an
// *Error whose Pos is the offset of the offending byte.
func ParseJSON(text []byte) (Value, error) {
	r := jsonReader{text: text}
	r.space()
	v, err := r.value(0)
	if err != nil {
		return Nothing, err
	}
	r.space()
	if r.at < len(r.text) {
		return Nothing, r.fail("there is text after the value")
	}
	return v, nil
}

type jsonReader struct {
	text []byte
	at   int
}

func (r *jsonReader) fail(what string) *Error {
	end := min(r.at+1, len(r.text))
	return errorAt(codeJSON, r.at, end, "not JSON at byte %d: %s", r.at, what)
}

func (r *jsonReader) space() {
	for r.at < len(r.text) {
		switch r.text[r.at] {
		case ' ', '\t', '\n', '\r':
			r.at++
		default:
			return
		}
	}
}

func (r *jsonReader) value(depth int) (Value, error) {
	if r.at >= len(r.text) {
		return Nothing, r.fail("the text ends where a value should be")
	}
	switch c := r.text[r.at]; {
	case c == '{' || c == '[':
		if depth >= MaxJSONDepth {
			return Nothing, r.fail("nested more than " + strconv.Itoa(MaxJSONDepth) + " deep")
		}
		if c == '{' {
			return r.object(depth + 1)
		}
		return r.array(depth + 1)
	case c == '"':
		s, err := r.str()
		if err != nil {
			return Nothing, err
		}
		return String(s), nil
	case c == '-' || c >= '0' && c <= '9':
		return r.number()
	case c == 't':
		return r.word("true", True)
	case c == 'f':
		return r.word("false", False)
	case c == 'n':
		return r.word("null", Null)
	}
	return Nothing, r.fail("no value begins like this")
}

func (r *jsonReader) word(w string, v Value) (Value, error) {
	if len(r.text)-r.at < len(w) || string(r.text[r.at:r.at+len(w)]) != w {
		return Nothing, r.fail("expected " + w)
	}
	r.at += len(w)
	return v, nil
}

func (r *jsonReader) array(depth int) (Value, error) {
	r.at++
	var items []Value
	r.space()
	if r.at < len(r.text) && r.text[r.at] == ']' {
		r.at++
		return arrayOf(nil, 0), nil
	}
	for {
		r.space()
		v, err := r.value(depth)
		if err != nil {
			return Nothing, err
		}
		items = append(items, v)
		if done, err := r.comma(']'); err != nil {
			return Nothing, err
		} else if done {
			return arrayOf(items, 0), nil
		}
	}
}

func (r *jsonReader) object(depth int) (Value, error) {
	r.at++
	r.space()
	if r.at < len(r.text) && r.text[r.at] == '}' {
		r.at++
		return Object(), nil
	}
	b := newObjectBuilder(4)
	for {
		r.space()
		if r.at >= len(r.text) || r.text[r.at] != '"' {
			return Nothing, r.fail("expected a key in double quotes")
		}
		key, err := r.str()
		if err != nil {
			return Nothing, err
		}
		r.space()
		if r.at >= len(r.text) || r.text[r.at] != ':' {
			return Nothing, r.fail("expected a colon after the key")
		}
		r.at++
		r.space()
		v, err := r.value(depth)
		if err != nil {
			return Nothing, err
		}
		b.set(key, v)
		if done, err := r.comma('}'); err != nil {
			return Nothing, err
		} else if done {
			return b.value(), nil
		}
	}
}

// comma reads what follows an element: a comma, or the closing sign.
func (r *jsonReader) comma(closing byte) (done bool, err error) {
	r.space()
	if r.at < len(r.text) {
		switch r.text[r.at] {
		case ',':
			r.at++
			return false, nil
		case closing:
			r.at++
			return true, nil
		}
	}
	return false, r.fail("expected a comma or " + string(closing))
}

func (r *jsonReader) number() (Value, error) {
	from := r.at
	digits := func() bool {
		start := r.at
		for r.at < len(r.text) && r.text[r.at] >= '0' && r.text[r.at] <= '9' {
			r.at++
		}
		return r.at > start
	}
	if r.text[r.at] == '-' {
		r.at++
	}
	if r.at < len(r.text) && r.text[r.at] == '0' {
		r.at++
	} else if !digits() {
		return Nothing, r.fail("expected a digit")
	}
	if r.at < len(r.text) && r.text[r.at] == '.' {
		r.at++
		if !digits() {
			return Nothing, r.fail("expected a digit after the point")
		}
	}
	if r.at < len(r.text) && (r.text[r.at] == 'e' || r.text[r.at] == 'E') {
		r.at++
		if r.at < len(r.text) && (r.text[r.at] == '+' || r.text[r.at] == '-') {
			r.at++
		}
		if !digits() {
			return Nothing, r.fail("expected a digit in the exponent")
		}
	}
	f, err := strconv.ParseFloat(string(r.text[from:r.at]), 64)
	if err != nil {
		r.at = from
		return Nothing, r.fail("the number is too large for a double")
	}
	return Number(f), nil
}

func (r *jsonReader) str() (string, error) {
	r.at++
	from := r.at
	for r.at < len(r.text) {
		switch c := r.text[r.at]; {
		case c == '"':
			s := string(r.text[from:r.at])
			if !utf8.ValidString(s) {
				r.at = from
				return "", r.fail("the string is not UTF-8")
			}
			r.at++
			return s, nil
		case c == '\\':
			return r.escaped(from)
		case c < 0x20:
			return "", r.fail("a control character must be escaped")
		default:
			r.at++
		}
	}
	return "", r.fail("the text ends inside a string")
}

// escaped reads on from the first backslash of a string that began at from.
func (r *jsonReader) escaped(from int) (string, error) {
	if !utf8.Valid(r.text[from:r.at]) {
		r.at = from
		return "", r.fail("the string is not UTF-8")
	}
	b := append(make([]byte, 0, 2*(r.at-from)+16), r.text[from:r.at]...)
	for r.at < len(r.text) {
		c := r.text[r.at]
		switch {
		case c == '"':
			r.at++
			return string(b), nil
		case c < 0x20:
			return "", r.fail("a control character must be escaped")
		case c == '\\':
			var ok bool
			if b, r.at, ok = unescape(b, r.text, r.at); !ok {
				return "", r.fail("unknown escape")
			}
		case c < utf8.RuneSelf:
			b = append(b, c)
			r.at++
		default:
			_, n := utf8.DecodeRune(r.text[r.at:])
			if n == 1 {
				return "", r.fail("the string is not UTF-8")
			}
			b = append(b, r.text[r.at:r.at+n]...)
			r.at += n
		}
	}
	return "", r.fail("the text ends inside a string")
}

var plainEscapes = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// unescape appends what the escape at text[at] stands for and returns the
// offset after it; ok is false, and the offset unchanged, for no known escape.
func unescape[T []byte | string](b []byte, text T, at int) (_ []byte, next int, ok bool) {
	if at+1 >= len(text) {
		return b, at, false
	}
	if plain := plainEscapes[text[at+1]]; plain != 0 {
		return append(b, plain), at + 2, true
	}
	unit, ok := hexUnit(text, at)
	if !ok {
		return b, at, false
	}
	next = at + 6
	if utf16.IsSurrogate(unit) {
		if low, ok := hexUnit(text, next); ok {
			if r := utf16.DecodeRune(unit, low); r != utf8.RuneError {
				return utf8.AppendRune(b, r), next + 6, true
			}
		}
		return appendSurrogate(b, unit), next, true
	}
	return utf8.AppendRune(b, unit), next, true
}

// hexUnit reads a \uXXXX.
func hexUnit[T []byte | string](text T, at int) (rune, bool) {
	if at+6 > len(text) || text[at] != '\\' || text[at+1] != 'u' {
		return 0, false
	}
	unit := rune(0)
	for i := at + 2; i < at+6; i++ {
		c := rune(text[i])
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		unit = unit<<4 | c
	}
	return unit, true
}

// appendSurrogate keeps a lone surrogate as the three bytes that UTF-8's
// scheme gives it (WTF-8), so that nothing is lost between reading and writing.
func appendSurrogate(b []byte, unit rune) []byte {
	return append(b, 0xE0|byte(unit>>12), 0x80|byte(unit>>6)&0x3F|0x80, 0x80|byte(unit)&0x3F)
}

// surrogateAt reads back what appendSurrogate wrote.
func surrogateAt(s string) (rune, bool) {
	if len(s) < 3 || s[0] != 0xED || s[1] < 0xA0 || s[1] > 0xBF || s[2]&0xC0 != 0x80 {
		return 0, false
	}
	return 0xD000 | rune(s[1]&0x3F)<<6 | rune(s[2]&0x3F), true
}
