package sfn

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/awsfault"
)

// Input reads what an execution was started with, by its ARN. NotFound: there is no
// such execution, or it ended more than 90 days ago.
func (x *Executions) Input(ctx context.Context, execution string) (string, error) {
	const op = "read the input of an execution"
	e, err := x.client.DescribeExecution(ctx, &sfn.DescribeExecutionInput{ExecutionArn: aws.String(execution)})
	switch {
	case awsfault.Name(err) == "ExecutionDoesNotExist", awsfault.Name(err) == "InvalidArn":
		return "", senda.Wrap(senda.NotFound, op, err)
	case err != nil:
		return "", awsfault.Wrap(op, err)
	}
	return aws.ToString(e.Input), nil
}
