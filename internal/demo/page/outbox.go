package page

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"html"
	"html/template"
	"io"
	"io/fs"
	"mime"
	"mime/multipart"
	"net/mail"
	"net/url"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/demo/report"
)

// outbox is all mails that left, by what they are.
type outbox struct {
	Kinds   []*kind
	Letters int
	Bytes   int
	// Shown are the kinds of which the page itself holds a mail.
	Shown []*letter
}

// kind is one mail of one journey with every message of it that left.
type kind struct {
	Journey, Step string
	Path          string
	Class         senda.Class
	letters       []*letter
	Languages     string
	Largest       int
	Clicked       int
	First         *letter
}

// N is how many there are.
func (k *kind) N() int { return len(k.letters) }

// letter is one message as a mailbox shows it.
type letter struct {
	report.Letter
	Subject, Text, HTML string
	Headers             []header
	Links               []link
	Size                int
}

type header struct{ Name, Value string }

// link is where a mail leads. Address is cut where its signature begins.
type link struct{ Text, Address string }

// Frame is the page of the letter for an iframe that may do nothing.
func (l *letter) Frame() string { return l.HTML }

// shownHeaders are those that say something to whoever looks at the page.
var shownHeaders = []string{
	"From", "To", "Reply-To", "Subject", "Date", "Message-ID", "Content-Language", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "Feedback-ID", "Auto-Submitted",
}

// open reads every message as a mailbox would.
func open(letters []report.Letter) (*outbox, error) {
	read := make([]*letter, len(letters))
	errs := make([]error, len(letters))
	var wait sync.WaitGroup
	workers := max(1, runtime.GOMAXPROCS(0))
	for w := range workers {
		wait.Go(func() {
			for i := w; i < len(letters); i += workers {
				read[i], errs[i] = unfold(letters[i])
			}
		})
	}
	wait.Wait()
	box := &outbox{Letters: len(letters)}
	by := map[string]*kind{}
	for i, l := range read {
		if errs[i] != nil {
			return nil, errs[i]
		}
		box.Bytes += l.Size
		name := l.Envelope.Journey + "/" + l.Envelope.Step
		k := by[name]
		if k == nil {
			k = &kind{Journey: l.Envelope.Journey, Step: l.Envelope.Step, Class: l.Envelope.Class, First: l, Path: "mails/" + l.Envelope.Journey + "." + l.Envelope.Step + ".html"}
			by[name] = k
			box.Kinds = append(box.Kinds, k)
		}
		k.letters = append(k.letters, l)
		k.Largest = max(k.Largest, l.Size)
		if !l.Clicked.IsZero() || !l.Answered.IsZero() {
			k.Clicked++
		}
	}
	slices.SortFunc(box.Kinds, func(a, b *kind) int { return cmp.Or(cmp.Compare(a.Journey, b.Journey), cmp.Compare(a.Step, b.Step)) })
	for _, k := range box.Kinds {
		k.Languages = k.languages()
	}
	box.Shown = box.samples()
	return box, nil
}

func (k *kind) languages() string {
	n := map[string]int{}
	for _, l := range k.letters {
		n[l.Envelope.Language]++
	}
	var out []string
	for _, p := range byNumber(n, func(s string) string { return s }) {
		out = append(out, count(p.N)+" "+p.Name)
	}
	return strings.Join(out, " · ")
}

// samples are a few letters unlike each other: one of each journey, in turn in the
// languages that there are.
func (b *outbox) samples() []*letter {
	var out []*letter
	seen := map[string]bool{}
	for _, k := range b.Kinds {
		if seen[k.Journey] {
			continue
		}
		seen[k.Journey] = true
		want := "en"
		if len(out)%2 == 1 {
			want = "es"
		}
		pick := k.First
		for _, l := range k.letters {
			if l.Envelope.Language == want {
				pick = l
				break
			}
		}
		out = append(out, pick)
	}
	return out
}

// anchors finds what can be clicked.
var (
	anchors = regexp.MustCompile(`(?s)<a\s[^>]*?href="([^"]*)"[^>]*>(.*?)</a>`)
	tags    = regexp.MustCompile(`<[^>]*>`)
	spaces  = regexp.MustCompile(`\s+`)
)

func unfold(in report.Letter) (*letter, error) {
	const op = "read a message"
	m, err := mail.ReadMessage(bytes.NewReader(in.MIME))
	if err != nil {
		return nil, senda.Wrap(senda.Internal, op, err)
	}
	l := &letter{Letter: in, Size: len(in.MIME)}
	var decoder mime.WordDecoder
	for _, name := range shownHeaders {
		v, err := decoder.DecodeHeader(m.Header.Get(name))
		if err != nil {
			return nil, senda.Wrap(senda.Internal, op, err)
		}
		if v != "" {
			l.Headers = append(l.Headers, header{name, v})
		}
		if name == "Subject" {
			l.Subject = v
		}
	}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		return nil, senda.Wrap(senda.Internal, op, err)
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	for {
		part, err := parts.NextPart() // undoes quoted-printable
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, senda.Wrap(senda.Internal, op, err)
		}
		body, err := io.ReadAll(part)
		if err != nil {
			return nil, senda.Wrap(senda.Internal, op, err)
		}
		text := strings.ReplaceAll(string(body), "\r\n", "\n")
		if strings.HasPrefix(part.Header.Get("Content-Type"), "text/html") {
			l.HTML = text
		} else {
			l.Text = text
		}
	}
	for _, a := range anchors.FindAllStringSubmatch(l.HTML, -1) {
		text := strings.TrimSpace(spaces.ReplaceAllString(tags.ReplaceAllString(a[2], " "), " "))
		l.Links = append(l.Links, link{html.UnescapeString(text), address(html.UnescapeString(a[1]))})
	}
	return l, nil
}

