package choose

import (
	"context"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/entry"
)

// Use is what an event says of an offer that somebody used: offer.used, or an
// order that names the offer. Entry and Step are known where the source learned
// them from our own mail.
type Use struct {
	Person senda.PersonID
	Time   time.Time
	Offer  string
	Slot   string
	Entry  senda.EntryID
	Step   string
}

// Used notes that somebody used an offer: the decision remembers when, and if the
// offer was drawn and shown, it counts as a success of it. Of several decisions it
// is the latest before the use that fits and is not used yet. It returns the
// decision; false when no decision of ours gave the offer, which is no error: codes
// are passed on. An event that comes again finds its decision used and adds nothing.
func (s *Service) Used(ctx context.Context, u Use) (senda.Decision, bool, error) {
	for try := 1; ; try++ {
		d, ok, err := s.use(ctx, u)
		code := senda.CodeOf(err)
		if err == nil || try >= entry.Tries || code != senda.Conflict && code != senda.Unsure {
			return d, ok, err
		}
	}
}

func (s *Service) use(ctx context.Context, u Use) (senda.Decision, bool, error) {
	all, err := decisions(ctx, s.Store, u.Person, "")
	if err != nil {
		return senda.Decision{}, false, err
	}
	var best *senda.Decision
	for i := range all {
		d := &all[i]
		switch {
		case !u.fits(d):
		case d.Used.Equal(u.Time):
			return *d, true, nil // told before
		case d.Used.IsZero() && (best == nil || d.At.After(best.At)):
			best = d
		}
	}
	if best == nil {
		return senda.Decision{}, false, nil
	}
	sheet := newSheet(s.Store, nil)
	if err := sheet.load(ctx, best.Key()); err != nil {
		return senda.Decision{}, false, err
	}
	d, _, _, err := senda.As[senda.Decision](sheet.at(best.Key()))
	if err != nil {
		return d, false, err
	}
	if !d.Used.IsZero() {
		return d, false, senda.Errorf(senda.Conflict, "note that an offer was used", "somebody else noted another use")
	}
	d.Used = u.Time
	sheet.put(d)
	if d.State == senda.Spent {
		if err := sheet.tally(ctx, &d, 0, 1); err != nil {
			return d, false, err
		}
	}
	return d, true, s.Store.Commit(ctx, sheet.writes...)
}

// fits says whether the decision may be the one whose offer was used.
func (u Use) fits(d *senda.Decision) bool {
	return d.Offer == u.Offer && !d.Held && !d.At.After(u.Time) &&
		(u.Slot == "" || u.Slot == d.Slot) && (u.Entry == "" || u.Entry == d.Entry) && (u.Step == "" || u.Step == d.Step)
}
