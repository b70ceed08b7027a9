package emit

import (
	"fmt"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/asl"
	"github.com/senda-dev/senda/internal/journey"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/plan"
	"github.com/senda-dev/senda/internal/task"
)

const statesTimeout = "States.Timeout"

// seconds is how long a callback waits for its answer: until an absolute instant,
// so that a pause that is registered twice is not longer. Step Functions takes whole
// seconds from 1 to 99999999
// (https://docs.aws.amazon.com/step-functions/latest/dg/state-task.html).
func seconds(due string) jsonata.Value {
	return jsonata.String(asl.Expr(fmt.Sprintf("$min([99999999, $max([1, $ceil(($toMillis(%s.real) - $millis()) / 1000)])])", due)))
}

// pause writes a stop of the machine.
func (e *emitter) pause(id plan.ID, n *plan.Pause) {
	due := e.due(id, n.Name)
	name := e.name(id)
	if !n.Callback {
		a := e.assign(id)
		a.expr("at", due+".until")
		e.state(&asl.Wait{
			Common: asl.Common{Name: name}, Timestamp: jsonata.String(asl.Expr(due + ".real")),
			Assign: a.object(), Next: e.name(n.OnTime),
		})
		return
	}
	kind := senda.PauseWait
	var listens []senda.Listen
	if n.Await != nil {
		kind, listens = senda.PauseAwait, Listens(n.Await)
	}
	// hears is said both times: the registration may never have arrived.
	hears := func(q *object) {
		if len(listens) > 0 {
			q.add("listens", task.ListensValue(listens))
		}
		e.with(q, id, n.Reads.Steps)
	}
	q := e.head(id, n.EventPauses, "", "")
	e.register(&q, task.OpRegister, due, kind)
	hears(&q)

	after := asl.Catcher{ErrorEquals: []string{statesTimeout}, Next: e.name(n.OnTime)}
	if n.Expire {
		after.Next = name + " time-out"
		// The time-out asks about a pause that is named as at its registration.
		a := e.assign(id)
		if id == e.Start {
			a.expr("at", "$states.input.at")
			a.expr("due", "$states.input.due")
			after.Assign = a.object()
		}
	} else {
		a := e.assign(id)
		a.expr("at", due+".until")
		after.Assign = a.object()
	}
	e.state(&asl.Task{
		Common: asl.Common{Name: name}, Resource: task.CallbackResource, Arguments: callback(q),
		TimeoutSeconds: seconds(due), Retry: retries(statesTimeout),
		Catch:  []asl.Catcher{after, e.leaving()},
		Assign: e.done(id, n.EventPauses, n.Name).object(), Next: e.name(n.OnEvent),
	})
	if !n.Expire {
		return
	}
	q = e.headOf(name, n.Seq, "$at", "", n.Pauses, "", "")
	e.register(&q, task.OpExpire, path("$due", n.Name), kind)
	hears(&q)
	var a object
	a.expr("at", "$states.result.at")
	if len(n.Pauses) > 0 {
		a.expr("due", "$states.result.due")
	}
	if e.Used[n.Name] {
		a.expr(task.Variable(n.Name), "$states.result")
	}
	e.state(&asl.Task{
		Common: asl.Common{Name: name + " time-out"}, Resource: task.Resource(task.Pause), Arguments: q.object(),
		TimeoutSeconds: limit(), Retry: retries(), Catch: []asl.Catcher{e.leaving()}, Assign: a.object(), Next: e.name(n.OnTime),
	})
}

// register adds to a head what the pause function must know of a pause.
func (e *emitter) register(q *object, op, due, kind string) {
	q.add("op", jsonata.String(op))
	if op == task.OpRegister {
		q.expr("token", "$states.context.Task.Token")
	}
	q.expr("due", due)
	q.add("kind", jsonata.String(kind))
}

func callback(payload object) jsonata.Value {
	var a object
	a.add("FunctionName", jsonata.String(task.Resource(task.Pause)))
	a.add("Payload", payload.object())
	return a.object()
}

// Listens are the events that end an await.
func Listens(s *journey.Await) []senda.Listen {
	var out []senda.Listen
	for _, a := range s.Events {
		l := senda.Listen{Event: a.Text.Value, If: Condition(s.Match, "")}
		if a.Step != "" {
			l.Event, l.Step = task.OutcomeEvent(a.Outcome), a.Step
		}
		out = append(out, l)
	}
	return out
}

// holds says whether a mail may be held: those of transactional purposes never are.
func (e *emitter) holds(s *journey.Email) bool { return e.Class[s.Name] != senda.Transactional }

// send adds what a mail needs. While it is held, its state is entered again with
// the hold as its input: how often, since when, and the journey time now.
func (e *emitter) send(id plan.ID, n *plan.Task, s *journey.Email, q *object, t *asl.Task) {
	q.add("mail", jsonata.String(s.Mail.Value))
	q.add("brand", jsonata.String(s.Brand.Value))
	q.add("purpose", jsonata.String(s.Purpose.Value))
	q.optional("window", s.Window.String())
	q.optional("expires", s.Expires.String())
	at := e.at(id)
	if e.holds(s) {
		q.expr("reached", "$exists($states.input.hold) ? $states.input.hold.reached : "+at)
	} else {
		q.expr("reached", at)
	}
	q.list("offers", n.Offers)
	e.with(q, id, n.Reads.Steps)
	if !e.holds(s) {
		return
	}
	held := e.assign(id)
	held.expr("due", "$parse($parse($states.errorOutput.Cause).errorMessage).due")
	if id == e.Start {
		held.expr("at", at)
	}
	t.Catch = append([]asl.Catcher{{
		ErrorEquals: []string{senda.Held.ErrorName()},
		Assign:      held.object(),
		Output: jsonata.String(asl.Expr(`$exists($states.input.hold) ? {"hold": {"n": $states.input.hold.n + 1, "reached": $states.input.hold.reached}}` +
			` : {"hold": {"n": 1, "reached": ` + at + `}}`)),
		Next: task.HoldName(n.Name),
	}}, t.Catch...)
}

// hold writes the pause in which a mail waits for its hours.
func (e *emitter) hold(id plan.ID, n *plan.Task) {
	name := task.HoldName(n.Name)
	due := path("$due", name)
	again := jsonata.String(asl.Expr(`{"hold": $states.input.hold, "at": ` + due + `.until}`))
	var a object
	a.expr("at", due+".until")
	if !e.Leavable {
		e.state(&asl.Wait{
			Common: asl.Common{Name: name}, Timestamp: jsonata.String(asl.Expr(due + ".real")),
			Output: again, Assign: a.object(), Next: e.name(id),
		})
		return
	}
	q := e.headOf(name, n.Seq, "$at", "$states.input.hold.n", nil, "", "")
	e.register(&q, task.OpRegister, due, senda.PauseHold)
	e.state(&asl.Task{
		Common: asl.Common{Name: name}, Resource: task.CallbackResource, Arguments: callback(q),
		TimeoutSeconds: seconds(due), Retry: retries(statesTimeout),
		Catch:  []asl.Catcher{{ErrorEquals: []string{statesTimeout}, Output: again, Assign: a.object(), Next: e.name(id)}, e.leaving()},
		Output: again, Assign: a.object(), Next: e.name(id),
	})
}
