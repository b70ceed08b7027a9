package asl_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/senda-dev/senda/internal/asl"
	"github.com/senda-dev/senda/internal/jsonata"
)

// Each definition has exactly the findings that are listed, in their order.
func TestFindings(t *testing.T) {
	state := func(fields string) string {
		return `{"QueryLanguage":"JSONata","StartAt":"A","States":{"A":{` + fields + `}}}`
	}
	task := func(fields string) string {
		return state(`"Type":"Task","Resource":"arn:aws:lambda:eu-west-1:111122223333:function:f","End":true,` + fields)
	}
	long := strings.Repeat("n", 81)
	for name, c := range map[string]struct {
		definition string
		want       []string
	}{
		"a whole machine":  {task(`"TimeoutSeconds":5`), nil},
		"no JSON":          {`{`, []string{": is no JSON"}},
		"no object":        {`[]`, []string{": must be an object"}},
		"nothing":          {`{}`, []string{"/StartAt: is missing", "/States: must be an object with at least one state"}},
		"start":            {`{"StartAt":"B","States":{"A":{"Type":"Succeed"}}}`, []string{`/StartAt: there is no state "B" here`, "/States/A: warning: nothing leads here from the start"}},
		"type":             {state(`"Type":"Sleep"`), []string{`/States/A/Type: must be Task, Pass, Choice, Wait, Succeed, Fail, Parallel or Map, not "Sleep"`}},
		"no next":          {state(`"Type":"Pass"`), []string{`/States/A: must have Next or "End": true`}},
		"next and end":     {state(`"Type":"Pass","Next":"A","End":true`), []string{"/States/A/End: must not stand beside Next"}},
		"next":             {state(`"Type":"Pass","Next":"B"`), []string{`/States/A/Next: there is no state "B" here`}},
		"unknown field":    {state(`"Type":"Succeed","Foo":1`), []string{"/States/A/Foo: is not a field that is known here"}},
		"JSONPath field":   {state(`"Type":"Succeed","InputPath":"$.a"`), []string{"/States/A/InputPath: belongs to JSONPath; this state is in JSONata"}},
		"JSONPath machine": {`{"StartAt":"A","States":{"A":{"Type":"Pass","Result":1,"End":true}}}`, []string{"/States/A/Result: is JSONPath, which is not understood here; set QueryLanguage to JSONata"}},
		"JSONata field in JSONPath": {
			`{"StartAt":"A","States":{"A":{"Type":"Pass","Output":1,"End":true}}}`,
			[]string{"/States/A/Output: belongs to JSONata; this state is in JSONPath"},
		},
		"each state has a language of its own": {
			`{"StartAt":"A","States":{"A":{"Type":"Pass","QueryLanguage":"JSONata","Output":1,"Next":"B"},"B":{"Type":"Pass","Output":1,"End":true}}}`,
			[]string{"/States/B/Output: belongs to JSONata; this state is in JSONPath"},
		},
		"plain JSONPath":   {`{"StartAt":"A","States":{"A":{"Type":"Fail","Cause":"{% no expression"}}}`, nil},
		"back to JSONPath": {state(`"Type":"Succeed","QueryLanguage":"JSONPath"`), []string{"/States/A/QueryLanguage: must not be JSONPath: the machine is in JSONata"}},
		"long name":        {`{"StartAt":"` + long + `","States":{"` + long + `":{"Type":"Succeed"}}}`, []string{"/States/" + long + ": the name is longer than 80 characters"}},
		"slash in a name":  {`{"QueryLanguage":"JSONata","StartAt":"a/b","States":{"a/b":{"Type":"Wait","Seconds":-1,"End":true}}}`, []string{"/States/a~1b/Seconds: must be from 0 to 99999999 or a JSONata expression"}},
		"seconds":          {state(`"Type":"Wait","Seconds":"ten","End":true`), []string{"/States/A/Seconds: must be a whole number or a JSONata expression"}},
		"both waits":       {state(`"Type":"Wait","Seconds":1,"Timestamp":"2027-01-01T00:00:00Z","End":true`), []string{"/States/A: must have exactly one of Seconds and Timestamp"}},
		"timestamp":        {state(`"Type":"Wait","Timestamp":"2027-01-01 00:00:00Z","End":true`), []string{"/States/A/Timestamp: must be an instant such as 2027-03-01T09:00:00Z or a JSONata expression"}},
		"timeout":          {task(`"TimeoutSeconds":0`), []string{"/States/A/TimeoutSeconds: must be from 1 to 99999999 or a JSONata expression"}},
		"fraction":         {task(`"TimeoutSeconds":1.5`), []string{"/States/A/TimeoutSeconds: must be a whole number or a JSONata expression"}},
		"heartbeat":        {task(`"TimeoutSeconds":5,"HeartbeatSeconds":5`), []string{"/States/A/HeartbeatSeconds: must be smaller than TimeoutSeconds"}},
		"syntax":           {task(`"Arguments":{"a":["{% 1 + %}"]}`), []string{"/States/A/Arguments/a/0: S0207"}},
		"island": {
			`{"QueryLanguage":"JSONata","StartAt":"A","States":{"A":{"Type":"Succeed"},"B":{"Type":"Pass","Next":"B"}}}`,
			[]string{"/States/B: warning: nothing leads here from the start"},
		},
		"eval":               {task(`"Arguments":"{% $eval('1') %}"`), []string{"/States/A/Arguments: U2004"}},
		"unqualified":        {task(`"Arguments":"{% total %}"`), []string{"/States/A/Arguments: the name total stands alone; write $states.input.total or a variable"}},
		"nested names":       {task(`"Arguments":"{% $states.input.orders[total > 10].{'id': id, 'x': $.x}^(id) %}"`), nil},
		"argument of a call": {task(`"Arguments":"{% $sum(a.b) %}"`), []string{"/States/A/Arguments: the name a stands alone; write $states.input.a or a variable"}},
		"dollar":             {task(`"Arguments":"{% $ %}"`), []string{"/States/A/Arguments: $ is the input document here, which Step Functions does not have; write $states.input or a variable"}},
		"double dollar":      {task(`"Arguments":"{% $states.input[$$.x] %}"`), []string{"/States/A/Arguments: $$ is the input document, which Step Functions does not have; write $states.input or a variable"}},
		"result too early":   {task(`"Arguments":"{% $states.result %}"`), []string{"/States/A/Arguments: $states.result is only there in Output and Assign of a Task, Parallel or Map"}},
		"result in time":     {task(`"Output":"{% $states.result %}","Assign":{"a":"{% $states.result %}"}`), nil},
		"error output":       {task(`"Output":"{% $states.errorOutput %}"`), []string{"/States/A/Output: $states.errorOutput is only there in Output and Assign of a Catcher"}},
		"states":             {task(`"Output":"{% $states.foo %}"`), []string{"/States/A/Output: warning: $states has no foo: it has input, result, errorOutput and context"}},
		"reserved variable":  {task(`"Assign":{"states":1}`), []string{"/States/A/Assign/states: $states is reserved"}},
		"variable name":      {task(`"Assign":{"1a":1,"a-b":2,"año":3}`), []string{"/States/A/Assign/1a: the name of a variable begins", "/States/A/Assign/a-b: the name of a variable begins"}},
		"assign":             {task(`"Assign":[]`), []string{"/States/A/Assign: must be an object whose keys are variables"}},
		"choices":            {state(`"Type":"Choice"`), []string{"/States/A/Choices: must have at least one rule"}},
		"condition": {
			state(`"Type":"Choice","Choices":[{"Condition":"yes","Next":"A"},{"Next":"A"}]`),
			[]string{"/States/A/Choices/0/Condition: must be a boolean or a JSONata expression", "/States/A/Choices/1/Condition: is missing"},
		},
		"retry": {
			task(`"Retry":[{"ErrorEquals":["States.ALL"],"MaxAttempts":-1},{"ErrorEquals":[],"BackoffRate":0.5,"JitterStrategy":"SOME"},{"ErrorEquals":["a"],"IntervalSeconds":5,"MaxDelaySeconds":5}]`),
			[]string{
				"/States/A/Retry/0/ErrorEquals: States.ALL must be in the last entry", "/States/A/Retry/0/MaxAttempts: must be from 0 to 99999999",
				"/States/A/Retry/1/ErrorEquals: must name at least one error", "/States/A/Retry/1/BackoffRate: must be a number of at least 1",
				`/States/A/Retry/1/JitterStrategy: must be one of [NONE FULL], not "SOME"`, "/States/A/Retry/2/MaxDelaySeconds: must be greater than IntervalSeconds",
			},
		},
		"catch":    {task(`"Catch":[{"ErrorEquals":["States.ALL","x"],"Next":"B"}]`), []string{"/States/A/Catch/0/ErrorEquals: States.ALL must stand alone", `/States/A/Catch/0/Next: there is no state "B" here`}},
		"items":    {state(`"Type":"Map","End":true,"Items":"list","ItemProcessor":{"StartAt":"B","States":{"B":{"Type":"Succeed"}}}`), []string{"/States/A/Items: must be an array or a JSONata expression"}},
		"branches": {state(`"Type":"Parallel","End":true,"Branches":[]`), []string{"/States/A/Branches: must have at least one branch"}},
		"name used twice": {
			state(`"Type":"Parallel","End":true,"Branches":[{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}]`),
			[]string{"/States/A/Branches/0/States/A: the name is used already, at /States/A"},
		},
		"across flows": {
			state(`"Type":"Parallel","End":true,"Branches":[{"StartAt":"B","States":{"B":{"Type":"Pass","Next":"A"}}}]`),
			[]string{`/States/A/Branches/0/States/B/Next: there is no state "A" here`},
		},
		"inner variable": {
			state(`"Type":"Map","End":true,"Assign":{"x":1},"ItemProcessor":{"StartAt":"B","States":{"B":{"Type":"Pass","Assign":{"x":2},"End":true}}}`),
			[]string{"/States/A/ItemProcessor/States/B/Assign/x: the outer flow has a variable $x already, assigned at /States/A/Assign/x"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, findings := asl.Parse([]byte(c.definition))
			for i := range max(len(findings), len(c.want)) {
				switch {
				case i >= len(findings):
					t.Errorf("missing: %s", c.want[i])
				case i >= len(c.want):
					t.Errorf("not expected: %s", findings[i])
				case !strings.HasPrefix(findings[i].String(), c.want[i]):
					t.Errorf("got  %s\nwant %s", findings[i], c.want[i])
				}
			}
		})
	}
}

