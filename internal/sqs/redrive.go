package sqs

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/awsfault"
)

// Redriver moves dead letters back to where they came from.
type Redriver struct{ client *sqs.Client }

// NewRedriver makes a Redriver. Nothing is called before the first move.
func NewRedriver(cfg aws.Config) *Redriver { return &Redriver{sqs.NewFromConfig(cfg)} }

// Move is how far a move of dead letters is.
type Move struct {
	// Status is RUNNING, COMPLETED, CANCELLING, CANCELLED or FAILED.
	Status string
	// Moved of All messages; All is an estimate, and zero where nobody made one.
	Moved, All int64
}

// Done says that nothing more will be moved.
func (m Move) Done() bool { return m.Status != "RUNNING" && m.Status != "CANCELLING" }

// Redrive moves every message of the dead-letter queue of ARN dead to the queue of ARN
// to. The service does it in the background where it can: Progress tells how far it
// is. It moves only what a queue gave up; what a rule or a function put there itself is
// moved here, message by message, each sent before it is deleted, so that a
// crash doubles one and loses none.
//
// Conflict: a move of this queue is under way. NotFound: there is no such queue.
func (r *Redriver) Redrive(ctx context.Context, dead, to string) (Move, error) {
	const op = "redrive dead letters"
	_, err := r.client.StartMessageMoveTask(ctx, &sqs.StartMessageMoveTaskInput{SourceArn: aws.String(dead), DestinationArn: aws.String(to)})
	switch name := awsfault.Name(err); {
	case err == nil:
		return Move{Status: "RUNNING"}, nil
	case byHand[name] && strings.Contains(err.Error(), "already"):
		return Move{}, senda.Wrap(senda.Conflict, op, err)
	case byHand[name]:
		return r.carry(ctx, dead, to)
	}
	return Move{}, broken(op, err)
}

// byHand are the names with which the service says that it cannot make this move: the
// source is no queue's dead-letter queue, or it knows no moves at all.
var byHand = map[string]bool{
	"UnsupportedOperation": true, "AWS.SimpleQueueService.UnsupportedOperation": true, "InvalidParameterValue": true,
	"InvalidParameterValueException": true, "InvalidAction": true, "UnknownOperationException": true, "NotImplemented": true,
}

// carry moves messages one by one until the queue shows none.
func (r *Redriver) carry(ctx context.Context, dead, to string) (Move, error) {
	const op = "redrive dead letters"
	from, err := r.url(ctx, dead)
	if err != nil {
		return Move{}, err
	}
	target, err := r.url(ctx, to)
	if err != nil {
		return Move{}, err
	}
	moved := int64(0)
	for {
		page, err := r.client.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
			QueueUrl: aws.String(from), MaxNumberOfMessages: 10, VisibilityTimeout: 60, WaitTimeSeconds: 1, MessageAttributeNames: []string{"All"},
		})
		if err != nil {
			return Move{"FAILED", moved, 0}, broken(op, err)
		}
		if len(page.Messages) == 0 {
			return Move{"COMPLETED", moved, moved}, nil
		}
		for _, m := range page.Messages {
			if err := r.forward(ctx, from, target, m); err != nil {
				return Move{"FAILED", moved, 0}, broken(op, err)
			}
			moved++
		}
	}
}

func (r *Redriver) forward(ctx context.Context, from, to string, m types.Message) error {
	for _, reason := range append([]string{"ERROR_MESSAGE", "ErrorMessage"}, Reasons...) {
		delete(m.MessageAttributes, reason) // of an earlier death
	}
	_, err := r.client.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: aws.String(to), MessageBody: m.Body, MessageAttributes: m.MessageAttributes})
	if err != nil {
		return fmt.Errorf("send: %w", err)
	}
	if _, err = r.client.DeleteMessage(ctx, &sqs.DeleteMessageInput{QueueUrl: aws.String(from), ReceiptHandle: m.ReceiptHandle}); err != nil {
		return fmt.Errorf("delete: %w", err)
	}
	return nil
}

// Queue opens a queue by its ARN. NotFound: there is none.
func (r *Redriver) Queue(ctx context.Context, arn string) (*Queue, error) {
	url, err := r.url(ctx, arn)
	if err != nil {
		return nil, err
	}
	return &Queue{r.client, url}, nil
}

// url finds the URL of a queue by its ARN, arn:aws:sqs:REGION:ACCOUNT:NAME.
func (r *Redriver) url(ctx context.Context, arn string) (string, error) {
	part := strings.Split(arn, ":")
	if len(part) != 6 || part[2] != "sqs" {
		return "", senda.Errorf(senda.Invalid, "find a queue", "%q is no ARN of a queue", arn)
	}
	out, err := r.client.GetQueueUrl(ctx, &sqs.GetQueueUrlInput{QueueName: aws.String(part[5]), QueueOwnerAWSAccountId: aws.String(part[4])})
	if err != nil {
		return "", broken("find a queue", err)
	}
	return aws.ToString(out.QueueUrl), nil
}

// Progress tells of the latest move of a dead-letter queue. NotFound: there was none,
// or none that the service made.
func (r *Redriver) Progress(ctx context.Context, dead string) (Move, error) {
	const op = "look at a redrive"
	out, err := r.client.ListMessageMoveTasks(ctx, &sqs.ListMessageMoveTasksInput{SourceArn: aws.String(dead), MaxResults: aws.Int32(1)})
	if err != nil {
		return Move{}, broken(op, err)
	}
	if len(out.Results) == 0 {
		return Move{}, senda.Errorf(senda.NotFound, op, "nothing was moved")
	}
	t := out.Results[0]
	return Move{aws.ToString(t.Status), t.ApproximateNumberOfMessagesMoved, aws.ToInt64(t.ApproximateNumberOfMessagesToMove)}, nil
}
