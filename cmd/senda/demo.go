package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/senda-dev/senda/internal/demo"
	"github.com/senda-dev/senda/internal/demo/page"
	"github.com/senda-dev/senda/journeys"
)

type demoCmd struct {
	Out string `default:"out/demo" help:"The folder for the page (default: ${default})." type:"path" placeholder:"DIR"`
}

func (cmd *demoCmd) Help() string {
	return `Compiles the journeys that come with Senda, fits the value model to nine months of
real purchases, replays eighteen months in virtual time and writes a page about
what came of it: DIR/index.html, which needs no network. What the data lack is
invented, and the page says so.

Example:
  senda demo --out out/demo`
}

func (cmd *demoCmd) Run(ctx context.Context, c *console) error {
	// The run holds a year of records and makes much that lives for a moment: fewer
	// collections, for memory that a laptop has.
	defer debug.SetGCPercent(debug.SetGCPercent(400))
	bar := progress(c)
	run, err := demo.Play(ctx, demo.Config{Journeys: journeys.Files, Name: "journeys", Days: bar})
	var unsound *demo.Findings
	if errors.As(err, &unsound) {
		fmt.Fprint(c.err, unsound.List.Render(unsound.Source))
		fmt.Fprintln(c.err, unsound.List.Summary())
		return errFound
	}
	if err != nil {
		return err
	}
	began := time.Now()
	files, err := page.Make(run.Report)
	if err != nil {
		return err
	}
	if err := writeAll(cmd.Out, files); err != nil {
		return err
	}
	return cmd.summary(c, run, time.Since(began))
}

// progress shows how far the history has come, on a terminal only.
func progress(c *console) func(passed, all int) {
	f, ok := c.err.(*os.File)
	if !ok || c.json {
		return nil
	}
	if info, err := f.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return nil
	}
	var bar *progressbar.ProgressBar
	return func(passed, all int) {
		if bar == nil {
			bar = progressbar.NewOptions(all, progressbar.OptionSetWriter(io.Writer(f)), progressbar.OptionSetDescription("replaying 18 months"),
				progressbar.OptionSetWidth(32), progressbar.OptionShowCount(), progressbar.OptionSetItsString("days"), progressbar.OptionShowIts(),
				progressbar.OptionSetPredictTime(true), progressbar.OptionThrottle(80*time.Millisecond), progressbar.OptionClearOnFinish())
		}
		bar.Set(passed) //nolint:errcheck // a progress bar that cannot be drawn stops nothing
	}
}

// writeAll writes the files of the page, those of an earlier one gone.
func writeAll(dir string, files []page.File) error {
	if err := os.RemoveAll(filepath.Join(dir, "mails")); err != nil {
		return err
	}
	for _, f := range files {
		path := filepath.Join(dir, filepath.FromSlash(f.Path))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, f.Body, 0o644); err != nil { //nolint:gosec // a page for everybody: its people are invented
			return err
		}
	}
	return nil
}

// summary is what a person reads at the end.
func (cmd *demoCmd) summary(c *console, run *demo.Run, wrote time.Duration) error {
	r, s := run.Report, run.Speed
	index := filepath.Join(cmd.Out, page.Index)
	if c.json {
		return c.writeJSON(map[string]any{
			"page": index, "people": r.Funnel.People, "entered": r.Funnel.Entered, "entries": s.Entries, "events": s.Events,
			"mails":    map[string]int{"decided": r.Mails.Decided, "sent": r.Mails.Sent, "refused": r.Mails.Refused, "would-have-been": r.Mails.Would},
			"replay-s": s.Replay.Seconds(), "people-per-second": float64(r.Funnel.People) / s.Replay.Seconds(), "failed": len(run.Failed),
		})
	}
	round := func(d time.Duration) time.Duration { return d.Round(10 * time.Millisecond) }
	fmt.Fprintf(c.out, "%d of %d customers entered %d journeys, %d times in all\n", r.Funnel.Entered, r.Funnel.People, len(r.Journeys), s.Entries)
	fmt.Fprintf(c.out, "%d mails came up: %d left, %d were refused, %d would have left but for the hold-out\n", r.Mails.Decided, r.Mails.Sent, r.Mails.Refused, r.Mails.Would)
	for _, why := range r.Refusals {
		fmt.Fprintf(c.out, "  %6d  %s\n", why.Mails, why.Guard)
	}
	for _, j := range r.Journeys {
		if j.Effect.Enough {
			fmt.Fprintf(c.out, "%s: %+.2f USD a person (95 %%: %+.2f to %+.2f); the truth is 0, since history cannot answer\n", j.Name, j.Effect.Difference, j.Effect.Low, j.Effect.High)
		}
	}
	for _, a := range run.Alarms {
		fmt.Fprintln(c.out, "alarm:", a.Text)
	}
	if n := len(run.Failed); n > 0 {
		fmt.Fprintf(c.out, "%d executions failed; the first: %s %s\n", n, run.Failed[0].Error, run.Failed[0].Cause)
	}
	fmt.Fprintf(c.out, "compiled in %v, fitted in %v, 18 months of %d events replayed in %v (%.0f people/s, %.0f events/s), page written in %v\n",
		round(s.Compile), round(s.Learn), s.Events, round(s.Replay), float64(r.Funnel.People)/s.Replay.Seconds(), float64(s.Events)/s.Replay.Seconds(), round(s.Count+wrote))
	_, err := fmt.Fprintln(c.out, "names, addresses, hours, consents and answers are invented:", index)
	return err
}
