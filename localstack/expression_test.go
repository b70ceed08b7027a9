//go:build localstack

package localstack

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
)

// An expression sees $states wherever it names it: a time-out of a pause is computed inside of brackets.
func TestStatesIsSeenInsideOfBrackets(t *testing.T) {
	c, name := sfn.NewFromConfig(as(t, "test")), named("brackets")
	definition := `{"QueryLanguage":"JSONata","StartAt":"A","States":{"A":{"Type":"Pass","Output":"{% $min([9, $max([1, $states.input.n])]) %}","End":true}}}`
	m := must[*sfn.CreateStateMachineOutput](t)(c.CreateStateMachine(t.Context(), &sfn.CreateStateMachineInput{Name: &name, Definition: &definition, RoleArn: aws.String(role)}))
	e := must[*sfn.StartExecutionOutput](t)(c.StartExecution(t.Context(), &sfn.StartExecutionInput{StateMachineArn: m.StateMachineArn, Input: aws.String(`{"n":7}`)}))
	until(t, "an output", func() bool {
		d := must[*sfn.DescribeExecutionOutput](t)(c.DescribeExecution(t.Context(), &sfn.DescribeExecutionInput{ExecutionArn: e.ExecutionArn}))
		if d.Status == types.ExecutionStatusSucceeded && aws.ToString(d.Output) != "7" {
			t.Errorf("it is %s", aws.ToString(d.Output))
		}
		return d.Status != types.ExecutionStatusRunning
	})
}
