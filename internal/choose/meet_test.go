package choose_test

import (
	"testing"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/bundle"
)

// Two that act on one offer at once meet at a record: the one who comes second
// must read again.
func TestWhoComesSecondReadsAgain(t *testing.T) {
	type world struct {
		h     *house
		e     senda.Entry
		claim senda.Claim
	}
	release := func(w world) ([]senda.Write, error) {
		ended := w.e
		ended.Status = senda.StatusEnded
		return w.h.Release(t.Context(), ended, nil)
	}
	undo := func(again bool) func(world) ([]senda.Write, error) {
		return func(w world) ([]senda.Write, error) { return w.h.Undo(t.Context(), w.claim, again) }
	}
	spend := func(w world) ([]senda.Write, error) {
		s, err := w.h.Shown(t.Context(), w.e, w.h.bundle, []string{"gift"}, "en")
		return s.Spend, err
	}
	for name, tc := range map[string]struct {
		first, second func(world) ([]senda.Write, error)
	}{
		"a mail comes back as its entry ends":              {undo(true), release},
		"a mail comes back as a second one shows the same": {undo(false), spend},
		"a second one shows the same as the first returns": {spend, undo(false)},
	} {
		h := newHouse(t, nil, func(b *bundle.Bundle) { b.Slots[0].Offers = []string{"delivery"} })
		e := h.person("p-1", 80, nil)
		h.choose(e, "gift")
		h.send(t, e, "a", "", "", nil)
		claim, _, _, err := senda.Read[senda.Claim](t.Context(), h.store, senda.ClaimKey(e.Person, e.ID, "a", 1))
		if err != nil {
			t.Fatal(err)
		}
		w := world{h, e, claim}
		second, err := tc.second(w)
		if err != nil {
			t.Fatal(err)
		}
		first, err := tc.first(w)
		if err != nil {
			t.Fatal(err)
		}
		if err := h.store.Commit(t.Context(), first...); err != nil {
			t.Fatalf("%s: the first: %v", name, err)
		}
		if err := h.store.Commit(t.Context(), second...); senda.CodeOf(err) != senda.Conflict {
			t.Errorf("%s: the second wrote %d records: %v", name, len(second), err)
		}
	}
}
