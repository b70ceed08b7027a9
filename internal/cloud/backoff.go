package cloud

import (
	"context"
	"encoding/binary"
	"io"
	"time"

	senda "github.com/senda-dev/senda"
)

// The waits between two tries of a commit that met another writer: full jitter
// under a bound that doubles.
const (
	firstWait = 10 * time.Millisecond
	mostWait  = 500 * time.Millisecond
)

// backoff makes what waits before the next try, from 1, for as long as chance says.
func backoff(chance io.Reader) func(ctx context.Context, try int) error {
	return func(ctx context.Context, try int) error {
		bound := min(firstWait<<min(try-1, 16), mostWait)
		var drawn [8]byte
		if _, err := io.ReadFull(chance, drawn[:]); err != nil {
			return senda.Wrap(senda.Internal, "draw a wait", err)
		}
		return wait(ctx, time.Duration(binary.LittleEndian.Uint64(drawn[:])%uint64(bound)))
	}
}

func wait(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return senda.Wrap(senda.Unavailable, "wait for another writer", ctx.Err())
	}
}
