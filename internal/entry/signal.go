package entry

import (
	"slices"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/jsonata"
)

// Kept bounds Entry.Pending and Entry.Heard. The oldest go first: an await
// that begins after 64 events of its kind looks at the latest 64, and an event
// that is delivered again after 64 others counts as new.
const Kept = 64

// Interest is what a journey listens to.
type Interest struct {
	// Exits are the written exits, in their order.
	Exits []Exit
	// Awaits are the events of every await of the journey. Their conditions are
	// not asked here: they may read what a later step will know.
	Awaits []senda.Listen
	// Goal is nil when the journey has none.
	Goal *senda.Listen
	// Late: the event came later than its contract allows. Exits and the goal count
	// at any age; a pause neither ends by it nor remembers it.
	Late bool
	// Value is what a goal event is worth, in minor units of a currency; nil for nothing.
	Value func(e senda.Entry, s senda.Signal) (amount int64, currency string)
}

// Exit ends an entry when an event happens.
type Exit struct {
	senda.Listen
	Reason string
}

// Heard is what came of an event.
type Heard struct {
	// Changed: the entry is to be written.
	Changed bool
	// Answer: the token of the entry's pause is to be answered with its Over,
	// which is new, or was decided when the event arrived before.
	Answer bool
}

func hear(e senda.Entry, s senda.Signal, in Interest, match Match) (senda.Entry, Heard) {
	var h Heard
	if slices.Contains(e.Heard, s.Ref) {
		p := e.Pause
		h.Answer = p != nil && p.Over != nil && p.Over.Signal != nil && p.Over.Signal.Ref == s.Ref
		return e, h
	}
	if e.Status != senda.StatusActive {
		return e, h
	}
	s.N = e.Signals + 1
	open := e.Pause != nil && e.Pause.Over == nil
	switch {
	case exits(e, s, in, match) != "":
		reason := exits(e, s, in, match)
		if !open {
			// It is in a task, or between two: its next acting step ends it.
			e = leave(e, reason, s.Time)
			break
		}
		// The machine waits for nothing but this answer, after which it does nothing.
		o := endedBy(*e.Pause, senda.OverLeaving, s)
		e = end(e, reason, o.At)
		e.Pause = over(*e.Pause, o)
		h.Answer = true
	case in.Late:
		return e, h
	case open && match.any(e, e.Pause.Listens, s, e.Pause.With):
		e.Pause = over(*e.Pause, endedBy(*e.Pause, senda.OverEvent, s))
		e.Cursor = s.N
		h.Answer = true
	case slices.ContainsFunc(in.Awaits, func(l senda.Listen) bool { return concerns(l, s) }):
		e.Pending = latest(e.Pending, s)
	default:
		return e, h
	}
	e.Signals = s.N
	e.Heard = latest(e.Heard, s.Ref)
	h.Changed = true
	return e, h
}

func exits(e senda.Entry, s senda.Signal, in Interest, match Match) string {
	for _, x := range in.Exits {
		if match.holds(e, x.Listen, s, jsonata.Nothing) {
			return x.Reason
		}
	}
	return ""
}

// latest returns a copy of the list with one more, without the oldest beyond Kept.
func latest[T any](list []T, one T) []T {
	from := max(0, len(list)+1-Kept)
	return append(slices.Clone(list[from:]), one)
}

// worth is the credit that a signal brings; false when it is none of the goal's.
func worth(e senda.Entry, s senda.Signal, in Interest, match Match) (senda.Credit, bool) {
	if in.Goal == nil || !match.holds(e, *in.Goal, s, jsonata.Nothing) {
		return senda.Credit{}, false
	}
	c := senda.Credit{Ref: s.Ref, Time: s.Time}
	if in.Value != nil {
		c.Value, c.Currency = in.Value(e, s)
	}
	return c, true
}

// credit adds to the goal what falls into its window by event time, each event
// once, whatever the entry's status: the goal outlives the walk.
func credit(e senda.Entry, c senda.Credit) senda.Entry {
	known := slices.ContainsFunc(e.Goal.Credits, func(k senda.Credit) bool { return k.Ref == c.Ref })
	if known || !e.Goal.Open(c.Time) {
		return e
	}
	e.Goal.Credits = append(slices.Clone(e.Goal.Credits), c)
	return e
}
