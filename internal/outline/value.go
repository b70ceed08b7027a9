package outline

import (
	"strings"
	"unicode/utf8"

	"github.com/senda-dev/senda/internal/diag"
)

// value reads what is left of the current line as a value on one line, and goes
// to the next. indent is the column of its key or dash.
func (r *reader) value(indent int) *Node {
	text := r.cur.text
	n := &Node{Kind: Scalar, Raw: text}
	switch c := text[0]; {
	case c == '"' || c == '\'':
		r.quoted(n, text)
	case c == '|' || c == '>':
		if mark, _, _ := strings.Cut(text, " "); isBlockMark(mark) && r.onlyComment(n, text, len(mark)) {
			n.Mark = mark
			r.long(n, indent)
			return n
		}
		r.sign(n, text, "a value cannot begin with "+text[:1], "YAML would take the next lines as text; put what is compared on the other side, or the whole in single quotes")
	case c == '[':
		r.brackets(n, text)
	case c == '{':
		n.Kind = Bad
		r.setPlain(n, text)
		r.add(diag.FlowMap.At(n.Pos, "a map in braces is cut at every comma").Try("write one key a line, below"))
	case c == '&' || c == '*' || c == '!':
		what := map[byte]string{'&': "an anchor", '*': "an alias", '!': "a tag"}[c]
		help := "leave it out, or put the whole in single quotes"
		if c == '!' {
			help = "write $not(…) for the contrary; a text that begins with ! stands in quotes"
		}
		r.sign(n, text, "YAML takes "+text[:1]+" for "+what+" and drops it", help)
	case strings.IndexByte("%@`,]}", c) >= 0:
		r.sign(n, text, "a value cannot begin with "+text[:1], "put the whole in single quotes")
	case isDash(text) || text == "?" || strings.HasPrefix(text, "? "):
		r.sign(n, text, "a value cannot begin with "+text[:1]+" and a space", "a list begins on the next line")
	default:
		r.setPlain(n, text)
		r.colon(n)
	}
	r.next()
	r.noMore(indent)
	return n
}

// setPlain takes the text up to a comment.
func (r *reader) setPlain(n *Node, text string) {
	end := len(text)
	for i := 1; i < len(text); i++ {
		if text[i] == '#' && (text[i-1] == ' ' || text[i-1] == '\t') {
			end = i
			break
		}
	}
	value := strings.TrimRight(text[:end], " \t")
	if end < len(text) {
		n.Comment = text[end:]
		n.CommentPos = r.pos(r.cur.no, r.cur.col+1+utf8.RuneCountInString(text[:end]), utf8.RuneCountInString(n.Comment))
		if len(n.Comment) > 1 && n.Comment[1] != ' ' && n.Comment[1] != '#' && n.Comment[1] != '!' {
			r.add(diag.GluedComment.At(n.CommentPos, "YAML takes this for a comment, not for text").
				Try("put the whole value in quotes, or a space behind #"))
		}
	}
	n.Raw, n.Pos = value, r.here(len(value))
	n.Text = diag.NewText(value, n.Pos)
	if tab := strings.IndexByte(value, '\t'); tab >= 0 {
		r.add(diag.Tab.At(n.Text.At(tab, tab+1), "a tab stands inside the value").Try("write a space"))
	}
}

// sign reports a value that begins with a sign of YAML, and keeps it as text.
func (r *reader) sign(n *Node, text, message, help string) {
	r.setPlain(n, text)
	r.add(diag.YAMLSign.At(n.Text.At(0, 1), "%s", message).Try("%s", help))
	n.Kind = Bad
}

// colon reports a value that YAML would read as a key.
func (r *reader) colon(n *Node) {
	at := strings.Index(n.Text.Value, ": ")
	if at < 0 {
		at = strings.Index(n.Text.Value, ":\t")
	}
	if at < 0 && strings.HasSuffix(n.Text.Value, ":") {
		at = len(n.Text.Value) - 1
	}
	if at >= 0 {
		r.add(diag.ColonInValue.At(n.Text.At(at, at+1), "YAML takes what stands before this colon for a key").Try("put the whole value in single quotes"))
	}
}

// noMore reports the lines that stand below a value on one line, further right
// than its key. Keys among them are left for the map that the value belongs to.
func (r *reader) noMore(indent int) {
	for !r.end && r.cur.col > indent {
		if isKey(r.cur.text) || missesSpace(r.cur.text) || isDash(r.cur.text) {
			return
		}
		r.add(diag.GoesOn.At(r.here(len(r.cur.text)), "YAML takes this line for more of the value above").
			Try("a value stands on one line; longer text stands below a key with |"))
		r.next()
	}
}

