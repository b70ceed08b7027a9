package feedback

import (
	"context"
	"fmt"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/consent"
	"github.com/senda-dev/senda/internal/identity"
)

// address changes what is known of the address that the message went to.
func (s *Service) address(ctx context.Context, _, c senda.Claim, p senda.Person, n Notice) ([]senda.Write, error) {
	if n.Kind != Delivered && n.Kind != Bounced && !n.abuse() {
		return nil, nil
	}
	digest := s.digest(c, p, n)
	if digest == "" {
		return nil, nil
	}
	was, version, _, err := senda.Read[senda.Suppression](ctx, s.Store, senda.SuppressionKey(digest))
	if err != nil {
		return nil, err
	}
	now := was
	now.Address = digest
	switch {
	case n.abuse():
		controller, ok := s.controller(c.Brand)
		if !ok {
			controller = c.Brand // the brand is gone; its name still tells whose mail it was
		}
		now = consent.Complained(now, n.Type, controller, n.Time.UTC())
	case n.Kind == Delivered && was.Soft == 0:
		return nil, nil
	case n.Kind == Bounced && n.class() != consent.BounceSoft:
		now = consent.Bounced(now, n.class(), n.Time.UTC())
	default:
		if now, err = s.row(ctx, now, c, p); err != nil {
			return nil, err
		}
	}
	if fmt.Sprint(now) == fmt.Sprint(was) {
		return nil, nil
	}
	return []senda.Write{senda.Put(now, version)}, nil
}

// digest is the keyed hash of the address; empty when nobody knows any more where
// the message went.
func (s *Service) digest(c senda.Claim, p senda.Person, n Notice) string {
	switch {
	case n.Address != "":
		return s.Keys.Address(n.Address)
	case p.Address == "" || before(c, p):
		return ""
	}
	return s.Keys.Address(p.Address)
}

// before says that the message left before the person's address was the one of today.
func before(c senda.Claim, p senda.Person) bool {
	return c.At.Before(p.Attributes[identity.Email].Time)
}

// row counts the transient bounces since the last delivery, anew from the claims of
// the person: notices come in any order. c is the claim as it will be.
func (s *Service) row(ctx context.Context, now senda.Suppression, c senda.Claim, p senda.Person) (senda.Suppression, error) {
	claims, err := s.claims(ctx, c, p)
	if err != nil {
		return now, err
	}
	var delivered, first, last time.Time
	for _, k := range claims {
		delivered = latest(delivered, k.Delivered)
	}
	soft := 0
	for _, k := range claims {
		if k.Bounce != bounceSoft || !k.Bounced.After(delivered) {
			continue
		}
		soft++
		if first.IsZero() || k.Bounced.Before(first) {
			first = k.Bounced
		}
		last = latest(last, k.Bounced)
	}
	now.Soft, now.Since, now.Time = soft, first, latest(now.Time, last)
	if soft >= consent.SoftBounces && last.Sub(first) >= consent.SoftSpan {
		now.Dead = true
	}
	return now, nil
}

// claims are those of the person that went to the same address as c.
func (s *Service) claims(ctx context.Context, c senda.Claim, p senda.Person) ([]senda.Claim, error) {
	out := []senda.Claim{c}
	r := senda.Range{Kind: senda.KindClaim, Part: string(c.Person)}
	for {
		page, err := s.Store.Range(ctx, r)
		if err != nil {
			return nil, err
		}
		for _, v := range page {
			k, _, _, err := senda.As[senda.Claim](v)
			if err != nil {
				return nil, err
			}
			r.After = k.Key().Sort
			if k.Message != c.Message && before(k, p) == before(c, p) {
				out = append(out, k)
			}
		}
		if len(page) < senda.LimitOr(r.Limit) {
			return out, nil
		}
	}
}
