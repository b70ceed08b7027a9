package inmem

import (
	"context"
	"slices"
	"sync"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/jsonata"
)

// Machines is a senda.Machines that runs nothing: it remembers what was started
// and which callback tasks wait, and keeps the rules of the port.
type Machines struct {
	mu      sync.Mutex
	started []senda.Start
	waiting map[string]bool
	answers map[string]jsonata.Value
	fails   map[string]senda.Code
}

// NewMachines returns machines of which none runs.
func NewMachines() *Machines {
	return &Machines{waiting: map[string]bool{}, answers: map[string]jsonata.Value{}, fails: map[string]senda.Code{}}
}

// Start implements senda.Machines.
func (m *Machines) Start(ctx context.Context, s senda.Start) error {
	if err := alive(ctx, "start"); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, was := range m.started {
		if was.Name != s.Name {
			continue
		}
		if was.Input.String() != s.Input.String() {
			return senda.Errorf(senda.Conflict, "start "+s.Name, "it was started with another input")
		}
		return nil
	}
	m.started = append(m.started, s)
	return nil
}

// Answer implements senda.Machines.
func (m *Machines) Answer(ctx context.Context, token string, output jsonata.Value) error {
	return m.end(ctx, token, func() { m.answers[token] = output })
}

// Fail implements senda.Machines.
func (m *Machines) Fail(ctx context.Context, token string, code senda.Code) error {
	return m.end(ctx, token, func() { m.fails[token] = code })
}

func (m *Machines) end(ctx context.Context, token string, note func()) error {
	if err := alive(ctx, "answer"); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.waiting[token] {
		return senda.Errorf(senda.NotFound, "answer", "no task waits for this token")
	}
	delete(m.waiting, token)
	note()
	return nil
}

// Wait makes a callback task wait for an answer to its token.
func (m *Machines) Wait(token string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.waiting[token] = true
}

// TimeOut ends a callback task without an answer: from now on its token is unknown.
func (m *Machines) TimeOut(token string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.waiting, token)
}

// Answered returns what a token was answered with.
func (m *Machines) Answered(token string) (jsonata.Value, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	v, ok := m.answers[token]
	return v, ok
}

// Failed returns the code with which a token's task was failed.
func (m *Machines) Failed(token string) (senda.Code, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	c, ok := m.fails[token]
	return c, ok
}

// Started lists what was started, in order, each name once.
func (m *Machines) Started() []senda.Start {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.started)
}
