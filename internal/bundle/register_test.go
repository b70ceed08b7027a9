package bundle_test

import (
	"testing"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/inmem"
)

func TestRegister(t *testing.T) {
	ctx := t.Context()
	r := bundle.Register{Store: inmem.New()}
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	publish := func(journey, digest string, state senda.State) {
		t.Helper()
		rel := senda.Release{Journey: journey, Bundle: digest, Machine: "arn:" + digest, At: at}
		for range 2 { // a deployment may be carried out twice
			if err := r.Publish(ctx, rel, state); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := r.Deployment(ctx, "welcome"); senda.CodeOf(err) != senda.NotFound {
		t.Errorf("a journey that nobody deployed: %v", err)
	}
	if err := r.Set(ctx, "welcome", senda.StateStopped); senda.CodeOf(err) != senda.NotFound {
		t.Errorf("stopping a journey that nobody deployed: %v", err)
	}
	publish("welcome", "d1", senda.StateLive)
	publish("basket", "d9", senda.StateDraft)
	publish("welcome", "d2", senda.StateLive)
	all, err := r.Deployments(ctx)
	if err != nil || len(all) != 2 || all[0].Journey != "basket" || all[1] != (bundle.Deployment{Journey: "welcome", State: senda.StateLive, Bundle: "d2"}) {
		t.Errorf("%+v, %v", all, err)
	}
	for digest, want := range map[string]string{"d1": "arn:d1", "d2": "arn:d2"} {
		if got, err := r.Machine(ctx, "welcome", digest); err != nil || got != want {
			t.Errorf("people of %s would be started on %q: %v", digest, got, err)
		}
	}
	if _, err := r.Machine(ctx, "basket", "d1"); senda.CodeOf(err) != senda.NotFound {
		t.Errorf("a bundle of another journey: %v", err)
	}
	if err := r.Set(ctx, "welcome", senda.StateStopped); err != nil {
		t.Fatal(err)
	}
	publish("welcome", "d2", senda.StateLive)
	if d, err := r.Deployment(ctx, "welcome"); err != nil || d.State != senda.StateStopped {
		t.Errorf("deploying the same again started a journey that a person stopped: %+v, %v", d, err)
	}
}

func TestMerge(t *testing.T) {
	const d, l, c, s = senda.StateDraft, senda.StateLive, senda.StateClosed, senda.StateStopped
	for _, x := range []struct {
		before, file senda.State
		same         bool
		want         senda.State
	}{
		{l, l, true, l},
		{l, c, true, c},
		{l, s, true, s},
		{d, l, true, l},
		{c, l, true, c},
		{s, l, true, s},
		{s, c, true, s},
		{c, s, true, s},
		{c, l, false, l},
		{s, l, false, l},
		{l, s, false, s},
	} {
		now := bundle.Deployment{Journey: "j", State: x.file, Bundle: "b2"}
		before := bundle.Deployment{Journey: "j", State: x.before, Bundle: "b1"}
		if x.same {
			before.Bundle = "b2"
		}
		if got := bundle.Merge(&before, now); got.State != x.want || got.Bundle != "b2" {
			t.Errorf("%s in the account, %s in the file (same bundle: %v): %s, not %s", x.before, x.file, x.same, got.State, x.want)
		}
	}
	if got := bundle.Merge(nil, bundle.Deployment{Journey: "j", State: l}); got.State != l {
		t.Errorf("the first time: %s", got.State)
	}
}