// A machine in Go encodes to these very bytes, and these bytes parse to it.
func TestEncode(t *testing.T) {
	never := 0
	m := &asl.Machine{QueryLanguage: asl.JSONata, TimeoutSeconds: 60, Flow: asl.Flow{
		StartAt: "score",
		States: []asl.State{
			&asl.Task{
				Common: asl.Common{Name: "score"}, Resource: "${Score}",
				Arguments:      jsonata.Object(jsonata.Member{Key: "person", Value: jsonata.String(asl.Expr("$states.input.person"))}),
				TimeoutSeconds: jsonata.String(asl.Expr("$left")),
				Assign:         jsonata.Object(jsonata.Member{Key: "score", Value: jsonata.String(asl.Expr("$states.result"))}),
				Retry:          []asl.Retrier{{ErrorEquals: []string{"Senda.Gone"}, MaxAttempts: &never}, {ErrorEquals: []string{"States.ALL"}, IntervalSeconds: 2, BackoffRate: 1.5, JitterStrategy: "FULL"}},
				Catch:          []asl.Catcher{{ErrorEquals: []string{"States.ALL"}, Next: "leave"}},
				Next:           "which",
			},
			&asl.Choice{
				Common:  asl.Common{Name: "which"},
				Choices: []asl.Rule{{Condition: jsonata.String(asl.Expr("$score > 1")), Next: "all"}}, Default: "leave",
			},
			&asl.Map{
				Common: asl.Common{Name: "all", Comment: "each & every <one>"}, Items: jsonata.Of([]any{1, 2}), MaxConcurrency: jsonata.Number(1),
				Processor: asl.Flow{StartAt: "one", States: []asl.State{&asl.Wait{Common: asl.Common{Name: "one"}, Seconds: jsonata.Number(1)}}},
			},
			&asl.Fail{Common: asl.Common{Name: "leave"}, Error: jsonata.String("Senda.Left")},
		},
	}}
	const want = `{"QueryLanguage":"JSONata","TimeoutSeconds":60,"StartAt":"score","States":{` +
		`"score":{"Type":"Task","Resource":"${Score}","Arguments":{"person":"{% $states.input.person %}"},"TimeoutSeconds":"{% $left %}",` +
		`"Assign":{"score":"{% $states.result %}"},"Retry":[{"ErrorEquals":["Senda.Gone"],"MaxAttempts":0},{"ErrorEquals":["States.ALL"],"IntervalSeconds":2,"BackoffRate":1.5,"JitterStrategy":"FULL"}],` +
		`"Catch":[{"ErrorEquals":["States.ALL"],"Next":"leave"}],"Next":"which"},` +
		`"which":{"Type":"Choice","Choices":[{"Condition":"{% $score > 1 %}","Next":"all"}],"Default":"leave"},` +
		`"all":{"Type":"Map","Comment":"each & every <one>","Items":[1,2],"MaxConcurrency":1,"ItemProcessor":{"StartAt":"one","States":{"one":{"Type":"Wait","Seconds":1,"End":true}}},"End":true},` +
		`"leave":{"Type":"Fail","Error":"Senda.Left"}}}`
	if got := string(m.Encode()); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	back, findings := asl.Parse([]byte(want))
	if len(findings) > 0 {
		t.Error(findings)
	}
	if diff := cmp.Diff(m, back, cmp.Comparer(jsonata.Value.Equal)); diff != "" {
		t.Error(diff)
	}
}

