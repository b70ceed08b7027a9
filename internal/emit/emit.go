package emit

import (
	"fmt"
	"slices"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/asl"
	"github.com/senda-dev/senda/internal/diag"
	"github.com/senda-dev/senda/internal/journey"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/plan"
	"github.com/senda-dev/senda/internal/task"
)

// Machine writes a plan as a machine. Same plan, same machine. The findings are
// what AWS would not take.
func Machine(p *plan.Plan) (*asl.Machine, diag.List) {
	e := &emitter{Plan: p, left: "left", end: plan.EndName}
	for _, s := range p.Steps {
		switch s.Common().Name {
		case e.left:
			e.left = "left the journey"
		case e.end:
			e.end = "the end"
		}
	}
	e.assigned()
	for id := range p.Nodes {
		e.node(plan.ID(id))
	}
	e.state(&asl.Succeed{Common: asl.Common{Name: e.left}})
	m := &asl.Machine{
		Comment: p.Journey.Note.Value, QueryLanguage: asl.JSONata,
		Flow: asl.Flow{StartAt: e.name(p.Start), States: e.states},
	}
	return m, e.limits(m)
}

type emitter struct {
	*plan.Plan
	states    []asl.State
	left, end string
	// blank are the steps whose answers something may read before they have run:
	// they begin as {}, since reading a variable that nobody set fails.
	blank []string
}

func (e *emitter) state(s asl.State) { e.states = append(e.states, s) }

// name is the state at which a node begins.
func (e *emitter) name(id plan.ID) string {
	if id == plan.End {
		return ""
	}
	b := e.Nodes[id].Common()
	if b.Step == nil {
		return e.end
	}
	return b.Name
}

func (e *emitter) node(id plan.ID) {
	switch n := e.Nodes[id].(type) {
	case *plan.Task:
		e.task(id, n)
	case *plan.Facts:
		e.facts(id, n)
	case *plan.Pause:
		e.pause(id, n)
	case *plan.Choice:
		e.choice(id, n)
	case *plan.Exit:
		q := e.head(id, nil, n.Reason, stepName(n))
		q.add("op", jsonata.String(task.OpExit))
		e.state(&asl.Task{
			Common: asl.Common{Name: e.name(id)}, Resource: task.Resource(task.Pause), Arguments: q.object(),
			TimeoutSeconds: limit(), Retry: retries(), Catch: []asl.Catcher{e.leaving()},
		})
	}
}

func stepName(n plan.Node) string {
	if s := n.Common().Step; s != nil {
		return s.Common().Name
	}
	return ""
}

// object collects the members of a JSON object.
type object []jsonata.Member

func (o *object) add(key string, v jsonata.Value) {
	*o = append(*o, jsonata.Member{Key: key, Value: v})
}
func (o *object) expr(key, source string) { o.add(key, jsonata.String(asl.Expr(source))) }
func (o object) object() jsonata.Value    { return jsonata.Object(o...) }

// optional leaves out what is empty.
func (o *object) optional(key, s string) {
	if s != "" {
		o.add(key, jsonata.String(s))
	}
}

func (o *object) list(key string, list []string) {
	if len(list) == 0 {
		return
	}
	items := make([]jsonata.Value, len(list))
	for i, s := range list {
		items[i] = jsonata.String(s)
	}
	o.add(key, jsonata.Array(items...))
}

// with takes along what earlier steps answered. Where a machine begins none has.
func (e *emitter) with(o *object, id plan.ID, steps []string) {
	if len(steps) == 0 || id == e.Start {
		return
	}
	var with object
	for _, s := range steps {
		with.expr(task.Variable(s), stepVariable(s))
	}
	o.add("with", with.object())
}

// head is what every request says first: see task.Head.
func (e *emitter) head(id plan.ID, next map[string]senda.PauseSpec, end, exit string) object {
	b := e.Nodes[id].Common()
	return e.headOf(e.name(id), b.Seq, e.at(id), "", next, end, exit)
}

func (e *emitter) headOf(step string, seq int, at, n string, next map[string]senda.PauseSpec, end, exit string) object {
	var q object
	q.add("v", jsonata.Number(task.Version))
	q.expr("who", input+".who")
	q.add("step", jsonata.String(step))
	if n != "" {
		q.expr("n", n)
	}
	q.add("seq", jsonata.Number(float64(seq)))
	q.expr("at", at)
	if len(next) > 0 {
		q.add("next", task.SpecsValue(next))
	}
	q.optional("end", end)
	q.optional("exit", exit)
	return q
}

// at is where a state finds the journey time: at the start of the machine in its
// input, afterwards in the variable.
func (e *emitter) at(id plan.ID) string {
	if id == e.Start {
		return "$states.input.at"
	}
	return "$at"
}

// due is where a state finds when a pause ends.
func (e *emitter) due(id plan.ID, pause string) string {
	if id == e.Start {
		return path("$states.input.due", pause)
	}
	return path("$due", pause)
}

// assign collects variables; a later one of the same name replaces an earlier.
func (e *emitter) assign(id plan.ID) object {
	var a object
	if id == e.Start {
		for _, s := range e.blank {
			a.add(task.Variable(s), jsonata.Object())
		}
	}
	return a
}

// done is what a state keeps of an answer: the journey time, the ends of the pauses that
// may follow, and the answer itself when something reads it later.
func (e *emitter) done(id plan.ID, next map[string]senda.PauseSpec, step string) object {
	a := e.assign(id)
	a.expr("at", "$states.result.at")
	if len(next) > 0 {
		a.expr("due", "$states.result.due")
	}
	if step != "" && e.Used[step] {
		a.expr(task.Variable(step), "$states.result")
	}
	return a
}

