package intake

import (
	"context"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/consent"
	"github.com/senda-dev/senda/internal/identity"
)

// written is what one event changes, in one transaction.
type written struct {
	writes []senda.Write
	notes  []Note
	person senda.Person
	head   senda.ConsentHead
	seen   senda.Seen
}

// write decides what the event changes about its person. Everything it writes
// follows event time, so that it may be decided and written again.
func (in *Intake) write(ctx context.Context, c *Contract, e senda.Event, who found, seenVersion uint64) (written, error) {
	head, headVersion, _, err := senda.Read[senda.ConsentHead](ctx, in.Store, senda.ConsentKey(who.Person.ID))
	if err != nil {
		return written{}, err
	}
	head.Person = who.Person.ID
	rules := in.Rules()
	draft := consent.Begin(head, e.Arrived, func() (string, error) { return identity.NewSubject(in.Random) })
	if err := agree(draft, rules, c, e); err != nil {
		return written{}, err
	}
	after, proofs, changed, err := draft.Done()
	if err != nil {
		return written{}, err
	}
	w := written{head: after}
	if changed {
		w.writes = append(w.writes, senda.Put(after, headVersion))
	}
	for _, p := range proofs {
		w.writes = append(w.writes, senda.Put(p, 0))
	}
	if !opens(&head, rules, e) {
		w.notes = append(w.notes, NoteAsked)
	}
	if e.Kind == KindErased {
		err = in.erase(ctx, &w, who.Person, e)
	} else {
		in.keep(&w, c, e, who)
	}
	if err != nil {
		return w, err
	}
	for _, id := range who.fresh {
		id.Person = w.person.ID
		w.writes = append(w.writes, senda.Put(id, 0))
	}
	event := e
	w.seen = senda.Seen{Ref: e.Ref(), Person: w.person.ID, At: e.Arrived, Event: &event}
	// The person is written even when nothing changes: its version makes the
	// events of one person wait for each other.
	w.writes = append(w.writes, senda.Put(w.person, who.Version), senda.Put(w.seen, seenVersion))
	return w, nil
}

// keep adds what profile and timeline keep.
func (in *Intake) keep(w *written, c *Contract, e senda.Event, who found) {
	var notes []Note
	w.person, notes = learned(who.Person, c, e, in.Zone)
	w.notes = append(w.notes, notes...)
	if w.person.Address == "" {
		w.notes = append(w.notes, NoteUnreachable)
	}
	if c.late(e) {
		w.notes = append(w.notes, NoteLate)
	}
	h := senda.Happening{Person: w.person.ID, Kind: e.Kind, Time: e.Time, Ref: e.Ref(), Data: c.timeline(e.Data)}
	w.writes = append(w.writes, senda.Write{Key: h.Key(), Any: true, Record: h})
}

// erase leaves of a person their id and, under the keyed hash of their address,
// that nobody may bring them back.
func (in *Intake) erase(ctx context.Context, w *written, p senda.Person, e senda.Event) error {
	w.person = senda.Person{ID: p.ID, Born: p.Born, Merged: p.Merged, Erased: true}
	for _, address := range []string{p.Address, e.Identifiers[identity.Email]} {
		if address == "" {
			continue
		}
		digest := in.Keys.Address(address)
		key := senda.SuppressionKey(digest)
		if len(w.writes) > 0 && w.writes[len(w.writes)-1].Key == key {
			continue // the event names the address that is known
		}
		s, version, _, err := senda.Read[senda.Suppression](ctx, in.Store, key)
		if err != nil {
			return err
		}
		s.Address = digest
		w.writes = append(w.writes, senda.Put(consent.Forgotten(s, e.Time), version))
	}
	return nil
}
