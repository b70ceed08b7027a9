package intake

import (
	"context"
	"errors"
	"time"

	senda "github.com/senda-dev/senda"
)

// Undone is how long after its arrival an event that is not done is carried on
// by the sweeper: until then whoever took it in may still be at work.
const Undone = 5 * time.Minute

// Sweep carries on the events whose causers died half-way. It returns how many it
// saw to, and all errors; what fails is tried again by the next sweep.
func (in *Intake) Sweep(ctx context.Context) (int, error) {
	cut := in.Clock.Now().Add(-Undone)
	found, err := in.Store.Find(ctx, senda.IndexRange{Index: senda.IndexUndone, To: senda.Stamp(cut)})
	if err != nil {
		return 0, err
	}
	n := 0
	var failed []error
	for _, v := range found {
		stale, _, ok, err := senda.As[senda.Seen](v)
		if err != nil || !ok {
			failed = append(failed, err)
			continue
		}
		// The index may be behind: the record itself says whether it is done.
		seen, _, ok, err := senda.Read[senda.Seen](ctx, in.Store, stale.Key())
		if err != nil || !ok || seen.Done || seen.Event == nil {
			failed = append(failed, err)
			continue
		}
		n++
		_, err = in.resume(ctx, *seen.Event)
		failed = append(failed, err)
	}
	return n, errors.Join(failed...)
}

// resume takes in once more an event that has been read before. Its contract may
// have changed since: then it goes to quarantine, and is done.
func (in *Intake) resume(ctx context.Context, e senda.Event) (Result, error) {
	r, err := in.examined(ctx, e)
	var why *Refusal
	if !errors.As(err, &why) {
		return r, err
	}
	if r, err = in.refused(ctx, nil, e, err); err != nil {
		return r, err
	}
	return r, in.done(ctx, senda.Seen{Ref: e.Ref(), At: e.Arrived})
}
