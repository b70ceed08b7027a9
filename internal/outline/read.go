package outline

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/senda-dev/senda/internal/diag"
)

// Read reads a file. The node is never nil: of an empty file it is Empty, and
// after mistakes it is the most likely meaning.
func Read(file string, src []byte) (*Node, diag.List) {
	r := &reader{file: file, at: 0}
	empty := &Node{Kind: Empty, Pos: diag.Pos{File: file, Line: 1, Col: 1, Width: 1}}
	if !r.split(src) {
		return empty, r.found
	}
	r.skip()
	if r.end {
		empty.Below = r.above
		return empty, r.found
	}
	n := r.block()
	for !r.end {
		r.stray("this line belongs to nothing above it")
	}
	n.Below = append(n.Below, r.takeAbove(-1)...)
	return n, r.found
}

// stray reports the current line and goes past it.
func (r *reader) stray(message string) {
	if !r.tabs {
		r.add(diag.Indentation.At(r.here(len(r.cur.text)), "%s", message).Try("begin it below the line that it belongs to"))
	}
	r.next()
}

// block reads the map, list or text that begins at the current line.
func (r *reader) block() *Node {
	if r.depth++; r.depth > MaxDepth {
		if !r.tooDeep {
			r.add(diag.Unreadable.At(r.here(1), "this is nested too deep"))
			r.tooDeep = true
		}
		r.end = true
	}
	defer func() { r.depth-- }()
	if r.end {
		return &Node{Kind: Bad}
	}
	switch {
	case isDash(r.cur.text):
		return r.list(r.cur.col)
	case isKey(r.cur.text) || missesSpace(r.cur.text):
		return r.mapping(r.cur.col)
	}
	return r.value(r.cur.col - 1)
}

func isDash(text string) bool {
	return text == "-" || strings.HasPrefix(text, "- ") || strings.HasPrefix(text, "-\t")
}

// list reads the elements whose dashes stand in column indent.
func (r *reader) list(indent int) *Node {
	n := &Node{Kind: List, Pos: r.here(1)}
	for !r.end && r.cur.col >= indent {
		if !isDash(r.cur.text) {
			if r.cur.col == indent {
				break // a key after a list that stands as far left as its own key
			}
			r.stray("this line belongs to no dash above it")
			continue
		}
		if r.cur.col > indent && !r.tabs {
			r.add(diag.Indentation.At(r.here(1), "this dash stands further right than the one before").Try("begin it in column %d", indent+1))
		}
		above, dash := r.takeAbove(r.cur.col), r.here(1)
		item := r.element(r.cur.col)
		item.Above, item.Dash = above, dash
		n.Items = append(n.Items, item)
	}
	r.closed = append(r.closed, closed{n, indent})
	return n
}

// element reads what follows a dash that stands in column indent.
func (r *reader) element(indent int) *Node {
	r.after(1)
	if r.cur.text == "" || r.cur.text[0] == '#' {
		n := r.below(indent, false)
		if n.Kind == Empty {
			r.add(diag.EmptyValue.At(n.Pos, "nothing follows this dash").Try("delete it"))
			n.Kind = Bad
		}
		return n
	}
	if isDash(r.cur.text) || isKey(r.cur.text) {
		return r.block()
	}
	if missesSpace(r.cur.text) && r.nextIndent() == r.cur.col {
		return r.block() // keys go on below, so it was meant as one
	}
	return r.value(indent)
}

// below reads what stands under a key or a dash that has nothing behind it; the
// current line holds at most a comment. A list may stand as far left as its key.
func (r *reader) below(indent int, key bool) *Node {
	comment, place := r.comment(r.cur.text)
	empty := &Node{Kind: Empty, Pos: r.pos(r.cur.no, r.cur.col+1, 1)}
	if r.cur.text == "" {
		empty.Pos.Col = max(empty.Pos.Col-1, 1)
	}
	r.next()
	n := empty
	if !r.end && (r.cur.col > indent || key && r.cur.col == indent && isDash(r.cur.text)) {
		n = r.block()
	}
	if comment != "" {
		if n.Comment != "" { // the text below has one of its own
			n.Above = append(n.Above, comment)
		} else {
			n.Comment, n.CommentPos = comment, place
		}
	}
	return n
}

