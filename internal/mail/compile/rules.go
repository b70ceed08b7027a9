package compile

import (
	"html"
	"maps"
	"slices"
	"strings"

	"github.com/preslavrachev/gomjml/mjml/components"

	"github.com/senda-dev/senda/internal/diag"
	"github.com/senda-dev/senda/internal/mail/liquid"
)

// children says which MJML elements may stand in which. Those with nil hold HTML
// or text. What is not here draws ids at random or loads pictures from other
// houses' servers (carousel, accordion, navbar, social).
var children = map[string][]string{
	"":              {"mjml"},
	"mjml":          {"mj-head", "mj-body"},
	"mj-head":       {"mj-attributes", "mj-style", "mj-raw"},
	"mj-attributes": {"mj-all", "mj-class", "mj-body", "mj-section", "mj-wrapper", "mj-column", "mj-group", "mj-hero", "mj-text", "mj-button", "mj-image", "mj-divider", "mj-spacer", "mj-table"},
	"mj-body":       {"mj-section", "mj-wrapper", "mj-hero", "mj-raw"},
	"mj-wrapper":    {"mj-section"},
	"mj-section":    {"mj-column", "mj-group"},
	"mj-group":      {"mj-column"},
	"mj-column":     {"mj-text", "mj-button", "mj-image", "mj-divider", "mj-spacer", "mj-table", "mj-raw"},
	"mj-hero":       {"mj-text", "mj-button", "mj-image", "mj-divider", "mj-spacer", "mj-table"},
	"mj-text":       nil, "mj-button": nil, "mj-table": nil, "mj-raw": nil, "mj-style": nil,
	"mj-image": {}, "mj-divider": {}, "mj-spacer": {}, "mj-all": {}, "mj-class": {},
}

// flowParents are the elements in which an if or a for may stand around elements.
// Elsewhere it would change widths, which are fixed when the mail is compiled.
var flowParents = []string{"mj-body", "mj-column"}

// slotAttributes are those that readers see or follow: Liquid may stand in them.
var slotAttributes = []string{"href", "src", "alt", "title"}

var unsupported = map[string]string{
	"mj-accordion": "most mail programmes cannot fold: show the text", "mj-carousel": "most mail programmes cannot turn pages: show one picture",
	"mj-navbar": "write a line of links in mj-text", "mj-social": "write a line of links in mj-text",
	"mj-include": `write {% include "name" %}`, "mj-title": "the subject becomes the title by itself", "mj-preview": "write preview: in the front matter",
	"mj-font": "mail programmes do not load fonts: name common ones in font-family", "mj-breakpoint": "the breakpoint is 480 pixels",
}

var htmlElements = words("a abbr b blockquote br code del div em h1 h2 h3 h4 hr i img ins li ol p s small span strong sub sup table tbody td tfoot th thead tr u ul")

func words(s string) []string { return strings.Fields(s) }

// checker walks the tree of a mail once and reports what does not fit.
type checker struct {
	found *diag.List
	links map[*liquid.Output]liquid.LinkUse
}

func (c *checker) add(at diag.Pos, width int, code diag.Code, message, help string) {
	c.found.Add(code.At(at.Wide(width), "%s", message).Try("%s", help))
}

// structure checks MJML elements inside parent.
func (c *checker) structure(parent string, nodes []node) {
	for _, n := range nodes {
		switch n := n.(type) {
		case *text:
			if trimmed := strings.TrimLeft(n.raw, space); trimmed != "" {
				at := n.at.Advance(n.raw[:len(n.raw)-len(trimmed)])
				first, _, _ := strings.Cut(trimmed, "\n")
				c.add(at, len([]rune(strings.TrimRight(first, space))), diag.WrongPlace, "text stands outside mj-text", "put it into <mj-section><mj-column><mj-text> ... </mj-text></mj-column></mj-section>")
			}
		case *value:
			switch t := n.tag.(type) {
			case *liquid.Assign:
				if !slices.Contains(flowParents, parent) {
					c.add(t.At, 2, diag.LiquidHere, "assign cannot stand in "+nameOr(parent), "put it at the beginning of the mail or into mj-column")
				}
			case *liquid.Other:
				if t.Name == questionTag && parent != "mj-column" {
					c.add(t.At, t.Width, diag.BadQuestion, "{% question %} stands in "+nameOr(parent), "put it into mj-column")
				}
			default:
				c.add(t.Place(), 2, diag.WrongPlace, "a value stands outside mj-text", "put it into <mj-text>")
			}
		case *flow:
			if !slices.Contains(flowParents, parent) {
				c.add(n.place(), 2, diag.LiquidHere, "an if or for cannot stand in "+nameOr(parent), "put it around whole sections, inside mj-column, or inside the text")
			}
			for _, b := range n.branches {
				c.structure(parent, b)
			}
		case *element:
			c.mjml(parent, n)
		}
	}
}

func nameOr(parent string) string {
	if parent == "" {
		return "the outermost place"
	}
	return "<" + parent + ">"
}

