package choose

import (
	"context"

	senda "github.com/senda-dev/senda"
)

// Release is entry.Service's Release: it adds to the writes of the commit that ends
// an entry those that release what is still reserved. What the commit spends or
// releases itself is left as it is there.
func (s *Service) Release(ctx context.Context, e senda.Entry, writes []senda.Write) ([]senda.Write, error) {
	b, err := s.Bundles.Bundle(ctx, e.Bundle)
	if err != nil || len(b.Slots) == 0 {
		return writes, err
	}
	sheet, guard := newSheet(s.Store, writes), guardKey(e.Person)
	if err := sheet.load(ctx, guard); err != nil {
		return nil, err
	}
	all, err := decisions(ctx, s.Store, e.Person, string(e.ID)+"|")
	if err != nil {
		return nil, err
	}
	for i := range all {
		if all[i].State != senda.Reserved {
			continue
		}
		key := all[i].Key()
		if err := sheet.load(ctx, key); err != nil {
			return nil, err
		}
		// As the commit will find it: read once more, under a version, or as it writes it.
		d, _, _, err := senda.As[senda.Decision](sheet.at(key))
		if err != nil {
			return nil, err
		}
		o, ok := b.Offer(d.Offer)
		if d.State != senda.Reserved || !ok {
			continue
		}
		if err := sheet.release(ctx, d, &o); err != nil {
			return nil, err
		}
	}
	sheet.check(guard)
	return sheet.writes, nil
}

// Undo is entry.Service's Undo: a message is known not to have left, and what it
// spent is reserved once more when the step will be tried again, released
// otherwise. An offer that another message of the entry shows as well stays spent.
func (s *Service) Undo(ctx context.Context, c senda.Claim, again bool) ([]senda.Write, error) {
	if len(c.Offers) == 0 {
		return nil, nil
	}
	e, version, ok, err := senda.Read[senda.Entry](ctx, s.Store, senda.EntryKey(c.Person, c.Entry))
	if err != nil || !ok {
		return nil, err
	}
	// An entry that has ended, by a restart for one, releases nothing any more.
	again = again && e.Status != senda.StatusEnded
	b, err := s.Bundles.Bundle(ctx, e.Bundle)
	if err != nil {
		return nil, err
	}
	others, err := s.shownElsewhere(ctx, c)
	if err != nil {
		return nil, err
	}
	sheet := newSheet(s.Store, nil)
	for _, shown := range c.Offers {
		step, n, ok := stepOf(shown)
		if !ok || others[shown] {
			continue
		}
		key := senda.DecisionKey(c.Person, c.Entry, step, n)
		if err := sheet.load(ctx, key); err != nil {
			return nil, err
		}
		d, _, _, err := senda.As[senda.Decision](sheet.at(key))
		if err != nil {
			return nil, err
		}
		o, known := b.Offer(d.Offer)
		if d.State != senda.Spent || !known {
			continue
		}
		used := int64(-1)
		if d.State = senda.Released; again {
			d.State, used = senda.Reserved, 0
		}
		sheet.put(d)
		if err := sheet.change(ctx, &o, d.At, used, -1); err != nil {
			return nil, err
		}
		if err := sheet.tell(ctx, &d, -1); err != nil {
			return nil, err
		}
	}
	if !again || len(sheet.writes) == 0 {
		return sheet.writes, nil
	}
	// An entry that ends meanwhile would not see what is reserved now.
	if err := sheet.meet(ctx, c.Person); err != nil {
		return nil, err
	}
	return append(sheet.writes, senda.Check(e.Key(), version)), nil
}

// shownElsewhere are the names of the offers that other messages of the entry show,
// those left out that are known not to have left.
func (s *Service) shownElsewhere(ctx context.Context, c senda.Claim) (map[string]bool, error) {
	got, err := s.Store.Range(ctx, senda.Range{Kind: senda.KindClaim, Part: string(c.Person), Prefix: string(c.Entry) + "|"})
	if err != nil {
		return nil, err
	}
	out := map[string]bool{}
	for _, v := range got {
		other, _, _, err := senda.As[senda.Claim](v)
		if err != nil {
			return nil, err
		}
		if other.Message == c.Message || other.Fate == senda.NotSent {
			continue
		}
		for _, o := range other.Offers {
			out[o] = true
		}
	}
	return out, nil
}
