package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"slices"

	"github.com/jhillyerd/enmime/v2"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/compile"
	"github.com/senda-dev/senda/internal/diag"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/play"
	"github.com/senda-dev/senda/internal/scenario"
)

type previewCmd struct {
	journeysFlag
	Journey  string `arg:"" help:"The journey, by name or folder."`
	Mail     string `arg:"" help:"The step of the mail."`
	Scenario string `help:"The scenario whose person gets it (default: the first to whom it is sent)."`
	Lang     string `help:"The person's language, such as es-MX." placeholder:"TAG"`
	HTML     string `name:"html" help:"Write the HTML part to this file." placeholder:"FILE"`
	EML      string `name:"eml" help:"Write the whole message, as it would leave, to this file." placeholder:"FILE"`
}

func (cmd *previewCmd) Help() string {
	return `Plays a scenario and shows the mail that its person gets: the very message that
would leave, with its headers, links and size.

Examples:
  senda preview win-back come-back
  senda preview win-back come-back --lang es --html mail.html`
}

func (cmd *previewCmd) Run(ctx context.Context, c *console) error {
	h, err := cmd.sound(c)
	if err != nil {
		return err
	}
	j, err := pick(h, cmd.Journey)
	if err != nil {
		return err
	}
	if err := cmd.known(j); err != nil {
		return err
	}
	mime, from, err := cmd.mail(ctx, h, j)
	if err != nil {
		return err
	}
	m, err := enmime.ReadEnvelope(bytes.NewReader(mime))
	if err != nil {
		return err
	}
	for file, content := range map[string][]byte{cmd.HTML: []byte(m.HTML), cmd.EML: mime} {
		if file != "" {
			if err := os.WriteFile(file, content, 0o600); err != nil {
				return err
			}
		}
	}
	if c.json {
		return c.writeJSON(map[string]any{
			"scenario": from, "subject": m.GetHeader("Subject"), "from": m.GetHeader("From"), "text": m.Text, "html": m.HTML, "bytes": len(mime),
		})
	}
	fmt.Fprintf(c.out, "scenario  %s\n", from)
	for _, name := range []string{"From", "To", "Reply-To", "Subject", "Content-Language", "List-Unsubscribe", "List-Unsubscribe-Post"} {
		if v := m.GetHeader(name); v != "" {
			fmt.Fprintf(c.out, "%s: %s\n", name, v)
		}
	}
	_, err = fmt.Fprintf(c.out, "size: %d bytes of HTML, %d in all\n\n%s\n", len(m.HTML), len(mime), m.Text)
	return err
}

// known returns an error unless the journey has such a mail.
func (cmd *previewCmd) known(j *compile.Journey) error {
	var mails []string
	for _, s := range j.Bundle.Steps {
		if s.Kind == "email" {
			mails = append(mails, s.Name)
		}
	}
	if slices.Contains(mails, cmd.Mail) {
		return nil
	}
	e := senda.Errorf(senda.NotFound, "preview "+cmd.Mail, "%s has no such mail", j.Name())
	if help := diag.DidYouMean(cmd.Mail, mails); help != "" {
		return e.WithHelp("%s", help)
	}
	return e.WithHelp("its mails are %s", diag.Words(mails, 12))
}

// mail plays scenarios until one sends the mail.
func (cmd *previewCmd) mail(ctx context.Context, h *compile.House, j *compile.Journey) (mime []byte, from string, err error) {
	var list []scenario.Scenario
	var found diag.List
	if j.Scenarios != nil {
		list, found = scenario.Read(j.ScenariosFile, j.Scenarios)
	}
	if err := found.Err(); err != nil {
		return nil, "", err
	}
	models, err := cmd.models()
	if err != nil {
		return nil, "", err
	}
	player, err := play.New(h, models)
	if err != nil {
		return nil, "", err
	}
	for _, s := range list {
		if cmd.Scenario != "" && s.Name.Value != cmd.Scenario {
			continue
		}
		if cmd.Lang != "" {
			if s.Given.Person == nil {
				s.Given.Person = map[string]jsonata.Value{}
			}
			s.Given.Person["locale"] = jsonata.String(cmd.Lang)
		}
		r, err := player.Play(ctx, j, s)
		if err != nil {
			return nil, "", err
		}
		for _, m := range r.Mails {
			if m.Step == cmd.Mail {
				return m.MIME, s.Name.Value, nil
			}
		}
	}
	return nil, "", senda.Errorf(senda.NotFound, "preview "+cmd.Mail, "no scenario of %s sends it", j.Name()).
		WithHelp("write a scenario in %s whose person gets it; senda test %s --full shows what they do get", j.ScenariosFile, j.Name())
}
