package dynamo

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/retry"

	senda "github.com/senda-dev/senda"
)

// Impatient lets a store repeat itself at once.
func (s *Store) Impatient() {
	s.backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
}

// Pause waits as a batch that is cut short does.
func (s *Store) Pause(ctx context.Context, n int) error { return s.pause(ctx, n) }

// Address is the primary key of a record, for tests of the encoding.
func Address(k senda.Key) (pk, sk string, ok bool) {
	a, ok := (&Store{}).address(k)
	return a.pk, a.sk, ok
}

// Item is what is written of a record, in words.
func Item(r senda.Record) (map[string]string, error) {
	a, _ := (&Store{}).address(r.Key())
	it, err := item(a, r)
	out := map[string]string{}
	for name, v := range it {
		if out[name] = textOf(it, name); out[name] == "" {
			out[name] = numberOf(v)
		}
	}
	return out, err
}

// End and Next bound ranges.
func End(t string) string { return end(t) }

// Kinds names the kinds that have a name in keys.
func Kinds() map[senda.Kind]string { return kinds }
