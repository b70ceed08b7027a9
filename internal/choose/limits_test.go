package choose_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/choose"
	"github.com/senda-dev/senda/internal/storetest"
)

// workers is how many choose and send at once.
const workers = 64

// Whatever 64 workers do at once over a store that fails, conflicts and loses
// answers, no limit is overshot, and every counter and tally is what the decisions
// add up to.
func TestLimitsAreNeverOvershot(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		total := rapid.IntRange(1, 20).Draw(t, "total")
		money := rapid.Int64Range(1, 8000).Draw(t, "budget")
		faults := rapid.SampledFrom([]float64{0, 0.02, 0.2}).Draw(t, "faults")
		people := rapid.IntRange(1, 40).Draw(t, "people")
		var n uint64
		h := newHouse(t, func(s senda.Store) senda.Store {
			n++
			return storetest.NewFlaky(s, seed+n, faults)
		}, func(b *bundle.Bundle) {
			b.Slots[0].Offers = []string{"ten-off", "delivery"}
			b.Offers[0].If, b.Offers[0].Total, b.Offers[1].Budget = "", total, money
		})
		// Everybody is in two entries at once, so that the limit of the person is at stake.
		var entries []senda.Entry
		for p := range people {
			first := h.person(senda.PersonID(fmt.Sprint("p-", p)), 80, nil)
			second := first
			second.ID = senda.NewEntryID("win-back", "", 2)
			if err := h.store.Commit(context.Background(), senda.Put(second, 0)); err != nil {
				t.Fatal(err)
			}
			entries = append(entries, first, second)
		}
		fleet := make([]*choose.Service, 4)
		for i := range fleet {
			n++
			s := n
			fleet[i] = h.worker(func(st senda.Store) senda.Store { return storetest.NewFlaky(st, seed+s, faults) })
		}
		var done sync.WaitGroup
		for w := range workers {
			done.Go(func() {
				r := rand.New(rand.NewPCG(seed, uint64(w)))
				for range 3 {
					walk(fleet[r.IntN(len(fleet))], h, entries[r.IntN(len(entries))], r)
				}
			})
		}
		done.Wait()
		h.audit(t, entries, int64(total), money)
	})
}

// walk does something with an entry. What fails is left to somebody else.
func walk(s *choose.Service, h *house, e senda.Entry, r *rand.Rand) {
	ctx := context.Background()
	step := []string{"gift", "second"}[r.IntN(2)]
	switch r.IntN(8) {
	case 0, 1, 2:
		_, _ = s.Choose(ctx, request(e, step, 1))
	case 3, 4:
		service := []error{nil, nil, senda.Errorf(senda.Denied, "hand over", "no"), senda.Errorf(senda.Unavailable, "hand over", "down")}[r.IntN(4)]
		_, _ = mail(s, h, e, fmt.Sprint("mail-", r.IntN(2)), "", "", service, "gift", "second")
	case 5:
		_, _ = mail(s, h, e, fmt.Sprint("mail-", r.IntN(2)), "cap", "", nil, "gift", "second")
	case 6:
		_, _ = mail(s, h, e, fmt.Sprint("mail-", 2), "cap", []string{"", "done"}[r.IntN(2)], nil, "gift", "second")
	case 7:
		_, _, _ = s.Used(ctx, choose.Use{Person: e.Person, Time: noon.Add(time.Duration(r.IntN(3)) * time.Hour), Offer: []string{"ten-off", "delivery"}[r.IntN(2)]})
	}
}

