package liquid

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/senda-dev/senda/internal/diag"
)

type tokenKind int

const (
	tokEnd tokenKind = iota
	tokName
	tokText
	tokNumber
	tokSign
	tokBad
)

type token struct {
	kind tokenKind
	text string // the name, the unquoted text, the number or the sign
	at   diag.Pos
	wide int
}

// exprParser reads one expression. After the first mistake it stops: what
// follows a mistake inside one tag is rarely worth a second finding.
type exprParser struct {
	src    string
	at     diag.Pos
	tok    token
	found  *diag.List
	failed bool
	depth  int
}

func newExprParser(src string, at diag.Pos, found *diag.List) *exprParser {
	p := &exprParser{src: src, at: at, found: found}
	p.next()
	return p
}

func (p *exprParser) fail(at diag.Pos, wide int, code diag.Code, message, help string) {
	if !p.failed {
		p.found.Add(code.At(at.Wide(wide), "%s", message).Try("%s", help))
	}
	p.failed = true
	p.tok = token{kind: tokEnd, at: at}
	p.src = ""
}

func isNameStart(r rune) bool { return r == '_' || unicode.IsLetter(r) }

func isNamePart(r rune) bool {
	return r == '_' || r == '-' || unicode.IsLetter(r) || unicode.IsDigit(r)
}

// next reads the next token into p.tok.
func (p *exprParser) next() {
	trimmed := strings.TrimLeft(p.src, " \t\r\n")
	p.at = p.at.Advance(p.src[:len(p.src)-len(trimmed)])
	p.src = trimmed
	if p.src == "" {
		p.tok = token{kind: tokEnd, at: p.at, wide: 1}
		return
	}
	r, _ := utf8.DecodeRuneInString(p.src)
	var kind tokenKind
	n := 0
	switch {
	case isNameStart(r):
		kind = tokName
		n = len(p.src) - len(strings.TrimLeftFunc(p.src, isNamePart))
	case r == '"' || r == '\'':
		if end := strings.IndexRune(p.src[1:], r); end >= 0 {
			kind, n = tokText, end+2
		} else {
			p.fail(p.at, 1, diag.BadLiquid, "this text is not closed", "put the same quote at its end")
			return
		}
	case unicode.IsDigit(r) || (r == '-' && len(p.src) > 1 && p.src[1] >= '0' && p.src[1] <= '9'):
		kind, n = tokNumber, numberLength(p.src)
	default:
		kind = tokSign
		for _, sign := range []string{"==", "!=", "<>", "<=", ">=", "&&", "||", "..", "<", ">", ".", ",", ":", "|", "[", "]", "(", ")", "=", "!"} {
			if strings.HasPrefix(p.src, sign) {
				n = len(sign)
				break
			}
		}
		if n == 0 {
			p.fail(p.at, 1, diag.BadLiquid, "this sign means nothing here: "+strconv.Quote(string(r)), curlyHelp(r))
			return
		}
	}
	text := p.src[:n]
	p.tok = token{kind: kind, text: text, at: p.at, wide: utf8.RuneCountInString(text)}
	if kind == tokText {
		p.tok.text = text[1 : len(text)-1]
	}
	p.at = p.at.Advance(text)
	p.src = p.src[n:]
}

func numberLength(s string) int {
	n := 1
	for n < len(s) && (s[n] >= '0' && s[n] <= '9' || s[n] == '.' && n+1 < len(s) && s[n+1] >= '0' && s[n+1] <= '9') {
		n++
	}
	return n
}

func curlyHelp(r rune) string {
	if strings.ContainsRune("“”‘’„«»", r) {
		return `use straight quotes: "text"`
	}
	return ""
}

func (p *exprParser) sign(s string) bool { return p.tok.kind == tokSign && p.tok.text == s }
func (p *exprParser) word(s string) bool { return p.tok.kind == tokName && p.tok.text == s }

// end complains when something follows the expression.
func (p *exprParser) end() {
	if p.failed || p.tok.kind == tokEnd {
		return
	}
	help := ""
	switch p.tok.text {
	case "=":
		help = `compare with "=="`
	case "&&":
		help = `write "and"`
	case "||":
		help = `write "or"`
	case "|":
		help = "a filter may stand in {{ ... }} and in assign only: assign the filtered value to a name first"
	}
	p.fail(p.tok.at, p.tok.wide, diag.BadLiquid, "the expression should end before "+strconv.Quote(p.tok.text), help)
}

