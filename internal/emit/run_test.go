package emit_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/emit"
	"github.com/senda-dev/senda/internal/interp"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/parse"
	"github.com/senda-dev/senda/internal/plan"
	"github.com/senda-dev/senda/internal/plan/plantest"
	"github.com/senda-dev/senda/internal/task"
	"pgregory.net/rapid"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// functions answer the tasks of one execution at random: they are held, find the entry
// leaving, are unavailable, and let events end pauses. They keep to the contract,
// and complain when the machine does not.
type functions struct {
	*rapid.T
	now     time.Time
	tokens  []token
	leaving bool
	ended   string // the reason with which a function ended the entry
	seq, n  int    // of the last pause
	calls   int
	held    map[string]bool
}

type token struct {
	id   interp.TaskID
	next map[string]senda.PauseSpec
	kind string
}

func (f *functions) Task(t *interp.Task) interp.Reply {
	f.calls++
	name := strings.Trim(t.Function, "${}")
	if name == "" {
		name = strings.Trim(t.Resource, "${}")
	}
	payload := t.Payload
	if payload.Kind() == jsonata.KindNothing {
		payload = t.Arguments
	}
	q, err := task.Decode(name, payload)
	if err != nil {
		f.Fatalf("%s asks %s what it cannot read: %v\n%s", t.State, name, err, payload)
	}
	if f.ended != "" {
		f.Fatalf("%s acts after the entry has ended as %s", t.State, f.ended)
	}
	if rapid.IntRange(0, 30).Draw(f.T, "unavailable") == 0 {
		return interp.Refused(senda.Unavailable.ErrorName(), "{}")
	}
	if f.leaving || rapid.IntRange(0, 20).Draw(f.T, "leaving") == 0 {
		f.ended = "left"
		return interp.Refused(senda.Leaving.ErrorName(), "{}")
	}
	head, fields := head(q), jsonata.Object()
	switch q := q.(type) {
	case task.FactsRequest:
		fields = f.facts(q)
	case task.SendRequest:
		if q.Purpose != "receipts" && rapid.IntRange(0, 3).Draw(f.T, "held") == 0 {
			f.held[q.Step] = true
			return interp.Refused(task.Failure(task.Held(q.Step, f.due())))
		}
		if was := f.held[q.Step]; q.Held() < 0 || (q.Held() > 0) != was {
			f.Fatalf("%s was held for %v, though it was held: %v", q.Step, q.Held(), was)
		}
		fields = task.SendFields(rapid.SampledFrom([]string{task.OutcomeSent, task.OutcomeRefused, task.OutcomeWouldHave}).Draw(f.T, "outcome"), "")
	case task.ChooseRequest:
		fields = task.OfferFields(rapid.SampledFrom([]string{"", "free-delivery"}).Draw(f.T, "offer"))
	case task.ScoreRequest:
		fields = object("alive", jsonata.Number(rapid.Float64Range(0, 1).Draw(f.T, "alive")))
	case task.PauseRequest:
		switch q.Op {
		case task.OpRegister:
			if q.Seq < f.seq || q.Seq == f.seq && q.N <= f.n {
				f.Fatalf("pause %s (%d, %d) comes after (%d, %d)", q.Step, q.Seq, q.N, f.seq, f.n)
			}
			f.seq, f.n = q.Seq, q.N
			f.tokens = append(f.tokens, token{t.ID, q.Next, q.Kind})
			return interp.Pending
		case task.OpExpire:
			fields = f.over(rapid.Bool().Draw(f.T, "came first"))
		case task.OpExit:
			if q.End == "" {
				f.Fatalf("%s has no reason", t.State)
			}
		}
	}
	if head.End != "" {
		f.ended = head.End
	}
	return interp.Done(f.reply(head.Next, fields))
}

func head(q task.Request) task.Head {
	switch q := q.(type) {
	case task.FactsRequest:
		return q.Head
	case task.ScoreRequest:
		return q.Head
	case task.ChooseRequest:
		return q.Head
	case task.SendRequest:
		return q.Head
	case task.PauseRequest:
		return q.Head
	case task.UpdateRequest:
		return q.Head
	}
	return task.Head{}
}

func object(key string, v jsonata.Value) jsonata.Value {
	return jsonata.Object(jsonata.Member{Key: key, Value: v})
}

// facts answers some of what was asked: what is not known is missing, and a
// condition is never.
func (f *functions) facts(q task.FactsRequest) jsonata.Value {
	some := func(names []string) jsonata.Value {
		out := jsonata.Object()
		for _, n := range names {
			if rapid.Bool().Draw(f.T, "known") {
				out = out.With(n, jsonata.Number(3))
			}
		}
		return out
	}
	consent, is := jsonata.Object(), jsonata.Object()
	for _, s := range q.Consent {
		brand, purpose, _ := strings.Cut(s, ".")
		consent = consent.With(brand, consent.Get(brand).With(purpose, jsonata.Bool(rapid.Bool().Draw(f.T, "basis"))))
	}
	for name := range q.Is {
		is = is.With(name, jsonata.Bool(rapid.Bool().Draw(f.T, "is")))
	}
	return task.FactsFields{Person: some(q.Attributes), Facts: some(q.Facts), Consent: consent, Mails: jsonata.Object(), Is: is}.Value()
}

func (f *functions) due() senda.Due {
	until := f.now.Add(time.Duration(rapid.IntRange(1, 100).Draw(f.T, "hours")) * time.Hour)
	return senda.Due{Until: until, Real: until}
}

