//go:build localstack

package dynamo_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/dynamo"
	"github.com/senda-dev/senda/internal/dynamo/layout"
	"github.com/senda-dev/senda/internal/inmem"
	"github.com/senda-dev/senda/internal/storetest"
)

// add reads, decides and commits until its addition counts.
func add(t *testing.T, s senda.Store, more ...senda.Write) (conflicts int) {
	for {
		c, v, _, err := senda.Read[senda.Counter](t.Context(), s, senda.CounterKey("a"))
		if err != nil {
			t.Error(err)
			return conflicts
		}
		c.Name, c.Used = "a", c.Used+1
		switch err := s.Commit(t.Context(), append([]senda.Write{senda.Put(c, v)}, more...)...); senda.CodeOf(err) {
		case "":
			return conflicts
		case senda.Conflict:
			conflicts++
		default:
			t.Error(err)
			return conflicts
		}
	}
}

// Of 64 writers on one record each addition counts once, alone and in transactions.
func TestSixtyFourWriters(t *testing.T) {
	s, _, _ := open(t)
	const writers, each = 64, 1
	var conflicts atomic.Int64
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				var more []senda.Write
				if w%2 == 0 {
					more = append(more, senda.Put(senda.Seen{Ref: senda.Ref{Source: "shop", ID: fmt.Sprint(w, i)}, Done: true}, 0))
				}
				conflicts.Add(int64(add(t, s, more...)))
			}
		})
	}
	wg.Wait()
	c, _, _, err := senda.Read[senda.Counter](t.Context(), s, senda.CounterKey("a"))
	if err != nil || c.Used != writers*each {
		t.Fatalf("%d of %d additions are there, %v", c.Used, writers*each, err)
	}
	if conflicts.Load() == 0 {
		t.Error("nobody met anybody")
	}
	t.Logf("%d additions, %d conflicts", c.Used, conflicts.Load())
}

// A read goes on behind the megabyte that DynamoDB gives at once, in both directions.
func TestBeyondAMegabyte(t *testing.T) {
	s, _, _ := open(t)
	const all = 60
	body := []byte(strings.Repeat("x", 45<<10))
	var keys []senda.Key
	for i := range all {
		q := senda.Quarantined{ID: fmt.Sprintf("q-%03d", i), Body: body}
		if err := s.Commit(t.Context(), senda.Put(q, 0)); err != nil {
			t.Fatal(err)
		}
		keys = append(keys, q.Key())
	}
	ids := func(got []senda.Versioned, err error) []string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, v := range got {
			q := v.Record.(senda.Quarantined)
			if len(q.Body) != len(body) {
				t.Fatalf("%s has %d bytes", q.ID, len(q.Body))
			}
			ids = append(ids, q.ID)
		}
		return ids
	}
	forward := ids(s.Range(t.Context(), senda.Range{Kind: senda.KindQuarantined}))
	if len(forward) != all || !slices.IsSorted(forward) {
		t.Fatalf("forward: %v", forward)
	}
	back := ids(s.Range(t.Context(), senda.Range{Kind: senda.KindQuarantined, Reverse: true, After: "q-050", Limit: 40}))
	slices.Reverse(back)
	if !slices.Equal(back, forward[10:50]) {
		t.Fatalf("back: %v", back)
	}
	some := ids(s.Range(t.Context(), senda.Range{Kind: senda.KindQuarantined, Prefix: "q-0", After: "q-004", Limit: 33}))
	if !slices.Equal(some, forward[5:38]) {
		t.Fatalf("from the middle: %v", some)
	}
	slices.Reverse(keys)
	got := ids(s.Get(t.Context(), keys...))
	slices.Reverse(got)
	if !slices.Equal(got, forward) {
		t.Fatalf("by key: %v", got)
	}
}

