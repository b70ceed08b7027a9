package main

import (
	"os"
	"testing"

	"github.com/senda-dev/senda/internal/compile"
	"github.com/senda-dev/senda/internal/interp"
)

func reference(t testing.TB) *interp.Machine {
	t.Helper()
	h, found := compile.Dir(os.DirFS("../../../journeys"), "journeys")
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	j, ok := h.Journey("reference")
	if !ok {
		t.Fatal("there is no reference journey")
	}
	m, err := interp.Load([]byte(j.Bundle.Machine))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// The benchmark measures what it says: one in ten executions is ended by a purchase
// and makes five calls, the others make six, and each ends well.
func TestWorker(t *testing.T) {
	m := reference(t)
	w := worker{input: inputs(0), history: true}
	for range 100 {
		if !w.execute(m) {
			t.Fatalf("%v", w.run.Outcome())
		}
	}
	if w.runs != 100 || w.tasks != 10*5+90*6 || w.events < 100*20 {
		t.Errorf("%d executions, %d tasks, %d events", w.runs, w.tasks, w.events)
	}
}

func BenchmarkReference(b *testing.B) {
	m := reference(b)
	w := worker{input: inputs(0)}
	b.ReportAllocs()
	for b.Loop() {
		if !w.execute(m) {
			b.Fatal(w.run.Outcome())
		}
	}
}
