package feedback

import (
	"context"
	"fmt"
	"slices"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/consent"
	"github.com/senda-dev/senda/internal/identity"
)

// address changes what is known of the address that the message went to.
func (s *Service) address(ctx context.Context, before, c senda.Claim, p senda.Person, n Notice) ([]senda.Write, error) {
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
	case n.Kind == Delivered && was.Soft == 0 && (before.Delivered.IsZero() || before.Delivered.Equal(c.Delivered)):
		return nil, nil // one more delivery ends no row where there is none
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
	case p.Address == "" || elsewhere(c, p):
		return ""
	}
	return s.Keys.Address(p.Address)
}

// elsewhere says that the message left before the person's address was the one of today.
func elsewhere(c senda.Claim, p senda.Person) bool {
	return c.At.Before(p.Attributes[identity.Email].Time)
}

// row counts transient bounces in a row, anew from the claims of the person: notices
// come in any order. Soft and Since are those of the row that killed the address, if
// one did, and else of the row that lasts; a delivery told late may so prove that there
// was none. What died otherwise stays dead. c is the claim as it will be.
func (s *Service) row(ctx context.Context, was senda.Suppression, c senda.Claim, p senda.Person) (senda.Suppression, error) {
	claims, err := s.claims(ctx, c, p)
	if err != nil {
		return was, err
	}
	var soft, delivered []time.Time
	hard := false
	for _, k := range claims {
		if k.Bounce == bounceSoft {
			soft = append(soft, k.Bounced)
		}
		if !k.Delivered.IsZero() {
			delivered = append(delivered, k.Delivered)
		}
		hard = hard || k.Bounce == bounceHard || k.Bounce == bounceListed
	}
	now := was
	now.Dead = was.Dead && (was.Soft < consent.SoftBounces || hard)
	n, since, killed := longest(soft, delivered)
	now.Soft, now.Since, now.Dead = n, since, now.Dead || killed
	for _, t := range soft {
		now.Time = latest(now.Time, t)
	}
	return now, nil
}

// longest finds the row of transient bounces that kills, or else the one that
// lasts. A delivery at the instant of a bounce came after it.
func longest(soft, delivered []time.Time) (n int, since time.Time, kills bool) {
	slices.SortFunc(soft, time.Time.Compare)
	slices.SortFunc(delivered, time.Time.Compare)
	for _, t := range soft {
		for len(delivered) > 0 && delivered[0].Before(t) {
			delivered, n = delivered[1:], 0
		}
		if n++; n == 1 {
			since = t
		}
		if n >= consent.SoftBounces && t.Sub(since) >= consent.SoftSpan {
			return n, since, true
		}
	}
	if n == 0 || len(delivered) > 0 {
		return 0, time.Time{}, false
	}
	return n, since, false
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
			if k.Message != c.Message && elsewhere(k, p) == elsewhere(c, p) {
				out = append(out, k)
			}
		}
		if len(page) < senda.LimitOr(r.Limit) {
			return out, nil
		}
	}
}
