package facts_test

import (
	"testing"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/facts"
	"github.com/senda-dev/senda/internal/inmem"
)

// What became of an offer is asked as what became of a mail is: whether it was used,
// of the last run of its step.
func TestAnOffersUseIsAnOutcome(t *testing.T) {
	store := inmem.New()
	e := senda.NewEntryID("j", "", 1)
	used := senda.Decision{Person: "p-1", Entry: e, Step: "gift", N: 2, Offer: "o", Used: noon.Add(time.Hour)}
	for _, d := range []senda.Decision{{Person: "p-1", Entry: e, Step: "gift", N: 1, Offer: "o"}, used, {Person: "p-1", Entry: e, Step: "other", N: 1}} {
		if err := store.Commit(t.Context(), senda.Put(d, 0)); err != nil {
			t.Fatal(err)
		}
	}
	r := &facts.Reader{Store: store}
	got, err := r.View(senda.Person{ID: "p-1"}, noon).Mails(t.Context(), e, []string{"gift", "other"})
	if want := `{"gift":{"used":true},"other":{"used":false}}`; err != nil || got.String() != want {
		t.Errorf("%v, %v", got, err)
	}
}
