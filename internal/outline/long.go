package outline

import (
	"strings"

	"github.com/senda-dev/senda/internal/diag"
)

func isBlockMark(s string) bool {
	switch s {
	case "|", "|-", "|+", ">", ">-", ">+":
		return true
	}
	return false
}

// long reads text over several lines: those that stand further right than indent,
// the column of the key. The current line ends with the mark.
func (r *reader) long(n *Node, indent int) {
	n.Kind, n.Pos = Block, r.here(len(n.Mark))
	first := -1
	for r.at++; r.at < len(r.lines); r.at++ {
		raw := r.lines[r.at]
		text := strings.TrimLeft(raw, " ")
		at := len(raw) - len(text)
		if strings.TrimSpace(text) == "" {
			n.Lines = append(n.Lines, "")
			continue
		}
		if at <= indent {
			break
		}
		if text[0] == '\t' && (first < 0 || at < first) {
			r.add(diag.Tab.At(r.pos(r.at+1, at+1, 1), "a tab stands before the text").Try("indent with two spaces"))
		}
		if first < 0 {
			first = at
		}
		if at < first {
			r.add(diag.Indentation.At(r.pos(r.at+1, at+1, 1), "this line stands further left than the first of its text").Try("begin it in column %d", first+1))
			first = at
		}
		n.Lines = append(n.Lines, strings.TrimRight(raw[first:], " \t"))
	}
	for len(n.Lines) > 0 && n.Lines[len(n.Lines)-1] == "" {
		n.Lines = n.Lines[:len(n.Lines)-1]
		r.at--
	}
	if len(n.Lines) == 0 {
		r.add(diag.EmptyValue.At(n.Pos, "no text stands below").Try("write it on the next lines, further right than its key"))
	}
	n.Text = diag.NewText(joined(n.Lines, n.Mark[0] == '>'), n.Pos)
	r.skip()
}

// joined is the text of the lines; folded, an empty line is a line break and any
// other is a space.
func joined(lines []string, folded bool) string {
	if !folded {
		return strings.Join(lines, "\n")
	}
	var b strings.Builder
	gap := false
	for i, l := range lines {
		switch {
		case l == "":
			b.WriteByte('\n')
			gap = true
			continue
		case i > 0 && !gap:
			b.WriteByte(' ')
		}
		b.WriteString(l)
		gap = false
	}
	return b.String()
}
