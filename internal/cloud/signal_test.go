package cloud

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	senda "github.com/senda-dev/senda"
)

// changed is the event of Step Functions.
func changed(execution, status string, input *string) string {
	detail := map[string]any{
		"executionArn": execution, "stateMachineArn": "arn:m", "name": "e-1", "status": status, "startDate": 1, "stopDate": 2,
		"inputDetails": map[string]bool{"included": input != nil}, "output": nil, "error": "Senda.Internal", "cause": "foreign text",
	}
	if input != nil {
		detail["input"] = *input
	}
	text, err := json.Marshal(map[string]any{
		"version": "0", "id": "1", "detail-type": "Step Functions Execution Status Change", "source": "aws.states", "account": "1",
		"time": "2026-03-02T09:00:00Z", "region": "eu-west-1", "resources": []string{execution}, "detail": detail,
	})
	if err != nil {
		panic(err) // of texts
	}
	return string(text)
}

// An execution that failed ends its entry, which nothing else would ever move on.
func TestAnExecutionThatFailed(t *testing.T) {
	w := newWorld(t)
	if failed := w.deliver(w.open(Intake), registered(1, w.Now()), ordered(1, 1, w.Now()), ordered(1, 2, w.Now())); len(failed) > 0 {
		t.Fatal(failed)
	}
	started := w.machines.Started()
	inputs := make([]string, len(started))
	for i, s := range started {
		inputs[i] = s.Input.String()
	}
	if len(inputs) != 4 {
		t.Fatalf("%d were started", len(inputs))
	}
	g := w.ground()
	asked := ""
	g.Input = func(_ context.Context, execution string) (string, error) {
		asked = execution
		switch execution {
		case "arn:gone":
			return "", senda.Errorf(senda.NotFound, "read the input of an execution", "it is gone")
		case "arn:busy":
			return "", senda.Errorf(senda.Unavailable, "read the input of an execution", "not now")
		}
		return inputs[3], nil
	}
	h, err := Signal(t.Context(), g)
	if err != nil {
		t.Fatal(err)
	}
	broken := `{"v": 99}`
	bodies := []string{
		changed("arn:0", "FAILED", &inputs[0]), changed("arn:1", "TIMED_OUT", &inputs[1]), changed("arn:2", "SUCCEEDED", &inputs[2]),
		changed("arn:3", "ABORTED", nil), changed("arn:gone", "FAILED", nil), changed("arn:busy", "FAILED", nil),
		`{"detail-type": "Scheduled Event", "source": "aws.scheduler", "detail": {}}`, "no event", changed("arn:x", "FAILED", &broken),
	}
	for range 2 { // and again, as a queue may
		if failed := w.deliver(h, bodies...); !slices.Equal(failed, []string{"5", "6", "7", "8"}) {
			t.Errorf("%v failed", failed)
		}
	}
	if asked == "" {
		t.Error("an execution whose input the event leaves out was not asked for it")
	}
	for i, s := range started {
		e, _, _, err := senda.Read[senda.Entry](t.Context(), w.store, senda.EntryKey(s.Person, s.Entry))
		if err != nil {
			t.Fatal(err)
		}
		if want := i != 2; want != (e.Status == senda.StatusEnded && e.Reason == senda.LeftFailed) {
			t.Errorf("%s is %s: %s", e.ID, e.Status, e.Reason)
		}
	}
	if n := w.counted["ExecutionsFailed orders"] + w.counted["ExecutionsFailed letters"]; n != 6 {
		t.Errorf("%v failures were counted, want 3 at each delivery", n)
	}
}

// Without the adapter a function refuses what it was not given, as its role would.
func TestWhatAFunctionWasNotGiven(t *testing.T) {
	var p Ports
	p.fill()
	for i, err := range []error{
		p.Machines.Start(t.Context(), senda.Start{}), p.Machines.Fail(t.Context(), "t", senda.Leaving), p.Bus.Emit(t.Context(), senda.Event{}),
	} {
		if senda.CodeOf(err) != senda.Internal {
			t.Error(fmt.Sprint(i), err)
		}
	}
}