func (c *checker) mjml(parent string, e *element) {
	allowed, known := children[e.name]
	if !known || e.name == "" {
		help, named := unsupported[e.name]
		if !named {
			help = diag.Instead(e.name, slices.DeleteFunc(slices.Sorted(maps.Keys(children)), func(s string) bool { return s == "" }))
			if slices.Contains(htmlElements, e.name) {
				help = "HTML goes into <mj-text>"
			}
		}
		c.add(e.at, len(e.name)+1, diag.UnknownElement, "<"+e.name+"> cannot be used here", help)
		return
	}
	if !slices.Contains(children[parent], e.name) {
		help := "here may stand: " + strings.Join(children[parent], ", ")
		if parents := parentsOf(e.name); len(parents) > 0 {
			help = "it goes into " + strings.Join(parents, " or ")
		}
		c.add(e.at, len(e.name)+1, diag.WrongPlace, "<"+e.name+"> cannot stand in "+nameOr(parent), help)
	}
	c.attributes(parent, e)
	switch {
	case allowed != nil:
		c.structure(e.name, e.kids)
	case e.name == "mj-style":
		c.style(e)
	case parent == "mj-head":
		c.headRaw(e)
	default:
		c.content(e.kids, e.name)
	}
}

func parentsOf(name string) []string {
	var out []string
	for parent, kids := range children {
		if slices.Contains(kids, name) && parent != "" && parent != "mj-attributes" {
			out = append(out, parent)
		}
	}
	slices.Sort(out)
	return out
}

func (c *checker) style(e *element) {
	for _, k := range e.kids {
		if t, ok := k.(*text); !ok {
			c.add(k.place(), 2, diag.LiquidHere, "Liquid and elements cannot stand in mj-style", "styles are fixed when the mail is compiled")
		} else if i := strings.Index(strings.ToLower(t.raw), "@import"); i >= 0 {
			c.add(t.at.Advance(t.raw[:i]), 7, diag.BadHTML, "a mail cannot import styles", "write them here")
		}
	}
	if !isInline(e) {
		return
	}
	_, bad := readInline(rawText(e.kids))
	for _, sel := range bad {
		c.add(e.at, len("<mj-style"), diag.BadMarkup, "an inline style cannot be written for "+`"`+sel+`"`, "name a tag, a class or both: h1, .quiet, p.quiet; the rest goes into <mj-style>")
	}
}

func (c *checker) headRaw(e *element) {
	for _, k := range e.kids {
		switch k := k.(type) {
		case *text:
			if strings.TrimSpace(k.raw) != "" {
				c.add(k.at, 1, diag.WrongPlace, "text cannot stand in the head", "")
			}
		case *element:
			if k.name != "meta" {
				c.add(k.at, len(k.name)+1, diag.BadHTML, "only <meta> may stand in the head as it is", "styles go into mj-style")
			}
			if _, refresh := k.attr("http-equiv"); refresh {
				c.add(k.at, len(k.name)+1, diag.BadHTML, "a mail cannot set http-equiv", "")
			}
		default:
			c.add(k.place(), 2, diag.LiquidHere, "Liquid cannot stand in the head", "")
		}
	}
}

// required attributes of MJML elements, with the help for their absence.
var required = map[string]map[string]string{
	"mj-image":  {"src": "an absolute address of the picture", "alt": `say what the picture shows, or alt="" when it is an ornament`},
	"mj-button": {"href": "where the button leads"},
	"img":       {"src": "an absolute address of the picture", "alt": `say what the picture shows, or alt="" when it is an ornament`},
	"a":         {"href": "where the link leads"},
}

func (c *checker) attributes(parent string, e *element) {
	allowed := components.AllowedCSSAttributes(e.name)
	if e.name == "mj-wrapper" { // a section around sections; the library has no list for it
		allowed = components.AllowedCSSAttributes("mj-section")
	}
	inAttributes := parent == "mj-attributes"
	for _, a := range e.attrs {
		_, ok := allowed[a.name]
		common := slices.Contains([]string{"css-class", "mj-class"}, a.name) || e.name == "mjml" && (a.name == "lang" || a.name == "dir") ||
			e.name == "mj-class" && a.name == "name" || e.name == "mj-style" && a.name == "inline"
		if e.name == "mj-all" || e.name == "mj-class" {
			common = true
		}
		if a.name == "full-width" {
			// The MJML library opens the full-width table inside a comment for Outlook
			// when another section stands before it.
			c.add(a.at, len(a.name), diag.BadMarkup, "full-width cannot be used", "colour mj-body instead: background-color")
			continue
		}
		if a.name == "srcset" || a.name == "usemap" || a.name == "background-url" {
			c.add(a.at, len(a.name), diag.BadMarkup, a.name+" cannot be used", "many mail programmes ignore it: use one <mj-image>")
			continue
		}
		if !ok && !common {
			c.add(a.at, len(a.name), diag.BadMarkup, "<"+e.name+"> has no attribute "+a.name, diag.Instead(a.name, slices.Sorted(maps.Keys(allowed))))
			continue
		}
		c.value(a)
	}
	if !inAttributes {
		c.need(e)
	}
}

