package main

import (
	"fmt"
	"slices"
	"time"

	"github.com/senda-dev/senda/internal/interp"
	"github.com/senda-dev/senda/internal/jsonata"
)

// result is what came of a case.
type result struct {
	outcome interp.Outcome
	events  []interp.Event
	took    time.Duration
}

var start = time.Date(2027, 1, 4, 9, 0, 0, 0, time.UTC)

// run executes the case in virtual time. With resume, the run is saved and
// resumed at every instant.
func (c *testCase) run(resume bool) (result, error) {
	m, err := interp.Load(c.definition)
	if err != nil {
		return result{}, err
	}
	var history interp.History
	r := m.Start(interp.Execution{
		Name:  "execution",
		ID:    "arn:aws:states:us-east-1:111111111111:execution:machine:execution",
		Input: c.input, StartedAt: start, Seed: 1,
		MachineID:   "arn:aws:states:us-east-1:111111111111:stateMachine:machine",
		MachineName: "machine", RoleARN: "arn:aws:iam::111111111111:role/snf_role_arn", History: &history,
	})
	h := &host{functions: c.functions, ids: map[string]interp.TaskID{}, tokens: map[string]string{}}
	for _, f := range c.functions {
		f.calls = 0
	}
	script := slices.Clone(c.script)
	again := func() error {
		if !resume {
			return nil
		}
		saved := r.Save()
		if r, err = m.Resume(saved, &history); err != nil {
			return err
		}
		if twice := r.Save(); string(twice) != string(saved) {
			return fmt.Errorf("a resumed run saves\n%s\ninstead of\n%s", twice, saved)
		}
		return nil
	}
	now := start
	for {
		if err := again(); err != nil {
			return result{}, err
		}
		r.Advance(now, h)
		for len(script) > 0 && !seconds(script[0].after).After(now) {
			if err := again(); err != nil {
				return result{}, err
			}
			if err := h.act(r, script[0], now); err != nil {
				return result{}, err
			}
			script = script[1:]
			if err := again(); err != nil {
				return result{}, err
			}
			r.Advance(now, h)
		}
		if r.Done() && len(script) == 0 {
			return result{outcome: r.Outcome(), events: history, took: now.Sub(start)}, nil
		}
		next := r.Wake()
		if len(script) > 0 && (r.Done() || seconds(script[0].after).Before(next)) {
			next = seconds(script[0].after)
		}
		now = next
	}
}

func seconds(after float64) time.Time { return start.Add(time.Duration(after * float64(time.Second))) }

// host plays the functions.
type host struct {
	functions map[string]*function
	ids       map[string]interp.TaskID // the latest task of a state
	tokens    map[string]string        // and its token, for callbacks
}

type function struct {
	behaviour string
	replies   jsonata.Value
	calls     int
}

func (h *host) Task(t *interp.Task) interp.Reply {
	h.ids[t.State] = t.ID
	delete(h.tokens, t.State)
	if t.Callback {
		h.tokens[t.State] = t.Token
	}
	if t.Resource == "arn:aws:states:::aws-sdk:lambda:invoke" {
		return h.sdkInvoke(t)
	}
	f := h.functions[t.Function]
	if f == nil {
		return interp.Refused("Lambda.ResourceNotFoundException", "Function not found: "+t.Function)
	}
	return f.call(t.Payload)
}

func (f *function) call(payload jsonata.Value) interp.Reply {
	defer func() { f.calls++ }()
	switch {
	case f.replies.Len() > 0:
		reply := f.replies.At(min(f.calls, f.replies.Len()-1))
		switch {
		case reply.Get("pending").Bool():
			return interp.Pending
		case reply.Get("error").Kind() == jsonata.KindString:
			return interp.Refused(reply.Get("error").Str(), reply.Get("cause").Str())
		default:
			return interp.Done(reply.Get("return"))
		}
	case f.behaviour == "raise":
		return interp.Refused("Exception", raised)
	default:
		return interp.Done(payload)
	}
}

// raised is the cause that a Python handler leaves.
const raised = `{"errorMessage":"Some exception was raised.","errorType":"Exception","requestId":"00000000-0000-4000-8000-000000000000",` +
	`"stackTrace":["  File \"/var/task/handler.py\", line 2, in handler\n    raise Exception(\"Some exception was raised.\")\n"]}`

// sdkInvoke is the integration of the SDK, which takes and gives payloads as
// text and does not fail when the function does.
func (h *host) sdkInvoke(t *interp.Task) interp.Reply {
	payload := t.Arguments.Get("Payload")
	if payload.Kind() == jsonata.KindString {
		if v, err := jsonata.ParseJSON([]byte(payload.Str())); err == nil {
			payload = v
		}
	}
	f := h.functions[interp.FunctionName(t.Arguments.Get("FunctionName").Str())]
	if f == nil {
		return interp.Refused("Lambda.ResourceNotFoundException", "Function not found")
	}
	answer := []jsonata.Member{{Key: "ExecutedVersion", Value: jsonata.String("$LATEST")}}
	if f.behaviour == "raise" {
		answer = append(answer, jsonata.Member{Key: "FunctionError", Value: jsonata.String("Unhandled")},
			jsonata.Member{Key: "Payload", Value: jsonata.String(raised)})
	} else {
		answer = append(answer, jsonata.Member{Key: "Payload", Value: jsonata.String(payload.String())})
	}
	return interp.Done(jsonata.Object(append(answer, jsonata.Member{Key: "StatusCode", Value: jsonata.Number(200)})...))
}

// act carries out one line of the script and compares how it is answered.
func (h *host) act(r *interp.Run, a act, now time.Time) error {
	id, token := h.ids[a.state], h.tokens[a.state]
	var err error
	switch {
	case a.do == "abort":
		r.Abort(now, a.error, a.cause)
	case a.do == "success" && token != "":
		err = r.SendTaskSuccess(token, a.output)
	case a.do == "success":
		err = r.Answer(id, a.output)
	case a.do == "failure" && token != "":
		err = r.SendTaskFailure(token, a.error, a.cause)
	case a.do == "failure":
		err = r.Fail(id, a.error, a.cause)
	case a.do == "heartbeat" && token != "":
		err = r.SendTaskHeartbeat(token, now)
	case a.do == "heartbeat":
		err = r.Heartbeat(id, now)
	default:
		return fmt.Errorf("the script says %q, which is unknown", a.do)
	}
	got := ""
	if err != nil {
		got = err.Error()
	}
	if a.want == "" && got != "" || a.want != "" && (len(got) < len(a.want) || got[:len(a.want)] != a.want) {
		return fmt.Errorf("%s of %q after %v s is answered %q, not %q", a.do, a.state, a.after, got, a.want)
	}
	return nil
}