// More keys than one call takes come back in the order asked.
func TestManyKeys(t *testing.T) {
	s, _, _ := open(t)
	const all = 350
	var keys []senda.Key
	for i := 0; i < all; i += 50 {
		var w []senda.Write
		for j := range 50 {
			w = append(w, senda.Put(senda.Counter{Name: fmt.Sprint(i + j), Used: int64(i + j)}, 0))
		}
		if err := s.Commit(t.Context(), w...); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 2 * all {
		keys = append(keys, senda.CounterKey(fmt.Sprint(i*7%(2*all)))) // every other is missing
	}
	got, err := s.Get(t.Context(), keys...)
	if err != nil || len(got) != len(keys) {
		t.Fatalf("%d, %v", len(got), err)
	}
	for i, v := range got {
		n := i * 7 % (2 * all)
		if there := n < all; there != (v.Record != nil) || there && v.Record.(senda.Counter).Used != int64(n) {
			t.Fatalf("key %d is %+v", n, v)
		}
	}
}

// A hundred writes over both tables are one, and one condition undoes them all.
func TestAHundredWritesOverBothTables(t *testing.T) {
	s, _, _ := open(t)
	ctx := t.Context()
	var w []senda.Write
	for i := range senda.MaxWrites / 2 {
		w = append(w, senda.Put(senda.Counter{Name: fmt.Sprint(i)}, 0), senda.Put(senda.Proof{Subject: "s", N: i + 1}, 0))
	}
	if err := s.Commit(ctx, w...); err != nil {
		t.Fatal(err)
	}
	log, err := s.Range(ctx, senda.Range{Kind: senda.KindProof, Part: "s"})
	if err != nil || len(log) != senda.MaxWrites/2 {
		t.Fatalf("%d proofs, %v", len(log), err)
	}
	last := senda.Put(senda.Proof{Subject: "s", N: 50, By: "somebody else"}, 0)
	w = []senda.Write{senda.Put(senda.Counter{Name: "new"}, 0), senda.Put(senda.Proof{Subject: "s", N: 51}, 0), last}
	if err := s.Commit(ctx, w...); senda.CodeOf(err) != senda.Conflict {
		t.Fatalf("a proof was put over another: %v", err)
	}
	if err := s.Commit(ctx, last); senda.CodeOf(err) != senda.Conflict {
		t.Fatalf("a proof was put over another: %v", err)
	}
	got, err := s.Get(ctx, senda.CounterKey("new"), senda.ProofKey("s", 51), senda.ProofKey("s", 50))
	if err != nil || got[0].Record != nil || got[1].Record != nil || got[2].Record.(senda.Proof).By != "" {
		t.Fatalf("left %+v, %v", got, err)
	}
}

// An index spread over shards is read in one order, page by page, nobody missing
// and nobody twice.
func TestTheShardsAreOneIndex(t *testing.T) {
	s, _, _ := open(t)
	start := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	const all = 300
	for i := 0; i < all; i += 100 {
		var w []senda.Write
		for j := range 100 {
			n := (i + j) * 7 % all
			w = append(w, senda.Put(senda.Entry{Person: senda.PersonID(fmt.Sprintf("p-%03d", n)), ID: "j/x/00000001", Enrolled: start.Add(time.Duration(n/3) * time.Second)}, 0))
		}
		if err := s.Commit(t.Context(), w...); err != nil {
			t.Fatal(err)
		}
	}
	for _, limit := range []int{1, 7, 64, all, 2 * all} {
		r := senda.IndexRange{Index: senda.IndexUnstarted, Limit: limit}
		most := all
		if limit == 1 {
			most = 5
		}
		n := 0
		for n < most {
			page, err := s.Find(t.Context(), r)
			if err != nil || len(page) != min(limit, all-n) {
				t.Fatalf("limit %d: %d after %d, %v", limit, len(page), n, err)
			}
			for _, v := range page {
				e := v.Record.(senda.Entry)
				if want := senda.PersonID(fmt.Sprintf("p-%03d", n)); e.Person != want {
					t.Fatalf("limit %d: %s at the place of %s", limit, e.Person, want)
				}
				r.After = e.Indexes()[0].Sort
				n++
			}
		}
	}
}

// A shard that holds nearly everything is read to its end, page by page.
func TestAnUnevenIndex(t *testing.T) {
	s, _, _ := open(t)
	start := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	var w []senda.Write
	for i, few := 0, 5; len(w) < 80; i++ {
		e := senda.Entry{Person: senda.PersonID(fmt.Sprintf("p-%05d", i)), ID: "j/x/00000001", Enrolled: start.Add(time.Duration(i) * time.Second)}
		words, _, err := dynamo.Item(e)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(words[layout.Place], "/7") {
			if few--; few < 0 {
				continue
			}
		}
		w = append(w, senda.Put(e, 0))
	}
	if err := s.Commit(t.Context(), w...); err != nil {
		t.Fatal(err)
	}
	got, err := s.Find(t.Context(), senda.IndexRange{Index: senda.IndexUnstarted, Limit: 70})
	if err != nil || len(got) != 70 {
		t.Fatalf("%d, %v", len(got), err)
	}
	for i, v := range got {
		if v.Record.Key() != w[i].Key {
			t.Fatalf("%s at the place of %s", v.Record.Key(), w[i].Key)
		}
	}
}

// A part that is spread over partitions is one range all the same.
func TestASpreadPartIsOneRange(t *testing.T) {
	s, _, _ := open(t)
	twin := inmem.New()
	const all = 90
	var w []senda.Write
	for i := range all {
		w = append(w, senda.Put(senda.Seen{Ref: senda.Ref{Source: "shop", ID: fmt.Sprintf("%03d", i*7%all)}, Done: true}, 0))
	}
	w = append(w, senda.Put(senda.Seen{Ref: senda.Ref{Source: "shop/0", ID: "x"}, Done: true}, 0), senda.Put(senda.Seen{Ref: senda.Ref{Source: "shop/", ID: "x"}, Done: true}, 0))
	for _, store := range []senda.Store{s, twin} {
		if err := store.Commit(t.Context(), w...); err != nil {
			t.Fatal(err)
		}
	}
	for _, r := range []senda.Range{
		{},
		{Limit: 7},
		{Reverse: true},
		{Reverse: true, Limit: 11, After: "050"},
		{Prefix: "04"},
		{Prefix: "04", After: "043", Limit: 3},
		{Prefix: "04", After: "046", Reverse: true},
	} {
		r.Kind, r.Part = senda.KindSeen, "shop"
		got, err := s.Range(t.Context(), r)
		want, err2 := twin.Range(t.Context(), r)
		if err != nil || err2 != nil || len(got) != len(want) || len(want) == 0 {
			t.Fatalf("%+v: %d, want %d, %v, %v", r, len(got), len(want), err, err2)
		}
		for i := range got {
			if got[i].Record.Key() != want[i].Record.Key() {
				t.Errorf("%+v: %s at the place of %s", r, got[i].Record.Key(), want[i].Record.Key())
			}
		}
	}
}

// A store that loses and refuses on purpose, over this one, loses nothing.
func TestUnderAFlakyStore(t *testing.T) {
	real, _, _ := open(t)
	s := storetest.NewFlaky(real, 7, 0.2)
	const all = 40
	for i := range all {
		for {
			mark := senda.Seen{Ref: senda.Ref{Source: "shop", ID: fmt.Sprint(i)}, Done: true}
			got, err := s.Get(t.Context(), senda.CounterKey("a"), mark.Key())
			if err != nil {
				continue
			}
			if got[1].Record != nil {
				break
			}
			c, v, _, err := senda.As[senda.Counter](got[0])
			if err != nil {
				t.Fatal(err)
			}
			c.Name, c.Used = "a", c.Used+1
			_ = s.Commit(t.Context(), senda.Put(c, v), senda.Put(mark, 0)) // the mark tells
		}
	}
	c, _, _, err := senda.Read[senda.Counter](t.Context(), real, senda.CounterKey("a"))
	if err != nil || c.Used != all {
		t.Fatalf("counted %d of %d, %v", c.Used, all, err)
	}
}
