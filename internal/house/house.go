package house

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/audience"
	"github.com/senda-dev/senda/internal/brand"
	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/choose"
	"github.com/senda-dev/senda/internal/condition"
	"github.com/senda-dev/senda/internal/consent"
	"github.com/senda-dev/senda/internal/deliver"
	"github.com/senda-dev/senda/internal/enroll"
	"github.com/senda-dev/senda/internal/entry"
	"github.com/senda-dev/senda/internal/facts"
	"github.com/senda-dev/senda/internal/feedback"
	"github.com/senda-dev/senda/internal/hearing"
	"github.com/senda-dev/senda/internal/hours"
	"github.com/senda-dev/senda/internal/identity"
	"github.com/senda-dev/senda/internal/intake"
	"github.com/senda-dev/senda/internal/money"
	"github.com/senda-dev/senda/internal/rules"
	"github.com/senda-dev/senda/internal/runner"
	"github.com/senda-dev/senda/internal/score"
	"github.com/senda-dev/senda/internal/settle"
	"github.com/senda-dev/senda/internal/update"
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

	// name is drawn when the house is made, so that no two processes share one.
	name     string
	attempts atomic.Uint64
}

// New puts a house together. Nothing runs yet.
func New(c Config) *House {
	h := &House{Config: c}
	r := c.Rules
	conditions := &condition.Cache{}
	consents := func() *consent.Rules { return r.Consent }
	brands := func() *brand.Book { return r.Brands }

	h.Runner = runner.New(runner.Config{Bundles: c.Bundles, Clock: c.Clock, Ended: h.ended})
	if c.Remember {
		h.Runner.Store = c.Store
	}
	h.Reader = &facts.Reader{Store: c.Store, Rules: consents, Declared: func() *facts.Declared { return r.Declared }, Zone: r.Zone}
	ends := &hours.Ends{Store: c.Store, Book: brands, Clock: c.Clock, Family: func(ctx context.Context, digest string) (string, error) {
		b, err := c.Bundles.Bundle(ctx, digest)
		if err != nil {
			return "", err
		}
		return b.Family, nil
	}}
	h.Entries = &entry.Service{
		Store: c.Store, Machines: h.Runner, Clock: c.Clock, Rules: entry.Product(),
		Match: hearing.Match(h.Reader, c.Bundles, conditions), Ends: ends.Of,
	}
	h.Choose = &choose.Service{Store: c.Store, Entries: h.Entries, Bundles: c.Bundles, Deployments: c.Deployments, Reader: h.Reader, Conditions: conditions}
	var name [8]byte
	if _, err := io.ReadFull(c.Random, name[:]); err == nil {
		// Without a name an attempt whose commit went unanswered takes itself for a
		// stranger, which is safe and slow.
		h.name, h.Entries.Holder = hex.EncodeToString(name[:]), h.holder
	}
	h.Entries.Release, h.Entries.Undo = h.Choose.Release, h.Choose.Undo
	h.Facts = &facts.Service{Reader: h.Reader, Entries: h.Entries, Bundles: c.Bundles, Conditions: conditions}
	h.Score = &score.Service{
		Store: c.Store, Entries: h.Entries, Bundles: c.Bundles, Reader: h.Reader, Models: c.Models,
		House: func(family string) (*time.Location, money.Currency) {
			if f, ok := r.Brands.Family(family); ok && len(f.Currencies) > 0 {
				return f.Zone, f.Currencies[0]
			}
			return time.UTC, ""
		},
	}
	h.Enroll = &enroll.Service{
		Entries: h.Entries, Deployments: c.Deployments, Bundles: c.Bundles, Clock: c.Clock, Family: r.Family, Zone: r.Zone, Conditions: conditions,
	}
	h.Audience = &audience.Service{
		Store: c.Store, Enroll: h.Enroll, Reader: h.Reader, Deployments: c.Deployments, Bundles: c.Bundles,
		Audience: func(name string) (audience.Audience, bool) { a, ok := r.Audiences[name]; return a, ok },
		Home: func(family string) *time.Location {
			if f, ok := r.Brands.Family(family); ok {
				return f.Zone
			}
			return time.UTC
		},
	}
	h.Intake = &intake.Intake{
		Store: c.Store, Clock: c.Clock, Keys: c.Keys, Random: c.Random, Contract: r.Contract, Rules: consents,
		Currency: r.Takes, Zone: rules.KnowsZone, Reader: h.Reader,
		Merger:  &identity.Merger{Store: c.Store, Entries: h.Entries, Random: c.Random},
		Hearing: &hearing.Service{Store: c.Store, Entries: h.Entries, Bundles: c.Bundles, Conditions: conditions, Currency: r.Books},
		Enroll:  h.Enroll,
	}
	h.Deliver = &deliver.Service{
		Store: c.Store, Entries: h.Entries, Bundles: c.Bundles, Deployments: c.Deployments, Book: brands, Consent: consents,
		Keys: c.Keys, Ends: ends, Links: c.Links, Mailer: c.Mailer, Offers: h.Choose, Told: h.told,
	}
	bus := c.Bus
	if bus == nil {
		bus = h
	}
	h.Update = &update.Service{Store: c.Store, Entries: h.Entries, Bundles: c.Bundles, Bus: bus, Writable: r.Writable}
	if h.Close == nil {
		h.Close = func(context.Context, string) error { return nil }
	}
	if h.Alarm == nil {
		h.Alarm = func(context.Context, feedback.Alarm) error { return nil }
	}
	h.Feedback = &feedback.Service{
		Store: c.Store, Clock: c.Clock, Entries: h.Entries, Keys: c.Keys, Random: c.Random, Rules: consents, Bus: bus,
		Deployments: c.Deployments, Close: h.Close, Alarm: h.Alarm,
	}
	h.Intake.Also = h.used
	h.Settle = &settle.Service{Entries: h.Entries, Intake: h.Intake, Resend: h.Deliver.Resend, Offers: h.Choose, Clock: c.Clock}
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

// ended ends the entry of an execution that failed: it never goes on by itself,
// and an entry that never goes on is lost. The reason says that somebody must look.
func (h *House) ended(ctx context.Context, e senda.Execution) error {
	if e.Status == "SUCCEEDED" {
		return nil
	}
	if h.Failed != nil {
		h.Failed(e)
	}
	err := h.Entries.Leave(ctx, e.Person, e.Entry, senda.LeftFailed, h.Clock.Now())
	if senda.CodeOf(err) == senda.NotFound {
		return nil
	}
	return err
}

// used tells the choice of offers that one was used: it is what they are learned by.
func (h *House) used(ctx context.Context, p senda.PersonID, e senda.Event) error {
	if e.Kind != "offer.used" {
		return nil
	}
	text := func(field string) string { return e.Data.Get(field).Str() }
	_, _, err := h.Choose.Used(ctx, choose.Use{
		Person: p, Time: e.Time, Offer: text("offer"), Slot: text("slot"), Entry: senda.EntryID(text("entry")), Step: text("step"),
	})
	return err
}

// holder names one attempt to send, unlike any other of this house.
func (h *House) holder() string { return fmt.Sprintf("%s-%d", h.name, h.attempts.Add(1)) }

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
