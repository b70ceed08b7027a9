package interp

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/senda-dev/senda/internal/jsonata"
)

// saveVersion is raised when the form of saved runs changes.
const saveVersion = 1

// Save writes the run as JSON, at any instant at which no task is being
// answered: between calls of Advance, answers that wait for the next one
// included. The input, the variables and whatever else the execution carries
// are in it in clear. History is not: a resumed run goes on counting where this
// one stands.
func (r *Run) Save() []byte {
	var o saver
	o.number("version", saveVersion)
	o.text("machine", r.machine.digest)
	o.text("name", r.exec.Name)
	o.text("id", r.exec.ID)
	o.value("input", r.exec.Input)
	o.time("started", r.exec.StartedAt)
	o.text("seed", strconv.FormatUint(r.exec.Seed, 16))
	o.text("machineId", r.exec.MachineID)
	o.text("machineName", r.exec.MachineName)
	o.text("role", r.exec.RoleARN)
	o.number("status", float64(r.outcome.Status))
	o.value("output", r.outcome.Output)
	o.text("error", r.outcome.Error)
	o.text("cause", r.outcome.Cause)
	o.flag("begun", r.begun)
	o.time("now", r.now)
	o.time("end", r.end)
	o.number("tasks", float64(r.tasks))
	o.number("events", float64(r.events))
	o.number("last", float64(r.last))
	o.text("chance", strconv.FormatUint(uint64(r.chance), 16))
	threads := make([]jsonata.Value, len(r.live))
	for i, t := range r.live {
		threads[i] = r.saveThread(t)
	}
	o.value("threads", jsonata.Array(threads...))
	var ready []jsonata.Value
	for _, t := range r.ready.threads[r.ready.head:] {
		if i := slices.Index(r.live, t); i >= 0 {
			ready = append(ready, jsonata.Number(float64(i)))
		}
	}
	o.value("ready", jsonata.Array(ready...))
	return jsonata.Object(o...).AppendJSON(nil)
}

func (r *Run) saveThread(t *thread) jsonata.Value {
	var o saver
	o.number("state", float64(t.state.number))
	o.number("phase", float64(t.phase))
	if t.parent != nil {
		o.value("parent", jsonata.Number(float64(slices.Index(r.live, t.parent))))
	}
	o.number("index", float64(t.index))
	o.value("item", t.item)
	o.value("input", t.input)
	var vars []jsonata.Member
	for i, v := range t.vars {
		if i != statesSlot && v.Kind() != jsonata.KindNothing {
			vars = append(vars, jsonata.Member{Key: t.flow.vars[i], Value: v})
		}
	}
	o.value("vars", jsonata.Object(vars...))
	o.time("timer", t.timer)
	o.time("enteredAt", t.enteredAt)
	o.number("entered", float64(t.entered))
	o.number("last", float64(t.last))
	o.number("retried", float64(t.retried))
	var retries []jsonata.Value
	for _, n := range t.retries {
		retries = append(retries, jsonata.Number(float64(n)))
	}
	o.value("retries", jsonata.Array(retries...))
	if t.state.kind == kindTask {
		o.value("call", t.call.save())
	}
	if t.phase == phaseChildren || t.phase == phaseJoined {
		o.value("group", t.group.save())
	}
	return jsonata.Object(o...)
}

func (c *call) save() jsonata.Value {
	var o saver
	o.number("id", float64(c.id))
	o.number("attempt", float64(c.attempt))
	o.text("token", c.token)
	o.time("deadline", c.deadline)
	o.number("heartbeat", float64(c.heartbeat))
	o.time("silence", c.silence)
	o.flag("settled", c.settled)
	o.value("result", c.result)
	o.flag("failed", c.failed)
	o.text("name", c.name)
	o.text("cause", c.cause)
	o.flag("finished", c.finished)
	return jsonata.Object(o...)
}

