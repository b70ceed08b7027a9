package entry

import (
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/task"
)

// move is one thing that may happen next.
type move struct {
	label string
	to    world
}

// with returns the world with actor i replaced, or gone when a is nil.
func (w world) with(i int, a *actor) world {
	w.actors = slices.Clone(w.actors)
	if a == nil {
		w.actors = slices.Delete(w.actors, i, i+1)
	} else {
		w.actors[i] = a
	}
	return w
}

func (w world) plus(a actor) world {
	w.ids++
	a.id = w.ids
	w.actors = append(slices.Clone(w.actors), &a)
	return w
}

// call lets the machine call the function of its node, for the first time or once more.
func (x *explorer) call(w world) world {
	w.m.attempt++
	a := actor{attempt: w.m.attempt, node: w.m.node, since: w.m.at, last: w.m.node == w.last}
	switch w.m.node {
	case nodeAwaitA, nodeAwaitB:
		a.kind = "register"
		w.m.open = true
	case nodeExpireA:
		a.kind = "expire"
		a.since = w.m.at.Add(-time.Hour) // the machine's time is the end of the pause
	default:
		a.kind = "send"
	}
	w = w.plus(a)
	return x.decide(w, len(w.actors)-1)
}

// on takes the machine to a node at a journey time. It takes a second of the
// clock, so that what came before and after can be told apart.
func (x *explorer) on(w world, node int, at time.Time) world {
	if at.Before(w.m.at) && w.m.node != nodeExpireA { // which gives the time back that the machine had taken for spent
		w = w.fail(timeOnward, "from %s to %s", w.m.at, at)
	}
	w.m = machine{node: node, at: at}
	if node == nodeDone {
		return w
	}
	w.now = w.now.Add(time.Second)
	return x.call(w)
}

// moves lists everything that may happen next.
func (x *explorer) moves(w world) []move {
	var all []move
	for i := range w.actors {
		all = x.step(w, i, all)
	}
	if len(w.actors) == 0 {
		w = w.rest()
	}
	if w.bad != "" {
		return append(all, move{"rest", w})
	}
	all = x.inject(w, all)
	// A time-out is one of the things that are counted, unless nothing else is at
	// work: then it is only time that goes on.
	if n := w.m.node; (n == nodeAwaitA || n == nodeAwaitB) && (w.left.total > 0 || len(w.actors) == 0) {
		to := w
		if len(w.actors) > 0 {
			to.left.total--
		}
		to.now = later(w.now, w.m.at.Add(time.Hour))
		next := nodeMailB
		if n == nodeAwaitA {
			next = nodeExpireA
		}
		all = append(all, move{"time-out of " + nameOf(n), x.on(to, next, w.m.at.Add(time.Hour))})
	}
	if len(w.actors) == 0 && w.m.node == nodeDone {
		all = x.sweep(w, "the sweeper settles", all)
	}
	return all
}

func nameOf(node int) string { n, _ := stepOf(node); return n }

// rest checks what must hold when nothing is under way.
func (w world) rest() world {
	e := w.entry()
	switch w.m.node {
	case nodeDone:
		if e.Status != senda.StatusEnded {
			w = w.fail(lostEntry, "it is %s", e.Status)
		}
	case nodeAwaitA, nodeAwaitB:
		if p := e.Pause; p == nil || p.Step != nameOf(w.m.node) || p.Over != nil {
			w = w.fail(awake, "%s", nameOf(w.m.node))
		}
	default:
		w = w.fail(lostEntry, "the machine waits at %s for nothing", nameOf(w.m.node))
	}
	return w
}

