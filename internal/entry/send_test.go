package entry

import (
	"context"
	"testing"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/storetest"
	"github.com/senda-dev/senda/internal/task"
)

func (h *house) put(r senda.Record) {
	h.t.Helper()
	if err := h.store.Commit(h.t.Context(), senda.Write{Key: r.Key(), Any: true, Record: r}); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) step(e senda.Entry, name string) (senda.StepRecord, bool) {
	h.t.Helper()
	r, _, ok, err := senda.Read[senda.StepRecord](h.t.Context(), h.store, senda.StepKey(e.Person, e.ID, name, 1))
	if err != nil {
		h.t.Fatal(err)
	}
	return r, ok
}

func TestASendLeavesOnce(t *testing.T) {
	h := newHouse(t)
	e := h.enter()
	for range 3 {
		got, err := h.Send(t.Context(), h.letter(e, "hello", 1, senda.Marketing))
		if err != nil || got.Outcome != task.OutcomeSent || got.Fate != senda.Sent || !got.At.Equal(nine) {
			t.Fatalf("%+v, %v", got, err)
		}
		h.after(time.Hour)
	}
	c, _ := h.claim(e)
	if h.outbox.Calls() != 1 || h.places() != 1 || c.Fate != senda.Sent || c.Service == "" {
		t.Fatalf("%d calls, %d places, claim %+v", h.outbox.Calls(), h.places(), c)
	}
	e = h.entry(e.ID)
	if !e.Touched.Equal(nine) || !e.Goal.Opened.Equal(nine) || !e.Goal.Until.Equal(nine.Add(24*time.Hour)) {
		t.Fatalf("touched %s, goal %+v", e.Touched, e.Goal)
	}
	if r, ok := h.step(e, "hello"); !ok || r.Outcome != task.OutcomeSent {
		t.Fatalf("record %+v", r)
	}
}

func TestWhatAMailServiceMayAnswer(t *testing.T) {
	for name, c := range map[string]struct {
		code    senda.Code
		left    bool
		err     senda.Code // what the machine sees
		outcome string
		fate    senda.Fate
		claimed bool
		places  int
	}{
		"refused for ever":             {senda.Denied, false, "", task.OutcomeRefused, senda.NotSent, true, 0},
		"not now":                      {senda.Unavailable, false, senda.Unavailable, "", "", false, 0},
		"no answer, and it has left":   {senda.Unsure, true, "", task.OutcomeSent, senda.Claimed, true, 1},
		"no answer, and it has stayed": {senda.Unsure, false, "", task.OutcomeSent, senda.Claimed, true, 1},
	} {
		h := newHouse(t)
		h.outbox.Fault = func(n int, _ senda.Envelope) (bool, error) {
			if n > 1 {
				return true, nil
			}
			return c.left, senda.Errorf(c.code, "hand over", "on purpose")
		}
		var undone []bool
		h.Undo = func(_ context.Context, _ senda.Claim, again bool) ([]senda.Write, error) {
			undone = append(undone, again)
			return nil, nil
		}
		e := h.enter()
		l := h.letter(e, "hello", 1, senda.Marketing)
		l.End = senda.LeftCompleted
		got, err := h.Send(t.Context(), l)
		claim, ok := h.claim(e)
		if senda.CodeOf(err) != c.err || got.Outcome != c.outcome || got.Fate != c.fate || ok != c.claimed || claim.Fate != c.fate || h.places() != c.places {
			t.Errorf("%s: %+v, %v, claim %v %q, %d places", name, got, err, ok, claim.Fate, h.places())
		}
		if (len(undone) == 1) != (c.places == 0) {
			t.Errorf("%s: offers taken back %d times", name, len(undone))
		}
		ended := h.entry(e.ID).Status == senda.StatusEnded
		if ended != (c.err == "") {
			t.Errorf("%s: ended %v", name, ended)
		}
		if c.err == "" {
			continue
		}
		// Tried again, it leaves: the end of the entry had waited for it.
		if got, err := h.Send(t.Context(), l); err != nil || got.Fate != senda.Sent || h.places() != 1 || len(h.outbox.Left()) != 1 {
			t.Errorf("%s, again: %+v, %v, %d places", name, got, err, h.places())
		}
	}
}

