package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/house"
	"github.com/senda-dev/senda/internal/intake"
	"github.com/senda-dev/senda/internal/outbox"
	"github.com/senda-dev/senda/internal/smtp"
	"github.com/senda-dev/senda/internal/sqlite"
)

type runCmd struct {
	journeysFlag
	storeFlags
	Events string `help:"A file of events, one JSON object a line ('-': standard input)." default:"-" placeholder:"FILE"`
	Clock  string `enum:"real,virtual" default:"real" help:"real: now. virtual: the events' own time, as fast as it goes."`
	Until  string `help:"With the virtual clock: how far to go on after the last event (default: until nobody is inside a journey, a year at most)." placeholder:"TIME"`
	Outbox string `help:"The folder into which mail is put (default: ${default})." default:"out/mails" xor:"mail" type:"path"`
	SMTP   string `name:"smtp" help:"An SMTP server to hand mail to instead." placeholder:"HOST:PORT" xor:"mail"`
}

func (cmd *runCmd) Help() string {
	return `Takes events in, lets people enter the journeys and carries them on: scores, offers,
mails under consent and caps, pauses. What waits survives the process, kill -9
included; run again with the same store to go on.

With the real clock it runs until it is interrupted, and every step is on the disk
before the next is taken. With the virtual one it ends when nobody is inside a journey
any more, and it does not wait for the disk: a power failure, unlike kill -9, may cost
the latest steps of what is only a rehearsal. An event that was refused makes its exit
code 1.

Examples:
  senda run --events events.ndjson --clock virtual --store try.db --outbox out/mails
  tail -f shop.log | senda run --smtp localhost:25`
}

func (cmd *runCmd) mailer() (senda.Mailer, error) {
	if cmd.SMTP != "" {
		return &smtp.Mailer{Addr: cmd.SMTP}, nil
	}
	return outbox.Open(cmd.Outbox, cmd.Clock == "real")
}

func (cmd *runCmd) Run(ctx context.Context, c *console, in io.Reader) error {
	h, err := cmd.sound(c)
	if err != nil {
		return err
	}
	models, err := cmd.models()
	if err != nil {
		return err
	}
	mailer, err := cmd.mailer()
	if err != nil {
		return err
	}
	if cmd.Events != "-" {
		f, err := os.Open(cmd.Events)
		if err != nil {
			return err
		}
		defer f.Close() //nolint:errcheck // it was only read
		in = f
	}
	virtual := house.NewVirtual(time.Time{})
	var clock senda.Clock = senda.ClockFunc(func() time.Time { return time.Now().UTC() })
	safety := sqlite.Full
	if cmd.Clock == "virtual" {
		clock, safety = virtual, sqlite.Normal
	}
	here, err := cmd.open(ctx, h, models, clock, mailer, safety)
	if err != nil {
		return err
	}
	defer here.store.Close() //nolint:errcheck // every commit was answered before
	tally := &tally{}
	if cmd.Clock == "virtual" {
		err = cmd.drive(ctx, here.house, virtual, in, tally)
	} else {
		err = serve(ctx, c, here.house, in, tally)
	}
	if errors.Is(err, context.Canceled) {
		err = nil
	}
	if err != nil {
		return err
	}
	if err := tally.report(c); err != nil {
		return err
	}
	if cmd.Clock == "virtual" && tally.Refused > 0 {
		return errFound
	}
	return nil
}

// tally counts what came of events.
type tally struct {
	Taken, Duplicates, Refused int
}

func (t *tally) count(r intake.Result) {
	switch r.Fate {
	case intake.Duplicate:
		t.Duplicates++
	case intake.Refused:
		t.Refused++
	case intake.Taken, intake.Forgotten:
		t.Taken++
	}
}

