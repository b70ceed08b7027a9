package lambdahost

import (
	"context"
	"io"
	"log"
	"os"
	"sync"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
)

// Handler answers one invocation. It may be called by several at once. The payload
// is valid until it returns.
type Handler func(ctx context.Context, payload []byte) ([]byte, error)

// Run serves invocations of the function of that name until the process ends. It
// never returns. open is called at the first invocation, and again after a failure.
func Run(name string, open func(ctx context.Context) (Handler, error)) {
	log.SetFlags(0) // the runtime client says errors twice, here without a time
	lambda.StartWithOptions(newHost(name, os.Stdout, open))
}

// host is one function in one process.
type host struct {
	name   string
	out    *lines
	handle func(ctx context.Context) (Handler, error)
	series series
}

func newHost(name string, out io.Writer, open func(context.Context) (Handler, error)) *host {
	h := &host{name: name, out: &lines{w: out}}
	h.handle = once(func(ctx context.Context) (Handler, error) {
		began := time.Now()
		handler, err := open(ctx)
		if err == nil {
			callOf(ctx).add(sample{name: string(Cold), unit: milliseconds, value: ms(time.Since(began)), dims: []Dimension{{"Function", name}}})
		}
		return handler, err
	})
	return h
}

// once keeps what open returned as soon as it succeeds. Whoever comes while another
// opens waits for it, as long as their context lasts.
func once[T any](open func(context.Context) (T, error)) func(context.Context) (T, error) {
	var (
		mu   sync.RWMutex
		done bool
		kept T
		turn = make(chan struct{}, 1)
	)
	look := func() (T, bool) {
		mu.RLock()
		defer mu.RUnlock()
		return kept, done
	}
	return func(ctx context.Context) (T, error) {
		if v, ok := look(); ok {
			return v, nil
		}
		select {
		case turn <- struct{}{}:
			defer func() { <-turn }()
		case <-ctx.Done():
			var none T
			return none, ctx.Err()
		}
		if v, ok := look(); ok {
			return v, nil
		}
		v, err := open(ctx)
		if err != nil {
			var none T
			return none, err
		}
		mu.Lock()
		defer mu.Unlock()
		kept, done = v, true
		return v, nil
	}
}

// lines writes whole lines, whoever writes at the same time.
type lines struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
