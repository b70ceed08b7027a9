package compile

import (
	"html"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/senda-dev/senda/internal/diag"
	"github.com/senda-dev/senda/internal/mail/liquid"
)

// The markup of a mail as one tree of elements and Liquid. Both nest in each
// other or are findings: half an element inside an if could not be compiled
// before the if is decided.

type node interface{ place() diag.Pos }

// element is an MJML or HTML element.
type element struct {
	at    diag.Pos
	name  string
	attrs []attr
	kids  []node
}

// attr is an attribute; its value may hold Liquid.
type attr struct {
	at    diag.Pos
	name  string
	value []liquid.Node // text as written, entities and all
}

// text is what stands between elements, as written.
type text struct {
	at  diag.Pos
	raw string
}

// flow is an if or a for whose branches hold markup.
type flow struct {
	tag      liquid.Node // *liquid.If or *liquid.For, its own bodies unused
	branches [][]node
}

// value is any other Liquid: an output, an assignment, a tag of ours.
type value struct{ tag liquid.Node }

// verbatim is a line of Liquid whose text is no markup: a subject in the head.
type verbatim struct{ line []liquid.Node }

func (n *verbatim) place() diag.Pos {
	if len(n.line) == 0 {
		return diag.Pos{}
	}
	return n.line[0].Place()
}
func (n *element) place() diag.Pos { return n.at }
func (n *text) place() diag.Pos    { return n.at }
func (n *flow) place() diag.Pos    { return n.tag.Place() }
func (n *value) place() diag.Pos   { return n.tag.Place() }

func (e *element) attr(name string) (attr, bool) {
	for _, a := range e.attrs {
		if a.name == name {
			return a, true
		}
	}
	return attr{}, false
}

// static returns the value of an attribute without Liquid.
func (a attr) static() (string, bool) {
	var b strings.Builder
	for _, n := range a.value {
		t, ok := n.(*liquid.Text)
		if !ok {
			return "", false
		}
		b.WriteString(t.Text)
	}
	return html.UnescapeString(b.String()), true
}