func (f *functions) over(came bool) jsonata.Value {
	over := senda.Over{How: senda.OverTime}
	if came {
		over = senda.Over{How: senda.OverEvent, Signal: &senda.Signal{Kind: "order.completed", Data: object("order", object("total", jsonata.Number(9)))}}
	}
	return task.PauseFields(over)
}

func (f *functions) reply(next map[string]senda.PauseSpec, fields jsonata.Value) jsonata.Value {
	r := task.Reply{At: f.now, Fields: fields, Due: map[string]senda.Due{}}
	for name := range next {
		r.Due[name] = f.due()
	}
	return r.Value()
}

// walk runs one execution to its end, answering open callbacks now and then.
func walk(t *rapid.T, p *plan.Plan, m *interp.Machine) (interp.Outcome, *functions) {
	f := &functions{T: t, now: noon, held: map[string]bool{}}
	due := map[string]senda.Due{}
	for name := range p.First {
		due[name] = f.due()
	}
	in := task.InputOf(senda.Entry{
		Person: "p-1", ID: "random/k/00000001", Bundle: "b", Pace: senda.Life, At: noon,
		Data: object("order", object("total", jsonata.Number(float64(rapid.IntRange(0, 40).Draw(t, "total"))))),
	}, due)
	run := m.Start(interp.Execution{Name: "e-1", ID: "e-1", Input: in.Value()})
	for range 500 {
		if run.Advance(f.now, f) != interp.Running {
			return run.Outcome(), f
		}
		if n := len(f.tokens); n > 0 && rapid.Bool().Draw(t, "answer") {
			tok := f.tokens[n-1]
			f.tokens = f.tokens[:n-1]
			// A plain pause and a hold are answered only when somebody leaves.
			came := tok.kind == senda.PauseAwait && rapid.Bool().Draw(t, "event")
			f.leaving = f.leaving || !came
			if err := run.Answer(tok.id, f.reply(tok.next, f.over(came))); err == nil {
				continue
			}
			f.leaving = false // the time-out was first
		}
		if wake := run.Wake(); wake.After(f.now) {
			f.now = wake
		}
	}
	return interp.Outcome{Error: "it does not end"}, f
}

// Whatever the journey and whatever its functions answer, within their contract:
// the machine loads, every execution succeeds, and it does so only after a
// function has ended the entry.
func TestRandomExecutions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		src := plantest.Random(t)
		j, found := parse.Journey("journey.yaml", src)
		if found.HasErrors() {
			t.Fatalf("%v\n%s", found.Err(), src)
		}
		p := plan.Build(plantest.Resolve(j), plan.Options{})
		def, _ := emit.Machine(p)
		m, err := interp.Load(def.Encode())
		if err != nil {
			t.Fatalf("%v\n%s\n%s", err, src, p)
		}
		for range 5 {
			out, f := walk(t, p, m)
			if out.Status != interp.Succeeded || f.ended == "" {
				t.Fatalf("%s %s %s, ended %q after %d calls\n%s\n%s", out.Status, out.Error, out.Cause, f.ended, f.calls, src, p)
			}
		}
	})
}

// An entry that nothing disturbs walks the reference journey in seven states, the
// reminder last, and ends itself.
func TestTheQuietWay(t *testing.T) {
	p, m := planned(t, "reference")
	var history interp.History
	due := map[string]senda.Due{}
	for name := range p.First {
		due[name] = senda.Due{Until: noon, Real: noon}
	}
	in := task.InputOf(senda.Entry{Person: "p", ID: "reference/k/00000001", Bundle: "b", Pace: senda.Life, At: noon}, due)
	run := m.Start(interp.Execution{Name: "e", ID: "e", Input: in.Value(), History: &history})
	f := &quiet{now: noon}
	for run.Advance(f.now, f) == interp.Running {
		f.now = run.Wake()
	}
	if out := run.Outcome(); out.Status != interp.Succeeded {
		t.Fatalf("%v", out)
	}
	var states []string
	for i := range history {
		if strings.HasSuffix(string(history[i].Type), "StateEntered") {
			states = append(states, history[i].Name)
		}
	}
	want := []string{
		"customer-value", "next-bottle", "thank-you", "await-order-completed", "await-order-completed time-out",
		"await-order-completed in time", "reminder",
	}
	if !slices.Equal(states, want) {
		t.Errorf("states %q", states)
	}
	if f.now.Sub(noon) != 72*time.Hour || f.ends != "completed" {
		t.Errorf("it took %v and ended as %q", f.now.Sub(noon), f.ends)
	}
}

// quiet are functions to which nothing happens.
type quiet struct {
	now  time.Time
	ends string
}

func (f *quiet) Task(t *interp.Task) interp.Reply {
	if t.Callback {
		return interp.Pending
	}
	q := t.Payload
	if q.Kind() == jsonata.KindNothing {
		q = t.Arguments
	}
	r := task.Reply{At: f.now, Due: map[string]senda.Due{}, Fields: task.PauseFields(senda.Over{How: senda.OverTime})}
	for name := range q.Get("next").Members() {
		until := f.now.Add(72 * time.Hour)
		r.Due[name] = senda.Due{Until: until, Real: until}
	}
	f.ends = q.Get("end").Str()
	return interp.Done(r.Value())
}

func planned(t testing.TB, name string) (*plan.Plan, *interp.Machine) {
	t.Helper()
	a, err := txtar.ParseFile(fmt.Sprintf("testdata/%s.txtar", name))
	if err != nil {
		t.Fatal(err)
	}
	p := plan.Build(plantest.Journey(t, "journey.yaml", a.Files[0].Data), plan.Options{})
	def, _ := emit.Machine(p)
	m, err := interp.Load(def.Encode())
	if err != nil {
		t.Fatal(err)
	}
	return p, m
}
