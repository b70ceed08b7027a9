package entry

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/task"
)

// The explorer walks through every order in which one execution, events,
// time-outs, retries and crashes can meet at one entry. What it runs are the
// product's own decisions; what it replaces is the loop around them, so that a
// decision can be interrupted between its read, its commit, its effect and its
// return, which is where another may come between or the process may die.
//
// The machine is: await "clicked" for an hour, then one way or the other; a
// mail; await "clicked" for an hour, going on either way; a mail; end.
// "bought" is the written exit and the goal.

// The invariants, each in one sentence.
const (
	twice      = "nobody is mailed twice"
	afterWord  = "no claim is made after a withdrawal is recorded"
	whileGone  = "an entry that is leaving or has ended claims nothing and is never active again"
	oneWinner  = "a pause has at most one winner, the first to come, for ever"
	sameWay    = "the machine goes the way that the entry says"
	awake      = "once nothing is under way, no machine waits on a pause that is over"
	lostEntry  = "when an execution is done, its entry has ended"
	everyFate  = "every claim gets a fate"
	timeOnward = "journey time never goes back"
	goalOnce   = "an event counts towards the goal exactly once"
	sameEnd    = "registering again does not move the planned end of a pause"
	samePlaces = "the ledger holds a place for every message that may have left, and for no other"
	afterFate  = "no message leaves once its claim has a fate"
	keepsRight = "an attempt that is not the current one never leads the machine"
)

// budget bounds what a run injects.
type budget struct {
	clicks, bought, withdrawals, retries, total int
	faults                                      int // crashes, lost answers, mail trouble, long sleeps
}

const (
	nodeAwaitA = iota
	nodeExpireA
	nodeMailA
	nodeAwaitB
	nodeMailB
	nodeDone
)

// machine is the execution, as small as it can be.
type machine struct {
	node    int
	attempt int  // the call of the node that counts; an older one is a zombie
	open    bool // the token of that call may be answered
	at      time.Time
}

type phase int

const (
	committing     phase = iota // it has read and decided
	acting                      // it has committed
	committingBack              // a send: it has handed over, read and decided
	returning                   // it has done everything
)

// actor is one call of a function, at work.
type actor struct {
	id      int    // tells actors apart; not part of a state
	kind    string // register, expire, send, hear, settle
	attempt int
	node    int
	last    bool // the step ends the entry
	since   time.Time
	signal  senda.Signal
	phase   phase
	readAt  time.Time
	p       plan
	sum     sum // of the plan, for comparing states
	take    taking
	out     Outcome
	claim   senda.Claim
	settled Settlement
}

type world struct {
	store  shelf
	now    time.Time
	m      machine
	actors []*actor
	left   budget
	last   int // the node of the last mail
	refs   int
	ids    int
	handed [2]int8
	o      oracle
	bad    string // the invariant that broke, and how
}

type explorer struct {
	rules  Rules
	seen   map[sum]struct{}
	steps  int // transitions
	early  int // states in which an answer came before the registration returned
	path   []string
	failed string
}

func (w world) fail(invariant, format string, args ...any) world {
	if w.bad == "" {
		w.bad = invariant + ": " + fmt.Sprintf(format, args...)
	}
	return w
}

func (w world) entry() senda.Entry {
	e, _ := w.store.at(senda.EntryKey(somebody, walked)).Record.(senda.Entry)
	return e
}

const walked = senda.EntryID("j/x/00000001")

func (x *explorer) service(w world) *Service {
	return &Service{
		Store: w.store, Rules: x.rules, Clock: senda.ClockFunc(func() time.Time { return w.now }),
		Match: func(senda.Entry, string, senda.Signal, jsonata.Value) bool { return true },
	}
}

func stepOf(node int) (name string, seq int) {
	return map[int]string{
		nodeAwaitA: "await-a", nodeExpireA: "await-a", nodeMailA: "mail-a", nodeAwaitB: "await-b", nodeMailB: "mail-b",
	}[node], map[int]int{nodeAwaitA: 1, nodeExpireA: 1, nodeMailA: 2, nodeAwaitB: 3, nodeMailB: 4}[node]
}

func headOf(node int, since time.Time, last bool) task.Head {
	name, seq := stepOf(node)
	h := task.Head{Person: somebody, Entry: walked, Pace: senda.Life, Step: name, N: 1, Seq: seq, At: since}
	if last {
		h.End = senda.LeftCompleted
	}
	return h
}

func tokenOf(node, attempt int) string { return strconv.Itoa(node) + "." + strconv.Itoa(attempt) }

func (a actor) head() task.Head { return headOf(a.node, a.since, a.last) }

func (a actor) until() time.Time { return a.since.Add(time.Hour) }

