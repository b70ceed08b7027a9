package sfn

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/awsfault"
	"github.com/senda-dev/senda/internal/jsonata"
)

// Bounds of Step Functions
// (https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html).
const (
	// maxToken is the length of the longest task token, in characters.
	maxToken = 2048
	// MaxPayload is the size of the largest input and output, in bytes.
	MaxPayload = 262_144
)

// Machines is a senda.Machines over Step Functions. It is safe for concurrent use.
type Machines struct {
	client  *sfn.Client
	version func(ctx context.Context, journey, digest string) (string, error)
}

// New makes Machines. version finds the ARN of the state machine version that a
// bundle of a journey was deployed as; it returns NotFound when there is none.
// Nothing is called before the first execution starts.
func New(cfg aws.Config, version func(ctx context.Context, journey, digest string) (string, error)) *Machines {
	return &Machines{client: sfn.NewFromConfig(cfg), version: version}
}

// Start implements senda.Machines. The service itself takes a repeated start of a
// running execution for the same one; of an execution that has ended, its input is
// read back and compared. An execution that ended more than 90 days ago is forgotten,
// and starting it again would run it again.
//
// NotFound: the bundle was never deployed. Invalid: the input is longer than
// MaxPayload, or the name is none. Unavailable: nobody knows whether it runs, and
// starting again is harmless.
func (m *Machines) Start(ctx context.Context, s senda.Start) error {
	op := "start " + s.Name
	input := string(s.Input.AppendJSON(nil))
	if len(input) > MaxPayload {
		return senda.Errorf(senda.Invalid, op, "its input has %d bytes, more than %d", len(input), MaxPayload)
	}
	version, err := m.version(ctx, s.Entry.Journey(), s.Bundle)
	if err != nil {
		return err
	}
	_, err = m.client.StartExecution(ctx, &sfn.StartExecutionInput{
		StateMachineArn: aws.String(version), Name: aws.String(s.Name), Input: aws.String(input),
	})
	switch awsfault.Name(err) {
	case "":
		if err == nil {
			return nil
		}
	case "ExecutionAlreadyExists":
		return m.same(ctx, version, s.Name, input)
	case "InvalidName", "InvalidExecutionInput", "ValidationException":
		return senda.Wrap(senda.Invalid, op, err)
	case "StateMachineDoesNotExist", "StateMachineDeleting":
		return senda.Wrap(senda.NotFound, op, err)
	case "ExecutionLimitExceeded":
		return senda.Wrap(senda.Unavailable, op, err) // a million are open; some will end
	}
	return awsfault.Wrap(op, err)
}

// same compares an input with that of the execution which has the name already.
func (m *Machines) same(ctx context.Context, version, name, input string) error {
	op := "start " + name
	was, err := m.client.DescribeExecution(ctx, &sfn.DescribeExecutionInput{ExecutionArn: aws.String(executionARN(version, name))})
	if awsfault.Name(err) == "ExecutionDoesNotExist" {
		return senda.Wrap(senda.Unavailable, op, err) // it was there a moment ago: reads may lag
	}
	if err != nil {
		return awsfault.Wrap(op, err)
	}
	if aws.ToString(was.Input) != input {
		return senda.Errorf(senda.Conflict, op, "an execution of this name was started with another input")
	}
	return nil
}

// executionARN names an execution of a state machine, whichever of its versions it
// was started in:
// arn:aws:states:eu-west-1:1:stateMachine:NAME:7 becomes arn:aws:states:eu-west-1:1:execution:NAME:e-1.
func executionARN(machine, name string) string {
	part := strings.SplitN(machine, ":", 8)
	if len(part) < 7 {
		return machine + ":" + name // no ARN: the service says so
	}
	part[5] = "execution"
	return strings.Join(append(part[:7:7], name), ":")
}

// Answer implements senda.Machines.
//
// Invalid: the output is longer than MaxPayload. Unavailable: nobody knows whether
// it was taken; answering again is harmless, and NotFound then says that it was.
func (m *Machines) Answer(ctx context.Context, token string, output jsonata.Value) error {
	const op = "answer a task"
	text := "null"
	if output.Kind() != jsonata.KindNothing {
		text = string(output.AppendJSON(nil))
	}
	if len(text) > MaxPayload {
		return senda.Errorf(senda.Invalid, op, "the output has %d bytes, more than %d", len(text), MaxPayload)
	}
	if !plausible(token) {
		return unknownTask(op)
	}
	_, err := m.client.SendTaskSuccess(ctx, &sfn.SendTaskSuccessInput{TaskToken: aws.String(token), Output: aws.String(text)})
	return ended(op, err)
}

// Fail implements senda.Machines. The error is the code's ErrorName and there is no
// cause: whatever stands there lasts as long as the history, and nobody can erase it.
func (m *Machines) Fail(ctx context.Context, token string, code senda.Code) error {
	const op = "fail a task"
	if !plausible(token) {
		return unknownTask(op)
	}
	_, err := m.client.SendTaskFailure(ctx, &sfn.SendTaskFailureInput{TaskToken: aws.String(token), Error: aws.String(code.ErrorName())})
	return ended(op, err)
}

// plausible says that the service would read the token at all.
func plausible(token string) bool { return token != "" && len(token) <= maxToken }

func unknownTask(op string) error {
	return senda.Errorf(senda.NotFound, op, "no task waits for this token")
}

// ended reads the service's word on a task's end. That a task timed out, was ended
// before or never was, are the same to the caller: the entry says who came first.
func ended(op string, err error) error {
	switch awsfault.Name(err) {
	case "TaskTimedOut", "TaskDoesNotExist", "InvalidToken":
		return senda.Wrap(senda.NotFound, op, err)
	case "InvalidOutput", "ValidationException":
		return senda.Wrap(senda.Invalid, op, err)
	}
	if err != nil {
		return awsfault.Wrap(op, err)
	}
	return nil
}
