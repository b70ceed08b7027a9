package score

import (
	"context"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/entry"
	"github.com/senda-dev/senda/internal/facts"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/lifetime"
	"github.com/senda-dev/senda/internal/money"
	"github.com/senda-dev/senda/internal/task"
)

// Service scores people. Its fields are set once; it is safe for concurrent use.
type Service struct {
	Store   senda.Store
	Entries *entry.Service
	Bundles bundle.Bundles
	Reader  *facts.Reader
	// Models are today's.
	Models func() *Models
	// Purchases are what counts as one; the zero value stands for Orders.
	Purchases Purchases
	// House says in which zone a family's days begin and in which currency it reckons.
	House func(family string) (zone *time.Location, currency money.Currency)
}

// The outcomes of a score, as the timeline shows them, and why there is none.
const (
	OutcomeScored = "scored"
	OutcomeNone   = "not-scored"

	ReasonObjected = "objected"
	ReasonNobody   = "no-purchases"
)

// Score serves the function of scores.
func (s *Service) Score(ctx context.Context, q task.ScoreRequest) (task.Reply, error) {
	op := "score for " + q.Step
	m, ok := s.Models().Model(q.Model)
	if !ok {
		return task.Reply{}, senda.Errorf(senda.Invalid, op, "there is no model %q", q.Model).WithHelp("fit it: senda fit --model %s", q.Model)
	}
	b, err := s.Bundles.Bundle(ctx, q.Bundle)
	if err != nil {
		return task.Reply{}, err
	}
	var fields jsonata.Value
	e, at, err := s.Entries.Act(ctx, q.Head, func(ctx context.Context, e senda.Entry, at time.Time) (entry.Deed, error) {
		var reason string
		var err error
		if fields, reason, err = s.person(ctx, q.Model, m, b, e, at); err != nil {
			return entry.Deed{}, err
		}
		r := &senda.StepRecord{
			Person: e.Person, Entry: e.ID, Seq: q.Seq, Step: q.Step, N: q.N, Kind: "score", At: at,
			Outcome: OutcomeScored, Reason: reason, Detail: fields,
		}
		if reason != "" {
			r.Outcome = OutcomeNone
			fields = fields.With("reason", jsonata.String(reason))
		}
		return entry.Deed{Record: r}, nil
	})
	if err != nil {
		return task.Reply{}, err
	}
	r := task.Reply{At: at, Fields: fields}
	if r.Fields.Kind() == jsonata.KindNothing {
		r.Fields = jsonata.Object() // an earlier attempt ended the entry; nobody reads it
	}
	if len(q.Next) > 0 {
		r.Due, err = s.Entries.Ends(ctx, e, q.Next, at)
	}
	return r, err
}

// person scores one person at an instant.
func (s *Service) person(ctx context.Context, name string, m *Model, b *bundle.Bundle, e senda.Entry, at time.Time) (jsonata.Value, string, error) {
	if e.Test {
		p, _, _, err := senda.Read[senda.Person](ctx, s.Store, senda.PersonKey(e.Person))
		if err != nil {
			return jsonata.Nothing, "", err
		}
		if given, ok := p.Score(name); ok {
			return given, "", nil
		}
	}
	view := s.Reader.View(senda.Person{ID: e.Person}, at)
	head, err := view.Head(ctx)
	if err != nil {
		return jsonata.Nothing, "", err
	}
	if head.Objected && b.Class == senda.Marketing {
		return jsonata.Object(), ReasonObjected, nil
	}
	zone, currency := s.House(b.Family)
	summary, ok, err := s.history(ctx, m, view, currency, zone)
	if err != nil || !ok {
		return jsonata.Object(), ReasonNobody, err
	}
	got, err := m.scorer.Score(summary)
	if err != nil {
		return jsonata.Nothing, "", senda.Wrap(senda.Internal, "score a person", err)
	}
	return value(got, currency), "", nil
}

func (s *Service) history(ctx context.Context, m *Model, v *facts.View, c money.Currency, zone *time.Location) (lifetime.Summary, bool, error) {
	lines, err := v.Lines(ctx)
	if err != nil {
		return lifetime.Summary{}, false, err
	}
	p := s.Purchases
	if p.Event == "" {
		p = Orders
	}
	return m.history(p, lines, c, v.At, zone)
}

// peopleAtOnce bounds how many people ScoreAll holds.
const peopleAtOnce = 1000

// ScoreAll scores everybody who ever bought, for a family, at an instant, and gives
// each score to yield, whose error ends it; who objected to profiling is left out.
// Amounts are in minor units of the family's currency, nothing is rounded. The index
// of people may be behind.
func (s *Service) ScoreAll(ctx context.Context, model, family string, at time.Time, yield func(senda.PersonID, lifetime.Score) error) error {
	m, ok := s.Models().Model(model)
	if !ok {
		return senda.Errorf(senda.Invalid, "score everybody", "there is no model %q", model)
	}
	for part := range 16 {
		r := senda.IndexRange{Index: senda.IndexPeople, Part: string("0123456789abcdef"[part]), Limit: peopleAtOnce}
		for {
			page, err := s.Store.Find(ctx, r)
			if err != nil {
				return err
			}
			if err := s.page(ctx, m, family, at, page, yield); err != nil {
				return err
			}
			if len(page) < peopleAtOnce {
				break
			}
			r.After = page[len(page)-1].Record.Key().Part
		}
	}
	return nil
}

func (s *Service) page(ctx context.Context, m *Model, family string, at time.Time, page []senda.Versioned, yield func(senda.PersonID, lifetime.Score) error) error {
	zone, currency := s.House(family)
	var people []senda.PersonID
	var histories []lifetime.Summary
	for _, v := range page {
		p, _, ok, err := senda.As[senda.Person](v)
		if err != nil || !ok {
			return err
		}
		view := s.Reader.View(p, at)
		head, err := view.Head(ctx)
		if err != nil {
			return err
		}
		if head.Objected {
			continue
		}
		summary, ok, err := s.history(ctx, m, view, currency, zone)
		if err != nil {
			return err
		}
		if ok {
			people, histories = append(people, p.ID), append(histories, summary)
		}
	}
	scores := make([]lifetime.Score, len(histories))
	if err := m.scorer.Scores(scores, histories, 1); err != nil {
		return senda.Wrap(senda.Internal, "score everybody", err)
	}
	for i := range people {
		if err := yield(people[i], scores[i]); err != nil {
			return err
		}
	}
	return nil
}
