package main

import (
	"context"
	"fmt"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/intake"
	"github.com/senda-dev/senda/internal/score"
	"github.com/senda-dev/senda/internal/sqlite"
)

type quarantineCmd struct {
	List    quarantineList    `cmd:"" help:"List refused events, and with --deployment dead letters, with their reasons."`
	Show    quarantineShow    `cmd:"" help:"Show one, whole: it holds personal data."`
	Redrive quarantineRedrive `cmd:"" help:"Take them in once more, after their cause was mended."`
}

func (cmd *quarantineCmd) Help() string {
	return `An event that breaks its contract is refused with a reason and kept for 14 days. In a
deployment, what a function could not do after several tries lies in its dead letters.
Neither list holds personal data; show does.

Examples:
  senda quarantine list --deployment SendaJourneys
  senda quarantine show q-7Q2... --deployment SendaJourneys
  senda quarantine redrive --deployment SendaJourneys`
}

// refusal is what lies aside, as programs read it. Body holds personal data, and is
// there on request only.
type refusal struct {
	ID string `json:"id"`
	// In is the function whose dead letter it is; empty for a refused event.
	In     string    `json:"in,omitempty"`
	At     time.Time `json:"at"`
	Kind   string    `json:"kind,omitempty"`
	Code   string    `json:"code,omitempty"`
	Reason string    `json:"reason"`
	Tries  int       `json:"tries"`
	Body   string    `json:"body,omitempty"`
}

// of is a refused event.
func of(q senda.Quarantined) refusal {
	return refusal{ID: q.ID, At: q.At, Kind: q.Kind, Code: q.Code, Reason: q.Reason, Tries: q.Tries, Body: string(q.Body)}
}

type quarantineList struct {
	journeysFlag
	deploymentFlag
	storeFlags
	Body bool `help:"Show the events themselves; they hold personal data."`
}

func (cmd *quarantineList) Run(ctx context.Context, c *console) error {
	list, err := aside(ctx, c, cmd.deploymentFlag, cmd.storeFlags, cmd.journeysFlag)
	if err != nil {
		return err
	}
	dead := 0
	for i, r := range list {
		if r.In != "" {
			dead++
		}
		if !cmd.Body {
			list[i].Body = ""
		}
	}
	if c.json {
		return c.writeJSON(map[string]any{"events": list})
	}
	for _, r := range list {
		r.write(c)
	}
	sum := fmt.Sprintf("%d refused", len(list)-dead)
	if cmd.Deployment != "" {
		sum += ", " + letters(dead)
	}
	_, err = fmt.Fprintln(c.out, sum)
	return err
}

func (r refusal) write(c *console) {
	in := ""
	if r.In != "" {
		in = "dead letter of " + r.In + ": "
	}
	fmt.Fprintf(c.out, "%s  %s  %-20s %s%s\n", r.ID, r.At.UTC().Format("2006-01-02 15:04 MST"), r.Kind, in, r.Reason)
	if r.Body != "" {
		fmt.Fprintf(c.out, "    %s\n", r.Body)
	}
}

type quarantineShow struct {
	journeysFlag
	deploymentFlag
	storeFlags
	ID string `arg:"" name:"id" help:"Which."`
}

func (cmd *quarantineShow) Run(ctx context.Context, c *console) error {
	list, err := aside(ctx, c, cmd.deploymentFlag, cmd.storeFlags, cmd.journeysFlag)
	if err != nil {
		return err
	}
	for _, r := range list {
		if r.ID != cmd.ID {
			continue
		}
		if c.json {
			return c.writeJSON(r)
		}
		r.write(c)
		return nil
	}
	return senda.Errorf(senda.NotFound, "show "+cmd.ID, "nothing lies in quarantine under this id").WithHelp("senda quarantine list names what does")
}

// aside is all that lies aside, the oldest first: refused events, then dead letters.
func aside(ctx context.Context, c *console, at deploymentFlag, f storeFlags, j journeysFlag) ([]refusal, error) {
	out := []refusal{}
	if at.Deployment != "" {
		cl, err := at.cloud(ctx)
		if err != nil {
			return nil, err
		}
		return cl.aside(ctx)
	}
	here, err := f.here(ctx, c, j)
	if err != nil {
		return nil, err
	}
	defer here.store.Close() //nolint:errcheck // it was only read
	list, err := here.house.Intake.Quarantine(ctx)
	for _, q := range list {
		out = append(out, of(q))
	}
	return out, err
}

type quarantineRedrive struct {
	journeysFlag
	deploymentFlag
	storeFlags
	IDs []string `arg:"" optional:"" name:"id" help:"Which refused events, by their ids, or whose dead letters, by the function's name (default: all)."`
}

func (cmd *quarantineRedrive) Run(ctx context.Context, c *console) error {
	if cmd.Deployment != "" {
		return cmd.remote(ctx, c)
	}
	here, err := cmd.here(ctx, c, cmd.journeysFlag)
	if err != nil {
		return err
	}
	defer here.store.Close() //nolint:errcheck // every commit was answered before
	ids := cmd.IDs
	if len(ids) == 0 {
		list, err := here.house.Intake.Quarantine(ctx)
		if err != nil {
			return err
		}
		for _, q := range list {
			ids = append(ids, q.ID)
		}
	}
	again := 0
	for _, id := range ids {
		r, err := here.house.Intake.Redrive(ctx, id)
		if err != nil {
			return err
		}
		if r.Fate == intake.Refused {
			again++
			fmt.Fprintf(c.out, "%s  still refused: %v\n", id, r.Refusal)
		} else {
			fmt.Fprintf(c.out, "%s  %s\n", id, r.Fate)
		}
	}
	fmt.Fprintf(c.out, "%d taken in, %d still refused\n", len(ids)-again, again)
	if again > 0 {
		return errFound
	}
	return nil
}

// here opens the installation for a look or a small change; executions that begin
// go on with the next senda run.
func (f storeFlags) here(ctx context.Context, c *console, j journeysFlag) (*installation, error) {
	if err := f.there(); err != nil {
		return nil, err
	}
	h, err := j.sound(c)
	if err != nil {
		return nil, err
	}
	models, err := score.LoadModels(dirFS(j.Journeys))
	if err != nil {
		return nil, err
	}
	return f.open(ctx, h, models, senda.ClockFunc(func() time.Time { return time.Now().UTC() }), nil, sqlite.Full)
}
