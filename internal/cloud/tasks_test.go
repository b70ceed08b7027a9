package cloud

import (
	"context"
	"strings"
	"testing"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/lambdahost"
	"github.com/senda-dev/senda/internal/task"
)

// entered makes somebody enter the journey of orders.
func (w *world) entered() task.Input {
	w.t.Helper()
	grant := bridged("g-1", "consent.granted", "C-1", w.Now(), `{"brand": "alpha", "purpose": "offers", "source": "form", "form": "f", "wording": "1", "language": "en"}`)
	if failed := w.deliver(w.open(Intake), registered(1, w.Now()), grant, ordered(1, 1, w.Now())); len(failed) > 0 {
		w.t.Fatal(failed)
	}
	for _, s := range w.machines.Started() {
		if s.Entry.Journey() == "orders" {
			in, err := task.DecodeInput(s.Input)
			if err != nil {
				w.t.Fatal(err)
			}
			return in
		}
	}
	w.t.Fatal("nobody entered")
	return task.Input{}
}

func (in walker) head(step string, seq int) task.Head {
	return task.Head{
		Version: task.Version, Person: in.Person, Entry: in.Entry, Bundle: in.Bundle, Pace: in.Pace, Step: step, N: 1, Seq: seq, At: in.At,
	}
}

type walker task.Input

// call calls a function as a machine does.
func call(t *testing.T, h lambdahost.Handler, v jsonata.Value) (jsonata.Value, error) {
	t.Helper()
	out, err := h(t.Context(), v.AppendJSON(nil))
	if err != nil {
		return jsonata.Nothing, err
	}
	r, err := jsonata.ParseJSON(out)
	if err != nil {
		t.Fatal(err)
	}
	return r, nil
}

// A mail that leaves is counted, and the bus is told of it once, however often the
// machine calls.
func TestSendTellsOfAMail(t *testing.T) {
	w := newWorld(t)
	in := walker(w.entered())
	send := w.open(Send)
	q := task.SendRequest{Head: in.head("thanks", 2), Mail: "thanks", Brand: "alpha", Purpose: "offers", Reached: in.At}
	for range 2 {
		r, err := call(t, send, q.Value())
		if err != nil || r.Get("outcome").Str() != task.OutcomeSent {
			t.Fatalf("%s, %v", r, err)
		}
	}
	events := w.bus.Events()
	if len(w.outbox.Left()) != 1 || len(events) != 1 || events[0].Kind != "mail.sent" || w.counted["MailsSent orders"] == 0 {
		t.Fatalf("%d mails, events %v, counted %v", len(w.outbox.Left()), events, w.counted)
	}
	if e := events[0]; e.Source != "senda.mail" || e.Identifiers["person"] != string(in.Person) || e.Data.Get("step").Str() != "thanks" {
		t.Errorf("%+v", e)
	}
}

// A mail that nobody knows to have left is not told of.
func TestSendTellsNothingThatItDoesNotKnow(t *testing.T) {
	w := newWorld(t)
	in := walker(w.entered())
	w.outbox.Fault = func(int, senda.Envelope) (bool, error) {
		return true, senda.Errorf(senda.Unsure, "hand over", "no answer")
	}
	q := task.SendRequest{Head: in.head("thanks", 2), Mail: "thanks", Brand: "alpha", Purpose: "offers", Reached: in.At}
	if _, err := call(t, w.open(Send), q.Value()); err != nil {
		t.Fatal(err)
	}
	if events := w.bus.Events(); len(events) > 0 {
		t.Errorf("the bus was told %v", events)
	}
}

// An error leaves with its code, which the machine catches by name.
func TestTasksFailByCode(t *testing.T) {
	w := newWorld(t)
	in := walker(w.entered())
	pause, facts := w.open(Pause), w.open(Facts)
	gone := in.head("gift", 1)
	gone.Entry += "x"
	left := task.PauseRequest{Head: in.head("gift", 1), Op: task.OpExit}
	left.End = "bought"
	if _, err := call(t, pause, left.Value()); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		h    lambdahost.Handler
		q    jsonata.Value
		want senda.Code
	}{
		"an entry that ended":   {facts, task.FactsRequest{Head: in.head("gift", 1)}.Value(), senda.Leaving},
		"an entry that is not":  {facts, task.FactsRequest{Head: gone}.Value(), senda.NotFound},
		"a request of tomorrow": {facts, replaced(t, task.FactsRequest{Head: in.head("gift", 1)}.Value(), `"v":1`, `"v":99`), senda.Invalid},
		"a request of nothing":  {facts, jsonata.Object(), senda.Invalid},
		"a bundle that is not":  {w.open(Choose), replaced(t, task.ChooseRequest{Head: in.head("gift", 1), Slot: "gift"}.Value(), in.Bundle, strings.Repeat("0", 64)), senda.NotFound},
	} {
		if _, err := call(t, c.h, c.q); senda.CodeOf(err) != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

func replaced(t *testing.T, v jsonata.Value, old, with string) jsonata.Value {
	t.Helper()
	text := string(v.AppendJSON(nil))
	if !strings.Contains(text, old) {
		t.Fatalf("%s has no %s", text, old)
	}
	out, err := jsonata.ParseJSON([]byte(strings.ReplaceAll(text, old, with)))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Every function opens over the shop's files, and none without them.
func TestFunctionsNeedTheShop(t *testing.T) {
	all := map[string]func(context.Context, *Ground) (lambdahost.Handler, error){
		"intake": Intake, "enroll": Enroll, "facts": Facts, "score": Score, "choose": Choose, "send": Send, "pause": Pause, "update": Update,
		"signal": Signal, "feedback": Feedback, "settle": Settle, "audience": Audience, "preferences": Preferences,
	}
	w := newWorld(t)
	for name, build := range all {
		if _, err := build(t.Context(), w.ground()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	w.env[VarRoot] = t.TempDir()
	for name, build := range all {
		if _, err := build(t.Context(), w.ground()); senda.CodeOf(err) != senda.Invalid {
			t.Errorf("%s without brands.yaml: %v", name, err)
		}
	}
}