func (a actor) pause() task.PauseRequest {
	q := task.PauseRequest{
		Head: a.head(), Op: task.OpRegister, Token: tokenOf(a.node, a.attempt), Kind: senda.PauseAwait,
		Due: senda.Due{Until: a.until(), Real: a.until()}, Listens: []senda.Listen{{Event: "clicked"}},
	}
	if a.kind == "expire" {
		q.Op, q.Token = task.OpExpire, ""
	}
	return q
}

func (a actor) letter() Letter {
	name, _ := stepOf(a.node)
	c := senda.Claim{
		Person: somebody, Message: walked.Message(somebody, name, 1), Entry: walked, Step: name, N: 1,
		Family: "house", Class: senda.Marketing, Holder: strconv.Itoa(a.attempt),
	}
	return Letter{Head: a.head(), Claim: c, Suppression: "d", Judge: func(s Sight) (Judgement, error) {
		if len(s.Consent.Standings) > 0 {
			return Judgement{Outcome: task.OutcomeRefused, Reason: "withdrawn", Leave: senda.LeftWithdrawn}, nil
		}
		l := senda.CapLedger{Person: somebody, Family: "house"}
		l.Places = append(append(l.Places, s.Ledger.Places...), senda.Place{Message: c.Message})
		return Judgement{Outcome: task.OutcomeSent, Touch: true, Goal: s.At.Add(24 * time.Hour), Ledger: &l}, nil
	}}
}

// decide lets actor i read and decide. A decision that writes nothing takes
// effect as it is read; another when it is committed, and the conditions of its
// writes make it read again if anything has changed. So nothing is lost by
// letting an actor read as soon as it can.
func (x *explorer) decide(w world, i int) world {
	a := *w.actors[i]
	s := x.service(w)
	back := a.phase == committingBack
	var o op
	switch {
	case back && a.take.standing == Free:
		o = s.reporting(a.head(), a.take.claim, a.out, &a.claim)
	case back:
		o = s.ending(a.head())
	case a.kind == "hear":
		o = s.hearing(somebody, walked, a.signal, interest)
	case a.kind == "send":
		o = s.taking(a.letter(), &a.take)
	case a.kind == "settle":
		o = s.settling(a.letter().Claim.Key(), &a.claim, &a.settled)
	default:
		o = s.registering(a.pause())
	}
	p, err := o(context.Background(), w.store, w.now)
	if err != nil {
		p.err = err
	}
	if senda.CodeOf(p.err) == senda.Internal {
		w = w.fail(keepsRight, "%v", p.err)
	}
	p.writes = p.all()
	p.before, p.after, p.change, p.ended = senda.Entry{}, senda.Entry{}, false, nil // all is in writes now
	a.p, a.sum, a.readAt = p, planSum(p, a), w.now
	w = w.with(i, &a)
	if len(p.writes) > 0 {
		return w
	}
	return x.committed(w.told(a, w.now), i)
}

func planSum(p plan, a actor) sum {
	b := make([]byte, 0, 512)
	for _, wr := range p.writes {
		b = append(b, byte(wr.Key.Kind), byte(len(wr.Key.Sort)))
		if wr.Delete {
			b = append(b, '-')
		}
		if wr.Record != nil {
			text, err := json.Marshal(wr.Record)
			if err != nil {
				panic(err)
			}
			b = append(b, text...)
		}
	}
	if p.answer != nil {
		b = fmt.Append(b, "answer", p.answer.pause.Tokens, p.answer.pause.Over.How, p.answer.pause.Over.At.Unix())
	}
	if p.over != nil {
		b = fmt.Append(b, p.over.How, p.over.At.Unix())
	}
	b = append(b, senda.CodeOf(p.err)...)
	b = append(b, a.take.standing...)
	return sumOf(append(b, a.out.Came...))
}

// commit applies the writes of actor i, whose conditions hold. The oracle hears
// of them at this instant.
func (x *explorer) commit(w world, i int) world {
	a, was := *w.actors[i], w.entry()
	w.store = w.store.with(a.p.writes)
	return x.reread(w.told(a, a.readAt).compare(was), a.id)
}

// reread lets everybody but one read again whose commit could only conflict now.
func (x *explorer) reread(w world, but int) world {
	for _, a := range w.actors {
		if a.id != but && (a.phase == committing || a.phase == committingBack) && !w.store.holds(a.p.writes) {
			w = x.decide(w, w.find(a.id))
		}
	}
	return w
}

func (w world) find(id int) int {
	return slices.IndexFunc(w.actors, func(a *actor) bool { return a.id == id })
}

