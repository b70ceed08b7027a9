package inmem_test

import (
	"fmt"
	"testing"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/inmem"
	"github.com/senda-dev/senda/internal/storetest"
)

func TestStore(t *testing.T) {
	storetest.Test(t, func(*testing.T) senda.Store { return inmem.New() })
}

// A step of a journey: read an entry, change it, record the step.
func BenchmarkReadDecideCommit(b *testing.B) {
	s := inmem.New()
	ctx := b.Context()
	for i := range b.N {
		p := senda.PersonID(fmt.Sprintf("p-%d", i%10000))
		e, v, _, err := senda.Read[senda.Entry](ctx, s, senda.EntryKey(p, "j/x/1"))
		if err != nil {
			b.Fatal(err)
		}
		e.Person, e.ID, e.Started = p, "j/x/1", true
		e.Cursor++
		if err := s.Commit(ctx, senda.Put(e, v), senda.Put(senda.StepRecord{Person: p, Entry: e.ID, Step: "a", N: e.Cursor}, 0)); err != nil {
			b.Fatal(err)
		}
	}
}
