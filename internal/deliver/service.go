package deliver

import (
	"context"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/brand"
	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/calendar"
	"github.com/senda-dev/senda/internal/consent"
	"github.com/senda-dev/senda/internal/entry"
	"github.com/senda-dev/senda/internal/hours"
	"github.com/senda-dev/senda/internal/identity"
	"github.com/senda-dev/senda/internal/task"
)

// Service sends mails. Its fields are set once.
type Service struct {
	Store       senda.Store
	Entries     *entry.Service
	Bundles     bundle.Bundles
	Deployments bundle.Deployments
	// Book and Consent are today's rules.
	Book    func() *brand.Book
	Consent func() *consent.Rules
	Keys    *identity.Keys
	Ends    *hours.Ends
	Links   Links
	Mailer  senda.Mailer
	// Offers are the offers that a mail shows; nil when no journey has any.
	Offers Offers
	// Told is told what came of a mail, for the bus; nil tells nobody. It may be
	// told twice of the same.
	Told func(ctx context.Context, c senda.Claim, s entry.Sent) error

	opened opened
}

// Offers knows the offers that earlier steps chose.
type Offers interface {
	// Shown returns what a template may say of the offers that steps chose, by
	// step, and the writes that spend them with the claim of a message, or release
	// them when it is refused. A change in between makes the writes conflict.
	Shown(ctx context.Context, e senda.Entry, b *bundle.Bundle, steps []string, language string) (Showing, error)
}

// Showing are the offers of one message.
type Showing struct {
	Values  map[string]any
	Names   []string // "slot/offer", for the claim
	Spend   []senda.Write
	Release []senda.Write
}

// letter is one attempt: what was read before the guards are asked.
type letter struct {
	s       *Service
	req     task.SendRequest
	bundle  *bundle.Bundle
	step    bundle.Step
	person  senda.Person
	place   hours.Place
	family  *brand.Family
	brand   *brand.Brand
	purpose brand.Purpose
	opening calendar.Opening
	stopped bool
	message senda.MessageID
	mime    []byte
	// resumed: a claim made long ago is handed over once more.
	resumed bool
}

// Send serves the function of mails.
func (s *Service) Send(ctx context.Context, req task.SendRequest) (task.Reply, error) {
	return s.send(ctx, req, false)
}

func (s *Service) send(ctx context.Context, req task.SendRequest, resumed bool) (task.Reply, error) {
	l, err := s.read(ctx, req)
	if err != nil {
		return task.Reply{}, err
	}
	l.resumed = resumed
	claim := l.claim()
	sent, err := s.Entries.Send(ctx, entry.Letter{
		Head: req.Head, Claim: claim, Suppression: l.suppression(),
		Judge:    func(sight entry.Sight) (entry.Judgement, error) { return l.judge(ctx, sight) },
		HandOver: l.handOver,
	})
	if err != nil {
		return task.Reply{}, err
	}
	if s.Told != nil {
		claim.At = sent.At
		if err := s.Told(ctx, claim, sent); err != nil {
			return task.Reply{}, err
		}
	}
	reply := task.Reply{At: sent.At, Fields: task.SendFields(sent.Outcome, sent.Reason)}
	if len(req.Next) > 0 {
		e, _, ok, err := senda.Read[senda.Entry](ctx, s.Store, senda.EntryKey(req.Person, req.Entry))
		if err != nil || !ok {
			return task.Reply{}, senda.Wrap(senda.Unavailable, "read the entry again", err)
		}
		if reply.Due, err = s.Entries.Ends(ctx, e, req.Next, sent.At); err != nil {
			return task.Reply{}, err
		}
	}
	return reply, nil
}

// read gathers what does not change the ruling between two attempts: the bundle,
// today's rules, the person. What does is read by the protocol itself.
func (s *Service) read(ctx context.Context, req task.SendRequest) (*letter, error) {
	op := "send " + req.Step
	l := &letter{s: s, req: req, message: req.Entry.Message(req.Person, req.Step, req.N)}
	var err error
	if l.bundle, err = s.Bundles.Bundle(ctx, req.Bundle); err != nil {
		return nil, err
	}
	var ok bool
	if l.step, ok = l.bundle.Step(req.Step); !ok {
		return nil, senda.Errorf(senda.Invalid, op, "the bundle has no such step")
	}
	d, err := s.Deployments.Deployment(ctx, l.bundle.Journey)
	if err != nil && senda.CodeOf(err) != senda.NotFound {
		return nil, err
	}
	l.stopped = d.State == senda.StateStopped
	book := s.Book()
	if l.brand, ok = book.Brand(req.Brand); !ok {
		return nil, senda.Errorf(senda.Invalid, op, "brands.yaml has no brand %s any more", req.Brand).WithHelp("put it back, or stop the journey %s", l.bundle.Journey)
	}
	if l.purpose, ok = l.brand.Purpose(req.Purpose); !ok {
		return nil, senda.Errorf(senda.Invalid, op, "brand %s has no purpose %s any more", req.Brand, req.Purpose).WithHelp("put it back, or stop the journey %s", l.bundle.Journey)
	}
	if l.family, ok = book.Family(l.brand.Family); !ok {
		return nil, senda.Errorf(senda.Invalid, op, "brands.yaml has no family %s any more", l.brand.Family)
	}
	if l.opening, _, err = hours.Opening(book, req.Brand, req.Purpose, req.Window); err != nil {
		return nil, err
	}
	if l.person, _, _, err = senda.Read[senda.Person](ctx, s.Store, senda.PersonKey(req.Person)); err != nil {
		return nil, err
	}
	l.place = hours.PlaceOf(l.person, l.family.Zone)
	return l, nil
}

// suppression is the keyed hash of the person's address, empty without one.
func (l *letter) suppression() string {
	if l.person.Address == "" {
		return ""
	}
	return l.s.Keys.Address(l.person.Address)
}

func (l *letter) claim() senda.Claim {
	return senda.Claim{
		Person: l.req.Person, Message: l.message, Entry: l.req.Entry, Step: l.req.Step, N: l.req.N,
		Journey: l.bundle.Journey, Family: l.brand.Family, Brand: l.req.Brand, Purpose: l.req.Purpose,
		Class: l.purpose.Class, Priority: l.bundle.Priority, Policy: senda.PolicyOf(l.purpose.Class),
		Mail: l.req.Mail, Language: l.language(),
	}
}

// holdUntil is the instant to which the mail may be held, counted from when the
// step was first reached.
func (l *letter) holdUntil(at time.Time) time.Time {
	from := l.req.Reached
	if from.IsZero() {
		from = at
	}
	hold := l.family.HoldAtMost
	if hold.IsZero() {
		hold = brand.DefaultHold
	}
	return hold.After(from, l.place.Zone())
}

// expires is the instant by which the mail must be gone, zero for never.
func (l *letter) expires(at time.Time) (time.Time, error) {
	if l.req.Expires == "" {
		return time.Time{}, nil
	}
	span, err := calendar.ParseSpan(l.req.Expires)
	if err != nil {
		return time.Time{}, senda.Wrap(senda.Invalid, "read when a mail expires", err)
	}
	from := l.req.Reached
	if from.IsZero() {
		from = at
	}
	return span.After(from, l.place.Zone()), nil
}