func (x *explorer) inject(w world, all []move) []move {
	if w.left.total == 0 {
		return all
	}
	signal := func(kind string, happened time.Time) world {
		to := w
		to.left.total--
		to.refs++
		s := senda.Signal{Ref: senda.Ref{Source: "s", ID: fmt.Sprint(to.refs)}, Kind: kind, Time: happened, At: w.now}
		return x.deliver(to, s)
	}
	if w.left.clicks > 0 && w.m.node != nodeDone {
		happened := w.now
		if w.left.clicks%2 == 0 {
			happened = nine.Add(-time.Hour) // it comes late
		}
		to := signal("clicked", happened)
		to.left.clicks--
		all = x.heard(to, "event", all)
	}
	if w.left.bought > 0 {
		to := signal("bought", w.now)
		to.left.bought--
		all = x.heard(to, "exit", all)
	}
	if w.left.withdrawals > 0 && w.m.node != nodeDone {
		to := w
		to.left.withdrawals--
		to.left.total--
		to.store = w.store.with([]senda.Write{{Key: senda.ConsentKey(somebody), Any: true, Record: senda.ConsentHead{
			Person: somebody, Standings: []senda.Standing{{State: senda.ConsentWithdrawn}},
		}}})
		to.o.withdrawn = true
		to = x.reread(to, -1)
		all = append(all, move{"withdrawal", to})
	}
	for i, a := range w.actors {
		if w.left.retries > 0 && w.current(*a) {
			to := w
			to.left.retries--
			to.left.total--
			all = append(all, move{fmt.Sprintf("retry of %s while attempt %d is at work (%d)", a.kind, a.attempt, i), x.call(to)})
		}
	}
	return all
}

// deliver lets intake read the entry for an event.
func (x *explorer) deliver(w world, s senda.Signal) world {
	w = w.plus(actor{kind: "hear", signal: s})
	return x.decide(w, len(w.actors)-1)
}

// heard commits what intake decided: at once, or, which counts as a fault, after
// anything else. An event that is slow by less arrives that much later.
func (x *explorer) heard(w world, what string, all []move) []move {
	i := len(w.actors) - 1
	if i < 0 || w.actors[i].kind != "hear" || w.actors[i].phase != committing {
		return append(all, move{what, w})
	}
	if w.left.faults > 0 {
		slow := w
		slow.left.faults--
		all = append(all, move{what + ", slowly", slow})
	}
	return append(all, x.step(w, i, nil)...)
}

// sweep lets a quarter of an hour pass and settles the claims that are open.
func (x *explorer) sweep(w world, label string, all []move) []move {
	for _, r := range w.store.rows {
		if c, ok := r.v.Record.(senda.Claim); ok && c.Fate == senda.Claimed {
			to := w
			to.now = later(w.now, c.Taken.Add(Unknown))
			node := nodeMailA + mailOf(c.Step)*(nodeMailB-nodeMailA)
			to = to.plus(actor{kind: "settle", node: node})
			to = x.decide(to, len(to.actors)-1)
			if len(to.actors) == len(w.actors) {
				to = to.fail(everyFate, "%s is still %s", c.Step, c.Fate)
			}
			all = append(all, move{label + " " + c.Step, to})
		}
	}
	return all
}

// step lets actor i do its next thing, or die before it does.
func (x *explorer) step(w world, i int, all []move) []move {
	a := *w.actors[i]
	who := fmt.Sprintf("%s %d", a.kind, a.attempt)
	if a.kind == "hear" {
		who = "hear " + a.signal.Ref.ID
	}
	faulty := w
	faulty.left.faults--
	if w.left.faults > 0 {
		all = append(all, move{fmt.Sprintf("%s dies in phase %d", who, a.phase), x.died(faulty, i)})
	}
	switch a.phase {
	case committing, committingBack:
		to := x.commit(w, i)
		i = to.find(a.id)
		if w.left.faults > 0 {
			lost := to
			lost.left.faults--
			all = append(all, move{who + " commits and never hears of it", x.decide(lost, i)})
		}
		return append(all, move{who + " commits", x.committed(to, i)})
	case acting:
		return x.act(w, i, who, all)
	default:
		if !w.m.open || !w.current(a) {
			x.early++
		}
		return append(all, move{who + " returns", x.returned(w, i)})
	}
}