func (g *group) save() jsonata.Value {
	var o saver
	o.value("items", g.items)
	var results []jsonata.Value
	for i, v := range g.results {
		if v.Kind() != jsonata.KindNothing {
			results = append(results, jsonata.Array(jsonata.Number(float64(i)), v))
		}
	}
	o.number("all", float64(len(g.results)))
	o.value("results", jsonata.Array(results...))
	o.number("next", float64(g.next))
	o.number("limit", float64(g.limit))
	o.number("done", float64(g.done))
	o.number("failed", float64(g.failed))
	o.value("toleratedCount", jsonata.Number(g.tolerate.count))
	o.value("toleratedPercentage", jsonata.Number(g.tolerate.percentage))
	if f := g.failure; f != nil {
		o.value("failure", jsonata.Array(jsonata.String(f.name), jsonata.String(f.cause), jsonata.Bool(f.heartbeat)))
	}
	return jsonata.Object(o...)
}

// saver collects members and leaves out zeros.
type saver []jsonata.Member

func (o *saver) value(key string, v jsonata.Value) {
	if v.Kind() != jsonata.KindNothing {
		*o = append(*o, jsonata.Member{Key: key, Value: v})
	}
}

func (o *saver) number(key string, n float64) {
	if n != 0 {
		o.value(key, jsonata.Number(n))
	}
}

func (o *saver) text(key, s string) {
	if s != "" {
		o.value(key, jsonata.String(s))
	}
}

func (o *saver) flag(key string, b bool) {
	if b {
		o.value(key, jsonata.True)
	}
}

func (o *saver) time(key string, t time.Time) {
	if !t.IsZero() {
		o.text(key, t.UTC().Format(time.RFC3339Nano))
	}
}

// Resume makes a run of what Save wrote; the machine must have been loaded from
// the same definition. history takes the events from here on, nil for none.
func (m *Machine) Resume(saved []byte, history Sink) (*Run, error) {
	v, err := jsonata.ParseJSON(saved)
	if err != nil {
		return nil, fmt.Errorf("resume: %w", err)
	}
	if n := v.Get("version").Num(); n != saveVersion {
		return nil, fmt.Errorf("resume: saved in form %v, not %d", n, saveVersion)
	}
	if d := v.Get("machine").Str(); d != m.digest {
		return nil, fmt.Errorf("resume: saved by machine %q, this is %q", d, m.digest)
	}
	o := loaded{v: v}
	r := m.Start(Execution{
		Name: o.text("name"), ID: o.text("id"), Input: v.Get("input"), StartedAt: o.time("started"), Seed: o.bits("seed"),
		MachineID: o.text("machineId"), MachineName: o.text("machineName"), RoleARN: o.text("role"), History: history,
	})
	r.outcome = Outcome{Status: Status(o.integer("status", int64(Aborted))), Output: v.Get("output"), Error: o.text("error"), Cause: o.text("cause")}
	r.begun, r.now, r.end = v.Get("begun").Bool(), o.time("now"), o.time("end")
	r.tasks = TaskID(o.integer("tasks", 1<<32-1))
	r.events, r.last = o.integer("events", maxInteger), o.integer("last", maxInteger)
	r.chance = chance(o.bits("chance"))
	if err := r.loadThreads(v.Get("threads"), &o); err != nil {
		return nil, err
	}
	r.assigned = r.variableBytes()
	for _, i := range v.Get("ready").Elements() {
		if n := int(i.Num()); n >= 0 && n < len(r.live) {
			r.ready.push(r.live[n])
		} else {
			o.fail("ready")
		}
	}
	if o.err == nil && !r.Done() && len(r.live) == 0 {
		o.fail("threads")
	}
	if o.err != nil {
		return nil, o.err
	}
	return r, nil
}

func (r *Run) loadThreads(threads jsonata.Value, o *loaded) error {
	r.live = r.live[:0]
	for i, v := range threads.Elements() {
		s := loaded{v: v}
		t, f := &r.root, r.machine.flow
		if parent := v.Get("parent"); i > 0 {
			n := int(parent.Num())
			if parent.Kind() != jsonata.KindNumber || n < 0 || n >= len(r.live) {
				s.fail("parent")
				return s.err
			}
			p := r.live[n]
			branch := int(s.integer("index", maxInteger))
			if p.state.kind == kindMap {
				branch = 0
			}
			if branch >= len(p.state.branches) {
				s.fail("index")
				return s.err
			}
			f = p.state.branches[branch]
			t = &thread{}
			t.reset(f)
			t.parent = p
			p.group.children = append(p.group.children, t)
		}
		r.loadThread(t, &s)
		if s.err == nil && t.state.flow != f {
			s.fail("state")
		}
		if s.err != nil {
			return s.err
		}
		r.live = append(r.live, t)
	}
	return o.err
}

