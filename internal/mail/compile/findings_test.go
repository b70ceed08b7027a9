package compile

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/senda-dev/senda/internal/mail"
	"github.com/senda-dev/senda/internal/mail/liquid"
)

var update = flag.Bool("update", false, "write the findings of testdata/findings anew")

// defaultLayout serves the cases that bring none.
const defaultLayout = `<mjml><mj-body>{% content %}<mj-section><mj-column><mj-text><p>{{ brand.controller }} {{ brand.post }} <a href="{{ links.withdraw }}">stop</a></p></mj-text></mj-column></mj-section></mj-body></mjml>
`

func findingsSchema() liquid.Schema {
	text := liquid.Field{Type: liquid.TextType}
	item := liquid.Field{Type: liquid.GroupType, Fields: map[string]liquid.Field{"title": text, "link": {Type: liquid.URLType}, "price": {Type: liquid.MoneyType}}}
	return liquid.Schema{
		"person": {Type: liquid.GroupType, Fields: map[string]liquid.Field{
			"first-name": {Type: liquid.TextType, Maybe: true, Personal: true}, "points": {Type: liquid.NumberType}, "vip": {Type: liquid.BoolType},
		}},
		"offer": {Type: liquid.GroupType, Maybe: true, Offer: true, Fields: map[string]liquid.Field{"title": text, "until": {Type: liquid.DateType}, "terms": {Type: liquid.HTMLType}}},
		"entry": {Type: liquid.GroupType, Fields: map[string]liquid.Field{
			"items": {Type: liquid.ListType, Items: &item}, "total": {Type: liquid.MoneyType}, "sum": {Type: liquid.NumberType}, "at": {Type: liquid.DateType},
		}},
	}
}

// caseJob reads a case: its mail, its layouts and, in the file "job", lines that
// differ from the defaults.
func caseJob(t *testing.T, ar *txtar.Archive) Job {
	job := Job{Name: "m", Brand: "b", Languages: []string{"en"}, Class: mail.Marketing, Schema: findingsSchema(), Files: Files{}, Layouts: map[string]string{}}
	for _, f := range ar.Files {
		switch dir, _, _ := strings.Cut(f.Name, "/"); dir {
		case "mails":
			job.Files[f.Name] = string(f.Data)
		case "layouts":
			job.Layouts[f.Name] = string(f.Data)
		case "job":
			for line := range strings.Lines(string(f.Data)) {
				switch words := strings.Fields(line); words[0] {
				case "brand":
					job.Brand = words[1]
				case "class":
					job.Class = mail.Class(words[1])
				case "languages":
					job.Languages = words[1:]
				default:
					t.Fatalf("job has no line %q", line)
				}
			}
		}
	}
	if len(job.Layouts) == 0 {
		job.Layouts["layouts/b.mjml"] = defaultLayout
	}
	return job
}

// Each file of testdata/findings is a mail and what must be said about it.
func TestFindings(t *testing.T) {
	files, err := filepath.Glob("testdata/findings/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			ar, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			job := caseJob(t, ar)
			compiled, found := Compile(job)
			if found.HasErrors() != (len(compiled.Variants) == 0) {
				t.Errorf("findings %v, yet compiled in %v", found, compiled.Languages)
			}
			got := found.Render(sourceOf(job.Files, job.Layouts))
			const want = "want/diag"
			i := slices.IndexFunc(ar.Files, func(f txtar.File) bool { return f.Name == want })
			if *update {
				if i < 0 {
					ar.Files = append(ar.Files, txtar.File{Name: want})
					i = len(ar.Files) - 1
				}
				ar.Files[i].Data = []byte(got)
				if err := os.WriteFile(file, txtar.Format(ar), 0o600); err != nil {
					t.Fatal(err)
				}
				return
			}
			if i < 0 || string(ar.Files[i].Data) != got {
				t.Errorf("findings differ; got\n%s", got)
			}
		})
	}
}

func TestGroup(t *testing.T) {
	groups, found := Group(map[string]string{"mails/come-back.en.mjml": "a", "mails/come-back.es.mjml": "b", "mails/hello.mjml": "c", "mails/Come Back.mjml": "d", "mails/x.english.mjml": "e"})
	if len(groups) != 2 || len(groups["come-back"]) != 2 || groups["hello"]["mails/hello.mjml"] != "c" {
		t.Errorf("got %v", groups)
	}
	want := "mails/Come Back.mjml:1:1: this file has no name that a mail can have [M042]\nmails/x.english.mjml:1:1: this file has no name that a mail can have [M042]"
	if err := found.Err(); err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
}