// comment is the text from # on, with its place, when the text begins with one.
func (r *reader) comment(text string) (string, diag.Pos) {
	if text == "" || text[0] != '#' {
		return "", diag.Pos{}
	}
	return text, r.pos(r.cur.no, r.cur.col+1, utf8.RuneCountInString(text))
}

// nextIndent is the column of the next line that holds more than a comment, -1
// at the end.
func (r *reader) nextIndent() int {
	for _, l := range r.lines[r.at+1:] {
		if t := strings.TrimLeft(l, " \t"); t != "" && t[0] != '#' {
			return len(l) - len(t)
		}
	}
	return -1
}

// keyPattern is a key and its colon. What stands before a colon and a space is a
// key for YAML, whatever it is.
var keyPattern = regexp.MustCompile(`^(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s"'\[{#&*!|>%@` + "`" + `?-](?:[^:#]|:[^\s]|[^\s]#)*?|[?-][^\s:](?:[^:#]|:[^\s]|[^\s]#)*?)[ \t]*:(?:[ \t]|$)`)

func isKey(text string) bool { return keyPattern.MatchString(text) }

// gluedPattern is what was meant as a key: "email:x".
var gluedPattern = regexp.MustCompile(`^[a-z][a-z-]*:[^\s:/]`)

func missesSpace(text string) bool { return gluedPattern.MatchString(text) && !isKey(text) }

// mapping reads the keys that stand in column indent.
func (r *reader) mapping(indent int) *Node {
	n := &Node{Kind: Map, Pos: r.here(1)}
	for !r.end && r.cur.col >= indent {
		if isDash(r.cur.text) && r.cur.col == indent {
			r.stray("a dash cannot follow a key in the same column")
			continue
		}
		glued := missesSpace(r.cur.text)
		if !glued && !isKey(r.cur.text) {
			r.noKey()
			continue
		}
		if r.cur.col > indent && !r.tabs {
			r.add(diag.Indentation.At(r.here(keyLen(r.cur.text)), "this key stands further right than those above it").Try("begin it in column %d", indent+1))
		}
		r.entry(n, indent, glued)
	}
	r.closed = append(r.closed, closed{n, indent})
	return n
}

// noKey reports a line that should begin with a key and does not.
func (r *reader) noKey() {
	f := diag.GoesOn.At(r.here(len(r.cur.text)), "this line has no key")
	if isDash(r.cur.text) {
		f = diag.Indentation.At(r.here(1), "this dash stands further right than the keys above it")
	}
	r.add(f.Try("a value stands on one line behind its key; longer text stands below note: |"))
	r.next()
}

func keyLen(text string) int {
	if i := strings.IndexByte(text, ':'); i > 0 {
		return i
	}
	return len(text)
}

// entry reads a key and its value into n.
func (r *reader) entry(n *Node, indent int, glued bool) {
	e := Entry{Above: r.takeAbove(r.cur.col)}
	end := strings.IndexByte(r.cur.text, ':')
	if !glued {
		whole := keyPattern.FindString(r.cur.text)
		end = strings.LastIndexByte(whole, ':')
	}
	name := strings.TrimRight(r.cur.text[:end], " \t")
	e.Key = diag.NewText(name, r.here(len(name)))
	switch {
	case glued:
		r.add(diag.MissingSpace.At(r.here(end+1), "a space is missing after the colon").Try("write %s: %s", name, r.cur.text[end+1:]))
	case name[0] == '"' || name[0] == '\'':
		r.add(diag.YAMLSign.At(e.Key.Pos, "a key stands without quotes").Try("write %s:", strings.Trim(name, `"'`)))
		e.Key.Value = strings.Trim(name, `"'`)
	case name == "<<":
		r.add(diag.YAMLSign.At(e.Key.Pos, "<< would copy keys from elsewhere").Try("write the keys out"))
	case name[0] == '?' || strings.ContainsAny(name, "[]{},"):
		r.add(diag.YAMLSign.At(e.Key.Pos, "%q is not a key", name).Try("a key is one word"))
	}
	r.after(end + 1)
	if r.cur.text == "" || r.cur.text[0] == '#' {
		e.Value = r.below(indent, true)
	} else {
		e.Value = r.value(indent)
	}
	for _, other := range n.Entries {
		if other.Key.Value == e.Key.Value {
			r.add(diag.DuplicateKey.At(e.Key.Pos, "%q stands here twice", e.Key.Value).Try("the first is in line %d", other.Key.Pos.Line))
			return
		}
	}
	n.Entries = append(n.Entries, e)
}
