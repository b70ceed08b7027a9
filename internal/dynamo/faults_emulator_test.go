//go:build localstack

package dynamo_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/dynamo"
	"github.com/senda-dev/senda/internal/dynamo/layout"
)

// lossy carries requests out and loses the answer of those that it is told to.
type lossy struct {
	sync.Mutex
	// lose is how many answers of calls of op are still to be lost.
	op   string
	lose int
	// between runs after an answer was lost, before the next attempt.
	between func()
	calls   map[string]int
}

func (l *lossy) Do(r *http.Request) (*http.Response, error) {
	op := strings.TrimPrefix(r.Header.Get("X-Amz-Target"), "DynamoDB_20120810.")
	resp, err := http.DefaultTransport.RoundTrip(r)
	l.Lock()
	defer l.Unlock()
	l.calls[op]++
	if err != nil || op != l.op || l.lose == 0 {
		return resp, err
	}
	l.lose--
	_, err = io.Copy(io.Discard, resp.Body)
	if err := errors.Join(err, resp.Body.Close()); err != nil {
		return nil, err
	}
	if l.between != nil {
		l.between()
	}
	return nil, errors.New("connection reset by peer")
}

// unreliable is a store over the same tables whose answers get lost.
func unreliable(t *testing.T) (s, reliable *dynamo.Store, l *lossy) {
	t.Helper()
	reliable, tables, cfg := open(t)
	l = &lossy{calls: map[string]int{}}
	cfg.HTTPClient = l
	return dynamo.New(cfg, tables), reliable, l
}

// A write that was applied and whose answer was lost is done, once.
func TestALostAnswer(t *testing.T) {
	s, reliable, l := unreliable(t)
	ctx := t.Context()
	version := uint64(0)
	for i, c := range []struct {
		op    string
		write func() []senda.Write
	}{
		{"PutItem", func() []senda.Write { return []senda.Write{senda.Put(senda.Counter{Name: "a", Used: 1}, 0)} }},
		{"PutItem", func() []senda.Write { return []senda.Write{senda.Put(senda.Counter{Name: "a", Used: 2}, version)} }},
		{"UpdateItem", func() []senda.Write {
			return []senda.Write{{Key: senda.CounterKey("a"), Any: true, Record: senda.Counter{Name: "a", Used: 3}}}
		}},
		{"TransactWriteItems", func() []senda.Write {
			return []senda.Write{senda.Put(senda.Counter{Name: "a", Used: 4}, version), senda.Put(senda.Counter{Name: "b", Used: 1}, 0)}
		}},
	} {
		l.op, l.lose = c.op, 2
		before := l.calls[c.op]
		if err := s.Commit(ctx, c.write()...); err != nil {
			t.Fatalf("%d, %s: %v", i, c.op, err)
		}
		if n := l.calls[c.op] - before; n != 3 {
			t.Errorf("%d, %s: %d attempts", i, c.op, n)
		}
		got, v, _, err := senda.Read[senda.Counter](ctx, reliable, senda.CounterKey("a"))
		if err != nil || got.Used != int64(i+1) || v <= version {
			t.Fatalf("%d, %s left %+v, version %d after %d, %v", i, c.op, got, v, version, err)
		}
		version = v
	}
}

// When somebody else writes between the lost answer and the next attempt, nobody
// can say any more what happened: not a conflict, and never a second write.
func TestALostAnswerAndARival(t *testing.T) {
	s, reliable, l := unreliable(t)
	ctx := t.Context()
	l.op, l.lose = "PutItem", 1
	l.between = func() {
		c, v, _, err := senda.Read[senda.Counter](ctx, reliable, senda.CounterKey("a"))
		if err != nil {
			t.Error(err)
		}
		c.Used++
		if err := reliable.Commit(ctx, senda.Put(c, v)); err != nil {
			t.Error(err)
		}
	}
	if err := s.Commit(ctx, senda.Put(senda.Counter{Name: "a", Used: 1}, 0)); senda.CodeOf(err) != senda.Unsure {
		t.Fatalf("got %v", err)
	}
	if c, _, _, err := senda.Read[senda.Counter](ctx, reliable, senda.CounterKey("a")); err != nil || c.Used != 2 {
		t.Fatalf("left %+v, %v", c, err)
	}

	// A transaction knows by its token that it was applied.
	l.op, l.lose = "TransactWriteItems", 1
	_, v, _, err := senda.Read[senda.Counter](ctx, reliable, senda.CounterKey("a"))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Commit(ctx, senda.Put(senda.Counter{Name: "a", Used: 10}, v), senda.Put(senda.Counter{Name: "b"}, 0)); err != nil {
		t.Fatal(err)
	}
	if c, _, _, err := senda.Read[senda.Counter](ctx, reliable, senda.CounterKey("a")); err != nil || c.Used != 11 {
		t.Fatalf("left %+v, %v", c, err)
	}

	// A delete that may have been applied, or not.
	l.op, l.lose, l.between = "DeleteItem", 1, nil
	_, v, _, err = senda.Read[senda.Counter](ctx, reliable, senda.CounterKey("b"))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Commit(ctx, senda.Delete(senda.CounterKey("b"), v)); senda.CodeOf(err) != senda.Unsure {
		t.Fatalf("got %v", err)
	}
}

// No answer at all: the caller is told that nobody knows, and a repetition is harmless.
func TestNoAnswerAtAll(t *testing.T) {
	s, reliable, l := unreliable(t)
	ctx := t.Context()
	l.op, l.lose = "PutItem", dynamo.Attempts
	w := senda.Put(senda.Counter{Name: "a", Used: 1}, 0)
	if err := s.Commit(ctx, w); senda.CodeOf(err) != senda.Unsure {
		t.Fatalf("got %v", err)
	}
	if err := s.Commit(ctx, w); senda.CodeOf(err) != senda.Conflict {
		t.Fatalf("again: %v", err)
	}
	if c, _, _, err := senda.Read[senda.Counter](ctx, reliable, senda.CounterKey("a")); err != nil || c.Used != 1 {
		t.Fatalf("left %+v, %v", c, err)
	}
}

