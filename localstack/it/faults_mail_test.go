//go:build localstack

package it

import (
	"context"
	"fmt"
	"testing"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/entry"
)

// SES takes no more for a while: the mail leaves later, and once.
func TestSESThrottles(t *testing.T) {
	g := deployed(t).inside(t)
	g.breaksSES(t, "throttle", 3)
	g.passes(t, before)
	g.struck(t)
	c := g.claim(t, reminder, fate(senda.Sent))
	if c.Service == "" || c.Fence != 1 {
		t.Errorf("the claim knows SES's id as %q and has the fence %d: each attempt that failed was to leave none behind", c.Service, c.Fence)
	}
	g.passes(t, between)
	g.leaves(t, senda.LeftCompleted, reminder, reason)
	g.places(t, 2)
}

// SES refuses a mail for good: its place is given back, the timeline says so, and the
// person goes on.
func TestSESRefuses(t *testing.T) {
	g := deployed(t).inside(t)
	g.breaksSES(t, "reject", 1)
	g.passes(t, before)
	g.struck(t)
	g.refused(t, reminder, string(senda.Denied))
	g.claim(t, reminder, fate(senda.NotSent))
	g.places(t, 0)
	g.passes(t, between)
	g.leaves(t, senda.LeftCompleted, reason)
	g.places(t, 1)
}

// The function that mails dies around its call of SES, or never hears the answer. What
// left is proved by SES's own event, and nobody is mailed a second time.
func TestDeathBetweenSESAndTheStore(t *testing.T) {
	w := deployed(t)
	for name, breaks := range map[string]func(t *testing.T){
		"after the answer":            func(t *testing.T) { w.kills(t, "answered") },
		"before the answer":           func(t *testing.T) { w.kills(t, "accepted") },
		"the connection is cut":       func(t *testing.T) { w.breaksSES(t, "cut", 1) },
		"the service breaks, and not": func(t *testing.T) { w.breaksSES(t, "throttle", 1); w.kills(t, "answered") },
	} {
		t.Run(name, func(t *testing.T) {
			g := w.inside(t)
			breaks(t)
			g.passes(t, before)
			g.struck(t)
			c := g.claim(t, reminder, fate(senda.Sent))
			left, err := g.letters(t.Context(), g.Person.Address)
			if err != nil {
				t.Fatal(err)
			}
			if len(left) != 1 || left[0].ID != c.Service {
				t.Errorf("%d mails left; the claim names %q", len(left), c.Service)
			}
			g.passes(t, between)
			g.leaves(t, senda.LeftCompleted, reminder, reason)
		})
	}
}

// The function dies before SES has taken the mail. Nobody can know that it did not leave,
// so that it is not tried again: the person goes on when the lease is over, and after
// a quarter of an hour the mail is skipped. That time is not waited for: the claim
// is made older in the store.
func TestDeathBeforeSES(t *testing.T) {
	g := deployed(t).inside(t)
	g.kills(t, "arrived")
	g.passes(t, before)
	g.struck(t)
	c := g.claim(t, reminder, fate(senda.Claimed))
	g.mailed(t)
	// Before its time nothing is decided.
	g.settles(t)
	change(t, g.store, c.Key(), func(c senda.Claim) senda.Claim {
		if c.Fate != senda.Claimed {
			t.Errorf("the claim is %s already", c.Fate)
		}
		c.Lease = time.Now().Add(-time.Second)
		return c
	})
	g.stands(t, between) // the lease is over: they go on, and nothing was handed over again
	g.claim(t, reminder, fate(senda.Claimed))
	change(t, g.store, c.Key(), func(c senda.Claim) senda.Claim {
		c.Taken = c.Taken.Add(-entry.Unknown)
		return c
	})
	g.settles(t)
	c = g.claim(t, reminder, fate(senda.Skipped))
	if c.Policy != senda.PolicySkip || c.Reason != "unsure" {
		t.Errorf("it was settled by %s, as %q", c.Policy, c.Reason)
	}
	g.passes(t, between)
	g.leaves(t, senda.LeftCompleted, reason)
	g.places(t, 2) // it may have left, and counts
}

// places holds how many mails count towards the caps of the family.
func (g *guest) places(t *testing.T, want int) {
	t.Helper()
	eventually(t, room, func(ctx context.Context) error {
		l, _, _, err := senda.Read[senda.CapLedger](ctx, g.store, senda.CapsKey(g.Person.ID, g.Journey.Bundle.Family))
		if err == nil && len(l.Places) != want {
			err = fmt.Errorf("%d mails count, not %d", len(l.Places), want)
		}
		return err
	})
}