var voidElements = []string{"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}

// maxElements bounds how deep elements nest.
const maxElements = 60

type markupParser struct {
	found *diag.List
	depth int
}

func (p *markupParser) add(at diag.Pos, width int, code diag.Code, message, help string) {
	p.found.Add(code.At(at.Wide(width), "%s", message).Try("%s", help))
}

// reader walks over the text of Liquid nodes as if they were one text.
type reader struct {
	nodes []liquid.Node
	i     int    // the node at hand
	rest  string // what is left of it, when it is a text
	at    diag.Pos
}

func newReader(nodes []liquid.Node) *reader {
	r := &reader{nodes: nodes, i: -1}
	r.forward()
	return r
}

// forward goes to the next node.
func (r *reader) forward() {
	r.i++
	r.rest = ""
	if r.i < len(r.nodes) {
		r.at = r.nodes[r.i].Place()
		if t, ok := r.nodes[r.i].(*liquid.Text); ok {
			r.rest = t.Text
		}
	}
}

func (r *reader) done() bool { return r.i >= len(r.nodes) }

// tag returns the Liquid at hand, or nil when it is text.
func (r *reader) tag() liquid.Node {
	if _, ok := r.nodes[r.i].(*liquid.Text); ok {
		return nil
	}
	return r.nodes[r.i]
}

// take moves over n bytes of the text at hand.
func (r *reader) take(n int) string {
	s := r.rest[:n]
	r.at = r.at.Advance(s)
	r.rest = r.rest[n:]
	return s
}

// parse reads nodes whose elements are all closed inside them.
func (p *markupParser) parse(nodes []liquid.Node) []node {
	root := &element{}
	stack := []*element{root}
	top := func() *element { return stack[len(stack)-1] }
	put := func(n node) { top().kids = append(top().kids, n) }
	r := newReader(nodes)
	for !r.done() {
		if tag := r.tag(); tag != nil {
			put(p.liquid(tag))
			r.forward()
			continue
		}
		if r.rest == "" {
			r.forward()
			continue
		}
		open := strings.IndexByte(r.rest, '<')
		if open != 0 {
			if open < 0 {
				open = len(r.rest)
			}
			at := r.at
			put(&text{at: at, raw: r.take(open)})
			continue
		}
		switch next := after(r.rest, 1); {
		case strings.HasPrefix(r.rest, "<!--"):
			p.comment(r)
		case next == '/':
			at := r.at
			end := strings.IndexByte(r.rest, '>')
			if end < 0 {
				p.add(at, 2, diag.OpenElement, "this closing tag has no >", "")
				r.take(2)
				continue
			}
			name := strings.TrimSpace(r.take(end + 1)[2:end])
			stack = p.close(stack, strings.ToLower(name), at)
		case next >= 'a' && next <= 'z' || next >= 'A' && next <= 'Z':
			e, closed, ok := p.open(r)
			if !ok {
				continue
			}
			put(e)
			if !closed && !slices.Contains(voidElements, e.name) {
				if len(stack) > maxElements {
					p.add(e.at, len(e.name)+1, diag.OpenElement, "elements are nested too deep", "")
					return root.kids
				}
				stack = append(stack, e)
			}
		case next == '!' || next == '?':
			p.add(r.at, 2, diag.BadHTML, "declarations and CDATA have no place in a mail", "leave them out: the compiler writes what is needed")
			if end := strings.IndexByte(r.rest, '>'); end >= 0 {
				r.take(end + 1)
			} else {
				r.take(len(r.rest))
			}
		default:
			p.add(r.at, 1, diag.OpenElement, "a < that opens no element", "write &lt;")
			at := r.at
			put(&text{at: at, raw: "&lt;"})
			r.take(1)
		}
	}
	for _, e := range stack[1:] {
		p.notClosed(e)
	}
	return root.kids
}

func after(s string, i int) byte {
	if i < len(s) {
		return s[i]
	}
	return 0
}

func (p *markupParser) notClosed(e *element) {
	p.add(e.at, len(e.name)+1, diag.OpenElement, "<"+e.name+"> is not closed", "add </"+e.name+"> where it ends; an element and an {% if %} may not overlap")
}

func (p *markupParser) close(stack []*element, name string, at diag.Pos) []*element {
	if slices.Contains(voidElements, name) {
		return stack
	}
	for i := len(stack) - 1; i > 0; i-- {
		if stack[i].name != name {
			continue
		}
		for _, e := range stack[i+1:] {
			p.notClosed(e)
		}
		return stack[:i]
	}
	p.add(at, len(name)+3, diag.OpenElement, "</"+name+"> closes nothing that is open here", "its opening tag is missing, misspelt, or on the other side of an {% if %}")
	return stack
}

// comment reports a comment that withoutComments left.
func (p *markupParser) comment(r *reader) {
	if strings.HasPrefix(r.rest, "<!--[") {
		p.add(r.at, 5, diag.BadHTML, "a comment for Outlook cannot be written by hand", "the compiler writes those that are needed")
	} else {
		p.add(r.at, 4, diag.OpenElement, "this comment is not closed", "it ends with -->")
	}
	if end := strings.Index(r.rest, "-->"); end >= 0 {
		r.take(end + 3)
		return
	}
	r.take(4)
}

var authorsComment = regexp.MustCompile(`(?s)<!--(?:[^\[].*?)?-->`)

// withoutComments puts spaces in place of comments: what authors note for each
// other is not for customers, and Liquid inside it does not run.
func withoutComments(src liquid.Source) liquid.Source {
	src.Text = authorsComment.ReplaceAllStringFunc(src.Text, func(s string) string {
		return strings.Map(func(r rune) rune {
			if r == '\n' {
				return r
			}
			return ' '
		}, s)
	})
	return src
}

func (p *markupParser) liquid(tag liquid.Node) node {
	if p.depth++; p.depth > maxElements {
		p.depth--
		return &text{at: tag.Place()} // the Liquid parser bounds nesting before this
	}
	defer func() { p.depth-- }()
	switch t := tag.(type) {
	case *liquid.If:
		f := &flow{tag: t}
		for _, b := range t.Branches {
			f.branches = append(f.branches, p.parse(b.Body))
		}
		return f
	case *liquid.For:
		return &flow{tag: t, branches: [][]node{p.parse(t.Body)}}
	}
	return &value{tag}
}

const space = " \t\r\n"

// open reads an opening tag with its attributes. ok is false when the tag could
// not be read; closed says that it ended with />.
func (p *markupParser) open(r *reader) (e *element, closed, ok bool) {
	e = &element{at: r.at}
	r.take(1)
	e.name = strings.ToLower(r.take(nameLength(r.rest)))
	for {
		for r.rest != "" && strings.IndexByte(space, r.rest[0]) >= 0 {
			r.take(1)
		}
		if r.rest == "" {
			if r.i+1 < len(r.nodes) {
				r.forward()
				if r.tag() == nil {
					continue
				}
				p.add(r.at, 2, diag.LiquidHere, "Liquid may stand in text and in the quoted value of an attribute only", `put it between the quotes: href="{{ ... }}"`)
				r.forward()
				continue
			}
			p.add(e.at, len(e.name)+1, diag.OpenElement, "the tag <"+e.name+"> has no >", "")
			r.forward()
			return e, false, false
		}
		switch {
		case strings.HasPrefix(r.rest, "/>"):
			r.take(2)
			return e, true, true
		case r.rest[0] == '>':
			r.take(1)
			return e, false, true
		}
		a := attr{at: r.at}
		n := nameLength(r.rest)
		if n == 0 {
			p.add(r.at, 1, diag.OpenElement, "this sign has no place in a tag", "")
			_, size := utf8.DecodeRuneInString(r.rest)
			r.take(size)
			continue
		}
		a.name = strings.ToLower(r.take(n))
		r.take(len(r.rest) - len(strings.TrimLeft(r.rest, space)))
		if strings.HasPrefix(r.rest, "=") {
			r.take(1)
			r.take(len(r.rest) - len(strings.TrimLeft(r.rest, space)))
			if !p.quoted(r, &a) {
				return e, false, false
			}
		}
		if _, twice := e.attr(a.name); twice {
			p.add(a.at, len(a.name), diag.BadMarkup, a.name+" is given twice", "keep one of them")
			continue
		}
		e.attrs = append(e.attrs, a)
	}
}

func nameLength(s string) int {
	return len(s) - len(strings.TrimLeftFunc(s, func(c rune) bool {
		return c == '-' || c == '_' || c == ':' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
	}))
}

// quoted reads the value of an attribute, Liquid included.
func (p *markupParser) quoted(r *reader, a *attr) bool {
	quote := after(r.rest, 0)
	if quote != '"' && quote != '\'' {
		p.add(a.at, len(a.name), diag.OpenElement, "the value of "+a.name+" needs quotes", a.name+`="..."`)
		end := strings.IndexAny(r.rest, space+">")
		if end < 0 {
			end = len(r.rest)
		}
		r.take(end)
		return true
	}
	r.take(1)
	for !r.done() {
		if tag := r.tag(); tag != nil {
			a.value = append(a.value, tag)
			r.forward()
			continue
		}
		at := r.at
		if end := strings.IndexByte(r.rest, quote); end >= 0 {
			if end > 0 {
				a.value = append(a.value, &liquid.Text{At: at, Text: r.rest[:end]})
			}
			r.take(end + 1)
			return true
		}
		if r.rest != "" {
			a.value = append(a.value, &liquid.Text{At: at, Text: r.rest})
		}
		r.forward()
	}
	p.add(a.at, len(a.name), diag.OpenElement, "the value of "+a.name+" has no closing quote", "")
	return false
}
