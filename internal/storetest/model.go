package storetest

import (
	"fmt"
	"sync"
	"testing"

	senda "github.com/senda-dev/senda"
	"pgregory.net/rapid"
)

// race lets writers add to one counter by reading, deciding and committing. No
// addition is lost and none is counted twice.
func race(t *testing.T, s senda.Store) {
	const writers, each = 8, 25
	commit(t, s, senda.Put(counter("a", 0), 0))
	ctx := t.Context()
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				for {
					c, v, _, err := senda.Read[senda.Counter](ctx, s, senda.CounterKey("a"))
					if err != nil {
						t.Error(err)
						return
					}
					c.Used++
					err = s.Commit(ctx, senda.Put(c, v), senda.Put(seen(fmt.Sprintf("%d-%d", w, i), i, false), 0))
					if err == nil {
						break
					}
					if senda.CodeOf(err) != senda.Conflict {
						t.Error(err)
						return
					}
				}
			}
		})
	}
	wg.Wait()
	if got := used(t, s, "a"); got != writers*each {
		t.Fatalf("%d of %d additions are there", got, writers*each)
	}
	got, err := s.Find(ctx, senda.IndexRange{Index: senda.IndexUndone, Limit: 2 * writers * each})
	if err != nil || len(got) != writers*each {
		t.Fatalf("the index shows %d, %v", len(got), err)
	}
}

// model compares the store with a map under commits that rapid chooses.
func model(t *testing.T, s senda.Store) {
	round := 0
	rapid.Check(t, func(t *rapid.T) {
		round++
		name := func(i int) string { return fmt.Sprintf("%d-%d", round, i) }
		truth := map[string]senda.Versioned{}
		past := []uint64{0, 1}
		for range rapid.IntRange(1, 12).Draw(t, "commits") {
			var writes []senda.Write
			holds := true
			for _, i := range rapid.SliceOfNDistinct(rapid.IntRange(0, 4), 1, 4, rapid.ID[int]).Draw(t, "keys") {
				w := senda.Write{Key: senda.CounterKey(name(i))}
				switch rapid.IntRange(0, 5).Draw(t, "condition") {
				case 0:
					w.Any = true
				case 1:
					w.If = rapid.SampledFrom(past).Draw(t, "version")
				default:
					w.If = truth[name(i)].Version
				}
				switch rapid.IntRange(0, 3).Draw(t, "change") {
				case 0: // a check
				case 1:
					w.Delete = true
				default:
					w.Record = counter(name(i), rapid.Int64Range(0, 99).Draw(t, "used"))
				}
				holds = holds && (w.Any || w.If == truth[name(i)].Version)
				writes = append(writes, w)
			}
			err := s.Commit(t.Context(), writes...)
			if holds != (err == nil) || err != nil && senda.CodeOf(err) != senda.Conflict {
				t.Fatalf("conditions hold: %v, commit: %v", holds, err)
			}
			for i := range 5 {
				got, err := s.Get(t.Context(), senda.CounterKey(name(i)))
				if err != nil {
					t.Fatal(err)
				}
				want := truth[name(i)]
				for _, w := range writes {
					switch {
					case !holds || w.Key != senda.CounterKey(name(i)):
					case w.Delete:
						want = senda.Versioned{}
					case w.Record != nil:
						if got[0].Version <= want.Version {
							t.Fatalf("version %d after %d", got[0].Version, want.Version)
						}
						want = senda.Versioned{Record: w.Record, Version: got[0].Version}
						past = append(past, want.Version)
					}
				}
				if got[0] != want {
					t.Fatalf("%s is %+v, want %+v", name(i), got[0], want)
				}
				truth[name(i)] = want
			}
		}
	})
}
