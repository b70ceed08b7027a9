package compile

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/senda-dev/senda/internal/diag"
	"github.com/senda-dev/senda/internal/mail"
	"github.com/senda-dev/senda/internal/mail/liquid"
)

// folder reads the MJML files of a folder, by path.
func folder(t testing.TB, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	names, err := filepath.Glob(filepath.Join(dir, "*.mjml"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no mails in %s: %v", dir, err)
	}
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		out[filepath.ToSlash(name)] = string(b)
	}
	return out
}

// sampleSchema declares what the sample mail may use.
func sampleSchema() liquid.Schema {
	text := liquid.Field{Type: liquid.TextType}
	pick := liquid.Field{Type: liquid.GroupType, Fields: map[string]liquid.Field{
		"title": text, "link": {Type: liquid.URLType}, "price": {Type: liquid.MoneyType},
	}}
	return liquid.Schema{
		"person": {Type: liquid.GroupType, Fields: map[string]liquid.Field{
			"first-name": {Type: liquid.TextType, Maybe: true, Personal: true},
		}},
		"offer": {Type: liquid.GroupType, Fields: map[string]liquid.Field{
			"title": text, "text": text, "code": text, "until": {Type: liquid.DateType},
		}},
		"entry": {Type: liquid.GroupType, Fields: map[string]liquid.Field{
			"order": {Type: liquid.GroupType, Fields: map[string]liquid.Field{"at": {Type: liquid.DateType}}},
			"picks": {Type: liquid.ListType, Maybe: true, Items: &pick},
			"ask":   {Type: liquid.BoolType, Maybe: true},
		}},
	}
}

// sampleJob is the mail come-back as cellar sends it.
func sampleJob(t testing.TB) Job {
	t.Helper()
	groups, found := Group(folder(t, "testdata/mails"))
	if len(found) > 0 {
		t.Fatal(found)
	}
	return Job{
		Name: "come-back", Files: groups["come-back"], Layouts: folder(t, "../../../journeys/layouts"),
		Brand: "cellar", Languages: []string{"es", "en"}, Class: mail.Marketing, Schema: sampleSchema(),
	}
}

func sampleValues() mail.Values {
	pick := func(title string, price float64) any {
		return map[string]any{"title": title, "link": "https://cellar.example/r/1?a=1&b=2", "price": map[string]any{"amount": price, "currency": "EUR"}}
	}
	links := map[string]any{
		"withdraw": "https://mail.cellar.example/w/abc", "preferences": "https://mail.cellar.example/p/abc", "confirm": "https://mail.cellar.example/c/abc",
	}
	for i := range 11 {
		links[mail.AnswerLink(i)] = "https://mail.cellar.example/a/" + string(rune('a'+i))
	}
	return mail.Values{
		"person": map[string]any{"first-name": "Inés"},
		"offer":  map[string]any{"title": "Free delivery", "text": "On your next order, whatever its size.", "code": "back 25", "until": "2026-03-31"},
		"entry": map[string]any{
			"order": map[string]any{"at": "2025-11-02T18:30:00Z"}, "ask": true,
			"picks": []any{pick("Kind of Blue", 19.9), pick("Astral Weeks", 24), pick("Blue", 18.5)},
		},
		"brand": map[string]any{"name": "Cellar", "controller": "Cellar Records S.L.", "post": "Calle Mayor 1, 28013 Madrid", "from": "hello@cellar.example", "reply": "hello@cellar.example"},
		"links": links,
	}
}

func sourceOf(files ...map[string]string) diag.Sources {
	return func(name string) []byte {
		for _, f := range files {
			if s, ok := f[name]; ok {
				return []byte(s)
			}
		}
		return nil
	}
}

