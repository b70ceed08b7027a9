package entry

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/storetest"
	"github.com/senda-dev/senda/internal/task"
)

// ends are the ways in which an entry may end: before is what happens first, ask the
// request that ends it, which may be made any number of times.
var ends = map[string]struct {
	before func(h *house, e senda.Entry)
	ask    func(ctx context.Context, h *house, e senda.Entry) error
	reason string
	// code is the answer to the request; twice, that one request tells twice.
	code  senda.Code
	twice bool
}{
	"the last step acts": {nil, func(ctx context.Context, h *house, e senda.Entry) error {
		_, _, err := h.Act(ctx, last(e, "emit"), nil)
		return err
	}, senda.LeftCompleted, "", false},
	"the last step decides": {nil, func(ctx context.Context, h *house, e senda.Entry) error {
		_, err := h.Decide(ctx, last(e, "gift"), func(context.Context, senda.Entry, time.Time) (senda.Decision, Deed, error) {
			return senda.Decision{Person: e.Person, Entry: e.ID, Step: "gift", N: 1}, Deed{}, nil
		})
		return err
	}, senda.LeftCompleted, "", false},
	"a step finds a reason to leave": {nil, func(ctx context.Context, h *house, e senda.Entry) error {
		_, _, err := h.Act(ctx, head(e, "emit", 1, nine), func(context.Context, senda.Entry, time.Time) (Deed, error) {
			return Deed{Leave: senda.LeftStopped}, nil
		})
		return err
	}, senda.LeftStopped, senda.Leaving, false},
	"a step finds it leaving": {(*house).wantsOut, func(ctx context.Context, h *house, e senda.Entry) error {
		_, _, err := h.Act(ctx, last(e, "emit"), nil)
		return err
	}, senda.LeftErased, senda.Leaving, false},
	"the last mail leaves": {nil, func(ctx context.Context, h *house, e senda.Entry) error {
		l := h.letter(e, "hello", 1, senda.Marketing)
		l.Head = last(e, "hello")
		_, err := h.Send(ctx, l)
		return err
	}, senda.LeftCompleted, "", false},
	"the last mail is refused": {(*house).bounced, func(ctx context.Context, h *house, e senda.Entry) error {
		l := h.letter(e, "hello", 1, senda.Marketing)
		l.Head = last(e, "hello")
		_, err := h.Send(ctx, l)
		return err
	}, senda.LeftCompleted, "", false},
	"a mail finds a reason to leave": {nil, func(ctx context.Context, h *house, e senda.Entry) error {
		return h.refused(ctx, e, head(e, "hello", 1, nine))
	}, senda.LeftUnreachable, "", false},
	"the last mail finds a reason to leave": {nil, func(ctx context.Context, h *house, e senda.Entry) error {
		return h.refused(ctx, e, last(e, "hello"))
	}, senda.LeftUnreachable, "", false},
	"an exit step": {nil, func(ctx context.Context, h *house, e senda.Entry) error {
		_, err := h.Pause(ctx, task.PauseRequest{Head: last(e, "exit"), Op: task.OpExit})
		return err
	}, senda.LeftCompleted, "", false},
	"an exit step finds it leaving": {(*house).wantsOut, func(ctx context.Context, h *house, e senda.Entry) error {
		_, err := h.Pause(ctx, task.PauseRequest{Head: last(e, "exit"), Op: task.OpExit})
		return err
	}, senda.LeftErased, senda.Leaving, false},
	"a pause finds it leaving": {(*house).wantsOut, func(ctx context.Context, h *house, e senda.Entry) error {
		_, err := h.Pause(ctx, pause(e, "a", nine))
		return err
	}, senda.LeftErased, senda.Leaving, false},
	"a time-out finds it leaving": {(*house).wantsOut, func(ctx context.Context, h *house, e senda.Entry) error {
		q := pause(e, "", nine)
		q.Op = task.OpExpire
		_, err := h.Pause(ctx, q)
		return err
	}, senda.LeftErased, senda.Leaving, false},
	"an event during a pause": {(*house).pauses, func(ctx context.Context, h *house, e senda.Entry) error {
		_, err := h.Hear(ctx, e.Person, e.ID, senda.Signal{Ref: senda.Ref{Source: "shop", ID: "o-1"}, Kind: "bought", Time: nine, At: nine}, interest)
		return err
	}, "bought", "", false},
	"its execution failed": {nil, func(ctx context.Context, h *house, e senda.Entry) error {
		return h.End(ctx, e.Person, e.ID, senda.LeftFailed, nine)
	}, senda.LeftFailed, "", false},
	"it is merged before it starts": {func(h *house, e senda.Entry) {
		e.Started = false
		h.put(e)
		if err := h.Leave(h.t.Context(), e.Person, e.ID, senda.LeftMerged, nine); err != nil {
			h.t.Fatal(err)
		}
		h.after(Unstarted)
	}, func(ctx context.Context, h *house, _ senda.Entry) error {
		_, err := h.Sweep(ctx)
		return err
	}, senda.LeftMerged, "", true},
}

