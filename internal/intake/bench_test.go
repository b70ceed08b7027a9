package intake_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	senda "github.com/senda-dev/senda"
)

// Taking in an event that a person is known for and that starts nothing, and
// one that makes a person and enters a journey.
func BenchmarkTake(b *testing.B) {
	b.Run("known", func(b *testing.B) {
		w := newWorld(b, nil)
		w.Enroll.Entries.Machines = idle{}
		b.ReportAllocs()
		i := 0
		for b.Loop() {
			i++
			w.take(b, event("page.seen", fmt.Sprintf("s-%08d", i), fmt.Sprint("C-", i%1000), -time.Duration(i%1000)*time.Second, `{}`))
		}
	})
	b.Run("enters", func(b *testing.B) {
		w := newWorld(b, nil)
		w.Enroll.Entries.Machines = idle{}
		b.ReportAllocs()
		i := 0
		for b.Loop() {
			i++
			w.take(b, orderOf(fmt.Sprintf("o-%08d", i), fmt.Sprint("C-", i), -time.Second, 30))
		}
	})
}

// idle starts nothing, at once.
type idle struct{ senda.Machines }

func (idle) Start(context.Context, senda.Start) error { return nil }
