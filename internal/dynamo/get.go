package dynamo

import (
	"context"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/dynamo/layout"
)

const (
	// batch is the greatest number of keys in one BatchGetItem.
	batch = 100
	// abreast is how many calls one read has in flight.
	abreast = 8
	// stalled is how many answers in a row may bring nothing of a batch.
	stalled = 8
)

// Get implements senda.Store.
func (s *Store) Get(ctx context.Context, keys ...senda.Key) ([]senda.Versioned, error) {
	if err := ctx.Err(); err != nil {
		return nil, senda.Wrap(senda.Unavailable, "get", err)
	}
	addresses := make([]address, 0, len(keys))
	for _, k := range keys {
		if a, ok := s.address(k); ok {
			addresses = append(addresses, a)
		}
	}
	got, err := s.fetch(ctx, "get", addresses)
	if err != nil {
		return nil, err
	}
	out := make([]senda.Versioned, len(keys))
	for i, k := range keys {
		if a, ok := s.address(k); ok {
			out[i] = got[a]
		}
	}
	return out, nil
}

// fetch reads addresses, each once, strongly consistent.
func (s *Store) fetch(ctx context.Context, op string, addresses []address) (map[address]senda.Versioned, error) {
	got := make(map[address]senda.Versioned, len(addresses))
	var once []address
	for _, a := range addresses {
		if _, twice := got[a]; !twice {
			got[a] = senda.Versioned{}
			once = append(once, a)
		}
	}
	if len(once) == 1 {
		out, err := s.client.GetItem(ctx, &dynamodb.GetItemInput{
			TableName: &once[0].table, Key: once[0].key(), ConsistentRead: yes(), ReturnConsumedCapacity: metered,
		})
		if err != nil {
			return nil, failed(ctx, op, err)
		}
		got[once[0]], err = read(out.Item)
		return got, err
	}
	var mu sync.Mutex
	err := together((len(once)+batch-1)/batch, func(i int) error {
		return s.fetchBatch(ctx, op, once[i*batch:min(len(once), (i+1)*batch)], func(a address, v senda.Versioned) {
			mu.Lock()
			defer mu.Unlock()
			got[a] = v
		})
	})
	return got, err
}

// fetchBatch reads up to a hundred addresses. What an answer leaves out, because
// it is greater than 16 MB or for want of throughput, is asked for again.
func (s *Store) fetchBatch(ctx context.Context, op string, addresses []address, keep func(address, senda.Versioned)) error {
	ask := map[string]types.KeysAndAttributes{}
	for _, a := range addresses {
		t := ask[a.table]
		t.Keys, t.ConsistentRead = append(t.Keys, a.key()), yes()
		ask[a.table] = t
	}
	for idle := 0; len(ask) > 0; {
		out, err := s.client.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: ask, ReturnConsumedCapacity: metered})
		if err != nil {
			return failed(ctx, op, err)
		}
		idle++
		for table, items := range out.Responses {
			for _, it := range items {
				v, err := read(it)
				if err != nil {
					return err
				}
				keep(address{table, textOf(it, layout.Partition), textOf(it, layout.Sort)}, v)
				idle = 0
			}
		}
		if ask = out.UnprocessedKeys; len(ask) == 0 {
			return nil
		}
		if idle >= stalled {
			return senda.Errorf(senda.Unavailable, op, "%d answers in a row brought nothing: the table is throttled", idle).
				WithHelp("ask again later; if it lasts, look for a hot key in the table's contributor insights")
		}
		if err := s.pause(ctx, idle+1); err != nil {
			return failed(ctx, op, err)
		}
	}
	return nil
}

// together does n things, some at a time, and returns the first error.
func together(n int, do func(i int) error) error {
	if n == 1 {
		return do(0)
	}
	var (
		wg    sync.WaitGroup
		mu    sync.Mutex
		first error
		slots = make(chan struct{}, abreast)
	)
	for i := range n {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			if err := do(i); err != nil {
				mu.Lock()
				defer mu.Unlock()
				if first == nil {
					first = err
				}
			}
		})
	}
	wg.Wait()
	return first
}

// metered asks every answer for what the call cost.
const metered = types.ReturnConsumedCapacityTotal

func yes() *bool { t := true; return &t }
