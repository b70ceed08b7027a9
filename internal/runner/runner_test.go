package runner_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/inmem"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/runner"
)

// machine: greet, wait a day, await an answer for two days, thank or remind. Who leaves
// goes by "left".
const machine = `{
 "QueryLanguage": "JSONata", "StartAt": "greet", "States": {
  "greet": {"Type": "Task", "Resource": "${Send}", "Arguments": {"mail": "hello", "at": "{% $states.context.Execution.Input.at %}"}, "Next": "wait",
    "Retry": [{"ErrorEquals": ["Senda.Unavailable"], "IntervalSeconds": 60, "MaxAttempts": 3, "BackoffRate": 1}],
    "Catch": [{"ErrorEquals": ["Senda.Leaving"], "Next": "left"}]},
  "wait": {"Type": "Wait", "Seconds": 86400, "Next": "await"},
  "await": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken", "TimeoutSeconds": 172800,
    "Arguments": {"FunctionName": "${Pause}", "Payload": {"token": "{% $states.context.Task.Token %}"}},
    "Catch": [{"ErrorEquals": ["States.Timeout"], "Next": "remind"}, {"ErrorEquals": ["Senda.Leaving"], "Next": "left"}], "Next": "thank"},
  "thank": {"Type": "Task", "Resource": "${Send}", "Arguments": {"mail": "thanks", "for": "{% $states.input.what %}"}, "End": true},
  "remind": {"Type": "Task", "Resource": "${Send}", "Arguments": {"mail": "reminder"}, "End": true},
  "left": {"Type": "Succeed"}
 }}`

type bundles struct{}

func (bundles) Bundle(context.Context, string) (*bundle.Bundle, error) {
	return &bundle.Bundle{Machine: machine}, nil
}

// world is a store, a clock and what the functions saw, which outlive a runner.
type world struct {
	t      *testing.T
	store  senda.Store
	now    time.Time
	mails  []string
	tokens []string
	ended  []senda.Execution
	// send and pause replace the functions' answers when set.
	send  func(ctx context.Context, v jsonata.Value) (jsonata.Value, error)
	pause func(ctx context.Context, token string) error
}

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func newWorld(t *testing.T, s senda.Store) *world { return &world{t: t, store: s, now: noon} }

func (w *world) runner() *runner.Runner {
	return runner.New(runner.Config{
		Bundles: bundles{}, Store: w.store, Clock: senda.ClockFunc(func() time.Time { return w.now }),
		Functions: map[string]runner.Function{
			"Send": func(ctx context.Context, v jsonata.Value) (jsonata.Value, error) {
				if w.send != nil {
					return w.send(ctx, v)
				}
				w.mails = append(w.mails, v.Get("mail").Str())
				return jsonata.Object(), nil
			},
			"Pause": func(ctx context.Context, v jsonata.Value) (jsonata.Value, error) {
				w.tokens = append(w.tokens, v.Get("token").Str())
				if w.pause != nil {
					return jsonata.Object(), w.pause(ctx, v.Get("token").Str())
				}
				return jsonata.Object(), nil
			},
		},
		Ended: func(_ context.Context, e senda.Execution) error {
			w.ended = append(w.ended, e)
			return nil
		},
	})
}

func (w *world) start(r *runner.Runner) {
	w.t.Helper()
	err := r.Start(w.t.Context(), senda.Start{Name: "e-1", Person: "p", Entry: "hi/x/00000001", Bundle: "b", Input: input("2026")})
	if err != nil {
		w.t.Fatal(err)
	}
}

func input(at string) jsonata.Value {
	return jsonata.Object(jsonata.Member{Key: "at", Value: jsonata.String(at)})
}

// until lets the runner do all that comes up to an instant.
func (w *world) until(r *runner.Runner, at time.Time) {
	w.t.Helper()
	for {
		if err := r.Settle(w.t.Context()); err != nil {
			w.t.Fatal(err)
		}
		next, ok := r.Next()
		if !ok || next.After(at) {
			w.now = at
			return
		}
		if next.After(w.now) {
			w.now = next
		}
	}
}

func (w *world) sent(want ...string) {
	w.t.Helper()
	if !slices.Equal(w.mails, want) {
		w.t.Errorf("mails %v, want %v", w.mails, want)
	}
}

func (w *world) status(want string) {
	w.t.Helper()
	if len(w.ended) != 1 || w.ended[0].Status != want {
		w.t.Errorf("ended: %+v, want one %s", w.ended, want)
	}
}

func answer() jsonata.Value {
	return jsonata.Object(jsonata.Member{Key: "what", Value: jsonata.String("an order")})
}

// With a store and without one, whatever follows is the same.
func everywhere(t *testing.T, test func(t *testing.T, w *world)) {
	t.Run("memory", func(t *testing.T) { test(t, newWorld(t, nil)) })
	t.Run("store", func(t *testing.T) { test(t, newWorld(t, inmem.New())) })
}

