package porttest_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/inmem"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/outbox"
	"github.com/senda-dev/senda/internal/porttest"
	"github.com/senda-dev/senda/internal/runner"
)

func begin(name string, timeout time.Duration) senda.Start {
	return senda.Start{
		Name: name, Person: "p", Entry: "hi/x/00000001", Bundle: "b",
		Input: jsonata.Of(map[string]any{"seconds": timeout.Seconds()}),
	}
}

func TestMachinesInMemory(t *testing.T) {
	porttest.TestMachines(t, func(*testing.T) porttest.Machines {
		m := inmem.NewMachines()
		token := func(name string) string { return "token of " + name }
		return porttest.Machines{
			Machines: m, Begin: begin,
			Token: func(_ *testing.T, name string) string {
				m.Wait(token(name))
				return token(name)
			},
			TimeOut: func(_ *testing.T, name string) { m.TimeOut(token(name)) },
			Outcome: func(_ *testing.T, name string) (o porttest.Outcome, runs int) {
				for _, s := range m.Started() {
					if s.Name == name {
						runs++
					}
				}
				o.Output, _ = m.Answered(token(name))
				if c, failed := m.Failed(token(name)); failed {
					o.Error = c.ErrorName()
				}
				return o, runs
			},
		}
	})
}

// machine hands what its callback task was answered with to a function that remembers it.
const machine = `{"QueryLanguage": "JSONata", "StartAt": "await", "States": {
  "await": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken", "TimeoutSeconds": "{% $states.input.seconds %}",
    "Arguments": {"FunctionName": "${Pause}", "Payload": {"token": "{% $states.context.Task.Token %}", "name": "{% $states.context.Execution.Name %}"}}, "Next": "keep"},
  "keep": {"Type": "Task", "Resource": "${Keep}", "Arguments": {"name": "{% $states.context.Execution.Name %}", "output": "{% $states.input %}"}, "End": true}
}}`

type oneBundle struct{}

func (oneBundle) Bundle(context.Context, string) (*bundle.Bundle, error) {
	return &bundle.Bundle{Machine: machine}, nil
}

func TestMachinesOfTheRunner(t *testing.T) {
	for name, store := range map[string]func() senda.Store{"memory": func() senda.Store { return nil }, "store": func() senda.Store { return inmem.New() }} {
		t.Run(name, func(t *testing.T) {
			porttest.TestMachines(t, func(*testing.T) porttest.Machines { return ofRunner(store()) })
		})
	}
}

func ofRunner(store senda.Store) porttest.Machines {
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	tokens, outcomes, runs := map[string]string{}, map[string]porttest.Outcome{}, map[string]int{}
	r := runner.New(runner.Config{
		Bundles: oneBundle{}, Store: store, Clock: senda.ClockFunc(func() time.Time { return now }),
		Functions: map[string]runner.Function{
			"Pause": func(_ context.Context, v jsonata.Value) (jsonata.Value, error) {
				tokens[v.Get("name").Str()] = v.Get("token").Str()
				runs[v.Get("name").Str()]++
				return jsonata.Object(), nil
			},
			"Keep": func(_ context.Context, v jsonata.Value) (jsonata.Value, error) {
				outcomes[v.Get("name").Str()] = porttest.Outcome{Output: v.Get("output")}
				return jsonata.Object(), nil
			},
		},
		Ended: func(_ context.Context, e senda.Execution) error {
			if e.Error != "" {
				outcomes[e.Name] = porttest.Outcome{Error: e.Error, Cause: e.Cause}
			}
			return nil
		},
	})
	settle := func(t *testing.T) {
		if err := r.Settle(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	return porttest.Machines{
		Machines: r, Begin: begin, InProcess: true,
		Token: func(t *testing.T, name string) string {
			settle(t)
			return tokens[name]
		},
		TimeOut: func(t *testing.T, _ string) {
			now = now.Add(time.Minute)
			settle(t)
		},
		Outcome: func(t *testing.T, name string) (porttest.Outcome, int) {
			settle(t)
			return outcomes[name], runs[name]
		},
	}
}

func TestOutboxInMemory(t *testing.T) {
	porttest.TestMailer(t, func(*testing.T) porttest.Mailer {
		o := &inmem.Outbox{}
		return porttest.Mailer{Mailer: o, Brand: "cellar", Left: func(_ *testing.T, address string) (out [][]byte) {
			for _, e := range o.Left() {
				if e.To == address {
					out = append(out, e.MIME)
				}
			}
			return out
		}}
	})
}

func TestOutboxOfFiles(t *testing.T) {
	porttest.TestMailer(t, func(t *testing.T) porttest.Mailer {
		f, err := outbox.Open(t.TempDir(), false)
		if err != nil {
			t.Fatal(err)
		}
		return porttest.Mailer{Mailer: f, Brand: "cellar", Left: func(t *testing.T, _ string) (out [][]byte) {
			items, err := f.List()
			for _, i := range items {
				data, rerr := os.ReadFile(i.Path)
				if err = rerr; err != nil {
					break
				}
				out = append(out, data)
			}
			if err != nil {
				t.Fatal(err)
			}
			return out
		}}
	})
}

func TestBusInMemory(t *testing.T) {
	porttest.TestBus(t, func(*testing.T) porttest.Bus {
		b := &inmem.Bus{}
		return porttest.Bus{Bus: b, Taken: func(*testing.T, int) map[senda.Ref]senda.Event {
			out := map[senda.Ref]senda.Event{}
			for _, e := range b.Events() {
				if _, twice := out[e.Ref()]; twice {
					panic(fmt.Sprintf("%v was kept twice", e.Ref()))
				}
				out[e.Ref()] = e
			}
			return out
		}}
	})
}

func TestBundlesInMemory(t *testing.T) {
	porttest.TestBundles(t, func(*testing.T) porttest.Bundles {
		s := &bundle.Shelf{}
		return porttest.Bundles{Bundles: s, Put: func(_ *testing.T, b *bundle.Bundle) { s.Put(b, senda.StateLive) }}
	})
}

func TestBundlesOfAFolder(t *testing.T) {
	porttest.TestBundles(t, func(t *testing.T) porttest.Bundles {
		f, err := bundle.OpenFolder(filepath.Join(t.TempDir(), "bundles"))
		if err != nil {
			t.Fatal(err)
		}
		return porttest.Bundles{Bundles: f, Put: func(t *testing.T, b *bundle.Bundle) {
			if err := f.Put(t.Context(), b, senda.StateLive); err != nil {
				t.Fatal(err)
			}
		}}
	})
}
