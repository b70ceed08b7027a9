package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/compile"
	"github.com/senda-dev/senda/internal/identity"
	"github.com/senda-dev/senda/internal/inmem"
	"github.com/senda-dev/senda/internal/play"
	"github.com/senda-dev/senda/internal/scenario"
	"github.com/senda-dev/senda/internal/score"
)

func TestPaces(t *testing.T) {
	for text, want := range map[string]senda.Pace{"1d=5s": 17280, "1h=30m": 2, "0.5d=1m": 720, "24h=24s": 3600} {
		var p paceFlag
		if err := p.UnmarshalText([]byte(text)); err != nil || senda.Pace(p) != want {
			t.Errorf("%s is %v (%v), not %v", text, p, err, want)
		}
	}
	for _, text := range []string{"", "5s", "1d", "1d=", "=5s", "d=5s", "1d=0s", "-1d=5s", "1d=1d", "1d=5", "1h=1h"} {
		var p paceFlag
		if err := p.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q is a pace of %v", text, p)
		}
	}
}

// staged plays a scenario of the shop in process, as a deployment would be seen.
func staged(t *testing.T, journey string, want func(scenario.Scenario) bool) (*play.Script, play.Result) {
	t.Helper()
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
	j, _ := h.Journey(journey)
	list, found := scenario.Read(j.ScenariosFile, j.Scenarios)
	if found.HasErrors() {
		t.Fatal(found.Render(h.Source))
	}
	for _, s := range list {
		if want(s) {
			script, r, err := player.Rehearse(t.Context(), j, s)
			if err != nil {
				t.Fatal(err)
			}
			return script, r
		}
	}
	t.Fatalf("%s has no such scenario", journey)
	return nil, play.Result{}
}

// The mails of a rehearsal go to the simulator, or where somebody asked for them, and
// never to an address that a scenario made up.
func TestAddressesOfRehearsals(t *testing.T) {
	script, _ := staged(t, "win-back", func(s scenario.Scenario) bool { return s.Given.Address })
	readdress(script, "")
	if want := "success+" + string(script.Person.ID) + "@simulator.amazonses.com"; script.Person.Address != want || !identity.ValidAddress(want) {
		t.Errorf("mail goes to %s", script.Person.Address)
	}
	readdress(script, "me@shop.example")
	if script.Person.Address != "me@shop.example" || script.Person.Attributes[identity.AttributeEmail].Value.Str() != "me@shop.example" {
		t.Errorf("mail goes to %s", script.Person.Address)
	}
	script.Person.Address = ""
	readdress(script, "me@shop.example")
	if script.Person.Address != "" {
		t.Errorf("a person without an address got %s", script.Person.Address)
	}
	if !script.Person.Test {
		t.Error("a rehearsal is for a test person")
	}
}

// The timeline is told as it grows: each step once, in the person's own time.
func TestTheTimelineIsToldOnce(t *testing.T) {
	script, _ := staged(t, "win-back", func(s scenario.Scenario) bool { return s.Given.Address && !s.Given.HeldOut })
	store := inmem.New()
	var out strings.Builder
	tell := &teller{out: &out, script: script, store: store, seen: map[senda.Key]bool{}}
	step := func(name string, seq int, outcome string) {
		t.Helper()
		r := senda.StepRecord{Person: script.Person.ID, Entry: "e", Step: name, N: 1, Seq: seq, At: script.Start, Outcome: outcome}
		if err := store.Commit(t.Context(), senda.Put(r, 0)); err != nil {
			t.Fatal(err)
		}
	}
	step("win-back", 4, "chosen")
	step("customer-value", 1, "scored")
	tell.tell(t.Context(), play.Mark{})
	step("come-back", 6, "sent")
	until := script.Start.AddDate(0, 0, 10)
	tell.tell(t.Context(), play.Mark{Until: until})
	tell.tell(t.Context(), play.Mark{Until: until})
	tell.end(play.Result{Entered: true, Leaves: "completed"}, nil)
	at := script.Start.In(script.Zone).Format("2006-01-02 15:04")
	want := "  " + at + "  customer-value           scored\n  " + at + "  win-back                 chosen\n  " + at + "  come-back                sent\n" +
		strings.Repeat(" ", 20) + "waits until " + until.In(script.Zone).Format("2006-01-02 15:04") + "\n  left: completed\nit came out as the scenario says\n"
	if out.String() != want {
		t.Errorf("it tells\n%s\nwant\n%s", &out, want)
	}
}
