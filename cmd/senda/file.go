package main

import (
	"bufio"
	"context"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/house"
	"github.com/senda-dev/senda/internal/intake"
)

// file is the events of a file as a feed of virtual time, in the order of its lines:
// the clock never goes back, so that one that comes late in the file arrives late. It
// hands out nothing decoded: intake reads each line as it would one from a wire, and
// keeps what it refuses as it came.
type file struct {
	lines  *bufio.Scanner
	clock  *house.Virtual
	intake *intake.Intake
	count  func(intake.Result)

	body []byte
	at   time.Time
	some bool
}

// patience is how far the clock goes on for the sake of one event. A time behind that
// is a slip of the pen: the event is taken in now, and refused for being ahead.
const patience = 366 * 24 * time.Hour

// read goes on to the next line that is not empty. It says whether that is an event.
func (f *file) read() bool {
	for f.some = f.lines.Scan(); f.some && len(f.lines.Bytes()) == 0; f.some = f.lines.Scan() {
	}
	f.body, f.at = append([]byte(nil), f.lines.Bytes()...), f.clock.Now()
	e, err := intake.Decode(f.body)
	if err == nil && (f.at.IsZero() || e.Time.Sub(f.at) <= patience) {
		f.at = e.Time
	}
	return err == nil
}

// begin finds the first event, whose time is that of the clock from then on, and
// returns the lines before it, which are none.
func (f *file) begin() (before [][]byte) {
	for !f.read() && f.some {
		before = append(before, f.body)
	}
	f.clock.Set(f.at)
	return before
}

// Peek implements house.Feed.
func (f *file) Peek() (time.Time, bool) { return f.at, f.some }

// Do implements house.Doer.
func (f *file) Do(ctx context.Context) (bool, error) { //nolint:unparam // house.Doer asks for it
	r, err := f.intake.TakeRaw(ctx, f.body)
	if err != nil {
		return true, err
	}
	f.count(r)
	f.read()
	return true, nil
}

// Next is never called: Do does it all.
func (f *file) Next() senda.Event { return senda.Event{} }
