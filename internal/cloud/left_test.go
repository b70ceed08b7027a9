package cloud

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/lambdahost"
	"github.com/senda-dev/senda/internal/task"
)

// away is a bus that takes nothing the first so many times.
type away struct {
	senda.Bus
	times int
	calls []string // the names of the events that were taken
}

func (a *away) Emit(ctx context.Context, e senda.Event) error {
	if a.times > 0 {
		a.times--
		return senda.Errorf(senda.Denied, "emit", "the bus is away")
	}
	a.calls = append(a.calls, e.ID)
	return a.Bus.Emit(ctx, e)
}

// Whatever task finds that its entry leaves tells of the end, whoever asks again hears of
// it again under the same name, and a bus that is away is a reason to try again.
func TestEveryTaskTellsOfTheEnd(t *testing.T) {
	for name, c := range map[string]struct {
		build func(context.Context, *Ground) (lambdahost.Handler, error)
		ask   func(walker) jsonata.Value
	}{
		"facts": {Facts, func(in walker) jsonata.Value { return task.FactsRequest{Head: in.head("gift", 1)}.Value() }},
		"score": {Score, func(in walker) jsonata.Value {
			return task.ScoreRequest{Head: in.head("gift", 1), Model: "customer-value"}.Value()
		}},
		"choose": {Choose, func(in walker) jsonata.Value {
			return task.ChooseRequest{Head: in.head("gift", 1), Slot: "gift"}.Value()
		}},
		"update": {Update, func(in walker) jsonata.Value {
			return task.UpdateRequest{Head: in.head("gift", 1), Emit: "care.requested", Data: jsonata.Object()}.Value()
		}},
		"send": {Send, func(in walker) jsonata.Value {
			return task.SendRequest{Head: in.head("thanks", 2), Mail: "thanks", Brand: "alpha", Purpose: "offers", Reached: in.At}.Value()
		}},
		"pause": {Pause, func(in walker) jsonata.Value {
			q := task.PauseRequest{Head: in.head("gift", 1), Op: task.OpExit}
			q.End = senda.LeftCompleted
			return q.Value()
		}},
	} {
		w := newWorld(t)
		if err := os.CopyFS(filepath.Join(w.env[VarRoot], "shop", "models"), os.DirFS("../../journeys/models")); err != nil {
			t.Fatal(err)
		}
		in := walker(w.entered())
		g := w.ground()
		core, err := g.core(nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := core.Entries.Leave(t.Context(), in.Person, in.Entry, senda.LeftErased, in.At); err != nil {
			t.Fatal(err)
		}
		bus := &away{Bus: w.bus, times: 1}
		g.Bus = bus
		h, err := c.build(t.Context(), g)
		if err != nil {
			t.Fatal(err)
		}
		for n, want := range []senda.Code{senda.Unavailable, senda.Leaving, senda.Leaving} {
			if _, err := call(t, h, c.ask(in)); senda.CodeOf(err) != want || len(bus.calls) != n {
				t.Errorf("%s, time %d: %v, told %v", name, n, err, bus.calls)
			}
		}
		events := w.bus.Events()
		if len(events) != 1 {
			t.Fatalf("%s: told %v", name, events)
		}
		e, contracts := events[0], w.shop.House.Catalog.Events
		if c, ok := contracts.Contract(e.Kind); !ok || e.Kind != "journey.completed" || len(c.Validate(e.Data.AppendJSON(nil))) > 0 {
			t.Errorf("%s: %+v breaks its contract", name, e)
		}
		data := jsonata.Of(map[string]any{"journey": "orders", "entry": string(in.Entry), "reason": senda.LeftErased})
		if e.Source != "senda.journey" || e.ID != in.Entry.Execution(in.Person)+"/completed" || !e.Time.Equal(in.At) ||
			len(e.Identifiers) != 1 || e.Identifiers["person"] != string(in.Person) || !e.Data.Equal(data) {
			t.Errorf("%s: %+v", name, e)
		}
	}
}

// A failure that nobody could be told of comes again through its queue.
func TestAFailureIsTold(t *testing.T) {
	w := newWorld(t)
	in := w.entered()
	input := in.Value().String()
	g := w.ground()
	bus := &away{Bus: w.bus, times: 1}
	g.Bus = bus
	h, err := Signal(t.Context(), g)
	if err != nil {
		t.Fatal(err)
	}
	body := changed("arn:0", "FAILED", &input)
	for n, want := range []int{1, 0, 0} {
		if failed := w.deliver(h, body); len(failed) != want || len(bus.calls) != n {
			t.Errorf("time %d: %v failed, told %v", n, failed, bus.calls)
		}
	}
	if events := w.bus.Events(); len(events) != 1 || events[0].Data.Get("reason").Str() != senda.LeftFailed {
		t.Errorf("told %v", events)
	}
}
