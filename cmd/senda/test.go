package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/jhillyerd/enmime/v2"

	"github.com/senda-dev/senda/internal/compile"
	"github.com/senda-dev/senda/internal/diag"
	"github.com/senda-dev/senda/internal/play"
	"github.com/senda-dev/senda/internal/scenario"
)

type testCmd struct {
	journeysFlag
	Names []string `arg:"" optional:"" help:"Journeys, by name or folder (default: all)."`
	Full  bool     `help:"Show the timeline of every scenario, also of those that pass."`
	Mails string   `help:"Write the mails that left, one a step and language, as HTML into this folder." placeholder:"DIR" type:"path"`
}

func (cmd *testCmd) Help() string {
	return `Plays each scenario of scenarios.yaml: one person, from the event that enters to
the end, in virtual time, with every guard asked. Exits with 1 when one came out
otherwise than it says.

Examples:
  senda test
  senda test win-back --full
  senda test --mails out/shown`
}

// played is a scenario with what came of it.
type played struct {
	Journey     string            `json:"journey"`
	Scenario    string            `json:"scenario"`
	Passed      bool              `json:"passed"`
	Differences []play.Difference `json:"differences,omitempty"`
	Result      play.Result       `json:"result"`
	pos         diag.Pos
}

func (cmd *testCmd) Run(ctx context.Context, c *console) error {
	h, err := cmd.sound(c)
	if err != nil {
		return err
	}
	journeys := h.Journeys
	if len(cmd.Names) > 0 {
		journeys = nil
		for _, name := range cmd.Names {
			j, err := pick(h, name)
			if err != nil {
				return err
			}
			journeys = append(journeys, j)
		}
	}
	models, err := cmd.models()
	if err != nil {
		return err
	}
	player, err := play.New(h, models)
	if err != nil {
		return err
	}
	var all []played
	failed := 0
	for _, j := range journeys {
		some, err := plays(ctx, c, player, h, j)
		if err != nil {
			return err
		}
		for _, p := range some {
			if !p.Passed {
				failed++
			}
			if err := cmd.keep(p); err != nil {
				return err
			}
			if !c.json {
				cmd.show(c, p)
			}
		}
		all = append(all, some...)
	}
	if c.json {
		err = c.writeJSON(map[string]any{"scenarios": all})
	} else {
		_, err = fmt.Fprintf(c.out, "%d passed, %d failed\n", len(all)-failed, failed)
	}
	if err == nil && failed > 0 {
		err = errFound
	}
	return err
}

// keep writes the mails of a scenario; one of a step and language replaces another.
func (cmd *testCmd) keep(p played) error {
	if cmd.Mails == "" {
		return nil
	}
	if err := os.MkdirAll(cmd.Mails, 0o755); err != nil { //nolint:gosec // scenarios hold nobody real
		return err
	}
	for _, m := range p.Result.Mails {
		e, err := enmime.ReadEnvelope(bytes.NewReader(m.MIME))
		if err != nil {
			return err
		}
		name := fmt.Sprintf("%s.%s.%s.html", m.Journey, m.Step, m.Language)
		if err := os.WriteFile(filepath.Join(cmd.Mails, name), []byte(e.HTML), 0o644); err != nil { //nolint:gosec // scenarios hold nobody real
			return err
		}
	}
	return nil
}

func plays(ctx context.Context, c *console, player *play.Player, h *compile.House, j *compile.Journey) ([]played, error) {
	if j.Scenarios == nil {
		return nil, nil
	}
	list, found := scenario.Read(j.ScenariosFile, j.Scenarios)
	if found.HasErrors() {
		fmt.Fprint(c.err, found.Render(h.Source))
		return nil, errFound
	}
	var out []played
	for _, s := range list {
		r, err := player.Play(ctx, j, s)
		if err != nil {
			return nil, err
		}
		d := play.Compare(s, r)
		out = append(out, played{Journey: j.Name(), Scenario: s.Name.Value, Passed: len(d) == 0, Differences: d, Result: r, pos: s.Name.Pos})
	}
	return out, nil
}

func (cmd *testCmd) show(c *console, p played) {
	word := "ok  "
	if !p.Passed {
		word = "FAIL"
	}
	fmt.Fprintf(c.out, "%s  %s: %s\n", word, p.Journey, p.Scenario)
	for _, d := range p.Differences {
		fmt.Fprintf(c.out, "      %s:%d: %s\n        want %s\n        got  %s\n", d.Pos.File, d.Pos.Line, d.What, d.Want, d.Got)
	}
	if p.Passed && !cmd.Full {
		return
	}
	if !p.Result.Entered {
		fmt.Fprintln(c.out, "      the person did not enter")
	}
	if len(p.Result.Lines) > 0 {
		fmt.Fprintf(c.out, "      times in %s\n", p.Result.Zone)
	}
	for _, l := range p.Result.Lines {
		fmt.Fprintln(c.out, strings.TrimRight(fmt.Sprintf("      %s  %-24s %s %s", l.At.Format("2006-01-02 15:04"), l.Step, l.Outcome, l.Reason), " "))
	}
	if p.Result.Leaves != "" {
		fmt.Fprintf(c.out, "      left: %s\n", p.Result.Leaves)
	}
}
