package jsonata

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

type tokenKind uint8

const (
	tokEnd tokenKind = iota
	tokName
	tokVariable
	tokOperator
	tokString
	tokNumber
	tokValue // true, false, null
	tokRegex
)

// token is one word of the source with its place.
type token struct {
	kind     tokenKind
	text     string // name, variable without $, operator, string after escapes, pattern
	flags    string // of a regular expression
	value    Value  // of a number, or of true, false and null
	quoted   bool   // a name in backquotes
	pos, end int
}

// bindingPowers of the infix operators, from the reference; 0 is for signs
// that are not infix but end a name.
var bindingPowers = map[string]int{
	".": 75, "[": 80, "]": 0, "{": 70, "}": 0, "(": 80, ")": 0, ",": 0, "@": 80, "#": 80, ";": 0, ":": 0, "?": 20,
	"+": 50, "-": 50, "*": 60, "/": 60, "%": 60, "|": 0, "=": 40, "<": 40, ">": 40, "^": 40, "**": 0, "..": 0,
	":=": 10, "!=": 40, "<=": 40, ">=": 40, "~>": 40, "and": 30, "or": 25, "in": 40, "&": 50, "!": 0, "~": 0,
}

// endsName holds the bytes at which a name ends: operators and white space.
var endsName = func() (t [256]bool) {
	for op := range bindingPowers {
		if len(op) == 1 {
			t[op[0]] = true
		}
	}
	for _, c := range " \t\n\r\v" {
		t[c] = true
	}
	return t
}()

// lexer gives one token at a time. A slash begins a regular expression where
// an operand may stand and divides elsewhere, so the parser says which.
type lexer struct {
	src   string
	at    int
	names bool // Options.Names
	// signature is set inside <...>, where ?: is no operator.
	signature bool
}

func (l *lexer) byteAt(i int) byte {
	if i < len(l.src) {
		return l.src[i]
	}
	return 0
}

func (l *lexer) skip() error {
	for l.at < len(l.src) {
		switch c := l.src[l.at]; {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v':
			l.at++
		case c == '/' && l.byteAt(l.at+1) == '*':
			n := strings.Index(l.src[l.at+2:], "*/")
			if n < 0 {
				return errorAt("S0106", l.at, len(l.src), "the comment has no closing */")
			}
			l.at += n + 4
		default:
			return nil
		}
	}
	return nil
}

func (l *lexer) next(operand bool) (token, error) {
	if err := l.skip(); err != nil {
		return token{}, err
	}
	if l.at >= len(l.src) {
		return token{kind: tokEnd, pos: len(l.src), end: len(l.src)}, nil
	}
	from, c := l.at, l.src[l.at]
	if c == '/' && operand {
		return l.regex()
	}
	if from+1 < len(l.src) {
		switch two := l.src[from : from+2]; two {
		case "??", "?:":
			if l.signature {
				break
			}
			// `c ? : x` is a syntax error in 2.0.6 anyway, so nothing is lost.
			return token{}, newer(two, from)
		case "..", ":=", "!=", ">=", "<=", "**", "~>":
			l.at += 2
			return token{kind: tokOperator, text: two, pos: from, end: l.at}, nil
		}
	}
	if _, ok := bindingPowers[l.src[from:from+1]]; ok {
		l.at++
		return token{kind: tokOperator, text: l.src[from:l.at], pos: from, end: l.at}, nil
	}
	switch {
	case c == '"' || c == '\'':
		return l.str(c)
	case c >= '0' && c <= '9':
		return l.number()
	case c == '`':
		n := strings.IndexByte(l.src[from+1:], '`')
		if n < 0 {
			return token{}, errorAt("S0105", from, len(l.src), "the quoted name has no closing backquote")
		}
		l.at += n + 2
		return token{kind: tokName, text: l.src[from+1 : l.at-1], quoted: true, pos: from, end: l.at}, nil
	}
	return l.name(), nil
}

func newer(op string, at int) *Error {
	e := errorAt(codeNewer, at, at+len(op), "the operator %s is newer than JSONata 2.0.6, which Step Functions runs", op)
	e.Token = op
	return e
}

