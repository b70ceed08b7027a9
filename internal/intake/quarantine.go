package intake

import (
	"context"
	"slices"
	"time"

	senda "github.com/senda-dev/senda"
)

// Kept is how long a refused event is kept for somebody to mend its cause.
const Kept = 14 * 24 * time.Hour

// keptBytes bounds what is kept of one that is far too long to be an event: a
// record must fit where records are kept.
const keptBytes = 4 * MaxBody

// quarantine keeps a refused event whole. Its id is a hash of its bytes, so that
// an event that is delivered again is kept once.
func (in *Intake) quarantine(ctx context.Context, body []byte, kind string, why *Refusal) (string, error) {
	id := "q-" + senda.ShortHash(string(body))
	for range attempts {
		q, version, known, err := senda.Read[senda.Quarantined](ctx, in.Store, senda.Quarantined{ID: id}.Key())
		if err != nil {
			return "", err
		}
		if !known {
			q = senda.Quarantined{ID: id, At: in.Clock.Now().UTC(), Body: slices.Clone(body[:min(len(body), keptBytes)])}
		}
		q.Kind, q.Code, q.Reason = kind, string(why.Reason), why.Text
		q.Tries++
		err = in.Store.Commit(ctx, senda.Put(q, version))
		if senda.CodeOf(err) != senda.Conflict {
			return id, err
		}
	}
	return "", senda.Errorf(senda.Unavailable, "quarantine "+id, "others keep writing it")
}

// Quarantine lists the refused events, the oldest first.
func (in *Intake) Quarantine(ctx context.Context) ([]senda.Quarantined, error) {
	var all []senda.Quarantined
	err := in.eachQuarantined(ctx, func(q senda.Quarantined, _ uint64) error {
		all = append(all, q)
		return nil
	})
	slices.SortStableFunc(all, func(a, b senda.Quarantined) int { return a.At.Compare(b.At) })
	return all, err
}

// Redrive takes a refused event in once more. If it is refused again it stays,
// with the new reason; NotFound when there is none of the id.
func (in *Intake) Redrive(ctx context.Context, id string) (Result, error) {
	q, version, ok, err := senda.Read[senda.Quarantined](ctx, in.Store, senda.Quarantined{ID: id}.Key())
	if err != nil {
		return Result{}, err
	}
	if !ok {
		return Result{}, senda.Errorf(senda.NotFound, "redrive "+id, "nothing is in quarantine under this id")
	}
	r, err := in.TakeRaw(ctx, q.Body)
	if err != nil || r.Fate == Refused {
		return r, err
	}
	return r, ignoreConflict(in.Store.Commit(ctx, senda.Delete(q.Key(), version)))
}

// Expire drops what was refused longer than Kept ago and says how many there were.
func (in *Intake) Expire(ctx context.Context) (int, error) {
	n, cut := 0, in.Clock.Now().Add(-Kept)
	err := in.eachQuarantined(ctx, func(q senda.Quarantined, version uint64) error {
		if q.At.After(cut) {
			return nil
		}
		n++
		return ignoreConflict(in.Store.Commit(ctx, senda.Delete(q.Key(), version)))
	})
	return n, err
}

func (in *Intake) eachQuarantined(ctx context.Context, do func(q senda.Quarantined, version uint64) error) error {
	r := senda.Range{Kind: senda.KindQuarantined}
	for {
		page, err := in.Store.Range(ctx, r)
		if err != nil {
			return err
		}
		for _, v := range page {
			q, version, _, err := senda.As[senda.Quarantined](v)
			if err != nil {
				return err
			}
			r.After = q.ID
			if err := do(q, version); err != nil {
				return err
			}
		}
		if len(page) < senda.LimitOr(r.Limit) {
			return nil
		}
	}
}
