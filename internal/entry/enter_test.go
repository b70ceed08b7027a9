package entry

import (
	"context"
	"fmt"
	"testing"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/jsonata"
)

func (h *house) try(c Candidate) Entering {
	h.t.Helper()
	d, err := h.Enter(h.t.Context(), c)
	if err != nil {
		h.t.Fatal(err)
	}
	return d
}

func TestEnteringStartsOneExecution(t *testing.T) {
	h := newHouse(t)
	c := candidate("first", nine)
	c.Entry.First = map[string]senda.Due{"wait": {Until: nine.Add(time.Hour), Real: nine.Add(time.Hour)}}
	c.Entry.Data = jsonata.Of(map[string]any{"total": 30})
	for i, want := range []Admission{Entered, Repeated, Repeated} {
		if d := h.try(c); d.Admission != want || d.Entry.ID.Occurrence() != 1 {
			t.Fatalf("%d: %s, %s", i, d.Admission, d.Entry.ID)
		}
		h.after(time.Hour)
		c.Entry.At = h.now // whatever the retry believes
	}
	s := h.runs.Started()
	if len(s) != 1 || s[0].Name != s[0].Entry.Execution(somebody) || s[0].Input.Get("due").Get("wait").Kind() != jsonata.KindObject {
		t.Fatalf("started %+v", s)
	}
	if !h.entry(s[0].Entry).Started {
		t.Fatal("nobody knows that it was started")
	}
}

func TestAgain(t *testing.T) {
	days := func(n int) func(time.Time) (time.Time, bool) {
		return func(end time.Time) (time.Time, bool) { return end.AddDate(0, 0, n), true }
	}
	for name, c := range map[string]struct {
		again func(time.Time) (time.Time, bool)
		after time.Duration
		want  Admission
	}{
		"never":                     {candidate("", nine).Again, 1000 * time.Hour, Before},
		"at once":                   {days(0), 0, Entered},
		"a day too early":           {days(90), 89 * 24 * time.Hour, Before},
		"90 days after it was left": {days(90), 90 * 24 * time.Hour, Entered},
	} {
		for _, leaving := range []bool{false, true} { // one that is leaving never acts again either
			h := newHouse(t)
			e := h.enter()
			left := nine.Add(10 * 24 * time.Hour)
			e.Status, e.Reason, e.LeftAt, e.Started = senda.StatusEnded, "bought", left, true
			if leaving {
				e.Status = senda.StatusLeaving
			}
			h.put(e)
			n := candidate("second", left.Add(c.after))
			n.Again = c.again
			if d := h.try(n); d.Admission != c.want || c.want == Entered && d.Entry.ID.Occurrence() != 2 {
				t.Errorf("%s: %s, %s", name, d.Admission, d.Entry.ID)
			}
		}
	}
}

func TestEachValueHasItsOwnEntries(t *testing.T) {
	h := newHouse(t)
	h.enter()
	c := candidate("second", nine)
	c.Entry.Each = "basket-7"
	if d := h.try(c); d.Admission != Entered || d.Entry.ID.Occurrence() != 1 {
		t.Fatalf("%s, %s", d.Admission, d.Entry.ID)
	}
	if d := h.try(candidate("third", nine)); d.Admission != Inside {
		t.Fatalf("%s", d.Admission)
	}
}

