package entry

import (
	"fmt"
	"testing"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/task"
)

const minute = time.Minute

// answered reads what a token was answered with.
func (h *house) answered(token string) task.Reply {
	h.t.Helper()
	v, ok := h.runs.Answered(token)
	if !ok {
		h.t.Fatalf("%s was not answered", token)
	}
	r, err := task.DecodeReply(v)
	if err != nil {
		h.t.Fatal(err)
	}
	return r
}

func (h *house) silent(token string) {
	h.t.Helper()
	if v, ok := h.runs.Answered(token); ok {
		h.t.Fatalf("%s was answered: %s", token, v)
	}
	if c, ok := h.runs.Failed(token); ok {
		h.t.Fatalf("%s was failed: %s", token, c)
	}
}

func TestAnEventEndsThePauseAtItsTime(t *testing.T) {
	h := newHouse(t)
	e := h.enter()
	q := pause(e, "a", nine)
	q.Next = map[string]senda.PauseSpec{"wait-4-hours": {For: "4 hours"}}
	if c := h.register(q); c != "" {
		t.Fatal(c)
	}
	h.silent("a")
	h.after(20 * minute)
	h.hear(e, h.signal("1", "clicked", nine.Add(19*minute)))
	r := h.answered("a")
	if !r.At.Equal(nine.Add(19*minute)) || !r.Fields.Get("happened").Bool() || len(r.Due) != 1 {
		t.Fatalf("answered %s", r.Value())
	}
	if e = h.entry(e.ID); e.Pause.Over.How != senda.OverEvent || e.Cursor != 1 {
		t.Fatalf("entry %+v", e)
	}
}

// Journey time neither goes back before the pause nor beyond its planned end.
func TestThePauseEndsWithinItself(t *testing.T) {
	for name, c := range map[string]struct{ happened, want time.Duration }{
		"an event from before the pause that comes now": {-3 * time.Hour, 0},
		"an event that wins against a late time-out":    {70 * minute, 60 * minute},
	} {
		h := newHouse(t)
		e := h.enter()
		h.register(pause(e, "a", nine))
		h.after(71 * minute)
		h.hear(e, h.signal("1", "clicked", nine.Add(c.happened)))
		if at := h.answered("a").At; !at.Equal(nine.Add(c.want)) {
			t.Errorf("%s: ended at %s", name, at)
		}
	}
}

func TestARegistrationFindsWhatIsPending(t *testing.T) {
	for name, c := range map[string]struct {
		arrived time.Duration // after the step before ended
		is      string
		over    bool
	}{
		"arrived since the step before":  {0, "", true},
		"arrived before the step ended":  {-time.Second, "", false},
		"does not satisfy the condition": {minute, "red", false},
	} {
		h := newHouse(t)
		e := h.enter()
		since := nine.Add(30 * minute)
		h.now = since.Add(c.arrived)
		s := h.signal("1", "clicked", h.now)
		s.Data = jsonata.Of(map[string]any{"is": c.is})
		h.hear(e, s)
		h.now = since.Add(2 * minute)
		q := pause(e, "a", since)
		q.Listens = []senda.Listen{{Event: "clicked", If: "blue"}, {Event: "opened"}}
		if c.is == "" {
			q.Listens[0].If = ""
		}
		h.register(q)
		if _, ok := h.runs.Answered("a"); ok != c.over {
			t.Errorf("%s: answered %v", name, ok)
		}
	}
}

func TestAConsumedEventEndsNoSecondPause(t *testing.T) {
	h := newHouse(t)
	e := h.enter()
	h.register(pause(e, "a", nine))
	h.hear(e, h.signal("1", "clicked", nine))
	second := pause(e, "b", nine)
	second.Step, second.Seq = "await-clicked-again", 2
	h.register(second)
	h.silent("b")
	// Delivered again, after a crash between its commit and the end of intake.
	h.hear(e, h.signal("1", "clicked", nine))
	h.silent("b")
	h.hear(e, h.signal("2", "clicked", nine))
	h.answered("b")
}

func TestARepeatedRegistrationAddsATokenOnly(t *testing.T) {
	h := newHouse(t)
	e := h.enter()
	h.register(pause(e, "a", nine))
	h.after(10 * minute)
	q := pause(e, "b", nine)
	q.Due.Until = q.Due.Until.Add(10 * minute) // whatever the retry believes
	h.register(q)
	if p := h.entry(e.ID).Pause; len(p.Tokens) != 2 || !p.Until.Equal(nine.Add(time.Hour)) || p.Over != nil {
		t.Fatalf("pause %+v", p)
	}
	h.hear(e, h.signal("1", "clicked", h.now))
	h.answered("a") // whichever attempt the machine waits for
	h.answered("b")
	h.register(pause(e, "c", nine)) // the answer came while the task was being retried
	if r := h.answered("c"); !r.At.Equal(nine.Add(10 * minute)) {
		t.Fatalf("answered %s", r.Value())
	}
}

func TestALostAnswerIsGivenAgain(t *testing.T) {
	h := newHouse(t)
	e := h.enter()
	q := pause(e, "a", nine)
	if _, err := h.Pause(t.Context(), q); err != nil { // nobody waits for "a" yet: an answer finds no task
		t.Fatal(err)
	}
	h.hear(e, h.signal("1", "clicked", nine))
	h.runs.Wait("a")
	h.hear(e, h.signal("1", "clicked", nine))
	h.answered("a")
	if e = h.entry(e.ID); e.Signals != 1 {
		t.Fatalf("one event counts %d times", e.Signals)
	}
}

