package entry

import (
	"cmp"
	"slices"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/jsonata"
)

// Match says whether the condition of an event holds. It is asked only when
// the kind of the event, and the step of an outcome, are right and there is a
// condition. with are the values of earlier steps that it reads.
type Match func(e senda.Entry, condition string, s senda.Signal, with jsonata.Value) bool

func (m Match) holds(e senda.Entry, l senda.Listen, s senda.Signal, with jsonata.Value) bool {
	return concerns(l, s) && (l.If == "" || m(e, l.If, s, with))
}

func (m Match) any(e senda.Entry, listens []senda.Listen, s senda.Signal, with jsonata.Value) bool {
	for _, l := range listens {
		if m.holds(e, l, s, with) {
			return true
		}
	}
	return false
}

// concerns says whether a signal is of the kind, whatever the condition.
func concerns(l senda.Listen, s senda.Signal) bool {
	return l.Event == s.Kind && (l.Step == "" || l.Step == s.Step)
}

// Registered is what came of a registration.
type Registered struct {
	// Leaving: the entry will never act again.
	Leaving bool
	// Stale: the execution is past this pause; nothing was written.
	Stale bool
	// Over is set when the pause is over already and its own token is to be answered.
	Over *senda.Over
	// Before is the pause that stood before and is over now, nil when there was none.
	Before *senda.Pause
}

// register stores a pause, or finds that it is over already. Called again for
// the same pause it adds the new token and keeps everything else, above all
// the planned end; called with due it is the question, after a time-out, how the
// pause ended, whether or not the registration ever arrived.
func register(e senda.Entry, p senda.Pause, due bool, match Match) (senda.Entry, Registered) {
	if e.Status != senda.StatusActive {
		return end(e, e.Reason, p.Since), Registered{Leaving: true}
	}
	var r Registered
	if old := e.Pause; old != nil {
		switch c := order(*old, p); {
		case c > 0:
			return e, Registered{Stale: true}
		case c == 0:
			return again(e, p, due)
		case old.Over == nil:
			// The machine went from one pause straight to the next: the first took its time.
			r.Before = over(*old, timeIsUp(*old))
		}
	}
	p.Over = nil
	if s := awaited(e, p, match); s != nil {
		p = *over(p, endedBy(p, senda.OverEvent, *s))
		e.Cursor = s.N
	} else if due || !p.Until.After(p.Since) {
		p = *over(p, timeIsUp(p))
	}
	e.Pending = since(e, p)
	e.Pause, r.Over = &p, p.Over
	return e, r
}

// keptTokens bounds Pause.Tokens: a machine calls a function again only after
// it gave up on the call before, and the oldest have long ended.
const keptTokens = 8

// again is a second registration of the pause that stands.
func again(e senda.Entry, p senda.Pause, due bool) (senda.Entry, Registered) {
	now := *e.Pause
	if now.Over == nil && due {
		now = *over(now, timeIsUp(now))
	}
	for _, t := range p.Tokens {
		if !slices.Contains(now.Tokens, t) {
			now.Tokens = append(slices.Clone(now.Tokens[max(0, len(now.Tokens)-keptTokens+1):]), t)
		}
	}
	e.Pause = &now
	return e, Registered{Over: now.Over}
}

func order(a, b senda.Pause) int {
	return cmp.Or(cmp.Compare(a.Seq, b.Seq), cmp.Compare(a.N, b.N))
}

// awaited is the first pending signal that ends the pause: not yet consumed,
// arrived while the pause would have stood.
func awaited(e senda.Entry, p senda.Pause, match Match) *senda.Signal {
	for _, s := range e.Pending {
		if s.N > e.Cursor && !s.At.Before(p.Since) && !s.At.After(p.Until) && match.any(e, p.Listens, s, p.With) {
			return &s
		}
	}
	return nil
}

// since are the pending signals that a later pause may still ask for: neither
// consumed nor older than this pause, since journey time only goes on.
func since(e senda.Entry, p senda.Pause) []senda.Signal {
	var kept []senda.Signal
	for _, s := range e.Pending {
		if s.N > e.Cursor && !s.At.Before(p.Since) {
			kept = append(kept, s)
		}
	}
	return kept
}
