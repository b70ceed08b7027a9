package preferences

import (
	"context"
	"strconv"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/feedback"
	"github.com/senda-dev/senda/internal/mail"
	"github.com/senda-dev/senda/internal/mail/token"
)

// Asked is the question of a mail and the answer that a link gives to it.
type Asked struct {
	Visit
	Question mail.Question
	Answer   int
	message  senda.MessageID
}

// LookAnswer is what the page of an answer shows. It changes nothing: an answer is
// never taken from a link that was merely opened. NotFound when the mail asked
// nothing, or nothing is known of it any more.
func (s *Service) LookAnswer(ctx context.Context, link string) (Asked, error) {
	v, err := s.open(ctx, link, token.Answer)
	if err != nil {
		return Asked{Visit: v.shown()}, err
	}
	a := Asked{Visit: v.shown(), message: senda.MessageID(v.Message)}
	if v.head.Erased {
		return a, errNoQuestion
	}
	if a.Question, err = s.question(ctx, a.message); err != nil {
		return a, err
	}
	n, err := strconv.Atoi(v.Arg)
	if low, high := a.Question.Scale(); err != nil || n < low || n > high {
		return a, errNoQuestion
	}
	a.Answer = n
	return a, nil
}

var errNoQuestion = senda.Errorf(senda.NotFound, "look for the question of a mail", "it asked none, or is gone")

// question finds what the mail of a message asked.
func (s *Service) question(ctx context.Context, m senda.MessageID) (mail.Question, error) {
	found, err := s.Store.Find(ctx, senda.IndexRange{Index: senda.IndexMessages, Part: string(m)})
	if err != nil {
		return "", err
	}
	if len(found) == 0 {
		return "", errNoQuestion
	}
	c, _, _, err := senda.As[senda.Claim](found[0])
	if err != nil {
		return "", err
	}
	e, _, ok, err := senda.Read[senda.Entry](ctx, s.Store, senda.EntryKey(c.Person, c.Entry))
	if err != nil {
		return "", err
	}
	if !ok {
		return "", errNoQuestion
	}
	b, err := s.Bundles.Bundle(ctx, e.Bundle)
	if err != nil {
		return "", err
	}
	if q := b.Mails[c.Mail].Question; q != mail.NoQuestion {
		return q, nil
	}
	return "", errNoQuestion
}

// Answer records the answer and the comment that may come with it. The same answer
// given twice within the hour is one; another one takes its place.
func (s *Service) Answer(ctx context.Context, link, comment string) (Asked, error) {
	a, err := s.LookAnswer(ctx, link)
	if err != nil {
		return a, err
	}
	now := s.Clock.Now().UTC()
	return a, s.Tell(ctx, feedback.Notice{
		Message: a.message, Kind: feedback.Answered, Time: now, Question: string(a.Question), Answer: a.Answer, Comment: comment,
		ID: senda.ShortHash(strconv.Itoa(a.Answer), comment, now.Truncate(time.Hour).Format(time.RFC3339)),
	})
}

// Click records that a link of a mail was followed and returns where it leads. The
// address is good whenever it is not empty: a person goes on whether or not the
// click could be recorded. machine says that no person made it.
func (s *Service) Click(ctx context.Context, link string, machine bool) (address string, err error) {
	now := s.Clock.Now().UTC()
	c, err := s.Ring.Verify(link, token.Click, now)
	if err != nil {
		return "", senda.Errorf(senda.Denied, "open a link", "it is not one of ours")
	}
	err = s.Tell(ctx, feedback.Notice{
		Message: senda.MessageID(c.Message), Kind: feedback.Clicked, Time: now, Machine: machine,
		// Two clicks in a second are one hand that pressed twice.
		ID: senda.ShortHash(c.Arg, strconv.FormatBool(machine), now.Format(time.RFC3339)),
	})
	if senda.CodeOf(err) == senda.NotFound {
		err = nil // nothing is known of the mail any more
	}
	return c.Arg, err
}

// Target is where the link of a click leads, without recording anything.
func (s *Service) Target(link string) (string, error) {
	c, err := s.Ring.Verify(link, token.Click, s.Clock.Now())
	if err != nil {
		return "", senda.Errorf(senda.Denied, "open a link", "it is not one of ours")
	}
	return c.Arg, nil
}
