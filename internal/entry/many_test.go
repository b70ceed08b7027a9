package entry

import (
	"context"
	"fmt"
	"testing"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/task"
	"pgregory.net/rapid"
)

// mortal lets the process die at a commit or an answer, before it or after it:
// the caller hears of a defect, which nobody retries, and does nothing more.
type mortal struct {
	senda.Store
	senda.Machines
	die func() int // 0 lives, 1 dies before, 2 dies after
}

var errDead = senda.Errorf(senda.Internal, "die", "on purpose")

func (m mortal) around(do func() error) error {
	when := m.die()
	if when == 1 {
		return errDead
	}
	err := do()
	if err == nil && when == 2 {
		return errDead
	}
	return err
}

func (m mortal) Commit(ctx context.Context, w ...senda.Write) error {
	return m.around(func() error { return m.Store.Commit(ctx, w...) })
}

func (m mortal) Start(ctx context.Context, s senda.Start) error {
	return m.around(func() error { return m.Machines.Start(ctx, s) })
}

func (m mortal) Answer(ctx context.Context, token string, v jsonata.Value) error {
	return m.around(func() error { return m.Machines.Answer(ctx, token, v) })
}

func (m mortal) Fail(ctx context.Context, token string, c senda.Code) error {
	return m.around(func() error { return m.Machines.Fail(ctx, token, c) })
}

// walker is the execution of one entry: nodes 0, 2, 4 are pauses, 1, 3, 5 mails.
type walker struct {
	person senda.PersonID
	id     senda.EntryID
	node   int
	tries  int
	token  string // open, once a pause was asked for
	asked  bool   // the registration has returned
	at     time.Time
	done   bool
}

const lastNode = 5

// city is several people with two entries each, and what is to be true of it all.
type city struct {
	*house
	t         *rapid.T
	mortal    *mortal
	walkers   []*walker
	queue     []delivery // events that intake has not carried out, or gets once more
	heard     []delivery
	withdrawn map[senda.PersonID]bool
	events    int
}

type delivery struct {
	to  *walker
	sig senda.Signal
}

func (c *city) walker(label string) *walker {
	return c.walkers[rapid.IntRange(0, len(c.walkers)-1).Draw(c.t, label)]
}

func (w *walker) head() task.Head {
	h := task.Head{Person: w.person, Entry: w.id, Pace: senda.Life, Step: fmt.Sprint("s", w.node), N: 1, Seq: w.node + 1, At: w.at}
	if w.node == lastNode {
		h.End = senda.LeftCompleted
	}
	return h
}

func (w *walker) pause() task.PauseRequest {
	until := w.at.Add(time.Hour)
	return task.PauseRequest{
		Head: w.head(), Op: task.OpRegister, Token: w.token, Kind: senda.PauseAwait,
		Due: senda.Due{Until: until, Real: until}, Listens: []senda.Listen{{Event: "clicked"}},
	}
}

func (c *city) on(w *walker, at time.Time) {
	if at.Before(w.at) {
		c.t.Fatalf("%s: journey time goes from %s back to %s", w.id, w.at, at)
	}
	w.at, w.node, w.token, w.asked, w.tries = at, w.node+1, "", false, 0
	w.done = w.node > lastNode
}

// run lets the machine of an entry do what it can do now.
func (c *city) run(w *walker) {
	if w.done {
		return
	}
	if w.node%2 == 1 {
		c.mail(w)
		return
	}
	if w.token != "" {
		if _, failed := c.runs.Failed(w.token); failed {
			w.done = true
			return
		}
		if v, ok := c.runs.Answered(w.token); ok {
			r, err := task.DecodeReply(v)
			if err != nil {
				c.t.Fatal(err)
			}
			c.on(w, r.At)
			return
		}
	}
	if w.asked {
		if until := w.at.Add(time.Hour); !c.now.Before(until) {
			c.runs.TimeOut(w.token)
			q := w.pause()
			q.Op, q.Token = task.OpExpire, ""
			r, err := c.Pause(context.Background(), q)
			switch senda.CodeOf(err) {
			case "":
				c.on(w, r.At)
			case senda.Leaving:
				w.done = true
			default: // it is tried again
			}
		}
		return
	}
	if w.token != "" {
		c.runs.TimeOut(w.token)
	}
	w.tries++
	w.token = fmt.Sprint(w.person, w.id, w.node, w.tries)
	c.runs.Wait(w.token)
	_, err := c.Pause(context.Background(), w.pause())
	w.asked = err == nil
	w.done = senda.CodeOf(err) == senda.Leaving
}

