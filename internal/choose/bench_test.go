package choose_test

import (
	"context"
	"fmt"
	"os"
	"testing"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/bandit"
	"github.com/senda-dev/senda/internal/bundle"
)

// twenty is a slot of twenty offers, each with a budget, a total and a limit of the person.
func twenty(b *bundle.Bundle) {
	b.Slots[0], b.Offers = bundle.Slot{Name: "gift"}, nil
	for i := range 20 {
		o := bundle.Offer{
			Name: fmt.Sprint("offer-", i), Brand: "cellar", Currency: "EUR", Value: int64(2000 - 40*i), Cost: 100,
			Total: 1 << 40, Budget: 1 << 50, BudgetIn: days(30), PerPerson: 1, PerPersonIn: days(90),
		}
		b.Slots[0].Offers, b.Offers = append(b.Slots[0].Offers, o.Name), append(b.Offers, o)
	}
}

// figure prints one line of G6.
func figure(b *testing.B, what string) {
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "decisions/s")
	if b.N > 1000 {
		fmt.Fprintf(os.Stdout, "\nG6 %.3g decisions/s %s\n", float64(b.N)/b.Elapsed().Seconds(), what)
	}
}

// BenchmarkG6Stored is the whole use case on one core: limits of 20 offers read and
// evaluated, one drawn, the decision, its counters and the line of the timeline
// committed to a store in memory.
func BenchmarkG6Stored(b *testing.B) {
	h := newHouse(b, nil, twenty)
	ctx := context.Background()
	people := make([]senda.Entry, b.N)
	for i := range people {
		people[i] = h.person(senda.PersonID(fmt.Sprint("p-", i)), 80, nil)
	}
	b.ReportAllocs()
	b.ResetTimer()
	for _, e := range people {
		if _, err := h.Choose(ctx, request(e, "gift", 1)); err != nil {
			b.Fatal(err)
		}
	}
	figure(b, "per core over 20 offers with three limits each, decision and counters committed in memory")
}

// BenchmarkG6Pure is the choice alone: a draw from the propensities of those who are
// eligible, a different set each time.
func BenchmarkG6Pure(b *testing.B) {
	arms := make([]bandit.Arm, 20)
	for i := range arms {
		arms[i] = bandit.Arm{Alpha: float64(3 + i), Beta: 90, Value: float64(2000 - 40*i)}
	}
	s, err := bandit.New(arms)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for i := uint64(0); b.Loop(); i++ {
		// Sixteen sets of eligible offers, numbers spread over [0, 1).
		if _, _, ok := s.Choose(s.All()&^(i&15), senda.Bucket(i*0x9e3779b97f4a7c15)); !ok {
			b.Fatal("nothing chosen")
		}
	}
	figure(b, "per core over 20 offers, the choice and its propensity alone")
}