// committed takes actor i to what follows its commit.
func (x *explorer) committed(w world, i int) world {
	a := *w.actors[i]
	last := a.head().End != ""
	switch {
	case a.phase == committingBack, a.kind == "send" && a.p.err != nil, a.kind == "send" && a.take.standing == Busy:
		a.phase = returning
	case a.kind == "send" && a.take.standing == Free, a.p.answer != nil:
		a.phase = acting
	case a.kind == "send" && last:
		a.phase = committingBack
		return x.decide(w.with(i, &a), i)
	default:
		a.phase = returning
	}
	return x.unheard(w.with(i, &a), i)
}

// current says whether the machine waits for this call.
func (w world) current(a actor) bool {
	return a.attempt == w.m.attempt && a.node == w.m.node && a.kind != "hear" && a.kind != "settle"
}

// unheard takes away an actor whose return nobody waits for.
func (x *explorer) unheard(w world, i int) world {
	a := *w.actors[i]
	// Nothing waits for a registration to return, unless it may still die or be repeated before.
	idle := a.kind == "register" && a.p.err == nil && w.left.faults == 0 && (w.left.total == 0 || w.left.retries == 0)
	if a.phase == returning && (idle || !w.current(a)) {
		return w.with(i, nil)
	}
	return w
}

// died takes an actor away. Whoever called it calls again.
func (x *explorer) died(w world, i int) world {
	a := *w.actors[i]
	to := w.with(i, nil)
	switch {
	case a.kind == "hear":
		return x.deliver(to, a.signal) // once more
	case w.current(a):
		return x.call(to)
	}
	return to
}

// act lets a commit's effect happen: an answer, or a hand-over with all that may come of it.
func (x *explorer) act(w world, i int, who string, all []move) []move {
	a := *w.actors[i]
	if a.kind != "send" {
		b := a
		b.phase = returning
		to := w.with(i, &b)
		if w.left.faults > 0 && a.kind == "hear" {
			dead := x.answered(to, *a.p.answer)
			dead.left.faults--
			all = append(all, move{who + " answers and dies", x.died(dead, i)})
		}
		return append(all, move{who + " answers", x.unheard(x.answered(to, *a.p.answer), i)})
	}
	if !x.rules.InTime(a.take.claim, w.now) {
		b := a
		b.phase, b.out = committingBack, Outcome{Came: Again, Reason: "late"}
		return append(all, move{who + " is too late to hand over", x.decide(w.with(i, &b), i)})
	}
	hand := func(label string, came Came, left bool, fault int) {
		to := w
		to.left.faults -= fault
		if left {
			n := mailOf(nameOf(a.node))
			if to.handed[n]++; to.handed[n] > 1 {
				to = to.fail(twice, "%s", nameOf(a.node))
			}
			if c, _ := w.store.at(a.letter().Claim.Key()).Record.(senda.Claim); c.Fate != senda.Claimed {
				to = to.fail(afterFate, "%s is %q", nameOf(a.node), c.Fate)
			}
		}
		b := a
		b.phase, b.out = committingBack, Outcome{Came: came}
		all = append(all, move{who + " hands over: " + label, x.decide(to.with(i, &b), i)})
	}
	hand("left", Left, true, 0)
	if w.left.faults > 0 {
		hand("left, but nobody knows", Nobody, true, 1)
		hand("stayed, but nobody knows", Nobody, false, 1)
		hand("refused", Stayed, false, 1)
		hand("try again", Again, false, 1)
		to := w
		to.left.faults--
		all = x.sweep(to, who+" sleeps, and the sweeper comes to", all)
	}
	return all
}

// mailbox catches the answer that a service gives.
type mailbox struct {
	open  string // the token that is waited for
	hit   bool
	reply jsonata.Value
	code  senda.Code
}

func (m *mailbox) Start(context.Context, senda.Start) error { return nil }
func (m *mailbox) Answer(_ context.Context, token string, v jsonata.Value) error {
	if token != m.open {
		return senda.Errorf(senda.NotFound, "answer", "nobody waits")
	}
	m.hit, m.reply = true, v
	return nil
}

