// Package format writes authors' files in one form: two spaces a level, one
// space after a colon, times and shares as the reference writes them, the keys of
// a head in the order of the reference. Comments stay with what they stand at.
// Formatting twice changes nothing more.
package format

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/senda-dev/senda/internal/calendar"
	"github.com/senda-dev/senda/internal/diag"
	"github.com/senda-dev/senda/internal/journey"
	"github.com/senda-dev/senda/internal/money"
	"github.com/senda-dev/senda/internal/outline"
	"github.com/senda-dev/senda/internal/parse"
)

// File formats a file of any kind. A file that cannot be read is returned as it
// is, with the findings: what is not understood must not be moved.
func File(name string, src []byte) ([]byte, diag.List) {
	root, found := outline.Read(name, src)
	if found.HasErrors() {
		return src, found
	}
	w := &writer{}
	if root.Kind == outline.Map && (root.Get("journey") != nil || root.Get("part") != nil) {
		order(root)
	}
	switch root.Kind {
	case outline.Map:
		w.entries(root, 0, "")
	case outline.List:
		w.items(root, 0)
	case outline.Scalar, outline.Block:
		return src, found // no file of Senda is a text
	case outline.Empty, outline.Bad: // comments only
	}
	w.comments(root.Below, 0)
	return w.finish(), nil
}

// order sorts the keys of a head; unknown keys keep their place behind the known
// key before them.
func order(root *outline.Node) {
	keys := parse.HeadKeys()
	if root.Get("part") != nil {
		keys = parse.PartKeys()
	}
	rank := make(map[string]int, len(root.Entries))
	last := -1
	for _, e := range root.Entries {
		if i := slices.Index(keys, e.Key.Value); i >= 0 {
			last = i
		}
		rank[e.Key.Value] = last
	}
	// What stands above the first key is about the file and stays at its top.
	var top []string
	if len(root.Entries) > 0 {
		top, root.Entries[0].Above = root.Entries[0].Above, nil
	}
	slices.SortStableFunc(root.Entries, func(a, b outline.Entry) int { return rank[a.Key.Value] - rank[b.Key.Value] })
	if len(root.Entries) > 0 {
		first := &root.Entries[0]
		first.Above = append(top, first.Above...)
	}
}

// writer builds the new text line by line.
type writer struct{ lines []string }

func (w *writer) line(s string) { w.lines = append(w.lines, s) }

// comments writes lines of comment, of empty ones at most one in a row.
func (w *writer) comments(list []string, indent int) {
	for _, c := range list {
		if c == "" {
			if n := len(w.lines); n > 0 && w.lines[n-1] != "" {
				w.line("")
			}
			continue
		}
		w.line(strings.Repeat(" ", indent) + c)
	}
}

func (w *writer) finish() []byte {
	for len(w.lines) > 0 && w.lines[len(w.lines)-1] == "" {
		w.lines = w.lines[:len(w.lines)-1]
	}
	if len(w.lines) == 0 {
		return nil
	}
	return []byte(strings.Join(w.lines, "\n") + "\n")
}

// entries writes a map whose keys stand in column indent. dash is what stands
// before the first key, in place of its indentation.
func (w *writer) entries(n *outline.Node, indent int, dash string) {
	for i, e := range n.Entries {
		lead := strings.Repeat(" ", indent)
		if i == 0 && dash != "" {
			lead = dash
		} else {
			w.comments(e.Above, indent)
		}
		w.value(lead+e.Key.Value+":", e.Value, indent, e.Key.Value)
	}
}

// items writes a list whose dashes stand in column indent.
func (w *writer) items(n *outline.Node, indent int) {
	for _, item := range n.Items {
		w.comments(item.Above, indent)
		dash := strings.Repeat(" ", indent) + "- "
		switch {
		case item.Kind == outline.Map:
			if len(item.Entries) > 0 { // between the dash and its first key no comment can stand
				w.comments(item.Entries[0].Above, indent)
			}
			if item.Comment != "" {
				w.line(strings.Repeat(" ", indent) + item.Comment)
			}
			w.entries(item, indent+2, dash)
		case item.Kind == outline.List && !item.Flow:
			w.line(strings.TrimRight(dash, " ") + comment(item, 0))
			w.items(item, indent+2)
		default:
			w.value(strings.TrimRight(dash, " "), item, indent, "")
			continue
		}
		w.comments(item.Below, indent+2)
	}
}

// value writes what follows a key or a dash.
func (w *writer) value(lead string, n *outline.Node, indent int, name string) {
	switch {
	case n.Kind == outline.Map:
		w.line(lead + comment(n, 0))
		w.entries(n, indent+2, "")
		w.comments(n.Below, indent+2)
	case n.Kind == outline.List && !n.Flow:
		w.line(lead + comment(n, 0))
		w.items(n, indent+2)
		w.comments(n.Below, indent+2)
	case n.Kind == outline.Block:
		w.line(lead + " " + n.Mark + comment(n, 0))
		for _, l := range n.Lines {
			if l != "" {
				l = strings.Repeat(" ", indent+2) + l
			}
			w.line(l)
		}
	case n.Kind == outline.Empty:
		w.line(lead + comment(n, 0))
	default:
		v := scalar(n, name)
		w.line(lead + " " + v + comment(n, utf8.RuneCountInString(v)))
	}
}

// comment is what stands behind a value of width characters: as far away as the
// author put it, so that comments that line up still do when nothing was
// rewritten.
func comment(n *outline.Node, width int) string {
	if n.Comment == "" {
		return ""
	}
	gap := 1
	if n.Kind == outline.Scalar || n.Flow {
		gap = max(n.CommentPos.Col-n.Pos.End()+n.Pos.Width-width, 1)
	}
	return strings.Repeat(" ", gap) + n.Comment
}

// scalar is a value in its canonical form.
func scalar(n *outline.Node, key string) string {
	if n.Kind == outline.List {
		parts := make([]string, 0, len(n.Items))
		for _, i := range n.Items {
			parts = append(parts, i.Raw)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	if n.Quote != 0 {
		return n.Raw
	}
	return canonical(key, n.Text.Value)
}

// canonical writes a value as the reference does: "1 day" for "1 days". What
// cannot be read is left for check to speak of.
func canonical(key, value string) string {
	try := func(s interface{ String() string }, err error) string {
		if err != nil || s.String() == "" {
			return value
		}
		return s.String()
	}
	switch key {
	case "wait", "for", "expires", "hold-at-most", "sunset", "valid", "after":
		return try(calendar.ParsePause(value))
	case "window":
		if s, err := calendar.ParseSpan(value); err == nil { // of a fact
			return s.String()
		}
		return try(calendar.ParseWindow(value))
	case "share", "holdout", "control":
		return try(journey.ParseShare(value))
	case "cost", "value":
		return try(money.Parse(value))
	case "again":
		if span, ok := strings.CutPrefix(value, "after "); ok {
			if s, err := calendar.ParseSpan(span); err == nil {
				return "after " + s.String()
			}
		}
	case "within":
		span, ofEntry := strings.CutSuffix(value, " of entry")
		if s, err := calendar.ParseSpan(span); err == nil {
			if ofEntry {
				return s.String() + " of entry"
			}
			return s.String()
		}
	}
	return value
}
