package check

import (
	"math"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/diag"
	"github.com/senda-dev/senda/internal/journey"
)

// MaxPath is the longest that any path may take. An execution of Step Functions
// lasts a year at most; five days are kept for what nobody plans.
const MaxPath = 360 * day

const day = 24 * time.Hour

// retryTime is what the attempts of one task may take when a service is down,
// each with its back-off; a mail also waits for a lease to run out.
const retryTime = time.Hour

// traps reports journeys that do not do what they seem to.
func (c *checker) traps() {
	c.entryIsExit()
	c.exitsFirst()
	c.goalTooEarly()
	c.heldOut()
	if long := c.longest(c.j.Steps); long > MaxPath {
		c.tooLong(long)
	}
	acts := false
	for s := range journey.Walk(c.j.Steps) {
		switch s.Kind() {
		case journey.KindEmail, journey.KindOffer, journey.KindSet, journey.KindEmit:
			acts = true
		default: // waiting and choosing are not acting
		}
	}
	if !acts && len(c.j.Steps) > 0 {
		c.add(diag.NothingActs.At(c.j.Name.Pos, "this journey does nothing that anybody would notice").Try("add a mail"))
	}
	if e := c.j.Enter; e.Meanwhile == journey.Restart && len(c.j.Steps) > 0 && c.actsAtOnce() {
		c.add(diag.RestartsNever.At(e.Pos, "a mail leaves at once, so there is nothing left to restart").Try("begin with a wait"))
	}
}

func (c *checker) actsAtOnce() bool {
	s, ok := c.j.Steps[0].(*journey.Email)
	return ok && s.If == nil
}

// entryIsExit: who enters by an event that also exits leaves with the second
// one, and never comes back.
func (c *checker) entryIsExit() {
	e := c.j.Enter
	if e.Event.IsZero() || e.Again.Kind != journey.AgainNever {
		return
	}
	for _, x := range c.j.Exits {
		if x.Event.Value == e.Event.Value && x.If == nil {
			c.add(diag.EntryIsExit.At(x.Event.Pos, "%s also enters, and nobody enters twice", x.Event.Value).
				Try("if that is not meant: again: after 90 days, or an if").Try("people enter in line %d", e.Event.Pos.Line))
		}
	}
}

// exitsFirst: an await whose event always exits never goes on with it.
func (c *checker) exitsFirst() {
	always := map[string]journey.Exit{}
	for _, x := range c.j.Exits {
		kind, only := x.Event.Value, x.If == nil
		if kind == senda.GoalEvent && c.j.Goal != nil {
			kind, only = c.j.Goal.Event.Value, only && c.j.Goal.If == nil
		}
		if only {
			always[kind] = x
		}
	}
	for s := range journey.Walk(c.j.Steps) {
		a, ok := s.(*journey.Await)
		if !ok {
			continue
		}
		for _, e := range a.Events {
			if x, ok := always[e.Text.Value]; ok && e.Step == "" {
				c.add(diag.ExitsFirst.At(e.Text.Pos, "%s ends the journey before this await hears of it", e.Text.Value).
					Try("delete the exit in line %d, or give it an if", x.Event.Pos.Line))
			}
		}
	}
}

// goalTooEarly: a window counted from the entry that is over before the first
// mail can leave.
func (c *checker) goalTooEarly() {
	g := c.j.Goal
	if g == nil || !g.FromEntry || g.Within.IsZero() {
		return
	}
	first, any := earliest(c.j.Steps, 0)
	if any && first >= g.Within.Longest() {
		c.add(diag.GoalTooEarly.At(g.WithinPos, "the goal closes %s after the entry, and no mail can leave before", g.Within).
			Try("write within: %s, which counts from the first mail", g.Within))
	}
}

// earliest is the least time after which a mail can leave; none says that none
// does. at is the time at which the list is reached.
func earliest(list []journey.Step, at time.Duration) (time.Duration, bool) {
	best, found := time.Duration(math.MaxInt64), false
	take := func(t time.Duration, ok bool) {
		if ok && t < best {
			best, found = t, true
		}
	}
	for _, s := range list {
		switch s := s.(type) {
		case *journey.Email:
			take(at, true)
		case *journey.Wait:
			if s.If == nil {
				at += s.For.Span.Shortest()
			}
		case *journey.Await:
			take(earliest(s.Then, at))
			take(earliest(s.Otherwise, at+s.For.Shortest()))
		default:
			for _, b := range journey.Blocks(s) {
				take(earliest(b, at))
			}
		}
	}
	return best, found
}

