package dynamo

import (
	"context"
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
	// MaxBackoff bounds the wait between two attempts.
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
	// pause waits before the n-th repetition (from 1) of what a batch left out.
	pause func(ctx context.Context, n int) error
}

var _ senda.Store = (*Store)(nil)

// New returns a store over the tables. It makes no call.
func New(cfg aws.Config, t Tables) *Store {
	backoff := retry.NewExponentialJitterBackoff(MaxBackoff)
	s := &Store{
		tables: t,
		retryer: retry.NewStandard(func(o *retry.StandardOptions) {
			o.MaxAttempts, o.Backoff = Attempts, backoff
		}),
		pause: func(ctx context.Context, n int) error {
			d, err := backoff.BackoffDelay(n, nil)
			if err != nil {
				return err
			}
			return smithytime.SleepWithContext(ctx, d)
		},
	}
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
