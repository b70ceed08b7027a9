package play_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/senda-dev/senda/internal/compile"
	"github.com/senda-dev/senda/internal/play"
	"github.com/senda-dev/senda/internal/scenario"
	"github.com/senda-dev/senda/internal/score"
)

// Every scenario that the shop's marketers wrote comes out as it says.
func TestTheShopsScenarios(t *testing.T) {
	folder := filepath.Join("..", "..", "journeys")
	h, found := compile.Dir(os.DirFS(folder), "journeys")
	if found.HasErrors() {
		t.Fatal(found.Render(h.Source))
	}
	models, err := score.LoadModels(os.DirFS(folder))
	if err != nil {
		t.Fatal(err)
	}
	player, err := play.New(h, models)
	if err != nil {
		t.Fatal(err)
	}
	for _, j := range h.Journeys {
		list, found := scenario.Read(j.ScenariosFile, j.Scenarios)
		if found.HasErrors() {
			t.Errorf("%s", found.Render(h.Source))
			continue
		}
		for _, s := range list {
			t.Run(j.Name()+"/"+s.Name.Value, func(t *testing.T) {
				r, err := player.Play(t.Context(), j, s)
				if err != nil {
					t.Fatal(err)
				}
				for _, d := range play.Compare(s, r) {
					t.Errorf("%s:%d: %s", d.Pos.File, d.Pos.Line, d)
				}
				if t.Failed() {
					for _, l := range r.Lines {
						t.Logf("%s %s %s %s", l.At.Format("01-02 15:04"), l.Step, l.Outcome, l.Reason)
					}
					t.Logf("entered %v (%s), left %q", r.Entered, r.Why, r.Leaves)
				}
			})
		}
	}
}
