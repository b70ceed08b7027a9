package compile

import (
	"errors"
	"fmt"
	"html"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/preslavrachev/gomjml/mjml"

	"github.com/senda-dev/senda/internal/mail"
	"github.com/senda-dev/senda/internal/mail/liquid"
)

// The MJML library sees a skeleton: elements and looks, with a slot wherever text,
// Liquid or an address stands. It therefore cannot change what it would otherwise
// decode, inline or reorder, and what comes out is the same whether Liquid ran
// before or after: nothing of a person's data ever decides the layout.

const slotPrefix = "xSendaSlot"

var slotPattern = regexp.MustCompile(slotPrefix + `(\d+)x`)

type slot struct {
	liquid string // Liquid text that gives HTML
	flow   bool   // part of an if or a for around elements
}

type builder struct {
	skeleton strings.Builder
	slots    []slot
	links    []mail.Link
	linkOf   map[*element]int // number of the link of an element
	tracked  func(*element) bool
	inline   []inlineRule
	classes  map[string]string // css-class of elements, from mj-attributes
}

func (b *builder) slot(s slot) string {
	b.slots = append(b.slots, s)
	return slotPrefix + strconv.Itoa(len(b.slots)-1) + "x"
}

// engine guards the MJML library, which keeps attributes of mj-attributes in a
// variable of its own while it renders.
var engine sync.Mutex

// render gives the HTML of the whole mail as Liquid text.
func (b *builder) render(root []node) (string, error) {
	b.classes = map[string]string{}
	b.collectInline(root)
	b.elements(root)
	engine.Lock()
	out, err := mjml.Render(b.skeleton.String())
	engine.Unlock()
	if err != nil {
		return "", err
	}
	out, err = landmark(withoutFonts(out))
	if err != nil {
		return "", err
	}
	return b.fill(out)
}

// withoutFonts takes out the fonts that the MJML library fetches from Google for
// "Roboto" and some other names, its own default among them: whoever opened such a
// mail would tell Google so, and a mail needs nothing from elsewhere.
func withoutFonts(out string) string {
	const begin, end = `<!--[if !mso]><!--><link href="https://fonts.googleapis.com/`, "<!--<![endif]-->"
	for {
		start := strings.Index(out, begin)
		if start < 0 {
			return out
		}
		stop := strings.Index(out[start:], end)
		if stop < 0 {
			return out
		}
		out = out[:start] + out[start+stop+len(end):]
	}
}

// landmark puts the mail into <main>. Where a mail is a page of its own (Apple's
// programmes, the outbox, a browser) readers of the screen jump to it; webmail
// takes the element away, so that its own page keeps the only one.
func landmark(out string) (string, error) {
	const article, end = `<div aria-roledescription="email"`, "</body>"
	start, stop := strings.Index(out, article), strings.LastIndex(out, end)
	if start < 0 || stop < start {
		return "", errors.New("the HTML has no article or no end of its body")
	}
	return out[:start] + "<main>" + out[start:stop] + "</main>" + out[stop:], nil
}

// collectInline gathers the styles to be copied to elements.
func (b *builder) collectInline(nodes []node) {
	for _, n := range nodes {
		e, ok := n.(*element)
		if !ok {
			continue
		}
		if isInline(e) {
			rules, _ := readInline(rawText(e.kids))
			b.inline = append(b.inline, rules...)
		}
		if e.name == "mj-attributes" {
			b.collectClasses(e)
		}
		b.collectInline(e.kids)
	}
}

// collectClasses gathers the classes that mj-attributes gives to elements: the MJML
// library passes their looks on, but not their class.
func (b *builder) collectClasses(attributes *element) {
	for _, n := range attributes.kids {
		if e, ok := n.(*element); ok {
			if a, ok := e.attr("css-class"); ok {
				b.classes[e.name], _ = a.static()
			}
		}
	}
}

func rawText(nodes []node) string {
	var b strings.Builder
	for _, n := range nodes {
		if t, ok := n.(*text); ok {
			b.WriteString(t.raw)
		}
	}
	return b.String()
}

// elements writes MJML elements, one a line.
func (b *builder) elements(nodes []node) {
	for _, n := range nodes {
		switch n := n.(type) {
		case *element:
			b.element(n)
		case *flow:
			open, between, end := flowTags(n)
			for i, branch := range n.branches {
				tag := open
				if i > 0 {
					tag = between[i-1]
				}
				b.raw(tag)
				b.elements(branch)
			}
			b.raw(end)
		case *value:
			b.raw(liquid.Write([]liquid.Node{n.tag}))
		}
	}
}

// raw puts Liquid between elements.
func (b *builder) raw(tag string) {
	b.skeleton.WriteString("<mj-raw>" + b.slot(slot{liquid: tag, flow: true}) + "</mj-raw>\n")
}

// flowTags returns the tags of an if or for: the first, those before each further
// branch, and the last.
func flowTags(f *flow) (open string, between []string, end string) {
	const mark = "\x00"
	var whole string
	switch t := f.tag.(type) {
	case *liquid.If:
		bare := &liquid.If{}
		for _, br := range t.Branches {
			br.Body = []liquid.Node{&liquid.Text{Text: mark}}
			bare.Branches = append(bare.Branches, br)
		}
		whole = liquid.Write([]liquid.Node{bare})
	case *liquid.For:
		bare := *t
		bare.Body = []liquid.Node{&liquid.Text{Text: mark}}
		whole = liquid.Write([]liquid.Node{&bare})
	}
	parts := strings.Split(whole, mark)
	if len(parts) < 2 {
		return "", nil, ""
	}
	return parts[0], parts[1 : len(parts)-1], parts[len(parts)-1]
}