// died makes an attempt that claims and dies before it hands over.
func (h *house) died(l Letter) {
	h.t.Helper()
	var tk taking
	if _, err := h.run(h.t.Context(), h.taking(l, &tk)); err != nil || tk.standing != Free {
		h.t.Fatalf("%s, %v", tk.standing, err)
	}
}

func TestAClaimWithoutAHandOverGetsItsFate(t *testing.T) {
	for class, want := range map[senda.Class]struct {
		fate  senda.Fate
		calls int
	}{
		senda.Marketing:     {senda.Skipped, 0},
		senda.Service:       {senda.Unproven, 0},
		senda.Transactional: {senda.Sent, 1},
	} {
		h := newHouse(t)
		e := h.enter()
		l := h.letter(e, "hello", 1, class)
		l.End = senda.LeftCompleted
		h.died(l)
		if _, err := h.Send(t.Context(), l); senda.CodeOf(err) != senda.Unavailable {
			t.Fatalf("%s: a second attempt within the lease: %v", class, err)
		}
		h.after(Lease)
		if got, err := h.Send(t.Context(), l); err != nil || got.Fate != senda.Claimed || got.Outcome != task.OutcomeSent {
			t.Fatalf("%s: after the lease: %+v, %v", class, got, err)
		}
		if h.entry(e.ID).Status != senda.StatusEnded {
			t.Errorf("%s: the person does not go on", class)
		}
		resend := func(ctx context.Context, c senda.Claim) error {
			_, err := h.Send(ctx, h.letter(e, c.Step, 1, class))
			return err
		}
		if n, err := h.Settle(t.Context(), resend); n != 0 || err != nil {
			t.Fatalf("%s: settled %d too early, %v", class, n, err)
		}
		h.after(Unknown)
		if _, err := h.Settle(t.Context(), resend); err != nil {
			t.Fatal(err)
		}
		c, _ := h.claim(e)
		if c.Fate != want.fate || h.outbox.Calls() != want.calls {
			t.Errorf("%s: %q after %d calls", class, c.Fate, h.outbox.Calls())
		}
		// A proof that comes late is believed.
		if err := h.Proven(t.Context(), c.Message, "ses-1"); err != nil {
			t.Fatal(err)
		}
		if c, _ = h.claim(e); c.Fate != senda.Sent {
			t.Errorf("%s: proven and still %q", class, c.Fate)
		}
	}
}

