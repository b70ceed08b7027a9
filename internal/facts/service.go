package facts

import (
	"context"
	"maps"
	"slices"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/condition"
	"github.com/senda-dev/senda/internal/entry"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/task"
)

// Service answers the facts task.
type Service struct {
	Reader     *Reader
	Entries    *entry.Service
	Bundles    bundle.Bundles
	Conditions *condition.Cache
}

// Facts reads what the conditions ahead need, at the journey time of the task. Of
// what it answers nothing is personal: an attribute that is, asked for as such, is
// Invalid, and conditions over one travel as their truth.
func (s *Service) Facts(ctx context.Context, q task.FactsRequest) (task.Reply, error) {
	if err := s.allowed(q); err != nil {
		return task.Reply{}, err
	}
	e, at, err := s.Entries.Act(ctx, q.Head, nil)
	if err != nil {
		return task.Reply{}, err
	}
	p, _, err := Person(ctx, s.Reader.Store, q.Person)
	if err != nil {
		return task.Reply{}, err
	}
	v := s.Reader.View(p, at)
	f := task.FactsFields{Person: v.Attributes(q.Attributes)}
	if f.Facts, err = v.Facts(ctx, q.Facts); err != nil {
		return task.Reply{}, err
	}
	if f.Consent, err = v.Consent(ctx, q.Consent); err != nil {
		return task.Reply{}, err
	}
	if f.Mails, err = v.Mails(ctx, e.ID, q.Mails); err != nil {
		return task.Reply{}, err
	}
	if f.Is, err = s.is(ctx, v, &e, q); err != nil {
		return task.Reply{}, err
	}
	r := task.Reply{At: at, Fields: f.Value()}
	if len(q.Next) > 0 {
		r.Due, err = s.Entries.Ends(ctx, e, q.Next, at)
	}
	return r, err
}

// allowed refuses to answer what may not travel. The compiler asks for no such
// thing; a machine that was written by hand might.
func (s *Service) allowed(q task.FactsRequest) error {
	declared := s.Reader.Declared()
	for _, name := range q.Attributes {
		if declared.Attributes[name].Personal {
			return senda.Errorf(senda.Invalid, "answer "+q.Step, "the attribute %q is personal and stays in the profile", name).
				WithHelp("ask a condition over it instead")
		}
	}
	return nil
}

// is evaluates the conditions over personal fields. An attribute of the person
// is at hand here whole; only yes or no leaves.
func (s *Service) is(ctx context.Context, v *View, e *senda.Entry, q task.FactsRequest) (jsonata.Value, error) {
	if len(q.Is) == 0 {
		return jsonata.Nothing, nil
	}
	b, err := s.Bundles.Bundle(ctx, e.Bundle)
	if err != nil {
		return jsonata.Nothing, err
	}
	members := make([]jsonata.Member, 0, len(q.Is))
	for _, name := range slices.Sorted(maps.Keys(q.Is)) {
		text := q.Is[name]
		c, err := s.Conditions.Compiled(text)
		if err != nil {
			return jsonata.Nothing, err
		}
		roots, err := v.Roots(ctx, b.Condition(text), e)
		if err != nil {
			return jsonata.Nothing, err
		}
		roots.With = q.With
		roots.Event = q.With.Get("event")
		members = append(members, jsonata.Member{Key: name, Value: jsonata.Bool(c.Holds(&roots))})
	}
	return jsonata.Object(members...), nil
}

// Person reads a profile. NotFound: nobody has this id.
func Person(ctx context.Context, s senda.Store, id senda.PersonID) (senda.Person, uint64, error) {
	p, version, ok, err := senda.Read[senda.Person](ctx, s, senda.PersonKey(id))
	if err == nil && !ok {
		err = senda.Errorf(senda.NotFound, "read person "+string(id), "nobody has this id")
	}
	return p, version, err
}