// quoted reads a value in quotes.
func (r *reader) quoted(n *Node, text string) {
	value, cols, end, problem := unquote(text)
	if problem != nil {
		r.setPlain(n, text)
		r.add(diag.Quotes.At(n.Text.At(problem.at, problem.at+1), "%s", problem.message).Try("%s", problem.help))
		return
	}
	for i := range cols {
		cols[i] += r.cur.col + 1
	}
	if !r.onlyComment(n, text, end) {
		r.setPlain(n, text)
		r.add(diag.Quotes.At(n.Text.At(end, len(n.Text.Value)), "YAML ends the value at its second quote, and more follows").
			Try("put the quoted text last, as person.tier = %s, or the whole in other quotes", text[:end]))
		return
	}
	n.Quote, n.Raw, n.Pos = text[0], text[:end], r.here(end)
	n.Text = diag.QuotedText(value, n.Pos, cols)
}

// onlyComment takes the comment behind the first end bytes; false when something
// else stands there.
func (r *reader) onlyComment(n *Node, text string, end int) bool {
	rest := strings.TrimLeft(text[end:], " \t")
	if rest == "" {
		return true
	}
	if rest[0] != '#' || len(rest) == len(text)-end {
		return false
	}
	n.Comment = rest
	n.CommentPos = r.pos(r.cur.no, r.cur.col+1+utf8.RuneCountInString(text[:len(text)-len(rest)]), utf8.RuneCountInString(rest))
	return true
}

// brackets reads a list on one line.
func (r *reader) brackets(n *Node, text string) {
	n.Kind, n.Flow = List, true
	at := 1
	for {
		for at < len(text) && text[at] == ' ' {
			at++
		}
		switch {
		case at == len(text) || text[at] == '#':
			r.badList(n, text, "this list is not closed on its line", "close it with ], or write one element a line, each behind a dash")
			return
		case text[at] == ']':
			if !r.onlyComment(n, text, at+1) {
				r.badList(n, text, "more follows the list", "an expression that begins with [ stands in single quotes")
				return
			}
			n.Raw, n.Pos = text[:at+1], r.here(at+1)
			return
		case text[at] == '[' || text[at] == '{':
			r.badList(n, text, "a list in brackets holds words only", "write one element a line, each behind a dash")
			return
		case text[at] == ',':
			r.badList(n, text, "an element is missing before this comma", "delete the comma")
			return
		}
		item, next := r.inBrackets(text, at)
		if item == nil {
			r.badList(n, text, "this element cannot be read", "put it in quotes")
			return
		}
		n.Items = append(n.Items, item)
		for at = next; at < len(text) && text[at] == ' '; at++ {
		}
		if at < len(text) && text[at] == ',' {
			at++
		} else if at < len(text) && text[at] != ']' && text[at] != '#' {
			r.badList(n, text, "a comma is missing", "put one between the elements")
			return
		}
	}
}

func (r *reader) badList(n *Node, text, message, help string) {
	n.Kind, n.Items = Bad, nil
	r.setPlain(n, text)
	r.add(diag.WrongShape.At(n.Pos, "%s", message).Try("%s", help))
}

// inBrackets reads the element at text[at:].
func (r *reader) inBrackets(text string, at int) (item *Node, next int) {
	n := &Node{Kind: Scalar}
	place := func(from, to int) diag.Pos {
		return r.pos(r.cur.no, r.cur.col+1+utf8.RuneCountInString(text[:from]), utf8.RuneCountInString(text[from:to]))
	}
	if text[at] == '"' || text[at] == '\'' {
		value, cols, end, problem := unquote(text[at:])
		if problem != nil {
			return nil, 0
		}
		for i := range cols {
			cols[i] += r.cur.col + 1 + utf8.RuneCountInString(text[:at])
		}
		n.Quote, n.Raw, n.Pos = text[at], text[at:at+end], place(at, at+end)
		n.Text = diag.QuotedText(value, n.Pos, cols)
		return n, at + end
	}
	if strings.IndexByte("&*!|>%@`?#-:", text[at]) >= 0 {
		return nil, 0
	}
	end := at
	for end < len(text) && strings.IndexByte(",[]{}", text[end]) < 0 && !strings.HasPrefix(text[end:], " #") {
		end++
	}
	value := strings.TrimRight(text[at:end], " ")
	if strings.Contains(value, ": ") || strings.HasSuffix(value, ":") || strings.ContainsAny(value, "\t") {
		return nil, 0
	}
	n.Raw, n.Pos = value, place(at, at+len(value))
	n.Text = diag.NewText(value, n.Pos)
	return n, end
}
