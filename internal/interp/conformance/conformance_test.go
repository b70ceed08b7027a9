package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/senda-dev/senda/internal/jsonata"
)

const recorded = "../testdata/aws/asl-jsonata.jsonl"

func files(t *testing.T) []string {
	t.Helper()
	own, err := filepath.Glob("../testdata/own/*.jsonl")
	if err != nil || len(own) == 0 {
		t.Fatal("no cases of our own", err)
	}
	return append(own, recorded)
}

func lines(t *testing.T, name string) [][]byte {
	t.Helper()
	var all [][]byte
	if err := eachLine(name, func(_ int, text []byte) { all = append(all, bytes.Clone(text)) }); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestCasesPass(t *testing.T) {
	for _, name := range files(t) {
		var out strings.Builder
		got, err := runFile(&out, name, false)
		if err != nil || got.failed > 0 || got.passed == 0 {
			t.Errorf("%d passed, %d failed, %v\n%s", got.passed, got.failed, err, out.String())
		}
	}
}

// A run that is saved and resumed at every instant has the same history as one
// that is not, to the last detail.
func TestSavedAndResumedAtEveryInstant(t *testing.T) {
	for _, name := range files(t) {
		for i, text := range lines(t, name) {
			c, err := parseCase(text)
			if err != nil {
				t.Fatal(err)
			}
			straight, err := c.run(false)
			if err != nil {
				t.Fatal(err)
			}
			broken, err := c.run(true)
			if err != nil {
				t.Errorf("%s:%d: %s: %v", name, i+1, c.name, err)
				continue
			}
			if straight.took != broken.took || len(straight.events) != len(broken.events) {
				t.Errorf("%s:%d: %s: %d events in %v, resumed %d in %v", name, i+1, c.name,
					len(straight.events), straight.took, len(broken.events), broken.took)
				continue
			}
			for k := range straight.events {
				if a, b := straight.events[k].Value().String(), broken.events[k].Value().String(); a != b {
					t.Errorf("%s:%d: %s: event %d is\n%s\nresumed\n%s", name, i+1, c.name, k+1, a, b)
					break
				}
			}
		}
	}
}

// Every case fails when its status, output, error, one state's name or one
// event is another one than recorded.
func TestEveryAlterationIsSeen(t *testing.T) {
	for _, name := range files(t) {
		for i, text := range lines(t, name) {
			v, err := jsonata.ParseJSON(text)
			if err != nil {
				t.Fatal(err)
			}
			expected := v.Get("expected")
			for what, altered := range alterations(expected) {
				if _, difference := runLine(v.With("expected", altered).AppendJSON(nil), false); difference == "" {
					t.Errorf("%s:%d: %s: passes with another %s", name, i+1, v.Get("name").Str(), what)
				}
			}
		}
	}
}

func alterations(expected jsonata.Value) map[string]jsonata.Value {
	other := jsonata.String("Altered")
	all := map[string]jsonata.Value{
		"status": expected.With("status", other),
		"output": expected.With("output", jsonata.Of(map[string]any{"altered": true})),
		"error":  expected.With("error", other),
	}
	if out := expected.Get("output"); out.Kind() == jsonata.KindObject {
		all["member of the output"] = expected.With("output", out.With("altered", jsonata.True))
	}
	if out := expected.Get("output"); expected.Get("status").Str() == "SUCCEEDED" && out.Str() != "null" {
		all["missing output"] = expected.With("output", jsonata.Null)
	}
	events := expected.Get("events")
	with := func(i int, e jsonata.Value) jsonata.Value {
		var list []jsonata.Value
		for k, old := range events.Elements() {
			if k == i && e.Kind() != jsonata.KindNothing {
				list = append(list, e)
			} else if k != i {
				list = append(list, old)
			}
		}
		return expected.With("events", jsonata.Array(list...))
	}
	for i, e := range events.Elements() {
		all["event, missing: "+index(i)] = with(i, jsonata.Nothing)
		if e.Kind() == jsonata.KindString {
			all["event "+index(i)] = with(i, other)
			continue
		}
		all["type of event "+index(i)] = with(i, e.With("type", other))
		for key, d := range e.Members() {
			for _, field := range []string{"name", "state"} {
				if strings.HasSuffix(key, "EventDetails") && d.Get(field).Kind() == jsonata.KindString {
					all["name in event "+index(i)] = with(i, e.With(key, d.With(field, other)))
				}
			}
		}
	}
	all["event, one more"] = expected.With("events", jsonata.Array(append(items(events), jsonata.Of(map[string]any{"type": "Altered"}))...))
	return all
}

func items(v jsonata.Value) []jsonata.Value {
	var list []jsonata.Value
	for _, e := range v.Elements() {
		list = append(list, e)
	}
	return list
}

// Of a function's cause the message and the type count, and nothing else.
func TestCauseOfAFunction(t *testing.T) {
	text := []byte(`{"name":"raises","definition":{"QueryLanguage":"JSONata","StartAt":"A","States":{"A":{"Type":"Task","Resource":"arn:aws:lambda:r:1:function:f","End":true}}},
		"lambdas":[{"name":"f","behaviour":"raise"}],
		"expected":{"status":"FAILED","error":"Exception","cause":{"errorMessage":"Some exception was raised.","errorType":"Exception","requestId":"<uuid:1>","stackTrace":[]},
		"events":["ExecutionStarted","TaskStateEntered of A","LambdaFunctionScheduled","LambdaFunctionStarted","LambdaFunctionFailed","ExecutionFailed"]}}`)
	if _, d := runLine(text, false); d != "" {
		t.Error(d)
	}
	for _, altered := range []string{"Some other exception.", "Other"} {
		old := map[bool]string{true: `"errorType":"Exception"`, false: `"errorMessage":"Some exception was raised."`}[altered == "Other"]
		key, _, _ := strings.Cut(old, ":")
		if _, d := runLine(bytes.Replace(text, []byte(old), []byte(key+`:"`+altered+`"`), 1), false); d == "" {
			t.Errorf("passes with %s %q", key, altered)
		}
	}
}

func TestPatterns(t *testing.T) {
	for _, c := range []struct {
		pattern, path string
		want          bool
	}{
		{"$..RedriveCount", "output/Execution/RedriveCount", true},
		{"$..RedriveCount", "RedriveCount", true},
		{"$..RedriveCount", "output/Redrive", false},
		{"$..events..evaluationFailedEventDetails.cause", "events/3/evaluationFailedEventDetails/cause", true},
		{"$..events[4].previousEventId", "events/4/previousEventId", true},
		{"$..events[4].previousEventId", "events/5/previousEventId", false},
		{"$..events[*].previousEventId", "events/5/previousEventId", true},
		{"$.get_execution_history.events[1].id", "events/1/id", true},
		{"$..events[?(@.type=='X')].id", "events/1/id", true},
		{"$..output['a b']", "output/a b", true},
		{"$.output.a", "output/b/a", false},
	} {
		if got := parsePattern(c.pattern).matches(strings.Split(c.path, "/")); got != c.want {
			t.Errorf("%s matches %s: %v", c.pattern, c.path, got)
		}
	}
}

// A text that only names its key stands for what varies.
func TestNamesStandForValues(t *testing.T) {
	m := matcher{c: &testCase{}}
	want := jsonata.Of(map[string]any{"StartTime": "start-time", "RequestId": "RequestId", "Name": "fixed"})
	got := jsonata.Of(map[string]any{"StartTime": "x", "RequestId": "y", "Name": "fixed"})
	if d := m.differ([]string{"output"}, want, got); d != "" {
		t.Error(d)
	}
	if d := m.differ([]string{"output"}, want, got.With("Name", jsonata.String("other"))); d == "" {
		t.Error("another name passes")
	}
}

func TestPlaceholders(t *testing.T) {
	for _, c := range []struct {
		want, got string
		same      bool
	}{
		{"arn:<partition>:lambda:<region>:1:function:f", "arn:aws:lambda:eu-west-1:1:function:f", true},
		{"arn:<partition>:lambda:<region>:1:function:f", "arn:aws:lambda:eu-west-1:1:function:g", false},
		{"<uuid:1>", "0b1e", true},
		{"date", "2016-03-05T21:29:29.243167252Z", true},
		{"timestamp", "2016-12-05 21:29:29Z", true},
		{"date", "tomorrow", false},
		{"a < b", "a < c", false},
		{"name_of_it", "anything", true},
		{"the name_of_it here", "the thing here", true},
		{"the name_of_it here", "the thing there", false},
		{"state_machine_arn", "arn:aws:states:x", true},
	} {
		if got := (&testCase{words: []string{"name_of_it"}}).byShape(c.want, c.got); got != c.same {
			t.Errorf("%q for %q: %v", c.want, c.got, got)
		}
	}
}
