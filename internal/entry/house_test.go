package entry

import (
	"context"
	"testing"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/inmem"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/task"
)

// house is a service over ports in memory, with one person.
type house struct {
	*Service
	t      *testing.T
	store  *inmem.Store
	runs   *inmem.Machines
	outbox *inmem.Outbox
	now    time.Time
}

var nine = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

const somebody = senda.PersonID("p-1")

func newHouse(t *testing.T) *house {
	h := &house{t: t, store: inmem.New(), runs: inmem.NewMachines(), outbox: &inmem.Outbox{}, now: nine}
	h.Service = &Service{
		Store: h.store, Machines: h.runs, Clock: senda.ClockFunc(func() time.Time { return h.now }), Rules: Product(),
		// A condition is the value that the event's field "is" must have.
		Match: func(_ senda.Entry, condition string, s senda.Signal, _ jsonata.Value) bool {
			return s.Data.Get("is").Str() == condition
		},
		Ends: func(_ context.Context, _ senda.Entry, next map[string]senda.PauseSpec, at time.Time) (map[string]senda.Due, error) {
			due := map[string]senda.Due{}
			for name := range next {
				due[name] = senda.Due{Until: at.Add(time.Hour), Real: at.Add(time.Hour)}
			}
			return due, nil
		},
	}
	return h
}

func (h *house) after(d time.Duration) { h.now = nine.Add(d) }

func candidate(event string, at time.Time) Candidate {
	return Candidate{
		Entry: senda.Entry{
			Person: somebody, Journey: "j", Bundle: "b", At: at, Enrolled: at, Event: senda.Ref{Source: "shop", ID: event},
			Arm: senda.Treated, Pace: senda.Life,
		},
		Again: func(time.Time) (time.Time, bool) { return time.Time{}, false },
	}
}

// enter lets somebody enter at nine.
func (h *house) enter() senda.Entry {
	h.t.Helper()
	d, err := h.Enter(h.t.Context(), candidate("first", h.now))
	if err != nil || d.Admission != Entered {
		h.t.Fatalf("enter: %s, %v", d.Admission, err)
	}
	return d.Entry
}

func (h *house) entry(id senda.EntryID) senda.Entry {
	h.t.Helper()
	e, _, ok, err := senda.Read[senda.Entry](h.t.Context(), h.store, senda.EntryKey(somebody, id))
	if err != nil || !ok {
		h.t.Fatalf("entry %s: %v, %v", id, ok, err)
	}
	return e
}

func head(e senda.Entry, step string, seq int, at time.Time) task.Head {
	return task.Head{Version: 1, Person: e.Person, Entry: e.ID, Bundle: e.Bundle, Pace: e.Pace, Step: step, N: 1, Seq: seq, At: at}
}

// pause asks for an await of "clicked" from since for an hour.
func pause(e senda.Entry, token string, since time.Time) task.PauseRequest {
	until := since.Add(time.Hour)
	return task.PauseRequest{
		Head: head(e, "await-clicked", 1, since), Op: task.OpRegister, Token: token, Kind: senda.PauseAwait,
		Due: senda.Due{Until: until, Real: until}, Listens: []senda.Listen{{Event: "clicked"}},
	}
}

// register waits for the token and registers.
func (h *house) register(q task.PauseRequest) senda.Code {
	h.runs.Wait(q.Token)
	_, err := h.Pause(h.t.Context(), q)
	return senda.CodeOf(err)
}

var interest = Interest{
	Exits:  []Exit{{senda.Listen{Event: "bought"}, "bought"}},
	Awaits: []senda.Listen{{Event: "clicked"}},
	Goal:   &senda.Listen{Event: "bought"},
	Value:  func(senda.Entry, senda.Signal) (int64, string) { return 1250, "EUR" },
}

func (h *house) signal(id, kind string, happened time.Time) senda.Signal {
	return senda.Signal{Ref: senda.Ref{Source: "shop", ID: id}, Kind: kind, Time: happened, At: h.now}
}

func (h *house) hear(e senda.Entry, s senda.Signal) senda.Entry {
	h.t.Helper()
	got, err := h.Hear(h.t.Context(), e.Person, e.ID, s, interest)
	if err != nil {
		h.t.Fatalf("hear: %v", err)
	}
	return got
}

// letter is a marketing mail of a step that every guard lets through but consent
// and a cap of three.
func (h *house) letter(e senda.Entry, step string, seq int, class senda.Class) Letter {
	c := senda.Claim{
		Person: e.Person, Message: e.ID.Message(e.Person, step, 1), Entry: e.ID, Step: step, N: 1,
		Journey: e.Journey, Family: "house", Class: class, Mail: step,
	}
	return Letter{
		Head: head(e, step, seq, h.now), Claim: c, Suppression: "digest",
		Judge: func(s Sight) (Judgement, error) {
			refuse := func(g senda.Guard) (Judgement, error) {
				return Judgement{Outcome: task.OutcomeRefused, Reason: string(g)}, nil
			}
			switch {
			case s.Suppression.Dead:
				return refuse(senda.GuardDead)
			case len(s.Consent.Standings) > 0 && s.Consent.Standings[0].State == senda.ConsentWithdrawn:
				return refuse(senda.GuardWithdrawn)
			case e.Arm == senda.HeldOut:
				return Judgement{Outcome: task.OutcomeWouldHave, Touch: true, Goal: s.At.Add(24 * time.Hour)}, nil
			}
			j := Judgement{Outcome: task.OutcomeSent, Touch: true, Goal: s.At.Add(24 * time.Hour)}
			if class == senda.Marketing {
				if len(s.Ledger.Places) >= 3 {
					return refuse(senda.GuardCap)
				}
				l := s.Ledger
				l.Person, l.Family = e.Person, "house"
				l.Places = append(append([]senda.Place(nil), l.Places...), senda.Place{Day: s.At.Format(time.DateOnly), Message: c.Message})
				j.Ledger = &l
			}
			return j, nil
		},
		HandOver: func(ctx context.Context, c senda.Claim) (string, error) {
			return h.outbox.HandOver(ctx, senda.Envelope{Message: c.Message})
		},
	}
}

// claim is that of the mail hello.
func (h *house) claim(e senda.Entry) (senda.Claim, bool) {
	h.t.Helper()
	c, _, ok, err := senda.Read[senda.Claim](h.t.Context(), h.store, senda.ClaimKey(e.Person, e.ID, "hello", 1))
	if err != nil {
		h.t.Fatal(err)
	}
	return c, ok
}

func (h *house) places() int {
	h.t.Helper()
	l, _, _, err := senda.Read[senda.CapLedger](h.t.Context(), h.store, senda.CapsKey(somebody, "house"))
	if err != nil {
		h.t.Fatal(err)
	}
	return len(l.Places)
}
