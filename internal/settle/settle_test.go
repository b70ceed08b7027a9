package settle_test

import (
	"context"
	"errors"
	"testing"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/entry"
	"github.com/senda-dev/senda/internal/inmem"
	"github.com/senda-dev/senda/internal/settle"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

type intake struct{ err error }

func (i intake) Sweep(context.Context) (int, error) { return 3, i.err }

type offers struct{ learned []string }

func (o *offers) Learn(_ context.Context, epoch string) error {
	o.learned = append(o.learned, epoch)
	return nil
}

// After a crash in each of the four places one run leaves nothing half done, even
// when a part of it fails.
func TestNothingStaysHalfDone(t *testing.T) {
	store, machines, learner := inmem.New(), inmem.NewMachines(), &offers{}
	clock := senda.ClockFunc(func() time.Time { return noon })
	down := errors.New("the events are down")
	s := &settle.Service{
		Clock: clock, Intake: intake{down}, Offers: learner,
		Entries: &entry.Service{Store: store, Machines: machines, Clock: clock, Rules: entry.Product()},
	}
	var again []senda.MessageID
	s.Resend = func(_ context.Context, c senda.Claim) error { again = append(again, c.Message); return nil }

	unstarted := senda.Entry{Person: "p-1", ID: senda.NewEntryID("j", "", 1), Journey: "j", Enrolled: noon.Add(-time.Hour), Status: senda.StatusActive, Pace: 1}
	claim := func(p senda.PersonID, policy senda.Policy, taken time.Duration) senda.Claim {
		return senda.Claim{
			Person: p, Message: senda.MessageID("m-" + p), Entry: unstarted.ID, Step: "s", N: 1, Policy: policy, Fate: senda.Claimed, Fence: 1,
			Taken: noon.Add(-taken), Lease: noon.Add(-taken + time.Minute),
		}
	}
	skip, wait, resend, fresh := claim("p-2", senda.PolicySkip, time.Hour), claim("p-3", senda.PolicyWait, time.Hour), claim("p-4", senda.PolicyResend, time.Hour), claim("p-5", senda.PolicySkip, time.Minute)
	for _, r := range []senda.Record{unstarted, skip, wait, resend, fresh} {
		if err := store.Commit(t.Context(), senda.Put(r, 0)); err != nil {
			t.Fatal(err)
		}
	}
	r, err := s.Run(t.Context())
	if !errors.Is(err, down) || r != (settle.Report{Claims: 2, Entries: 1, Events: 3, Epoch: "2026-03-02"}) {
		t.Errorf("%+v, %v", r, err)
	}
	if len(machines.Started()) != 1 || len(again) != 1 || again[0] != resend.Message || len(learner.learned) != 1 || learner.learned[0] != "2026-03-02" {
		t.Errorf("started %v, resent %v, learned %v", machines.Started(), again, learner.learned)
	}
	for c, want := range map[senda.PersonID]senda.Fate{"p-2": senda.Skipped, "p-3": senda.Unproven, "p-5": senda.Claimed} {
		got, _, _, err := senda.Read[senda.Claim](t.Context(), store, senda.ClaimKey(c, unstarted.ID, "s", 1))
		if err != nil || got.Fate != want {
			t.Errorf("%s: %s, %v", c, got.Fate, err)
		}
	}
}
