package porttest

import (
	"bytes"
	"strings"
	"sync"
	"testing"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/bundle"
)

// Bundles is an empty bundle.Bundles under test.
type Bundles struct {
	bundle.Bundles
	Put func(t *testing.T, b *bundle.Bundle)
}

// Bundle is a small sealed bundle of a journey.
func Bundle(t *testing.T, journey string) *bundle.Bundle {
	t.Helper()
	b := &bundle.Bundle{
		Journey: journey, Owner: "crm-team", Brand: "cellar", Family: "vino", Purpose: "offers", Class: senda.Marketing, Priority: senda.Low,
		Enter:   bundle.Enter{Event: "order.completed", Again: bundle.Again{Kind: bundle.Never}},
		Machine: `{"QueryLanguage":"JSONata","StartAt":"a","States":{"a":{"Type":"Succeed"}}}`,
	}
	if err := bundle.Seal(b); err != nil {
		t.Fatal(err)
	}
	return b
}

// TestBundles checks the rules of bundle.Bundles.
func TestBundles(t *testing.T, open func(t *testing.T) Bundles) {
	for _, c := range []struct {
		name string
		test func(*testing.T, Bundles)
	}{
		{"what is read is what was stored", stored},
		{"what was never stored is not found, until it is", missing},
		{"storing again is success", storeAgain},
		{"many read at once", together},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, open(t)) })
	}
}

func read(t *testing.T, s Bundles, want *bundle.Bundle) {
	t.Helper()
	got, err := s.Bundle(t.Context(), want.Digest())
	if err != nil {
		t.Fatalf("read: %v", err)
	}
	if got.Digest() != want.Digest() || !bytes.Equal(got.Bytes(), want.Bytes()) || got.Journey != want.Journey {
		t.Errorf("got %s, want %s", got.Bytes(), want.Bytes())
	}
}

func stored(t *testing.T, s Bundles) {
	a, b := Bundle(t, "win-back"), Bundle(t, "welcome")
	s.Put(t, a)
	s.Put(t, b)
	for range 2 {
		read(t, s, a)
		read(t, s, b)
	}
}

func missing(t *testing.T, s Bundles) {
	b := Bundle(t, "win-back")
	for _, digest := range []string{"", "x", "../bundles/x", strings.Repeat("0", 64), strings.ToUpper(b.Digest()), b.Digest()} {
		_, err := s.Bundle(t.Context(), digest)
		code(t, digest, err, senda.NotFound)
	}
	s.Put(t, b)
	read(t, s, b)
}

func storeAgain(t *testing.T, s Bundles) {
	b := Bundle(t, "win-back")
	s.Put(t, b)
	s.Put(t, b)
	s.Put(t, Bundle(t, "win-back"))
	read(t, s, b)
}

func together(t *testing.T, s Bundles) {
	all := []*bundle.Bundle{Bundle(t, "a"), Bundle(t, "b")}
	for _, b := range all {
		s.Put(t, b)
	}
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			want := all[i%2]
			if got, err := s.Bundle(t.Context(), want.Digest()); err != nil || got.Digest() != want.Digest() {
				t.Errorf("%v, %v", got, err)
			}
		})
	}
	wg.Wait()
}
