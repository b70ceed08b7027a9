package porttest

import (
	"context"
	"errors"
	"testing"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/jsonata"
)

// Machines is a senda.Machines under test, in which nothing runs yet. Its machine is
// one callback task whose output is that of the execution.
type Machines struct {
	senda.Machines
	// Begin is the start of an execution of that name whose task waits for so long.
	Begin func(name string, timeout time.Duration) senda.Start
	// Token waits until the task of the execution is open.
	Token func(t *testing.T, name string) string
	// TimeOut waits until the task has timed out, or makes it.
	TimeOut func(t *testing.T, name string)
	// Outcome waits until the task has ended. runs counts the executions of the name.
	Outcome func(t *testing.T, name string) (o Outcome, runs int)
	// InProcess says that no call leaves the process, so that none can be cut short.
	InProcess bool
	// TakesLateFailures says that Fail of a task that has ended is success and changes
	// nothing, as with LocalStack 4.13.1, instead of NotFound.
	TakesLateFailures bool
}

// failLate fails a task that has ended.
func failLate(t *testing.T, m Machines, what, token string) {
	t.Helper()
	want := senda.NotFound
	if m.TakesLateFailures {
		want = ""
	}
	code(t, what, m.Fail(t.Context(), token, senda.Leaving), want)
}

// Outcome is how a callback task ended.
type Outcome struct {
	Output       jsonata.Value
	Error, Cause string
}

const long = time.Hour

// TestMachines checks the rules of senda.Machines.
func TestMachines(t *testing.T, open func(t *testing.T) Machines) {
	for _, c := range []struct {
		name string
		test func(*testing.T, Machines)
	}{
		{"starting again is success and starts nothing", startAgain},
		{"starting again after the end is success and starts nothing", startEnded},
		{"another input under the name is a conflict", startOther},
		{"an answer ends the task with its output", answers},
		{"a failure shows the name of its code and no more", fails},
		{"what waits no longer is not found", late},
		{"what never was a token is not found", strange},
		{"a cancelled call is unavailable and does nothing", cancelled},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, open(t)) })
	}
}

func start(t *testing.T, m Machines, s senda.Start) {
	t.Helper()
	if err := m.Start(t.Context(), s); err != nil {
		t.Fatalf("start: %v", err)
	}
}

func code(t *testing.T, what string, err error, want senda.Code) {
	t.Helper()
	if got := senda.CodeOf(err); got != want {
		t.Errorf("%s: %q (%v), want %q", what, got, err, want)
	}
}

func startAgain(t *testing.T, m Machines) {
	s := m.Begin("e-again", long)
	start(t, m, s)
	token := m.Token(t, "e-again")
	start(t, m, s)
	code(t, "answer", m.Answer(t.Context(), token, jsonata.True), "")
	if o, runs := m.Outcome(t, "e-again"); runs != 1 || o.Error != "" {
		t.Errorf("it ran %d times and ended %+v", runs, o)
	}
}

func startEnded(t *testing.T, m Machines) {
	s := m.Begin("e-ended", long)
	start(t, m, s)
	code(t, "answer", m.Answer(t.Context(), m.Token(t, "e-ended"), jsonata.True), "")
	m.Outcome(t, "e-ended")
	start(t, m, s)
	if _, runs := m.Outcome(t, "e-ended"); runs != 1 {
		t.Errorf("it ran %d times", runs)
	}
}

func startOther(t *testing.T, m Machines) {
	s := m.Begin("e-other", long)
	start(t, m, s)
	token := m.Token(t, "e-other")
	other := s
	other.Input = s.Input.With("more", jsonata.True)
	code(t, "while it runs", m.Start(t.Context(), other), senda.Conflict)
	code(t, "answer", m.Answer(t.Context(), token, jsonata.True), "")
	m.Outcome(t, "e-other")
	code(t, "after its end", m.Start(t.Context(), other), senda.Conflict)
}

func answers(t *testing.T, m Machines) {
	start(t, m, m.Begin("e-answer", long))
	token := m.Token(t, "e-answer")
	output := jsonata.Of(map[string]any{"what": "an order \"ñ\"", "n": 12.5, "list": []any{nil, true}})
	code(t, "answer", m.Answer(t.Context(), token, output), "")
	if o, _ := m.Outcome(t, "e-answer"); !o.Output.Equal(output) || o.Error != "" {
		t.Errorf("it ended %+v, want the output %v", o, output)
	}
	code(t, "a second answer", m.Answer(t.Context(), token, jsonata.False), senda.NotFound)
	failLate(t, m, "a failure after the answer", token)
	if o, _ := m.Outcome(t, "e-answer"); !o.Output.Equal(output) || o.Error != "" {
		t.Errorf("what came late made it %+v", o)
	}
}

func fails(t *testing.T, m Machines) {
	start(t, m, m.Begin("e-fail", long))
	token := m.Token(t, "e-fail")
	code(t, "fail", m.Fail(t.Context(), token, senda.Leaving), "")
	if o, _ := m.Outcome(t, "e-fail"); o.Error != "Senda.Leaving" || o.Cause != "" {
		t.Errorf("it ended %+v", o)
	}
	code(t, "an answer after the failure", m.Answer(t.Context(), token, jsonata.True), senda.NotFound)
}

func late(t *testing.T, m Machines) {
	start(t, m, m.Begin("e-late", time.Second))
	token := m.Token(t, "e-late")
	m.TimeOut(t, "e-late")
	code(t, "answer", m.Answer(t.Context(), token, jsonata.True), senda.NotFound)
	failLate(t, m, "fail", token)
}

func strange(t *testing.T, m Machines) {
	for _, token := range []string{"", "never", string(make([]byte, 5000))} {
		code(t, "answer", m.Answer(t.Context(), token, jsonata.True), senda.NotFound)
		code(t, "fail", m.Fail(t.Context(), token, senda.Leaving), senda.NotFound)
	}
}

func cancelled(t *testing.T, m Machines) {
	if m.InProcess {
		return
	}
	s := m.Begin("e-cancelled", long)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := m.Start(ctx, s)
	code(t, "start", err, senda.Unavailable)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("start: %v hides the reason", err)
	}
	start(t, m, s)
	token := m.Token(t, "e-cancelled")
	code(t, "answer", m.Answer(ctx, token, jsonata.False), senda.Unavailable)
	code(t, "fail", m.Fail(ctx, token, senda.Leaving), senda.Unavailable)
	code(t, "answer", m.Answer(t.Context(), token, jsonata.True), "")
	if o, runs := m.Outcome(t, "e-cancelled"); runs != 1 || !o.Output.Equal(jsonata.True) {
		t.Errorf("it ran %d times and ended %+v", runs, o)
	}
}