// address is a link without most of its signed token, which says nothing to a reader.
func address(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return raw
	}
	dir, last, ok := strings.Cut(strings.TrimPrefix(u.Path, "/"), "/")
	if !ok || len(last) < 24 {
		return raw
	}
	return u.Scheme + "://" + u.Host + "/" + dir + "/" + last[:12] + "…"
}

// page is the file of a kind.
func (k *kind) page(t *template.Template, box *outbox, at int) ([]byte, error) {
	css, err := fs.ReadFile(files, "style.css")
	if err != nil {
		return nil, err
	}
	more, err := fs.ReadFile(files, "mails.css")
	if err != nil {
		return nil, err
	}
	script, err := fs.ReadFile(files, "mails.js")
	if err != nil {
		return nil, err
	}
	packed, err := pack(k.letters)
	if err != nil {
		return nil, senda.Wrap(senda.Internal, "pack the mails of "+k.Step, err)
	}
	v := struct {
		*kind
		Style         template.CSS
		Script        template.JS
		Packed        template.JS
		Before, After *kind
	}{kind: k, Style: template.CSS(append(css, more...)), Script: template.JS(script), Packed: template.JS(packed)} //nolint:gosec // files of ours, and JSON that json.Marshal escapes for HTML
	if at > 0 {
		v.Before = box.Kinds[at-1]
	}
	if at+1 < len(box.Kinds) {
		v.After = box.Kinds[at+1]
	}
	var out bytes.Buffer
	if err := t.ExecuteTemplate(&out, "mails.tmpl", v); err != nil {
		return nil, senda.Wrap(senda.Internal, "write the page of "+k.Step, err)
	}
	return out.Bytes(), nil
}

// packed is every letter of a kind, small: letters of one kind share nearly all of
// their text, so that it is cut into pieces and each letter is runs of pieces.
type packed struct {
	Pieces  []string    `json:"p"`
	Letters []packedOne `json:"l"`
}

// packedOne is a letter: its list line, and runs (first piece, how many) of its
// headers, its text and its page.
type packedOne struct {
	At      string `json:"a"`
	To      string `json:"t"`
	Subject string `json:"s"`
	Lang    string `json:"g"`
	Size    int    `json:"z"`
	Came    string `json:"c,omitempty"`
	Headers []int  `json:"h"`
	Links   []int  `json:"k"`
	Plain   []int  `json:"x"`
	Page    []int  `json:"m"`
}

// cut takes the next piece off a text: up to the end of a tag, a line, a quoted value.
func cut(text string) (piece, rest string) {
	if i := strings.IndexAny(text, "\">\n"); i >= 0 {
		return text[:i+1], text[i+1:]
	}
	return text, ""
}

func pack(letters []*letter) ([]byte, error) {
	var out packed
	known := map[string]int{}
	runs := func(text string) []int {
		var r []int
		for piece := ""; text != ""; {
			piece, text = cut(text)
			id, ok := known[piece]
			if !ok {
				id = len(out.Pieces)
				known[piece] = id
				out.Pieces = append(out.Pieces, piece)
			}
			if n := len(r); n > 0 && r[n-2]+r[n-1] == id {
				r[n-1]++
				continue
			}
			r = append(r, id, 1)
		}
		return r
	}
	for _, l := range letters {
		var headers, links strings.Builder
		for _, h := range l.Headers {
			headers.WriteString(h.Name + ": " + h.Value + "\n")
		}
		for _, k := range l.Links {
			links.WriteString(k.Text + "\n" + k.Address + "\n")
		}
		out.Letters = append(out.Letters, packedOne{
			At: l.At.Format("2006-01-02 15:04"), To: l.To, Subject: l.Subject, Lang: l.Envelope.Language, Size: l.Size, Came: l.came(),
			Headers: runs(headers.String()), Links: runs(links.String()), Plain: runs(l.Text), Page: runs(l.HTML),
		})
	}
	return json.Marshal(out)
}

// came is what came of a letter, in a word.
func (l *letter) came() string {
	switch {
	case !l.Bounced.IsZero():
		return "bounced"
	case !l.Complained.IsZero():
		return "reported"
	case !l.Answered.IsZero():
		return "answered " + l.Answer
	case !l.Clicked.IsZero():
		return "clicked"
	case !l.Opened.IsZero():
		return "opened"
	}
	return ""
}