func TestTimeRunsOut(t *testing.T) {
	everywhere(t, func(t *testing.T, w *world) {
		r := w.runner()
		w.start(r)
		w.until(r, noon.Add(72*time.Hour-time.Second))
		w.sent("hello")
		w.until(r, noon.Add(72*time.Hour))
		w.sent("hello", "reminder")
		w.status("SUCCEEDED")
		if _, ok := r.Next(); ok || r.Running() != 0 {
			t.Error("something still runs")
		}
	})
}

func TestAnAnswerEndsTheTask(t *testing.T) {
	everywhere(t, func(t *testing.T, w *world) {
		r := w.runner()
		w.start(r)
		w.until(r, noon.Add(30*time.Hour))
		if err := r.Answer(t.Context(), w.tokens[0], answer()); err != nil {
			t.Fatal(err)
		}
		w.until(r, noon.Add(30*time.Hour))
		w.sent("hello", "thanks")
		w.status("SUCCEEDED")
		if code := senda.CodeOf(r.Answer(t.Context(), w.tokens[0], answer())); code != senda.NotFound {
			t.Errorf("a second answer: %q", code)
		}
	})
}

func TestAnAnswerAfterTheTimeIsNotFound(t *testing.T) {
	everywhere(t, func(t *testing.T, w *world) {
		r := w.runner()
		w.start(r)
		w.until(r, noon.Add(73*time.Hour))
		if code := senda.CodeOf(r.Answer(t.Context(), w.tokens[0], answer())); code != senda.NotFound {
			t.Errorf("got %q", code)
		}
		w.sent("hello", "reminder")
	})
}

func TestAFunctionMayAnswerItsOwnTask(t *testing.T) {
	everywhere(t, func(t *testing.T, w *world) {
		r := w.runner()
		w.pause = func(ctx context.Context, token string) error { return r.Answer(ctx, token, answer()) }
		w.start(r)
		w.until(r, noon.Add(24*time.Hour))
		w.sent("hello", "thanks")
	})
}

func TestCodesReachTheMachine(t *testing.T) {
	everywhere(t, func(t *testing.T, w *world) {
		r := w.runner()
		w.send = func(context.Context, jsonata.Value) (jsonata.Value, error) {
			return jsonata.Nothing, senda.Errorf(senda.Leaving, "send", "ended")
		}
		w.start(r)
		w.until(r, noon)
		w.status("SUCCEEDED")
	})
	everywhere(t, func(t *testing.T, w *world) {
		r := w.runner()
		w.start(r)
		w.until(r, noon.Add(24*time.Hour))
		if err := r.Fail(t.Context(), w.tokens[0], senda.Leaving); err != nil {
			t.Fatal(err)
		}
		w.until(r, noon.Add(24*time.Hour))
		w.sent("hello")
		w.status("SUCCEEDED")
	})
	everywhere(t, func(t *testing.T, w *world) {
		r, tries := w.runner(), 0
		w.send = func(context.Context, jsonata.Value) (jsonata.Value, error) {
			tries++
			return jsonata.Nothing, errors.New("a defect: person ana@mail.example")
		}
		w.start(r)
		w.until(r, noon.Add(time.Hour))
		w.status("FAILED")
		if e := w.ended[0]; tries != 1 || e.Error != "Senda.Internal" || e.Cause == "" || strings.Contains(e.Cause, "ana@") {
			t.Errorf("after %d tries: %s, %s", tries, e.Error, e.Cause)
		}
	})
	everywhere(t, func(t *testing.T, w *world) {
		r, tries := w.runner(), 0
		w.send = func(context.Context, jsonata.Value) (jsonata.Value, error) {
			if tries++; tries < 3 {
				return jsonata.Nothing, senda.Errorf(senda.Unavailable, "send", "busy")
			}
			return jsonata.Object(), nil
		}
		w.start(r)
		w.until(r, noon.Add(time.Hour))
		if tries != 3 || len(w.ended) != 0 {
			t.Errorf("%d tries, ended %v", tries, w.ended)
		}
	})
}

func TestStartingTwiceStartsOnce(t *testing.T) {
	everywhere(t, func(t *testing.T, w *world) {
		r := w.runner()
		w.start(r)
		w.start(r)
		w.until(r, noon.Add(80*time.Hour))
		w.start(r) // long after the end
		w.until(r, noon.Add(200*time.Hour))
		w.sent("hello", "reminder")
		err := r.Start(t.Context(), senda.Start{Name: "e-1", Bundle: "b", Input: input("2027")})
		if senda.CodeOf(err) != senda.Conflict {
			t.Errorf("another input under the same name: %v", err)
		}
	})
}

