package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/diag"
	"github.com/senda-dev/senda/internal/explain"
	"github.com/senda-dev/senda/internal/sqlite"
)

type explainCmd struct {
	journeysFlag
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
  senda explain customer=C-1187`
}

func (cmd *explainCmd) Run(ctx context.Context, c *console) error {
	if err := cmd.there(); err != nil {
		return err
	}
	h, err := cmd.sound(c)
	if err != nil {
		return err
	}
	here, err := cmd.open(ctx, h, nil, senda.ClockFunc(time.Now), nil, sqlite.Full)
	if err != nil {
		return err
	}
	defer here.store.Close() //nolint:errcheck // it was only read
	id, err := here.person(ctx, cmd.keysFile(), cmd.Person)
	if err != nil {
		return err
	}
	t := &explain.Teller{Store: here.store, Bundles: here.bundles, Book: here.rules.Brands}
	stories, err := t.Stories(ctx, id)
	if err != nil {
		return err
	}
	p, _, _, err := senda.Read[senda.Person](ctx, here.store, senda.PersonKey(id))
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
