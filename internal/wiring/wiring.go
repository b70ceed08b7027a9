package wiring

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
	"github.com/senda-dev/senda/internal/mail/token"
	"github.com/senda-dev/senda/internal/money"
	"github.com/senda-dev/senda/internal/preferences"
	"github.com/senda-dev/senda/internal/rules"
	"github.com/senda-dev/senda/internal/score"
	"github.com/senda-dev/senda/internal/settle"
	"github.com/senda-dev/senda/internal/update"
)

// Ports are what the use cases stand on. Keys and Bus may be nil for whoever makes
// no use case that asks for them.
type Ports struct {
	Store       senda.Store
	Bundles     bundle.Bundles
	Deployments bundle.Deployments
	Rules       *rules.Rules
	Clock       senda.Clock
	Machines    senda.Machines
	Bus         senda.Bus
	Keys        *identity.Keys
	// Random draws the ids of people, of their proofs, and the name of this process.
	Random io.Reader
}

// Core is what the use cases share: the protocol of entries, the reading of people,
// the offers that entries hold. The use cases themselves are its methods; each call
// makes another.
type Core struct {
	Ports
	Reader  *facts.Reader
	Entries *entry.Service
	Choose  *choose.Service

	ends       *hours.Ends
	conditions *condition.Cache
	// name is drawn when the core is made, so that no two processes share one.
	name     string
	attempts atomic.Uint64
}

// New makes the core.
func New(p Ports) *Core {
	c := &Core{Ports: p, conditions: &condition.Cache{}}
	c.Reader = &facts.Reader{Store: p.Store, Rules: c.consents, Declared: func() *facts.Declared { return p.Rules.Declared }, Zone: p.Rules.Zone}
	c.ends = &hours.Ends{Store: p.Store, Book: c.brands, Clock: p.Clock, Family: func(ctx context.Context, digest string) (string, error) {
		b, err := p.Bundles.Bundle(ctx, digest)
		if err != nil {
			return "", err
		}
		return b.Family, nil
	}}
	c.Entries = &entry.Service{
		Store: p.Store, Machines: p.Machines, Clock: p.Clock, Rules: entry.Product(),
		Match: hearing.Match(c.Reader, p.Bundles, c.conditions), Ends: c.ends.Of,
	}
	c.Choose = &choose.Service{Store: p.Store, Entries: c.Entries, Bundles: p.Bundles, Deployments: p.Deployments, Reader: c.Reader, Conditions: c.conditions}
	c.Entries.Release, c.Entries.Undo = c.Choose.Release, c.Choose.Undo
	var name [8]byte
	if _, err := io.ReadFull(p.Random, name[:]); err == nil {
		// Without a name an attempt whose commit went unanswered takes itself for a
		// stranger, which is safe and slow.
		c.name, c.Entries.Holder = hex.EncodeToString(name[:]), c.holder
	}
	return c
}

func (c *Core) consents() *consent.Rules { return c.Rules.Consent }
func (c *Core) brands() *brand.Book      { return c.Rules.Brands }

// holder names one attempt to send, unlike any other of this process.
func (c *Core) holder() string { return fmt.Sprintf("%s-%d", c.name, c.attempts.Add(1)) }

// home is the zone of a family.
func (c *Core) home(family string) *time.Location {
	if f, ok := c.Rules.Brands.Family(family); ok {
		return f.Zone
	}
	return time.UTC
}

// Facts serves the task of facts.
func (c *Core) Facts() *facts.Service {
	return &facts.Service{Reader: c.Reader, Entries: c.Entries, Bundles: c.Bundles, Conditions: c.conditions}
}

// Score serves the task of scores, with the models of the day.
func (c *Core) Score(models func() *score.Models) *score.Service {
	return &score.Service{
		Store: c.Store, Entries: c.Entries, Bundles: c.Bundles, Reader: c.Reader, Models: models,
		House: func(family string) (*time.Location, money.Currency) {
			if f, ok := c.Rules.Brands.Family(family); ok && len(f.Currencies) > 0 {
				return f.Zone, f.Currencies[0]
			}
			return time.UTC, ""
		},
	}
}

// Deliver serves the task of mails. told may be nil; see deliver.Service.
func (c *Core) Deliver(m senda.Mailer, links deliver.Links, told func(context.Context, senda.Claim, entry.Sent) error) *deliver.Service {
	return &deliver.Service{
		Store: c.Store, Entries: c.Entries, Bundles: c.Bundles, Deployments: c.Deployments, Book: c.brands, Consent: c.consents,
		Keys: c.Keys, Ends: c.ends, Links: links, Mailer: m, Offers: c.Choose, Told: told,
	}
}

