package preferences

import (
	"context"
	"errors"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/consent"
	"github.com/senda-dev/senda/internal/intake"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/mail/token"
)

// asking is one double opt-in of the brand that the mail was about.
type asking struct {
	purpose  consent.Purpose
	standing senda.Standing
	answer   consent.Answer
	done     bool // granted by an earlier press
}

// LookConfirm is what the link of a double opt-in would answer: the page with
// the button. It changes nothing.
func (s *Service) LookConfirm(ctx context.Context, link string) (consent.Answer, error) {
	_, asked, err := s.askings(ctx, link)
	return sum(asked), ignoreExpired(err)
}

// Asking is what the page of a double opt-in shows.
type Asking struct {
	Visit
	Answer consent.Answer
	// Topics are what was asked for in the brand when the mail was made; On says that
	// an earlier press granted it.
	Topics []Topic
}

// LookAsked is LookConfirm with what was asked for. It changes nothing.
func (s *Service) LookAsked(ctx context.Context, link string) (Asking, error) {
	v, asked, err := s.askings(ctx, link)
	out := Asking{Visit: v.shown(), Answer: sum(asked)}
	for _, a := range asked {
		if a.answer == consent.AnswerGranted {
			out.Topics = append(out.Topics, Topic{a.purpose.Brand, a.purpose.Name, a.done})
		}
	}
	return out, ignoreExpired(err)
}

// Confirm presses the button: it grants what was asked for, once. The same link
// gives the same answer however often it is pressed.
func (s *Service) Confirm(ctx context.Context, link string) (consent.Answer, error) {
	v, asked, err := s.askings(ctx, link)
	if err != nil {
		return consent.AnswerExpired, ignoreExpired(err)
	}
	for _, a := range asked {
		if a.answer != consent.AnswerGranted || a.done {
			continue
		}
		fields, err := s.agreed(ctx, v, a)
		if err != nil {
			return "", err
		}
		if err := s.tell(ctx, v, intake.KindGranted, a.purpose.Name, fields...); err != nil {
			return "", err
		}
	}
	return sum(asked), nil
}

// askings finds what the mail asked to confirm: what had been asked for in the
// brand when the mail was made. A mail is of a service purpose, so that its own
// purpose does not say.
func (s *Service) askings(ctx context.Context, link string) (visit, []asking, error) {
	v, err := s.open(ctx, link, token.Confirm)
	if err != nil {
		return v, nil, err
	}
	if v.head.Erased {
		return v, []asking{{answer: consent.AnswerErased}}, nil
	}
	var out []asking
	for _, p := range s.Rules().Brand(v.Brand) {
		st := v.head.Standing(p.Scope())
		// The token keeps whole seconds.
		if p.Class != senda.Marketing || st.Asked.IsZero() || st.Asked.After(v.Issued.Add(time.Second)) {
			continue
		}
		a := asking{purpose: p, standing: st}
		a.answer, a.done = consent.Look(&v.head, p.Scope(), st.Asked, v.at)
		out = append(out, a)
	}
	return v, out, nil
}

// agreed is what the person agrees to: the words of the asking, which the
// timeline keeps.
func (s *Service) agreed(ctx context.Context, v visit, a asking) ([]jsonata.Member, error) {
	fields := []jsonata.Member{
		text("brand", a.purpose.Brand), text("purpose", a.purpose.Name), text("source", "confirmation"),
		{Key: "confirmed", Value: jsonata.True},
	}
	lines, err := s.Store.Range(ctx, senda.Range{Kind: senda.KindHappening, Part: string(v.person.ID), Prefix: senda.Stamp(a.standing.Asked)})
	if err != nil {
		return nil, err
	}
	words := map[string]string{"form": a.standing.Form, "wording": a.standing.Wording, "language": a.standing.Language}
	for _, l := range lines {
		h, _, _, err := senda.As[senda.Happening](l)
		if err != nil {
			return nil, err
		}
		if h.Kind == intake.KindAsked && h.Data.Get("brand").Str() == a.purpose.Brand && h.Data.Get("purpose").Str() == a.purpose.Name {
			for key := range words {
				words[key] = h.Data.Get(key).Str()
			}
		}
	}
	for _, key := range []string{"form", "wording", "language"} {
		if words[key] != "" {
			fields = append(fields, text(key, words[key]))
		}
	}
	return fields, nil
}

// sum is one answer for all that was asked: the best of them.
func sum(asked []asking) consent.Answer {
	best := consent.AnswerExpired // also where nothing was ever asked
	for _, a := range asked {
		switch {
		case a.answer == consent.AnswerGranted:
			return a.answer
		case a.answer != consent.AnswerExpired:
			best = a.answer
		}
	}
	return best
}

// ignoreExpired: a link whose time has passed is an answer, not a mistake.
func ignoreExpired(err error) error {
	if errors.Is(err, ErrExpired) {
		return nil
	}
	return err
}
