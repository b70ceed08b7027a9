// Package compile turns the mails that marketers write into mails ready to send:
// it reads front matter, MJML and Liquid, reports everything that is wrong at its
// place, and gives HTML and text in which only Liquid is left to run.
//
// It does no I/O, and the same sources give the same bytes.
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

// A Job is one mail as one brand sends it.
type Job struct {
	Name      string            // come-back
	Files     Files             // its sources
	Layouts   map[string]string // path and text of the layouts and shared parts
	Brand     string            // whose layout it takes: layouts/BRAND.mjml
	Languages []string          // those of the brand, the first one first
	Class     mail.Class        // of the purpose it is sent for
	// Schema declares the values it may use. brand and links are added unless
	// declared here.
	Schema liquid.Schema
}

// StandardFields are the values that every mail may use: what brands.yaml says of
// the sender, and the signed links.
func StandardFields() liquid.Schema {
	text, url := liquid.Field{Type: liquid.TextType}, liquid.Field{Type: liquid.URLType}
	links := map[string]liquid.Field{"withdraw": url, "preferences": url, "confirm": url}
	return liquid.Schema{
		"brand": {Type: liquid.GroupType, Fields: map[string]liquid.Field{"name": text, "controller": text, "post": text, "from": text, "reply": text}},
		"links": {Type: liquid.GroupType, Fields: links},
		// consent or customer, for "why you get this" in a marketing mail.
		"basis": {Type: liquid.TextType, Maybe: true},
	}
}

// Compile compiles a mail in all its languages. It has no variants when
// a finding is an error.
func Compile(job Job) (mail.Compiled, diag.List) {
	var found diag.List
	out := mail.Compiled{Name: job.Name, Brand: job.Brand, Class: job.Class, Variants: map[string]mail.Variant{}}
	sources := job.sources(&found)
	for i, lang := range job.Languages {
		src, ok := sources[lang]
		if !ok {
			job.missingLanguage(i == 0, lang, sources, &found)
			continue
		}
		c := &one{job: job, lang: lang, src: src, found: &found}
		v, ok := c.compile()
		if i > 0 && c.asks != out.Question && len(out.Languages) > 0 {
			found.Add(diag.OtherQuestion.At(src.start(), "the languages of this mail do not ask the same question").
				Try("give every file the same question"))
		}
		out.Question = c.asks
		if ok {
			out.Languages = append(out.Languages, lang)
			out.Variants[lang] = v
		}
	}
	all := found.Sorted()
	if all.HasErrors() {
		out.Languages, out.Variants = nil, nil
	}
	return out, all
}

func (s source) start() diag.Pos { return diag.Pos{File: s.file, Line: 1, Col: 1} }

// sources finds the source of each language.
func (job Job) sources(found *diag.List) map[string]source {
	out := map[string]source{}
	var shared *source
	for _, p := range slices.Sorted(maps.Keys(job.Files)) {
		s := readSource(p, job.Files[p], found)
		if s.lang == "" {
			shared = &s
			continue
		}
		if !slices.Contains(job.Languages, s.lang) {
			found.Add(diag.OtherLanguage.At(s.start(), "%s", "the brand "+job.Brand+" does not write "+s.lang).
				Try("%s", "its languages are "+strings.Join(job.Languages, ", ")).Soft())
		}
		out[s.lang] = s
	}
	if shared == nil {
		return out
	}
	if len(out) > 0 {
		found.Add(diag.BadMailFile.At(shared.start(), "this mail has a file for all languages and files for single ones").
			Try("%s", "keep "+job.Name+".mjml alone, or one file a language"))
	}
	for _, lang := range job.Languages {
		if _, own := out[lang]; !own {
			out[lang] = *shared
		}
	}
	return out
}

