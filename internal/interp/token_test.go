package interp_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/senda-dev/senda/internal/interp"
	"github.com/senda-dev/senda/internal/jsonata"
)

func TestTokens(t *testing.T) {
	m := load(t, callback)
	var task interp.Task
	keep := hostFunc(func(t *interp.Task) interp.Reply { task = *t; return interp.Pending })
	r := m.Start(interp.Execution{ID: "one"})
	r.Advance(start, keep)
	mine := task.Token
	if got := task.Payload.Get("token").Str(); got != mine || mine == "" {
		t.Errorf("the payload has %q, the task %q", got, mine)
	}
	again := m.Start(interp.Execution{ID: "one", Seed: 5})
	again.Advance(start.Add(time.Hour), keep)
	if task.Token != mine {
		t.Error("the token is not the execution's, the task's and the attempt's alone")
	}
	other := m.Start(interp.Execution{ID: "two"})
	other.Advance(start, keep)
	if task.Token == mine {
		t.Error("two executions share a token")
	}
	for _, c := range []struct {
		token string
		want  error
	}{
		{task.Token, interp.ErrInvalidToken}, // of another execution
		{"", interp.ErrInvalidToken},
		{"1-0", interp.ErrInvalidToken},
		{"0" + mine, interp.ErrInvalidToken},
		{mine[:len(mine)-1] + "g", interp.ErrInvalidToken},
		{"99999999999999999999-0-x", interp.ErrInvalidToken},
	} {
		for name, send := range map[string]func() error{
			"success":   func() error { return r.SendTaskSuccess(c.token, jsonata.Null) },
			"failure":   func() error { return r.SendTaskFailure(c.token, "e", "") },
			"heartbeat": func() error { return r.SendTaskHeartbeat(c.token, start) },
		} {
			if err := send(); !errors.Is(err, c.want) {
				t.Errorf("%s of %q: %v, want %v", name, c.token, err, c.want)
			}
		}
	}
	if err := r.Answer(2, jsonata.Null); !errors.Is(err, interp.ErrTaskDoesNotExist) {
		t.Error("a task that was never given out:", err)
	}
	for name, v := range map[string]jsonata.Value{
		"nothing": jsonata.Nothing, "too large": jsonata.String(strings.Repeat("x", interp.MaxPayloadBytes)),
	} {
		if err := r.SendTaskSuccess(mine, v); !errors.Is(err, interp.ErrInvalidOutput) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := r.SendTaskSuccess(mine, jsonata.String(strings.Repeat("x", interp.MaxPayloadBytes-2))); err != nil {
		t.Error("as large as it may be:", err)
	}
	if r.Advance(start, keep) != interp.Succeeded {
		t.Error(r.Outcome())
	}
}
