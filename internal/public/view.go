package public

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"net/http"
	"strings"
)

//go:embed style.css
var styleCSS string

var (
	style     = strings.TrimSpace(styleCSS)
	styleHash = func() string {
		sum := sha256.Sum256([]byte(style))
		return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
	}()
)

// view is one page.
type view struct {
	Lang string
	// Brand, Controller and Post say who speaks; empty where nobody knows.
	Brand, Controller, Post string
	Title                   string
	// Done says what has just happened.
	Done string
	Text []string
	// Hidden are fields of the form.
	Hidden   []field
	Question *question
	Sections []section
	// Button is the one of a page that has one.
	Button string
	// Small stands below the form.
	Small []string
}

type field struct{ Name, Value string }

type question struct {
	Text, Chosen, Comment string
	Most                  int
}

type section struct {
	Heading string
	Rows    []row
}

// row is a choice: what it is, how it stands, and the button that changes it.
type row struct {
	Title string
	// Note may be in another language than the page.
	Note, NoteLang string
	State          string
	Button, Value  string
}

// page is a view in the tongue's language.
func (t tongue) page(title string, text ...string) view {
	v := view{Lang: t.lang, Brand: t.of, Title: title, Text: text}
	if t.brand != nil {
		v.Controller, v.Post = t.brand.Controller, t.brand.Post
	}
	return v
}

// show writes a page.
func (p *pages) show(w http.ResponseWriter, status int, v view) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", v.Lang)
	w.WriteHeader(status)
	_, _ = w.Write(v.print())
}

// printStrangers prints what is shown for a link that is not ours: nothing in it depends
// on the visitor but the language, and refusing must stay cheap.
func printStrangers() map[string][]byte {
	out := map[string][]byte{}
	for lang, words := range tongues {
		t := tongue{words: words, lang: lang}
		out[lang] = t.page(t.NotOurs, t.NotOursText).print()
	}
	return out
}
