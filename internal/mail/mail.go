// Package mail renders compiled mails and builds the messages that carry them.
//
// The sub-package compile turns what marketers write into a Compiled mail when a
// journey is compiled; this package is all that runs when a mail leaves. It
// reads no file, no clock and no network.
package mail

import (
	"fmt"
	"slices"
	"strings"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/diag"
	"github.com/senda-dev/senda/internal/mail/liquid"
)

// Class is the class of the purpose a mail is sent for.
type Class = senda.Class

// The classes of purpose, as the glossary has them.
const (
	Marketing     = senda.Marketing     // needs a basis, a way out, the sender's address
	Service       = senda.Service       // nothing promotional inside
	Transactional = senda.Transactional // answers the person's own act
)

// Question is the kind of survey question that a mail may ask.
type Question string

// The questions that a mail may ask.
const (
	NoQuestion   Question = ""
	NPS          Question = "nps"          // 0 to 10, how likely to recommend
	Satisfaction Question = "satisfaction" // 1 to 5, how content
)

// Scale returns the lowest and the highest answer; both are 0 without a question.
func (q Question) Scale() (low, high int) {
	switch q {
	case NPS:
		return 0, 10
	case Satisfaction:
		return 1, 5
	case NoQuestion:
	}
	return 0, 0
}

// AnswerLink is the name, under links, of the signed link for one answer.
func AnswerLink(answer int) string { return fmt.Sprintf("answer-%d", answer) }

// Compiled is a mail as it lies in a journey's bundle: HTML instead of MJML, the
// layout and shared parts taken in, Liquid kept.
type Compiled struct {
	Name      string             `json:"name"`
	Brand     string             `json:"brand"`
	Class     Class              `json:"class"`
	Question  Question           `json:"question,omitempty"`
	Languages []string           `json:"languages"` // those with a variant, in the brand's order
	Variants  map[string]Variant `json:"variants"`  // by language
}

// Variant is a mail in one language. Subject, Preview, HTML and Text are Liquid.
type Variant struct {
	Subject string   `json:"subject"`
	Preview string   `json:"preview"`
	HTML    string   `json:"html"`
	Text    string   `json:"text"`
	Uses    []string `json:"uses"`            // paths of the values it shows or asks for, sorted
	Links   []Link   `json:"links,omitempty"` // those that may be counted, by index
	Size    int      `json:"size"`            // bytes of HTML at most, values not counted
}

// Link is a link of a mail whose clicks may be counted.
type Link struct {
	Index   int    `json:"index"`
	Label   string `json:"label"`   // what the reader sees, in one line; Liquid
	Address string `json:"address"` // Liquid
}

// ClipSize is the most HTML, in bytes, that a mail should have: Gmail cuts what
// comes after 102 KB and hides the withdraw link with it.
const ClipSize = 100 << 10

// Language chooses the variant for a person: the language as it is stated, then
// without its region, then the first of languages (the brand's order). It
// returns "" only when languages is empty.
func Language(wanted string, languages []string) string {
	for _, want := range []string{wanted, strings.SplitN(wanted, "-", 2)[0]} {
		for _, l := range languages {
			if want != "" && strings.EqualFold(l, want) {
				return l
			}
		}
	}
	if len(languages) == 0 {
		return ""
	}
	return languages[0]
}

// Values are what a mail is rendered with: JSON values under the roots that its
// schema declares (person, brand, links, entry ...). Dates are RFC 3339 texts
// or time.Time, amounts whole units, never cents.
type Values map[string]any

// Options change how a mail is rendered; the zero value is fit for use.
type Options struct {
	Zone *time.Location // of the person, for dates; nil keeps the zone of each value
	// Click replaces the address of a link to be counted with a signed one. Links
	// of links.* (withdraw, preferences, answers), mailto: and tel: never come here.
	Click func(index int, address string) (string, error)
}

// Rendered is a mail for one person.
type Rendered struct {
	Lang    string
	Subject string // one line
	Preview string // one line; it is also in HTML
	HTML    string
	Text    string
}

// Code names the reason why a mail could not be rendered.
type Code = liquid.Code

// Why a mail could not be rendered.
const (
	Missing    = liquid.Missing  // a value that is shown does not exist
	BadValue   = liquid.BadValue // a value has the wrong form
	BadLink    = liquid.BadLink  // an address is empty or of a forbidden kind
	TooLong    = liquid.TooLong  // the result is beyond all measure
	NoVariant  = Code("mail-no-variant")
	NoSubject  = Code("mail-subject-empty")
	Unreadable = Code("mail-unreadable") // the compiled mail itself is damaged
)

