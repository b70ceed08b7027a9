package storetest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	senda "github.com/senda-dev/senda"
)

// Test checks every rule of senda.Store's comment on stores that open returns,
// each of them empty. Index reads must show what was committed before: an
// adapter whose indexes lag waits in Find when it is under test.
func Test(t *testing.T, open func(t *testing.T) senda.Store) {
	for _, c := range []struct {
		name string
		test func(*testing.T, senda.Store)
	}{
		{"a missing record is nothing, not an error", missing},
		{"answers come in the order asked", inOrder},
		{"a write needs the version that was read", conditions},
		{"any accepts whatever stands there", anyVersion},
		{"a check changes nothing and must hold", checks},
		{"delete removes and may be followed by a new record", deletes},
		{"versions only grow", versionsGrow},
		{"all writes or none", atomic},
		{"no write, too many or one key twice are invalid", invalid},
		{"a hundred writes are one commit", hundred},
		{"a range is in order and knows prefix, after, reverse and limit", ranges},
		{"an unbounded range stops at a thousand", thousand},
		{"parts and kinds do not mix", apart},
		{"an index follows its records", indexFollows},
		{"an index is in order and knows after, to and limit", indexOrder},
		{"two records share a place of an index", sharedPlace},
		{"what is read back equals what was written", roundTrip},
		{"a cancelled call does nothing", cancelled},
		{"of writers that race one wins", race},
		{"the store behaves like the model", model},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, open(t)) })
	}
}

var start = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

func counter(name string, used int64) senda.Counter {
	return senda.Counter{Name: name, Limit: 1000, Used: used}
}

func seen(id string, at int, done bool) senda.Seen {
	return senda.Seen{Ref: senda.Ref{Source: "shop", ID: id}, At: start.Add(time.Duration(at) * time.Minute), Done: done}
}

func commit(t *testing.T, s senda.Store, writes ...senda.Write) {
	t.Helper()
	if err := s.Commit(t.Context(), writes...); err != nil {
		t.Fatalf("commit: %v", err)
	}
}

func refuse(t *testing.T, s senda.Store, code senda.Code, writes ...senda.Write) {
	t.Helper()
	if err := s.Commit(t.Context(), writes...); senda.CodeOf(err) != code {
		t.Fatalf("commit answered %v, want the code %s", err, code)
	}
}

func get(t *testing.T, s senda.Store, k senda.Key) senda.Versioned {
	t.Helper()
	got, err := s.Get(t.Context(), k)
	if err != nil || len(got) != 1 {
		t.Fatalf("get %s: %d answers, %v", k, len(got), err)
	}
	return got[0]
}

func used(t *testing.T, s senda.Store, name string) int64 {
	t.Helper()
	c, _, ok, err := senda.Read[senda.Counter](t.Context(), s, senda.CounterKey(name))
	if err != nil {
		t.Fatal(err)
	}
	if !ok {
		return -1
	}
	return c.Used
}

func missing(t *testing.T, s senda.Store) {
	if v := get(t, s, senda.CounterKey("none")); v.Record != nil || v.Version != 0 {
		t.Fatalf("got %+v", v)
	}
	if got, err := s.Get(t.Context()); err != nil || len(got) != 0 {
		t.Fatalf("no key: %v, %v", got, err)
	}
	if got, err := s.Range(t.Context(), senda.Range{Kind: senda.KindStep, Part: "p-1"}); err != nil || len(got) != 0 {
		t.Fatalf("range: %v, %v", got, err)
	}
	if got, err := s.Find(t.Context(), senda.IndexRange{Index: senda.IndexUndone}); err != nil || len(got) != 0 {
		t.Fatalf("find: %v, %v", got, err)
	}
}

func inOrder(t *testing.T, s senda.Store) {
	commit(t, s, senda.Put(counter("a", 1), 0), senda.Put(counter("b", 2), 0))
	got, err := s.Get(t.Context(), senda.CounterKey("b"), senda.CounterKey("x"), senda.CounterKey("a"), senda.CounterKey("b"))
	if err != nil || len(got) != 4 {
		t.Fatalf("%v, %v", got, err)
	}
	if got[0].Record.(senda.Counter).Used != 2 || got[1].Record != nil || got[2].Record.(senda.Counter).Used != 1 || got[3] != got[0] {
		t.Fatalf("got %+v", got)
	}
}

func conditions(t *testing.T, s senda.Store) {
	commit(t, s, senda.Put(counter("a", 1), 0))
	refuse(t, s, senda.Conflict, senda.Put(counter("a", 9), 0))
	v := get(t, s, senda.CounterKey("a")).Version
	refuse(t, s, senda.Conflict, senda.Put(counter("a", 9), v+1))
	commit(t, s, senda.Put(counter("a", 2), v))
	refuse(t, s, senda.Conflict, senda.Put(counter("a", 9), v))
	refuse(t, s, senda.Conflict, senda.Put(counter("new", 9), v))
	if a, n := used(t, s, "a"), used(t, s, "new"); a != 2 || n != -1 {
		t.Fatalf("a is %d, new is %d", a, n)
	}
}

