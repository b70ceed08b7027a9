package storetest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	senda "github.com/senda-dev/senda"
)

func step(person senda.PersonID, name string) senda.StepRecord {
	return senda.StepRecord{Person: person, Entry: "j/x/1", Step: name, N: 1, At: start}
}

// sorts names the steps of an answer, in its order.
func sorts(t *testing.T, s senda.Store, r senda.Range) string {
	t.Helper()
	got, err := s.Range(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, v := range got {
		names = append(names, v.Record.(senda.StepRecord).Step)
		if v.Version == 0 {
			t.Fatal("a record without a version")
		}
	}
	return strings.Join(names, " ")
}

func ranges(t *testing.T, s senda.Store) {
	for _, name := range []string{"bb", "a", "c", "b", "ba", "\u00e9", "bc"} {
		commit(t, s, senda.Put(step("p", name), 0))
	}
	at := func(name string) string { return step("p", name).Key().Sort }
	for _, c := range []struct {
		r    senda.Range
		want string
	}{
		{senda.Range{}, "a ba bb bc b c \u00e9"}, // by bytes: "ba|" is before "b|"
		{senda.Range{Reverse: true}, "\u00e9 c b bc bb ba a"},
		{senda.Range{Limit: 2}, "a ba"},
		{senda.Range{Limit: 2, Reverse: true}, "\u00e9 c"},
		{senda.Range{Prefix: "j/x/1|b"}, "ba bb bc b"},
		{senda.Range{Prefix: "j/x/1|b", Reverse: true}, "b bc bb ba"},
		{senda.Range{Prefix: "j/x/1|b", After: at("ba")}, "bb bc b"},
		{senda.Range{Prefix: "j/x/1|b", After: at("bc"), Reverse: true}, "bb ba"},
		{senda.Range{Prefix: "j/x/1|b", After: at("a"), Limit: 3}, "ba bb bc"},
		{senda.Range{Prefix: "j/x/1|b", After: at("c")}, ""},
		{senda.Range{Prefix: "j/x/1|b", After: at("c"), Reverse: true}, "b bc bb ba"},
		{senda.Range{Prefix: "j/x/1|b", After: at("a"), Reverse: true}, ""},
		{senda.Range{After: at("bb") + "x"}, "bc b c \u00e9"}, // nobody stands there: go on behind it
		{senda.Range{Prefix: "z"}, ""},
		{senda.Range{Prefix: "\xff\xff"}, ""},
	} {
		c.r.Kind, c.r.Part = senda.KindStep, "p"
		if got := sorts(t, s, c.r); got != c.want {
			t.Errorf("%+v: got %q, want %q", c.r, got, c.want)
		}
	}
}

func thousand(t *testing.T, s senda.Store) {
	const all = 1100
	for i := 0; i < all; i += senda.MaxWrites {
		var w []senda.Write
		for j := range senda.MaxWrites {
			w = append(w, senda.Put(step("p", fmt.Sprintf("s%04d", (i+j)*7%all)), 0))
		}
		commit(t, s, w...)
	}
	got, err := s.Range(t.Context(), senda.Range{Kind: senda.KindStep, Part: "p"})
	if err != nil || len(got) != 1000 {
		t.Fatalf("%d records, %v", len(got), err)
	}
	rest, err := s.Range(t.Context(), senda.Range{Kind: senda.KindStep, Part: "p", After: got[999].Record.Key().Sort})
	if err != nil || len(rest) != all-1000 {
		t.Fatalf("%d records behind them, %v", len(rest), err)
	}
	for i, v := range append(got, rest...) {
		if name := v.Record.(senda.StepRecord).Step; name != fmt.Sprintf("s%04d", i) {
			t.Fatalf("at %d stands %s", i, name)
		}
	}
	for i := range all {
		commit(t, s, senda.Write{Key: step("p", fmt.Sprintf("s%04d", i)).Key(), Any: true, Delete: true})
	}
	if got := sorts(t, s, senda.Range{Kind: senda.KindStep, Part: "p"}); got != "" {
		t.Fatalf("left: %s", got)
	}
	commit(t, s, senda.Put(step("p", "again"), 0))
	if got := sorts(t, s, senda.Range{Kind: senda.KindStep, Part: "p"}); got != "again" {
		t.Fatalf("after emptying: %q", got)
	}
}

func apart(t *testing.T, s senda.Store) {
	commit(t, s, senda.Put(step("p", "a"), 0), senda.Put(step("pp", "b"), 0),
		senda.Put(senda.Decision{Person: "p", Entry: "j/x/1", Step: "c", N: 1}, 0))
	if got := sorts(t, s, senda.Range{Kind: senda.KindStep, Part: "p"}); got != "a" {
		t.Fatalf("got %q", got)
	}
}

// find names the events of an answer, in its order.
func find(t *testing.T, s senda.Store, r senda.IndexRange) string {
	t.Helper()
	got, err := s.Find(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, v := range got {
		ids = append(ids, v.Record.(senda.Seen).Ref.ID)
		if now := get(t, s, v.Record.Key()); now.Version != v.Version {
			t.Errorf("the index shows version %d, the record has %d", v.Version, now.Version)
		}
	}
	return strings.Join(ids, " ")
}

func indexFollows(t *testing.T, s senda.Store) {
	undone := senda.IndexRange{Index: senda.IndexUndone}
	expect := func(want string) {
		t.Helper()
		if got := find(t, s, undone); got != want {
			t.Fatalf("got %q, want %q", got, want)
		}
	}
	version := func(id string) uint64 { return get(t, s, seen(id, 0, false).Key()).Version }
	commit(t, s, senda.Put(seen("a", 5, false), 0), senda.Put(seen("b", 3, false), 0), senda.Put(seen("c", 4, true), 0))
	expect("b a")
	commit(t, s, senda.Put(seen("b", 9, false), version("b")))
	expect("a b")
	commit(t, s, senda.Put(seen("c", 4, false), version("c")), senda.Put(seen("a", 5, true), version("a")))
	expect("c b")
	changed := seen("c", 4, false)
	changed.Person = "p-1"
	commit(t, s, senda.Put(changed, version("c"))) // same place, new record
	got, err := s.Find(t.Context(), undone)
	if err != nil || got[0].Record.(senda.Seen).Person != "p-1" {
		t.Fatalf("the index shows %+v, %v", got, err)
	}
	expect("c b")
	commit(t, s, senda.Delete(changed.Key(), version("c")))
	expect("b")
	commit(t, s, senda.Write{Key: seen("b", 0, false).Key(), Any: true, Record: seen("b", 1, true)})
	expect("")
}

func indexOrder(t *testing.T, s senda.Store) {
	for i := range 6 {
		commit(t, s, senda.Put(seen(fmt.Sprint(i), 5-i, false), 0))
	}
	at := func(i int) string { return seen(fmt.Sprint(i), 5-i, false).Indexes()[0].Sort }
	for _, c := range []struct {
		r    senda.IndexRange
		want string
	}{
		{senda.IndexRange{}, "5 4 3 2 1 0"},
		{senda.IndexRange{Limit: 2}, "5 4"},
		{senda.IndexRange{After: at(4)}, "3 2 1 0"},
		{senda.IndexRange{To: at(3)}, "5 4 3"},
		{senda.IndexRange{After: at(5), To: at(2), Limit: 2}, "4 3"},
		{senda.IndexRange{To: senda.Stamp(start.Add(3 * time.Minute))}, "5 4 3"}, // a place at that instant goes on with an id: it is behind
		{senda.IndexRange{Part: "other"}, ""},
	} {
		c.r.Index = senda.IndexUndone
		if got := find(t, s, c.r); got != c.want {
			t.Errorf("%+v: got %q, want %q", c.r, got, c.want)
		}
	}
}

func sharedPlace(t *testing.T, s senda.Store) {
	claim := func(n int) senda.Claim {
		return senda.Claim{Person: "p", Entry: "j/x/1", Step: "a", N: n, Message: "m-1", Taken: start, Fate: senda.Sent}
	}
	count := func() int {
		got, err := s.Find(t.Context(), senda.IndexRange{Index: senda.IndexMessages, Part: "m-1"})
		if err != nil {
			t.Fatal(err)
		}
		return len(got)
	}
	commit(t, s, senda.Put(claim(1), 0), senda.Put(claim(2), 0))
	if count() != 2 {
		t.Fatalf("%d of 2 records found", count())
	}
	commit(t, s, senda.Write{Key: claim(1).Key(), Any: true, Delete: true})
	if count() != 1 {
		t.Fatalf("%d of 1 record found", count())
	}
}