func TestATimeOutAsksTheEntry(t *testing.T) {
	expire := func(h *house, e senda.Entry) (task.Reply, senda.Code) {
		q := pause(e, "", nine)
		q.Op = task.OpExpire
		r, err := h.Pause(t.Context(), q)
		return r, senda.CodeOf(err)
	}
	for name, c := range map[string]struct {
		before   func(h *house, e senda.Entry)
		happened bool
		at       time.Duration
		code     senda.Code
	}{
		"nothing came": {func(h *house, e senda.Entry) { h.register(pause(e, "a", nine)) }, false, time.Hour, ""},
		"an event won": {func(h *house, e senda.Entry) {
			h.register(pause(e, "a", nine))
			h.hear(e, h.signal("1", "clicked", nine.Add(minute)))
		}, true, minute, ""},
		"it never registered": {func(*house, senda.Entry) {}, false, time.Hour, ""},
		"it never registered and an event came": {func(h *house, e senda.Entry) {
			h.after(5 * minute)
			h.hear(e, h.signal("1", "clicked", nine.Add(minute)))
		}, true, minute, ""},
		"an exit came": {func(h *house, e senda.Entry) {
			h.register(pause(e, "a", nine))
			h.hear(e, h.signal("1", "bought", nine.Add(minute)))
		}, false, 0, senda.Leaving},
	} {
		h := newHouse(t)
		e := h.enter()
		c.before(h, e)
		h.after(time.Hour)
		for range 2 { // the same again
			r, code := expire(h, e)
			if code != c.code || r.Fields.Get("happened").Bool() != c.happened || c.code == "" && !r.At.Equal(nine.Add(c.at)) {
				t.Errorf("%s: %s, %q", name, r.Value(), code)
			}
		}
		if c.code == "" {
			// After the time-out no event ends this pause.
			over := *h.entry(e.ID).Pause.Over
			h.hear(e, h.signal("late", "clicked", nine.Add(2*minute)))
			if now := h.entry(e.ID).Pause.Over; now.How != over.How || !now.At.Equal(over.At) {
				t.Errorf("%s: first over %+v, then %+v", name, over, now)
			}
		}
	}
}

func TestAPauseWhoseEndHasComeIsOverAtOnce(t *testing.T) {
	h := newHouse(t)
	e := h.enter()
	q := pause(e, "a", nine)
	q.Due = senda.Due{Until: nine.Add(-minute), Real: nine.Add(-minute)}
	h.register(q)
	if r := h.answered("a"); r.Fields.Get("happened").Bool() || !r.At.Equal(nine) {
		t.Fatalf("answered %s", r.Value())
	}
}

func TestALateRegistrationChangesNothing(t *testing.T) {
	h := newHouse(t)
	e := h.enter()
	later := pause(e, "b", nine)
	later.Step, later.Seq = "await-later", 5
	h.register(later)
	if c := h.register(pause(e, "a", nine)); c != senda.NotFound {
		t.Fatalf("code %q", c)
	}
	if p := h.entry(e.ID).Pause; len(p.Tokens) != 1 || p.Tokens[0] != "b" {
		t.Fatalf("pause %+v", p)
	}
}

func TestActingEndsThePauseBefore(t *testing.T) {
	h := newHouse(t)
	e := h.enter()
	h.register(pause(e, "a", nine))
	h.after(90 * minute)
	if _, _, err := h.Act(t.Context(), head(e, "emit", 0, nine), nil); err != nil { // an earlier step, come late
		t.Fatal(err)
	}
	if p := h.entry(e.ID).Pause; p.Over != nil {
		t.Fatalf("over %+v", p.Over)
	}
	_, at, err := h.Act(t.Context(), head(e, "emit", 2, nine.Add(time.Hour)), nil)
	if err != nil || !at.Equal(h.now) {
		t.Fatalf("at %s, %v", at, err)
	}
	if o := h.entry(e.ID).Pause.Over; o == nil || o.How != senda.OverTime || !o.At.Equal(nine.Add(time.Hour)) {
		t.Fatalf("over %+v", o)
	}
	steps, err := h.store.Range(t.Context(), senda.Range{Kind: senda.KindStep, Part: string(somebody)})
	if err != nil || len(steps) != 1 || steps[0].Record.(senda.StepRecord).Outcome != senda.OverTime {
		t.Fatalf("timeline %v, %v", steps, err)
	}
}

func TestAtAnotherPaceATaskTakesNoJourneyTime(t *testing.T) {
	at := Now(60, nine, nine.Add(time.Hour))
	if !at.Equal(nine) || !Now(senda.Life, nine, nine.Add(-minute)).Equal(nine) || !Now(senda.Life, nine, nine.Add(minute)).Equal(nine.Add(minute)) {
		t.Fatalf("at %s", at)
	}
}

// An entry keeps a bounded number of signals, the latest.
func TestSignalsAreBounded(t *testing.T) {
	h := newHouse(t)
	e := h.enter()
	for i := range Kept + 10 {
		h.hear(e, h.signal(fmt.Sprint(i), "clicked", nine))
	}
	e = h.entry(e.ID)
	if len(e.Pending) != Kept || len(e.Heard) != Kept || e.Pending[0].Ref.ID != "10" || e.Signals != Kept+10 {
		t.Fatalf("%d pending from %s, %d heard of %d", len(e.Pending), e.Pending[0].Ref.ID, len(e.Heard), e.Signals)
	}
}