func TestAResentMessageIsGivenUpInTheEnd(t *testing.T) {
	h := newHouse(t)
	e := h.enter()
	h.died(h.letter(e, "hello", 1, senda.Transactional))
	h.outbox.Fault = func(int, senda.Envelope) (bool, error) {
		return true, senda.Errorf(senda.Unsure, "hand over", "on purpose")
	}
	for i := range 6 {
		h.after(time.Duration(i+1) * Unknown)
		if _, err := h.Settle(t.Context(), func(ctx context.Context, c senda.Claim) error {
			_, err := h.Send(ctx, h.letter(e, c.Step, 1, senda.Transactional))
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	if c, _ := h.claim(e); c.Fate != senda.Skipped || h.outbox.Calls() != Attempts-1 {
		t.Fatalf("%q after %d calls", c.Fate, h.outbox.Calls())
	}
}

// An attempt whose lease another has taken may not say that the message stayed.
func TestTheFenceKeepsOldAttemptsOut(t *testing.T) {
	c := senda.Claim{Fate: senda.Claimed, Fence: 2}
	if after, st := report(c, 1, Outcome{Came: Stayed}); st.Write || st.GiveBack || after.Fate != senda.Claimed {
		t.Errorf("an old attempt: %+v", st)
	}
	if after, st := report(c, 2, Outcome{Came: Stayed}); !st.Write || !st.GiveBack || after.Fate != senda.NotSent {
		t.Errorf("the current attempt: %+v", st)
	}
	if _, st := report(c, 2, Outcome{Came: Again}); st.Drop {
		t.Error("the first attempt may have left: its claim must stay")
	}
	if after, st := report(c, 1, Outcome{Came: Left}); !st.Write || after.Fate != senda.Sent {
		t.Errorf("what left has left, whoever says it: %+v", st)
	}
}

func TestARefusalIsRecordedAndGoesOn(t *testing.T) {
	h := newHouse(t)
	e := h.enter()
	h.put(senda.ConsentHead{Person: somebody, Standings: []senda.Standing{{State: senda.ConsentWithdrawn}}})
	for range 2 {
		got, err := h.Send(t.Context(), h.letter(e, "hello", 1, senda.Marketing))
		if err != nil || got.Outcome != task.OutcomeRefused || got.Reason != string(senda.GuardWithdrawn) {
			t.Fatalf("%+v, %v", got, err)
		}
	}
	if _, ok := h.claim(e); ok || h.places() != 0 || h.outbox.Calls() != 0 || !h.entry(e.ID).Touched.IsZero() {
		t.Fatal("a refusal left a mark")
	}
}

func TestTheHeldOutAreTouchedAndNotMailed(t *testing.T) {
	h := newHouse(t)
	e := h.enter()
	e.Arm = senda.HeldOut
	h.put(e)
	got, err := h.Send(t.Context(), h.letter(e, "hello", 1, senda.Marketing))
	if err != nil || got.Outcome != task.OutcomeWouldHave {
		t.Fatalf("%+v, %v", got, err)
	}
	if _, ok := h.claim(e); ok || h.places() != 0 || h.outbox.Calls() != 0 {
		t.Fatal("something left")
	}
	h.after(time.Hour)
	h.hear(e, h.signal("1", "bought", h.now))
	if g := h.entry(e.ID).Goal; len(g.Credits) != 1 || g.Credits[0].Value != 1250 {
		t.Fatalf("goal %+v", g)
	}
}

func TestAHeldSendRecordsNothingButTheEndOfThePause(t *testing.T) {
	h := newHouse(t)
	e := h.enter()
	h.register(pause(e, "a", nine))
	l := h.letter(e, "hello", 2, senda.Marketing)
	l.Judge = func(Sight) (Judgement, error) {
		return Judgement{Err: task.Held("hello", senda.Due{Until: nine, Real: nine})}, nil
	}
	if _, err := h.Send(t.Context(), l); senda.CodeOf(err) != senda.Held {
		t.Fatal(err)
	}
	if _, ok := h.step(e, "hello"); ok || h.entry(e.ID).Pause.Over == nil {
		t.Fatalf("record %v, pause %+v", ok, h.entry(e.ID).Pause)
	}
}

func TestLeaving(t *testing.T) {
	h := newHouse(t)
	e := h.enter()
	released := 0
	h.Release = func(_ context.Context, _ senda.Entry, w []senda.Write) ([]senda.Write, error) {
		released++
		return append(w, senda.Write{Key: senda.CounterKey("free"), Any: true, Record: senda.Counter{Name: "free", Used: int64(released)}}), nil
	}
	h.hear(e, h.signal("1", "bought", nine)) // it is between two tasks
	if e := h.entry(e.ID); e.Status != senda.StatusLeaving || released != 0 {
		t.Fatalf("%s, released %d times", e.Status, released)
	}
	for name, act := range map[string]func() error{
		"send":  func() error { _, err := h.Send(t.Context(), h.letter(e, "hello", 1, senda.Marketing)); return err },
		"act":   func() error { _, _, err := h.Act(t.Context(), head(e, "emit", 1, nine), nil); return err },
		"pause": func() error { _, err := h.Pause(t.Context(), pause(e, "a", nine)); return err },
		"decide": func() error {
			_, err := h.Decide(t.Context(), head(e, "offer", 1, nine), nil)
			return err
		},
	} {
		if err := act(); senda.CodeOf(err) != senda.Leaving {
			t.Errorf("%s: %v", name, err)
		}
	}
	e = h.entry(e.ID)
	if e.Status != senda.StatusEnded || e.Reason != "bought" || !e.LeftAt.Equal(nine) || released != 1 {
		t.Fatalf("%s by %s at %s, released %d times", e.Status, e.Reason, e.LeftAt, released)
	}
}

func TestAnExitDuringAPauseEndsAtOnce(t *testing.T) {
	h := newHouse(t)
	e := h.enter()
	h.register(pause(e, "a", nine))
	h.after(10 * minute)
	h.hear(e, h.signal("1", "bought", h.now))
	if c, ok := h.runs.Failed("a"); !ok || c != senda.Leaving {
		t.Fatalf("failed with %q, %v", c, ok)
	}
	if e := h.entry(e.ID); e.Status != senda.StatusEnded || e.Reason != "bought" {
		t.Fatalf("%s by %s", e.Status, e.Reason)
	}
}

func TestAnExitStepIsOnTheTimeline(t *testing.T) {
	h := newHouse(t)
	e := h.enter()
	l := h.letter(e, "hello", 3, senda.Marketing)
	l.End, l.Exit = "thanked", "exit-thanked"
	if _, err := h.Send(t.Context(), l); err != nil {
		t.Fatal(err)
	}
	r, ok := h.step(e, "exit-thanked")
	if e = h.entry(e.ID); !ok || r.Seq != 4 || r.Outcome != "thanked" || e.Reason != "thanked" || e.Status != senda.StatusEnded {
		t.Fatalf("record %+v, entry %s by %s", r, e.Status, e.Reason)
	}
	q := task.PauseRequest{Head: head(e, "exit-thanked", 4, nine), Op: task.OpExit}
	q.End, q.Exit = "thanked", "exit-thanked"
	if _, err := h.Pause(t.Context(), q); err != nil {
		t.Fatalf("asked again: %v", err)
	}
}

func TestADecisionIsStoredOnce(t *testing.T) {
	h := newHouse(t)
	e := h.enter()
	asked := 0
	last := head(e, "offer", 1, nine)
	last.End = senda.LeftCompleted
	for range 3 {
		d, err := h.Decide(t.Context(), last, func(_ context.Context, e senda.Entry, at time.Time) (senda.Decision, Deed, error) {
			asked++
			return senda.Decision{Person: e.Person, Entry: e.ID, Step: "offer", N: 1, At: at, Offer: "free-delivery"},
				Deed{Writes: []senda.Write{senda.Put(senda.Counter{Name: "cap", Used: int64(asked)}, 0)}}, nil
		})
		if err != nil || d.Offer != "free-delivery" {
			t.Fatalf("%+v, %v", d, err)
		}
	}
	if asked != 1 {
		t.Fatalf("asked %d times", asked)
	}
}

// Over a store that is stale, conflicting, unsure and unavailable, nobody is
// mailed twice, and whoever names the attempts loses no mail to a lost answer.
func TestSendsOverAFlakyStore(t *testing.T) {
	h := newHouse(t)
	var all []senda.Entry
	for i := range 40 {
		c := candidate("first", nine)
		c.Entry.Person = senda.PersonID(rune('A'+i%26)) + senda.PersonID(rune('a'+i/26))
		d, err := h.Enter(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, d.Entry)
	}
	flaky := storetest.NewFlaky(h.store, 3, 0.1)
	h.Store = flaky
	n := 0
	h.Holder = func() string { n++; return senda.ShortHash(time.Duration(n).String()) }
	for _, e := range all {
		for try := 0; ; try++ {
			_, err := h.Send(t.Context(), h.letter(e, "hello", 1, senda.Marketing))
			if err == nil {
				break
			}
			if try > 50 {
				t.Fatal(err)
			}
			h.now = h.now.Add(Lease) // the machine tries again later
		}
	}
	h.now = h.now.Add(Unknown)
	for range 50 {
		h.Settle(t.Context(), nil) //nolint:errcheck // what fails now is settled the next time
	}
	h.Store = h.store
	if _, err := h.Settle(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	seen := map[senda.MessageID]bool{}
	for _, m := range h.outbox.Left() {
		if seen[m.Message] {
			t.Errorf("%s left twice", m.Message)
		}
		seen[m.Message] = true
	}
	sent := 0
	for _, e := range all {
		c, ok := h.claim(e)
		if !ok || c.Fate == senda.Claimed || c.Fate == senda.Sent && !seen[c.Message] {
			t.Errorf("claim %v, %q", ok, c.Fate)
		}
		if c.Fate == senda.Sent {
			sent++
		}
	}
	if sent < 36 || flaky.Faults() < 40 {
		t.Errorf("%d of %d sent in spite of %d faults", sent, len(all), flaky.Faults())
	}
}
