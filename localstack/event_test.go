//go:build localstack

package localstack

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	ebtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	schedtypes "github.com/aws/aws-sdk-go-v2/service/scheduler/types"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
)

// rule puts a rule of the default bus whose target is a queue.
func rule(t *testing.T, name, pattern string, transformer *ebtypes.InputTransformer) string {
	t.Helper()
	url, arn := queue(t, name)
	c := eventbridge.NewFromConfig(as(t, "test"))
	must[*eventbridge.PutRuleOutput](t)(c.PutRule(t.Context(), &eventbridge.PutRuleInput{Name: &name, EventPattern: &pattern}))
	must[*eventbridge.PutTargetsOutput](t)(c.PutTargets(t.Context(), &eventbridge.PutTargetsInput{
		Rule: &name, Targets: []ebtypes.Target{{Id: aws.String("1"), Arn: &arn, InputTransformer: transformer}},
	}))
	return url
}

func TestTheInputTransformerLosesNothing(t *testing.T) {
	source := named("transformer")
	url := rule(t, source, `{"source":["`+source+`"]}`, &ebtypes.InputTransformer{
		InputPathsMap: map[string]string{
			"text": "$.detail.text", "zero": "$.detail.zero", "no": "$.detail.no", "none": "$.detail.none.deep", "object": "$.detail.object",
			"first": "$.detail.list[0]", "names": "$.detail.people[*].name", "empty": "$.detail.empty",
		},
		InputTemplate: aws.String(`{"text":<text>,"zero":<zero>,"no":<no>,"none":<none>,"object":<object>,"first":<first>,"names":<names>,"empty":<empty>,` +
			`"quoted":"<text> and <none>","rule":<aws.events.rule-name>}`),
	})
	detail := `{"text":"a \"quote\", a\nline and \\","zero":0,"no":false,"empty":[],"object":{"a":"\"b\"","n":null},"list":["x","y"],"people":[{"name":"Ana"},{"age":3},{"name":"Bo"}]}`
	c := eventbridge.NewFromConfig(as(t, "test"))
	must[*eventbridge.PutEventsOutput](t)(c.PutEvents(t.Context(), &eventbridge.PutEventsInput{Entries: []ebtypes.PutEventsRequestEntry{
		{Source: &source, DetailType: aws.String("x"), Detail: &detail},
	}}))
	var got []string
	until(t, "the event", func() bool { got = append(got, receive(t, url)...); return len(got) > 0 })
	want := `{"text":"a \"quote\", a\nline and \\","zero":0,"no":false,"none":"","object":{"a":"\"b\"","n":null},"first":"x","names":["Ana","Bo"],"empty":[],` +
		`"quoted":"a \"quote\", a\nline and \\ and ","rule":"` + source + `"}`
	if normal(t, got[0]) != normal(t, want) {
		t.Errorf("got %s\nwant %s", got[0], want)
	}
}

func normal(t *testing.T, text string) string {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return string(must[[]byte](t)(json.Marshal(v)))
}