func (t *tally) report(c *console) error {
	if c.json {
		return c.writeJSON(map[string]int{"taken": t.Taken, "duplicates": t.Duplicates, "refused": t.Refused})
	}
	_, err := fmt.Fprintf(c.out, "%d events taken in, %d known already, %d refused\n", t.Taken, t.Duplicates, t.Refused)
	if err == nil && t.Refused > 0 {
		_, err = fmt.Fprintln(c.out, "  help: senda quarantine list says why")
	}
	return err
}

// longest is the longest line that is read, in bytes. Intake takes far less, and
// keeps what is longer in quarantine; beyond this a file is no file of events.
const longest = 8 << 20

// lines reads a stream line by line.
func lines(in io.Reader) *bufio.Scanner {
	s := bufio.NewScanner(in)
	s.Buffer(make([]byte, 0, 64<<10), longest)
	return s
}

// broke is why reading lines ended, nil at their end.
func broke(s *bufio.Scanner) error {
	if errors.Is(s.Err(), bufio.ErrTooLong) {
		return senda.Errorf(senda.Invalid, "read the events", "a line is longer than %d bytes", longest).WithHelp("write one JSON object a line")
	}
	return s.Err()
}

// drive takes the events in at their own time, in the order of the file, and goes on
// until the end that was asked for.
func (cmd *runCmd) drive(ctx context.Context, h *house.House, clock *house.Virtual, in io.Reader, t *tally) error {
	var until time.Time
	if cmd.Until != "" {
		var err error
		if until, err = time.Parse(time.RFC3339, cmd.Until); err != nil {
			return senda.Errorf(senda.Invalid, "read --until", "%q is not an instant", cmd.Until).WithHelp("write it as 2026-12-01T00:00:00Z")
		}
	}
	if _, err := h.Runner.Recover(ctx); err != nil {
		return err
	}
	f := &file{lines: lines(in), clock: clock, intake: h.Intake, count: t.count}
	before := f.begin()
	if !f.some { // no event at all: what waits in the store goes on
		next, ok := h.Runner.Next()
		if !ok {
			next = time.Now()
		}
		clock.Set(next)
	}
	for _, body := range before {
		r, err := h.Intake.TakeRaw(ctx, body)
		if err != nil {
			return err
		}
		t.count(r)
	}
	if err := h.Sweep(ctx); err != nil {
		return err
	}
	if err := h.Drive(ctx, clock, f, time.Time{}, nil); err != nil {
		return err
	}
	if err := broke(f.lines); err != nil {
		return err
	}
	if !until.IsZero() {
		return h.Drive(ctx, clock, house.Silence{}, until, nil)
	}
	for most := clock.Now().AddDate(1, 0, 0); h.Runner.Running() > 0 && clock.Now().Before(most); {
		if err := h.Drive(ctx, clock, house.Silence{}, clock.Now().AddDate(0, 0, 1), nil); err != nil {
			return err
		}
	}
	return nil
}

// serve takes events in as they come.
func serve(ctx context.Context, c *console, h *house.House, in io.Reader, t *tally) error {
	if err := h.Recover(ctx); err != nil {
		return err
	}
	events := make(chan house.Incoming)
	go func() {
		defer close(events)
		s := lines(in)
		for s.Scan() {
			if len(s.Bytes()) == 0 {
				continue
			}
			done := make(chan struct{})
			one := house.Incoming{Body: append([]byte(nil), s.Bytes()...), Done: func(r intake.Result, err error) {
				if err != nil {
					fmt.Fprintln(c.err, "senda:", err)
				} else {
					t.count(r)
				}
				close(done)
			}}
			select {
			case events <- one:
				<-done
			case <-ctx.Done():
				return
			}
		}
		if err := broke(s); err != nil {
			report(c.err, err)
		}
	}()
	timer := func(d time.Duration) (<-chan time.Time, func() bool) {
		t := time.NewTimer(d)
		return t.C, t.Stop
	}
	return h.Serve(ctx, events, timer, func(err error) { fmt.Fprintln(c.err, "senda:", err) })
}
