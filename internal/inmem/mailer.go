package inmem

import (
	"context"
	"fmt"
	"sync"

	senda "github.com/senda-dev/senda"
)

// Outbox is a senda.Mailer that keeps what is handed over.
type Outbox struct {
	// Fault, if any, decides what HandOver answers to the n-th call (from 1).
	// left says whether the message leaves in spite of the error.
	Fault func(n int, e senda.Envelope) (left bool, err error)

	mu    sync.Mutex
	calls int
	left  []senda.Envelope
}

// HandOver implements senda.Mailer.
func (o *Outbox) HandOver(ctx context.Context, e senda.Envelope) (string, error) {
	if err := alive(ctx, "hand over"); err != nil {
		return "", err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.calls++
	left, err := true, error(nil)
	if o.Fault != nil {
		left, err = o.Fault(o.calls, e)
		left = left || err == nil
	}
	if left {
		o.left = append(o.left, e)
	}
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("outbox-%08d", len(o.left)), nil
}

// Left lists what left, in order.
func (o *Outbox) Left() []senda.Envelope {
	o.mu.Lock()
	defer o.mu.Unlock()
	return append([]senda.Envelope(nil), o.left...)
}

// Calls is the number of times that something was handed over, whatever came of it.
func (o *Outbox) Calls() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.calls
}
