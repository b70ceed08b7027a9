package interp

import (
	"time"

	"github.com/senda-dev/senda/internal/jsonata"
)

// TaskID numbers the attempts at tasks within one execution, from 1.
type TaskID uint32

// Task is one attempt at a Task state.
type Task struct {
	ID       TaskID
	State    string // the name of the state
	Resource string // as it is written in the definition
	// Arguments are what the state sends. Where a Lambda function is called,
	// Function is its name without ARN and Payload what it gets.
	Arguments jsonata.Value
	Function  string
	Payload   jsonata.Value
	// Callback says that the task is answered by its token, which only such
	// tasks have.
	Callback bool
	Token    string
	Attempt  int // retries of this state so far
	// Deadline is when the task times out, zero if never; Heartbeat is the
	// longest silence allowed, zero if any.
	Deadline  time.Time
	Heartbeat time.Duration
}

// Host carries out tasks. The Task is the run's own and valid only during the
// call; the values in it may be kept. A Host may answer tasks of the run during
// the call, this one included, but not call Advance, Save or Reset.
type Host interface {
	Task(t *Task) Reply
}

// Reply is what a Host makes of a task: Done, Refused or Pending.
type Reply struct {
	kind        replyKind
	value       jsonata.Value
	name, cause string
}

type replyKind uint8

const (
	replyPending replyKind = iota
	replyDone
	replyRefused
)

// Pending means that Answer or Fail will come later, or a time-out.
var Pending = Reply{}

// Done answers at once. For a Lambda function the value is what the function
// returned, also where the result of the state wraps it. For a callback it is
// the answer of the call that was made; the task's own comes by its token.
func Done(v jsonata.Value) Reply { return Reply{kind: replyDone, value: v} }

// Refused fails at once, with the name and the cause that a Retrier, a Catcher
// and the history see.
func Refused(name, cause string) Reply { return Reply{kind: replyRefused, name: name, cause: cause} }

// call is the attempt that a thread has under way.
type call struct {
	id        TaskID
	attempt   int // as the token has it
	token     string
	deadline  time.Time
	heartbeat time.Duration
	silence   time.Time // when the heartbeat is missed
	seconds   [2]float64

	settled  bool // the answer below is in
	result   jsonata.Value
	name     string
	cause    string
	failed   bool
	finished bool // Value is the whole result, not a function's
}

// due is the earlier of the two deadlines.
func (c *call) due() (time.Time, bool) {
	switch {
	case c.silence.IsZero():
		return c.deadline, !c.deadline.IsZero()
	case c.deadline.IsZero() || c.silence.Before(c.deadline):
		return c.silence, true
	default:
		return c.deadline, true
	}
}

// attempt begins what a Task, Parallel or Map does.
func (r *Run) attempt(t *thread, host Host) {
	switch t.state.kind {
	case kindParallel:
		r.startParallel(t)
	case kindMap:
		r.startMap(t)
	default:
		r.startTask(t, host)
	}
}

func (r *Run) startTask(t *thread, host Host) {
	s := t.state
	r.tasks++
	t.call = call{id: r.tasks, attempt: t.retried}
	if s.resource.callback {
		t.call.token = token(r.exec.ID, r.tasks, t.retried)
	}
	arguments, f := r.prepare(t)
	if f != nil {
		r.trouble(t, f)
		return
	}
	task := &r.task
	*task = Task{
		ID: r.tasks, State: s.name, Resource: s.resource.text, Arguments: arguments,
		Function: s.resource.function, Payload: arguments,
		Callback: s.resource.callback, Token: t.call.token, Attempt: t.retried,
		Deadline: t.call.deadline, Heartbeat: t.call.heartbeat,
	}
	if s.resource.invoke {
		task.Function = FunctionName(arguments.Get("FunctionName").Str())
		if task.Payload = arguments.Get("Payload"); task.Payload.Kind() == jsonata.KindNothing {
			task.Payload = emptyObject
		}
	} else if s.resource.family != familyLambda {
		task.Function = ""
	}
	r.scheduled(t, arguments)
	t.phase = phaseTask
	reply := host.Task(task)
	if t.phase != phaseTask || t.call.settled {
		return // answered during the call; the reply comes too late
	}
	switch {
	case reply.kind == replyRefused:
		r.settle(t, call{failed: true, name: reply.name, cause: reply.cause})
	case reply.kind == replyDone && s.resource.callback:
		if e := r.record(t, TaskSubmitted); e != nil {
			e.Resource, e.ResourceType = s.resource.action, s.resource.kind
			e.Output = s.resource.wrap(reply.value)
			r.emit()
		}
		return
	case reply.kind == replyDone:
		r.settle(t, call{result: reply.value})
	default:
		return
	}
	t.phase = phaseAnswered
}

