package identity

import (
	"context"
	"io"
	"slices"
	"strconv"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/consent"
)

// Entries makes entries leave.
type Entries interface {
	// Leave makes an entry leave with a reason, at an instant, and ends its pause.
	// It does nothing to one that leaves or has ended already.
	Leave(ctx context.Context, p senda.PersonID, e senda.EntryID, reason string, at time.Time) error
}

// Merger makes two people one.
type Merger struct {
	Store   senda.Store
	Entries Entries
	// Random draws the name of a log of proofs where somebody has none yet.
	Random io.Reader
}

// movedAtOnce is how many records of the younger one move in one transaction:
// each is put in one place and removed from another, beside the check of the person.
const movedAtOnce = (senda.MaxWrites - 2) / 2

// attempts bounds how often a decision is made again when somebody else wrote first.
const attempts = 16

// Merge makes the people that one event names one person: the oldest stays. It
// returns that person as they stand afterwards. It may be called again after
// dying anywhere: whoever resolves an identifier of the younger one finds it
// unfinished ([Resolution.Unfinished]) and calls [Merger.Finish].
func (m *Merger) Merge(ctx context.Context, people []Known, at time.Time) (Known, error) {
	stays := people[0]
	for _, goes := range people[1:] {
		if err := m.join(ctx, stays.Person.ID, goes.Person.ID, at); err != nil {
			return Known{}, err
		}
		if err := m.Finish(ctx, goes.Person.ID, at); err != nil {
			return Known{}, err
		}
	}
	p, version, err := Follow(ctx, m.Store, stays.Person.ID)
	return Known{p, version}, err
}

// join is the first and decisive transaction: from it on every identifier of the
// younger one leads to the older, with attributes and consent of both.
// It returns Conflict when either was merged or erased meanwhile: then it must be
// asked anew who is who.
func (m *Merger) join(ctx context.Context, stays, goes senda.PersonID, at time.Time) error {
	late := false
	err := again(ctx, func() error {
		got, err := m.Store.Get(ctx, senda.PersonKey(stays), senda.PersonKey(goes), senda.ConsentKey(stays), senda.ConsentKey(goes))
		if err != nil {
			return err
		}
		older, olderVersion, _, err := senda.As[senda.Person](got[0])
		if err != nil {
			return err
		}
		younger, youngerVersion, _, err := senda.As[senda.Person](got[1])
		if err != nil {
			return err
		}
		if late = older.Into != "" || younger.Into != "" || older.Erased || younger.Erased; late {
			return nil
		}
		ours, ourVersion, _, err := senda.As[senda.ConsentHead](got[2])
		if err != nil {
			return err
		}
		theirs, theirVersion, had, err := senda.As[senda.ConsentHead](got[3])
		if err != nil {
			return err
		}
		writes := []senda.Write{
			senda.Put(join(older, younger), olderVersion),
			senda.Put(senda.Person{ID: younger.ID, Born: younger.Born, Into: older.ID, Merged: younger.Merged}, youngerVersion),
		}
		if had {
			ours.Person = older.ID
			d := consent.Begin(ours, at, func() (string, error) { return NewSubject(m.Random) })
			d.Merge(theirs, consent.Change{
				By: "merge", Source: "merge",
				// The other log stays where it is; this says where to find it.
				Evidence: theirs.Subject + " " + strconv.Itoa(theirs.Proofs) + " " + theirs.LastProof,
			})
			head, proofs, changed, err := d.Done()
			if err != nil {
				return err
			}
			if changed {
				writes = append(writes, senda.Put(head, ourVersion))
			}
			for _, p := range proofs {
				writes = append(writes, senda.Put(p, 0))
			}
			// The younger one's head is left with nothing that a send could rest on.
			writes = append(writes, senda.Put(senda.ConsentHead{Person: younger.ID, Subject: theirs.Subject, Proofs: theirs.Proofs, LastProof: theirs.LastProof}, theirVersion))
		}
		return m.Store.Commit(ctx, writes...)
	})
	if err == nil && late {
		err = senda.Errorf(senda.Conflict, "merge "+string(goes), "somebody else was faster")
	}
	return err
}

// join is the older person with what the younger knew: each attribute from the
// later event, and from the younger whatever the older lacks.
func join(older, younger senda.Person) senda.Person {
	attributes := make(map[string]senda.Attribute, len(older.Attributes)+len(younger.Attributes))
	for name, a := range younger.Attributes {
		attributes[name] = a
	}
	for name, a := range older.Attributes {
		if b, ok := attributes[name]; !ok || !b.Time.After(a.Time) {
			attributes[name] = a
		}
	}
	if len(attributes) > 0 {
		older.Attributes = attributes
	}
	fill := func(to *string, from string) {
		if *to == "" {
			*to = from
		}
	}
	fill(&older.Address, younger.Address)
	fill(&older.Locale, younger.Locale)
	fill(&older.Zone, younger.Zone)
	if older.Country == "" && older.PostalCode == "" {
		older.Country, older.PostalCode = younger.Country, younger.PostalCode
	}
	older = Mirrored(older)
	older.Merged = slices.Clone(older.Merged)
	for _, id := range younger.Merged {
		if !slices.Contains(older.Merged, id) {
			older.Merged = append(older.Merged, id)
		}
	}
	return older
}

