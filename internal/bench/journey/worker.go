package main

import (
	"fmt"
	"strings"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/interp"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/task"
)

// noon is when everybody enters.
var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// inputs are those of a thousand entries, so that no execution meets its own memory.
func inputs(worker int) []jsonata.Value {
	out := make([]jsonata.Value, 1000)
	data := jsonata.Object(jsonata.Member{Key: "order", Value: jsonata.Object(
		jsonata.Member{Key: "id", Value: jsonata.String("A-1")},
		jsonata.Member{Key: "currency", Value: jsonata.String("EUR")},
		jsonata.Member{Key: "total", Value: jsonata.Number(42)},
	)})
	for i := range out {
		person := senda.PersonID(fmt.Sprintf("p-%d-%d", worker, i))
		out[i] = task.InputOf(senda.Entry{
			Person: person, ID: senda.NewEntryID("reference", "", 1), Bundle: strings.Repeat("0", 64), Pace: senda.Life, At: noon, Data: data,
		}, nil).Value()
	}
	return out
}

// worker runs executions one after the other in the memory of the first. It is
// their host: what functions would answer, it answers at once.
type worker struct {
	input   []jsonata.Value
	history bool
	run     *interp.Run
	log     interp.History
	now     time.Time
	buys    bool
	event   interp.TaskID // the await that the purchase ends

	runs, tasks, events int64
}

// execute walks one entry from its start to its end. One in ten buys a day after
// the first mail; the others are reminded when the three days are over.
func (w *worker) execute(m *interp.Machine) bool {
	e := interp.Execution{Name: "e-1", ID: "e-1", Input: w.input[w.runs%int64(len(w.input))], Seed: uint64(w.runs)}
	if w.history {
		w.log = w.log[:0]
		e.History = &w.log
	}
	if w.run == nil {
		w.run = m.Start(e)
	} else {
		w.run.Reset(e)
	}
	w.now, w.buys = noon, w.runs%10 == 0
	for w.run.Advance(w.now, w) == interp.Running {
		if w.buys {
			w.buys = false
			w.now = w.now.Add(24 * time.Hour)
			if w.run.Answer(w.event, w.answer(bought)) != nil {
				return false
			}
			continue
		}
		w.now = w.run.Wake()
	}
	w.runs++
	w.events += int64(len(w.log))
	return w.run.Outcome().Status == interp.Succeeded
}

// What the functions answer beside the time.
var (
	score = fields("alive", jsonata.Number(0.62), "purchases", jsonata.Number(1.4), "value", jsonata.Number(38.2))
	offer = members(task.OfferFields("free-delivery"))
	sent  = members(task.SendFields(task.OutcomeSent, ""))
	time0 = members(task.PauseFields(senda.Over{How: senda.OverTime}))
	// bought is the event that ends the await.
	bought = members(task.PauseFields(senda.Over{How: senda.OverEvent, Signal: &senda.Signal{
		Kind: "order.completed", Data: jsonata.Object(jsonata.Member{Key: "order", Value: jsonata.Object(jsonata.Member{Key: "total", Value: jsonata.Number(30)})}),
	}}))
)

func fields(kv ...any) []jsonata.Member {
	var out []jsonata.Member
	for i := 0; i < len(kv); i += 2 {
		out = append(out, jsonata.Member{Key: kv[i].(string), Value: kv[i+1].(jsonata.Value)})
	}
	return out
}

func members(v jsonata.Value) []jsonata.Member {
	var out []jsonata.Member
	for k, x := range v.Members() {
		out = append(out, jsonata.Member{Key: k, Value: x})
	}
	return out
}

// Task answers as the function would whose name the resource is.
func (w *worker) Task(t *interp.Task) interp.Reply {
	w.tasks++
	if t.Callback {
		w.event = t.ID
		return interp.Pending
	}
	switch t.Resource {
	case "${Score}":
		return interp.Done(w.answer(score))
	case "${Choose}":
		return interp.Done(w.answer(offer))
	case "${Send}":
		if next := t.Arguments.Get("next"); next.Len() > 0 {
			return interp.Done(w.answer(sent).With("due", w.dues(next)))
		}
		return interp.Done(w.answer(sent))
	case "${Pause}":
		return interp.Done(w.answer(time0))
	}
	return interp.Refused(senda.Internal.ErrorName(), "there is no such function")
}

// answer is a reply: the time, and what the function has to say.
func (w *worker) answer(say []jsonata.Member) jsonata.Value {
	at := jsonata.Member{Key: "at", Value: jsonata.String(task.Instant(w.now))}
	return jsonata.Object(append([]jsonata.Member{at}, say...)...)
}

// dues is when the pauses end that were asked for: three days from now.
func (w *worker) dues(next jsonata.Value) jsonata.Value {
	until := w.now.AddDate(0, 0, 3)
	out := jsonata.Object()
	for name := range next.Members() {
		out = out.With(name, task.DueValue(senda.Due{Until: until, Real: until}))
	}
	return out
}
