package sqlite_test

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"path/filepath"
	"sync"
	"testing"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/sqlite"
	"github.com/senda-dev/senda/internal/storetest"
)

func open(t testing.TB, path string, sync sqlite.Synchronous) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), path, sync)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestStore(t *testing.T) {
	storetest.Test(t, func(t *testing.T) senda.Store {
		return open(t, filepath.Join(t.TempDir(), "with a ? and # and %.db"), sqlite.Normal)
	})
}

// A file that is closed and opened again holds the same, and versions go on growing.
func TestReopen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	s := open(t, path, sqlite.Full)
	var last uint64
	for i := range 3 {
		for _, r := range storetest.Records() {
			if err := s.Commit(t.Context(), senda.Write{Key: r.Key(), Any: true, Record: r}); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		s = open(t, path, sqlite.Full)
		for _, r := range storetest.Records() {
			got, err := s.Get(t.Context(), r.Key())
			if err != nil || fmt.Sprintf("%T", got[0].Record) != fmt.Sprintf("%T", r) {
				t.Fatalf("%T came back as %T, %v", r, got[0].Record, err)
			}
			if got[0].Version <= last {
				t.Fatalf("round %d: version %d after %d", i, got[0].Version, last)
			}
			last = max(last, got[0].Version)
		}
	}
}

func TestAClosedStoreSaysSo(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "a.db"), sqlite.Normal)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Commit(t.Context(), senda.Put(senda.Counter{Name: "a"}, 0)); senda.CodeOf(err) != senda.Unavailable {
		t.Fatal(err)
	}
}

// A record that cannot be written is the caller's own trouble.
func TestWhatCannotBeWrittenHarmsNobody(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "a.db"), sqlite.Normal)
	bad := senda.Posterior{Slot: "s", Offer: "o", Alpha: math.NaN()}
	var wg group
	for i := range 20 {
		wg.Go(func() {
			if err := s.Commit(context.Background(), senda.Put(bad, 0)); senda.CodeOf(err) != senda.Internal {
				t.Errorf("not a number: %v", err)
			}
			if err := s.Commit(context.Background(), senda.Put(senda.Counter{Name: fmt.Sprint(i)}, 0)); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

func TestAFileOfALaterVersionIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(`PRAGMA user_version = 99`); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := sqlite.Open(t.Context(), path, sqlite.Full); senda.CodeOf(err) != senda.Invalid {
		t.Fatalf("got %v", err)
	}
	if _, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "none", "a.db"), sqlite.Full); senda.CodeOf(err) != senda.Internal {
		t.Fatalf("a folder that is not there: %v", err)
	}
	if _, err := sqlite.Open(t.Context(), path, "OFF"); senda.CodeOf(err) != senda.Invalid {
		t.Fatalf("no safety: %v", err)
	}
}

func benchmark(b *testing.B, sync sqlite.Synchronous, writers int) {
	s := open(b, filepath.Join(b.TempDir(), "a.db"), sync)
	b.ResetTimer()
	var wg group
	for w := range writers {
		wg.Go(func() {
			for i := w; i < b.N; i += writers {
				p := senda.PersonID(fmt.Sprintf("p-%d", i%1000*writers+w))
				k := senda.EntryKey(p, "j/x/1")
				e, v, _, err := senda.Read[senda.Entry](context.Background(), s, k)
				if err != nil {
					b.Error(err)
				}
				e.Person, e.ID, e.Started = p, "j/x/1", true
				e.Cursor++
				if err := s.Commit(context.Background(), senda.Put(e, v), senda.Put(senda.StepRecord{Person: p, Entry: e.ID, Step: "a", N: e.Cursor}, 0)); err != nil {
					b.Error(err)
				}
			}
		})
	}
	wg.Wait()
}

type group = sync.WaitGroup

func BenchmarkFull1(b *testing.B)   { benchmark(b, sqlite.Full, 1) }
func BenchmarkFull64(b *testing.B)  { benchmark(b, sqlite.Full, 64) }
func BenchmarkNormal1(b *testing.B) { benchmark(b, sqlite.Normal, 1) }