// last is the head of a step behind which nothing acts.
func last(e senda.Entry, step string) task.Head {
	h := head(e, step, 1, nine)
	h.End = senda.LeftCompleted
	return h
}

func (h *house) wantsOut(e senda.Entry) {
	if err := h.Leave(h.t.Context(), e.Person, e.ID, senda.LeftErased, nine); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) bounced(senda.Entry) { h.put(senda.Suppression{Address: "digest", Dead: true}) }

func (h *house) pauses(e senda.Entry) {
	h.runs.Wait("a")
	if _, err := h.Pause(h.t.Context(), pause(e, "a", nine)); err != nil {
		h.t.Fatal(err)
	}
}

// refused sends a mail that is refused since the person leaves.
func (h *house) refused(ctx context.Context, e senda.Entry, head task.Head) error {
	l := h.letter(e, "hello", 1, senda.Marketing)
	l.Head = head
	l.Judge = func(Sight) (Judgement, error) {
		return Judgement{Outcome: task.OutcomeRefused, Reason: string(senda.GuardDead), Leave: senda.LeftUnreachable}, nil
	}
	if _, err := h.Send(ctx, l); senda.CodeOf(err) != senda.Leaving {
		return err // a repeated call finds the refusal
	}
	return nil
}

// listen counts what is told, and refuses the first so many.
func (h *house) listen(refuse int) *[]senda.Entry {
	told := &[]senda.Entry{}
	h.Ended = func(_ context.Context, e senda.Entry) error {
		if refuse > 0 {
			refuse--
			return senda.Errorf(senda.Denied, "emit", "the bus is away")
		}
		*told = append(*told, e)
		return nil
	}
	return told
}

// An end is told with the commit that brings it, and again with each repetition.
func TestEveryEndIsTold(t *testing.T) {
	for name, c := range ends {
		h := newHouse(t)
		e := h.enter()
		if c.before != nil {
			c.before(h, e)
		}
		told := h.listen(0)
		for n := 1; n <= 3; n++ {
			if err := c.ask(t.Context(), h, e); senda.CodeOf(err) != c.code {
				t.Errorf("%s, time %d: %v", name, n, err)
			}
			want := n
			if c.twice {
				want = 2 // once it has ended no sweep finds it
			}
			if len(*told) != want {
				t.Errorf("%s: told %d times at time %d, want %d", name, len(*told), n, want)
			}
		}
		now := h.entry(e.ID)
		for _, got := range *told {
			if got.ID != now.ID || got.Status != senda.StatusEnded || got.Reason != c.reason || got.Reason != now.Reason || !got.LeftAt.Equal(now.LeftAt) {
				t.Errorf("%s: told %s by %s at %s; it is %s by %s since %s", name, got.Status, got.Reason, got.LeftAt, now.Status, now.Reason, now.LeftAt)
			}
		}
	}
}

// When nobody can be told the caller hears it, whatever the reason, and its retry tells.
func TestARetryTellsOfAnEnd(t *testing.T) {
	for name, c := range ends {
		h := newHouse(t)
		e := h.enter()
		if c.before != nil {
			c.before(h, e)
		}
		told := h.listen(1)
		if err := c.ask(t.Context(), h, e); senda.CodeOf(err) != senda.Unavailable || len(*told) != 0 {
			t.Errorf("%s: %v, told %d times", name, err, len(*told))
		}
		if now := h.entry(e.ID); !c.twice && (now.Status != senda.StatusEnded || now.Reason != c.reason) {
			t.Errorf("%s: it is %s by %s", name, now.Status, now.Reason)
		}
		if err := c.ask(t.Context(), h, e); senda.CodeOf(err) != c.code || len(*told) == 0 {
			t.Errorf("%s again: %v, told %d times", name, err, len(*told))
		}
	}
}

