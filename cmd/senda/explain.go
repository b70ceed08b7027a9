package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/brand"
	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/diag"
	"github.com/senda-dev/senda/internal/explain"
	"github.com/senda-dev/senda/internal/identity"
	"github.com/senda-dev/senda/internal/rules"
	"github.com/senda-dev/senda/internal/sqlite"
)

type explainCmd struct {
	journeysFlag
	deploymentFlag
	storeFlags
	Person  string `arg:"" help:"The person's id (p-...), or an identifier as KIND=VALUE, such as customer=C-1187."`
	Mail    string `help:"Only the step of this mail, with every guard." placeholder:"STEP"`
	Address bool   `help:"Show the address too."`
}

func (cmd *explainCmd) Help() string {
	return `Tells every entry of a person: the steps, and for a mail all guards in their order,
the passed ones too, as they spoke when it was decided. Addresses are shown on
request only.

Examples:
  senda explain p-7c2f... --mail come-back
  senda explain customer=C-1187
  senda explain customer=C-1187 --deployment SendaJourneys`
}

func (cmd *explainCmd) Run(ctx context.Context, c *console) error {
	in, err := cmd.look(ctx, c)
	if err != nil {
		return err
	}
	defer in.close()
	id, err := in.person(ctx, cmd.Person)
	if err != nil {
		return err
	}
	t := &explain.Teller{Store: in.store, Bundles: in.bundles, Book: in.book}
	stories, err := t.Stories(ctx, id)
	if err != nil {
		return err
	}
	p, _, _, err := senda.Read[senda.Person](ctx, in.store, senda.PersonKey(id))
	if err != nil {
		return err
	}
	if c.json {
		out := map[string]any{"person": id, "stories": stories}
		if cmd.Address {
			out["address"] = p.Address
		}
		return c.writeJSON(out)
	}
	fmt.Fprintf(c.out, "%s", id)
	if cmd.Address {
		fmt.Fprintf(c.out, "  %s", p.Address)
	}
	fmt.Fprintln(c.out)
	if len(stories) == 0 {
		fmt.Fprintln(c.out, "never entered a journey")
	}
	if cmd.Mail != "" {
		return tellMail(c, stories, cmd.Mail)
	}
	for _, s := range stories {
		s.Write(c.out)
	}
	return nil
}

// insight is what explaining looks at, wherever it is.
type insight struct {
	store   senda.Store
	bundles bundle.Bundles
	book    *brand.Book
	// keys are those by which identifiers name people. They are asked for only when
	// somebody is named by one.
	keys  func(context.Context) (*identity.Keys, error)
	close func()
}

// look opens the store of this machine or of a deployment. The folder of journeys gives
// the names of brands and their zones.
func (cmd *explainCmd) look(ctx context.Context, c *console) (*insight, error) {
	if cmd.Deployment == "" {
		if err := cmd.there(); err != nil {
			return nil, err
		}
	}
	h, err := cmd.sound(c)
	if err != nil {
		return nil, err
	}
	if cmd.Deployment != "" {
		cl, err := cmd.cloud(ctx)
		if err != nil {
			return nil, err
		}
		r, err := rules.New(h.Catalog, cl.Salt, nil)
		if err != nil {
			return nil, err
		}
		return &insight{store: cl.store, bundles: cl.bundles, book: r.Brands, keys: cl.keys, close: func() {}}, nil
	}
	here, err := cmd.open(ctx, h, nil, senda.ClockFunc(time.Now), nil, sqlite.Full)
	if err != nil {
		return nil, err
	}
	return &insight{
		store: here.store, bundles: here.bundles, book: here.rules.Brands,
		keys: func(context.Context) (*identity.Keys, error) {
			keys, _, _, err := openSecrets(cmd.keysFile())
			return keys, err
		},
		close: func() { _ = here.store.Close() }, // it was only read
	}, nil
}

// person finds a person by id, or by an identifier as KIND=VALUE.
func (in *insight) person(ctx context.Context, name string) (senda.PersonID, error) {
	kind, value, ok := strings.Cut(name, "=")
	if !ok {
		return senda.PersonID(name), nil
	}
	keys, err := in.keys(ctx)
	if err != nil {
		return "", err
	}
	r, err := identity.Resolve(ctx, in.store, keys, map[string]string{kind: value})
	if err != nil {
		return "", err
	}
	if len(r.People) == 0 {
		return "", senda.Errorf(senda.NotFound, "find the person", "nobody is known by this %s", kind).
			WithHelp("see that the value is as the source wrote it, and that --store or --deployment is the right one")
	}
	return r.People[0].Person.ID, nil
}

// tellMail tells of one mail in every entry that came to it.
func tellMail(c *console, stories []explain.Story, mail string) error {
	found, names := false, []string(nil)
	for _, s := range stories {
		found = s.WriteMail(c.out, mail) || found
		names = append(names, s.Mails()...)
	}
	if found {
		return nil
	}
	slices.Sort(names)
	names = slices.Compact(names)
	e := senda.Errorf(senda.NotFound, "explain "+mail, "no entry of this person came to such a mail")
	if help := diag.DidYouMean(mail, names); help != "" {
		return e.WithHelp("%s", help)
	}
	if len(names) == 0 {
		return e.WithHelp("they came to no mail yet; without --mail the whole story is told")
	}
	return e.WithHelp("the mails are %s", diag.Words(names, 12))
}
