package check

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/senda-dev/senda/internal/brand"
	"github.com/senda-dev/senda/internal/diag"
	"github.com/senda-dev/senda/internal/format"
	"github.com/senda-dev/senda/internal/offer"
	"github.com/senda-dev/senda/internal/parse"
	"github.com/senda-dev/senda/internal/profile"
	"github.com/senda-dev/senda/internal/scenario"
)

// block is an example of the reference.
type block struct {
	place string
	words []string // what follows ```
	text  string
}

func blocks(t *testing.T) []block {
	t.Helper()
	paths, err := filepath.Glob("../../docs/language/*.md")
	if err != nil || len(paths) < 6 {
		t.Fatalf("the reference has %v (%v)", paths, err)
	}
	paths = append(paths, "../../README.md")
	var out []block
	for _, p := range paths {
		b, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		var open *block
		for i, line := range strings.Split(string(b), "\n") {
			switch {
			case open == nil && strings.HasPrefix(line, "```"):
				open = &block{place: fmt.Sprintf("%s:%d", filepath.Base(p), i+1), words: strings.Fields(line[3:])}
			case open != nil && line == "```":
				out = append(out, *open)
				open = nil
			case open != nil:
				open.text += line + "\n"
			}
		}
	}
	return out
}

const docHead = "journey: example\nowner: crm-team\nstate: live\nbrand: cellar\npurpose: offers\n"

// whole makes a journey of an example.
func (b block) whole() string {
	indented := "  " + strings.ReplaceAll(strings.TrimSuffix(b.text, "\n"), "\n", "\n  ") + "\n"
	enter := "enter:\n  event: order.completed\n  again: at once\n"
	switch b.words[1] {
	case "steps":
		return docHead + enter + "holdout: 10%\nsteps:\n" + indented
	case "enter":
		return docHead + b.text + "holdout: 10%\nsteps:\n  - wait: 1 hour\n  - email: hello\n"
	case "head":
		holdout, goal := "holdout: 10%\n", "goal:\n  event: order.completed\n  within: 7 days\n"
		if strings.HasPrefix(b.text, "holdout") {
			holdout = ""
		}
		if strings.HasPrefix(b.text, "goal") {
			goal = ""
		}
		return docHead + enter + b.text + holdout + goal + "steps:\n  - email: hello\n"
	}
	return b.text
}

const conditionSteps = `  - score: customer-value
  - offer: win-back
  - split: tone
    ways:
      - way: warm
        share: 50%
      - way: short
        share: 50%
  - email: come-back
`

// Every example of the reference is checked: those that are in order have no
// finding at all, and those that show a mistake have the one they name.
func TestReference(t *testing.T) {
	cat, _ := shop(t, func(string) []byte { return nil })
	for _, b := range blocks(t) {
		if len(b.words) == 0 || b.words[0] == "text" || b.words[0] == "json" || b.words[0] == "jsonata" {
			continue // expressions.md is run by package jsonata
		}
		var found diag.List
		src := b.text
		kind := b.words[0]
		if kind == "yaml" && len(b.words) > 1 {
			kind = b.words[1]
		}
		switch kind {
		case "journey", "steps", "enter", "head":
			src = b.whole()
			j, f := parse.Journey(b.place, []byte(src))
			found = f
			_, f = Journey(j, cat)
			found.Add(f...)
		case "conditions":
			src = docHead + "enter:\n  event: order.completed\n  again: at once\nholdout: 10%\nsteps:\n" + conditionSteps
			for i, line := range strings.Split(strings.TrimSpace(b.text), "\n") {
				src += fmt.Sprintf("  - email: mail-%d\n    if: %s\n", i, line)
			}
			j, f := parse.Journey(b.place, []byte(src))
			found = f
			_, f = Journey(j, cat)
			found.Add(f...)
		case "brands":
			_, found = brand.Read(b.place, []byte(src))
		case "offers":
			_, found = offer.Read(b.place, []byte(src))
		case "profile":
			_, found = profile.Read(b.place, []byte(src))
		case "audiences":
			_, found = profile.ReadAudiences(b.place, []byte(src))
		case "part":
			_, found = parse.Part(b.place, []byte(src))
		case "scenarios":
			_, found = scenario.Read(b.place, []byte(src))
		default:
			t.Errorf("%s: an example of an unknown kind %v", b.place, b.words)
			continue
		}
		text := found.Render(func(string) []byte { return []byte(src) })
		if i := slices.Index(b.words, "refused"); i >= 0 {
			if !strings.Contains(text, "["+b.words[i+1]+"]") {
				t.Errorf("%s is not refused with %s:\n%s", b.place, b.words[i+1], text)
			}
			continue
		}
		if len(found) > 0 {
			t.Errorf("%s:\n%s", b.place, text)
		}
		if kind != "enter" && kind != "head" && kind != "conditions" {
			if out, _ := format.File(b.place, []byte(src)); string(out) != src {
				t.Errorf("%s is not formatted; it would be\n%s", b.place, out)
			}
		}
	}
}

// findings.md is made of the table of codes and of the goldens, so that each code
// is explained by something that really comes out.
func TestFindingsPage(t *testing.T) {
	path := "../../docs/language/findings.md"
	got := findingsPage(t)
	if updating() {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil || string(want) != got {
		t.Errorf("%s is not what the goldens show; run go test ./internal/check -update (%v)", path, err)
	}
}

func findingsPage(t *testing.T) string {
	shown := examples(t)
	var b strings.Builder
	b.WriteString("# Findings\n\nEverything that `senda check` can say of journeys, of their mails and of the files around them, by its code. A code is never used for something else.\n" +
		"Warnings are about what an author may mean; everything else keeps a journey from being compiled. The examples are real output, kept by the tests.\n")
	for _, e := range diag.Codes() {
		kind := ""
		if e.Severity == diag.Warning {
			kind = " (warning)"
		}
		fmt.Fprintf(&b, "\n## %s%s\n\n%s%s.\n", e.Code, kind, strings.ToUpper(e.Summary[:1]), e.Summary[1:])
		if shown[e.Code] != "" {
			fmt.Fprintf(&b, "\n```text\n%s```\n", shown[e.Code])
		}
	}
	return b.String()
}

// examples is the first finding of each code that a golden shows.
func examples(t *testing.T) map[diag.Code]string {
	t.Helper()
	out := map[diag.Code]string{}
	for _, want := range shownFindings(t) {
		var finding string
		take := func() {
			for _, e := range diag.Codes() {
				if title, _, _ := strings.Cut(finding, "\n"); strings.HasSuffix(title, "["+string(e.Code)+"]") && out[e.Code] == "" {
					out[e.Code] = finding
				}
			}
		}
		for _, line := range strings.Split(strings.TrimSuffix(want, "\n"), "\n") {
			if !strings.HasPrefix(line, "   ") {
				take()
				finding = ""
			}
			finding += line + "\n"
		}
		take()
	}
	return out
}

// updating says whether the test was asked to rewrite what it compares with.
func updating() bool {
	return slices.Contains(os.Args[1:], "-update") || slices.Contains(os.Args[1:], "-test.update")
}