func (c *city) mail(w *walker) {
	e := senda.Entry{Person: w.person, ID: w.id}
	l := c.letter(e, fmt.Sprint("s", w.node), w.node+1, senda.Marketing)
	l.Head = w.head()
	hand := l.HandOver
	l.HandOver = func(ctx context.Context, claim senda.Claim) (string, error) {
		if c.withdrawn[w.person] {
			c.t.Fatalf("%s is mailed after a withdrawal", w.person)
		}
		if c.mortal.die() == 1 {
			return "", errDead
		}
		return hand(ctx, claim)
	}
	got, err := c.Send(context.Background(), l)
	switch senda.CodeOf(err) {
	case "":
		c.on(w, later(got.At, w.at))
	case senda.Leaving:
		w.done = true
	default: // it is tried again
	}
}

func (c *city) deliver(i int) {
	d := c.queue[i]
	if _, err := c.Hear(context.Background(), d.to.person, d.to.id, d.sig, interest); err == nil {
		c.queue = append(c.queue[:i:i], c.queue[i+1:]...)
		c.heard = append(c.heard, d)
	}
}

// check holds the invariants that hold at any time.
func (c *city) check(was map[*walker]senda.Status) {
	left := map[senda.MessageID]bool{}
	for _, m := range c.outbox.Left() {
		if left[m.Message] {
			c.t.Fatalf("%s left twice", m.Message)
		}
		left[m.Message] = true
	}
	rank := map[senda.Status]int{senda.StatusActive: 1, senda.StatusLeaving: 2, senda.StatusEnded: 3}
	for _, w := range c.walkers {
		e, _, _, err := senda.Read[senda.Entry](context.Background(), c.store, senda.EntryKey(w.person, w.id))
		if err != nil {
			c.t.Fatal(err)
		}
		if rank[e.Status] < rank[was[w]] {
			c.t.Fatalf("%s was %s and is %s", w.id, was[w], e.Status)
		}
		was[w] = e.Status
		known := map[senda.Ref]bool{}
		for _, cr := range e.Goal.Credits {
			if known[cr.Ref] || !e.Goal.Open(cr.Time) {
				c.t.Fatalf("%s counts %v, goal %+v", w.id, cr, e.Goal)
			}
			known[cr.Ref] = true
		}
		l, _, _, err := senda.Read[senda.CapLedger](context.Background(), c.store, senda.CapsKey(w.person, "house"))
		if err != nil || len(l.Places) > 3 {
			c.t.Fatalf("%s has %d places, %v", w.person, len(l.Places), err)
		}
	}
}

