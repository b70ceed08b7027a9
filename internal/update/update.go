package update

import (
	"context"
	"maps"
	"strconv"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/entry"
	"github.com/senda-dev/senda/internal/identity"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/task"
)

// Source is the source of the events that journeys emit.
const Source = "senda.journey"

// Service sets attributes and emits events. Its fields are set once.
type Service struct {
	Store   senda.Store
	Entries *entry.Service
	Bundles bundle.Bundles
	Bus     senda.Bus
	// Writable says whether a journey may set an attribute: today's profile.yaml
	// declares it, no event teaches it, and it is not personal unless that is allowed.
	Writable func(attribute string) bool
}

// The outcomes, as the timeline shows them. That of an event for somebody held out
// is task.OutcomeWouldHave.
const (
	OutcomeSet     = "set"
	OutcomeKept    = "kept" // a later event knows better
	OutcomeEmitted = "emitted"
)

// Update serves the function of updates.
func (s *Service) Update(ctx context.Context, q task.UpdateRequest) (task.Reply, error) {
	do := s.set
	if q.Emit != "" {
		do = s.emit
	}
	var record senda.StepRecord
	e, at, err := s.Entries.Act(ctx, q.Head, func(ctx context.Context, e senda.Entry, at time.Time) (entry.Deed, error) {
		before, ok, err := s.record(ctx, q)
		if err != nil || ok {
			record = before // an earlier attempt did it, at its own time
			return entry.Deed{}, err
		}
		record = senda.StepRecord{Person: e.Person, Entry: e.ID, Seq: q.Seq, Step: q.Step, N: q.N, At: at}
		return do(ctx, q, e, &record)
	})
	switch senda.CodeOf(err) {
	case "":
	case senda.Leaving:
		// The entry may have left between the record and the bus: what was decided is done.
		before, _, failed := s.record(ctx, q)
		if failed == nil {
			failed = s.publish(ctx, q, before)
		}
		if failed != nil {
			return task.Reply{}, failed
		}
		return task.Reply{}, err
	default:
		return task.Reply{}, err
	}
	if record.Step == "" { // this very step ended the entry in an earlier attempt
		if record, _, err = s.record(ctx, q); err != nil {
			return task.Reply{}, err
		}
	}
	if err := s.publish(ctx, q, record); err != nil {
		return task.Reply{}, err
	}
	if !record.At.IsZero() {
		at = record.At
	}
	r := task.Reply{At: at, Fields: jsonata.Object()}
	if len(q.Next) > 0 {
		r.Due, err = s.Entries.Ends(ctx, e, q.Next, at)
	}
	return r, err
}

// record is the line of the timeline that an earlier attempt wrote.
func (s *Service) record(ctx context.Context, q task.UpdateRequest) (senda.StepRecord, bool, error) {
	r, _, ok, err := senda.Read[senda.StepRecord](ctx, s.Store, senda.StepKey(q.Person, q.Entry, q.Step, q.N))
	return r, ok, err
}

// set plans the new value of an attribute. Without a value the attribute is not
// known any more, since that instant.
func (s *Service) set(ctx context.Context, q task.UpdateRequest, e senda.Entry, r *senda.StepRecord) (entry.Deed, error) {
	op := "set " + q.Set
	if !s.Writable(q.Set) {
		return entry.Deed{}, senda.Errorf(senda.Invalid, op, "profile.yaml has no such attribute that a journey may set").
			WithHelp("declare it without an event, or stop the journey %s", e.Journey)
	}
	p, version, ok, err := senda.Read[senda.Person](ctx, s.Store, senda.PersonKey(e.Person))
	if err != nil {
		return entry.Deed{}, err
	}
	if !ok || p.Erased || p.Into != "" {
		return entry.Deed{}, senda.Errorf(senda.NotFound, op, "the person is gone")
	}
	r.Kind, r.Outcome = "set", OutcomeSet
	was, known := p.Attributes[q.Set]
	if known && was.Time.After(r.At) {
		r.Outcome = OutcomeKept
		return entry.Deed{Record: r}, nil
	}
	v := q.To
	if v.Kind() == jsonata.KindNull {
		v = jsonata.Nothing
	}
	p.Attributes = maps.Clone(p.Attributes) // the one that was read belongs to others too
	if p.Attributes == nil {
		p.Attributes = map[string]senda.Attribute{}
	}
	p.Attributes[q.Set] = senda.Attribute{Value: v, Time: r.At}
	return entry.Deed{Record: r, Writes: []senda.Write{senda.Put(p, version)}}, nil
}

// emit notes that an event is to be published; publish does it after the commit.
func (s *Service) emit(ctx context.Context, q task.UpdateRequest, e senda.Entry, r *senda.StepRecord) (entry.Deed, error) {
	b, err := s.Bundles.Bundle(ctx, q.Bundle)
	if err != nil {
		return entry.Deed{}, err
	}
	r.Kind, r.Outcome = "emit", OutcomeEmitted
	if e.Arm != senda.Treated && b.Class == senda.Marketing {
		r.Outcome = task.OutcomeWouldHave
	}
	r.Detail = jsonata.Object(jsonata.Member{Key: "event", Value: jsonata.String(q.Emit)})
	return entry.Deed{Record: r}, nil
}

// publish emits the event of a step that was recorded. Every attempt emits the
// same one.
func (s *Service) publish(ctx context.Context, q task.UpdateRequest, r senda.StepRecord) error {
	if q.Emit == "" || r.Outcome != OutcomeEmitted {
		return nil
	}
	return s.Bus.Emit(ctx, senda.Event{
		Source: Source, ID: "e-" + senda.ShortHash(string(q.Person), string(q.Entry), q.Step, strconv.Itoa(q.N)),
		Kind: q.Emit, Time: r.At, Arrived: r.At,
		Identifiers: map[string]string{identity.Self: string(q.Person)}, Data: q.Data,
	})
}
