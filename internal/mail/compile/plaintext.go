package compile

import (
	"html"
	"slices"
	"strings"

	"github.com/senda-dev/senda/internal/mail/liquid"
)

// The text part is made from the same tree as the HTML, so that an if hides the
// same sentence in both. Links inside sentences become footnotes, buttons show
// their address.

type textWriter struct {
	b   *builder
	out strings.Builder
}

// plainText gives the text part of the mail as Liquid text.
func (b *builder) plainText(root []node) string {
	w := &textWriter{b: b}
	w.nodes(root)
	return w.out.String()
}

func (w *textWriter) liquid(nodes ...liquid.Node) { w.out.WriteString(liquid.Write(nodes)) }

// blocks are the elements that stand on lines of their own, with the line breaks
// before and after them.
var blocks = map[string]string{
	"p": "\n\n", "div": "\n", "h1": "\n\n", "h2": "\n\n", "h3": "\n\n", "h4": "\n\n", "ul": "\n\n", "ol": "\n\n", "li": "\n",
	"table": "\n\n", "tr": "\n", "blockquote": "\n\n", "mj-text": "\n\n", "mj-table": "\n\n", "mj-button": "\n\n", "mj-image": "\n\n", "mj-section": "\n\n",
}

// silent elements have nothing to read aloud.
var silent = []string{"mj-head", "mj-spacer", "mj-style"}

func (w *textWriter) nodes(nodes []node) {
	for _, n := range nodes {
		switch n := n.(type) {
		case *text:
			w.liquid(&liquid.Text{Text: squeeze(html.UnescapeString(n.raw))})
		case *value:
			w.liquid(n.tag)
		case *flow:
			open, between, end := flowTags(n)
			for i, branch := range n.branches {
				if i == 0 {
					w.out.WriteString(open)
				} else {
					w.out.WriteString(between[i-1])
				}
				w.nodes(branch)
			}
			w.out.WriteString(end)
		case *element:
			w.element(n)
		}
	}
}

// squeeze turns white space into single spaces, no-break spaces included.
func squeeze(s string) string {
	var b strings.Builder
	inSpace := false
	for _, r := range s {
		if strings.ContainsRune(space+"\u00a0", r) {
			if !inSpace {
				b.WriteByte(' ')
			}
			inSpace = true
			continue
		}
		inSpace = false
		b.WriteRune(r)
	}
	return b.String()
}

func (w *textWriter) element(e *element) {
	if hidden, _ := e.attr("aria-hidden"); slices.Contains(silent, e.name) || len(hidden.value) > 0 {
		return
	}
	gap := blocks[e.name]
	w.out.WriteString(gap)
	switch e.name {
	case "br":
		w.out.WriteString("\n")
	case "hr", "mj-divider":
		w.out.WriteString("\n\n---\n\n")
	case "li":
		w.out.WriteString("- ")
		w.nodes(e.kids)
		return // the next item brings the line break
	case "td", "th":
		w.nodes(e.kids)
		w.out.WriteString(" ")
	case "img", "mj-image":
		alt, _ := e.attr("alt")
		w.liquid(plain(alt.value)...)
		w.address(e, false)
	case "a":
		w.nodes(e.kids)
		w.address(e, true)
	case "mj-button":
		w.nodes(e.kids)
		w.address(e, false)
	default:
		w.nodes(e.kids)
	}
	w.out.WriteString(gap)
}

// address writes where an element leads: as a footnote, or on a line of its own.
func (w *textWriter) address(e *element, note bool) {
	href, ok := e.attr("href")
	if !ok {
		return
	}
	if note {
		w.out.WriteString(" ")
	} else {
		w.out.WriteString(":\n")
	}
	w.liquid(w.b.link(e, href, note))
}

// labelOf gives what the reader sees of a link, in one line of Liquid text.
func labelOf(e *element) string {
	w := &textWriter{b: &builder{linkOf: map[*element]int{}, tracked: func(*element) bool { return false }}}
	w.nodes(e.kids)
	if alt, ok := e.attr("alt"); ok && len(e.kids) == 0 {
		w.liquid(plain(alt.value)...)
	}
	return strings.Join(strings.Fields(w.out.String()), " ")
}
