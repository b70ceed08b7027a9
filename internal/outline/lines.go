package outline

import (
	"strings"
	"unicode/utf8"

	"github.com/senda-dev/senda/internal/diag"
)

// MaxSize bounds a file in bytes. The longest journey one would read aloud is a
// hundredth of it.
const MaxSize = 1 << 20

// MaxDepth bounds how deep maps and lists nest.
const MaxDepth = 64

// line is what is left to read of a line of the file: all of it, or what follows
// a dash.
type line struct {
	no   int
	col  int    // columns (characters) before text: its indentation
	text string // never empty, begins with no space
}

// closed is a map or list that has ended, and the column in which its keys or dashes stand.
type closed struct {
	node   *Node
	indent int
}

// reader goes through the file line by line.
type reader struct {
	file    string
	lines   []string // of the whole file, without line breaks
	at      int      // index of the current line in lines
	cur     line     // valid unless end
	end     bool
	above   []string // comment lines met before cur, not yet given to a node
	indents []int    // the indentation of each of above; -1 for an empty line
	found   diag.List
	tabs    bool // a tab was met: columns mean little from there on
	started bool // a line with content was met
	depth   int
	tooDeep bool
	closed  []closed // the maps and lists that ended since the last line was read, innermost first
}

func (r *reader) add(f diag.Finding) { r.found.Add(f) }

// pos is a place on the line numbered no, width characters from column col.
func (r *reader) pos(no, col, width int) diag.Pos {
	return diag.Pos{File: r.file, Line: no, Col: col, Width: max(width, 1)}
}

// here is the place of the first n bytes of the current line.
func (r *reader) here(n int) diag.Pos {
	return r.pos(r.cur.no, r.cur.col+1, utf8.RuneCountInString(r.cur.text[:n]))
}

// split cuts the file into lines and reports what no line may hold.
func (r *reader) split(src []byte) bool {
	nowhere := diag.Pos{File: r.file}
	if len(src) > MaxSize {
		r.add(diag.Unreadable.At(nowhere, "the file is larger than 1 MB").Try("a journey is a page or two; is this the right file?"))
		return false
	}
	text := strings.TrimPrefix(string(src), "\uFEFF")
	r.lines = strings.Split(text, "\n")
	for i, l := range r.lines {
		l = strings.TrimSuffix(l, "\r")
		r.lines[i] = l
		if !utf8.ValidString(l) {
			r.add(diag.Unreadable.At(r.pos(i+1, 1, 1), "this line is not written in UTF-8").Try("save the file as UTF-8"))
			return false
		}
		col := 0
		for _, c := range l {
			col++
			if c != '\t' && c < ' ' || c >= 0x7f && c < 0xa0 || c == '\u2028' || c == '\u2029' || c == '\uFEFF' {
				r.add(diag.Unreadable.At(r.pos(i+1, col, 1), "a sign that cannot be seen (U+%04X) stands here", c).Try("delete it"))
				return false
			}
		}
	}
	return true
}

// next goes to the next line that holds more than a comment.
func (r *reader) next() {
	r.at++
	r.skip()
}

func (r *reader) skip() {
	for ; r.at < len(r.lines); r.at++ {
		raw := r.lines[r.at]
		trimmed := strings.TrimLeft(raw, " \t")
		indent := len(raw) - len(trimmed)
		switch {
		case strings.TrimSpace(trimmed) == "":
			r.above, r.indents = append(r.above, ""), append(r.indents, -1)
			continue
		case trimmed[0] == '#':
			r.above, r.indents = append(r.above, strings.TrimRight(trimmed, " \t")), append(r.indents, indent)
			continue
		}
		no := r.at + 1
		if tab := strings.IndexByte(raw, '\t'); tab >= 0 && tab < indent {
			r.add(diag.Tab.At(r.pos(no, tab+1, 1), "a tab stands before the text").Try("indent with two spaces"))
			r.tabs = true
		}
		if mark, rest := raw[:min(3, len(raw))], raw[min(3, len(raw)):]; (mark == "---" || mark == "...") && (rest == "" || rest[0] == ' ') {
			if mark == "---" && !r.started && strings.TrimSpace(rest) == "" {
				r.started = true
				continue
			}
			r.add(diag.SecondDocument.At(r.pos(no, 1, 3), "%s would begin or end a document, and a file holds one", mark).
				Try("delete the line; what stands after it belongs in a file of its own"))
			break
		}
		r.cur = line{no: no, col: indent, text: strings.TrimRight(trimmed, " \t")}
		if raw[0] == '%' {
			r.add(diag.YAMLSign.At(r.here(1), "a line cannot begin with %%").Try("delete it"))
			continue
		}
		r.started = true
		return
	}
	r.end = true
}

// after moves on in the current line, past n bytes of its text and the spaces
// behind them.
func (r *reader) after(n int) {
	rest := r.cur.text[n:]
	trimmed := strings.TrimLeft(rest, " \t")
	if tab := strings.IndexByte(rest[:len(rest)-len(trimmed)], '\t'); tab >= 0 {
		r.add(diag.Tab.At(r.pos(r.cur.no, r.cur.col+utf8.RuneCountInString(r.cur.text[:n])+tab+1, 1), "a tab stands before the value").Try("write one space"))
	}
	skipped := len(r.cur.text) - len(trimmed)
	r.cur.col += utf8.RuneCountInString(r.cur.text[:skipped])
	r.cur.text = trimmed
}

// takeAbove gives away the comments before the current line, which begins in
// column indent. What stands further right belongs to the end of a block that has
// just been closed: the innermost that does not stand further right itself.
func (r *reader) takeAbove(indent int) []string {
	from, deepest := 0, len(r.closed) > 0
	limit := int(^uint(0) >> 1)
	for i, n := range r.indents {
		if n < 0 {
			continue
		}
		if n <= indent || !deepest {
			break
		}
		limit = min(limit, n)
		into := r.closed[len(r.closed)-1]
		for _, b := range r.closed {
			if b.indent <= limit {
				into = b
				break
			}
		}
		limit = min(limit, max(into.indent, 0))
		into.node.Below = append(into.node.Below, r.above[from:i+1]...)
		from = i + 1
	}
	out := r.above[from:]
	r.above, r.indents, r.closed = nil, nil, nil
	return out
}
