package choose

import (
	"context"
	"strconv"
	"sync"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/condition"
	"github.com/senda-dev/senda/internal/entry"
	"github.com/senda-dev/senda/internal/facts"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/task"
)

// Service chooses offers. Its fields are set once; it is safe for concurrent use.
type Service struct {
	Store   senda.Store
	Entries *entry.Service
	Bundles bundle.Bundles
	// Deployments say for which slots Learn looks; nobody else asks.
	Deployments bundle.Deployments
	Reader      *facts.Reader
	Conditions  *condition.Cache

	menus   sync.Map // of menuKey: *menu
	mu      sync.Mutex
	lessons map[string]learned // by slot
}

// The outcomes of a choice, as the timeline shows them. That of somebody held out
// is task.OutcomeWouldHave.
const (
	OutcomeChosen = "chosen"
	OutcomeNone   = "not-chosen"
)

// Choose serves the function of offers. A repeated call gets the decision that
// was stored.
func (s *Service) Choose(ctx context.Context, q task.ChooseRequest) (task.Reply, error) {
	m, err := s.menu(ctx, q)
	if err != nil {
		return task.Reply{}, err
	}
	d, err := s.Entries.Decide(ctx, q.Head, func(ctx context.Context, e senda.Entry, at time.Time) (senda.Decision, entry.Deed, error) {
		return s.decide(ctx, q, m, e, at)
	})
	if err != nil {
		return task.Reply{}, err
	}
	r := task.Reply{At: d.At, Fields: task.OfferFields(d.Offer)}
	if len(q.Next) == 0 {
		return r, nil
	}
	e, _, ok, err := senda.Read[senda.Entry](ctx, s.Store, senda.EntryKey(q.Person, q.Entry))
	if err != nil {
		return task.Reply{}, err
	}
	if !ok {
		return task.Reply{}, senda.Errorf(senda.NotFound, "choose for "+q.Step, "its entry is gone")
	}
	r.Due, err = s.Entries.Ends(ctx, e, q.Next, d.At)
	return r, err
}

// decide makes the decision and lists what is written with it.
func (s *Service) decide(ctx context.Context, q task.ChooseRequest, m *menu, e senda.Entry, at time.Time) (senda.Decision, entry.Deed, error) {
	d := senda.Decision{Person: q.Person, Entry: q.Entry, Step: q.Step, N: q.N, Slot: q.Slot, At: at, Test: e.Test}
	d.Held = e.Arm != senda.Treated && m.class == senda.Marketing
	seen, err := s.look(ctx, m, &e, at)
	if err != nil {
		return d, entry.Deed{}, err
	}
	lesson, err := s.lesson(ctx, q.Slot, at)
	if err != nil {
		return d, entry.Deed{}, err
	}
	snapshot, err := m.snapshot(lesson)
	if err != nil {
		return d, entry.Deed{}, err
	}
	d.Snapshot = lesson.name
	choice := m.pick(seen.sight, snapshot, seed(&d))
	sheet := newSheet(s.Store, nil)
	switch {
	case choice.fallback:
		// The compiler lets no fallback have a limit; one that has is kept all the same.
		full, err := sheet.room(ctx, choice.offer, at)
		if err != nil {
			return d, entry.Deed{}, err
		}
		if full != "" {
			choice.offer, choice.fallback = nil, false
		}
	case choice.offer != nil:
		seen.hand(sheet, e.Person, choice.dish)
	}
	d.Candidates, d.Propensity, d.Fallback = choice.candidates, choice.propensity, choice.fallback
	if choice.offer != nil {
		d.Offer = choice.offer.Name
	}
	switch {
	case choice.offer == nil || d.Held:
	case q.End != "":
		d.State = senda.Released // nothing acts after this step, so nothing can show it
	default:
		d.State = senda.Reserved
		if err := sheet.reserve(ctx, choice.offer, e.Person, at); err != nil {
			return d, entry.Deed{}, err
		}
	}
	return d, entry.Deed{Record: record(q, &d), Writes: sheet.writes}, nil
}

// seed is the number in [0, 1) that draws: a hash of the decision's name, so that
// a simulation with any number of workers draws the same.
func seed(d *senda.Decision) float64 {
	return senda.Bucket(senda.Hash64("choose", string(d.Person), string(d.Entry), d.Step, strconv.Itoa(d.N)))
}

// record is the line of the timeline.
func record(q task.ChooseRequest, d *senda.Decision) *senda.StepRecord {
	r := &senda.StepRecord{
		Person: d.Person, Entry: d.Entry, Seq: q.Seq, Step: d.Step, N: d.N, Kind: "offer", At: d.At, Outcome: OutcomeNone,
	}
	if d.Offer == "" {
		return r
	}
	r.Outcome = OutcomeChosen
	if d.Held {
		r.Outcome = task.OutcomeWouldHave
	}
	r.Detail = jsonata.Object(
		jsonata.Member{Key: "offer", Value: jsonata.String(d.Offer)},
		jsonata.Member{Key: "propensity", Value: jsonata.Number(d.Propensity)},
		jsonata.Member{Key: "fallback", Value: jsonata.Bool(d.Fallback)},
		jsonata.Member{Key: "snapshot", Value: jsonata.String(d.Snapshot)},
	)
	return r
}
