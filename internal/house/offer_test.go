package house_test

import (
	"testing"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/house"
	"github.com/senda-dev/senda/internal/inmem"
	"github.com/senda-dev/senda/internal/shoptest"
)

// That somebody used an offer reaches the decision that gave it, and once only
// however often the event comes: it is what offers are learned by.
func TestAnOfferThatWasUsedIsLearned(t *testing.T) {
	shop, store, clock := shoptest.Open(t), inmem.New(), house.NewVirtual(begin)
	h := house.New(shop.Config(store, clock, &inmem.Outbox{}, 3))
	d := senda.Decision{
		Person: "p-1", Entry: "j/k/00000001", Step: "gift", N: 1, Slot: "gift", At: begin, Offer: "delivery", Propensity: 0.5, State: senda.Spent,
	}
	if err := store.Commit(t.Context(), senda.Put(senda.Person{ID: "p-1", Born: begin}, 0), senda.Put(d, 0)); err != nil {
		t.Fatal(err)
	}
	at := begin.Add(time.Hour)
	clock.Set(at)
	for range 2 {
		e := event(t, "use-1", "offer.used", "", at, `{"offer": "delivery", "slot": "gift", "journey": "j", "step": "gift", "entry": "j/k/00000001", "order": "A-1"}`)
		e.Identifiers = map[string]string{"person": "p-1"}
		if err := h.Emit(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	got, _, _, err := senda.Read[senda.Decision](t.Context(), store, d.Key())
	if err != nil || !got.Used.Equal(at) {
		t.Errorf("the decision says it was used %v (%v), want %v", got.Used, err, at)
	}
}
