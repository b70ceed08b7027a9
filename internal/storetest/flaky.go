package storetest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"

	senda "github.com/senda-dev/senda"
)

// Flaky is a store that does whatever the contract of senda.Store allows, more
// often than any real one. Each field is a probability in [0, 1]. The same seed
// and the same calls give the same faults.
type Flaky struct {
	senda.Store

	// Stale: an index answers as it did some time ago.
	Stale float64
	// Conflict: another transaction is at work on a key; nothing is applied.
	Conflict float64
	// Unavailable: nobody answers; nothing is applied.
	Unavailable float64
	// Unsure: the writes are applied and the answer is lost.
	Unsure float64

	mu     sync.Mutex
	rand   *rand.Rand
	past   map[string][][]senda.Versioned // earlier answers, by query
	faults int
}

// NewFlaky wraps a store. All probabilities are p.
func NewFlaky(s senda.Store, seed uint64, p float64) *Flaky {
	return &Flaky{
		Store: s, Stale: p, Conflict: p, Unavailable: p, Unsure: p,
		rand: rand.New(rand.NewPCG(seed, 0)), past: map[string][][]senda.Versioned{},
	}
}

func (f *Flaky) chance(p float64) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.rand.Float64() >= p {
		return false
	}
	f.faults++
	return true
}

// Faults is the number of faults so far.
func (f *Flaky) Faults() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.faults
}

// Get implements senda.Store.
func (f *Flaky) Get(ctx context.Context, keys ...senda.Key) ([]senda.Versioned, error) {
	if f.chance(f.Unavailable) {
		return nil, senda.Errorf(senda.Unavailable, "get", "nobody answered, on purpose")
	}
	return f.Store.Get(ctx, keys...)
}

// Range implements senda.Store.
func (f *Flaky) Range(ctx context.Context, r senda.Range) ([]senda.Versioned, error) {
	if f.chance(f.Unavailable) {
		return nil, senda.Errorf(senda.Unavailable, "range", "nobody answered, on purpose")
	}
	return f.Store.Range(ctx, r)
}

// Find implements senda.Store.
func (f *Flaky) Find(ctx context.Context, r senda.IndexRange) ([]senda.Versioned, error) {
	if f.chance(f.Unavailable) {
		return nil, senda.Errorf(senda.Unavailable, "find", "nobody answered, on purpose")
	}
	got, err := f.Store.Find(ctx, r)
	if err != nil {
		return nil, err
	}
	// Bounds move with the clock; what was once shown for an index's part may be shown again.
	query := fmt.Sprintf("%d|%s|%s", r.Index, r.Part, r.After)
	stale := f.chance(f.Stale)
	f.mu.Lock()
	defer f.mu.Unlock()
	const kept = 4
	if n := len(f.past[query]); stale && n > 0 {
		got = f.past[query][f.rand.IntN(n)]
	} else if stale {
		return nil, nil
	}
	f.past[query] = append(f.past[query], got)
	if n := len(f.past[query]); n > kept {
		f.past[query] = f.past[query][n-kept:]
	}
	return got, nil
}

// Commit implements senda.Store.
func (f *Flaky) Commit(ctx context.Context, writes ...senda.Write) error {
	switch {
	case f.chance(f.Conflict):
		return senda.Errorf(senda.Conflict, "commit", "another transaction is at work, on purpose")
	case f.chance(f.Unavailable):
		return senda.Errorf(senda.Unavailable, "commit", "nobody answered, on purpose")
	}
	lost := f.chance(f.Unsure)
	if err := f.Store.Commit(ctx, writes...); err != nil {
		return err
	}
	if lost {
		return senda.Errorf(senda.Unsure, "commit", "the answer was lost, on purpose")
	}
	return nil
}