// Whatever AWS has created is taken without a finding, and encoding it keeps
// its meaning: parsing the encoded text gives the same machine.
func TestRecordedMachines(t *testing.T) {
	text, err := os.ReadFile(filepath.FromSlash("../interp/testdata/aws/asl-jsonata.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for line := range bytes.Lines(text) {
		n++
		var c struct{ Definition json.RawMessage }
		if err := json.Unmarshal(line, &c); err != nil {
			t.Fatal(err)
		}
		m, findings := asl.Parse(c.Definition)
		if len(findings) > 0 {
			t.Errorf("line %d: %v", n, findings)
		}
		again, _ := asl.Parse(m.Encode())
		if diff := cmp.Diff(m, again, cmp.Comparer(jsonata.Value.Equal)); diff != "" {
			t.Errorf("line %d: %s", n, diff)
		}
	}
	if n == 0 {
		t.Error("no machines")
	}
}

func TestParseTimestamp(t *testing.T) {
	for s, want := range map[string]string{
		"2016-03-05T21:29:29Z":            "2016-03-05T21:29:29Z",
		"2016-03-05T21:29Z":               "2016-03-05T21:29:00Z",
		"2016-03-05T21:29:29.243167252Z":  "2016-03-05T21:29:29.243167252Z",
		"2016-03-05T21:29:29+02:00":       "2016-03-05T19:29:29Z",
		"2016-12-05 21:29:29Z":            "",
		"2016-12-05T21:29:29":             "",
		"2016-13-05T21:29:29Z":            "",
		"2016-02-30T21:29:29Z":            "",
		"2016-12-05T25:29:29Z":            "",
		"2016-12-05T24:00:00Z":            "",
		"2016-12-05t21:29:29z":            "",
		"2016-12-05T21:29:29,5Z":          "",
		"2016-12-05T21:29:29.Z":           "",
		"2016-12-05T21:29:29.1234567890Z": "",
		"20161205T212929Z":                "",
		"2016-12-05":                      "",
		"":                                "",
	} {
		got := ""
		if at, ok := asl.ParseTimestamp(s); ok {
			got = at.UTC().Format(time.RFC3339Nano)
		}
		if got != want {
			t.Errorf("%q is %q, want %q", s, got, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"QueryLanguage":"JSONata","StartAt":"A","States":{"A":{"Type":"Task","Resource":"r","Arguments":{"a":["{% $x %}"]},"Assign":{"x":1},"Retry":[{"ErrorEquals":["a"]}],"End":true}}}`))
	f.Add([]byte(`{"StartAt":"A","States":{"A":{"Type":"Map","ItemProcessor":{"StartAt":"B","States":{"B":{"Type":"Fail"}}},"End":true}}}`))
	f.Fuzz(func(t *testing.T, definition []byte) {
		m, findings := asl.Parse(definition)
		if findings.Err() != nil {
			return
		}
		text := m.Encode()
		again, findings := asl.Parse(text)
		if err := findings.Err(); err != nil {
			t.Fatalf("encoding made %v of %s", err, text)
		}
		if string(again.Encode()) != string(text) {
			t.Fatalf("encoding twice differs: %s", text)
		}
	})
}
