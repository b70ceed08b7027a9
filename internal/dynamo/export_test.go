package dynamo

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/dynamo/layout"
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

// Item is what is written of a record, in words, and its size in bytes.
func Item(r senda.Record) (words map[string]string, size int, err error) {
	a, _ := (&Store{}).address(r.Key())
	it, err := item(a, r)
	words = map[string]string{}
	for name, v := range it {
		if words[name] = textOf(it, name); words[name] == "" {
			words[name] = numberOf(v)
		}
	}
	return words, sizeOf(it) + len(layout.Version) + versionSize, err
}

// ThereAndBack packs a text beside so many bytes and unpacks it.
func ThereAndBack(body []byte, beside int) (back []byte, packed bool, err error) {
	v, err := pack(body, beside)
	if err != nil {
		return nil, false, err
	}
	_, packed = v.(*types.AttributeValueMemberB)
	back, err = unpack(v)
	return back, packed, err
}

// End is the end of a prefix.
func End(t string) string { return end(t) }

// Kinds names the kinds that have a name in keys.
func Kinds() map[senda.Kind]string { return kinds }
