package intake

import (
	"context"
	"slices"
	"strings"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/enroll"
	"github.com/senda-dev/senda/internal/facts"
	"github.com/senda-dev/senda/internal/hearing"
)

// carryOut does what the event causes and then says that it is done. Every part
// may be repeated, since whoever dies here leaves it to a second delivery.
func (in *Intake) carryOut(ctx context.Context, c *Contract, e senda.Event, w written, r *Result) error {
	var err error
	if e.Kind == KindErased {
		err = in.forget(ctx, w.person.ID, e)
	} else {
		err = in.start(ctx, c, e, w, r)
	}
	if err != nil {
		return err
	}
	return in.done(ctx, w.seen)
}

// start tells the person's entries and lets the person into journeys.
func (in *Intake) start(ctx context.Context, c *Contract, e senda.Event, w written, r *Result) error {
	if err := in.trim(ctx, w.person.ID, e); err != nil {
		return err
	}
	v := in.Reader.View(w.person, e.Arrived)
	v.KnowHead(w.head)
	public := c.public(e.Data)
	late := slices.Contains(w.notes, NoteLate)
	news := hearing.News{Ref: e.Ref(), Kind: e.Kind, Time: e.Time, At: e.Arrived, Data: e.Data, Public: public, Late: late}
	if strings.HasPrefix(e.Kind, "mail.") || strings.HasPrefix(e.Kind, "offer.") {
		if e.Data.Get("machine").Bool() {
			return nil // nobody did it: it is on the timeline, marked, and moves nobody
		}
		news.Step, news.Entry = e.Data.Get("step").Str(), senda.EntryID(e.Data.Get("entry").Str())
	}
	if in.Also != nil {
		if err := in.Also(ctx, w.person.ID, e); err != nil {
			return err
		}
	}
	err := in.Hearing.Tell(ctx, v, news)
	if err != nil || late || slices.Contains(w.notes, NoteAsked) {
		return err
	}
	r.Journeys, err = in.Enroll.Event(ctx, v, e.Kind, enroll.Occasion{Event: e.Ref(), At: e.Time, Data: e.Data, Public: public})
	return err
}

// done remembers that nothing is left to do, and drops the event.
func (in *Intake) done(ctx context.Context, seen senda.Seen) error {
	seen.Done, seen.Event = true, nil
	// Whoever else carried it out wrote the same.
	return in.Store.Commit(ctx, senda.Write{Key: seen.Key(), Any: true, Record: seen})
}

// trimEvery is one in how many events looks after the length of the timeline.
const trimEvery = 64

// trim keeps the timeline within its bounds: now and then, chosen by the name of
// the event, it drops what is older than facts.Retention and, of what is left, the
// oldest beyond facts.MaxLines.
func (in *Intake) trim(ctx context.Context, p senda.PersonID, e senda.Event) error {
	if senda.Hash64(e.Source, e.ID)%trimEvery != 0 {
		return nil
	}
	old := senda.Stamp(e.Arrived.Add(-facts.Retention))
	kept, err := in.Store.Range(ctx, senda.Range{Kind: senda.KindHappening, Part: string(p), Reverse: true, Limit: facts.MaxLines})
	if err != nil {
		return err
	}
	if len(kept) == facts.MaxLines {
		old = max(old, kept[len(kept)-1].Record.Key().Sort)
	}
	return in.drop(ctx, p, func(sort string) bool { return sort < old })
}

// drop deletes lines of a timeline from its beginning while they are to go, in
// bounded transactions.
func (in *Intake) drop(ctx context.Context, p senda.PersonID, goes func(sort string) bool) error {
	for {
		page, err := in.Store.Range(ctx, senda.Range{Kind: senda.KindHappening, Part: string(p), Limit: senda.MaxWrites})
		if err != nil {
			return err
		}
		var writes []senda.Write
		for _, v := range page {
			if key := v.Record.Key(); goes(key.Sort) {
				writes = append(writes, senda.Write{Key: key, Any: true, Delete: true})
			}
		}
		if len(writes) == 0 {
			return nil
		}
		if err := in.Store.Commit(ctx, writes...); err != nil {
			return err
		}
		if len(writes) < senda.MaxWrites {
			return nil
		}
	}
}