func TestRestart(t *testing.T) {
	h := newHouse(t)
	e := h.enter()
	q := pause(e, "a", nine)
	h.register(q)
	h.after(30 * minute)
	c := candidate("second", h.now)
	c.Restart = true
	d := h.try(c)
	if d.Admission != Restarted || d.Entry.ID.Occurrence() != 2 || d.Left == nil {
		t.Fatalf("%s, %s", d.Admission, d.Entry.ID)
	}
	if code, ok := h.runs.Failed("a"); !ok || code != senda.Leaving {
		t.Fatalf("the first machine sleeps on: %q", code)
	}
	if e = h.entry(e.ID); e.Status != senda.StatusEnded || e.Reason != senda.LeftRestarted {
		t.Fatalf("%s by %s", e.Status, e.Reason)
	}
	// After the first touch a new event is ignored; before it, `again: never` does not matter.
	if _, err := h.Send(t.Context(), h.letter(d.Entry, "hello", 1, senda.Marketing)); err != nil {
		t.Fatal(err)
	}
	c.Entry.Event.ID = "third"
	if d := h.try(c); d.Admission != Inside {
		t.Fatalf("%s", d.Admission)
	}
	// The events of before, delivered again, enter nobody.
	for event, want := range map[string]int{"first": 1, "second": 2} {
		c.Entry.Event.ID = event
		if d := h.try(c); d.Admission != Repeated || d.Entry.ID.Occurrence() != want {
			t.Errorf("%s: %s, %s", event, d.Admission, d.Entry.ID)
		}
	}
	if n := len(h.runs.Started()); n != 2 {
		t.Fatalf("%d executions", n)
	}
}

func TestARestartWhoseAnswerWasLostIsAnsweredAgain(t *testing.T) {
	h := newHouse(t)
	e := h.enter()
	if _, err := h.Pause(t.Context(), pause(e, "a", nine)); err != nil { // nobody waits for "a" yet
		t.Fatal(err)
	}
	c := candidate("second", nine)
	c.Restart = true
	h.try(c)
	h.runs.Wait("a")
	h.try(c)
	if _, ok := h.runs.Failed("a"); !ok {
		t.Fatal("the first machine sleeps on")
	}
}

// unwilling are machines that do not start.
type unwilling struct{ senda.Machines }

func (unwilling) Start(context.Context, senda.Start) error {
	return senda.Errorf(senda.Unavailable, "start", "not now")
}

func TestTheSweeperStartsWhatHasNoExecution(t *testing.T) {
	h := newHouse(t)
	h.Machines = unwilling{h.runs}
	c := candidate("first", nine)
	d, err := h.Enter(t.Context(), c)
	if senda.CodeOf(err) != senda.Unavailable || d.Admission != Entered {
		t.Fatalf("%s, %v", d.Admission, err)
	}
	gone := candidate("x", nine)
	gone.Entry.Journey = "other"
	left, _ := h.Enter(t.Context(), gone)
	if err := h.Leave(t.Context(), somebody, left.Entry.ID, senda.LeftErased, nine); err != nil {
		t.Fatal(err)
	}
	h.Machines = h.runs
	if n, err := h.Sweep(t.Context()); n != 0 || err != nil {
		t.Fatalf("too early: %d, %v", n, err)
	}
	for i, want := range []int{2, 0} {
		h.after(Unstarted)
		if n, err := h.Sweep(t.Context()); n != want || err != nil {
			t.Fatalf("sweep %d: %d, %v", i, n, err)
		}
	}
	if s := h.runs.Started(); len(s) != 1 || s[0].Entry != d.Entry.ID {
		t.Fatalf("started %+v", s)
	}
	if e := h.entry(left.Entry.ID); e.Status != senda.StatusEnded || e.Reason != senda.LeftErased {
		t.Fatalf("%s by %s", e.Status, e.Reason)
	}
}

// A sweep goes through all pages, past what it cannot start.
func TestASweepTurnsThePages(t *testing.T) {
	h := newHouse(t)
	const all = 1200
	for i := range all {
		c := candidate("first", nine)
		e := c.Entry
		e.Person, e.Status = senda.PersonID(fmt.Sprintf("p-%04d", i)), senda.StatusActive
		e.ID = senda.NewEntryID("j", "", 1)
		h.put(e)
	}
	h.after(Unstarted)
	h.Machines = unwilling{h.runs}
	if n, err := h.Sweep(t.Context()); n != all || senda.CodeOf(err) != senda.Unavailable {
		t.Fatalf("%d, %v", n, senda.CodeOf(err))
	}
	h.Machines = h.runs
	if n, err := h.Sweep(t.Context()); n != all || err != nil || len(h.runs.Started()) != all {
		t.Fatalf("%d, %v", n, err)
	}
}
