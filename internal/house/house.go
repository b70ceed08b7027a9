package house

import (
	"context"
	"io"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/audience"
	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/choose"
	"github.com/senda-dev/senda/internal/deliver"
	"github.com/senda-dev/senda/internal/enroll"
	"github.com/senda-dev/senda/internal/entry"
	"github.com/senda-dev/senda/internal/facts"
	"github.com/senda-dev/senda/internal/feedback"
	"github.com/senda-dev/senda/internal/identity"
	"github.com/senda-dev/senda/internal/intake"
	"github.com/senda-dev/senda/internal/rules"
	"github.com/senda-dev/senda/internal/runner"
	"github.com/senda-dev/senda/internal/score"
	"github.com/senda-dev/senda/internal/settle"
	"github.com/senda-dev/senda/internal/update"
	"github.com/senda-dev/senda/internal/wiring"
)

// Config is what a house stands on.
type Config struct {
	Store       senda.Store
	Bundles     bundle.Bundles
	Deployments bundle.Deployments
	Rules       *rules.Rules
	Clock       senda.Clock
	Mailer      senda.Mailer
	// Bus takes what is emitted; nil: the house hears it itself.
	Bus   senda.Bus
	Keys  *identity.Keys
	Links deliver.Links
	// Random draws the ids of people and of their proofs.
	Random io.Reader
	// Models are today's fitted models.
	Models func() *score.Models
	// Remember keeps executions in the store, so that Recover finds them; without
	// it they end with the process.
	Remember bool
	// Failed is told of executions that failed: somebody must look. May be nil.
	Failed func(senda.Execution)
	// Close closes a journey whose mails fare badly; Alarm wakes a person. Without
	// them the breaker only leaves its counts.
	Close func(ctx context.Context, journey string) error
	Alarm func(ctx context.Context, a feedback.Alarm) error
	// Sent is told what came of every mail. May be nil.
	Sent func(senda.Claim, entry.Sent)
}

// House is the use cases over one store.
type House struct {
	Config
	Entries  *entry.Service
	Reader   *facts.Reader
	Facts    *facts.Service
	Score    *score.Service
	Choose   *choose.Service
	Deliver  *deliver.Service
	Update   *update.Service
	Feedback *feedback.Service
	Enroll   *enroll.Service
	Audience *audience.Service
	Intake   *intake.Intake
	Settle   *settle.Service
	Runner   *runner.Runner

	core *wiring.Core
}

// New puts a house together. Nothing runs yet.
func New(c Config) *House {
	h := &House{Config: c}
	h.Runner = runner.New(runner.Config{Bundles: c.Bundles, Clock: c.Clock, Ended: h.ended})
	if c.Remember {
		h.Runner.Store = c.Store
	}
	bus := c.Bus
	if bus == nil {
		bus = h
	}
	if h.Close == nil {
		h.Close = func(context.Context, string) error { return nil }
	}
	if h.Alarm == nil {
		h.Alarm = func(context.Context, feedback.Alarm) error { return nil }
	}
	w := wiring.New(wiring.Ports{
		Store: c.Store, Bundles: c.Bundles, Deployments: c.Deployments, Rules: c.Rules, Clock: c.Clock, Machines: h.Runner,
		Bus: bus, Keys: c.Keys, Random: c.Random,
	})
	h.core, h.Entries, h.Reader, h.Choose = w, w.Entries, w.Reader, w.Choose
	h.Facts, h.Score, h.Update = w.Facts(), w.Score(c.Models), w.Update()
	h.Deliver = w.Deliver(c.Mailer, c.Links, h.told)
	h.Enroll = w.Enroll()
	h.Audience, h.Intake = w.Audience(h.Enroll), w.Intake(h.Enroll)
	h.Feedback = w.Feedback(h.Close, h.Alarm)
	h.Settle = w.Settle(h.Intake, h.Deliver)
	h.Runner.Functions = h.functions()
	return h
}

// Emit implements senda.Bus for a house without one: it hears what it says.
func (h *House) Emit(ctx context.Context, e senda.Event) error {
	if e.Arrived.IsZero() {
		e.Arrived = h.Clock.Now()
	}
	_, err := h.Intake.Take(ctx, e)
	return err
}

func (h *House) told(_ context.Context, c senda.Claim, s entry.Sent) error {
	if h.Sent != nil {
		h.Sent(c, s)
	}
	return nil
}

// ended ends the entry of an execution that failed.
func (h *House) ended(ctx context.Context, e senda.Execution) error {
	if e.Status == "SUCCEEDED" {
		return nil
	}
	if h.Failed != nil {
		h.Failed(e)
	}
	return h.core.Failed(ctx, e.Person, e.Entry)
}

// Recover takes up what ran when the last process ended.
func (h *House) Recover(ctx context.Context) error {
	if _, err := h.Runner.Recover(ctx); err != nil {
		return err
	}
	return h.Sweep(ctx)
}

// Sweep carries on what somebody began and did not end: events, executions that
// were not started, claims without a fate. It is called every few minutes.
func (h *House) Sweep(ctx context.Context) error {
	_, err := h.Settle.Run(ctx)
	return err
}
