package inmem

import (
	"context"
	"slices"
	"sync"

	senda "github.com/senda-dev/senda"
)

// Bus is a senda.Bus that keeps what is emitted, each (source, id) once.
type Bus struct {
	// Deliver, if any, is called with each new event, one at a time.
	Deliver func(ctx context.Context, e senda.Event) error

	mu     sync.Mutex
	known  map[senda.Ref]bool
	events []senda.Event
}

// Emit implements senda.Bus.
func (b *Bus) Emit(ctx context.Context, e senda.Event) error {
	if err := alive(ctx, "emit"); err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.known[e.Ref()] {
		return nil
	}
	if b.Deliver != nil {
		if err := b.Deliver(ctx, e); err != nil {
			return err
		}
	}
	if b.known == nil {
		b.known = map[senda.Ref]bool{}
	}
	b.known[e.Ref()] = true
	b.events = append(b.events, e)
	return nil
}

// Events lists what was emitted, in order.
func (b *Bus) Events() []senda.Event {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.events)
}
