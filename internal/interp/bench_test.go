package interp_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/senda-dev/senda/internal/interp"
	"github.com/senda-dev/senda/internal/jsonata"
)

// The machine in testdata/journey is a stand-in of the shape of the reference
// journey: score, choose, mail, await a purchase up to an instant, remind if
// there was none. Nobody answers here, so each execution runs all seven states,
// five of them tasks.
func loadJourney(t testing.TB) *interp.Machine {
	t.Helper()
	text, err := os.ReadFile(filepath.FromSlash("testdata/journey/machine.asl.json"))
	if err != nil {
		t.Fatal(err)
	}
	m, err := interp.Load(text)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// answers plays the functions without doing their work: each answer was built
// before.
type answers struct {
	score, offer, mail, pause jsonata.Value
	calls                     int
}

func newAnswers(until time.Time) *answers {
	return &answers{
		score: jsonata.Of(map[string]any{"at": float64(start.UnixMilli()), "alive": 0.71, "purchases": 1.9, "value": 61.5}),
		offer: jsonata.Of(map[string]any{"chosen": true, "name": "free-delivery", "propensity": 0.42}),
		mail:  jsonata.Of(map[string]any{"sent": true, "until": float64(until.UnixMilli())}),
		pause: jsonata.Of(map[string]any{"registered": true}),
	}
}

func (a *answers) Task(t *interp.Task) interp.Reply {
	a.calls++
	switch t.Resource {
	case "${Score}":
		return interp.Done(a.score)
	case "${Choose}":
		return interp.Done(a.offer)
	case "${Send}":
		return interp.Done(a.mail)
	default:
		return interp.Done(a.pause)
	}
}

// forget is a history that costs nothing to keep.
type forget struct{ events int }

func (f *forget) Record(*interp.Event) { f.events++ }

func execution(history interp.Sink) interp.Execution {
	return interp.Execution{
		Name: "e-7f3a9c", ID: "arn:aws:states:eu-west-1:111122223333:execution:reference:e-7f3a9c", Seed: 1, History: history,
		Input: jsonata.Of(map[string]any{"entry": "reference/p-01187/1", "person": "p-01187", "at": float64(start.UnixMilli())}),
	}
}

func TestJourney(t *testing.T) {
	m := loadJourney(t)
	until := start.Add(72 * time.Hour)
	host := newAnswers(until)
	r := m.Start(execution(nil))
	if s := r.Advance(start, host); s != interp.Running || !r.Wake().Equal(until) {
		t.Fatalf("%v, wakes at %v", r.Outcome(), r.Wake())
	}
	if s := r.Advance(r.Wake(), host); s != interp.Succeeded || host.calls != 5 {
		t.Errorf("%v after %d tasks", r.Outcome(), host.calls)
	}
}

func benchmark(b *testing.B, history func() interp.Sink) {
	m := loadJourney(b)
	until := start.Add(72 * time.Hour)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		host := newAnswers(until)
		e := execution(history())
		r := m.Start(e)
		for pb.Next() {
			r.Reset(e)
			r.Advance(start, host)
			if r.Advance(r.Wake(), host) != interp.Succeeded {
				b.Error(r.Outcome())
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "executions/s")
}

// Figure G1: executions a second on the cores at hand.
func BenchmarkJourney(b *testing.B) {
	benchmark(b, func() interp.Sink { return nil })
}

func BenchmarkJourneyWithHistory(b *testing.B) {
	benchmark(b, func() interp.Sink { return &forget{} })
}
