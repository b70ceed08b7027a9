package cloud

import (
	"context"
	"math/rand/v2"
	"time"

	senda "github.com/senda-dev/senda"
)

// The waits between two tries of a commit that met another writer: full jitter
// under a bound that doubles.
const (
	firstWait = 10 * time.Millisecond
	mostWait  = 500 * time.Millisecond
)

// backoff waits before the next try, from 1.
func backoff(ctx context.Context, try int) error {
	bound := min(firstWait<<min(try-1, 16), mostWait)
	t := time.NewTimer(rand.N(bound)) //nolint:gosec // when to try again is no secret
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return senda.Wrap(senda.Unavailable, "wait for another writer", ctx.Err())
	}
}
