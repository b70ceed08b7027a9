package outline

import (
	"strconv"
	"unicode/utf8"
)

// problem is what is wrong with a quoted text, and where.
type problem struct {
	at            int
	message, help string
}

// unquote reads the quoted text that text begins with. cols is, for each byte of
// the value and for its end, how many characters of text stand before it; end is
// where the text behind the closing quote begins.
func unquote(text string) (value string, cols []int, end int, wrong *problem) {
	quote := text[0]
	var out []byte
	col := 1
	put := func(s string, width int) {
		for range len(s) {
			cols = append(cols, col)
		}
		out = append(out, s...)
		col += width
	}
	for i := 1; i < len(text); {
		switch c := text[i]; {
		case c == quote && quote == '\'' && i+1 < len(text) && text[i+1] == '\'':
			put("'", 2)
			i += 2
		case c == quote:
			return string(out), append(cols, col), i + 1, nil
		case c == '\\' && quote == '"':
			s, n := escape(text[i:])
			if n == 0 {
				return "", nil, 0, &problem{i, "YAML does not know this sign behind a backslash", "write two backslashes, or use single quotes"}
			}
			put(s, n)
			i += n
		default:
			_, n := utf8.DecodeRuneInString(text[i:])
			put(text[i:i+n], 1)
			i += n
		}
	}
	return "", nil, 0, &problem{0, "this quote is not closed on its line", "close it, or double it inside single quotes"}
}

// short are the escapes of one letter.
var short = map[byte]string{
	'0': "\x00", 'a': "\a", 'b': "\b", 't': "\t", 'n': "\n", 'v': "\v", 'f': "\f", 'r': "\r",
	'e': "\x1b", '"': `"`, '/': "/", '\\': `\`,
}

// escape reads the escape that text begins with; n is 0 when there is none such.
func escape(text string) (s string, n int) {
	if len(text) < 2 {
		return "", 0
	}
	if s, ok := short[text[1]]; ok {
		return s, 2
	}
	digits := map[byte]int{'x': 2, 'u': 4, 'U': 8}[text[1]]
	if digits == 0 || len(text) < 2+digits {
		return "", 0
	}
	code, err := strconv.ParseUint(text[2:2+digits], 16, 32)
	if err != nil || code > utf8.MaxRune || !utf8.ValidRune(rune(code)) {
		return "", 0
	}
	return string(rune(code)), 2 + digits
}
