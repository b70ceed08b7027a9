package entry

import (
	"slices"
	"strings"
	"testing"
	"time"

	senda "github.com/senda-dev/senda"
)

// bug is a mistake that somebody could make in one of the rules.
type bug struct {
	name   string
	breaks string // the invariant that notices
	last   int
	budget budget
	plant  func(r *Rules)
}

var (
	aClick  = budget{clicks: 1, total: 1}
	anExit  = budget{bought: 1, total: 1}
	aFault  = budget{faults: 1}
	aWord   = budget{withdrawals: 1, total: 1}
	clickly = budget{clicks: 1, total: 1, faults: 1}
)

// TestPlantedBugs puts one wrong rule in the place of a right one at a time. The
// checker finds each, by the invariant that it breaks.
func TestPlantedBugs(t *testing.T) {
	for _, b := range []bug{
		{"a registration does not look at what is pending", oneWinner, nodeMailB, aClick, onRegister(func(e *senda.Entry, _ *senda.Pause) { e.Pending = nil })},
		{"an await counts events from before the step before it", oneWinner, nodeMailB, budget{clicks: 2, total: 2}, onRegister(func(e *senda.Entry, p *senda.Pause) {
			e.Pending = slices.Clone(e.Pending)
			for i := range e.Pending {
				e.Pending[i].At = later(e.Pending[i].At, p.Since)
			}
		})},
		{"registering again opens a pause that is over", sameWay, nodeMailA, clickly, onRegister(func(e *senda.Entry, p *senda.Pause) {
			if e.Pause != nil && order(*e.Pause, *p) == 0 {
				again := *e.Pause
				again.Over = nil
				e.Pause = &again
			}
		})},
		{"registering again moves the end", sameEnd, nodeMailA, aFault, onRegister(func(e *senda.Entry, p *senda.Pause) {
			if e.Pause != nil && order(*e.Pause, *p) == 0 {
				again := *e.Pause
				again.Until = again.Until.Add(time.Second)
				e.Pause = &again
			}
		})},
		{"only the last token to be written is answered", awake, nodeMailA, budget{clicks: 1, retries: 1, total: 2}, onRegister(func(e *senda.Entry, p *senda.Pause) {
			if e.Pause != nil && order(*e.Pause, *p) == 0 {
				again := *e.Pause
				again.Tokens = nil
				e.Pause = &again
			}
		})},
		{"a registration that comes late takes the place of a later pause", oneWinner, nodeMailB, budget{clicks: 1, retries: 1, total: 3}, onRegister(func(e *senda.Entry, p *senda.Pause) {
			if e.Pause != nil && order(*e.Pause, *p) > 0 {
				e.Pause = nil
			}
		})},
		{"a time-out does not ask who came first", sameWay, nodeMailA, budget{clicks: 1, total: 2}, func(r *Rules) {
			r.Register = func(e senda.Entry, p senda.Pause, due bool, m Match) (senda.Entry, Registered) {
				after, reg := register(e, p, due, m)
				if len(p.Tokens) == 0 && reg.Over != nil {
					o := timeIsUp(p)
					reg.Over = &o
				}
				return after, reg
			}
		}},
		{"an acting step does not end the pause before it", oneWinner, nodeMailB, budget{}, func(r *Rules) {
			r.Arrive = func(e senda.Entry, seq int, at time.Time) (senda.Entry, bool) {
				after, ok := arrive(e, seq, at)
				if ok {
					return e, true
				}
				return after, ok
			}
		}},
		{"an acting step clears leaving", whileGone, nodeMailA, anExit, func(r *Rules) {
			r.Arrive = func(e senda.Entry, seq int, at time.Time) (senda.Entry, bool) {
				if e.Status == senda.StatusLeaving {
					e.Status = senda.StatusActive
				}
				return arrive(e, seq, at)
			}
		}},
		{"an event overrides a time-out that came first", oneWinner, nodeMailA, budget{clicks: 1, total: 2}, onHear(func(e *senda.Entry, s *senda.Signal) {
			if e.Pause != nil && e.Pause.Over != nil && e.Pause.Over.How == senda.OverTime {
				open := *e.Pause
				open.Over = nil
				e.Pause = &open
			}
		}, nil)},
		{"an event that is delivered again is a new one", oneWinner, nodeMailB, clickly, onHear(func(e *senda.Entry, s *senda.Signal) {
			if p := e.Pause; p == nil || p.Over == nil || p.Over.Signal == nil || p.Over.Signal.Ref != s.Ref {
				e.Heard = nil
			}
		}, nil)},
		{"an answer that was lost is not given again", awake, nodeMailA, clickly, onHear(nil, func(before senda.Entry, s senda.Signal, _ *senda.Entry, h *Heard) {
			if slices.Contains(before.Heard, s.Ref) {
				h.Answer = false
			}
		})},
		{"an exit leaves the machine in its pause", awake, nodeMailA, anExit, onHear(nil, func(_ senda.Entry, s senda.Signal, _ *senda.Entry, h *Heard) {
			if s.Kind == "bought" {
				h.Answer = false
			}
		})},
		{"a pause ends when its event happened, even before it began", timeOnward, nodeMailA, budget{clicks: 2, total: 2}, onHear(nil, func(_ senda.Entry, s senda.Signal, e *senda.Entry, h *Heard) {
			if h.Answer && e.Pause.Over.Signal != nil {
				e.Pause.Over.At = s.Time
			}
		})},
		{"an event delivered again counts again towards the goal", goalOnce, nodeMailB, budget{bought: 1, total: 1, faults: 1}, func(r *Rules) {
			r.Credit = func(e senda.Entry, c senda.Credit) senda.Entry {
				if e.Goal.Open(c.Time) {
					e.Goal.Credits = append(slices.Clone(e.Goal.Credits), c)
				}
				return e
			}
		}},
		{"a goal counts before the first touch", goalOnce, nodeMailA, anExit, func(r *Rules) {
			r.Credit = func(e senda.Entry, c senda.Credit) senda.Entry {
				e.Goal.Credits = append(slices.Clone(e.Goal.Credits), c)
				return e
			}
		}},
		{"a send does not check that the entry is still what it read", whileGone, nodeMailA, anExit, onWrite(func(w senda.Write) senda.Write {
			if w.Key.Kind == senda.KindEntry {
				w.Any = true
			}
			return w
		})},
		{"a send does not check consent", afterWord, nodeMailA, aWord, onWrite(func(w senda.Write) senda.Write {
			if w.Key.Kind == senda.KindConsent {
				w.Any = true
			}
			return w
		})},
		{"a claim is put whatever stands there", twice, nodeMailB, budget{retries: 1, total: 1}, func(r *Rules) {
			r.Transaction = func(t Taking) []senda.Write {
				w := transaction(t)
				for i := range w {
					w[i].Any = w[i].Any || t.Claim.Step == "mail-a" && w[i].Key.Kind != senda.KindConsent
				}
				return w
			}
		}},
		{"a marketing claim whose lease ran out is taken over", twice, nodeMailA, aFault, func(r *Rules) {
			r.Retake = func(c senda.Claim, now time.Time) Standing {
				if st := retake(c, now); st != Lost {
					return st
				}
				return Free
			}
		}},
		{"an attempt that slept through its lease hands over", afterFate, nodeMailA, aFault, func(r *Rules) {
			r.InTime = func(senda.Claim, time.Time) bool { return true }
		}},
		{"nobody knows is taken for stayed", samePlaces, nodeMailA, aFault, onReport(func(o *Outcome) {
			if o.Came == Nobody {
				o.Came = Stayed
			}
		}, nil)},
		{"nobody knows is taken for try again", samePlaces, nodeMailA, aFault, onReport(func(o *Outcome) {
			if o.Came == Nobody {
				o.Came = Again
			}
		}, nil)},
		{"a place is not given back", samePlaces, nodeMailA, aFault, onReport(nil, func(s *Settlement) { s.GiveBack = false })},
		{"the sweeper forgets marketing", everyFate, nodeMailA, aFault, func(r *Rules) {
			r.Settle = func(c senda.Claim, now time.Time) (senda.Claim, Settlement) {
				if c.Policy == senda.PolicySkip {
					return c, Settlement{}
				}
				return settle(c, now)
			}
		}},
		{"ending is left to nobody", whileGone, nodeMailA, budget{}, func(r *Rules) {
			r.End = leave
		}},
	} {
		t.Run(b.name, func(t *testing.T) {
			if x := explore(Product(), b.budget, b.last); x.failed != "" {
				t.Fatalf("the product fails: %s", x.story())
			}
			r := Product()
			b.plant(&r)
			x := explore(r, b.budget, b.last)
			if !strings.HasPrefix(x.failed, b.breaks) {
				t.Fatalf("%d states; the checker says %q, it should say %q", len(x.seen), x.failed, b.breaks)
			}
			t.Logf("found after %d states: %s", len(x.seen), x.story())
		})
	}
}

