package dynamo

import (
	"context"
	"crypto/rand"
	"math/big"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	smithytime "github.com/aws/smithy-go/time"

	senda "github.com/senda-dev/senda"
)

// Tables names the two tables in an account.
type Tables struct {
	// Main holds every record but proofs.
	Main string
	// Proofs is the log of consent.
	Proofs string
}

// How often and how long a call is tried.
const (
	// Attempts is the greatest number of attempts of one call.
	Attempts = 4
	// MinBackoff bounds the first wait between two attempts; each bound is twice
	// the one before it, up to MaxBackoff.
	MinBackoff = 50 * time.Millisecond
	MaxBackoff = time.Second
	// AttemptTimeout bounds one attempt, where the configuration brings no HTTP
	// client of its own.
	AttemptTimeout = 5 * time.Second
)

// Store is a senda.Store in DynamoDB.
type Store struct {
	client  *dynamodb.Client
	tables  Tables
	retryer aws.RetryerV2
	// backoff is how long to wait before the n-th repetition, from 1, of a call or
	// of what a batch left out.
	backoff retry.BackoffDelayer
}

var _ senda.Store = (*Store)(nil)

// New returns a store over the tables. It makes no call.
func New(cfg aws.Config, t Tables) *Store {
	s := &Store{tables: t, backoff: retry.BackoffDelayerFunc(jitter)}
	s.retryer = retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts = Attempts
		o.Backoff = retry.BackoffDelayerFunc(func(n int, err error) (time.Duration, error) { return s.backoff.BackoffDelay(n, err) })
	})
	s.client = dynamodb.NewFromConfig(cfg, func(o *dynamodb.Options) {
		o.Retryer = s.retryer
		if c, ok := cfg.HTTPClient.(*awshttp.BuildableClient); ok || cfg.HTTPClient == nil {
			if c == nil {
				c = awshttp.NewBuildableClient()
			}
			o.HTTPClient = c.WithTimeout(AttemptTimeout)
		}
	})
	return s
}

// table is where the records of a kind are.
func (s *Store) table(k senda.Kind) string {
	if k == senda.KindProof {
		return s.tables.Proofs
	}
	return s.tables.Main
}

// jitter draws the wait before the n-th repetition, from nothing to its bound: those
// who were throttled together do not come back together.
func jitter(n int, _ error) (time.Duration, error) {
	bound := MaxBackoff
	if n = max(n, 1); n < 6 {
		bound = min(bound, MinBackoff<<(n-1))
	}
	d, err := rand.Int(rand.Reader, big.NewInt(int64(bound)))
	if err != nil {
		return 0, err
	}
	return time.Duration(d.Int64()), nil
}

// pause waits before the n-th repetition.
func (s *Store) pause(ctx context.Context, n int) error {
	d, err := s.backoff.BackoffDelay(n, nil)
	if err != nil {
		return err
	}
	return smithytime.SleepWithContext(ctx, d)
}
