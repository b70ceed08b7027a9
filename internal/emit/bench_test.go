package emit_test

import (
	"testing"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/interp"
	"github.com/senda-dev/senda/internal/task"
)

// BenchmarkReference runs the reference journey from entry to end, tasks answered
// in process, no history kept.
func BenchmarkReference(b *testing.B) {
	_, m := planned(b, "reference")
	in := task.InputOf(senda.Entry{Person: "p", ID: "reference/k/00000001", Bundle: "b", Pace: senda.Life, At: noon}, nil).Value()
	run := m.Start(interp.Execution{})
	b.ReportAllocs()
	for b.Loop() {
		run.Reset(interp.Execution{Name: "e", ID: "e", Input: in})
		f := quiet{now: noon}
		for run.Advance(f.now, &f) == interp.Running {
			f.now = run.Wake()
		}
		if run.Outcome().Status != interp.Succeeded {
			b.Fatal(run.Outcome())
		}
	}
}
