package inmem_test

import (
	"context"
	"testing"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/inmem"
	"github.com/senda-dev/senda/internal/jsonata"
)

func TestMachinesStartOnceUnderAName(t *testing.T) {
	m := inmem.NewMachines()
	s := senda.Start{Name: "e-1", Input: jsonata.Of(map[string]any{"v": 1})}
	for range 2 {
		if err := m.Start(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
	s.Input = jsonata.Of(map[string]any{"v": 2})
	if err := m.Start(t.Context(), s); senda.CodeOf(err) != senda.Conflict {
		t.Fatalf("another input: %v", err)
	}
	if n := len(m.Started()); n != 1 {
		t.Fatalf("started %d times", n)
	}
}

func TestMachinesTakeOneAnswerATask(t *testing.T) {
	m := inmem.NewMachines()
	m.Wait("a")
	m.Wait("late")
	m.TimeOut("late")
	for token, want := range map[string]senda.Code{"a": "", "late": senda.NotFound, "never": senda.NotFound} {
		if got := senda.CodeOf(m.Answer(t.Context(), token, jsonata.True)); got != want {
			t.Errorf("%s: %q, want %q", token, got, want)
		}
	}
	if got := senda.CodeOf(m.Answer(t.Context(), "a", jsonata.False)); got != senda.NotFound {
		t.Errorf("a second answer: %q", got)
	}
	m.Wait("b")
	if err := m.Fail(t.Context(), "b", senda.Leaving); err != nil {
		t.Fatal(err)
	}
	if c, ok := m.Failed("b"); !ok || c != senda.Leaving {
		t.Errorf("failed with %q, %v", c, ok)
	}
	if v, ok := m.Answered("a"); !ok || !v.Bool() {
		t.Errorf("answered with %v, %v", v, ok)
	}
}

func TestOutboxKnowsWhatLeft(t *testing.T) {
	lost := senda.Errorf(senda.Unsure, "hand over", "no answer")
	o := &inmem.Outbox{Fault: func(n int, _ senda.Envelope) (bool, error) {
		return n == 2, map[int]error{1: senda.Errorf(senda.Denied, "hand over", "no"), 2: lost}[n]
	}}
	var codes []senda.Code
	for _, id := range []senda.MessageID{"m-1", "m-2", "m-3"} {
		_, err := o.HandOver(t.Context(), senda.Envelope{Message: id})
		codes = append(codes, senda.CodeOf(err))
	}
	if codes[0] != senda.Denied || codes[1] != senda.Unsure || codes[2] != "" {
		t.Errorf("answers %q", codes)
	}
	if left := o.Left(); len(left) != 2 || left[0].Message != "m-2" || left[1].Message != "m-3" || o.Calls() != 3 {
		t.Errorf("left %v in %d calls", left, o.Calls())
	}
}

func TestBusKeepsAnEventOnce(t *testing.T) {
	var delivered []string
	b := &inmem.Bus{}
	fail := true
	b.Deliver = func(_ context.Context, e senda.Event) error {
		if fail {
			return senda.Errorf(senda.Unavailable, "deliver", "not now")
		}
		delivered = append(delivered, e.ID)
		return nil
	}
	if err := b.Emit(t.Context(), senda.Event{Source: "senda", ID: "1"}); senda.CodeOf(err) != senda.Unavailable {
		t.Fatal(err)
	}
	fail = false
	for _, id := range []string{"1", "1", "2"} {
		if err := b.Emit(t.Context(), senda.Event{Source: "senda", ID: id}); err != nil {
			t.Fatal(err)
		}
	}
	if len(delivered) != 2 || len(b.Events()) != 2 {
		t.Fatalf("delivered %v", delivered)
	}
}
