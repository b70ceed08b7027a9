package intake

import (
	"context"
	"errors"
	"io"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/consent"
	"github.com/senda-dev/senda/internal/enroll"
	"github.com/senda-dev/senda/internal/facts"
	"github.com/senda-dev/senda/internal/hearing"
	"github.com/senda-dev/senda/internal/identity"
	"github.com/senda-dev/senda/internal/money"
)

// Intake takes events in. Its fields are set once; it is safe for concurrent use.
type Intake struct {
	Store senda.Store
	Clock senda.Clock
	Keys  *identity.Keys
	// Random draws the ids of people and of logs of proofs.
	Random io.Reader
	// Contract finds the contract of a kind of event; nil when none was published.
	Contract func(kind string) *Contract
	// Rules are today's rules of consent.
	Rules func() *consent.Rules
	// Currency says whether a brand's family keeps books in a currency; an event
	// without a brand is asked for the brand "".
	Currency func(brand string, c money.Currency) bool
	// Zone says whether an IANA zone exists.
	Zone func(name string) bool

	Reader  *facts.Reader
	Merger  *identity.Merger
	Hearing *hearing.Service
	Enroll  *enroll.Service
	// Also is what else an event causes, besides what entries hear and whom it
	// lets in; it may be called again for the same event. Nil: nothing.
	Also func(ctx context.Context, p senda.PersonID, e senda.Event) error
}

// Fate is what became of an event.
type Fate string

// The fates.
const (
	// Taken: everything it causes is done.
	Taken Fate = "taken"
	// Duplicate: it was done before.
	Duplicate Fate = "duplicate"
	// Refused: it is in quarantine.
	Refused Fate = "quarantined"
	// Forgotten: it is about somebody who was erased; nothing of it is kept.
	Forgotten Fate = "forgotten"
)

// Note is something worth knowing about an event that was taken.
type Note string

// The notes.
const (
	// NoteZone: its time zone does not exist, and was not learned.
	NoteZone Note = "unknown-zone"
	// NoteUnreachable: no address of the person is known.
	NoteUnreachable Note = "unreachable"
	// NoteLate: it arrived too late to start anything.
	NoteLate Note = "late"
	// NoteAsked: a double opt-in is open already, or the consent was given.
	NoteAsked Note = "asked-before"
	// NoteMerged: it said that two people are one.
	NoteMerged Note = "merged"
)

// Result is what came of an event.
type Result struct {
	Fate   Fate
	Person senda.PersonID
	Notes  []Note
	// Refusal and Quarantine are set for a refused event: why, and under which id.
	Refusal    *Refusal
	Quarantine string
	// Journeys says what came of every journey that such an event starts.
	Journeys []enroll.Result
}

// attempts bounds how often an event is decided again when somebody else wrote
// the person first. Events of one person contend with each other only.
const attempts = 32

// TakeRaw takes in an event as it came over a wire. The error is one that a
// second delivery may mend; what can never work is in quarantine.
func (in *Intake) TakeRaw(ctx context.Context, body []byte) (Result, error) {
	e, err := Decode(body)
	if err != nil {
		return in.refused(ctx, body, senda.Event{}, err)
	}
	return in.take(ctx, body, e)
}

// Take takes in an event that is decoded already.
func (in *Intake) Take(ctx context.Context, e senda.Event) (Result, error) {
	if err := checkEnvelope(e); err != nil {
		return in.refused(ctx, nil, e, err)
	}
	return in.take(ctx, nil, e)
}

func (in *Intake) take(ctx context.Context, body []byte, e senda.Event) (Result, error) {
	e.Time = e.Time.UTC()
	e.Arrived = in.Clock.Now().UTC()
	r, err := in.examined(ctx, e)
	if err != nil {
		return in.refused(ctx, body, e, err)
	}
	return r, nil
}

// examined takes in the event, or returns a *Refusal.
func (in *Intake) examined(ctx context.Context, e senda.Event) (Result, error) {
	c := in.Contract(e.Kind)
	if c == nil {
		return Result{}, refuse(UnknownKind, "no contract of its kind was published")
	}
	if err := in.examine(e, c); err != nil {
		return Result{}, err
	}
	for try := 1; ; try++ {
		r, err := in.once(ctx, c, e)
		if code := senda.CodeOf(err); err == nil || try == attempts || code != senda.Conflict && code != senda.Unsure {
			return r, err
		}
		if ctx.Err() != nil {
			return r, senda.Wrap(senda.Unavailable, "take an event in", ctx.Err())
		}
	}
}