// told tells the oracle what has just taken effect.
func (w world) told(a actor, read time.Time) world {
	o := &w.o
	back := a.phase == committingBack
	switch {
	case a.kind == "settle":
	case back && a.take.standing == Free:
		for _, wr := range a.p.writes {
			if wr.Delete && wr.Key.Kind == senda.KindClaim { // it is known to have stayed and may be claimed anew
				o.claimed = slices.DeleteFunc(slices.Clone(o.claimed), func(s string) bool { return s == nameOf(a.node) })
			}
		}
		if a.head().End != "" && len(a.p.writes) > 0 && a.out.Came != Again && o.status != "ended" {
			o.status = "ended"
		}
	case back:
		o.act()
		o.status = "ended"
	case a.kind == "hear":
		o.hear(refOf(a.signal), a.signal.Kind, a.signal.Time, a.signal.At)
	case a.kind == "send":
		return w.toldSend(a)
	default:
		name, _ := stepOf(a.node)
		o.pause(name, a.since, a.until(), a.kind == "expire" || !read.Before(a.until()))
	}
	return w
}

func (w world) toldSend(a actor) world {
	o := &w.o
	var claim *senda.Claim
	for _, wr := range a.p.writes {
		if c, ok := wr.Record.(senda.Claim); ok {
			claim = &c
		}
	}
	if claim != nil {
		switch {
		case o.status != "active":
			w = w.fail(whileGone, "%s is claimed while the entry is %s", claim.Step, o.status)
		case o.withdrawn:
			w = w.fail(afterWord, "%s is claimed", claim.Step)
		case slices.Contains(o.claimed, claim.Step) && claim.Fence == 1:
			w = w.fail(twice, "%s is claimed a second time", claim.Step)
		}
		o = &w.o
		o.act()
		o.claimed = append(slices.Clone(o.claimed), claim.Step)
		if o.touched.IsZero() {
			o.touched = claim.At
		}
		return w
	}
	if len(a.p.writes) > 0 || a.p.err != nil {
		o.act()
		if a.p.err == nil || o.withdrawn {
			o.status = "ended" // refused by a withdrawal, which ends the journey
		}
	}
	return w
}

// mailOf is the place of a mail in world.handed.
func mailOf(step string) int {
	if step == "mail-b" {
		return 1
	}
	return 0
}

func refOf(s senda.Signal) int {
	n, err := strconv.Atoi(s.Ref.ID)
	if err != nil {
		panic(err) // the explorer made it
	}
	return n
}

// compare holds the entry against the oracle.
func (w world) compare(was senda.Entry) world {
	e, o := w.entry(), w.o
	if was.Status != senda.StatusActive && e.Status == senda.StatusActive {
		return w.fail(whileGone, "the entry is active again")
	}
	if string(e.Status) != o.status {
		return w.fail(whileGone, "the entry is %s, it should be %s", e.Status, o.status)
	}
	if p := e.Pause; p != nil {
		how := ""
		if p.Over != nil {
			how = p.Over.How
			if p.Over.Signal != nil && how == senda.OverEvent {
				how = fmt.Sprint("event ", refOf(*p.Over.Signal))
			}
			if p.Over.At.Before(p.Since) || p.Over.At.After(later(p.Until, p.Since)) {
				w = w.fail(timeOnward, "%s from %s to %s is over at %s", p.Step, p.Since, p.Until, p.Over.At)
			}
		}
		if want := o.won(p.Step); how != want {
			return w.fail(oneWinner, "%s is over by %q, it should be by %q", p.Step, how, want)
		}
		if q := was.Pause; q != nil && q.Step == p.Step && !q.Until.Equal(p.Until) {
			w = w.fail(sameEnd, "%s ended at %s, now at %s", p.Step, q.Until, p.Until)
		}
	}
	for _, c := range e.Goal.Credits {
		if !slices.ContainsFunc(o.credits, func(ref int) bool { return fmt.Sprint(ref) == c.Ref.ID }) {
			w = w.fail(goalOnce, "event %s counts", c.Ref.ID)
		}
	}
	if len(e.Goal.Credits) != len(o.credits) {
		w = w.fail(goalOnce, "%d events count, %d should", len(e.Goal.Credits), len(o.credits))
	}
	places, kept := 0, [2]bool{}
	for _, r := range w.store.rows {
		switch r := r.v.Record.(type) {
		case senda.CapLedger:
			places += len(r.Places)
		case senda.Claim:
			if r.Fate != senda.NotSent {
				places--
				kept[mailOf(r.Step)] = true
			}
		}
	}
	for i, n := range w.handed {
		if n > 0 && !kept[i] {
			w = w.fail(samePlaces, "a mail left and gave its place back")
		}
	}
	if places != 0 {
		w = w.fail(samePlaces, "%+d places", places)
	}
	return w
}
