package storetest_test

import (
	"fmt"
	"testing"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/inmem"
	"github.com/senda-dev/senda/internal/storetest"
)

// Whoever reads, decides and commits again after every fault adds each thing
// once: a marker put in the same commit tells what an unsure commit did.
func TestFlakyLosesNothingThatIsRepeated(t *testing.T) {
	s := storetest.NewFlaky(inmem.New(), 7, 0.2)
	const all = 200
	for i := range all {
		mark := senda.Seen{Ref: senda.Ref{Source: "shop", ID: fmt.Sprint(i)}}
		for tries := 0; ; tries++ {
			if tries > 100 {
				t.Fatal("a hundred faults in a row")
			}
			got, err := s.Get(t.Context(), senda.CounterKey("a"), mark.Key())
			if err != nil {
				continue
			}
			if got[1].Record != nil {
				break
			}
			c, _ := got[0].Record.(senda.Counter)
			c.Name, c.Used = "a", c.Used+1
			if s.Commit(t.Context(), senda.Put(c, got[0].Version), senda.Put(mark, 0)) == nil {
				break
			}
		}
	}
	c, _, _, err := senda.Read[senda.Counter](t.Context(), s.Store, senda.CounterKey("a"))
	if err != nil || c.Used != all {
		t.Fatalf("counted %d of %d, %v", c.Used, all, err)
	}
	if s.Faults() < all/4 {
		t.Fatalf("only %d faults", s.Faults())
	}
}

// An index shows what is gone and hides what is new, and tells the truth again.
func TestFlakyIndexIsStale(t *testing.T) {
	s := storetest.NewFlaky(inmem.New(), 1, 0)
	s.Stale = 0.5
	var hidden, ghost, fresh int
	for i := range 100 {
		mark := senda.Seen{Ref: senda.Ref{Source: "shop", ID: fmt.Sprint(i)}, Done: i%2 == 1}
		if err := s.Commit(t.Context(), senda.Put(mark, 0)); err != nil {
			t.Fatal(err)
		}
		if i > 0 {
			if err := s.Commit(t.Context(), senda.Write{Key: senda.SeenKey(senda.Ref{Source: "shop", ID: fmt.Sprint(i - 1)}), Any: true, Delete: true}); err != nil {
				t.Fatal(err)
			}
		}
		got, err := s.Find(t.Context(), senda.IndexRange{Index: senda.IndexUndone})
		if err != nil {
			t.Fatal(err)
		}
		switch want := 1 - i%2; {
		case len(got) < want:
			hidden++
		case len(got) > want || want == 1 && got[0].Record.(senda.Seen).Ref.ID != fmt.Sprint(i):
			ghost++
		default:
			fresh++
		}
	}
	if hidden == 0 || ghost == 0 || fresh == 0 {
		t.Fatalf("hidden %d times, ghosts %d times, true %d times", hidden, ghost, fresh)
	}
}

func TestFlakyRepeatsItself(t *testing.T) {
	run := func() (faults string) {
		s := storetest.NewFlaky(inmem.New(), 42, 0.3)
		for i := range 100 {
			faults += string(senda.CodeOf(s.Commit(t.Context(), senda.Put(senda.Counter{Name: fmt.Sprint(i)}, 0)))) + " "
		}
		return faults
	}
	if a, b := run(), run(); a != b {
		t.Fatalf("two runs of one seed differ:\n%s\n%s", a, b)
	}
}