func onRegister(before func(e *senda.Entry, p *senda.Pause)) func(*Rules) {
	return func(r *Rules) {
		r.Register = func(e senda.Entry, p senda.Pause, due bool, m Match) (senda.Entry, Registered) {
			before(&e, &p)
			return register(e, p, due, m)
		}
	}
}

func onHear(before func(e *senda.Entry, s *senda.Signal), after func(before senda.Entry, s senda.Signal, e *senda.Entry, h *Heard)) func(*Rules) {
	return func(r *Rules) {
		r.Hear = func(e senda.Entry, s senda.Signal, in Interest, m Match) (senda.Entry, Heard) {
			was := e
			if before != nil {
				before(&e, &s)
			}
			now, h := hear(e, s, in, m)
			if after != nil {
				after(was, s, &now, &h)
			}
			return now, h
		}
	}
}

func onWrite(change func(senda.Write) senda.Write) func(*Rules) {
	return func(r *Rules) {
		r.Transaction = func(t Taking) []senda.Write {
			w := transaction(t)
			for i := range w {
				w[i] = change(w[i])
			}
			return w
		}
	}
}

func onReport(before func(o *Outcome), after func(s *Settlement)) func(*Rules) {
	return func(r *Rules) {
		r.Report = func(c senda.Claim, fence int, o Outcome) (senda.Claim, Settlement) {
			if before != nil {
				before(&o)
			}
			c, s := report(c, fence, o)
			if after != nil {
				after(&s)
			}
			return c, s
		}
	}
}
