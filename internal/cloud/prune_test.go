package cloud

import (
	"context"
	"slices"
	"testing"
	"time"

	senda "github.com/senda-dev/senda"
)

// paper is a log of proofs in memory.
type paper struct {
	proofs []senda.Proof
	fault  int // drops that succeed before one fails; -1 for all
}

// Each implements Proofs.
func (p *paper) Each(_ context.Context, visit func(senda.Proof) error) error {
	for _, x := range slices.Clone(p.proofs) {
		if err := visit(x); err != nil {
			return err
		}
	}
	return nil
}

// Drop implements Proofs.
func (p *paper) Drop(_ context.Context, subject string, n int) error {
	if p.fault == 0 {
		return senda.Errorf(senda.Unavailable, "drop a proof", "not now")
	}
	p.fault--
	p.proofs = slices.DeleteFunc(p.proofs, func(x senda.Proof) bool { return x.Subject == subject && x.N == n })
	return nil
}

func (p *paper) subjects() []string {
	var out []string
	for _, x := range p.proofs {
		out = append(out, x.Subject)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Only what is nobody's any more is dropped, when its last proof is older than limitation.
func TestPrune(t *testing.T) {
	w := newWorld(t)
	now := begin.AddDate(10, 0, 0)
	w.set(now)
	put := func(records ...senda.Record) {
		t.Helper()
		for _, r := range records {
			if err := w.store.Commit(t.Context(), senda.Write{Key: r.Key(), Any: true, Record: r}); err != nil {
				t.Fatal(err)
			}
		}
	}
	put(
		senda.Person{ID: "p-living", Born: begin, Merged: []senda.PersonID{"p-younger"}}, senda.ConsentHead{Person: "p-living", Subject: "s-living"},
		senda.Person{ID: "p-younger", Born: begin, Into: "p-living"}, senda.ConsentHead{Person: "p-younger", Subject: "s-younger"},
		senda.Person{ID: "p-erased", Born: begin, Erased: true}, senda.ConsentHead{Person: "p-erased", Erased: true},
	)
	proof := func(subject string, n int, years int) senda.Proof {
		return senda.Proof{Subject: subject, N: n, Recorded: now.AddDate(-years, 0, -1)}
	}
	half := proof("s-living", 2, 9)
	half.Source, half.Evidence = "merge", "s-halfway 1 hash"
	log := &paper{fault: -1, proofs: []senda.Proof{
		proof("s-living", 1, 9), half, proof("s-younger", 1, 9), proof("s-halfway", 1, 9),
		proof("s-erased", 1, 9), proof("s-erased", 2, 4), proof("s-erased-lately", 1, 9), proof("s-erased-lately", 2, 2),
	}}
	run := func() error {
		t.Helper()
		g := w.ground()
		g.Proofs = log
		h, err := Prune(t.Context(), g)
		if err != nil {
			t.Fatal(err)
		}
		return w.schedule(h)
	}
	log.fault = 1
	if err := run(); senda.CodeOf(err) != senda.Unavailable {
		t.Fatalf("%v", err)
	}
	log.fault = -1
	if err := run(); err != nil {
		t.Fatal(err)
	}
	want := []string{"s-erased-lately", "s-halfway", "s-living", "s-younger"}
	if got := log.subjects(); !slices.Equal(got, want) {
		t.Errorf("kept %v, want %v", got, want)
	}
	if w.counted["ProofsPruned"] != 2 {
		t.Errorf("%v were counted", w.counted)
	}
	w.env[VarProofYears] = "1"
	if err := run(); err != nil || slices.Contains(log.subjects(), "s-erased-lately") {
		t.Errorf("kept %v after a year (%v)", log.subjects(), err)
	}
}

// A table without people is a mistake and no reason to drop every proof.
func TestPruneDropsNothingWithoutPeople(t *testing.T) {
	w := newWorld(t)
	log := &paper{fault: -1, proofs: []senda.Proof{{Subject: "s-1", N: 1, Recorded: begin.AddDate(-9, 0, 0)}}}
	g := w.ground()
	g.Proofs = log
	if n, err := g.prune(t.Context(), w.Now().Add(-time.Hour)); senda.CodeOf(err) != senda.Denied || n != 0 || len(log.proofs) != 1 {
		t.Errorf("%d dropped, %v", n, err)
	}
}
