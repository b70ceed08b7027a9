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
	"github.com/senda-dev/senda/internal/fit"
	"github.com/senda-dev/senda/internal/lifetime"
	"github.com/senda-dev/senda/internal/money"
)

type fitCmd struct {
	journeysFlag
	Events   string `help:"order.completed events, one JSON object a line ('-': standard input)." placeholder:"FILE" xor:"from"`
	Cdnow    string `name:"cdnow" help:"A file of the CDNOW form: customer, date, pieces, dollars." placeholder:"FILE" xor:"from"`
	Currency string `help:"Only orders in this currency." default:"USD"`
	Split    string `help:"The last day to learn from; what comes after judges the models (default: half-way)." placeholder:"2026-06-30"`
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
	o := fit.Options{Refit: true, Currency: money.Currency(cmd.Currency)}
	var err error
	if cmd.Split != "" {
		if o.CalibrationEnd, err = day(cmd.Split, "--split"); err != nil {
			return err
		}
	}
	if cmd.End != "" {
		if o.HoldOutEnd, err = day(cmd.End, "--end"); err != nil {
			return err
		}
	}
	purchases, err := cmd.purchases(c, in, o)
	if err != nil {
		return err
	}
	file, err := fit.Fit(purchases, o)
	var undetermined *lifetime.NotIdentifiableError
	if errors.As(err, &undetermined) {
		return senda.Errorf(senda.Invalid, "fit "+cmd.Model, "%v", undetermined).WithHelp("give it more customers, or a longer time before --split")
	}
	if err != nil {
		return err
	}
	text, err := file.Encode()
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
	_, err = fmt.Fprintf(c.out, "%s\nwritten to %s\n", file.Report, shown(path))
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
func (cmd *fitCmd) purchases(c *console, in io.Reader, o fit.Options) ([]lifetime.Purchase, error) {
	for _, name := range []string{cmd.Cdnow, cmd.Events} {
		if name == "" || name == "-" {
			continue
		}
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer f.Close() //nolint:errcheck // it was only read
		in = f
	}
	if cmd.Cdnow != "" {
		rows, err := cdnow.Parse(in)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", shown(cmd.Cdnow), err)
		}
		out := make([]lifetime.Purchase, len(rows))
		for i, r := range rows {
			out[i] = lifetime.Purchase{Customer: r.Customer, At: r.Date, Amount: r.Cents}
		}
		return out, nil
	}
	read, err := fit.Events(in, o)
	if err != nil {
		return nil, err
	}
	if read.Foreign > 0 {
		fmt.Fprintf(c.err, "%d orders in another currency than %s, or without an amount, are left out\n", read.Foreign, cmd.Currency)
	}
	return read.Purchases, nil
}