// The process ends after every single step and another takes up the store: what
// was answered stays answered, and every wait ends when it would have.
func TestRecovery(t *testing.T) {
	for _, answered := range []bool{false, true} {
		w := newWorld(t, inmem.New())
		r := w.runner()
		w.start(r)
		gave := false
		for steps := 0; len(w.ended) == 0; steps++ {
			if steps > 100 {
				t.Fatal("it does not end")
			}
			r = w.runner()
			if n, err := r.Recover(t.Context()); err != nil || n != 1 {
				t.Fatalf("recovered %d: %v", n, err)
			}
			if answered && !gave && len(w.tokens) > 0 {
				if err := r.Answer(t.Context(), w.tokens[len(w.tokens)-1], answer()); err != nil {
					t.Fatal(err)
				}
				gave = true
				continue // and the process ends right after it said so
			}
			if next, ok := r.Next(); ok && next.After(w.now) {
				w.now = next
			}
			if _, err := r.Step(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if answered {
			w.sent("hello", "thanks")
		} else {
			w.sent("hello", "reminder")
		}
		if n, err := w.runner().Recover(t.Context()); err != nil || n != 0 {
			t.Errorf("after the end %d are recovered: %v", n, err)
		}
	}
}

// A process that dies inside a function has saved nothing of it: it is called
// again, as at every restart.
func TestAFunctionUnderWayIsCalledAgain(t *testing.T) {
	w := newWorld(t, inmem.New())
	dead := w.runner()
	w.start(dead)
	ctx, die := context.WithCancel(t.Context())
	w.send = func(context.Context, jsonata.Value) (jsonata.Value, error) {
		die()
		return jsonata.Nothing, ctx.Err()
	}
	if _, err := dead.Step(ctx); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	w.send = nil
	r := w.runner()
	if _, err := r.Recover(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.until(r, noon.Add(80*time.Hour))
	w.sent("hello", "reminder")
}

// broken is a store whose commits of one execution fail while it is down.
type broken struct {
	senda.Store
	down string
}

func (b *broken) Commit(ctx context.Context, writes ...senda.Write) error {
	if writes[0].Key == senda.ExecutionKey(b.down) {
		return senda.Errorf(senda.Unavailable, "commit", "the disk is full")
	}
	return b.Store.Commit(ctx, writes...)
}

// What cannot be saved is forgotten and done again a little later, and keeps nobody
// else waiting.
func TestWhatCannotBeSavedIsDoneAgain(t *testing.T) {
	store := &broken{Store: inmem.New()}
	w := newWorld(t, store)
	r := w.runner()
	w.start(r)
	err := r.Start(t.Context(), senda.Start{Name: "e-2", Person: "q", Entry: "hi/x/00000001", Bundle: "b", Input: input("2026")})
	if err != nil {
		t.Fatal(err)
	}
	w.until(r, noon.Add(23*time.Hour))
	w.now, store.down = noon.Add(24*time.Hour), "e-1"
	if err := r.Settle(t.Context()); senda.CodeOf(err) != senda.Unavailable {
		t.Fatalf("got %v", err)
	}
	if len(w.tokens) != 2 {
		t.Fatalf("%d pauses were registered, want that of both", len(w.tokens))
	}
	next, ok := r.Next()
	if want := w.now.Add(runner.RetryAfter); !ok || !next.Equal(want) {
		t.Fatalf("next is %v, want %v", next, want)
	}
	// The token of the attempt that was forgotten waits for nobody.
	if err := r.Answer(t.Context(), w.tokens[0], answer()); senda.CodeOf(err) != senda.NotFound {
		t.Errorf("an answer to what was forgotten: %v", err)
	}
	store.down = ""
	w.until(r, noon.Add(80*time.Hour))
	if len(w.tokens) != 3 {
		t.Errorf("%d pauses were registered, want one again", len(w.tokens))
	}
	w.sent("hello", "hello", "reminder", "reminder")
	if len(w.ended) != 2 || r.Running() != 0 {
		t.Errorf("%d ended, %d run", len(w.ended), r.Running())
	}
}

// An end that nobody could be told of is told again.
func TestAnEndIsToldUntilItIsHeard(t *testing.T) {
	everywhere(t, func(t *testing.T, w *world) {
		r := w.runner()
		tell, times := r.Ended, 0
		r.Ended = func(ctx context.Context, e senda.Execution) error {
			if times++; times == 1 {
				return senda.Errorf(senda.Unavailable, "end", "not now")
			}
			return tell(ctx, e)
		}
		w.start(r)
		heard := 0
		for range 10 {
			if err := r.Settle(t.Context()); err != nil {
				heard++
			}
			next, ok := r.Next()
			if !ok {
				break
			}
			w.now = next
		}
		if heard != 1 || times != 2 || r.Running() != 0 {
			t.Errorf("%d errors, told %d times, %d run", heard, times, r.Running())
		}
		w.status("SUCCEEDED")
	})
}
