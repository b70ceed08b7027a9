package play

import (
	"context"
	"crypto/sha256"
	"math/rand/v2"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/feedback"
	"github.com/senda-dev/senda/internal/house"
	"github.com/senda-dev/senda/internal/inmem"
	"github.com/senda-dev/senda/internal/score"
)

// here is a house in this process, of one script's own, in virtual time.
type here struct {
	clock  *house.Virtual
	store  *inmem.Store
	outbox *inmem.Outbox
	shelf  *bundle.Shelf
	house  *house.House
	failed *senda.Execution
}

func newHere(p *Player, s *Script) *here {
	h := &here{clock: house.NewVirtual(s.Person.Born), store: inmem.New(), outbox: new(inmem.Outbox), shelf: new(bundle.Shelf)}
	h.shelf.Put(s.Journey.Bundle, senda.StateDraft)
	h.house = house.New(house.Config{
		Store: h.store, Bundles: h.shelf, Deployments: h.shelf, Rules: p.rules, Clock: h.clock, Mailer: h.outbox,
		Keys: p.at.Keys, Links: p.at.Links,
		Random: rand.NewChaCha8(sha256.Sum256([]byte(s.Person.ID))), Models: func() *score.Models { return p.Models },
		Failed: func(e senda.Execution) { h.failed = &e },
	})
	return h
}

func (h *here) Store() senda.Store { return h.store }

// Until carries the executions on. A year is the longest that anybody is inside.
func (h *here) Until(ctx context.Context, s *Script, act int) error {
	if act < len(s.Acts) {
		return h.house.Drive(ctx, h.clock, house.Silence{}, s.Acts[act].At, nil)
	}
	for month := 1; month <= 13; month++ {
		if err := h.house.Drive(ctx, h.clock, house.Silence{}, s.Start.AddDate(0, month, 0), nil); err != nil {
			return err
		}
		if h.house.Runner.Running() == 0 {
			break
		}
	}
	return nil
}

func (h *here) Event(ctx context.Context, e senda.Event) (why string, err error) {
	r, err := h.house.Intake.Take(ctx, e)
	if err != nil {
		return "", err
	}
	if r.Refusal != nil {
		return "", senda.Wrap(senda.Invalid, "take in "+e.Kind, r.Refusal)
	}
	for _, j := range r.Journeys {
		why = string(j.Why)
	}
	return why, nil
}

func (h *here) Notice(ctx context.Context, n feedback.Notice) error {
	return h.house.Feedback.Take(ctx, n)
}

func (h *here) Audience(ctx context.Context, s *Script) error {
	_, err := h.house.Audience.One(ctx, s.Journey.Name(), s.Start, s.Person.ID)
	return err
}

func (h *here) Mails(context.Context, senda.Person) ([]senda.Envelope, error) {
	return h.outbox.Left(), nil
}
