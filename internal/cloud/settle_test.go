package cloud

import (
	"errors"
	"testing"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/entry"
)

// What died half-way is carried on and counted, and what cannot be is not kept quiet.
func TestSettleCarriesOn(t *testing.T) {
	w := newWorld(t)
	c := w.mailed(func(int, senda.Envelope) (bool, error) {
		return true, senda.Errorf(senda.Unsure, "hand over", "no answer")
	})
	settle := w.open(Settle)
	w.set(w.Now().Add(entry.Unknown + time.Minute))
	if err := w.schedule(settle); err != nil {
		t.Fatal(err)
	}
	got := find[senda.Claim](w, senda.KindClaim)[0]
	if got.Message != c.Message || got.Fate != senda.Skipped || w.counted["Settled claims"] != 1 {
		t.Errorf("%s has the fate %s, counted %v", got.Message, got.Fate, w.counted)
	}

	w.store = failing{w.store, senda.KindPosterior}
	w.set(w.Now().AddDate(0, 0, 1))
	err := w.schedule(w.open(Settle))
	var e *senda.Error
	if !errors.As(err, &e) {
		t.Errorf("a lesson that cannot be written is kept quiet: %v", err)
	}
}