func (m *mailbox) Fail(_ context.Context, token string, c senda.Code) error {
	if token != m.open {
		return senda.Errorf(senda.NotFound, "answer", "nobody waits")
	}
	m.hit, m.code = true, c
	return nil
}

// answered lets an answer reach the machine, if its token is still open.
func (x *explorer) answered(w world, a answer) world {
	box := &mailbox{}
	if w.m.open {
		box.open = tokenOf(w.m.node, w.m.attempt)
	}
	s := x.service(w)
	s.Machines = box
	if err := s.give(context.Background(), a); err != nil {
		return w.fail(keepsRight, "%v", err)
	}
	if !box.hit {
		return w
	}
	if box.code == senda.Leaving {
		return x.on(w, nodeDone, w.m.at)
	}
	r, err := task.DecodeReply(box.reply)
	if err != nil {
		return w.fail(keepsRight, "%v", err)
	}
	return x.woken(w, r)
}

// woken takes the machine on from a pause that is over.
func (x *explorer) woken(w world, r task.Reply) world {
	name := nameOf(w.m.node)
	if event := strings.HasPrefix(w.o.won(name), "event"); event != r.Fields.Get("happened").Bool() {
		w = w.fail(sameWay, "%s was over by %q, the machine hears %s", name, w.o.won(name), r.Value())
	}
	next := nodeMailA
	if w.m.node == nodeAwaitB {
		next = nodeMailB
	}
	return x.on(w, next, r.At)
}

// returned lets the current call return to the machine.
func (x *explorer) returned(w world, i int) world {
	a := *w.actors[i]
	to := w.with(i, nil)
	code := senda.CodeOf(a.p.err)
	switch {
	case !w.current(a):
		return to // the machine called again since
	case code == senda.Leaving:
		return x.on(to, nodeDone, to.m.at)
	case code != "":
		return to.fail(keepsRight, "%s of the current attempt fails: %v", a.kind, a.p.err)
	case a.kind == "register":
		return to
	case a.kind == "expire":
		return x.woken(to, task.Reply{At: a.p.over.At, Fields: task.PauseFields(*a.p.over)})
	case a.take.standing == Busy || a.out.Came == Again:
		if c, ok := to.store.at(a.letter().Claim.Key()).Record.(senda.Claim); ok && c.Fate == senda.Claimed {
			to.now = later(to.now, c.Lease) // the machine comes back until the lease is over
		}
		return x.call(to)
	}
	next := nodeAwaitB
	if a.last {
		next = nodeDone
	}
	at := a.take.sent.At
	if at.IsZero() {
		return to.fail(timeOnward, "%s answers without a time", nameOf(a.node))
	}
	return x.on(to, next, at)
}

// key names a state. Versions only matter in whether a plan's conditions still
// hold, since a version never comes back.
func (x *explorer) key(w world) sum {
	b := make([]byte, 0, 1024)
	for _, r := range w.store.rows {
		b = r.sum.append(b)
	}
	actors := make([]string, len(w.actors))
	for i, a := range w.actors {
		t := a.sum.append(make([]byte, 0, 64))
		t = append(t, byte(a.node), byte(a.attempt), byte(a.phase))
		if w.store.holds(a.p.writes) {
			t = append(t, '=')
		}
		t = append(t, a.kind...)
		actors[i] = string(append(t, a.signal.Ref.ID...))
	}
	sort.Strings(actors)
	for _, a := range actors {
		b = append(append(b, a...), 0)
	}
	at := func(t time.Time) { b = binary.LittleEndian.AppendUint64(b, uint64(t.Unix())) }
	at(w.now)
	at(w.m.at)
	b = append(b, byte(w.m.node), byte(w.m.attempt), byte(w.handed[0]), byte(w.handed[1]),
		byte(w.left.clicks), byte(w.left.bought), byte(w.left.withdrawals), byte(w.left.retries), byte(w.left.total), byte(w.left.faults))
	if w.m.open {
		b = append(b, '+')
	}
	return sumOf(w.o.append(b))
}
