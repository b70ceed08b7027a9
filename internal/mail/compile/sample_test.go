package compile

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/senda-dev/senda/internal/mail"
	"github.com/senda-dev/senda/internal/mail/finding"
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
		"title": text, "link": {Type: liquid.URLType}, "price": {Type: liquid.MoneyType}}}
	return liquid.Schema{
		"person": {Type: liquid.GroupType, Fields: map[string]liquid.Field{
			"first-name": {Type: liquid.TextType, Maybe: true, Personal: true}}},
		"offer": {Type: liquid.GroupType, Fields: map[string]liquid.Field{
			"title": text, "text": text, "code": text, "until": {Type: liquid.DateType}}},
		"entry": {Type: liquid.GroupType, Fields: map[string]liquid.Field{
			"order": {Type: liquid.GroupType, Fields: map[string]liquid.Field{"at": {Type: liquid.DateType}}},
			"picks": {Type: liquid.ListType, Maybe: true, Items: &pick},
			"ask":   {Type: liquid.BoolType, Maybe: true}}},
	}
}

func sampleJob(t testing.TB) Job {
	groups, found := Group(folder(t, "testdata/mails"))
	if len(found) > 0 {
		t.Fatal(found)
	}
	return Job{Name: "come-back", Files: groups["come-back"], Layouts: folder(t, "../../../journeys/layouts"),
		Brand: "cellar", Languages: []string{"es", "en"}, Class: mail.Marketing, Schema: sampleSchema()}
}

func sampleValues() mail.Values {
	pick := func(title string, price float64) any {
		return map[string]any{"title": title, "link": "https://cellar.example/r/1?a=1&b=2", "price": map[string]any{"amount": price, "currency": "EUR"}}
	}
	links := map[string]any{
		"withdraw": "https://mail.cellar.example/w/abc", "preferences": "https://mail.cellar.example/p/abc", "confirm": "https://mail.cellar.example/c/abc"}
	for i := range 11 {
		links[AnswerLink(i)] = "https://mail.cellar.example/a/" + string(rune('a'+i))
	}
	return mail.Values{
		"person": map[string]any{"first-name": "Inés"},
		"offer":  map[string]any{"title": "Free delivery", "text": "On your next order, whatever its size.", "code": "back 25", "until": "2026-03-31"},
		"entry": map[string]any{
			"order": map[string]any{"at": "2025-11-02T18:30:00Z"}, "ask": true,
			"picks": []any{pick("Kind of Blue", 19.9), pick("Astral Weeks", 24), pick("Blue", 18.5)}},
		"brand": map[string]any{"name": "Cellar", "controller": "Cellar Records S.L.", "post": "Calle Mayor 1, 28013 Madrid", "from": "hello@cellar.example", "reply": "hello@cellar.example"},
		"links": links,
	}
}

func sourceOf(files ...map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		for _, f := range files {
			if s, ok := f[name]; ok {
				return s, true
			}
		}
		return "", false
	}
}

func sample(t testing.TB, brand string) *mail.Mail {
	t.Helper()
	job := sampleJob(t)
	job.Brand = brand
	c, found := Compile(job)
	if len(found) > 0 {
		t.Fatal(finding.Format(found, sourceOf(job.Files, job.Layouts)))
	}
	m, err := mail.Open(c)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestSampleFiles writes the sample of both brands where MAIL_SAMPLES points to, for
// scripts/mail-look to show it in a browser.
func TestSampleFiles(t *testing.T) {
	for _, brand := range []string{"cellar", "pantry"} {
		m := sample(t, brand)
		for _, lang := range m.Languages {
			values := sampleValues()
			values["brand"].(map[string]any)["name"] = strings.ToUpper(brand[:1]) + brand[1:]
			r, err := m.Render(lang, values, mail.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if len(r.HTML) > mail.ClipSize {
				t.Errorf("%s %s: %d bytes of HTML, more than %d", brand, lang, len(r.HTML), mail.ClipSize)
			}
			if dir := os.Getenv("MAIL_SAMPLES"); dir != "" {
				name := filepath.Join(dir, brand+"."+lang+".html")
				if err := os.WriteFile(name, []byte(r.HTML), 0o600); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}