// Update serves the task that sets and emits.
func (c *Core) Update() *update.Service {
	return &update.Service{Store: c.Store, Entries: c.Entries, Bundles: c.Bundles, Bus: c.Bus, Writable: c.Rules.Writable}
}

// Enroll lets people into journeys.
func (c *Core) Enroll() *enroll.Service {
	return &enroll.Service{
		Entries: c.Entries, Deployments: c.Deployments, Bundles: c.Bundles, Clock: c.Clock, Family: c.Rules.Family, Zone: c.Rules.Zone,
		Conditions: c.conditions,
	}
}

// Audience runs audiences.
func (c *Core) Audience(e *enroll.Service) *audience.Service {
	return &audience.Service{
		Store: c.Store, Enroll: e, Reader: c.Reader, Deployments: c.Deployments, Bundles: c.Bundles, Home: c.home,
		Audience: func(name string) (audience.Audience, bool) { a, ok := c.Rules.Audiences[name]; return a, ok },
	}
}

// Intake takes events in, and tells the choice of offers what was used.
func (c *Core) Intake(e *enroll.Service) *intake.Intake {
	return &intake.Intake{
		Store: c.Store, Clock: c.Clock, Keys: c.Keys, Random: c.Random, Contract: c.Rules.Contract, Rules: c.consents,
		Currency: c.Rules.Takes, Zone: rules.KnowsZone, Reader: c.Reader,
		Merger:  &identity.Merger{Store: c.Store, Entries: c.Entries, Random: c.Random},
		Hearing: &hearing.Service{Store: c.Store, Entries: c.Entries, Bundles: c.Bundles, Conditions: c.conditions, Currency: c.Rules.Books},
		Enroll:  e,
		Also:    c.used,
	}
}

// used tells the choice of offers that one was used: it is what they are learned by.
func (c *Core) used(ctx context.Context, p senda.PersonID, e senda.Event) error {
	if e.Kind != "offer.used" {
		return nil
	}
	text := func(field string) string { return e.Data.Get(field).Str() }
	_, _, err := c.Choose.Used(ctx, choose.Use{
		Person: p, Time: e.Time, Offer: text("offer"), Slot: text("slot"), Entry: senda.EntryID(text("entry")), Step: text("step"),
	})
	return err
}

// Feedback takes in what becomes of mails after they left. close closes a journey
// whose mails fare badly, alarm wakes a person.
func (c *Core) Feedback(closes func(context.Context, string) error, alarm func(context.Context, feedback.Alarm) error) *feedback.Service {
	return &feedback.Service{
		Store: c.Store, Clock: c.Clock, Entries: c.Entries, Keys: c.Keys, Random: c.Random, Rules: c.consents, Bus: c.Bus,
		Deployments: c.Deployments, Close: closes, Alarm: alarm,
	}
}

// Preferences serves the links of mails, with the keys that believe them.
func (c *Core) Preferences(ring *token.Ring, in *intake.Intake, f *feedback.Service) *preferences.Service {
	return &preferences.Service{
		Store: c.Store, Clock: c.Clock, Ring: ring, Rules: c.consents, Take: in.Take, Random: c.Random, Bundles: c.Bundles, Tell: f.Take,
		OneClick: func(name string) consent.Level {
			if b, ok := c.Rules.Brands.Brand(name); ok && b.OneClick == brand.OneClickPurpose {
				return consent.LevelTopic
			}
			return consent.LevelBrand
		},
	}
}

// Settle carries on what died half-way.
func (c *Core) Settle(in *intake.Intake, d *deliver.Service) *settle.Service {
	return &settle.Service{Entries: c.Entries, Intake: in, Resend: d.Resend, Offers: c.Choose, Clock: c.Clock}
}

// Failed ends the entry of an execution that failed: it never goes on by itself,
// and an entry that never goes on is lost. The reason says that somebody must look.
// One that is gone, or was never there, is as good.
func (c *Core) Failed(ctx context.Context, p senda.PersonID, id senda.EntryID) error {
	err := c.Entries.End(ctx, p, id, senda.LeftFailed, c.Clock.Now())
	if senda.CodeOf(err) == senda.NotFound {
		return nil
	}
	return err
}
