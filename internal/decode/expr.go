package decode

import (
	"errors"
	"regexp"
	"slices"
	"strings"

	"github.com/senda-dev/senda/internal/diag"
	"github.com/senda-dev/senda/internal/journey"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/outline"
)

// Expr is n as an expression; nil when there is none. What cannot be read is
// reported, and the expression is returned without a tree.
func (r *Reader) Expr(n *outline.Node, what string) *journey.Expr {
	if n != nil && n.Kind == outline.List && n.Flow {
		r.Add(diag.WrongShape.At(n.Pos, "YAML takes what begins with [ for a list").Try("put the whole in single quotes"))
		return nil
	}
	t := r.Text(n, what)
	if t.IsZero() {
		return nil
	}
	e := &journey.Expr{Text: t}
	if cut, trapped := r.cut(n, t), r.traps(t); cut || trapped {
		return e
	}
	tree, err := jsonata.Parse(t.Value, jsonata.Options{Names: true})
	if err != nil {
		r.Add(exprFinding(t, err))
		return e
	}
	e.Tree = tree
	return e
}

func exprFinding(t diag.Text, err error) diag.Finding {
	var e *jsonata.Error
	if !errors.As(err, &e) {
		return diag.ExprSyntax.At(t.Pos, "%v", err)
	}
	at := t.Pos
	if e.Pos >= 0 {
		at = t.At(e.Pos, e.End)
	}
	f := diag.ExprSyntax.At(at, "%s", e.Message)
	if e.Token == "else" || e.Token == "then" {
		return f.Try("write condition ? this : that, the whole in single quotes")
	}
	return f
}

// openEnd is a text that cannot be the whole of an expression.
var openEnd = regexp.MustCompile(`(?:[=<>!+*/&|(\[{,?:~^-]|\s(?:and|or|in))$`)

// cut reports an expression that goes on behind a # which YAML took for the
// beginning of a comment.
func (r *Reader) cut(n *outline.Node, t diag.Text) bool {
	if n.Comment == "" || n.Quote != 0 {
		return false
	}
	open := false
	scan(t.Value, func(tok token) {
		open = open || tok.kind == textToken && !tok.closed
	})
	if !open && !openEnd.MatchString(t.Value) {
		return false
	}
	r.Found = slices.DeleteFunc(r.Found, func(f diag.Finding) bool { // this says more
		return f.Code == diag.GluedComment && f.Pos == n.CommentPos
	})
	r.Add(diag.CutAtHash.At(n.CommentPos, "YAML takes this for a comment, and the expression before it is not complete").
		Try("put the whole value in single quotes"))
	return true
}

// traps reports what authors bring from other languages, each with JSONata's own
// way to say it.
func (r *Reader) traps(t diag.Text) bool {
	s, before := t.Value, len(r.Found)
	var last token
	scan(s, func(tok token) {
		report := func(c diag.Code, help, format string, args ...any) {
			r.Add(c.At(t.At(tok.from, tok.to), format, args...).Try("%s", help))
		}
		word := s[tok.from:tok.to]
		operand := last.kind == 0 || last.kind == signToken && last.text != ")" && last.text != "]" && last.text != "}" ||
			last.kind == wordToken && (last.text == "and" || last.text == "or" || last.text == "in")
		switch tok.kind {
		case quoteToken:
			report(diag.CurlyQuotes, `write straight quotes, as "gold"`, "these are quotes of a word processor")
		case numberToken:
			switch {
			case strings.Contains(word, "_"):
				report(diag.NumberForm, "write "+strings.ReplaceAll(word, "_", ""), "a number has no underscore")
			case strings.HasSuffix(word, "%"):
				if next := strings.TrimLeft(s[tok.to:], " "); next == "" || !startsOperand(next) {
					report(diag.PercentNumber, "write it as a number, as 0.35 for 35%", "%s is not a number; %% gives the rest of a division", word)
				}
			case len(word) > 1 && word[0] == '0' && word[1] != '.':
				plain := strings.TrimLeft(word[:len(word)-1], "0") + word[len(word)-1:]
				report(diag.NumberForm, "write "+plain+`, or "`+word+`" if it is text`, "a number does not begin with a zero")
			}
		case signToken:
			switch word {
			case "==", "===":
				report(diag.DoubleEquals, "write =", "%s compares in other languages; here it is =", word)
			case "&&":
				report(diag.AndOrSigns, "write and", "&& is written and")
			case "||":
				report(diag.AndOrSigns, "write or", "|| is written or")
			case "<>":
				report(diag.DoubleEquals, "write !=", "<> is written !=")
			case "!":
				report(diag.NotWord, "write $not(…)", "! is written $not(…)")
			}
		case wordToken:
			rest := strings.TrimLeft(s[tok.to:], " ")
			switch {
			case word == "not" && operand && rest != "" && (rest[0] == '(' || startsOperand(rest)):
				report(diag.NotWord, "write $not(…)", "not is written $not(…)")
			case (word == "AND" || word == "OR" || word == "IN") && !operand:
				report(diag.AndOrSigns, "write "+strings.ToLower(word), "%s is written in small letters", word)
			}
		case textToken: // whatever a text says is meant
		}
		last = tok
		last.text = word
	})
	return len(r.Found) > before
}