// prepare evaluates what the attempt needs.
func (r *Run) prepare(t *thread) (arguments jsonata.Value, f *failure) {
	s := t.state
	arguments = t.input
	if s.arguments == nil && s.timeout == nil && s.heartbeat == nil && s.credentials == nil {
		return arguments, nil
	}
	r.states(s.attemptNeeds, jsonata.Nothing, nil)
	if s.arguments != nil {
		if arguments, f = r.fill(t, s.arguments); f != nil {
			return arguments, f
		}
		if !fits(arguments) {
			return arguments, t.tooLarge("arguments")
		}
	}
	if s.timeout != nil {
		n, f := r.number(t, s.timeout)
		if f != nil {
			return arguments, f
		}
		t.call.seconds[0] = n
		t.call.deadline = r.now.Add(time.Duration(n) * time.Second)
	}
	if s.heartbeat != nil {
		n, f := r.number(t, s.heartbeat)
		if f != nil {
			return arguments, f
		}
		t.call.seconds[1] = n
		t.call.heartbeat = time.Duration(n) * time.Second
		t.call.silence = r.now.Add(t.call.heartbeat)
	}
	if s.credentials != nil {
		if _, f := r.fill(t, s.credentials); f != nil {
			return arguments, f
		}
	}
	return arguments, nil
}

// scheduled writes the events before the host is asked.
func (r *Run) scheduled(t *thread, arguments jsonata.Value) {
	res := &t.state.resource
	if e := r.record(t, [...]EventType{LambdaFunctionScheduled, ActivityScheduled, TaskScheduled}[res.family]); e != nil {
		e.Input, e.Resource = arguments, res.text
		if res.family == familyTask {
			e.Resource, e.ResourceType, e.Region = res.action, res.kind, res.region
			if e.Region == "" {
				e.Region = regionOf(r.exec.ID)
			}
		}
		e.TimeoutSeconds, e.HeartbeatSeconds = t.call.seconds[0], t.call.seconds[1]
		r.emit()
	}
	if e := r.record(t, [...]EventType{LambdaFunctionStarted, ActivityStarted, TaskStarted}[res.family]); e != nil {
		e.Resource, e.ResourceType = res.action, res.kind
		r.emit()
	}
}

// settle keeps an answer until the thread runs.
func (r *Run) settle(t *thread, answer call) {
	c := &t.call
	c.settled = true
	c.result, c.failed, c.finished = answer.result, answer.failed, answer.finished
	c.name, c.cause = answer.name, answer.cause
}

// answered goes on with the answer that is in.
func (r *Run) answered(t *thread) {
	s, c := t.state, &t.call
	res := &s.resource
	if c.failed {
		if e := r.record(t, [...]EventType{LambdaFunctionFailed, ActivityFailed, TaskFailed}[res.family]); e != nil {
			e.Resource, e.ResourceType = res.action, res.kind
			e.Error, e.Cause = c.name, c.cause
			r.emit()
		}
		r.handle(t, &failure{name: c.name, cause: c.cause})
		return
	}
	result := c.result
	if !c.finished {
		result = res.wrap(result)
	}
	if !fits(result) {
		f := t.tooLarge("a result")
		if e := r.record(t, [...]EventType{LambdaFunctionFailed, ActivityFailed, TaskFailed}[res.family]); e != nil {
			e.Resource, e.ResourceType = res.action, res.kind
			e.Error, e.Cause = f.name, f.cause
			r.emit()
		}
		r.handle(t, f)
		return
	}
	if e := r.record(t, [...]EventType{LambdaFunctionSucceeded, ActivitySucceeded, TaskSucceeded}[res.family]); e != nil {
		e.Resource, e.ResourceType = res.action, res.kind
		e.Output = result
		r.emit()
	}
	r.leave(t, &s.leave, result, result, nil, s.next)
}

// expired fails the task for its deadline or its silence.
func (r *Run) expired(t *thread) {
	c, res := &t.call, &t.state.resource
	f := &failure{name: ErrorTimeout}
	f.heartbeat = !c.silence.IsZero() && (c.deadline.IsZero() || c.silence.Before(c.deadline))
	if e := r.record(t, [...]EventType{LambdaFunctionTimedOut, ActivityTimedOut, TaskTimedOut}[res.family]); e != nil {
		e.Resource, e.ResourceType = res.action, res.kind
		e.Error = f.name
		r.emit()
	}
	r.handle(t, f)
}

// wrap makes the result of lambda:invoke out of what the function returned. The
// parts of the metadata that differ from call to call (date, ids, length) are
// left out.
func (res *resource) wrap(v jsonata.Value) jsonata.Value {
	if !res.invoke {
		return v
	}
	return jsonata.Object(
		jsonata.Member{Key: "ExecutedVersion", Value: executedVersion},
		jsonata.Member{Key: "Payload", Value: v},
		jsonata.Member{Key: "SdkHttpMetadata", Value: httpMetadata},
		jsonata.Member{Key: "SdkResponseMetadata", Value: emptyObject},
		jsonata.Member{Key: "StatusCode", Value: statusOK},
	)
}

var (
	executedVersion = jsonata.String("$LATEST")
	statusOK        = jsonata.Number(200)
	httpMetadata    = jsonata.Of(map[string]any{
		"AllHttpHeaders": map[string]any{
			"Content-Type":           []any{"application/json"},
			"X-Amz-Executed-Version": []any{"$LATEST"},
		},
		"HttpHeaders": map[string]any{
			"Content-Type":           "application/json",
			"X-Amz-Executed-Version": "$LATEST",
		},
		"HttpStatusCode": 200,
	})
)