// Whatever happens to several people with two entries each, in whatever order
// and wherever the process dies: nobody is mailed twice or after a withdrawal, no
// cap is overshot, time and status only go on, a goal counts an event once; and
// once nothing more happens, every entry has ended and every claim has a fate.
func TestManyEntries(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		h := newHouse(t)
		c := &city{house: h, t: rt, withdrawn: map[senda.PersonID]bool{}}
		deadly := rapid.IntRange(0, 30).Draw(rt, "deaths in a hundred")
		c.mortal = &mortal{h.store, h.runs, func() int {
			if n := rapid.IntRange(0, 99).Draw(rt, "dies"); n < deadly {
				return 1 + n%2
			}
			return 0
		}}
		h.Store, h.Machines = c.mortal, c.mortal
		h.Match = func(senda.Entry, string, senda.Signal, jsonata.Value) bool { return true }
		for i := range 3 {
			for _, journey := range []string{"j", "k"} {
				cand := candidate("first", nine)
				cand.Entry.Person, cand.Entry.Journey = senda.PersonID(fmt.Sprint("p-", i)), journey
				d, err := h.Enter(context.Background(), cand)
				for err != nil { // the event is delivered until it is taken in
					d, err = h.Enter(context.Background(), cand)
				}
				c.walkers = append(c.walkers, &walker{person: cand.Entry.Person, id: d.Entry.ID, at: nine})
			}
		}
		was := map[*walker]senda.Status{}
		rt.Repeat(map[string]func(*rapid.T){
			"run":    func(*rapid.T) { c.run(c.walker("who")) },
			"runs":   func(*rapid.T) { c.run(c.walker("who")) },
			"settle": func(*rapid.T) { _, _ = h.Settle(context.Background(), nil) },
			"sweep":  func(*rapid.T) { _, _ = h.Sweep(context.Background()) },
			"event": func(rt *rapid.T) {
				c.events++
				kind := rapid.SampledFrom([]string{"clicked", "clicked", "bought"}).Draw(rt, "kind")
				sig := h.signal(fmt.Sprint("e", c.events), kind, h.now.Add(-time.Duration(rapid.IntRange(0, 90).Draw(rt, "late"))*minute))
				who := c.walker("whose").person
				for _, w := range c.walkers {
					if w.person == who {
						c.queue = append(c.queue, delivery{w, sig})
					}
				}
			},
			"deliver": func(rt *rapid.T) {
				if len(c.queue) > 0 {
					c.deliver(rapid.IntRange(0, len(c.queue)-1).Draw(rt, "event"))
				}
			},
			"deliver again": func(rt *rapid.T) {
				if len(c.heard) > 0 {
					c.queue = append(c.queue, c.heard[rapid.IntRange(0, len(c.heard)-1).Draw(rt, "event")])
				}
			},
			"withdraw": func(rt *rapid.T) {
				if who := c.walker("who").person; rapid.IntRange(0, 9).Draw(rt, "really") == 0 {
					r := senda.ConsentHead{Person: who, Standings: []senda.Standing{{State: senda.ConsentWithdrawn}}}
					if err := h.store.Commit(context.Background(), senda.Write{Key: r.Key(), Any: true, Record: r}); err != nil {
						return
					}
					c.withdrawn[who] = true
				}
			},
			"time": func(rt *rapid.T) {
				h.now = h.now.Add(time.Duration(rapid.IntRange(1, 40).Draw(rt, "minutes")) * minute)
			},
			"": func(*rapid.T) { c.check(was) },
		})
		c.rest()
		c.check(was)
	})
}

// rest lets everything come to its end in a world in which nobody dies any more.
func (c *city) rest() {
	c.mortal.die = func() int { return 0 }
	for round := 0; ; round++ {
		if round > 100 {
			c.t.Fatal("somebody is lost")
		}
		for len(c.queue) > 0 {
			c.deliver(0)
		}
		c.now = c.now.Add(20 * minute)
		busy := false
		for _, w := range c.walkers {
			c.run(w)
			busy = busy || !w.done
		}
		if !busy {
			break
		}
	}
	c.now = c.now.Add(2 * Unknown)
	if _, err := c.Settle(context.Background(), nil); err != nil {
		c.t.Fatal(err)
	}
	open, err := c.store.Find(context.Background(), senda.IndexRange{Index: senda.IndexOpenClaims})
	if err != nil || len(open) > 0 {
		c.t.Fatalf("%d claims without a fate, %v", len(open), err)
	}
	for _, w := range c.walkers {
		e, _, ok, err := senda.Read[senda.Entry](context.Background(), c.store, senda.EntryKey(w.person, w.id))
		if err != nil || !ok || e.Status != senda.StatusEnded {
			c.t.Fatalf("%s of %s is lost: %s, %v", w.id, w.person, e.Status, err)
		}
	}
	if n := len(c.runs.Started()); n != len(c.walkers) {
		c.t.Fatalf("%d executions for %d entries", n, len(c.walkers))
	}
}