// filtered reads a value and the filters that follow it.
func (p *exprParser) filtered() Expr {
	x := p.value()
	for x != nil && p.sign("|") {
		p.next()
		if p.tok.kind != tokName {
			p.fail(p.tok.at, p.tok.wide, diag.BadLiquid, "a filter should have a name here", "for example {{ person.first-name | default: \"friend\" }}")
			return nil
		}
		f := &Filter{At: p.tok.at, X: x, Name: p.tok.text}
		p.next()
		if p.sign(":") {
			for {
				p.next()
				arg := p.value()
				if arg == nil {
					return nil
				}
				f.Args = append(f.Args, arg)
				if !p.sign(",") {
					break
				}
			}
		}
		if p.depth++; p.depth > maxDepth {
			p.fail(f.At, 1, diag.BadLiquid, "too many filters on one value", "")
			return nil
		}
		x = f
	}
	return x
}

// condition reads what an if may ask.
func (p *exprParser) condition() Expr {
	left := p.relation()
	joiner := ""
	for left != nil && (p.word("and") || p.word("or")) {
		op, at := p.tok.text, p.tok.at
		if joiner != "" && joiner != op {
			p.fail(at, p.tok.wide, diag.AndWithOr, `"and" and "or" are mixed in one condition`, "readers disagree on which comes first: use two ifs, one inside the other")
			return nil
		}
		joiner = op
		p.next()
		right := p.relation()
		if right == nil {
			return nil
		}
		if p.depth++; p.depth > maxDepth {
			p.fail(at, p.tok.wide, diag.BadLiquid, "the condition is too long", "")
			return nil
		}
		left = &Binary{At: at, Op: op, L: left, R: right}
	}
	return left
}

func (p *exprParser) relation() Expr {
	if p.word("not") || p.sign("!") {
		p.fail(p.tok.at, p.tok.wide, diag.BadLiquid, `"not" does not exist in Liquid`, "use {% unless ... %}")
		return nil
	}
	left := p.value()
	if left == nil {
		return nil
	}
	op, at := p.tok.text, p.tok.at
	switch {
	case p.tok.kind == tokSign && (op == "==" || op == "!=" || op == "<" || op == ">" || op == "<=" || op == ">="):
	case p.word("contains"):
	default:
		return left
	}
	p.next()
	right := p.value()
	if right == nil {
		return nil
	}
	return &Binary{At: at, Op: op, L: left, R: right}
}

// value reads a path or a literal; nil after a mistake.
func (p *exprParser) value() Expr {
	t := p.tok
	switch t.kind {
	case tokText:
		p.next()
		return &Literal{At: t.at, Value: t.text}
	case tokNumber:
		n, err := strconv.ParseFloat(t.text, 64)
		if err != nil {
			p.fail(t.at, t.wide, diag.BadLiquid, "this is not a number: "+strconv.Quote(t.text), "")
			return nil
		}
		p.next()
		return &Literal{At: t.at, Value: n}
	case tokName:
		p.next()
		switch t.text {
		case "true":
			return &Literal{At: t.at, Value: true}
		case "false":
			return &Literal{At: t.at, Value: false}
		case "nil", "null":
			return &Literal{At: t.at}
		case "and", "or", "contains", "in", "blank", "empty":
			help := "a name or a value should stand here"
			if t.text == "blank" || t.text == "empty" {
				help = "ask for the value itself: {% if person.first-name %}"
			}
			p.fail(t.at, t.wide, diag.BadLiquid, strconv.Quote(t.text)+" is not a value", help)
			return nil
		}
		return p.path(t)
	case tokEnd:
		p.fail(t.at, 1, diag.BadLiquid, "a value is missing here", "")
	default:
		p.fail(t.at, t.wide, diag.BadLiquid, "a value should stand here, not "+strconv.Quote(t.text), "")
	}
	return nil
}

func (p *exprParser) path(first token) Expr {
	path := &Path{At: first.at, Parts: []Part{{Name: first.text}}}
	wide := first.wide
	for {
		switch {
		case p.sign("."):
			p.next()
			if p.tok.kind != tokName {
				p.fail(p.tok.at, p.tok.wide, diag.BadLiquid, "a name should follow the dot", "")
				return nil
			}
			path.Parts = append(path.Parts, Part{Name: p.tok.text})
		case p.sign("["):
			p.next()
			n, err := strconv.Atoi(p.tok.text)
			if p.tok.kind != tokNumber || err != nil || n < 0 {
				p.fail(p.tok.at, p.tok.wide, diag.BadLiquid, "a number from 0 should stand between [ and ]", "for names use a dot: person.first-name")
				return nil
			}
			path.Parts = append(path.Parts, Part{Index: n})
			p.next()
			if !p.sign("]") {
				p.fail(p.tok.at, p.tok.wide, diag.BadLiquid, "the ] is missing", "")
				return nil
			}
		default:
			path.Width = wide
			return path
		}
		wide = p.tok.at.Col + p.tok.wide - first.at.Col
		p.next()
	}
}