// audit adds everything up from the decisions.
func (h *house) audit(t *rapid.T, entries []senda.Entry, total, money int64) {
	ctx := context.Background()
	used, spent, shown, won := map[string]int64{}, map[string]int64{}, map[string]float64{}, map[string]float64{}
	holds := map[senda.PersonID]int{}
	for _, e := range entries {
		now, _, _, err := senda.Read[senda.Entry](ctx, h.store, e.Key())
		if err != nil {
			t.Fatal(err)
		}
		got, err := h.store.Range(ctx, senda.Range{Kind: senda.KindDecision, Part: string(e.Person), Prefix: string(e.ID)})
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range got {
			d, _, _, _ := senda.As[senda.Decision](v)
			if d.State == senda.Reserved || d.State == senda.Spent {
				used[d.Offer]++
				if d.Offer == "ten-off" {
					holds[d.Person]++
				}
			}
			if d.State == senda.Spent {
				spent[d.Offer]++
				if !d.Fallback {
					shown[d.Offer]++
				}
			}
			if d.State == senda.Reserved && now.Status == senda.StatusEnded {
				t.Errorf("%s holds %s though it has ended", e.ID, d.Offer)
			}
			if d.State == senda.Spent && !d.Used.IsZero() && !d.Fallback {
				won[d.Offer]++
			}
		}
	}
	ten, delivery := h.counter("offer|ten-off|total"), h.counter(budget)
	if ten.Used != used["ten-off"] || ten.Spent != spent["ten-off"] || ten.Used > total {
		t.Errorf("ten-off: %+v, decisions %d and %d, limit %d", ten, used["ten-off"], spent["ten-off"], total)
	}
	if delivery.Used != 490*used["delivery"] || delivery.Spent != 490*spent["delivery"] || delivery.Used > money {
		t.Errorf("delivery: %+v, decisions %d and %d, budget %d", delivery, used["delivery"], spent["delivery"], money)
	}
	for p, n := range holds {
		if n > 1 {
			t.Errorf("%s holds %d of an offer of which one person gets one", p, n)
		}
	}
	for m, n := range h.left {
		if n > 1 {
			t.Errorf("%s left %d times", m, n)
		}
	}
	s := h.worker(nil)
	plain := &house{Service: s, t: t, store: h.store, shelf: h.shelf, bundle: h.bundle}
	told, taken := plain.learned(t)
	if fmt.Sprint(told) != fmt.Sprint(shown) {
		t.Errorf("the tallies count %v shown, the decisions %v", told, shown)
	}
	if fmt.Sprint(taken) != fmt.Sprint(won) {
		t.Errorf("the tallies count %v used, the decisions %v", taken, won)
	}
}

// With one worker or seven, over processes of their own, people get the same
// offers with the same propensities, day after day.
func TestTheNumberOfWorkersDoesNotMatter(t *testing.T) {
	run := func(n int) string {
		h := newHouse(t, nil, func(b *bundle.Bundle) {
			b.Slots[0].Offers = []string{"delivery", "listening"}
			b.Offers[1].Budget = 0
		})
		fleet := make([]*choose.Service, n)
		for i := range fleet {
			fleet[i] = h.worker(nil)
		}
		var out []string
		for day := range 3 {
			if err := fleet[day%n].Learn(t.Context(), choose.Epoch(h.Now())); err != nil {
				t.Fatal(err)
			}
			var people []senda.Entry
			for p := range 60 {
				people = append(people, h.person(senda.PersonID(fmt.Sprintf("p-%d-%02d", day, p)), 1, nil))
			}
			var done sync.WaitGroup
			for w := range n {
				done.Go(func() {
					for i := w; i < len(people); i += n {
						e := people[i]
						if _, err := fleet[w].Choose(context.Background(), request(e, "gift", 1)); err != nil {
							t.Error(err)
							return
						}
						if _, err := mail(fleet[w], h, e, "come-back", "", "", nil, "gift"); err != nil {
							t.Error(err)
						}
						if i%3 == 0 {
							if _, _, err := fleet[w].Used(context.Background(), choose.Use{Person: e.Person, Time: h.Now(), Offer: "listening"}); err != nil {
								t.Error(err)
							}
						}
					}
				})
			}
			done.Wait()
			for _, e := range people {
				d := h.decision(e, "gift")
				out = append(out, fmt.Sprintf("%s %s %s %.12f", e.Person, d.Offer, d.Snapshot, d.Propensity))
			}
			h.sleep(24 * time.Hour)
		}
		return strings.Join(out, "\n")
	}
	one := run(1)
	for _, n := range []int{2, 7} {
		if got := run(n); got != one {
			t.Errorf("%d workers decide otherwise", n)
		}
	}
	if lines := strings.Split(one, "\n"); !slices.ContainsFunc(lines, func(l string) bool { return strings.Contains(l, "@2026-03-04") }) {
		t.Errorf("nothing was learned: %s", lines[len(lines)-1])
	}
}
