package entry

import (
	"context"
	"fmt"
	"testing"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/inmem"
)

// A walk: enter, a mail, a pause that an event ends, a mail that ends the entry;
// nothing is rendered and no guard computed.
func BenchmarkWalk(b *testing.B) {
	h := newHouse(&testing.T{})
	ctx := context.Background()
	for i := range b.N {
		if i%10000 == 0 {
			h.runs, h.outbox = inmem.NewMachines(), &inmem.Outbox{} // which look through all that was started
			h.Machines = starter{h.runs}
		}
		c := candidate("first", nine)
		c.Entry.Person = senda.PersonID(fmt.Sprint("p-", i))
		d, err := h.Enter(ctx, c)
		if err != nil {
			b.Fatal(err)
		}
		e := d.Entry
		if _, err := h.Send(ctx, h.letter(e, "hello", 1, senda.Marketing)); err != nil {
			b.Fatal(err)
		}
		q := pause(e, "a", nine)
		q.Seq = 2
		h.runs.Wait("a")
		if _, err := h.Pause(ctx, q); err != nil {
			b.Fatal(err)
		}
		if _, err := h.Hear(ctx, e.Person, e.ID, h.signal("1", "clicked", nine), interest); err != nil {
			b.Fatal(err)
		}
		l := h.letter(e, "goodbye", 3, senda.Marketing)
		l.End = senda.LeftCompleted
		if _, err := h.Send(ctx, l); err != nil {
			b.Fatal(err)
		}
	}
}

// starter starts without remembering.
type starter struct{ senda.Machines }

func (starter) Start(context.Context, senda.Start) error { return nil }
