package compile

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/senda-dev/senda/internal/diag"
	"github.com/senda-dev/senda/internal/mail"
	"github.com/senda-dev/senda/internal/mail/liquid"
)

// part finds a shared part: for the class of the mail and its language, or one for
// all. A footer can thus differ between marketing and service without a condition,
// in which a withdraw link might get lost.
func (c *one) part(name string) (liquid.Source, bool) {
	names := []string{name}
	switch c.job.Class {
	case mail.Service:
		names = []string{name + "-service", name}
	case mail.Transactional:
		names = []string{name + "-transactional", name + "-service", name}
	case mail.Marketing:
	}
	short, _, _ := strings.Cut(c.lang, "-")
	for _, n := range names {
		for _, file := range []string{n + "." + c.lang + ".mjml", n + "." + short + ".mjml", n + ".mjml"} {
			if p, text, ok := c.layoutFile(file); ok {
				return withoutComments(liquid.Source{Text: strings.ReplaceAll(text, "\r\n", "\n"), At: diag.Pos{File: p, Line: 1, Col: 1}}), true
			}
		}
	}
	return liquid.Source{}, false
}

func (c *one) layoutFile(base string) (p, text string, ok bool) {
	for _, p := range slices.Sorted(maps.Keys(c.job.Layouts)) {
		if path.Base(p) == base {
			return p, c.job.Layouts[p], true
		}
	}
	return "", "", false
}

// parts lists the names that include and layout know.
func (c *one) parts() []string {
	names := map[string]bool{}
	for p := range c.job.Layouts {
		if m := fileName.FindStringSubmatch(path.Base(p)); m != nil {
			names[m[1]] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// contentTag marks in a layout where the mail goes.
const contentTag = "content"

// layout reads the layout of the brand, or the one that the mail names. A mail
// with "layout: none" brings everything itself.
func (c *one) layout() ([]liquid.Node, bool) {
	name, at, width := c.job.Brand, c.src.start(), 3
	if own, ok := c.src.text("layout", c.lang); ok {
		name, at, width = own.Text, own.At, len([]rune(own.Text))
	}
	if name == "none" {
		return nil, false
	}
	src, ok := c.part(name)
	if !ok {
		c.add(at, width, diag.NoLayout, "there is no layout called "+`"`+name+`"`, diag.Instead(name, c.parts()))
		return nil, true
	}
	nodes := liquid.Parse(src, c.options(contentTag), c.found)
	if n := countTags(nodes, contentTag); n != 1 {
		c.add(src.At, 1, diag.LayoutPlaces, fmt.Sprintf("the layout has %d places for the mail", n), "put {% content %} once into <mj-body>")
	}
	return nodes, true
}

func countTags(nodes []liquid.Node, name string) int {
	n := 0
	for _, x := range nodes {
		switch x := x.(type) {
		case *liquid.Other:
			if x.Name == name {
				n++
			}
		case *liquid.If:
			for _, b := range x.Branches {
				n += countTags(b.Body, name)
			}
		case *liquid.For:
			n += 2 * countTags(x.Body, name)
		}
	}
	return n
}

// tree reads the markup of body and layout, checks it, and puts one into the other.
func (c *one) tree(body, layout []liquid.Node, hasLayout bool, ch *checker) []node {
	p := &markupParser{found: c.found}
	content := c.placeQuestion(p.parse(body))
	if !hasLayout {
		ch.structure("", content)
		c.whole(content, c.src.body.At)
		return content
	}
	if e := findElement(content, "mjml"); e != nil {
		c.add(e.at, len("<mjml"), diag.WrongPlace, "the mail has a layout, yet brings <mjml> itself", "write its sections only, or layout: none in the front matter")
		return nil
	}
	if len(content) == 0 || strings.TrimSpace(c.src.body.Text) == "" {
		c.add(c.src.body.At, 1, diag.NoBody, "the mail has no text", "write <mj-section><mj-column><mj-text> ... behind the front matter")
	}
	outer := p.parse(layout)
	ch.structure("mj-body", content)
	ch.structure("", outer)
	if len(outer) > 0 {
		c.whole(outer, outer[0].place())
	}
	return splice(outer, content)
}

// whole asks for exactly one mjml with one body.
func (c *one) whole(nodes []node, at diag.Pos) {
	count := 0
	for _, n := range nodes {
		e, ok := n.(*element)
		if !ok || e.name != "mjml" {
			continue
		}
		count++
		if findElement(e.kids, "mj-body") == nil {
			c.add(e.at, len("<mjml"), diag.NoBody, "<mjml> has no <mj-body>", "")
		}
	}
	if count != 1 {
		c.add(at, 1, diag.NoBody, fmt.Sprintf("a mail is one <mjml>; here are %d", count), "")
	}
}

// splice puts content where the layout says.
func splice(nodes, content []node) []node {
	var out []node
	for _, n := range nodes {
		switch n := n.(type) {
		case *element:
			n.kids = splice(n.kids, content)
		case *flow:
			for i := range n.branches {
				n.branches[i] = splice(n.branches[i], content)
			}
		case *value:
			if t, ok := n.tag.(*liquid.Other); ok && t.Name == contentTag {
				out = append(out, content...)
				continue
			}
		}
		out = append(out, n)
	}
	return out
}

func findElement(nodes []node, name string) *element {
	for _, n := range nodes {
		if e, ok := n.(*element); ok && e.name == name {
			return e
		}
	}
	return nil
}