// Error is returned by Open and Render. It never holds a value of the person.
type Error = liquid.Error

// CodeOf returns the code of err, or "" when it has none.
func CodeOf(err error) Code { return liquid.CodeOf(err) }

// A Mail is a compiled mail ready to be rendered, any number of times and from
// any number of goroutines.
type Mail struct {
	Compiled
	variants map[string]parsed
}

type parsed struct {
	subject, preview, html, text []liquid.Node
}

// Open prepares a compiled mail. It fails with Unreadable when the mail did not
// come from the compiler.
func Open(c Compiled) (*Mail, error) {
	m := &Mail{Compiled: c, variants: map[string]parsed{}}
	if len(c.Languages) == 0 {
		return nil, &Error{Code: NoVariant, What: "mail " + c.Name}
	}
	for _, lang := range c.Languages {
		v, ok := c.Variants[lang]
		if !ok {
			return nil, &Error{Code: NoVariant, What: "mail " + c.Name + ", language " + lang}
		}
		var found diag.List
		read := func(part, text string) []liquid.Node {
			at := diag.Pos{File: c.Name + "." + lang + "." + part, Line: 1, Col: 1}
			return liquid.Parse(liquid.Source{Text: text, At: at}, liquid.Options{Links: true}, &found)
		}
		m.variants[lang] = parsed{read("subject", v.Subject), read("preview", v.Preview), read("html", v.HTML), read("text", v.Text)}
		if all := found.Sorted(); len(all) > 0 {
			return nil, &Error{Code: Unreadable, What: all[0].Message, At: all[0].Pos.String()}
		}
	}
	return m, nil
}

// Render renders the mail in the language that Language chooses for lang. It
// gives the whole mail or an error, never a part of it.
func (m *Mail) Render(lang string, values Values, opt Options) (Rendered, error) {
	lang = Language(lang, m.Languages)
	v := m.variants[lang]
	out := Rendered{Lang: lang}
	env := liquid.Env{Vars: values, Lang: lang, Zone: opt.Zone, Link: opt.Click}
	var err error
	if out.Subject, err = liquid.Render(v.subject, env); err != nil {
		return Rendered{}, err
	}
	if out.Subject = oneSpace(liquid.OneLine(out.Subject)); out.Subject == "" {
		return Rendered{}, &Error{Code: NoSubject, What: "mail " + m.Name + ", language " + lang}
	}
	if out.Preview, err = liquid.Render(v.preview, env); err != nil {
		return Rendered{}, err
	}
	out.Preview = oneSpace(out.Preview)
	notes := &footnotes{}
	plain := env
	plain.Note = notes.add
	if out.Text, err = liquid.Render(v.text, plain); err != nil {
		return Rendered{}, err
	}
	out.Text = tidy(out.Text) + notes.String()
	// Room for values and signed links, so that the result is written in one go.
	env.HTML, env.Size = true, m.Variants[lang].Size+4<<10
	if out.HTML, err = liquid.Render(v.html, env); err != nil {
		return Rendered{}, err
	}
	return out, nil
}

func oneSpace(s string) string { return strings.Join(strings.Fields(s), " ") }

// footnotes collects the addresses of a text part, so that long signed ones do
// not break its sentences.
type footnotes struct{ all []string }

func (f *footnotes) add(address string) string {
	i := slices.Index(f.all, address)
	if i < 0 {
		f.all = append(f.all, address)
		i = len(f.all) - 1
	}
	return fmt.Sprintf("[%d]", i+1)
}

func (f *footnotes) String() string {
	if len(f.all) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("\n")
	for i, a := range f.all {
		fmt.Fprintf(&b, "[%d] %s\n", i+1, a)
	}
	return b.String()
}

// tidy takes away the white space that conditions and loops leave behind: lines
// end with their last sign, and paragraphs are one empty line apart.
func tidy(s string) string {
	var out []string
	for line := range strings.SplitSeq(s, "\n") {
		line = strings.Trim(collapse(line), " ")
		if line == "" && (len(out) == 0 || out[len(out)-1] == "") {
			continue
		}
		out = append(out, line)
	}
	return strings.TrimRight(strings.Join(out, "\n"), "\n") + "\n"
}

// collapse turns runs of plain spaces into one; the gap in an amount stays.
func collapse(s string) string {
	if !strings.Contains(s, "  ") {
		return s
	}
	var b strings.Builder
	last := rune(0)
	for _, r := range s {
		if r == ' ' && last == ' ' {
			continue
		}
		b.WriteRune(r)
		last = r
	}
	return b.String()
}
