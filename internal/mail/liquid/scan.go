package liquid

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/senda-dev/senda/internal/diag"
)

type pieceKind int

const (
	pieceText pieceKind = iota
	pieceOutput
	pieceTag
)

type piece struct {
	kind  pieceKind
	at    diag.Pos // of the text, or of the braces
	wide  int
	name  string // of a tag
	text  string // the text, or what stands inside the braces after the name
	inner diag.Pos
}

// endComment is looked for in the text itself: what is commented out may be broken.
var endComment = regexp.MustCompile(`\{%-?\s*endcomment\s*-?%\}`)

// scan cuts a source at its braces. Hyphens next to the braces take the white
// space of the neighbouring text away, as in Liquid everywhere.
func (p *parser) scan(src Source) []piece {
	var out []piece
	rest, at := src.Text, src.At
	trim := false
	text := func(s string, trimEnd bool) {
		start := at
		at = at.Advance(s)
		if trim {
			cut := strings.TrimLeft(s, " \t\r\n")
			start = start.Advance(s[:len(s)-len(cut)])
			s = cut
		}
		if trimEnd {
			s = strings.TrimRight(s, " \t\r\n")
		}
		if s != "" {
			out = append(out, piece{kind: pieceText, at: start, text: s})
		}
	}
	for {
		open := indexBraces(rest)
		if open < 0 {
			text(rest, false)
			return out
		}
		head, body := rest[:open], rest[open+2:]
		left := strings.HasPrefix(body, "-")
		text(head, left)
		closing := "}}"
		if rest[open+1] == '%' {
			closing = "%}"
		}
		end := closeBraces(body, closing)
		if end < 0 {
			p.found.Add(diag.OpenBraces.At(at.Wide(2), "%s", rest[open:open+2]+" is not closed").
				Try("%s", "it ends with "+closing))
			// Reading goes on in the next line, so that one slip does not hide the others.
			line := strings.IndexByte(rest[open:], '\n')
			if line < 0 {
				return out
			}
			at = at.Advance(rest[open : open+line])
			rest = rest[open+line:]
			trim = false
			continue
		}
		whole := rest[open : open+2+end+2]
		inner := body[:end]
		innerAt := at.Advance(rest[open : open+2])
		if left {
			inner = inner[1:]
			innerAt.Col++
		}
		trim = strings.HasSuffix(inner, "-")
		inner = strings.TrimSuffix(inner, "-")
		pc := piece{kind: pieceOutput, at: at, wide: utf8.RuneCountInString(whole), text: inner, inner: innerAt}
		if closing == "%}" {
			pc.kind = pieceTag
			if m := tagName.FindStringSubmatch(inner); m != nil {
				pc.name = m[1]
				pc.text = inner[len(m[0]):]
				pc.inner = innerAt.Advance(m[0])
			}
		}
		at = at.Advance(whole)
		rest = rest[open+2+end+2:]
		if pc.name == "comment" {
			m := endComment.FindStringIndex(rest)
			if m == nil {
				p.closed(pc, nil)
				continue
			}
			trim = strings.HasSuffix(rest[:m[1]], "-%}")
			at = at.Advance(rest[:m[1]])
			rest = rest[m[1]:]
			continue
		}
		out = append(out, pc)
	}
}

func indexBraces(s string) int {
	for i := 0; i+1 < len(s); i++ {
		if s[i] == '{' && (s[i+1] == '{' || s[i+1] == '%') {
			return i
		}
	}
	return -1
}

// closeBraces finds the closing braces outside quotes; inside an unclosed quote
// the first ones count, so that one forgotten quote does not eat the file.
func closeBraces(s, closing string) int {
	var quote byte
	for i := 0; i+1 < len(s); i++ {
		switch {
		case quote != 0:
			if s[i] == quote {
				quote = 0
			}
		case s[i] == '"' || s[i] == '\'':
			quote = s[i]
		case s[i] == closing[0] && s[i+1] == closing[1]:
			return i
		case s[i] == '{' && (s[i+1] == '{' || s[i+1] == '%'):
			return -1
		}
	}
	return strings.Index(s, closing)
}
