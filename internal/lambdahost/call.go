package lambdahost

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"
	senda "github.com/senda-dev/senda"
)

// call is one invocation: what its log lines share and what it counted.
type call struct {
	host *host
	log  *slog.Logger

	mu      sync.Mutex
	ids     []slog.Attr
	samples []sample
}

type callKey struct{}

// callOf is the invocation of a context, nil outside of one.
func callOf(ctx context.Context) *call {
	c, _ := ctx.Value(callKey{}).(*call)
	return c
}

func (h *host) call(ctx context.Context) *call {
	attrs := []any{slog.String("function", h.name)}
	if lc, ok := lambdacontext.FromContext(ctx); ok {
		attrs = append(attrs, slog.String("request", plain(lc.AwsRequestID, 64)))
	}
	// aws-lambda-go keeps the trace under this very string.
	if trace, ok := ctx.Value("x-amzn-trace-id").(string); ok && trace != "" {
		attrs = append(attrs, slog.String("trace", plain(trace, 256)))
	}
	return &call{host: h, log: slog.New(slog.NewJSONHandler(h.out, &slog.HandlerOptions{ReplaceAttr: named})).With(attrs...)}
}

// named gives the fields the names that Lambda's log controls know
// (https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html).
func named(groups []string, a slog.Attr) slog.Attr {
	if len(groups) == 0 {
		switch a.Key {
		case slog.TimeKey:
			return slog.Time("timestamp", a.Value.Time().UTC())
		case slog.MessageKey:
			a.Key = "message"
		}
	}
	return a
}

// Logger is the logger of the invocation: function, request and trace stand in
// each of its lines. It is for words of ours and random ids only. Outside of an
// invocation it discards.
func Logger(ctx context.Context) *slog.Logger {
	if c := callOf(ctx); c != nil {
		return c.log
	}
	return slog.New(slog.DiscardHandler)
}

// Report logs and counts a failure that does not fail the invocation.
func Report(ctx context.Context, err error, ids ...slog.Attr) {
	if c := callOf(ctx); c != nil && err != nil {
		c.fail("failed inside", err, ids...)
	}
}

// note puts an id into the line of the invocation.
func (c *call) note(key, id string) {
	if c == nil || id == "" {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ids = append(c.ids, slog.String(key, plain(id, 128)))
}

// end writes the line of the invocation and what it counted.
func (c *call) end(err error, took time.Duration) {
	c.mu.Lock()
	ids := slices.Concat(c.ids, []slog.Attr{slog.Float64("ms", ms(took))})
	c.mu.Unlock()
	if err != nil {
		c.fail("failed", err, ids...)
	} else {
		c.log.LogAttrs(context.Background(), slog.LevelInfo, "done", ids...)
	}
	c.flush()
}

func (c *call) fail(message string, err error, ids ...slog.Attr) {
	code := senda.CodeOf(err)
	c.add(sample{name: string(Failures), unit: count, value: 1, dims: []Dimension{{"Function", c.host.name}, {"Code", string(code)}}})
	c.log.LogAttrs(context.Background(), level(code), message, append(ids, describe(err)...)...)
}

// level: what a person must look at, what may come right, and what is the way of things.
func level(code senda.Code) slog.Level {
	switch code {
	case senda.Internal, senda.Unsure:
		return slog.LevelError
	case senda.Leaving, senda.Held:
		return slog.LevelInfo
	default:
		return slog.LevelWarn
	}
}
