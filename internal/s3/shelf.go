package s3

import (
	"container/list"
	"context"
	"sync"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/bundle"
)

// shelf keeps the bundles that were asked for last, and lets one caller read for all
// who want the same. The zero shelf is empty.
type shelf struct {
	mu      sync.Mutex
	order   list.List // of *bundle.Bundle, the last one asked for in front
	bundles map[string]*list.Element
	reading map[string]*reading
}

// reading is a read on its way. Its fields are set before done is closed.
type reading struct {
	done   chan struct{}
	bundle *bundle.Bundle
	err    error
	// left says that the reader gave up for a reason of its own: somebody else reads again.
	left bool
}

func (s *shelf) get(ctx context.Context, digest string, read func(context.Context) (*bundle.Bundle, error)) (*bundle.Bundle, error) {
	for {
		s.mu.Lock()
		if e := s.bundles[digest]; e != nil {
			s.order.MoveToFront(e)
			s.mu.Unlock()
			return e.Value.(*bundle.Bundle), nil
		}
		r := s.reading[digest]
		if r == nil {
			r = &reading{done: make(chan struct{})}
			if s.reading == nil {
				s.reading, s.bundles = map[string]*reading{}, map[string]*list.Element{}
			}
			s.reading[digest] = r
			s.mu.Unlock()
			s.finish(ctx, digest, r, read)
			return r.bundle, r.err
		}
		s.mu.Unlock()
		select {
		case <-r.done:
			if !r.left {
				return r.bundle, r.err
			}
		case <-ctx.Done():
			return nil, senda.Wrap(senda.Unavailable, "read the bundle "+digest, ctx.Err())
		}
	}
}

// finish reads, keeps what was read, and lets the others go on, whatever becomes of the read.
func (s *shelf) finish(ctx context.Context, digest string, r *reading, read func(context.Context) (*bundle.Bundle, error)) {
	r.left = true // a panic in read leaves nobody waiting
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.reading, digest)
		if r.bundle != nil {
			s.bundles[digest] = s.order.PushFront(r.bundle)
			for s.order.Len() > Kept {
				delete(s.bundles, s.order.Remove(s.order.Back()).(*bundle.Bundle).Digest())
			}
		}
		close(r.done)
	}()
	r.bundle, r.err = read(ctx)
	r.left = r.err != nil && ctx.Err() != nil
}