// once decides and commits, and then carries out what the event causes.
func (in *Intake) once(ctx context.Context, c *Contract, e senda.Event) (Result, error) {
	seen, seenVersion, known, err := senda.Read[senda.Seen](ctx, in.Store, senda.SeenKey(e.Ref()))
	if err != nil {
		return Result{}, err
	}
	if known && seen.Done {
		return Result{Fate: Duplicate, Person: seen.Person}, nil
	}
	if known && seen.Event != nil {
		// A second delivery goes on with what the first one read, its arrival above all.
		e = *seen.Event
	}
	who, notes, err := in.resolve(ctx, e)
	if err != nil {
		return Result{}, err
	}
	if paced(who.Person) {
		e.Arrived = e.Time // on the way from their source to here no journey time passes
	}
	if who.Person.Erased {
		r := Result{Fate: Forgotten, Person: who.Person.ID}
		if known && e.Kind == KindErased {
			// The one who erased died before everything was gone.
			if err := in.forget(ctx, who.Person.ID, e); err != nil {
				return r, err
			}
		}
		return r, in.Store.Commit(ctx, senda.Put(senda.Seen{Ref: e.Ref(), Person: who.Person.ID, At: e.Arrived, Done: true}, seenVersion))
	}
	if e.Time.Sub(e.Arrived) > facts.Skew {
		return Result{}, refuse(Ahead, "its time is more than %d minutes ahead of the clock", int(facts.Skew/time.Minute))
	}
	w, err := in.write(ctx, c, e, who, seenVersion)
	if err != nil {
		return Result{}, err
	}
	if err := in.Store.Commit(ctx, w.writes...); err != nil {
		return Result{}, err
	}
	r := Result{Fate: Taken, Person: w.person.ID, Notes: append(notes, w.notes...)}
	return r, in.carryOut(ctx, c, e, w, &r)
}

// paced says that the person's time is not the clock's: a test person at
// another pace, for whom events may bear any time.
func paced(p senda.Person) bool { return p.Test && p.Pace > 0 && p.Pace != senda.Life }

// found is whom an event is about.
type found struct {
	identity.Known
	fresh []senda.Identity // identifiers that are new
}

// resolve finds the person, merging where the event says that several are one.
func (in *Intake) resolve(ctx context.Context, e senda.Event) (found, []Note, error) {
	var notes []Note
	res, err := identity.Resolve(ctx, in.Store, in.Keys, e.Identifiers)
	if err != nil {
		return found{}, nil, err
	}
	for _, id := range res.Unfinished {
		if err := in.Merger.Finish(ctx, id, e.Arrived); err != nil {
			return found{}, nil, err
		}
	}
	if len(res.Unfinished) > 0 {
		return found{}, nil, senda.Errorf(senda.Conflict, "take an event in", "a merge was finished: read again")
	}
	var living []identity.Known
	for _, k := range res.People {
		if !k.Person.Erased {
			living = append(living, k)
		}
	}
	switch {
	case len(living) == 0 && len(res.People) > 0:
		return found{Known: res.People[0]}, nil, nil
	case len(living) == 0 && len(res.New) == 0:
		return found{}, nil, refuse(Nobody, "it names no person")
	case len(living) == 0:
		p, err := identity.NewPerson(in.Random, e.Arrived)
		return found{Known: identity.Known{Person: p}, fresh: res.New}, nil, err
	case len(living) == 1:
		return found{Known: living[0], fresh: res.New}, nil, nil
	}
	stays, err := in.Merger.Merge(ctx, living, e.Arrived)
	notes = append(notes, NoteMerged)
	return found{Known: stays, fresh: res.New}, notes, err
}

// refused puts what can never work into quarantine and passes everything else on.
func (in *Intake) refused(ctx context.Context, body []byte, e senda.Event, err error) (Result, error) {
	var why *Refusal
	if !errors.As(err, &why) {
		return Result{}, err
	}
	if body == nil {
		body = Encode(e)
	}
	id, err := in.quarantine(ctx, body, e.Kind, why)
	return Result{Fate: Refused, Refusal: why, Quarantine: id}, err
}
