package audience_test

import (
	"testing"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/jsonata"
)

// A draft is rehearsed by the one person who was asked to, and by nobody else.
func TestADraftIsRehearsed(t *testing.T) {
	w := newWorld(t, bundle.Again{Kind: bundle.Never}, nil)
	if err := w.shelf.Set("win-back", senda.StateDraft); err != nil {
		t.Fatal(err)
	}
	test := func(i int, given *senda.Given) {
		p := senda.Person{ID: person(i), Test: true, Given: given, Attributes: map[string]senda.Attribute{"silent": {Value: jsonata.Bool(true)}}}
		if err := w.inner.Commit(t.Context(), senda.Put(p, 0)); err != nil {
			t.Fatal(err)
		}
	}
	test(1, &senda.Given{Journey: "win-back"})
	test(2, &senda.Given{Journey: "another"})
	test(3, nil)
	w.set(t, 4, true)
	for i := 1; i <= 4; i++ {
		if _, err := w.One(t.Context(), "win-back", ten(0), person(i)); err != nil {
			t.Fatal(err)
		}
	}
	for i, want := range map[int]int{1: 1, 2: 0, 3: 0, 4: 0} {
		if got := len(w.entered(t, i)); got != want {
			t.Errorf("person %d entered a draft %d times, not %d", i, got, want)
		}
	}
	if e := w.entered(t, 1); len(e) == 1 && (!e[0].Test || !e[0].Unmeasured) {
		t.Errorf("a rehearsal would be measured: %+v", e[0])
	}
	// A run of the draft looks at nobody, and a live journey does not take in who
	// rehearses another.
	if r, err := w.Run(t.Context(), "win-back", ten(1)); err != nil || r.Looked != 0 {
		t.Errorf("%+v, %v", r, err)
	}
	if err := w.shelf.Set("win-back", senda.StateLive); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Run(t.Context(), "win-back", ten(2)); err != nil {
		t.Fatal(err)
	}
	for i, want := range map[int]int{2: 0, 3: 1, 4: 1} {
		if got := len(w.entered(t, i)); got != want {
			t.Errorf("person %d entered what is live %d times, not %d", i, got, want)
		}
	}
	if err := w.shelf.Set("win-back", senda.StateStopped); err != nil {
		t.Fatal(err)
	}
	test(5, &senda.Given{Journey: "win-back"})
	if _, err := w.One(t.Context(), "win-back", ten(3), person(5)); err != nil || len(w.entered(t, 5)) != 0 {
		t.Errorf("somebody rehearses what was stopped: %v", err)
	}
}
