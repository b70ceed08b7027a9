//go:build localstack

package it

import (
	"bytes"
	"context"
	"crypto/rand"
	"net/mail"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/compile"
	"github.com/senda-dev/senda/internal/feedback"
	"github.com/senda-dev/senda/internal/play"
	"github.com/senda-dev/senda/internal/rehearsal"
	"github.com/senda-dev/senda/internal/scenario"
	"github.com/senda-dev/senda/internal/wiring"
)

// room is how long an event may take from the bus to its effect, on a machine that is busy
// with other things too, and atOnce how many scenarios are played side by side: this is a
// test of behaviour, not of load.
const (
	room   = 4 * time.Minute
	atOnce = 12
)

// byItself is how long a scenario may take in which nothing must arrive in time: its timers
// run by themselves. registered is how long a pause must last to be registered before it is
// over, on a machine that is busy: one whose time is up earlier leaves no line.
const (
	byItself   = 10 * time.Second
	registered = 6 * time.Second
)

// Every scenario of the shop comes out in the deployment, step by step and mail by
// mail, as it does in process: over the bus, the queues, the functions and Step
// Functions, with the same machine text.
func TestScenarios(t *testing.T) {
	w := deployed(t)
	places := make(chan struct{}, atOnce)
	var all sync.WaitGroup
	for _, j := range w.house.Journeys {
		list, found := scenario.Read(j.ScenariosFile, j.Scenarios)
		if err := found.Err(); err != nil {
			t.Fatal(err)
		}
		for _, s := range list {
			all.Go(func() {
				places <- struct{}{}
				defer func() { <-places }()
				t.Run(j.Name()+"/"+s.Name.Value, func(t *testing.T) { w.rehearse(t, j, s) })
			})
		}
	}
	all.Wait()
}

func (w *world) rehearse(t *testing.T, j *compile.Journey, s scenario.Scenario) {
	script, want, err := w.player.Rehearse(t.Context(), j, s)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range play.Compare(s, want) {
		t.Errorf("in process, already: %s", d)
	}
	st := w.stage(t, script.Person.ID, want)
	if !acts(script) {
		st.Room, st.TimeUp = byItself, nil
		if float64(shortest(script, want))/float64(script.Pace(want, 0, byItself)) < float64(registered) {
			st.Room, st.TimeUp = 5*room, w.timeUp
		}
	}
	script.Person.Pace = script.Pace(want, 0, st.Room)
	ctx, stop := context.WithTimeout(t.Context(), 5*time.Minute)
	defer stop()
	got, err := script.Perform(ctx, st)
	if err != nil {
		t.Fatal(err)
	}
	got.Why = want.Why // which a deployment does not tell
	if d := cmp.Diff(want, got, cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".Mails" }, cmp.Ignore())); d != "" {
		t.Errorf("- in process, + in the deployment\n%s", d)
	}
	if len(got.Mails) != len(want.Mails) {
		t.Fatalf("%d mails left, not %d", len(got.Mails), len(want.Mails))
	}
	for i, m := range got.Mails {
		if m.Step != want.Mails[i].Step || m.Message != want.Mails[i].Message || !from(want.Mails[i], m.From) || m.To != want.Mails[i].To {
			t.Errorf("mail %d is %s of %s from %s to %s", i, m.Message, m.Step, m.From, m.To)
		}
		if !bytes.Equal(m.MIME, want.Mails[i].MIME) {
			t.Errorf("the mail of %s differs\n%s", m.Step, cmp.Diff(string(want.Mails[i].MIME), string(m.MIME)))
		}
	}
}

// acts says whether something must happen while the person is inside.
func acts(s *play.Script) bool {
	return s.Acts[len(s.Acts)-1].At.After(s.Start)
}

// shortest is the least journey time between two steps.
func shortest(s *play.Script, r play.Result) time.Duration {
	least, before := 365*24*time.Hour, s.Start
	for _, l := range r.Lines {
		if d := l.At.Sub(before); d > 0 {
			least = min(least, d)
		}
		before = l.At
	}
	return least
}

// from says whether an envelope's sender is an address; SES keeps the address alone.
func from(e senda.Envelope, address string) bool {
	a, err := mail.ParseAddress(e.From)
	return err == nil && a.Address == address
}

func (w *world) stage(t *testing.T, p senda.PersonID, expected play.Result) *rehearsal.Stage {
	pages := w.pages(t)
	return &rehearsal.Stage{
		Person: p, Records: w.store, Bus: w.bus, Expected: expected, Room: room, Moment: moment,
		Look: func(ctx context.Context, journey string, at time.Time, p senda.PersonID) error {
			return w.look(ctx, pages, journey, at, p)
		},
		Tell: w.tell, TimeUp: w.timeUp,
		Left: func(ctx context.Context, p senda.Person) ([]senda.Envelope, error) {
			return w.envelopes(ctx, p.Address)
		},
	}
}

// tell lets SES tell what became of a mail. What a person does with the links of a mail
// is told by our own pages, at the time of their clock; in a scenario it has a time of its
// own, so that the use case behind the pages is called with it, over the same store and bus.
func (w *world) tell(ctx context.Context, n feedback.Notice) error {
	found, err := w.store.Find(ctx, senda.IndexRange{Index: senda.IndexMessages, Part: string(n.Message)})
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return senda.Errorf(senda.NotFound, "tell of "+string(n.Message), "no such mail was claimed")
	}
	c, _, _, err := senda.As[senda.Claim](found[0])
	if err != nil {
		return err
	}
	at := n.Time.UTC().Format(time.RFC3339Nano)
	switch n.Kind {
	case feedback.Delivered:
		return w.happens(ctx, c.Service, "Delivery", map[string]any{"timestamp": at})
	case feedback.Bounced:
		return w.happens(ctx, c.Service, "Bounce", map[string]any{"timestamp": at, "bounceType": n.Type, "bounceSubType": n.Sub})
	case feedback.Complained:
		return w.happens(ctx, c.Service, "Complaint", map[string]any{"timestamp": at, "complaintFeedbackType": n.Type})
	case feedback.Sent, feedback.Opened, feedback.Clicked, feedback.Answered:
	}
	core := wiring.New(wiring.Ports{
		Store: w.store, Bundles: w.house.Shelf(), Deployments: w.register(), Rules: w.rules, Clock: senda.ClockFunc(time.Now),
		Bus: w.bus, Keys: w.keys.Identity, Random: rand.Reader,
	})
	return core.Feedback(
		func(context.Context, string) error { return nil },
		func(context.Context, feedback.Alarm) error { return nil },
	).Take(ctx, n)
}
