package rehearsal_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/compile"
	"github.com/senda-dev/senda/internal/house"
	"github.com/senda-dev/senda/internal/inmem"
	"github.com/senda-dev/senda/internal/intake"
	"github.com/senda-dev/senda/internal/play"
	"github.com/senda-dev/senda/internal/rehearsal"
	"github.com/senda-dev/senda/internal/rules"
	"github.com/senda-dev/senda/internal/scenario"
	"github.com/senda-dev/senda/internal/score"
)

// late is how long everything takes on its way here: a bus, a queue, a cold function.
const late = 1500 * time.Millisecond

// town is one house with real timers over one store, in which every scenario of the
// shop is rehearsed at once.
type town struct {
	*house.House
	store  *inmem.Store
	outbox *inmem.Outbox
	events chan house.Incoming
}

// Emit implements senda.Bus: an event arrives, but not at once.
func (w *town) Emit(_ context.Context, e senda.Event) error {
	go func() {
		time.Sleep(late)
		w.events <- house.Incoming{Body: intake.Encode(e), Done: func(intake.Result, error) {}}
	}()
	return nil
}

func (w *town) stage(p senda.PersonID, expected play.Result) *rehearsal.Stage {
	return &rehearsal.Stage{
		Person: p, Records: w.store, Bus: w, Expected: expected, Room: 8 * time.Second,
		Look: func(ctx context.Context, journey string, at time.Time, p senda.PersonID) error {
			_, err := w.Audience.One(ctx, journey, at, p)
			return err
		},
		Tell: w.Feedback.Take,
		Left: func(context.Context, senda.Person) ([]senda.Envelope, error) { return w.outbox.Left(), nil },
		Moment: func(ctx context.Context) error {
			time.Sleep(200 * time.Millisecond)
			return ctx.Err()
		},
	}
}

// Every scenario of the shop comes out the same by the clock, at a fast pace, among all
// the others in one store, as alone in virtual time.
func TestScenariosComeOutTheSameByTheClock(t *testing.T) {
	folder := filepath.Join("..", "..", "journeys")
	h, found := compile.Dir(os.DirFS(folder), "journeys")
	if found.HasErrors() {
		t.Fatal(found.Render(h.Source))
	}
	models, err := score.LoadModels(os.DirFS(folder))
	if err != nil {
		t.Fatal(err)
	}
	at, err := play.Nobody()
	if err != nil {
		t.Fatal(err)
	}
	at.Run = "by the clock"
	player, err := play.At(h, models, at)
	if err != nil {
		t.Fatal(err)
	}
	r, err := rules.New(h.Catalog, at.Salt, nil)
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		w := &town{store: inmem.New(), outbox: new(inmem.Outbox), events: make(chan house.Incoming)}
		shelf := h.Shelf()
		w.House = house.New(house.Config{
			Store: w.store, Bundles: shelf, Deployments: shelf, Rules: r, Clock: senda.ClockFunc(time.Now), Mailer: w.outbox, Bus: w,
			Keys: at.Keys, Links: at.Links, Random: rand.Reader, Models: func() *score.Models { return models },
			Failed: func(e senda.Execution) { t.Errorf("%s failed: %s %s", e.Name, e.Error, e.Cause) },
		})
		ctx, stop := context.WithCancel(t.Context())
		go w.Serve(ctx, w.events, timer, func(err error) { t.Error(err) }) //nolint:errcheck // it ends with its context
		done := make(chan struct{})
		n := 0
		for _, j := range h.Journeys {
			list, found := scenario.Read(j.ScenariosFile, j.Scenarios)
			if found.HasErrors() {
				t.Fatal(found.Render(h.Source))
			}
			for _, s := range list {
				n++
				go func() {
					rehearse(t, player, w, j, s)
					done <- struct{}{}
				}()
			}
		}
		begin := time.Now()
		for range n {
			<-done
		}
		t.Logf("%d scenarios took %s", n, time.Since(begin))
		stop()
	})
}

func timer(d time.Duration) (<-chan time.Time, func() bool) {
	x := time.NewTimer(d)
	return x.C, x.Stop
}

func rehearse(t *testing.T, player *play.Player, w *town, j *compile.Journey, s scenario.Scenario) {
	name := j.Name() + ": " + s.Name.Value
	script, want, err := player.Rehearse(t.Context(), j, s)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	st := w.stage(script.Person.ID, want)
	script.Person.Pace = script.Pace(want, 0, st.Room)
	ctx, stop := context.WithTimeout(t.Context(), time.Hour)
	defer stop()
	got, err := script.Perform(ctx, st)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	got.Why = want.Why // which a deployment does not tell
	if d := cmp.Diff(want, got, cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".Mails" }, cmp.Ignore())); d != "" {
		t.Errorf("%s (- in this process, + by the clock)\n%s", name, d)
	}
	for i := range min(len(got.Mails), len(want.Mails)) {
		if !bytes.Equal(got.Mails[i].MIME, want.Mails[i].MIME) {
			t.Errorf("%s: the mail %s differs\n%s", name, want.Mails[i].Step, cmp.Diff(string(want.Mails[i].MIME), string(got.Mails[i].MIME)))
		}
	}
	if len(got.Mails) != len(want.Mails) {
		t.Errorf("%s: %d mails, not %d", name, len(got.Mails), len(want.Mails))
	}
}
