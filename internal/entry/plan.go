package entry

import (
	"context"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/task"
)

// plan is what a decision wants: one commit, then what happens outside, then
// what the caller is told.
type plan struct {
	// before and after are the entry as it was read and as it is to be; change is
	// false when only the writes matter.
	before, after senda.Entry
	version       uint64
	change        bool
	// ended is the pause that a new one replaces.
	ended *senda.Pause

	writes []senda.Write
	answer *answer
	start  *senda.Entry
	// again: the request may be the repetition of one that ended the entry.
	again bool

	// over is how a pause ended; nil while it lasts.
	over *senda.Over
	err  error
}

// op reads and decides. It writes nothing, and may be called any number of times.
type op func(ctx context.Context, store senda.Store, now time.Time) (plan, error)

// answer ends the callback task of a pause that is over.
type answer struct {
	entry senda.Entry
	pause senda.Pause
}

// all lists the writes of the plan's one commit.
func (p plan) all() []senda.Write {
	w := p.writes
	if p.change {
		w = append(w, senda.Put(p.after, p.version))
	}
	if p.ended != nil {
		w = append(w, put(pauseRecord(p.after, *p.ended)))
	}
	if newlyOver(p.before.Pause, p.after.Pause) {
		w = append(w, put(pauseRecord(p.after, *p.after.Pause)))
	}
	return w
}

// left says that the end of the entry is told: this commit ended it, or one did that
// whoever asks now may have asked for before.
func (p plan) left() bool {
	switch {
	case p.after.Status != senda.StatusEnded:
		return false
	case p.before.Status != senda.StatusEnded, p.again, senda.CodeOf(p.err) == senda.Leaving:
		return true
	}
	return p.answer != nil && p.answer.pause.Over.How == senda.OverLeaving
}

func newlyOver(before, after *senda.Pause) bool {
	if after == nil || after.Over == nil {
		return false
	}
	return before == nil || before.Over == nil || order(*before, *after) != 0
}

// pauseRecord is the line of the timeline that a pause leaves.
func pauseRecord(e senda.Entry, p senda.Pause) senda.StepRecord {
	r := senda.StepRecord{
		Person: e.Person, Entry: e.ID, Seq: p.Seq, Step: p.Step, N: p.N, Kind: p.Kind,
		At: p.Over.At, Outcome: p.Over.How,
	}
	if s := p.Over.Signal; s != nil {
		r.Detail = jsonata.Object(jsonata.Member{Key: "event", Value: jsonata.String(s.Kind)})
	}
	return r
}

// pauseOf is the pause that a request begins.
func pauseOf(q task.PauseRequest) senda.Pause {
	p := senda.Pause{
		Step: q.Step, N: q.N, Seq: q.Seq, Kind: q.Kind, Since: q.At, Until: q.Due.Until,
		Listens: q.Listens, With: q.With, Next: q.Next,
	}
	if q.Token != "" {
		p.Tokens = []string{q.Token}
	}
	return p
}

// leaving is the error with which a machine takes its way out.
func leaving(e senda.Entry) error {
	return senda.Errorf(senda.Leaving, "entry "+string(e.ID), "it is %s: %s", e.Status, e.Reason)
}

func missing(p senda.PersonID, id senda.EntryID) error {
	return senda.Errorf(senda.NotFound, "entry "+string(id), "%s has no such entry", p)
}
