package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/diag"
	"github.com/senda-dev/senda/internal/sqlite"
)

type (
	stopCmd  struct{ stateFlags }
	closeCmd struct{ stateFlags }
	openCmd  struct{ stateFlags }
)

func (*stopCmd) Help() string {
	return `Everyone inside leaves at their next step: a mail that was not handed over yet is not
sent. It takes effect at once and holds until senda open, or until a changed journey is
deployed. Nothing that was sent is recalled.

Examples:
  senda stop win-back --deployment SendaJourneys
  senda stop win-back --yes`
}

func (*closeCmd) Help() string {
	return `Nobody enters any more; those inside go on to the end. It takes effect at once and
holds until senda open, or until a changed journey is deployed.

Example:
  senda close win-back --deployment SendaJourneys`
}

func (*openCmd) Help() string {
	return `People enter again from now on. Whoever left when it was stopped does not come back
by this, but may enter again as the journey says.

Example:
  senda open win-back --deployment SendaJourneys`
}

func (cmd *stopCmd) Run(ctx context.Context, c *console, in io.Reader) error {
	return cmd.set(ctx, c, in, senda.StateStopped)
}

func (cmd *closeCmd) Run(ctx context.Context, c *console, in io.Reader) error {
	return cmd.set(ctx, c, in, senda.StateClosed)
}

func (cmd *openCmd) Run(ctx context.Context, c *console, in io.Reader) error {
	return cmd.set(ctx, c, in, senda.StateLive)
}

type stateFlags struct {
	deploymentFlag
	storeFlags
	Journey string `arg:"" help:"The journey, by name."`
	Yes     bool   `short:"y" help:"Do not ask."`
}

// switchboard is where the states of journeys are changed.
type switchboard interface {
	Deployments(ctx context.Context) ([]bundle.Deployment, error)
	Set(ctx context.Context, journey string, state senda.State) error
}

// board opens the switchboard, and a count of those inside by bundle.
func (f *stateFlags) board(ctx context.Context) (switchboard, func(context.Context, string) (map[string]int, error), func(), error) {
	if f.Deployment != "" {
		cl, err := f.cloud(ctx)
		if err != nil {
			return nil, nil, nil, err
		}
		return cl.register(), cl.inside, func() {}, nil
	}
	if err := f.there(); err != nil {
		return nil, nil, nil, err
	}
	folder, err := bundle.OpenFolder(f.bundlesFolder())
	if err != nil {
		return nil, nil, nil, err
	}
	store, err := sqlite.Open(ctx, f.Store, sqlite.Full)
	if err != nil {
		return nil, nil, nil, err
	}
	inside := func(ctx context.Context, journey string) (map[string]int, error) {
		all, err := walking(ctx, store)
		for digest := range all {
			if b, err := folder.Bundle(ctx, digest); err != nil || b.Journey != journey {
				delete(all, digest)
			}
		}
		return all, err
	}
	return folder, inside, func() { _ = store.Close() }, nil // it was only read
}

func (f *stateFlags) set(ctx context.Context, c *console, in io.Reader, state senda.State) error {
	board, inside, done, err := f.board(ctx)
	if err != nil {
		return err
	}
	defer done()
	before, err := standing(ctx, board, f.Journey)
	if err != nil {
		return err
	}
	if before.State == state {
		return f.told(c, before.State, state, nil, "it is so already")
	}
	people, err := inside(ctx, f.Journey)
	if err != nil {
		return err
	}
	if !f.Yes {
		fmt.Fprintf(c.err, "%s: %s instead of %s. %s. Go on? [y/N] ", f.Journey, state, before.State, becomes(state, total(people)))
		answer, err := bufio.NewReader(in).ReadString('\n')
		if err != nil && answer == "" {
			fmt.Fprintln(c.err)
		}
		if a := strings.ToLower(strings.TrimSpace(answer)); a != "y" && a != "yes" {
			fmt.Fprintln(c.err, "nothing was changed")
			return errFound
		}
	}
	if err := board.Set(ctx, f.Journey, state); err != nil {
		return err
	}
	return f.told(c, before.State, state, people, becomes(state, total(people)))
}

func (f *stateFlags) told(c *console, before, after senda.State, people map[string]int, say string) error {
	if c.json {
		return c.writeJSON(map[string]any{"journey": f.Journey, "before": before, "state": after, "inside": total(people), "insideByBundle": people})
	}
	_, err := fmt.Fprintf(c.out, "%s is %s: %s\n", f.Journey, after, say)
	return err
}

func total(people map[string]int) int {
	n := 0
	for _, some := range people {
		n += some
	}
	return n
}

// becomes says what a state does to those inside.
func becomes(state senda.State, n int) string {
	one := n == 1
	who := fmt.Sprintf("%d people are inside", n)
	switch {
	case one:
		who = "1 person is inside"
	case n >= most:
		who = fmt.Sprintf("%d people or more are inside", n)
	case n == 0:
		who = "nobody is inside"
	}
	switch {
	case state == senda.StateLive:
		return who + "; people enter from now on"
	case n == 0:
		return who + ", and nobody enters"
	case state == senda.StateClosed && one:
		return who + " and goes on; nobody enters"
	case state == senda.StateClosed:
		return who + " and go on; nobody enters"
	case one:
		return who + " and leaves at the next step; nothing more is sent"
	}
	return who + " and leave at their next step; nothing more is sent"
}

// standing finds a journey, or says what there is.
func standing(ctx context.Context, board switchboard, journey string) (bundle.Deployment, error) {
	all, err := board.Deployments(ctx)
	if err != nil {
		return bundle.Deployment{}, err
	}
	names := map[string]bool{}
	for _, d := range all {
		if d.Journey == journey {
			return d, nil
		}
		names[d.Journey] = true
	}
	list := slices.Sorted(maps.Keys(names))
	e := senda.Errorf(senda.NotFound, "find the journey", "no journey called %q was deployed", journey)
	if help := diag.DidYouMean(journey, list); help != "" {
		return bundle.Deployment{}, e.WithHelp("%s", help)
	}
	return bundle.Deployment{}, e.WithHelp("the journeys are %s", diag.Words(list, 12))
}
