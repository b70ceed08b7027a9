package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/data/cdnow"
	"github.com/senda-dev/senda/internal/intake"
	"github.com/senda-dev/senda/internal/lifetime"
	"github.com/senda-dev/senda/internal/money"
	"github.com/senda-dev/senda/internal/score"
)

type fitCmd struct {
	journeysFlag
	Events   string `help:"order.completed events, one JSON object a line ('-': standard input)." placeholder:"FILE" xor:"from"`
	Cdnow    string `name:"cdnow" help:"A file of the CDNOW form: customer, date, pieces, dollars." placeholder:"FILE" xor:"from"`
	Identify string `help:"The identifier that tells customers apart." default:"customer"`
	Currency string `help:"Only orders in this currency." default:"USD"`
	Split    string `required:"" help:"The last day to learn from; what comes after judges the models." placeholder:"2026-06-30"`
	End      string `help:"The last day of the data (default: the day of the last purchase)." placeholder:"2026-09-30"`
	Model    string `help:"The name of the model." default:"customer-value"`
}

func (cmd *fitCmd) Help() string {
	return `Fits BG/NBD and MBG/NBD to the purchases until --split, lets both foretell what came
after it, and takes the one that was less wrong; then fits it to all of the data, with
a Gamma-Gamma model of spend beside it. The result is models/NAME.json in the folder of
journeys; which model was taken, and why, is printed and kept in the file.

Examples:
  senda fit --events orders.ndjson --split 2026-06-30
  senda fit --cdnow data/cdnow/CDNOW_sample.txt --split 1997-06-30 --end 1997-09-30`
}

func (cmd *fitCmd) Run(c *console, in io.Reader) error {
	purchases, err := cmd.purchases(in)
	if err != nil {
		return err
	}
	opt := lifetime.Options{Refit: true}
	if opt.CalibrationEnd, err = day(cmd.Split, "--split"); err != nil {
		return err
	}
	if cmd.End != "" {
		if opt.HoldOutEnd, err = day(cmd.End, "--end"); err != nil {
			return err
		}
	} else {
		for _, p := range purchases {
			if p.At.After(opt.HoldOutEnd) {
				opt.HoldOutEnd = p.At
			}
		}
	}
	model, report, err := lifetime.Choose(purchases, opt)
	var undetermined *lifetime.NotIdentifiableError
	if errors.As(err, &undetermined) {
		return senda.Errorf(senda.Invalid, "fit "+cmd.Model, "%v", err).WithHelp("give it more customers, or a longer time before --split")
	}
	if err != nil {
		return senda.Wrap(senda.Invalid, "fit "+cmd.Model, err)
	}
	text, err := lifetime.File{Model: model, Report: &report}.Encode()
	if err != nil {
		return err
	}
	dir := filepath.Join(cmd.Journeys, "models")
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // part of the team's repository
		return err
	}
	path := filepath.Join(dir, cmd.Model+".json")
	if err := os.WriteFile(path, text, 0o644); err != nil { //nolint:gosec // part of the team's repository
		return err
	}
	if c.json {
		_, err = c.out.Write(text)
		return err
	}
	_, err = fmt.Fprintf(c.out, "%s\nwritten to %s\n", report, shown(path))
	return err
}

func day(text, flag string) (time.Time, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return t, senda.Errorf(senda.Invalid, "read "+flag, "%q is not a day", text).WithHelp("write it as 2026-06-30")
	}
	return t, nil
}

// purchases reads them from wherever they are said to be.
func (cmd *fitCmd) purchases(in io.Reader) ([]lifetime.Purchase, error) {
	switch {
	case cmd.Cdnow != "":
		f, err := os.Open(cmd.Cdnow)
		if err != nil {
			return nil, err
		}
		defer f.Close() //nolint:errcheck // it was only read
		rows, err := cdnow.Parse(f)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", shown(cmd.Cdnow), err)
		}
		out := make([]lifetime.Purchase, len(rows))
		for i, r := range rows {
			out[i] = lifetime.Purchase{Customer: r.Customer, At: r.Date, Amount: r.Cents}
		}
		return out, nil
	case cmd.Events != "" && cmd.Events != "-":
		f, err := os.Open(cmd.Events)
		if err != nil {
			return nil, err
		}
		defer f.Close() //nolint:errcheck // it was only read
		return cmd.orders(f)
	}
	return cmd.orders(in)
}

// orders reads events; other kinds and other currencies are passed over.
func (cmd *fitCmd) orders(in io.Reader) ([]lifetime.Purchase, error) {
	var out []lifetime.Purchase
	s := lines(in)
	for n := 1; s.Scan(); n++ {
		if len(s.Bytes()) == 0 {
			continue
		}
		e, err := intake.Decode(s.Bytes())
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		if e.Kind != score.Orders.Event {
			continue
		}
		if amount, ok := score.Orders.Amount(e.Data, money.Currency(cmd.Currency)); ok {
			out = append(out, lifetime.Purchase{Customer: e.Identifiers[cmd.Identify], At: e.Time, Amount: amount})
		}
	}
	return out, s.Err()
}
