package privacy

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/jsonata"
)

// Watch notes every place in which planted words turn up and may not. Safe for
// concurrent use.
type Watch struct {
	Needles *Needles

	mu    sync.Mutex
	leaks []string
	seen  map[string]int // places that may hold them and did, by name
	kinds map[senda.Kind]bool
}

// Text looks at a text that may hold nothing personal; place names it.
func (w *Watch) Text(place, text string) {
	if found := w.Needles.In(text); len(found) > 0 {
		w.note(fmt.Sprintf("%s: %q in %s", place, found, text))
	}
}

// Error looks at an error's text, whole: what an error may not say it cannot log.
func (w *Watch) Error(place string, err error) {
	if err != nil {
		w.Text(place, err.Error())
	}
}

func (w *Watch) note(leak string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !slices.Contains(w.leaks, leak) {
		w.leaks = append(w.leaks, leak)
	}
}

// Leaks lists what was found where it may not be.
func (w *Watch) Leaks() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.leaks)
}

// Seen counts what was found where it may be, by place: a watch that sees
// nothing there either proves nothing.
func (w *Watch) Seen(place string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.seen[place]
}

// Kinds are the kinds of records that were written.
func (w *Watch) Kinds() []senda.Kind {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := make([]senda.Kind, 0, len(w.kinds))
	for k := range w.kinds {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// permitted is the name of the place that may hold personal data to which a
// record belongs, empty when it belongs to none.
func permitted(r senda.Record) string {
	switch r := r.(type) {
	case senda.Person:
		return "profile"
	case senda.Happening:
		return "timeline"
	case senda.Quarantined:
		return "quarantine"
	case senda.Seen:
		if !r.Done {
			return "queue"
		}
	}
	return ""
}

// Store is a store of which the watch sees every write.
func (w *Watch) Store(s senda.Store) senda.Store { return watched{s, w} }

type watched struct {
	senda.Store
	w *Watch
}

func (s watched) Commit(ctx context.Context, writes ...senda.Write) error {
	for _, wr := range writes {
		// A key is a name: it goes into logs and metrics wherever it leads.
		s.w.Text("key of a record of kind "+fmt.Sprint(wr.Key.Kind), wr.Key.Part+" "+wr.Key.Sort)
		if wr.Record != nil {
			s.w.record(wr.Record)
		}
	}
	err := s.Store.Commit(ctx, writes...)
	s.w.Error("error of a commit", err)
	return err
}

func (w *Watch) record(r senda.Record) {
	text, err := json.Marshal(r)
	if err != nil {
		w.note(fmt.Sprintf("a record of kind %d cannot be looked at: %v", r.Key().Kind, err))
		return
	}
	w.mu.Lock()
	if w.kinds == nil {
		w.kinds, w.seen = map[senda.Kind]bool{}, map[string]int{}
	}
	w.kinds[r.Key().Kind] = true
	w.mu.Unlock()
	place := permitted(r)
	if place == "" {
		w.Text(fmt.Sprintf("a %T", r), string(text))
		return
	}
	if len(w.Needles.In(string(text))) > 0 {
		w.mu.Lock()
		w.seen[place]++
		w.mu.Unlock()
	}
}

// Machines are machines of which the watch sees every input and answer.
func (w *Watch) Machines(m senda.Machines) senda.Machines { return executing{m, w} }

type executing struct {
	senda.Machines
	w *Watch
}

func (m executing) Start(ctx context.Context, s senda.Start) error {
	m.w.Text("name of an execution", s.Name+" "+string(s.Entry))
	m.w.Text("input of an execution", s.Input.String())
	err := m.Machines.Start(ctx, s)
	m.w.Error("error of a start", err)
	return err
}

func (m executing) Answer(ctx context.Context, token string, output jsonata.Value) error {
	m.w.Text("output of a task", output.String())
	return m.Machines.Answer(ctx, token, output)
}