func (job Job) missingLanguage(first bool, lang string, sources map[string]source, found *diag.List) {
	at := diag.Pos{File: job.Name, Line: 1, Col: 1}
	for _, l := range slices.Backward(job.Languages) {
		if s, ok := sources[l]; ok {
			at.File = s.file
		}
	}
	f := diag.OtherLanguage.At(at, "%s", "the mail "+job.Name+" has no variant in "+lang)
	if first {
		found.Add(f.Try("the brand's first language is the one for everybody else: it must exist"))
		return
	}
	found.Add(f.Try("%s", "write "+path.Join(path.Dir(at.File), job.Name+"."+lang+".mjml")+"; until then its readers get "+job.Languages[0]).Soft())
}

// one compiles a mail in one language.
type one struct {
	job   Job
	lang  string
	src   source
	found *diag.List
	asks  mail.Question
	ends  [2]string
	// askedAmiss says that the front matter names a question that does not exist.
	askedAmiss bool
}

// Limits on what a mail may be.
const (
	maxSubject = 150     // runes, values not counted; phones show some 40
	maxSource  = 1 << 20 // bytes of one file
)

func (c *one) compile() (mail.Variant, bool) {
	before := c.errors()
	if len(c.src.body.Text) > maxSource {
		c.add(c.src.start(), 1, diag.LargeMail, "the file is larger than a megabyte", "a mail is text and links: pictures are linked, not pasted in")
		return mail.Variant{}, false
	}
	c.question()
	subject := c.line("subject", true)
	preview := c.line("preview", true)
	body := liquid.Parse(withoutComments(c.src.body), c.options(questionTag), c.found)
	layout, hasLayout := c.layout()
	checker := &checker{found: c.found, links: map[*liquid.Output]liquid.LinkUse{}}
	tree := c.tree(body, layout, hasLayout, checker)
	if e := findElement(tree, "mjml"); e != nil {
		c.head(e, subject, preview)
	}
	used := map[string]bool{}
	c.values(subject, preview, body, layout, checker, used)
	if c.errors() > before {
		return mail.Variant{}, false
	}
	c.legal(tree, used)
	tree = c.expandQuestion(tree)
	b := &builder{linkOf: map[*element]int{}, tracked: tracked}
	htmlText, err := b.render(tree)
	if err != nil {
		c.add(c.src.body.At, 1, diag.MJMLFailed, "the MJML could not be turned into HTML: "+oneLine(err.Error()), "take away elements until it can, and report what remains")
		return mail.Variant{}, false
	}
	v := mail.Variant{
		Subject: liquid.Write(subject), Preview: liquid.Write(preview), HTML: htmlText, Text: b.plainText(tree),
		Uses: slices.Sorted(maps.Keys(used)), Links: b.links,
	}
	v.Size = worstSize(liquid.Parse(liquid.Source{Text: v.HTML}, liquid.Options{Links: true}, c.found))
	if v.Size > mail.ClipSize {
		c.add(c.src.start(), 3, diag.LargeMail, fmt.Sprintf("the mail has up to %d KB of HTML; Gmail cuts at 102 and hides the withdraw link", v.Size>>10), "shorten it, lower the limit of its loops, or lead to a page")
	}
	return v, c.errors() == before
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func (c *one) add(at diag.Pos, width int, code diag.Code, message, help string) {
	c.found.Add(code.At(at.Wide(width), "%s", message).Try("%s", help))
}

// errors counts what has been found so far, warnings left out.
func (c *one) errors() int {
	n := 0
	for _, f := range c.found.Sorted() {
		if f.Severity() == diag.Error {
			n++
		}
	}
	return n
}

// line reads a field of the front matter that is one line of Liquid.
func (c *one) line(name string, required bool) []liquid.Node {
	src, ok := c.src.text(name, c.lang)
	if !ok {
		if required {
			f, given := c.src.fields[name]
			at, what := c.src.start(), name
			if given {
				at, what = f.at, name+" in "+c.lang
			}
			help := "add " + name + ": to the front matter"
			if name == "preview" {
				help += "; it is the line that lists of mails show behind the subject"
			}
			c.add(at, len(name), diag.NoSubject, "the mail has no "+what, help)
		}
		return nil
	}
	nodes := liquid.Parse(src, liquid.Options{}, c.found)
	static := 0
	for _, n := range nodes {
		if t, ok := n.(*liquid.Text); ok {
			static += len([]rune(t.Text))
		}
	}
	if static > maxSubject {
		c.add(src.At, len([]rune(src.Text)), diag.LongSubject, fmt.Sprintf("the %s has %d characters; %d is the most", name, static, maxSubject), "phones show some 40 of a subject and 90 of a preview")
	}
	return nodes
}

func (c *one) options(tags ...string) liquid.Options {
	return liquid.Options{Include: c.part, Parts: c.parts(), Tags: tags}
}

// head writes what every mail needs and nobody should have to write: language,
// title and preview.
func (c *one) head(root *element, subject, preview []liquid.Node) {
	root.attrs = slices.DeleteFunc(root.attrs, func(a attr) bool { return a.name == "lang" })
	root.attrs = append(root.attrs, attr{at: root.at, name: "lang", value: []liquid.Node{&liquid.Text{Text: c.lang}}})
	h := findElement(root.kids, "mj-head")
	if h == nil {
		h = &element{at: root.at, name: "mj-head"}
		root.kids = append([]node{h}, root.kids...)
	}
	own := []node{&element{at: root.at, name: "mj-title", kids: []node{&verbatim{subject}}}, &element{at: root.at, name: "mj-preview", kids: []node{&verbatim{preview}}}}
	h.kids = append(own, h.kids...)
}

// values checks every value that the mail uses.
func (c *one) values(subject, preview, body, layout []liquid.Node, ch *checker, used map[string]bool) {
	schema := StandardFields()
	low, high := c.asks.Scale()
	for i := low; i <= high && high > 0; i++ {
		schema["links"].Fields[mail.AnswerLink(i)] = liquid.Field{Type: liquid.URLType}
		used["links."+mail.AnswerLink(i)] = true
	}
	maps.Copy(schema, c.job.Schema)
	check := func(nodes []liquid.Node, inHTML bool) {
		(&liquid.Checker{Schema: schema, HTML: inHTML, Lang: c.lang, Links: ch.links, Found: c.found, Used: used}).Check(nodes)
	}
	check(subject, false)
	check(preview, false)
	check(inContent(layout, body), true)
}

// inContent puts the mail into its layout, so that what one assigns the other may
// use, in the order in which they run.
func inContent(layout, body []liquid.Node) []liquid.Node {
	if layout == nil {
		return body
	}
	var out []liquid.Node
	for _, n := range layout {
		if t, ok := n.(*liquid.Other); ok && t.Name == contentTag {
			out = append(out, body...)
			continue
		}
		out = append(out, n)
	}
	return out
}

// tracked reports whether the clicks on a link may be counted: not those on signed
// links of ours, which must work as they are, nor on mail addresses.
func tracked(e *element) bool {
	href, _ := e.attr("href")
	if len(href.value) == 0 {
		return false
	}
	switch first := href.value[0].(type) {
	case *liquid.Text:
		return strings.HasPrefix(strings.ToLower(strings.TrimSpace(first.Text)), "http")
	case *liquid.Output:
		return !strings.HasPrefix(liquid.Show(first.Expr), "links.")
	}
	return false
}

// worstSize is the most bytes that the text of a template gives: the longest
// branch of each if, each loop as often as it may run.
func worstSize(nodes []liquid.Node) int {
	n := 0
	for _, x := range nodes {
		switch x := x.(type) {
		case *liquid.Text:
			n += len(x.Text)
		case *liquid.If:
			longest := 0
			for _, b := range x.Branches {
				longest = max(longest, worstSize(b.Body))
			}
			n += longest
		case *liquid.For:
			n += x.Limit * worstSize(x.Body)
		case *liquid.Link:
			n += worstSize(x.Body)
		}
	}
	return n
}
