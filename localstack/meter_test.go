//go:build localstack

package localstack

import (
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	ebtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
)

// metered is a call as the meter tells it.
type metered struct {
	N                              int
	App, Service, Operation, Error string
	Resources                      []string
	Status, Entries                int
	Internal                       bool
	BytesIn                        int `json:"bytes_in"`
	BytesOut                       int `json:"bytes_out"`
	Capacity                       *struct{ Read, Write float64 }
}

func calls(t *testing.T, query string) []metered {
	t.Helper()
	var out struct{ Calls []metered }
	control(t, "GET", "/_senda/calls?"+query, nil, &out)
	return out.Calls
}

func TestTheMeterSeesEveryCall(t *testing.T) {
	app, where := named("meter"), named("meter")
	table(t, where)
	cfg := as(t, app)
	db, events := dynamodb.NewFromConfig(cfg), eventbridge.NewFromConfig(cfg)
	item := map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: "1"}}
	put := must[*dynamodb.PutItemOutput](t)(db.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &where, Item: item}))
	if put.ConsumedCapacity != nil {
		t.Error("the answer tells a capacity that nobody asked for")
	}
	if _, err := db.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &where, Item: item, ConditionExpression: aws.String("attribute_not_exists(pk)")}); err == nil {
		t.Error("the condition held")
	}
	must[*dynamodb.TransactWriteItemsOutput](t)(db.TransactWriteItems(t.Context(), &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{
		{Put: &types.Put{TableName: &where, Item: map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: "2"}}}},
		{Put: &types.Put{TableName: &where, Item: map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: "3"}}}},
	}}))
	must[*dynamodb.GetItemOutput](t)(db.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: &where, Key: item, ConsistentRead: aws.Bool(true)}))
	must[*eventbridge.PutEventsOutput](t)(events.PutEvents(t.Context(), &eventbridge.PutEventsInput{Entries: []ebtypes.PutEventsRequestEntry{
		{Source: aws.String("x"), DetailType: aws.String("y"), Detail: aws.String("{}")}, {Source: aws.String("x"), DetailType: aws.String("z"), Detail: aws.String("{}")},
	}}))
	got := calls(t, "app="+app)
	var lines []string
	for _, c := range got {
		line := fmt.Sprint(c.Service, ".", c.Operation, " ", c.Resources, " ", c.Status, " ", c.Error, " ", c.Entries)
		if c.Capacity != nil {
			line += fmt.Sprint(" r", c.Capacity.Read, " w", c.Capacity.Write)
		}
		lines = append(lines, line)
		if c.BytesIn == 0 || c.BytesOut == 0 || c.Internal || c.App != app {
			t.Errorf("call %+v", c)
		}
	}
	want := []string{
		"dynamodb.PutItem [" + where + "] 200  1 r0 w1",
		"dynamodb.PutItem [" + where + "] 400 ConditionalCheckFailedException 1 r0 w1",
		"dynamodb.TransactWriteItems [" + where + "] 200  2 r0 w4",
		"dynamodb.GetItem [" + where + "] 200  1 r1 w0",
		"events.PutEvents [default] 200  2",
	}
	if fmt.Sprint(lines) != fmt.Sprint(want) {
		t.Errorf("metered\n%q, want\n%q", lines, want)
	}
	if later := calls(t, fmt.Sprintf("app=%s&after=%d", app, got[len(got)-2].N)); len(later) != 1 {
		t.Errorf("%d calls after the last but one", len(later))
	}
}

func TestTransitionsAreCounted(t *testing.T) {
	c, name := sfn.NewFromConfig(as(t, "test")), named("transitions")
	definition := `{"QueryLanguage":"JSONata","StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"},
	  "B":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Arguments":{"FunctionName":"none","Payload":{}},
	    "Retry":[{"ErrorEquals":["States.ALL"],"MaxAttempts":2,"IntervalSeconds":1,"BackoffRate":1}],"Catch":[{"ErrorEquals":["States.ALL"],"Next":"C"}],"End":true},
	  "C":{"Type":"Succeed"}}}`
	m := must[*sfn.CreateStateMachineOutput](t)(c.CreateStateMachine(t.Context(), &sfn.CreateStateMachineInput{Name: &name, Definition: &definition, RoleArn: aws.String(role)}))
	must[*sfn.StartExecutionOutput](t)(c.StartExecution(t.Context(), &sfn.StartExecutionInput{StateMachineArn: m.StateMachineArn, Input: aws.String("{}")}))
	var got struct {
		Executions []struct {
			Status                                string
			Entered, Retries, Transitions, Events int
		}
	}
	until(t, "the execution", func() bool {
		control(t, "GET", "/_senda/executions?machine="+name, nil, &got)
		return len(got.Executions) == 1 && got.Executions[0].Status == "SUCCEEDED"
	})
	if e := got.Executions[0]; e.Entered != 3 || e.Retries != 2 || e.Transitions != 5 || e.Events < 8 {
		t.Errorf("execution %+v", e)
	}
}