// heldOut: only marketing can be held out.
func (c *checker) heldOut() {
	if c.j.Holdout.Share == 0 || c.brand == nil {
		return
	}
	mails, known := 0, 0
	for s := range journey.Walk(c.j.Steps) {
		if s.Kind() != journey.KindEmail {
			continue
		}
		mails++
		if class, ok := c.class[s.Common().Name]; ok {
			if class == senda.Marketing {
				return
			}
			known++
		}
	}
	if mails == 0 {
		class, ok := classOf(c.brand, c.j.Purpose.Value)
		if !ok || class == senda.Marketing {
			return
		}
	}
	if mails == known {
		c.add(diag.HeldOutService.At(c.j.Holdout.Pos, "no mail of this journey is marketing, and nobody may be held out of the others").
			Try("write holdout: none with why-no-holdout: and the reason"))
	}
}

// longest is the most that any path through a list can take, with holds and
// retries. A block counts with its longest way; a moment of a person's own
// (until 7 days before …) is bounded when the pause begins, not here.
func (c *checker) longest(list []journey.Step) time.Duration {
	var sum time.Duration
	for _, s := range list {
		sum = plus(sum, c.longestOf(s))
	}
	return sum
}

func (c *checker) longestOf(s journey.Step) time.Duration {
	var inside time.Duration
	for _, b := range journey.Blocks(s) {
		inside = max(inside, c.longest(b))
	}
	switch s := s.(type) {
	case *journey.Wait:
		return c.longestPause(s)
	case *journey.Await:
		return plus(s.For.Longest(), inside)
	case *journey.Email:
		var hold time.Duration
		if c.family != nil && c.class[s.Name] != senda.Transactional {
			hold = c.family.HoldAtMost.Longest()
		}
		if !s.Expires.IsZero() {
			hold = min(hold, s.Expires.Longest())
		}
		return plus(hold, retryTime)
	case *journey.Score, *journey.Offer, *journey.Set, *journey.Emit:
		return retryTime
	}
	return inside
}

func (c *checker) longestPause(s *journey.Wait) time.Duration {
	m := s.For.Until
	if m.IsZero() {
		return s.For.Span.Longest()
	}
	if long, ok := m.Longest(); ok {
		return long
	}
	if m.Date.IsZero() {
		return 0
	}
	from := c.j.Runs.From
	if c.j.Enter.Schedule.Once {
		from = c.j.Enter.Schedule.Date
	}
	if from.IsZero() {
		return math.MaxInt64
	}
	return time.Duration(max(m.Date.DaysSince(from)+1, 0)) * day
}

func plus(a, b time.Duration) time.Duration {
	if a > math.MaxInt64-b {
		return math.MaxInt64
	}
	return a + b
}

func (c *checker) tooLong(long time.Duration) {
	worst := c.worst(c.j.Steps)
	at := c.j.Name.Pos
	if worst != nil {
		at = worst.Common().Pos
	}
	if long == math.MaxInt64 {
		c.add(diag.TooLong.At(at, "nobody can say how long this pause is, since people may enter at any time before it").
			Try("say from when they may, as runs: from 2026-06-01"))
		return
	}
	c.add(diag.TooLong.At(at, "the longest path takes %d days, holds and retries counted, and 360 is the most", (long+day-1)/day).
		Try("shorten this, its longest pause").Try("or end here, and let an audience begin another journey later"))
}

// worst is the longest single pause of the longest path.
func (c *checker) worst(list []journey.Step) journey.Step {
	var out journey.Step
	var most time.Duration
	for s := range journey.Walk(list) {
		if s.Kind() != journey.KindWait && s.Kind() != journey.KindAwait {
			continue
		}
		own := c.longestOf(s)
		if a, ok := s.(*journey.Await); ok {
			own = a.For.Longest()
		}
		if own > most {
			out, most = s, own
		}
	}
	return out
}
