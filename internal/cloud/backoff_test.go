package cloud

import (
	"context"
	"crypto/rand"
	"testing"
	"testing/synctest"
	"time"

	senda "github.com/senda-dev/senda"
)

// Writers that met wait for a while that chance decides, never longer than half a second,
// and not for one who is gone.
func TestBackoff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		waits := map[time.Duration]bool{}
		for try := 1; try <= 40; try++ {
			began := time.Now()
			if err := backoff(rand.Reader)(t.Context(), try); err != nil {
				t.Fatal(err)
			}
			took := time.Since(began)
			if bound := min(firstWait<<min(try-1, 16), mostWait); took > bound {
				t.Errorf("the wait before try %d was %v, more than %v", try+1, took, bound)
			}
			waits[took] = true
		}
		if len(waits) < 20 {
			t.Errorf("only %d different waits: they would meet again", len(waits))
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := backoff(rand.Reader)(ctx, 40); senda.CodeOf(err) != senda.Unavailable {
			t.Errorf("%v", err)
		}
	})
}

// A function waits as its ground says.
func TestFunctionsBackOff(t *testing.T) {
	g := newWorld(t).ground()
	g.Backoff = backoff(rand.Reader)
	if w, err := g.core(nil); err != nil || w.Entries.Backoff == nil {
		t.Errorf("a function runs against its rivals without a pause: %v", err)
	}
}
