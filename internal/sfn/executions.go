package sfn

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/awsfault"
)

// Executions looks at executions for people who watch over a deployment. What it
// tells is behind by seconds: lists of the service are eventually consistent.
type Executions struct{ client *sfn.Client }

// NewExecutions makes Executions. Nothing is called before the first question.
func NewExecutions(cfg aws.Config) *Executions { return &Executions{sfn.NewFromConfig(cfg)} }

// Running counts the open executions of a state machine version, up to most: whoever
// has a million open pays for a thousand pages to know it exactly. NotFound: there is
// no such version.
func (x *Executions) Running(ctx context.Context, version string, most int) (int, error) {
	const op = "count executions"
	count, pages := 0, sfn.NewListExecutionsPaginator(x.client, &sfn.ListExecutionsInput{
		StateMachineArn: aws.String(version), StatusFilter: types.ExecutionStatusRunning, MaxResults: 1000,
	})
	for pages.HasMorePages() && count < most {
		page, err := pages.NextPage(ctx)
		switch {
		case awsfault.Name(err) == "StateMachineDoesNotExist", awsfault.Name(err) == "ResourceNotFound":
			return 0, senda.Wrap(senda.NotFound, op, err)
		case err != nil:
			return 0, awsfault.Wrap(op, err)
		}
		count += len(page.Executions)
	}
	return min(count, most), nil
}

// Execution is what a person asks about one execution.
type Execution struct {
	// Version is the ARN of the state machine version that it runs in.
	Version string
	// Status is RUNNING, SUCCEEDED, FAILED, TIMED_OUT, ABORTED or PENDING_REDRIVE.
	Status string
	// Error is the name with which it failed, as "Senda.Internal". Its cause is not told.
	Error string
	// Started and Ended; Ended is zero while it runs.
	Started, Ended time.Time
}

// Describe looks at the execution of a name (senda.Start.Name) in a state machine,
// which is named by its ARN or that of any of its versions. NotFound: there is none, or it
// ended more than 90 days ago.
func (x *Executions) Describe(ctx context.Context, machine, name string) (Execution, error) {
	op := "look at " + name
	e, err := x.client.DescribeExecution(ctx, &sfn.DescribeExecutionInput{ExecutionArn: aws.String(executionARN(machine, name))})
	switch {
	case awsfault.Name(err) == "ExecutionDoesNotExist", awsfault.Name(err) == "InvalidArn":
		return Execution{}, senda.Wrap(senda.NotFound, op, err)
	case err != nil:
		return Execution{}, awsfault.Wrap(op, err)
	}
	return Execution{
		Version: aws.ToString(e.StateMachineVersionArn), Status: string(e.Status), Error: aws.ToString(e.Error),
		Started: aws.ToTime(e.StartDate), Ended: aws.ToTime(e.StopDate),
	}, nil
}