// Over a store that loses answers and a bus that is away now and then, whoever tries
// until it is done has told.
func TestEndsAreToldOverAFlakyStore(t *testing.T) {
	for name, c := range ends {
		chance := rand.New(rand.NewPCG(5, 1))
		for seed := range uint64(30) {
			h := newHouse(t)
			e := h.enter()
			if c.before != nil {
				c.before(h, e)
			}
			told := 0
			h.Ended = func(context.Context, senda.Entry) error {
				if chance.IntN(3) == 0 {
					return senda.Errorf(senda.Unavailable, "emit", "the bus is away")
				}
				told++
				return nil
			}
			h.Store = storetest.NewFlaky(h.store, seed, 0.3)
			for try := 0; ; try++ {
				err := c.ask(t.Context(), h, e)
				if senda.CodeOf(err) == c.code && (!c.twice || h.entry(e.ID).Status == senda.StatusEnded) {
					break
				}
				if try > 100 {
					t.Fatalf("%s: %v", name, err)
				}
				h.now = h.now.Add(Lease)
			}
			if now := h.entry(e.ID); now.Status != senda.StatusEnded || told == 0 {
				t.Fatalf("%s, seed %d: %s, told %d times", name, seed, now.Status, told)
			}
		}
	}
}

// What does not end an entry tells nobody, and so does a restart, nor what happens to an
// entry that has ended.
func TestWhatIsNoEndIsNotTold(t *testing.T) {
	h := newHouse(t)
	e := h.enter()
	told := h.listen(0)
	none := func(what string, err error) {
		t.Helper()
		if err != nil || len(*told) > 0 {
			t.Fatalf("%s: %v, told %v", what, err, *told)
		}
	}
	_, _, err := h.Act(t.Context(), head(e, "emit", 1, nine), nil)
	none("a step", err)
	_, err = h.Send(t.Context(), h.letter(e, "hello", 2, senda.Marketing))
	none("a mail", err)
	h.runs.Wait("a")
	q := pause(e, "a", nine)
	q.Seq = 3
	_, err = h.Pause(t.Context(), q)
	none("a pause", err)
	h.hear(e, h.signal("1", "clicked", nine))
	none("an event", nil)
	h.hear(e, h.signal("2", "bought", nine))
	none("an exit between two tasks", nil)
	none("leaving again", h.Leave(t.Context(), somebody, e.ID, senda.LeftMerged, nine))

	if _, _, err := h.Act(t.Context(), head(e, "emit-2", 4, nine), nil); senda.CodeOf(err) != senda.Leaving || len(*told) != 1 {
		t.Fatalf("%v, told %d times", err, len(*told))
	}
	*told = nil
	before := len(h.entry(e.ID).Goal.Credits)
	h.hear(e, h.signal("3", "bought", nine.Add(time.Hour)))
	if after := len(h.entry(e.ID).Goal.Credits); after != before+1 {
		t.Fatalf("%d credits", after)
	}
	none("a credit", nil)
	none("leaving after the end", h.Leave(t.Context(), somebody, e.ID, senda.LeftMerged, nine))

	for _, pausing := range []bool{true, false} {
		h := newHouse(t)
		e := h.enter()
		if pausing {
			h.pauses(e)
		}
		told := h.listen(0)
		c := candidate("second", nine)
		c.Restart = true
		h.try(c)
		h.try(c)
		if _, _, err := h.Act(t.Context(), head(e, "emit", 2, nine), nil); senda.CodeOf(err) != senda.Leaving {
			t.Fatal(err)
		}
		if now := h.entry(e.ID); now.Status != senda.StatusEnded || now.Reason != senda.LeftRestarted || len(*told) > 0 {
			t.Fatalf("%s by %s, told %d times", now.Status, now.Reason, len(*told))
		}
	}
}
