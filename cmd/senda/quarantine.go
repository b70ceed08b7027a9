package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/identity"
	"github.com/senda-dev/senda/internal/intake"
	"github.com/senda-dev/senda/internal/score"
	"github.com/senda-dev/senda/internal/sqlite"
)

type quarantineCmd struct {
	List    quarantineList    `cmd:"" help:"List refused events with their reasons."`
	Redrive quarantineRedrive `cmd:"" help:"Take refused events in once more, after their cause was mended."`
}

type quarantineList struct {
	journeysFlag
	storeFlags
	Body bool `help:"Show the events themselves; they hold personal data."`
}

func (cmd *quarantineList) Run(ctx context.Context, c *console) error {
	here, err := cmd.here(ctx, c, cmd.journeysFlag)
	if err != nil {
		return err
	}
	defer here.store.Close() //nolint:errcheck // it was only read
	list, err := here.house.Intake.Quarantine(ctx)
	if err != nil {
		return err
	}
	if c.json {
		events := make([]refusal, len(list))
		for i, q := range list {
			events[i] = refusal{ID: q.ID, At: q.At, Kind: q.Kind, Code: q.Code, Reason: q.Reason, Tries: q.Tries}
			if cmd.Body {
				events[i].Body = string(q.Body)
			}
		}
		return c.writeJSON(map[string]any{"events": events})
	}
	for _, q := range list {
		fmt.Fprintf(c.out, "%s  %s  %-20s %s\n", q.ID, q.At.UTC().Format("2006-01-02 15:04 MST"), q.Kind, q.Reason)
		if cmd.Body {
			fmt.Fprintf(c.out, "    %s\n", q.Body)
		}
	}
	_, err = fmt.Fprintf(c.out, "%d refused\n", len(list))
	return err
}

// refusal is a refused event as programs read it. Body holds personal data, and is
// there on request only.
type refusal struct {
	ID     string    `json:"id"`
	At     time.Time `json:"at"`
	Kind   string    `json:"kind,omitempty"`
	Code   string    `json:"code"`
	Reason string    `json:"reason"`
	Tries  int       `json:"tries"`
	Body   string    `json:"body,omitempty"`
}

type quarantineRedrive struct {
	journeysFlag
	storeFlags
	IDs []string `arg:"" optional:"" name:"id" help:"Which (default: all)."`
}

func (cmd *quarantineRedrive) Run(ctx context.Context, c *console) error {
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

// person finds a person by id, or by an identifier as KIND=VALUE.
func (in *installation) person(ctx context.Context, keysFile, name string) (senda.PersonID, error) {
	kind, value, ok := strings.Cut(name, "=")
	if !ok {
		return senda.PersonID(name), nil
	}
	keys, _, _, err := openSecrets(keysFile)
	if err != nil {
		return "", err
	}
	r, err := identity.Resolve(ctx, in.store, keys, map[string]string{kind: value})
	if err != nil {
		return "", err
	}
	if len(r.People) == 0 {
		return "", senda.Errorf(senda.NotFound, "find the person", "nobody is known by this %s", kind).WithHelp("see that the value is as the source wrote it, and that --store is the right file")
	}
	return r.People[0].Person.ID, nil
}
