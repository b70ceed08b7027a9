package cloud

import (
	"context"
	"testing"

	"github.com/aws/aws-lambda-go/cfn"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/inmem"
)

// stock is where a deployment puts files, and the bucket of bundles.
type stock struct {
	files  map[string][]byte
	stored map[string]bool
}

func (s *stock) read(_ context.Context, bucket, key string) ([]byte, error) {
	if data, ok := s.files[bucket+"/"+key]; ok {
		return data, nil
	}
	return nil, senda.Errorf(senda.NotFound, "read a file of the deployment", "nothing is stored under this name")
}

// Put implements Shelf.
func (s *stock) Put(_ context.Context, b *bundle.Bundle) error {
	s.stored[b.Digest()] = true
	return nil
}

// A journey in a template: it is created, changed, rolled back, renamed, removed, and each
// request may come twice. Those inside always find their bundle and machine.
func TestTheLifeOfAPublishedJourney(t *testing.T) {
	w := newWorld(t)
	w.store = inmem.New() // nothing is deployed yet
	s := &stock{files: map[string][]byte{}, stored: map[string]bool{}}
	g := w.ground()
	g.Shelf, g.File = s, s.read
	publish, err := Publish(t.Context(), g)
	if err != nil {
		t.Fatal(err)
	}
	var first *bundle.Bundle
	for _, j := range w.shop.House.Journeys {
		if j.Bundle.Journey == "orders" {
			first = j.Bundle
		}
		s.files["assets/"+j.Bundle.Journey] = j.Bundle.Bytes()
	}
	second := *first
	second.Note = "Another one."
	if err := bundle.Seal(&second); err != nil {
		t.Fatal(err)
	}
	s.files["assets/second"] = second.Bytes()

	properties := func(b *bundle.Bundle, key, state, machine string) map[string]any {
		return map[string]any{
			"ServiceToken": "arn:fn", PropJourney: b.Journey, PropState: state, PropBundle: b.Digest(), PropAssetBucket: "assets", PropAssetKey: key, PropMachine: machine,
		}
	}
	ask := func(what cfn.RequestType, p map[string]any) error {
		t.Helper()
		var err error
		for range 2 {
			_, err = publish(t.Context(), cfn.Event{RequestType: what, PhysicalResourceID: "x", ResourceProperties: p})
		}
		return err
	}
	stands := func(digest string, state senda.State) {
		t.Helper()
		d, err := (bundle.Register{Store: w.store}).Deployment(t.Context(), "orders")
		if err != nil || d.Bundle != digest || d.State != state {
			t.Errorf("it stands as %+v (%v), want %s %s", d, err, state, digest)
		}
	}
	runs := func(digest, machine string) {
		t.Helper()
		if got, err := (bundle.Register{Store: w.store}).Machine(t.Context(), "orders", digest); err != nil || got != machine {
			t.Errorf("%s runs in %q (%v), want %s", digest, got, err, machine)
		}
		if !s.stored[digest] {
			t.Errorf("the bundle %s is not stored", digest)
		}
	}

	one, two := properties(first, "orders", "live", "arn:m:1"), properties(&second, "second", "live", "arn:m:2")
	if err := ask(cfn.RequestDelete, one); err != nil {
		t.Errorf("to remove what never came to be: %v", err)
	}
	if err := ask(cfn.RequestCreate, one); err != nil {
		t.Fatal(err)
	}
	stands(first.Digest(), senda.StateLive)
	if err := ask(cfn.RequestUpdate, two); err != nil {
		t.Fatal(err)
	}
	stands(second.Digest(), senda.StateLive)
	runs(first.Digest(), "arn:m:1")
	runs(second.Digest(), "arn:m:2")
	// A rollback brings the first back.
	if err := ask(cfn.RequestUpdate, one); err != nil {
		t.Fatal(err)
	}
	stands(first.Digest(), senda.StateLive)
	// What another release has taken the place of closes nothing.
	if err := ask(cfn.RequestDelete, two); err != nil {
		t.Fatal(err)
	}
	if err := ask(cfn.RequestDelete, properties(first, "orders", "live", "arn:another:1")); err != nil {
		t.Fatal(err)
	}
	stands(first.Digest(), senda.StateLive)
	if err := ask(cfn.RequestDelete, one); err != nil {
		t.Fatal(err)
	}
	stands(first.Digest(), senda.StateClosed)
	runs(first.Digest(), "arn:m:1")

	// One that is stopped stays so: closed, it would mail those inside again.
	if err := ask(cfn.RequestUpdate, two); err != nil {
		t.Fatal(err)
	}
	if err := (bundle.Register{Store: w.store}).Set(t.Context(), "orders", senda.StateStopped); err != nil {
		t.Fatal(err)
	}
	if err := ask(cfn.RequestDelete, two); err != nil {
		t.Fatal(err)
	}
	stands(second.Digest(), senda.StateStopped)
}

// What is not what it says to be is published to nobody.
func TestWhatIsNotPublished(t *testing.T) {
	w := newWorld(t)
	w.store = inmem.New()
	s := &stock{files: map[string][]byte{}, stored: map[string]bool{}}
	g := w.ground()
	g.Shelf, g.File = s, s.read
	publish, err := Publish(t.Context(), g)
	if err != nil {
		t.Fatal(err)
	}
	a, b := w.shop.House.Journeys[0].Bundle, w.shop.House.Journeys[1].Bundle
	s.files["assets/a"], s.files["assets/b"], s.files["assets/x"] = a.Bytes(), b.Bytes(), append(a.Bytes(), ' ')
	good := func() map[string]any {
		return map[string]any{
			PropJourney: a.Journey, PropState: "live", PropBundle: a.Digest(), PropAssetBucket: "assets", PropAssetKey: "a", PropMachine: "arn:m:1",
		}
	}
	for name, change := range map[string]struct {
		property string
		to       any
		want     senda.Code
	}{
		"another bundle's bytes": {PropAssetKey, "b", senda.Invalid},
		"bytes nearly those":     {PropAssetKey, "x", senda.Invalid},
		"no bytes":               {PropAssetKey, "c", senda.NotFound},
		"another journey's name": {PropJourney, b.Journey, senda.Invalid},
		"no such state":          {PropState, "alive", senda.Invalid},
		"no machine":             {PropMachine, "", senda.Invalid},
		"a number":               {PropBundle, 7, senda.Invalid},
	} {
		p := good()
		p[change.property] = change.to
		if _, err := publish(t.Context(), cfn.Event{RequestType: cfn.RequestCreate, ResourceProperties: p}); senda.CodeOf(err) != change.want {
			t.Errorf("%s: %v, want %s", name, err, change.want)
		}
		// CloudFormation takes back what failed, and must be able to.
		if _, err := publish(t.Context(), cfn.Event{RequestType: cfn.RequestDelete, ResourceProperties: p}); err != nil {
			t.Errorf("%s: to take it back: %v", name, err)
		}
	}
	if all, err := (bundle.Register{Store: w.store}).Deployments(t.Context()); err != nil || len(all) > 0 || len(s.stored) > 0 {
		t.Errorf("published: %v, %v (%v)", all, s.stored, err)
	}
}
