package jsonata

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// translateRegex writes a JavaScript pattern (without the flag u) in Go's
// syntax. The two agree on most; it names what Go does not know.
func translateRegex(pattern string, multiline bool) (string, error) {
	t := regexTranslator{in: pattern, multiline: multiline}
	for t.at < len(t.in) {
		if err := t.one(); err != nil {
			return "", err
		}
	}
	return t.out.String(), nil
}

type regexTranslator struct {
	in        string
	at        int
	multiline bool
	out       strings.Builder
}

const (
	lineEnds   = `\n\r\x{2028}\x{2029}`
	whiteSpace = `\t\n\v\f\r \x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff}`
)

func (t *regexTranslator) one() error {
	c, n := utf8.DecodeRuneInString(t.in[t.at:])
	switch {
	case c == '\\':
		return t.escape(false)
	case c == '[':
		return t.class()
	case c == '.':
		t.out.WriteString(`[^` + lineEnds + `]`)
	case c == '(' && strings.HasPrefix(t.in[t.at:], "(?"):
		return t.group()
	case c == '{' && !t.repetition():
		t.out.WriteString(`\{`)
	case c == '}' || c == ']':
		// Closing a repetition, or, unlike in Go, a sign like any other.
		if c == '}' && strings.LastIndexByte(t.in[:t.at], '{') >= 0 && t.closesRepetition() {
			t.out.WriteByte('}')
		} else {
			t.out.WriteString(`\` + string(c))
		}
	default:
		t.out.WriteString(t.in[t.at : t.at+n])
	}
	t.at += n
	return nil
}

// repetition says whether the brace at t.at begins {n}, {n,} or {n,m}; any
// other brace is a sign like any other in JavaScript.
func (t *regexTranslator) repetition() bool {
	end := strings.IndexByte(t.in[t.at:], '}')
	return end > 0 && isRepetition(t.in[t.at+1:t.at+end])
}

func (t *regexTranslator) closesRepetition() bool {
	open := strings.LastIndexByte(t.in[:t.at], '{')
	return isRepetition(t.in[open+1 : t.at])
}

func isRepetition(s string) bool {
	low, high, comma := strings.Cut(s, ",")
	digits := func(s string) bool { return strings.Trim(s, "0123456789") == "" }
	return low != "" && digits(low) && (!comma || digits(high))
}

func (t *regexTranslator) group() error {
	for _, g := range []struct{ sign, name string }{
		{"(?=", "look-ahead"}, {"(?!", "look-ahead"}, {"(?<=", "look-behind"}, {"(?<!", "look-behind"},
	} {
		if strings.HasPrefix(t.in[t.at:], g.sign) {
			return fmt.Errorf("%s, %s...), is refused in regular expressions: it can take time without bound", g.name, g.sign)
		}
	}
	for _, sign := range []string{"(?:", "(?<"} {
		if strings.HasPrefix(t.in[t.at:], sign) {
			t.out.WriteString(sign)
			t.at += len(sign)
			return nil
		}
	}
	return errors.New("a group that begins with (? must be (?:...) or (?<name>...)")
}

// class translates [...].
func (t *regexTranslator) class() error {
	t.at++
	negated := strings.HasPrefix(t.in[t.at:], "^")
	if negated {
		t.at++
	}
	if strings.HasPrefix(t.in[t.at:], "]") { // nothing, or anything
		t.at++
		if negated {
			t.out.WriteString(`(?s:.)`)
		} else {
			t.out.WriteString(`[^\x00-\x{10FFFF}]`)
		}
		return nil
	}
	t.out.WriteByte('[')
	if negated {
		t.out.WriteByte('^')
	}
	for t.at < len(t.in) {
		c, n := utf8.DecodeRuneInString(t.in[t.at:])
		switch c {
		case ']':
			t.at++
			t.out.WriteByte(']')
			return nil
		case '\\':
			if err := t.escape(true); err != nil {
				return err
			}
			continue
		case '[', '&', '~':
			t.out.WriteString(`\` + string(c))
		case '-':
			// Beside a class such as \w it is a sign, not a range.
			if t.besideClass() {
				t.out.WriteString(`\-`)
			} else {
				t.out.WriteByte('-')
			}
		default:
			t.out.WriteString(t.in[t.at : t.at+n])
		}
		t.at += n
	}
	return errors.New("a character class, [...], is not closed")
}

func (t *regexTranslator) besideClass() bool {
	isClass := func(s string) bool {
		return len(s) == 2 && s[0] == '\\' && strings.IndexByte("dDwWsS", s[1]) >= 0
	}
	before := t.in[max(0, t.at-2):t.at]
	after := t.in[t.at+1 : min(len(t.in), t.at+3)]
	return isClass(before) || isClass(after)
}

func (t *regexTranslator) escape(inClass bool) error {
	rest := t.in[t.at+1:]
	c, n := utf8.DecodeRuneInString(rest)
	size := 1 + n
	switch {
	case n == 0:
		return errors.New("the pattern ends in a backslash")
	case strings.ContainsRune("dDwWbBtnrfv", c):
		switch {
		case inClass && c == 'b':
			t.out.WriteString(`\x08`)
		case inClass && c == 'B':
			t.out.WriteByte('B')
		default:
			t.out.WriteString(`\` + string(c))
		}
	case c == 's' || c == 'S':
		t.space(c == 'S', inClass)
	case c == '0' && (len(rest) == 1 || rest[1] < '0' || rest[1] > '9'):
		t.out.WriteString(`\x00`)
	case c >= '1' && c <= '9' || c == 'k':
		return fmt.Errorf(`the back-reference \%c is refused in regular expressions: it can take time without bound`, c)
	case c == 'x' && isHex(rest[1:], 2):
		t.out.WriteString(`\x` + rest[1:3])
		size += 2
	case c == 'u' && isHex(rest[1:], 4):
		fmt.Fprintf(&t.out, `\x{%s}`, rest[1:5])
		size += 4
	case c == 'c' && len(rest) > 1:
		fmt.Fprintf(&t.out, `\x%02x`, rest[1]&31)
		size++
	case c < utf8.RuneSelf && !isWordByte(byte(c)):
		t.out.WriteString(`\` + string(c))
	default:
		t.out.WriteRune(c)
	}
	t.at += size
	return nil
}

func (t *regexTranslator) space(negated, inClass bool) {
	switch {
	case inClass && negated:
		t.out.WriteString(`\S`)
	case inClass:
		t.out.WriteString(whiteSpace)
	case negated:
		t.out.WriteString(`[^` + whiteSpace + `]`)
	default:
		t.out.WriteString(`[` + whiteSpace + `]`)
	}
}

func isHex(s string, n int) bool {
	return len(s) >= n && strings.Trim(s[:n], "0123456789abcdefABCDEF") == ""
}

func isWordByte(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_'
}