// Finish moves what is left of a merged person to the one who stays, in bounded
// transactions, each of which may be repeated: the entries leave, then timeline
// and places under caps move, and at last the one who stays says that all is moved.
func (m *Merger) Finish(ctx context.Context, goes senda.PersonID, at time.Time) error {
	if p, _, err := Follow(ctx, m.Store, goes); err != nil || p.ID == goes {
		return err
	}
	if err := m.leave(ctx, goes, at); err != nil {
		return err
	}
	for _, kind := range []senda.Kind{senda.KindHappening, senda.KindCaps} {
		for more := true; more; {
			err := again(ctx, func() (err error) {
				more, err = m.move(ctx, goes, kind)
				return err
			})
			if err != nil {
				return err
			}
		}
	}
	return again(ctx, func() error {
		p, version, err := Follow(ctx, m.Store, goes)
		if err != nil || p.ID == goes || slices.Contains(p.Merged, goes) {
			return err
		}
		p.Merged = append(slices.Clone(p.Merged), goes)
		return m.Store.Commit(ctx, senda.Put(p, version))
	})
}

// leave makes every entry of the merged person leave, and leaves all of them,
// the ended too, out of measurement: nobody can say any more in which arm the
// person they turned out to be was.
func (m *Merger) leave(ctx context.Context, goes senda.PersonID, at time.Time) error {
	r := senda.Range{Kind: senda.KindEntry, Part: string(goes)}
	for {
		page, err := m.Store.Range(ctx, r)
		if err != nil {
			return err
		}
		for _, v := range page {
			e, _, _, err := senda.As[senda.Entry](v)
			if err != nil {
				return err
			}
			if err := m.unmeasure(ctx, e); err != nil {
				return err
			}
			if e.Status != senda.StatusEnded {
				if err := m.Entries.Leave(ctx, e.Person, e.ID, senda.LeftMerged, at); err != nil {
					return err
				}
			}
			r.After = string(e.ID)
		}
		if len(page) < senda.LimitOr(r.Limit) {
			return nil
		}
	}
}

func (m *Merger) unmeasure(ctx context.Context, e senda.Entry) error {
	return again(ctx, func() error {
		e, version, ok, err := senda.Read[senda.Entry](ctx, m.Store, e.Key())
		if err != nil || !ok || e.Unmeasured {
			return err
		}
		e.Unmeasured = true
		return m.Store.Commit(ctx, senda.Put(e, version))
	})
}

// move moves one page of records of a kind to whoever the person has become, and
// says whether there may be more. The check of the person keeps a merge of that
// person out, which would leave behind what is put there.
func (m *Merger) move(ctx context.Context, goes senda.PersonID, kind senda.Kind) (more bool, err error) {
	page, err := m.Store.Range(ctx, senda.Range{Kind: kind, Part: string(goes), Limit: movedAtOnce})
	if err != nil || len(page) == 0 {
		return false, err
	}
	to, version, err := Follow(ctx, m.Store, goes)
	if err != nil {
		return false, err
	}
	if to.ID == goes {
		return false, senda.Errorf(senda.Internal, "move what is known of "+string(goes), "the person was not merged")
	}
	writes := []senda.Write{senda.Check(to.Key(), version)}
	for _, v := range page {
		w, err := m.place(ctx, to.ID, v.Record)
		if err != nil {
			return false, err
		}
		writes = append(writes, w, senda.Delete(v.Record.Key(), v.Version))
	}
	return len(page) == movedAtOnce, m.Store.Commit(ctx, writes...)
}

// place is the write of a record at its new person.
func (m *Merger) place(ctx context.Context, to senda.PersonID, r senda.Record) (senda.Write, error) {
	switch r := r.(type) {
	case senda.Happening:
		r.Person = to
		// The same event at both is the same line.
		return senda.Write{Key: r.Key(), Any: true, Record: r}, nil
	case senda.CapLedger:
		there, version, _, err := senda.Read[senda.CapLedger](ctx, m.Store, senda.CapsKey(to, r.Family))
		if err != nil {
			return senda.Write{}, err
		}
		// Both halves' mails reached one person: no place is given back.
		places := slices.Clone(there.Places)
		for _, p := range r.Places {
			if !slices.ContainsFunc(places, func(q senda.Place) bool { return q.Message == p.Message }) {
				places = append(places, p)
			}
		}
		return senda.Put(senda.CapLedger{Person: to, Family: r.Family, Places: places}, version), nil
	}
	return senda.Write{}, senda.Errorf(senda.Internal, "move "+r.Key().String(), "no record of this kind moves")
}

// again decides anew while somebody else writes first.
func again(ctx context.Context, decide func() error) error {
	var err error
	for range attempts {
		if err = decide(); senda.CodeOf(err) != senda.Conflict {
			return err
		}
		if ctx.Err() != nil {
			return senda.Wrap(senda.Unavailable, "decide again", ctx.Err())
		}
	}
	return err
}
