package report

import (
	"cmp"
	"context"
	"slices"

	senda "github.com/senda-dev/senda"
)

// person is all that is kept of one person's way through the journeys.
type person struct {
	senda.Person
	entries   []senda.Entry
	steps     map[senda.EntryID][]senda.StepRecord
	claims    []senda.Claim
	decisions []senda.Decision
}

// everybody reads all people, in the order of their ids.
func everybody(ctx context.Context, s senda.Store) ([]person, error) {
	var out []person
	for part := range 16 {
		r := senda.IndexRange{Index: senda.IndexPeople, Part: string("0123456789abcdef"[part])}
		for {
			page, err := s.Find(ctx, r)
			if err != nil {
				return nil, err
			}
			for _, v := range page {
				p, _, _, err := senda.As[senda.Person](v)
				if err != nil {
					return nil, err
				}
				one, err := somebody(ctx, s, p)
				if err != nil {
					return nil, err
				}
				out = append(out, one)
				r.After = string(p.ID)
			}
			if len(page) < senda.LimitOr(r.Limit) {
				break
			}
		}
	}
	slices.SortFunc(out, func(a, b person) int { return cmp.Compare(a.ID, b.ID) })
	return out, nil
}

func somebody(ctx context.Context, s senda.Store, p senda.Person) (person, error) {
	out := person{Person: p, steps: map[senda.EntryID][]senda.StepRecord{}}
	var err error
	if out.entries, err = all[senda.Entry](ctx, s, senda.KindEntry, p.ID); err != nil {
		return out, err
	}
	if len(out.entries) == 0 {
		return out, nil
	}
	steps, err := all[senda.StepRecord](ctx, s, senda.KindStep, p.ID)
	if err != nil {
		return out, err
	}
	slices.SortStableFunc(steps, func(a, b senda.StepRecord) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Seq, b.Seq), cmp.Compare(a.N, b.N))
	})
	for _, r := range steps {
		out.steps[r.Entry] = append(out.steps[r.Entry], r)
	}
	if out.claims, err = all[senda.Claim](ctx, s, senda.KindClaim, p.ID); err != nil {
		return out, err
	}
	out.decisions, err = all[senda.Decision](ctx, s, senda.KindDecision, p.ID)
	return out, err
}

// all reads every record of a kind of one person, page by page.
func all[T senda.Record](ctx context.Context, s senda.Store, kind senda.Kind, id senda.PersonID) ([]T, error) {
	var out []T
	r := senda.Range{Kind: kind, Part: string(id)}
	for {
		page, err := s.Range(ctx, r)
		if err != nil {
			return nil, err
		}
		for _, v := range page {
			one, _, _, err := senda.As[T](v)
			if err != nil {
				return nil, err
			}
			out = append(out, one)
			r.After = v.Record.Key().Sort
		}
		if len(page) < senda.LimitOr(r.Limit) {
			return out, nil
		}
	}
}