// startsOperand says whether a value may begin with what text begins with.
func startsOperand(text string) bool {
	c := text[0]
	if c == '"' || c == '\'' || c == '$' || c == '(' || c == '`' || c >= '0' && c <= '9' {
		return true
	}
	word := wordPattern.FindString(text)
	return word != "" && word != "and" && word != "or" && word != "in"
}

type tokenKind uint8

const (
	textToken tokenKind = iota + 1
	quoteToken
	numberToken
	signToken
	wordToken
)

// token is a piece of an expression, as far as the traps need it.
type token struct {
	kind     tokenKind
	from, to int
	closed   bool // a textToken with its second quote
	text     string
}

var (
	wordPattern   = regexp.MustCompile(`^\$?[\pL_][\pL\pN_-]*`)
	numberPattern = regexp.MustCompile(`^[0-9][0-9_]*(?:\.[0-9_]+)?(?:[eE][+-]?[0-9]+)?%?`)
	signPattern   = regexp.MustCompile(`^(?:===|==|!=|&&|\|\||<=|>=|<>|:=|~>|\.\.|.)`)
)

// scan cuts an expression into tokens. It is coarser than the parser of JSONata
// and never fails: it also reads what that refuses.
func scan(s string, visit func(token)) {
	operand := true // a value may begin here, so / begins a regular expression
	emit := visit
	visit = func(t token) {
		word := s[t.from:t.to]
		operand = t.kind == signToken && word != ")" && word != "]" && word != "}" || word == "and" || word == "or" || word == "in"
		emit(t)
	}
	for i := 0; i < len(s); {
		rest := s[i:]
		switch c := s[i]; {
		case c == ' ' || c == '\t' || c == '\n':
			i++
		case c == '"' || c == '\'' || c == '`':
			end, closed := textEnd(rest, c)
			visit(token{kind: textToken, from: i, to: i + end, closed: closed})
			i += end
		case strings.HasPrefix(rest, "/*"):
			end := strings.Index(rest, "*/")
			if end < 0 {
				return
			}
			i += end + 2
		case c == '/' && operand:
			end, closed := textEnd(rest, c)
			visit(token{kind: textToken, from: i, to: i + end, closed: closed})
			i += end
		case curly(rest) > 0:
			n := curly(rest)
			visit(token{kind: quoteToken, from: i, to: i + n})
			i += n
		default:
			kind, m := wordToken, wordPattern.FindString(rest)
			if m == "" {
				kind, m = numberToken, numberPattern.FindString(rest)
			}
			if m == "" {
				kind, m = signToken, signPattern.FindString(rest)
			}
			m = rest[:max(len(m), 1)]
			visit(token{kind: kind, from: i, to: i + len(m)})
			i += len(m)
		}
	}
}

func textEnd(s string, quote byte) (end int, closed bool) {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case quote:
			return i + 1, true
		}
	}
	return len(s), false
}

// curly is the length of the text in curly quotes that s begins with, 0 if none.
func curly(s string) int {
	for _, q := range []string{"“", "”", "„", "‘", "’", "‚", "«", "»"} {
		if !strings.HasPrefix(s, q) {
			continue
		}
		for i, c := range s {
			if i > 0 && strings.ContainsRune("“”‘’«»", c) {
				return i + len(string(c))
			}
		}
		return len(q)
	}
	return 0
}
