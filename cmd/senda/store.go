package main

import (
	"context"
	"crypto/rand"
	"errors"
	"io/fs"
	"os"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/compile"
	"github.com/senda-dev/senda/internal/deliver"
	"github.com/senda-dev/senda/internal/house"
	"github.com/senda-dev/senda/internal/rules"
	"github.com/senda-dev/senda/internal/score"
	"github.com/senda-dev/senda/internal/sqlite"
)

// storeFlags are where an installation on this machine keeps what it knows.
type storeFlags struct {
	Store string `name:"store" default:"senda.db" help:"The file that keeps people, consent and entries (default: ${default})." type:"path"`
	Keys  string `name:"keys" help:"The file of the installation's keys (default: the store's name with .keys)." type:"path"`
	Links string `name:"links" default:"https://links.invalid" help:"The https address of the public pages for withdrawal and preferences."`
}

func (f storeFlags) keysFile() string {
	if f.Keys != "" {
		return f.Keys
	}
	return f.Store + ".keys"
}

// bundlesFolder holds every bundle that people walk, beside the store.
func (f storeFlags) bundlesFolder() string { return f.Store + ".bundles" }

// there returns an error unless the store was made already: whoever only looks makes none.
func (f storeFlags) there() error {
	_, err := os.Stat(f.Store)
	if errors.Is(err, fs.ErrNotExist) {
		return senda.Errorf(senda.NotFound, "open "+shown(f.Store), "there is no such store").WithHelp("senda run makes one; say which with --store")
	}
	return err
}

// installation is everything of one installation, opened.
type installation struct {
	store   *sqlite.Store
	bundles *bundle.Folder
	rules   *rules.Rules
	house   *house.House
}

// open opens the store and puts the house together over it. h is deployed when it is given:
// its bundles are those with which people enter from now on.
func (f storeFlags) open(ctx context.Context, h *compile.House, models *score.Models, clock senda.Clock, mailer senda.Mailer, safety sqlite.Synchronous) (*installation, error) {
	keys, ring, salt, err := openSecrets(f.keysFile())
	if err != nil {
		return nil, err
	}
	store, err := sqlite.Open(ctx, f.Store, safety)
	if err != nil {
		return nil, err
	}
	in := &installation{store: store}
	if in.bundles, err = bundle.OpenFolder(f.bundlesFolder()); err == nil {
		in.rules, err = rules.New(h.Catalog, salt, nil)
	}
	for _, j := range h.Journeys {
		if err == nil {
			err = in.deploy(ctx, j)
		}
	}
	if err != nil {
		_ = store.Close() // the first error says what is wrong
		return nil, err
	}
	in.house = house.New(house.Config{
		Store: store, Bundles: in.bundles, Deployments: in.bundles, Rules: in.rules, Clock: clock, Mailer: mailer, Keys: keys,
		Links: deliver.Links{Base: f.Links, Ring: ring}, Random: rand.Reader, Models: func() *score.Models { return models }, Remember: true,
	})
	return in, nil
}

// deploy makes a journey the one with which people enter. What senda stop did to it
// stands while its text does: see bundle.Merge.
func (in *installation) deploy(ctx context.Context, j *compile.Journey) error {
	now := bundle.Deployment{Journey: j.Name(), State: j.State(), Bundle: j.Bundle.Digest()}
	switch before, err := in.bundles.Deployment(ctx, j.Name()); {
	case err == nil:
		now = bundle.Merge(&before, now)
	case senda.CodeOf(err) != senda.NotFound:
		return err
	}
	return in.bundles.Put(ctx, j.Bundle, now.State)
}
