package runner

import (
	"context"
	"fmt"
	"sync"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/interp"
	"github.com/senda-dev/senda/internal/jsonata"
)

// Function serves the tasks of one resource. An error reaches the machine under
// the ErrorName of its code.
type Function func(ctx context.Context, request jsonata.Value) (jsonata.Value, error)

// Config is what a runner works with.
type Config struct {
	Bundles bundle.Bundles
	// Functions by name, such as task.Send; asked when the first task needs them.
	Functions map[string]Function
	Clock     senda.Clock
	// Store keeps executions. Nil keeps them in memory only.
	Store senda.Store
	// Ended is told of every execution that ended, with its final state: a failed one is
	// somebody's work. May be nil.
	Ended func(ctx context.Context, e senda.Execution) error
	// History returns where the history of an execution goes; nil keeps none.
	History func(name string) interp.Sink
}

// Runner runs executions.
type Runner struct {
	Config

	mu       sync.Mutex
	machines map[string]*interp.Machine
	live     map[string]*execution
	tokens   map[string]*execution
	agenda   agenda
	// done keeps the digests of the inputs of executions that ended, when there is
	// no store to remember them.
	done map[string][32]byte
}

// execution is one run in memory. Its mutex is held while it is advanced.
type execution struct {
	mu   sync.Mutex
	kept senda.Execution
	run  *interp.Run
	// tokens are those of the callback tasks that are open.
	tokens []string
	// own are answers that its own functions gave while it was advanced.
	own []answer
}

type answer struct {
	token  string
	output jsonata.Value
	code   senda.Code
}

// New makes a runner in which nothing runs.
func New(c Config) *Runner {
	return &Runner{
		Config: c, machines: map[string]*interp.Machine{}, live: map[string]*execution{},
		tokens: map[string]*execution{}, done: map[string][32]byte{},
	}
}

// Running counts the executions that have not ended.
func (r *Runner) Running() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.live)
}

// Next is the earliest instant at which Step has something to do; ok is false
// when nothing runs.
func (r *Runner) Next() (at time.Time, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.agenda.items) == 0 {
		return time.Time{}, false
	}
	return r.agenda.items[0].at, true
}

// machine loads the machine of a bundle once.
func (r *Runner) machine(ctx context.Context, digest string) (*interp.Machine, error) {
	r.mu.Lock()
	m := r.machines[digest]
	r.mu.Unlock()
	if m != nil {
		return m, nil
	}
	b, err := r.Bundles.Bundle(ctx, digest)
	if err != nil {
		return nil, err
	}
	m, err = interp.Load([]byte(b.Machine))
	if err != nil {
		return nil, senda.Wrap(senda.Invalid, "load the machine of "+b.Journey, err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.machines[digest] = m
	return m, nil
}

// Start implements senda.Machines.
func (r *Runner) Start(ctx context.Context, s senda.Start) error {
	op := "start " + s.Name
	input := s.Input.AppendJSON(nil)
	same := func(before []byte) error {
		if string(before) == string(input) {
			return nil
		}
		return senda.Errorf(senda.Conflict, op, "an execution of this name was started with another input")
	}
	r.mu.Lock()
	e := r.live[s.Name]
	sum, ended := r.done[s.Name]
	r.mu.Unlock()
	switch {
	case e != nil:
		return same(e.kept.Input)
	case ended && sum == senda.Digest(string(input)):
		return nil
	case ended:
		return senda.Errorf(senda.Conflict, op, "an execution of this name was started with another input")
	}
	m, err := r.machine(ctx, s.Bundle)
	if err != nil {
		return err
	}
	kept := senda.Execution{Name: s.Name, Person: s.Person, Entry: s.Entry, Bundle: s.Bundle, Input: input, Wake: r.Clock.Now(), Status: interp.Running.String()}
	e = &execution{kept: kept, run: r.begin(m, kept, s.Input)}
	if r.Store != nil {
		err := r.Store.Commit(ctx, senda.Put(kept, 0))
		if senda.CodeOf(err) == senda.Conflict {
			before, _, ok, err := senda.Read[senda.Execution](ctx, r.Store, kept.Key())
			if err != nil || !ok {
				return senda.Wrap(senda.Unavailable, op, err)
			}
			return same(before.Input)
		}
		if err != nil {
			return err
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.live[s.Name] != nil {
		return nil // another caller was faster with the same input
	}
	r.live[s.Name] = e
	r.agenda.put(e.kept.Name, kept.Wake)
	return nil
}

func (r *Runner) begin(m *interp.Machine, k senda.Execution, input jsonata.Value) *interp.Run {
	return m.Start(interp.Execution{
		Name: k.Name, ID: k.Name, Input: input, Seed: senda.Hash64(k.Name), MachineName: k.Entry.Journey(), History: r.sink(k.Name),
	})
}

func (r *Runner) sink(name string) interp.Sink {
	if r.History == nil {
		return nil
	}
	return r.History(name)
}

// Recover takes up what was running when the process before this one ended. It
// returns how many executions it found.
func (r *Runner) Recover(ctx context.Context) (int, error) {
	if r.Store == nil {
		return 0, nil
	}
	found, after := 0, ""
	for {
		page, err := r.Store.Find(ctx, senda.IndexRange{Index: senda.IndexExecutions, After: after, Limit: 500})
		if err != nil {
			return found, err
		}
		if len(page) == 0 {
			return found, nil
		}
		for _, v := range page {
			after = v.Record.Indexes()[0].Sort
			k, ok := v.Record.(senda.Execution)
			if !ok {
				return found, senda.Errorf(senda.Internal, "recover", "found a %T among the executions", v.Record)
			}
			took, err := r.take(ctx, k)
			if err != nil {
				return found, fmt.Errorf("recover %s: %w", k.Name, err)
			}
			if took {
				found++
			}
		}
	}
}

func (r *Runner) take(ctx context.Context, k senda.Execution) (bool, error) {
	m, err := r.machine(ctx, k.Bundle)
	if err != nil {
		return false, err
	}
	e := &execution{kept: k, tokens: k.Tokens}
	if len(k.Saved) == 0 {
		input, err := jsonata.ParseJSON(k.Input)
		if err != nil {
			return false, senda.Wrap(senda.Internal, "read the input", err)
		}
		e.run = r.begin(m, k, input)
	} else if e.run, err = m.Resume(k.Saved, r.sink(k.Name)); err != nil {
		return false, senda.Wrap(senda.Internal, "read the saved state", err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.live[k.Name] != nil {
		return false, nil
	}
	r.live[k.Name] = e
	for _, t := range e.tokens {
		r.tokens[t] = e
	}
	r.agenda.put(k.Name, e.run.Wake())
	return true, nil
}
