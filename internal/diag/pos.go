package diag

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Pos is a place in a file: a run of characters on one line. The zero Pos is
// "nowhere", for what no author wrote (a default, an unwritten exit).
type Pos struct {
	File  string
	Line  int // from 1
	Col   int // from 1, in characters, not bytes: what an editor shows
	Width int // characters, at least 1; the carets of a finding
}

// IsZero says that nobody wrote this.
func (p Pos) IsZero() bool { return p.Line == 0 }

// String is the form that editors and terminals turn into a link.
func (p Pos) String() string {
	if p.IsZero() {
		return p.File
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Col)
}

// End is the column after the last character.
func (p Pos) End() int { return p.Col + max(p.Width, 1) }

// Wide is the place with carets under n characters.
func (p Pos) Wide(n int) Pos {
	p.Width = max(n, 1)
	return p
}

// Advance is the place that follows s when s starts at p.
func (p Pos) Advance(s string) Pos {
	if n := strings.Count(s, "\n"); n > 0 {
		p.Line += n
		p.Col = 1
		s = s[strings.LastIndexByte(s, '\n')+1:]
	}
	p.Col += utf8.RuneCountInString(s)
	return p
}

// Before orders places as a reader meets them.
func (p Pos) Before(q Pos) bool {
	switch {
	case p.File != q.File:
		return p.File < q.File
	case p.Line != q.Line:
		return p.Line < q.Line
	case p.Col != q.Col:
		return p.Col < q.Col
	}
	return p.Width < q.Width
}

// Text is a value as its author wrote it, and where. An expression parsed from
// Value knows byte offsets; At turns them into places of the file.
type Text struct {
	Value string
	Pos   Pos
	// cols holds the column of each byte of Value, and of its end, when that is
	// not simply Pos.Col plus the characters before it: in a quoted value an
	// escape takes more room in the file than in the value.
	cols []int
}

// NewText is a value written without quotes at p.
func NewText(value string, p Pos) Text { return Text{Value: value, Pos: p} }

// QuotedText is a value written with quotes: cols has len(value)+1 columns.
func QuotedText(value string, p Pos, cols []int) Text {
	if len(cols) != len(value)+1 {
		cols = nil
	}
	return Text{Value: value, Pos: p, cols: cols}
}

// IsZero says that the author left the value out.
func (t Text) IsZero() bool { return t.Value == "" && t.Pos.IsZero() }

func (t Text) String() string { return t.Value }

// At is the place of the bytes [from, to) of the value. Offsets outside the
// value are brought to its ends, so that a finding about "something is missing
// here" can point behind the last character.
func (t Text) At(from, to int) Pos {
	from = min(max(from, 0), len(t.Value))
	to = min(max(to, from), len(t.Value))
	p := t.Pos
	p.Col, p.Width = t.col(from), max(t.col(to)-t.col(from), 1)
	return p
}

func (t Text) col(i int) int {
	if t.cols != nil {
		return t.cols[i]
	}
	return t.Pos.Col + utf8.RuneCountInString(t.Value[:i])
}