func anyVersion(t *testing.T, s senda.Store) {
	for _, n := range []int64{1, 2} {
		commit(t, s, senda.Write{Key: senda.CounterKey("a"), Any: true, Record: counter("a", n)})
		if got := used(t, s, "a"); got != n {
			t.Fatalf("got %d, want %d", got, n)
		}
	}
	for range 2 {
		commit(t, s, senda.Write{Key: senda.CounterKey("a"), Any: true, Delete: true})
		if got := used(t, s, "a"); got != -1 {
			t.Fatalf("still there: %d", got)
		}
	}
}

func checks(t *testing.T, s senda.Store) {
	commit(t, s, senda.Put(counter("a", 1), 0), senda.Check(senda.CounterKey("none"), 0))
	v := get(t, s, senda.CounterKey("a"))
	commit(t, s, senda.Check(senda.CounterKey("a"), v.Version), senda.Put(counter("b", 1), 0))
	if now := get(t, s, senda.CounterKey("a")); now != v {
		t.Fatalf("a check made %+v of %+v", now, v)
	}
	commit(t, s, senda.Put(counter("a", 2), v.Version))
	refuse(t, s, senda.Conflict, senda.Check(senda.CounterKey("a"), v.Version), senda.Put(counter("c", 1), 0))
	refuse(t, s, senda.Conflict, senda.Check(senda.CounterKey("a"), 0), senda.Put(counter("c", 1), 0))
	refuse(t, s, senda.Conflict, senda.Check(senda.CounterKey("none"), 1), senda.Put(counter("c", 1), 0))
	if got := used(t, s, "c"); got != -1 {
		t.Fatal("a check that failed let the other write pass")
	}
}

func deletes(t *testing.T, s senda.Store) {
	commit(t, s, senda.Put(counter("a", 1), 0))
	v := get(t, s, senda.CounterKey("a")).Version
	refuse(t, s, senda.Conflict, senda.Delete(senda.CounterKey("a"), v+1))
	commit(t, s, senda.Delete(senda.CounterKey("a"), v))
	if get(t, s, senda.CounterKey("a")).Record != nil {
		t.Fatal("still there")
	}
	refuse(t, s, senda.Conflict, senda.Put(counter("a", 2), v))
	commit(t, s, senda.Put(counter("a", 2), 0))
	refuse(t, s, senda.Conflict, senda.Put(counter("a", 3), v)) // a new record never has an old version
}

func versionsGrow(t *testing.T, s senda.Store) {
	last := uint64(0)
	for i := range int64(5) {
		commit(t, s, senda.Write{Key: senda.CounterKey("a"), Any: true, Record: counter("a", i)})
		v := get(t, s, senda.CounterKey("a")).Version
		if v <= last {
			t.Fatalf("version %d after %d", v, last)
		}
		last = v
	}
}

func atomic(t *testing.T, s senda.Store) {
	commit(t, s, senda.Put(counter("a", 1), 0), senda.Put(seen("e", 0, false), 0))
	v := get(t, s, senda.CounterKey("a")).Version
	refuse(t, s, senda.Conflict,
		senda.Put(counter("b", 1), 0),
		senda.Put(counter("a", 2), v),
		senda.Delete(senda.SeenKey(senda.Ref{Source: "shop", ID: "e"}), 77),
		senda.Put(counter("c", 1), 0))
	if a, b, c := used(t, s, "a"), used(t, s, "b"), used(t, s, "c"); a != 1 || b != -1 || c != -1 {
		t.Fatalf("a commit that failed left a=%d b=%d c=%d", a, b, c)
	}
	if got := find(t, s, senda.IndexRange{Index: senda.IndexUndone}); got != "e" {
		t.Fatalf("a commit that failed changed an index: %q", got)
	}
}

func invalid(t *testing.T, s senda.Store) {
	refuse(t, s, senda.Invalid)
	refuse(t, s, senda.Invalid, senda.Put(counter("a", 1), 0), senda.Put(counter("a", 2), 0))
	refuse(t, s, senda.Invalid, senda.Put(counter("a", 1), 0), senda.Check(senda.CounterKey("a"), 0))
	var many []senda.Write
	for i := range senda.MaxWrites + 1 {
		many = append(many, senda.Put(counter(fmt.Sprint(i), 1), 0))
	}
	refuse(t, s, senda.Invalid, many...)
	if used(t, s, "0") != -1 || used(t, s, "a") != -1 {
		t.Fatal("an invalid commit wrote")
	}
}

func hundred(t *testing.T, s senda.Store) {
	var all []senda.Write
	for i := range senda.MaxWrites {
		all = append(all, senda.Put(counter(fmt.Sprint(i), int64(i)), 0))
	}
	commit(t, s, all...)
	for i := range senda.MaxWrites {
		if got := used(t, s, fmt.Sprint(i)); got != int64(i) {
			t.Fatalf("record %d holds %d", i, got)
		}
	}
}

func cancelled(t *testing.T, s senda.Store) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := s.Commit(ctx, senda.Put(counter("a", 1), 0))
	if senda.CodeOf(err) != senda.Unavailable || !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	if _, err := s.Get(ctx, senda.CounterKey("a")); senda.CodeOf(err) != senda.Unavailable {
		t.Fatalf("get: %v", err)
	}
	if used(t, s, "a") != -1 {
		t.Fatal("a cancelled commit wrote")
	}
}
