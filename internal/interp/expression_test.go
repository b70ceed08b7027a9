package interp_test

import (
	"strings"
	"testing"

	"github.com/senda-dev/senda/internal/interp"
	"github.com/senda-dev/senda/internal/jsonata"
)

// An expression that is no more than a path into $states is not evaluated as
// such; it must come to the same as one that reads $states as a whole.
func TestPathsIntoStates(t *testing.T) {
	inputs := []string{
		`{"a": {"b": 1}}`, `{"a": [{"b": 1}, {"b": [2, 3]}, {"c": 4}]}`, `[{"a": {"b": [1]}}, {"a": {"b": {"c": 0}}}]`,
		`{"a": []}`, `{"a": {"b": []}}`, `{"a": "x"}`, `{}`, `[]`, `[[{"a": {"b": 5}}]]`, `7`, `null`,
	}
	paths := []string{
		"input", "input.a", "input.a.b", "context.Execution.Input", "context.Execution.Input.a.b", "context.Execution.Name",
		"context.Task.Token", "context.Task.Token.a", "context.State.Name", "result", "result.a.b", "result.z", "context.Execution.Input.a.b[]",
		"input.a[0]", "input.`a`.b", "input . a . b",
	}
	for _, text := range inputs {
		in, err := jsonata.ParseJSON([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			straight := outcome(t, in, "$states."+path)
			whole := outcome(t, in, "($all := $states; $all."+path+")")
			if whole = strings.ReplaceAll(whole, "($all := $states; $all."+path+")", "$states."+path); straight != whole {
				t.Errorf("$states.%s of %s is\n%s, by the way of $states\n%s", path, text, straight, whole)
			}
		}
	}
}

// outcome runs a task that answers with its input and yields the expression as
// its output.
func outcome(t *testing.T, in jsonata.Value, expression string) string {
	t.Helper()
	m := load(t, `"A":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken","Arguments":{"FunctionName":"f"},"Output":"{% `+expression+` %}","End":true}`)
	r := m.Start(interp.Execution{ID: "e", Name: "n", Input: in})
	r.Advance(start, hostFunc(func(*interp.Task) interp.Reply { return interp.Pending }))
	if err := r.Answer(1, in); err != nil {
		t.Fatal(err)
	}
	r.Advance(start, noTasks)
	o := r.Outcome()
	return o.Status.String() + " " + o.Error + " " + o.Cause + " " + o.Output.String()
}

// Each state sees its own input and result, not those of the state before.
func TestStatesAreOfTheirState(t *testing.T) {
	m := load(t, `"A":{"Type":"Task","Resource":"${F}","Output":{"got":"{% $states.result %}","all":"{% $string($states.result) & $string($states.input) %}"},"Next":"B"},`+
		`"B":{"Type":"Pass","Output":{"in":"{% $states.input.got %}","text":"{% $string($states.input) %}"},"End":true}`)
	r := m.Start(interp.Execution{ID: "e", Input: jsonata.Number(3)})
	r.Advance(start, hostFunc(func(*interp.Task) interp.Reply { return interp.Done(jsonata.Number(5)) }))
	want := `{"in":5,"text":"{\"got\":5,\"all\":\"53\"}"}`
	if got := r.Outcome().Output.String(); got != want {
		t.Errorf("%v is %s, want %s", r.Outcome(), got, want)
	}
}