func (c *checker) need(e *element) {
	for _, name := range slices.Sorted(maps.Keys(required[e.name])) {
		code := diag.BadMarkup
		if name == "alt" {
			code = diag.NoAlt
		}
		if _, ok := e.attr(name); !ok {
			c.add(e.at, len(e.name)+1, code, "<"+e.name+"> has no "+name, required[e.name][name])
		}
	}
}

// value checks the value of one attribute.
func (c *checker) value(a attr) {
	if a.name == "href" || a.name == "src" {
		c.address(a)
		return
	}
	s, static := a.static()
	switch {
	case slices.Contains(slotAttributes, a.name):
		for _, n := range a.value {
			if _, loop := n.(*liquid.For); loop {
				c.add(n.Place(), 2, diag.LiquidHere, "a for cannot stand in an attribute", "use the filter join")
			}
		}
	case !static:
		c.add(a.at, len(a.name), diag.LiquidHere, "Liquid cannot stand in "+a.name, "looks are fixed when the mail is compiled; Liquid may stand in "+strings.Join(slotAttributes, ", "))
	case strings.ContainsAny(s, `"<>&`):
		c.add(a.at, len(a.name), diag.BadMarkup, "the value of "+a.name+` holds one of " < > &`, "inside a value use single quotes: font-family=\"'Avenir Next', sans-serif\"")
	}
}

// address checks a link or the source of a picture.
func (c *checker) address(a attr) {
	help := "begin with https://, mailto: or tel:, or with a value that is an address, such as links.withdraw"
	if len(a.value) == 0 {
		c.add(a.at, len(a.name), diag.BadLink, "the address is empty", help)
		return
	}
	c.uses(a.value, true)
	first, ok := a.value[0].(*liquid.Text)
	if !ok {
		return
	}
	address := strings.ToLower(strings.TrimSpace(html.UnescapeString(first.Text)))
	switch {
	case strings.HasPrefix(address, "https://"), a.name == "href" && (strings.HasPrefix(address, "mailto:") || strings.HasPrefix(address, "tel:")):
	case strings.HasPrefix(address, "http://"):
		c.found.Add(diag.BadLink.At(first.At.Wide(len("http://")), "the address is not encrypted").
			Try("write https://").Soft())
	default:
		c.add(first.At, len([]rune(first.Text)), diag.BadLink, "this is no address that a mail may lead to", help)
		return
	}
	if s, static := a.static(); static && !liquid.SafeAddress(strings.TrimSpace(s)) {
		c.add(first.At, len([]rune(first.Text)), diag.BadLink, "the address is not complete", "no spaces, quotes or brackets; %20 stands for a space")
	}
}

// uses notes which outputs of an address begin it. A branch begins it when the
// block does.
func (c *checker) uses(nodes []liquid.Node, start bool) {
	for _, n := range nodes {
		switch n := n.(type) {
		case *liquid.Output:
			c.links[n] = liquid.LinkRest
			if start {
				c.links[n] = liquid.LinkStart
			}
		case *liquid.If:
			for _, b := range n.Branches {
				c.uses(b.Body, start)
			}
		default:
			if _, isText := n.(*liquid.Text); !isText {
				c.add(n.Place(), 2, diag.LiquidHere, "only values, texts and ifs may stand in an address", "")
			}
		}
		start = false
	}
}

// content checks HTML inside mj-text and the like.
func (c *checker) content(nodes []node, parent string) {
	for _, n := range nodes {
		switch n := n.(type) {
		case *flow:
			for _, b := range n.branches {
				c.content(b, parent)
			}
		case *value:
			if t, ok := n.tag.(*liquid.Other); ok {
				c.add(t.At, t.Width, diag.WrongPlace, "{% "+t.Name+" %} cannot stand in <"+parent+">", "")
			}
		case *element:
			c.html(n, parent)
		}
	}
}

func (c *checker) html(e *element, parent string) {
	if !slices.Contains(htmlElements, e.name) {
		message, help := "<"+e.name+"> has no place in a mail", diag.Instead(e.name, htmlElements)
		if strings.HasPrefix(e.name, "mj-") {
			message, help = "<"+e.name+"> cannot stand in <"+parent+">", "close <"+parent+"> before it"
		}
		c.add(e.at, len(e.name)+1, diag.BadHTML, message, help)
		return
	}
	if e.name == "a" && parent == "mj-button" {
		c.add(e.at, 2, diag.BadHTML, "a link inside a button", "give the button the href")
	}
	for _, a := range e.attrs {
		switch {
		case strings.HasPrefix(a.name, "on"):
			c.add(a.at, len(a.name), diag.BadHTML, "a mail cannot run scripts", "leave "+a.name+" out")
		case a.name == "class" || a.name == "style" || a.name == "lang" || !slices.Contains(slotAttributes, a.name):
			if _, static := a.static(); !static {
				c.add(a.at, len(a.name), diag.LiquidHere, "Liquid cannot stand in "+a.name, "Liquid may stand in "+strings.Join(slotAttributes, ", "))
			}
		default:
			c.value(a)
		}
	}
	c.need(e)
	c.content(e.kids, e.name)
}