func (l *lexer) name() token {
	from := l.at
	i := from
	for i < len(l.src) {
		if endsName[l.src[i]] && (!l.names || !l.joins(from, i)) {
			break
		}
		i++
	}
	l.at = i
	text := l.src[from:i]
	t := token{kind: tokName, text: text, pos: from, end: i}
	switch {
	case text[0] == '$':
		t.kind, t.text = tokVariable, text[1:]
	case text == "or" || text == "in" || text == "and":
		t.kind = tokOperator
	case text == "true":
		t.kind, t.value = tokValue, True
	case text == "false":
		t.kind, t.value = tokValue, False
	case text == "null":
		t.kind, t.value = tokValue, Null
	}
	return t
}

// joins says whether the hyphen at i belongs to the name that began at from:
// in the author's dialect a minus needs spaces. Variables are JSONata's own
// and keep its rule.
func (l *lexer) joins(from, i int) bool {
	if l.src[i] != '-' || l.src[from] == '$' || i+1 >= len(l.src) {
		return false
	}
	c := l.src[i+1]
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c >= utf8.RuneSelf
}

var numberPattern = regexp.MustCompile(`^(0|[1-9][0-9]*)(\.[0-9]+)?([Ee][-+]?[0-9]+)?`)

func (l *lexer) number() (token, error) {
	from := l.at
	text := numberPattern.FindString(l.src[from:])
	l.at += len(text)
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		e := errorAt("S0102", from, l.at, "the number %s is out of range", text)
		e.Token = text
		return token{}, e
	}
	return token{kind: tokNumber, value: Number(f), pos: from, end: l.at}, nil
}

func (l *lexer) str(quote byte) (token, error) {
	from := l.at
	l.at++
	var b []byte
	for l.at < len(l.src) {
		c := l.src[l.at]
		switch {
		case c == quote:
			l.at++
			return token{kind: tokString, text: string(b), pos: from, end: l.at}, nil
		case c != '\\':
			b = append(b, c)
			l.at++
		default:
			var ok bool
			if b, l.at, ok = unescape(b, l.src, l.at); !ok {
				return token{}, l.badEscape()
			}
		}
	}
	return token{}, errorAt("S0101", from, len(l.src), "the string has no closing %c", quote)
}

func (l *lexer) badEscape() *Error {
	switch c, n := utf8.DecodeRuneInString(l.src[l.at+1:]); {
	case n == 0:
		return errorAt("S0101", l.at, len(l.src), "the string has no closing quote")
	case c == 'u':
		return errorAt("S0104", l.at, min(l.at+6, len(l.src)), `the escape \u must be followed by 4 hex digits`)
	default:
		e := errorAt("S0103", l.at, l.at+1+n, `the escape \%c is not known`, c)
		e.Token = string(c)
		return e
	}
}

// regex reads /pattern/flags; a slash inside brackets or after a backslash
// does not end it.
func (l *lexer) regex() (token, error) {
	from := l.at
	depth := 0
	for i := from + 1; i < len(l.src); i++ {
		switch c := l.src[i]; {
		case c == '/' && depth == 0 && !l.escaped(i):
			if i == from+1 {
				return token{}, errorAt("S0301", from, i+1, "the regular expression is empty")
			}
			t := token{kind: tokRegex, text: l.src[from+1 : i], pos: from}
			j := i + 1
			for l.byteAt(j) == 'i' || l.byteAt(j) == 'm' {
				j++
			}
			t.flags, t.end, l.at = l.src[i+1:j], j, j
			return t, nil
		case (c == '(' || c == '[' || c == '{') && l.src[i-1] != '\\':
			depth++
		case (c == ')' || c == ']' || c == '}') && l.src[i-1] != '\\':
			depth--
		}
	}
	return token{}, errorAt("S0302", from, len(l.src), "the regular expression has no closing /")
}

func (l *lexer) escaped(i int) bool {
	n := 0
	for i-n-1 >= 0 && l.src[i-n-1] == '\\' {
		n++
	}
	return n%2 == 1
}
