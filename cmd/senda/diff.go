package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/diff"
	"github.com/senda-dev/senda/internal/sqlite"
)

type diffCmd struct {
	journeysFlag
	deploymentFlag
	storeFlags
	Against  string `help:"Compare with this folder of journeys, or of compiled bundles, instead." placeholder:"DIR" type:"path"`
	Template string `help:"With --deployment: the folder that cdk synth wrote, to say what becomes of tables, buckets and the like." placeholder:"DIR" type:"path"`
}

func (cmd *diffCmd) Help() string {
	return `Says in plain words what deploying the folder of journeys would change: which
journeys are new, changed, restated or gone; their steps, mails, offers and conditions;
how many people are inside and on what. People inside finish what they entered with.

It compares with a deployment, with another folder, or else with what senda run last
ran over the store on this machine.

  +  is new     -  is gone     ~  is otherwise
  =  people inside             !  think about this first

Examples:
  senda diff --deployment SendaJourneys --template cdk.out
  git worktree add /tmp/main main && senda diff --against /tmp/main/journeys`
}

func (cmd *diffCmd) Run(ctx context.Context, c *console) error {
	h, err := cmd.sound(c)
	if err != nil {
		return err
	}
	after := map[string]diff.Standing{}
	for _, j := range h.Journeys {
		after[j.Name()] = diff.Standing{State: j.State(), Bundle: j.Bundle}
	}
	before, err := cmd.before(ctx, c)
	if err != nil {
		return err
	}
	r, err := diff.Compare(before.journeys, after)
	if err != nil {
		return err
	}
	for i, j := range r.Journeys {
		if j.From == "" {
			continue
		}
		people, err := before.inside(ctx, j.Name)
		if err != nil {
			return err
		}
		r.Journeys[i].Count(people, most)
	}
	if cmd.Template != "" {
		if r.Stateful, err = before.stateful(ctx, cmd.Template); err != nil {
			return err
		}
	}
	if c.json {
		return c.writeJSON(r)
	}
	r.Write(c.out)
	return nil
}

// past is what the folder is compared with.
type past struct {
	journeys map[string]diff.Standing
	inside   func(ctx context.Context, journey string) (map[string]int, error)
	stateful func(ctx context.Context, dir string) ([]diff.Resource, error)
}

func (cmd *diffCmd) before(ctx context.Context, c *console) (*past, error) {
	p := &past{
		inside: func(context.Context, string) (map[string]int, error) { return nil, nil },
		stateful: func(context.Context, string) ([]diff.Resource, error) {
			return nil, senda.Errorf(senda.Invalid, "compare templates", "only a deployment has one").WithHelp("say --deployment STACK with --template")
		},
	}
	var err error
	switch {
	case cmd.Deployment != "":
		err = cmd.deployed(ctx, p)
	case cmd.Against != "":
		p.journeys, err = cmd.folder(ctx, c)
	default:
		err = cmd.ran(ctx, p)
	}
	return p, err
}

// deployed compares with what stands in an account.
func (cmd *diffCmd) deployed(ctx context.Context, p *past) error {
	cl, err := cmd.cloud(ctx)
	if err != nil {
		return err
	}
	p.inside = cl.inside
	p.stateful = func(ctx context.Context, dir string) ([]diff.Resource, error) { return templates(ctx, cl, dir) }
	p.journeys, err = standings(ctx, cl.register(), cl.bundles)
	return err
}

// ran compares with what stands beside the store on this machine.
func (cmd *diffCmd) ran(ctx context.Context, p *past) error {
	if err := cmd.there(); err != nil {
		return err
	}
	folder, err := bundle.OpenFolder(cmd.bundlesFolder())
	if err != nil {
		return err
	}
	store, err := sqlite.Open(ctx, cmd.Store, sqlite.Full)
	if err != nil {
		return err
	}
	defer store.Close() //nolint:errcheck // it was only read
	all, err := walking(ctx, store)
	if err != nil {
		return err
	}
	p.inside = func(ctx context.Context, journey string) (map[string]int, error) {
		out := map[string]int{}
		for digest, n := range all {
			if b, err := folder.Bundle(ctx, digest); err == nil && b.Journey == journey {
				out[digest] = n
			}
		}
		return out, nil
	}
	p.journeys, err = standings(ctx, folder, folder)
	return err
}

// folder compares with a folder of bundles (it has a deployments.json), of senda compile
// (it has a manifest.json), or of journeys.
func (cmd *diffCmd) folder(ctx context.Context, c *console) (map[string]diff.Standing, error) {
	if _, err := os.Stat(filepath.Join(cmd.Against, "deployments.json")); err == nil {
		folder, err := bundle.OpenFolder(cmd.Against)
		if err != nil {
			return nil, err
		}
		return standings(ctx, folder, folder)
	}
	out := map[string]diff.Standing{}
	var m manifest
	err := readJSON(filepath.Join(cmd.Against, "manifest.json"), &m)
	if err == nil {
		for _, j := range m.Journeys {
			data, err := os.ReadFile(filepath.Join(cmd.Against, filepath.FromSlash(j.BundleFile)))
			if err != nil {
				return nil, err
			}
			b, err := bundle.Decode(data)
			if err != nil {
				return nil, err
			}
			out[j.Name] = diff.Standing{State: j.State, Bundle: b}
		}
		return out, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	h, err := journeysFlag{Journeys: cmd.Against}.sound(c)
	if err != nil {
		return nil, err
	}
	for _, j := range h.Journeys {
		out[j.Name()] = diff.Standing{State: j.State(), Bundle: j.Bundle}
	}
	return out, nil
}

// standings are the journeys that were deployed, each with its bundle.
func standings(ctx context.Context, d bundle.Deployments, bundles bundle.Bundles) (map[string]diff.Standing, error) {
	list, err := d.Deployments(ctx)
	if err != nil {
		return nil, err
	}
	out := map[string]diff.Standing{}
	for _, one := range list {
		b, err := bundles.Bundle(ctx, one.Bundle)
		if err != nil {
			return nil, err
		}
		out[one.Journey] = diff.Standing{State: one.State, Bundle: b}
	}
	return out, nil
}

// templates compares each template of a synthesised folder with that of the stack of
// its name.
func templates(ctx context.Context, cl *cloud, dir string) ([]diff.Resource, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.template.json"))
	if err != nil || len(files) == 0 {
		return nil, senda.Errorf(senda.NotFound, "read "+shown(dir), "there is no template in it").WithHelp("cdk synth writes cdk.out")
	}
	var out []diff.Resource
	for _, file := range files {
		after, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		stack := strings.TrimSuffix(filepath.Base(file), ".template.json")
		before, err := cl.stacks.Template(ctx, stack)
		if err != nil && senda.CodeOf(err) != senda.NotFound {
			return nil, err
		}
		some, err := diff.Templates(before, after)
		if err != nil {
			return nil, err
		}
		out = append(out, some...)
	}
	return out, nil
}