// sample compiles one of testdata/mails for a brand.
func sample(t testing.TB, name, brand string) *mail.Mail {
	t.Helper()
	job := sampleJob(t)
	groups, _ := Group(folder(t, "testdata/mails"))
	job.Name, job.Files, job.Brand = name, groups[name], brand
	if name == "confirm" {
		job.Class = mail.Service
	}
	c, found := Compile(job)
	if len(found) > 0 {
		t.Fatal(found.Render(sourceOf(job.Files, job.Layouts)))
	}
	m, err := mail.Open(c)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Both houses can send the sample, and Gmail shows all of it.
func TestSampleFitsBothBrands(t *testing.T) {
	for _, brand := range []string{"cellar", "pantry"} {
		m := sample(t, "come-back", brand)
		for _, lang := range m.Languages {
			r, err := m.Render(lang, sampleValues(), mail.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if size := m.Variants[lang].Size; len(r.HTML) > mail.ClipSize || size > mail.ClipSize || size < len(r.HTML)/2 {
				t.Errorf("%s %s: %d bytes of HTML, foreseen %d, %d are shown", brand, lang, len(r.HTML), size, mail.ClipSize)
			}
		}
	}
}

// The whole of what a person gets, but the HTML: testdata/sample.txtar.
func TestSampleText(t *testing.T) {
	m := sample(t, "come-back", "cellar")
	got := &txtar.Archive{Comment: []byte("What the sample mail says in each language, and to somebody of whom little is known.\n")}
	add := func(name string, r mail.Rendered) {
		text := "Subject: " + r.Subject + "\nPreview: " + r.Preview + "\n\n" + r.Text
		got.Files = append(got.Files, txtar.File{Name: name, Data: []byte(text)})
	}
	for _, lang := range []string{"en", "es-MX"} {
		r, err := m.Render(lang, sampleValues(), mail.Options{})
		if err != nil {
			t.Fatal(err)
		}
		add(lang, r)
	}
	little := sampleValues()
	little["person"] = map[string]any{}
	little["basis"] = "customer"
	entry := little["entry"].(map[string]any)
	delete(entry, "picks")
	delete(entry, "ask")
	r, err := m.Render("en", little, mail.Options{})
	if err != nil {
		t.Fatal(err)
	}
	add("en, little known", r)
	confirm := sample(t, "confirm", "pantry")
	if r, err = confirm.Render("es", sampleValues(), mail.Options{}); err != nil {
		t.Fatal(err)
	}
	add("es, confirm", r)
	const file = "testdata/sample.txtar"
	if *update {
		if err := os.WriteFile(file, txtar.Format(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != string(txtar.Format(got)) {
		t.Errorf("the sample says now\n%s", txtar.Format(got))
	}
}

// What is compiled goes through a bundle as JSON and renders the same; the same
// sources give the same bytes.
// A mail fetches nothing from elsewhere when it is opened, whatever its fonts are
// called: the MJML library would ask Google for some.
func TestNoMailAsksGoogleForFonts(t *testing.T) {
	for _, family := range []string{"", ` font-family="Roboto, Arial, sans-serif"`, ` font-family="'Open Sans', Lato, sans-serif"`} {
		c, found := Compile(Job{
			Name: "m", Brand: "b", Languages: []string{"en"}, Class: mail.Transactional, Schema: sampleSchema(),
			Files: Files{"m.en.mjml": "---\nlayout: none\nsubject: s\npreview: p\n---\n<mjml><mj-body><mj-section><mj-column><mj-text" + family + ">a</mj-text><mj-button href=\"https://a.example\">b</mj-button></mj-column></mj-section></mj-body></mjml>"},
		})
		if len(found) > 0 {
			t.Fatal(found.Summary())
		}
		m, err := mail.Open(c)
		if err != nil {
			t.Fatal(err)
		}
		r, err := m.Render("en", sampleValues(), mail.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"googleapis", "@import", "<link"} {
			if strings.Contains(r.HTML, word) {
				t.Errorf("with%s the page has %q", family, word)
			}
		}
	}
}

func TestBundle(t *testing.T) {
	first, _ := Compile(sampleJob(t))
	second, _ := Compile(sampleJob(t))
	b, err := json.Marshal(first)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := json.Marshal(second); err != nil || string(again) != string(b) {
		t.Errorf("the same sources gave other bytes, %v", err)
	}
	var read mail.Compiled
	if err := json.Unmarshal(b, &read); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(read, first) {
		t.Error("the mail changed on its way through JSON")
	}
	if got := first.Question; got != mail.NPS {
		t.Errorf("question %q", got)
	}
	en := first.Variants["en"]
	wantLinks := []mail.Link{
		{Index: 0, Label: "{{ pick.title }}", Address: "{{ pick.link }}"},
		{Index: 1, Label: "See what is new", Address: "https://cellar.example/new?offer={{ offer.code | url_encode }}&from=mail"},
	}
	if !reflect.DeepEqual(en.Links, wantLinks) {
		t.Errorf("links %+v", en.Links)
	}
	uses := []string{
		"basis", "brand.controller", "brand.name", "brand.post", "entry.ask", "entry.order.at", "entry.picks",
		"links.answer-0", "links.answer-1", "links.answer-10", "links.answer-2", "links.answer-3", "links.answer-4", "links.answer-5", "links.answer-6",
		"links.answer-7", "links.answer-8", "links.answer-9", "links.preferences", "links.withdraw", "offer.code", "offer.text", "offer.title", "offer.until", "person.first-name",
	}
	if !slices.Equal(en.Uses, uses) {
		t.Errorf("uses %v", en.Uses)
	}
}

// Values of people cannot become markup, script or addresses.
func TestHostileValues(t *testing.T) {
	m := sample(t, "come-back", "cellar")
	values := sampleValues()
	values["person"] = map[string]any{"first-name": `<script>alert(1)</script>"onx='{{ links.withdraw }}' \u202E`}
	r, err := m.Render("en", values, mail.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"<script", `"onx`, "\u202e"} {
		if strings.Contains(r.HTML, bad) {
			t.Errorf("the HTML holds %q", bad)
		}
	}
	if !strings.Contains(r.Text, "{{ links.withdraw }}") {
		t.Error("a value ran as Liquid")
	}
	pick := values["entry"].(map[string]any)["picks"].([]any)[0].(map[string]any)
	pick["link"] = "javascript:alert(1)"
	if _, err := m.Render("en", values, mail.Options{}); mail.CodeOf(err) != mail.BadLink {
		t.Errorf("got %v", err)
	}
}

// What authors write in attributes and as entities reads the same in all parts.
func TestEntitiesAndQuotes(t *testing.T) {
	job := sampleJob(t)
	job.Languages = []string{"en"}
	job.Files = Files{"m.en.mjml": "---\nsubject: Q&A <3 &amp;\npreview: p\n---\n" +
		`<mj-section><mj-column><mj-image src='https://a.example/i.png?a=1&b=2' alt='say "hi" & bye'></mj-image>` +
		"<mj-text>&#123;&#123; person.secret }} &lt;b&gt; &eacute;&nbsp;!</mj-text></mj-column></mj-section>\n"}
	c, found := Compile(job)
	if len(found) > 0 {
		t.Fatal(found)
	}
	m, err := mail.Open(c)
	if err != nil {
		t.Fatal(err)
	}
	r, err := m.Render("en", sampleValues(), mail.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`alt="say &#34;hi&#34; &amp; bye"`, `src="https://a.example/i.png?a=1&amp;b=2"`, "<title>Q&amp;A &lt;3 &amp;amp;</title>", "&#123;&#123; person.secret }} &lt;b&gt; &eacute;&nbsp;!"} {
		if !strings.Contains(r.HTML, want) {
			t.Errorf("the HTML lacks %s", want)
		}
	}
	if want := "say \"hi\" & bye\n\n{{ person.secret }} <b> é !"; !strings.Contains(r.Text, want) {
		t.Errorf("the text is %q", r.Text)
	}
	if r.Subject != "Q&A <3 &amp;" {
		t.Errorf("the subject is %q", r.Subject)
	}
}

// The examples of docs/language/mails.md compile.
func TestDocumentedMails(t *testing.T) {
	b, err := os.ReadFile("../../../docs/language/mails.md")
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for i, block := range strings.Split(string(b), "```") {
		if i%2 == 0 || !strings.HasPrefix(block, "\n---\n") {
			continue
		}
		seen++
		src := block[1:]
		if !strings.Contains(src, "<mj-") {
			src += "<mj-section><mj-column><mj-text>x</mj-text></mj-column></mj-section>\n"
		}
		job := sampleJob(t)
		job.Name, job.Files = "doc", Files{"mails/doc.mjml": src}
		if _, found := Compile(job); len(found) > 0 {
			t.Errorf("%s", found.Render(sourceOf(job.Files, job.Layouts)))
		}
	}
	if seen != 2 {
		t.Errorf("%d examples, want 2", seen)
	}
}

// No source makes the compiler panic, and what it calls sound can be opened.
func FuzzCompile(f *testing.F) {
	files, err := filepath.Glob("testdata/findings/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		ar, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for _, part := range ar.Files {
			if strings.HasPrefix(part.Name, "mails/") {
				f.Add(string(part.Data))
			}
		}
	}
	layouts := map[string]string{"layouts/b.mjml": defaultLayout}
	f.Fuzz(func(t *testing.T, src string) {
		job := Job{Name: "m", Brand: "b", Languages: []string{"en"}, Class: mail.Marketing, Schema: findingsSchema(), Layouts: layouts, Files: Files{"m.en.mjml": src}}
		c, found := Compile(job)
		for _, x := range found {
			if x.Code == "M028" {
				t.Fatalf("the MJML library failed: %v", x)
			}
		}
		if !found.HasErrors() {
			if _, err := mail.Open(c); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func BenchmarkCompile(b *testing.B) {
	job := sampleJob(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, found := Compile(job); len(found) > 0 {
			b.Fatal(found)
		}
	}
}

func BenchmarkRender(b *testing.B) {
	m := sample(b, "come-back", "cellar")
	values := sampleValues()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := m.Render("en", values, mail.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
