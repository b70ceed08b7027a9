package journeys_test

import (
	"slices"
	"testing"

	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/compile"
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
		if j.State() == bundle.Live {
			live = append(live, j.Name())
		}
	}
	if want := []string{"basket-reminder", "reference", "second-purchase", "welcome", "win-back"}; !slices.Equal(live, want) {
		t.Errorf("live are %v, want %v", live, want)
	}
}
