package intake

import (
	"context"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/identity"
)

// forget removes what is left of a person who was erased: their entries leave,
// their timeline goes, and so do the events in quarantine that name them.
func (in *Intake) forget(ctx context.Context, p senda.PersonID, e senda.Event) error {
	r := senda.Range{Kind: senda.KindEntry, Part: string(p)}
	for {
		page, err := in.Store.Range(ctx, r)
		if err != nil {
			return err
		}
		for _, v := range page {
			en, _, _, err := senda.As[senda.Entry](v)
			if err != nil {
				return err
			}
			if en.Status == senda.StatusActive {
				if err := in.Merger.Entries.Leave(ctx, p, en.ID, senda.LeftErased, e.Arrived); err != nil {
					return err
				}
			}
			r.After = string(en.ID)
		}
		if len(page) < senda.LimitOr(r.Limit) {
			break
		}
	}
	if err := in.drop(ctx, p, func(string) bool { return true }); err != nil {
		return err
	}
	return in.forgetQuarantined(ctx, p)
}

// forgetQuarantined removes the refused events that name somebody. What cannot be
// read names nobody that could be found; it expires with the quarantine.
func (in *Intake) forgetQuarantined(ctx context.Context, p senda.PersonID) error {
	return in.eachQuarantined(ctx, func(q senda.Quarantined, version uint64) error {
		e, err := Decode(q.Body)
		if err != nil {
			return nil //nolint:nilerr // unreadable: see above
		}
		res, err := identity.Resolve(ctx, in.Store, in.Keys, e.Identifiers)
		if err != nil {
			return err
		}
		for _, k := range res.People {
			if k.Person.ID == p {
				return ignoreConflict(in.Store.Commit(ctx, senda.Delete(q.Key(), version)))
			}
		}
		return nil
	})
}

// ignoreConflict is for what somebody else has seen to already.
func ignoreConflict(err error) error {
	if senda.CodeOf(err) == senda.Conflict {
		return nil
	}
	return err
}