func (b *builder) element(e *element) {
	if isInline(e) {
		return
	}
	b.skeleton.WriteString("<" + e.name)
	for _, a := range e.attrs {
		s, _ := a.static()
		if slices.Contains(slotAttributes, a.name) {
			s = b.slot(slot{liquid: b.attribute(e, a)})
		}
		b.skeleton.WriteString(" " + a.name + `="` + html.EscapeString(s) + `"`)
	}
	if _, own := e.attr("css-class"); !own && b.classes[e.name] != "" {
		b.skeleton.WriteString(` css-class="` + html.EscapeString(b.classes[e.name]) + `"`)
	}
	b.skeleton.WriteString(">")
	if children[e.name] == nil {
		var content strings.Builder
		b.content(&content, e.kids)
		b.skeleton.WriteString(b.slot(slot{liquid: content.String()}))
	} else {
		b.skeleton.WriteString("\n")
		b.elements(e.kids)
	}
	b.skeleton.WriteString("</" + e.name + ">\n")
}

// attribute gives the value of an attribute that readers see or follow.
func (b *builder) attribute(e *element, a attr) string {
	if a.name == "href" || a.name == "src" {
		return liquid.Write([]liquid.Node{b.link(e, a, false)})
	}
	return liquid.Write(escaped(a.value))
}

// link gives an address as a Link, whose text is free of entities: it is escaped
// once, when the mail is rendered.
func (b *builder) link(e *element, a attr, note bool) *liquid.Link {
	l := &liquid.Link{At: a.at, Index: -1, Note: note, Body: plain(a.value)}
	if a.name == "href" && b.tracked(e) {
		index, known := b.linkOf[e]
		if !known {
			index = len(b.links)
			b.linkOf[e] = index
			b.links = append(b.links, mail.Link{Index: index, Label: labelOf(e), Address: liquid.Write(l.Body)})
		}
		l.Index = index
	}
	return l
}

// escaped normalises the text of an attribute to what fits between double quotes.
func escaped(nodes []liquid.Node) []liquid.Node {
	return eachText(nodes, func(s string) string { return html.EscapeString(html.UnescapeString(s)) })
}

// plain takes the entities out of the text of an attribute.
func plain(nodes []liquid.Node) []liquid.Node { return eachText(nodes, html.UnescapeString) }

func eachText(nodes []liquid.Node, change func(string) string) []liquid.Node {
	out := make([]liquid.Node, len(nodes))
	for i, n := range nodes {
		switch n := n.(type) {
		case *liquid.Text:
			out[i] = &liquid.Text{At: n.At, Text: change(n.Text)}
		case *liquid.If:
			c := *n
			c.Branches = slices.Clone(n.Branches)
			for j := range c.Branches {
				c.Branches[j].Body = eachText(c.Branches[j].Body, change)
			}
			out[i] = &c
		case *liquid.For:
			c := *n
			c.Body = eachText(n.Body, change)
			out[i] = &c
		default:
			out[i] = n
		}
	}
	return out
}

// content writes HTML inside mj-text and the like, as Liquid text.
func (b *builder) content(w *strings.Builder, nodes []node) {
	for _, n := range nodes {
		switch n := n.(type) {
		case *text:
			w.WriteString(liquid.Write([]liquid.Node{&liquid.Text{Text: n.raw}}))
		case *verbatim:
			w.WriteString(liquid.Write(eachText(n.line, html.EscapeString)))
		case *value:
			w.WriteString(liquid.Write([]liquid.Node{n.tag}))
		case *flow:
			open, between, end := flowTags(n)
			for i, branch := range n.branches {
				if i == 0 {
					w.WriteString(open)
				} else {
					w.WriteString(between[i-1])
				}
				b.content(w, branch)
			}
			w.WriteString(end)
		case *element:
			w.WriteString("<" + n.name)
			for _, a := range n.attrs {
				if a.name != "style" {
					w.WriteString(" " + a.name + `="` + b.attribute(n, a) + `"`)
				}
			}
			if style := styleOf(n, b.inline); style != "" {
				w.WriteString(` style="` + html.EscapeString(style) + `"`)
			}
			w.WriteString(">")
			if !slices.Contains(voidElements, n.name) {
				b.content(w, n.kids)
				w.WriteString("</" + n.name + ">")
			}
		}
	}
}

// fill puts the slots back. Between sections the library joins two neighbouring
// comments for Outlook into one; an if or for that landed inside it goes between
// the two again, so that each branch keeps comments that open and close.
func (b *builder) fill(out string) (string, error) {
	var w strings.Builder
	last := 0
	quote := func(s string) string { return liquid.Write([]liquid.Node{&liquid.Text{Text: s}}) }
	for _, m := range slotPattern.FindAllStringSubmatchIndex(out, -1) {
		i, err := strconv.Atoi(out[m[2]:m[3]])
		if err != nil || i >= len(b.slots) {
			return "", fmt.Errorf("slot %s is not one of ours", out[m[2]:m[3]])
		}
		w.WriteString(quote(out[last:m[0]]))
		last = m[1]
		s := b.slots[i]
		if s.flow && inComment(out[:m[0]]) {
			w.WriteString("<![endif]-->" + s.liquid + "<!--[if mso | IE]>")
			continue
		}
		w.WriteString(s.liquid)
	}
	w.WriteString(quote(out[last:]))
	return w.String(), nil
}

func inComment(before string) bool {
	return strings.LastIndex(before, "<!--[if") > strings.LastIndex(before, "<![endif]")
}