func (r *Run) loadThread(t *thread, s *loaded) {
	t.state = r.machine.states[s.integer("state", int64(len(r.machine.states)-1))]
	t.phase = phase(s.integer("phase", int64(phaseEnded)))
	t.index = int(s.integer("index", maxInteger))
	t.item, t.input = s.v.Get("item"), s.v.Get("input")
	for name, v := range s.v.Get("vars").Members() {
		if i := slices.Index(t.flow.vars, name); i > statesSlot {
			t.vars[i] = v
		} else {
			s.fail("vars")
		}
	}
	t.timer, t.enteredAt = s.time("timer"), s.time("enteredAt")
	t.entered, t.last = s.integer("entered", maxInteger), s.integer("last", maxInteger)
	t.retried = int(s.integer("retried", maxInteger))
	for _, n := range s.v.Get("retries").Elements() {
		t.retries = append(t.retries, int(n.Num()))
	}
	if v := s.v.Get("call"); v.Kind() == jsonata.KindObject {
		t.call.load(&loaded{v: v})
	}
	if v := s.v.Get("group"); v.Kind() == jsonata.KindObject {
		t.group.load(&loaded{v: v}, s)
	}
	if (t.phase == phaseChildren || t.phase == phaseJoined) && t.state.kind != kindMap && t.state.kind != kindParallel ||
		(t.phase == phaseTask || t.phase == phaseAnswered || t.phase == phaseExpired) && t.state.kind != kindTask {
		s.fail("phase")
	}
}

func (c *call) load(o *loaded) {
	c.id = TaskID(o.integer("id", 1<<32-1))
	c.attempt, c.token = int(o.integer("attempt", maxInteger)), o.text("token")
	c.deadline, c.silence = o.time("deadline"), o.time("silence")
	c.heartbeat = time.Duration(o.integer("heartbeat", maxInteger))
	c.settled, c.result, c.failed = o.v.Get("settled").Bool(), o.v.Get("result"), o.v.Get("failed").Bool()
	c.name, c.cause, c.finished = o.text("name"), o.text("cause"), o.v.Get("finished").Bool()
}

func (g *group) load(o, s *loaded) {
	g.items = o.v.Get("items")
	all := o.integer("all", maxInteger)
	if all > 1<<20 {
		s.fail("group")
		return
	}
	g.results = make([]jsonata.Value, all)
	for _, pair := range o.v.Get("results").Elements() {
		if i := int(pair.At(0).Num()); i >= 0 && i < len(g.results) {
			g.results[i] = pair.At(1)
		}
	}
	g.next, g.limit = int(o.integer("next", all)), int(o.integer("limit", MaxMapConcurrency))
	g.done, g.failed = int(o.integer("done", all)), int(o.integer("failed", all))
	g.tolerate = tolerance{o.v.Get("toleratedCount").Num(), o.v.Get("toleratedPercentage").Num()}
	if f := o.v.Get("failure"); f.Len() == 3 {
		g.failure = &failure{name: f.At(0).Str(), cause: f.At(1).Str(), heartbeat: f.At(2).Bool()}
	}
	if o.err != nil {
		s.err = o.err
	}
}

// loaded reads members of an object and keeps the first error.
type loaded struct {
	v   jsonata.Value
	err error
}

const maxInteger = 1<<53 - 1

func (o *loaded) fail(key string) {
	if o.err == nil {
		o.err = fmt.Errorf("resume: %s is not what Save writes", key)
	}
}

func (o *loaded) text(key string) string { return o.v.Get(key).Str() }

func (o *loaded) integer(key string, most int64) int64 {
	n := o.v.Get(key).Num()
	if n < 0 || n > float64(most) || n != float64(int64(n)) {
		o.fail(key)
		return 0
	}
	return int64(n)
}

func (o *loaded) bits(key string) uint64 {
	s := o.text(key)
	if s == "" {
		return 0
	}
	n, err := strconv.ParseUint(s, 16, 64)
	if err != nil {
		o.fail(key)
	}
	return n
}

func (o *loaded) time(key string) time.Time {
	s := o.text(key)
	if s == "" {
		return time.Time{}
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		o.fail(key)
	}
	return t
}
