package feedback

import (
	"context"
	"fmt"
	"io"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/consent"
	"github.com/senda-dev/senda/internal/entry"
	"github.com/senda-dev/senda/internal/identity"
)

// Service takes notices in. Its fields are set once; it is safe for concurrent use.
type Service struct {
	Store   senda.Store
	Clock   senda.Clock
	Entries *entry.Service
	Keys    *identity.Keys
	// Random draws the names of logs of proofs.
	Random io.Reader
	// Rules are today's rules of consent: they know the controller of a brand.
	Rules func() *consent.Rules
	// Bus takes the events; whoever takes them in tells the entries.
	Bus senda.Bus
	// Deployments and Close let the breaker close a journey.
	Deployments bundle.Deployments
	Close       func(ctx context.Context, journey string) error
	// Alarm wakes a person. It may be told twice of the same.
	Alarm func(ctx context.Context, a Alarm) error
}

// Alarm is something that a person must look at.
type Alarm struct {
	Journey string
	// Why is one of the reasons below, Text a sentence without personal data.
	Why  string
	Text string
	// Message is that of the notice.
	Message senda.MessageID
}

// Take takes a notice in. It may be repeated after any failure. NotFound: no claim
// bears the name of the message, or the index does not show it yet; try again later.
func (s *Service) Take(ctx context.Context, n Notice) error {
	if err := n.check(); err != nil {
		return err
	}
	c, err := s.claim(ctx, n.Message)
	if err != nil {
		return err
	}
	if c.Fate != senda.Sent {
		// Whatever came of it, it left.
		if err := s.Entries.Proven(ctx, n.Message, n.Service); err != nil {
			return err
		}
	}
	if n.Kind == Sent {
		return nil // told when it was handed over
	}
	if c, err = s.note(ctx, c.Key(), n); err != nil {
		return err
	}
	if err := s.look(ctx, c, n); err != nil {
		return err
	}
	return s.Bus.Emit(ctx, event(c, n))
}

// claim finds the claim of a message.
func (s *Service) claim(ctx context.Context, m senda.MessageID) (senda.Claim, error) {
	found, err := s.Store.Find(ctx, senda.IndexRange{Index: senda.IndexMessages, Part: string(m)})
	if err != nil {
		return senda.Claim{}, err
	}
	if len(found) == 0 {
		return senda.Claim{}, senda.Errorf(senda.NotFound, "message "+string(m), "there is no claim")
	}
	c, _, _, err := senda.As[senda.Claim](found[0])
	return c, err
}

// note writes down what a notice tells, in one transaction.
func (s *Service) note(ctx context.Context, key senda.Key, n Notice) (senda.Claim, error) {
	for try := 1; ; try++ {
		c, err := s.noteOnce(ctx, key, n)
		if code := senda.CodeOf(err); err == nil || try >= entry.Tries || code != senda.Conflict && code != senda.Unsure {
			return c, err
		}
	}
}

func (s *Service) noteOnce(ctx context.Context, key senda.Key, n Notice) (senda.Claim, error) {
	was, version, ok, err := senda.Read[senda.Claim](ctx, s.Store, key)
	if err != nil {
		return was, err
	}
	if !ok {
		return was, senda.Errorf(senda.NotFound, "message "+string(n.Message), "its claim is gone")
	}
	c, changed := told(was, n)
	var writes []senda.Write
	if changed {
		writes = append(writes, senda.Put(c, version))
	}
	p, err := s.person(ctx, c.Person)
	if err != nil {
		return c, err
	}
	for _, part := range []func(context.Context, senda.Claim, senda.Claim, senda.Person, Notice) ([]senda.Write, error){s.address, s.standing, s.counted} {
		more, err := part(ctx, was, c, p, n)
		if err != nil {
			return c, err
		}
		writes = append(writes, more...)
	}
	if len(writes) == 0 {
		return c, nil
	}
	return c, s.Store.Commit(ctx, writes...)
}

// person is whom the claim is about today, behind any merge.
func (s *Service) person(ctx context.Context, id senda.PersonID) (senda.Person, error) {
	const most = 64 // as package identity bounds it
	for range most {
		p, _, _, err := senda.Read[senda.Person](ctx, s.Store, senda.PersonKey(id))
		if err != nil || p.Into == "" {
			return p, err
		}
		id = p.Into
	}
	return senda.Person{}, senda.Errorf(senda.Internal, "follow merges", "from %s there is no end", id)
}

// standing changes where the person stands: a complaint withdraws everything of the
// controller, what a person did is a sign of life.
func (s *Service) standing(ctx context.Context, _, c senda.Claim, p senda.Person, n Notice) ([]senda.Write, error) {
	if !n.abuse() && !n.human() || p.ID == "" {
		return nil, nil
	}
	head, version, _, err := senda.Read[senda.ConsentHead](ctx, s.Store, senda.ConsentKey(p.ID))
	if err != nil {
		return nil, err
	}
	head.Person = p.ID
	d := consent.Begin(head, s.Clock.Now(), func() (string, error) { return identity.NewSubject(s.Random) })
	if n.human() {
		d.Alive(n.Time.UTC())
	}
	if n.abuse() {
		change := consent.Change{Time: n.Time.UTC(), By: "mailbox-provider", Source: Source, Evidence: string(n.Message)}
		if controller, ok := s.controller(c.Brand); ok {
			d.Complain(controller, change)
		} else if err := d.Withdraw(s.Rules(), consent.LevelEverything, c.Brand, c.Purpose, change); err != nil {
			return nil, err // a brand that is gone: rather too much than nothing
		}
	}
	after, proofs, changed, err := d.Done()
	if err != nil || !changed {
		return nil, err
	}
	writes := []senda.Write{senda.Put(after, version)}
	for _, p := range proofs {
		writes = append(writes, senda.Put(p, 0))
	}
	return writes, nil
}

func (s *Service) controller(brand string) (string, bool) {
	purposes := s.Rules().Brand(brand)
	if len(purposes) == 0 {
		return "", false
	}
	return purposes[0].Controller, true
}

// look acts on what the counters and the bounce say.
func (s *Service) look(ctx context.Context, c senda.Claim, n Notice) error {
	if n.Kind == Bounced && n.class() == consent.BounceOurs {
		return s.Alarm(ctx, Alarm{c.Journey, WhyMessage, fmt.Sprintf("the mail %q is refused for what it is: %s", c.Mail, details[n.Sub]), n.Message})
	}
	if n.abuse() || n.Kind == Bounced && n.class() == consent.BounceHard {
		return s.breaker(ctx, c, n)
	}
	return nil
}

// latest is the later of two instants.
func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