func TestExecutionsThatEndBadlyAreTold(t *testing.T) {
	c, name := sfn.NewFromConfig(as(t, "test")), named("ends")
	machineArn := "arn:aws:states:" + region + ":" + account + ":stateMachine:" + name
	url := rule(t, name, `{"source":["aws.states"],"detail-type":["Step Functions Execution Status Change"],"detail":{"stateMachineArn":["`+machineArn+`"],"status":["FAILED","TIMED_OUT","ABORTED"]}}`, nil)
	definition := `{"QueryLanguage":"JSONata","StartAt":"Which","TimeoutSeconds":10,"States":{
	  "Which":{"Type":"Choice","Choices":[{"Condition":"{% $states.input.how = 'fail' %}","Next":"Bad"},{"Condition":"{% $states.input.how = 'well' %}","Next":"Good"}],"Default":"Long"},
	  "Bad":{"Type":"Fail","Error":"Senda.Test","Cause":"so it was"},"Good":{"Type":"Succeed"},"Long":{"Type":"Wait","Seconds":60,"End":true}}}`
	m := must[*sfn.CreateStateMachineOutput](t)(c.CreateStateMachine(t.Context(), &sfn.CreateStateMachineInput{Name: &name, Definition: &definition, RoleArn: aws.String(role), Publish: true}))
	want := map[string]string{}
	for how, status := range map[string]string{"fail": "FAILED", "long": "TIMED_OUT", "stop": "ABORTED", "well": ""} {
		e := must[*sfn.StartExecutionOutput](t)(c.StartExecution(t.Context(), &sfn.StartExecutionInput{
			StateMachineArn: m.StateMachineVersionArn, Name: aws.String(how), Input: aws.String(`{"how":"` + how + `"}`),
		}))
		if status != "" {
			want[*e.ExecutionArn] = status
		}
		if how == "stop" {
			must[*sfn.StopExecutionOutput](t)(c.StopExecution(t.Context(), &sfn.StopExecutionInput{ExecutionArn: e.ExecutionArn, Error: aws.String("Senda.Stopped"), Cause: aws.String("by hand")}))
		}
	}
	type told struct {
		Detail struct {
			ExecutionArn, StateMachineArn, StateMachineVersionArn, Name, Status, Input, Error, Cause string
			StartDate, StopDate                                                                      int64
		}
	}
	got := map[string]told{}
	until(t, "three events", func() bool {
		for _, body := range receive(t, url) {
			var e told
			if err := json.Unmarshal([]byte(body), &e); err != nil {
				t.Fatalf("%v: %s", err, body)
			}
			got[e.Detail.ExecutionArn] = e
		}
		return len(got) >= len(want)
	})
	for arn, status := range want {
		d := got[arn].Detail
		if d.Status != status || d.StateMachineArn != machineArn || d.StateMachineVersionArn != *m.StateMachineVersionArn || d.StartDate < 1e12 || d.StopDate < d.StartDate {
			t.Errorf("%s: %+v", arn, d)
		}
		contains(t, d.Input, `{"how":"`)
		if status == "FAILED" && (d.Error != "Senda.Test" || d.Cause != "so it was") || status == "ABORTED" && d.Error != "Senda.Stopped" {
			t.Errorf("%s: error %q, cause %q", status, d.Error, d.Cause)
		}
	}
	if len(got) != len(want) {
		t.Errorf("told of %d executions, want %d", len(got), len(want))
	}
}

func TestSchedulesFire(t *testing.T) {
	c := scheduler.NewFromConfig(as(t, "test"))
	url, arn := queue(t, named("schedule"))
	dead, deadArn := queue(t, named("schedule-dead"))
	create := func(name, expression, target string, input string) {
		must[*scheduler.CreateScheduleOutput](t)(c.CreateSchedule(t.Context(), &scheduler.CreateScheduleInput{
			Name: &name, ScheduleExpression: &expression, FlexibleTimeWindow: &schedtypes.FlexibleTimeWindow{Mode: schedtypes.FlexibleTimeWindowModeOff},
			ActionAfterCompletion: schedtypes.ActionAfterCompletionDelete,
			Target: &schedtypes.Target{
				Arn: &target, RoleArn: aws.String(role), Input: &input, DeadLetterConfig: &schedtypes.DeadLetterConfig{Arn: &deadArn},
				RetryPolicy: &schedtypes.RetryPolicy{MaximumRetryAttempts: aws.Int32(0)},
			},
		}))
	}
	create(named("past"), "at(2020-01-01T00:00:00)", arn, `{"name":"<aws.scheduler.schedule-arn>"}`)
	create(named("lost"), "at(2020-01-01T00:00:00)", arn+"-none", `{"lost":true}`)
	create(named("far"), "rate(12 hours)", arn, `{"far":true}`)
	control(t, "POST", "/_senda/schedules/"+named("far")+"/fire", nil, nil)
	var got []string
	until(t, "two events", func() bool { got = append(got, receive(t, url)...); return len(got) == 2 })
	contains(t, fmt.Sprint(got), `"far":true`, ":schedule/default/"+named("past"))
	until(t, "the dead letter", func() bool { return len(receive(t, dead)) == 1 })
	if _, err := c.GetSchedule(t.Context(), &scheduler.GetScheduleInput{Name: aws.String(named("past"))}); err == nil {
		t.Error("a schedule that is over is still there")
	}
}