func (e *emitter) leaving() asl.Catcher {
	return asl.Catcher{ErrorEquals: []string{senda.Leaving.ErrorName()}, Next: e.left}
}

func limit() jsonata.Value { return jsonata.Number(task.Limit.Seconds()) }

// retries is the shared table as retriers. without are errors that mean
// something else in this state.
func retries(without ...string) []asl.Retrier {
	var out []asl.Retrier
	for _, r := range task.Retries() {
		errors := slices.DeleteFunc(slices.Clone(r.Errors), func(s string) bool { return slices.Contains(without, s) })
		attempts := r.Attempts
		out = append(out, asl.Retrier{
			ErrorEquals: errors, IntervalSeconds: int(r.First.Seconds()), BackoffRate: r.Rate,
			MaxDelaySeconds: int(r.Most.Seconds()), MaxAttempts: &attempts, JitterStrategy: "FULL",
		})
	}
	return out
}

// task writes a step that a function serves.
func (e *emitter) task(id plan.ID, n *plan.Task) {
	q := e.head(id, n.Pauses, n.Ends, n.Exit)
	t := &asl.Task{
		Common: asl.Common{Name: e.name(id)}, TimeoutSeconds: limit(), Retry: retries(),
		Catch: []asl.Catcher{e.leaving()}, Next: e.name(n.Next),
	}
	name := n.Name
	switch s := n.Step.(type) {
	case *journey.Score:
		t.Resource = task.Resource(task.Score)
		q.add("model", jsonata.String(s.Model.Value))
	case *journey.Offer:
		t.Resource = task.Resource(task.Choose)
		q.add("slot", jsonata.String(s.Slot.Value))
		var from []string
		for _, b := range s.From {
			from = append(from, b.Value)
		}
		q.list("from", from)
	case *journey.Set:
		t.Resource = task.Resource(task.Update)
		q.add("set", jsonata.String(s.Attr.Value))
		// Step Functions fails an argument without a value.
		q.expr("to", fmt.Sprintf("($to := (%s); $exists($to) ? $to : null)", rewrite(s.To, n.Event, inMachine)))
	case *journey.Emit:
		t.Resource = task.Resource(task.Update)
		q.add("emit", jsonata.String(s.Event.Value))
	case *journey.Email:
		t.Resource = task.Resource(task.Send)
		e.send(id, n, s, &q, t)
	}
	t.Arguments = q.object()
	if n.Next != plan.End {
		t.Assign = e.done(id, n.Pauses, name).object()
	}
	e.state(t)
	if s, ok := n.Step.(*journey.Email); ok && e.holds(s) {
		e.hold(id, n)
	}
}

// facts writes the task that reads what conditions need.
func (e *emitter) facts(id plan.ID, n *plan.Facts) {
	q := e.head(id, n.Pauses, "", "")
	q.list("attributes", n.Reads.Attributes)
	q.list("facts", n.Reads.Facts)
	q.list("consent", n.Reads.Consent)
	q.list("mails", n.Reads.Mails)
	a := e.done(id, n.Pauses, "")
	keep := func(key string, asked bool) {
		if asked {
			a.expr(key, "$states.result."+key)
		}
	}
	keep("person", len(n.Reads.Attributes) > 0)
	keep("facts", len(n.Reads.Facts) > 0)
	keep("consent", len(n.Reads.Consent) > 0)
	keep("mails", len(n.Reads.Mails) > 0)
	keep("is", len(n.Reads.Is) > 0)
	if len(n.Reads.Is) > 0 {
		var is object
		for _, name := range sorted(n.Reads.Is) {
			c := n.Reads.Is[name]
			is.add(name, jsonata.String(Condition(c.Expr, c.Event)))
		}
		q.add("is", is.object())
	}
	e.with(&q, id, n.Reads.Steps)
	e.state(&asl.Task{
		Common: asl.Common{Name: e.name(id)}, Resource: task.Resource(task.Facts), Arguments: q.object(), TimeoutSeconds: limit(),
		Retry: retries(), Catch: []asl.Catcher{e.leaving()}, Assign: a.object(), Next: e.name(n.Next),
	})
}

// choice writes a choice. At the start of the machine its rules keep the journey
// time and the first pauses, since no task did.
func (e *emitter) choice(id plan.ID, n *plan.Choice) {
	c := &asl.Choice{Common: asl.Common{Name: e.name(id)}, Default: e.name(n.Default)}
	if id == e.Start {
		a := e.assign(id)
		a.expr("at", "$states.input.at")
		if len(e.First) > 0 {
			a.expr("due", "$states.input.due")
		}
		c.Assign = a.object()
	}
	for _, r := range n.Rules {
		text := ""
		for i, cond := range r.If {
			if i > 0 {
				text += " and "
			}
			text += condition(cond)
		}
		c.Choices = append(c.Choices, asl.Rule{Condition: jsonata.String(asl.Expr(text)), Assign: c.Assign, Next: e.name(r.To)})
	}
	e.state(c)
}

// happened asks an await's answer whether its event came.
const happened = ".happened = true"

func condition(c *plan.Cond) string {
	switch {
	case c.Kind == plan.Happened:
		return stepVariable(c.Step) + happened
	case c.Kind == plan.OnWay:
		return way(c.Step, inMachine) + " = " + jsonata.String(c.Way).String()
	case c.Is != "":
		return path("$is", c.Is) + " = true"
	}
	return truth(rewrite(c.Expr, c.Event, inMachine))
}