// The tables are those of the layout.
func TestTheTablesAreThoseOfTheLayout(t *testing.T) {
	_, tables, cfg := open(t)
	if err := dynamo.Create(t.Context(), cfg, tables); err != nil {
		t.Fatalf("a second time: %v", err)
	}
	client := dynamodb.NewFromConfig(cfg)
	for _, want := range layout.Tables() {
		name := tables.Main
		if want.Role == layout.Proofs {
			name = tables.Proofs
		}
		out, err := client.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: &name})
		if err != nil {
			t.Fatal(err)
		}
		d := out.Table
		if got := schema(d.KeySchema); got != want.Partition+" "+want.Sort {
			t.Errorf("%s has the key %q", want.Role, got)
		}
		if d.BillingModeSummary == nil || d.BillingModeSummary.BillingMode != types.BillingModePayPerRequest {
			t.Errorf("%s is billed by %v", want.Role, d.BillingModeSummary)
		}
		if d.StreamSpecification != nil || len(d.GlobalSecondaryIndexes) != len(want.Indexes) {
			t.Errorf("%s has a stream %v and %d indexes", want.Role, d.StreamSpecification, len(d.GlobalSecondaryIndexes))
		}
		for _, ix := range want.Indexes {
			found := ""
			for _, g := range d.GlobalSecondaryIndexes {
				if *g.IndexName == ix.Name {
					found = schema(g.KeySchema) + " " + string(g.Projection.ProjectionType)
				}
			}
			if w := strings.TrimSpace(ix.Partition+" "+ix.Sort) + " KEYS_ONLY"; found != w {
				t.Errorf("the index %s is %q, want %q", ix.Name, found, w)
			}
		}
		ttl, err := client.DescribeTimeToLive(t.Context(), &dynamodb.DescribeTimeToLiveInput{TableName: &name})
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if ttl.TimeToLiveDescription.AttributeName != nil {
			got = *ttl.TimeToLiveDescription.AttributeName
		}
		if got != want.Expires {
			t.Errorf("%s expires by %q, want %q", want.Role, got, want.Expires)
		}
	}
}

func schema(ks []types.KeySchemaElement) string {
	var names []string
	for _, k := range ks {
		names = append(names, *k.AttributeName)
	}
	return strings.Join(names, " ")
}

// A write without a condition replaces everything, what the old record had besides too.
func TestNothingOfTheOldRecordStays(t *testing.T) {
	s, tables, cfg := open(t)
	ctx := t.Context()
	open := senda.Seen{Ref: senda.Ref{Source: "shop", ID: "1"}}
	done := open
	done.Done = true
	put := func(r senda.Seen) {
		if err := s.Commit(ctx, senda.Write{Key: r.Key(), Any: true, Record: r}); err != nil {
			t.Fatal(err)
		}
	}
	attributes := func() string {
		pk, sk, _ := dynamo.Address(open.Key())
		out, err := dynamodb.NewFromConfig(cfg).GetItem(ctx, &dynamodb.GetItemInput{TableName: &tables.Main, Key: map[string]types.AttributeValue{
			layout.Partition: &types.AttributeValueMemberS{Value: pk}, layout.Sort: &types.AttributeValueMemberS{Value: sk},
		}})
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, n := range []string{"pk", "sk", "v", "r", "ip", "is", "im", "x"} {
			if _, ok := out.Item[n]; ok {
				names = append(names, n)
			}
		}
		if len(names) != len(out.Item) {
			t.Errorf("more than that: %v", out.Item)
		}
		return fmt.Sprint(names)
	}
	for range 2 {
		if put(open); attributes() != "[pk sk v r ip is]" {
			t.Errorf("an open event has %s", attributes())
		}
		if put(done); attributes() != "[pk sk v r x]" {
			t.Errorf("a done event has %s", attributes())
		}
	}
}

// The monthly job sees every proof, and drops those that it names and no other.
func TestDroppingProofs(t *testing.T) {
	s, tables, cfg := open(t)
	ctx := t.Context()
	long := strings.Repeat("evidence ", 5000) // more than one page of a scan
	for i := range 30 {
		if err := s.Commit(ctx, senda.Put(senda.Proof{Subject: fmt.Sprintf("s-%d", i%3), N: i / 3, Evidence: long}, 0)); err != nil {
			t.Fatal(err)
		}
	}
	proofs := dynamo.NewProofs(cfg, tables.Proofs)
	count := func() map[string]int {
		n := map[string]int{}
		if err := proofs.Each(ctx, func(p senda.Proof) error { n[p.Subject]++; return nil }); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if n := count(); len(n) != 3 || n["s-0"] != 10 || n["s-1"] != 10 || n["s-2"] != 10 {
		t.Fatalf("there are %v", n)
	}
	for i := range 10 {
		for range 2 { // a second time is as good
			if err := proofs.Drop(ctx, "s-1", i); err != nil {
				t.Fatal(err)
			}
		}
	}
	if n := count(); len(n) != 2 || n["s-0"] != 10 || n["s-2"] != 10 {
		t.Fatalf("there are %v", n)
	}
	stop := errors.New("enough")
	if err := proofs.Each(ctx, func(senda.Proof) error { return stop }); !errors.Is(err, stop) {
		t.Fatalf("got %v", err)
	}
	if err := proofs.Drop(ctx, "\xff", 1); senda.CodeOf(err) != senda.Invalid {
		t.Fatalf("got %v", err)
	}
}
