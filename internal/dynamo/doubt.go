package dynamo

import (
	"context"
	"errors"
	"net/http/httptrace"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// witness watches the attempts of one call through the retryer that it wraps.
type witness struct {
	aws.RetryerV2
	// sent is whether the request of the current attempt had begun to leave.
	sent atomic.Bool
	// doubt is whether some attempt may have been applied although it failed.
	doubt bool
}

// watch returns a context and an option for one call, and who will know.
func (s *Store) watch(ctx context.Context) (context.Context, func(*dynamodb.Options), *witness) {
	w := &witness{RetryerV2: s.retryer}
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteHeaders: func() { w.sent.Store(true) }})
	return ctx, func(o *dynamodb.Options) { o.Retryer = w }, w
}

// GetAttemptToken begins an attempt.
func (w *witness) GetAttemptToken(ctx context.Context) (func(error) error, error) {
	w.sent.Store(false)
	return w.RetryerV2.GetAttemptToken(ctx)
}

// IsErrorRetryable ends an attempt that failed: the SDK asks it once of each.
func (w *witness) IsErrorRetryable(err error) bool {
	if w.sent.Load() && !refused(err) {
		w.doubt = true
	}
	return w.RetryerV2.IsErrorRetryable(err)
}

// refused says whether the service answered that it did nothing: 4xx. A 5xx may
// have been applied (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html).
func refused(err error) bool {
	var r *smithyhttp.ResponseError
	return errors.As(err, &r) && r.HTTPStatusCode() >= 400 && r.HTTPStatusCode() < 500
}
