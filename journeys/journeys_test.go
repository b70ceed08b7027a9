package journeys_test

import (
	"slices"
	"testing"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/check"
	"github.com/senda-dev/senda/internal/compile"
	"github.com/senda-dev/senda/internal/mail"
	"github.com/senda-dev/senda/internal/scenario"
	"github.com/senda-dev/senda/journeys"
)

// What is shown to everybody as an example has neither errors nor warnings.
func TestEveryJourneyIsSound(t *testing.T) {
	h, found := compile.Dir(journeys.Files, "journeys")
	if len(found) > 0 {
		t.Fatalf("\n%s", found.Render(h.Source))
	}
	var live []string
	for _, j := range h.Journeys {
		if j.Bundle == nil {
			t.Errorf("%s was not compiled", j.Folder)
			continue
		}
		if j.State() == senda.StateLive {
			live = append(live, j.Name())
		}
	}
	if want := []string{"basket-reminder", "reference", "second-purchase", "welcome", "win-back"}; !slices.Equal(live, want) {
		t.Errorf("live are %v, want %v", live, want)
	}
}

// Scenarios name steps, mails, reasons and fields that exist. That they come out as
// they say is a test of package play.
func TestEveryJourneyHasItsScenarios(t *testing.T) {
	h, found := compile.Dir(journeys.Files, "journeys")
	if found.HasErrors() {
		t.Fatalf("\n%s", found.Render(h.Source))
	}
	for _, j := range h.Journeys {
		list, found := scenario.Read(j.ScenariosFile, j.Scenarios)
		found.Add(check.Scenarios(list, j.Resolved, h.Catalog)...)
		if len(found) > 0 {
			t.Errorf("\n%s", found.Render(h.Source))
		}
		if len(list) < 5 {
			t.Errorf("%s has %d scenarios, five is little enough", j.Name(), len(list))
		}
		sent := map[string]bool{}
		for _, s := range list {
			for _, m := range s.Want.Mails {
				sent[m.Value] = true
			}
		}
		for _, s := range j.Bundle.Steps {
			if s.Kind == "email" && !sent[s.Name] {
				t.Errorf("no scenario of %s sends %s", j.Name(), s.Name)
			}
		}
	}
}

// maxMail keeps a mail clear of the size at which programmes cut it off, links that
// are signed when it leaves included.
const maxMail = 60 << 10

// Every mail is there in both languages, and small.
func TestEveryMailIsSmallAndInBothLanguages(t *testing.T) {
	h, _ := compile.Dir(journeys.Files, "journeys")
	for _, j := range h.Journeys {
		for name, m := range j.Mails {
			if want := []string{"en", "es"}; !slices.Equal(slices.Sorted(slices.Values(m.Languages)), want) {
				t.Errorf("%s of %s is in %v, want %v", name, j.Name(), m.Languages, want)
			}
			for lang, v := range m.Variants {
				if n := len(v.HTML); n > maxMail {
					t.Errorf("%s of %s has %d bytes in %s, more than %d", name, j.Name(), n, lang, maxMail)
				}
			}
			if m.Class == mail.Marketing && !slices.Contains(m.Variants["es"].Uses, "links.withdraw") {
				t.Errorf("%s of %s does not show how to make it stop", name, j.Name())
			}
		}
	}
}
