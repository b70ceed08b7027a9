package sqs

import (
	"context"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/awsfault"
)

// Queue is one queue. It is safe for concurrent use.
type Queue struct {
	client *sqs.Client
	url    string
}

// New makes a Queue of its URL. Nothing is called before the first message.
func New(cfg aws.Config, url string) *Queue { return &Queue{sqs.NewFromConfig(cfg), url} }

// invalid are the names of errors about the body itself. The old protocol calls some
// by the longer names.
var invalid = map[string]bool{
	"InvalidMessageContents": true, "InvalidParameterValue": true, "InvalidParameterValueException": true, "MissingParameter": true,
}

// Send puts a message into the queue. The queue delivers at least once, in no order.
//
// Invalid: the body is empty, larger than the queue takes (1 MiB unless it was made
// smaller), or holds signs that XML has no room for. Unavailable: nobody knows
// whether it is in the queue; sending it again may deliver it twice, as the queue itself may.
func (q *Queue) Send(ctx context.Context, body []byte) error {
	const op = "queue a message"
	if len(body) == 0 {
		return senda.Errorf(senda.Invalid, op, "it is empty")
	}
	_, err := q.client.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: aws.String(q.url), MessageBody: aws.String(string(body))})
	if invalid[awsfault.Name(err)] {
		return senda.Wrap(senda.Invalid, op, err)
	}
	return broken(op, err)
}

// broken maps what any call to a queue can meet.
func broken(op string, err error) error {
	switch awsfault.Name(err) {
	case "AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist", "ResourceNotFoundException":
		return senda.Wrap(senda.NotFound, op, err)
	case "OverLimit", "AWS.SimpleQueueService.OverLimit", "KmsThrottled":
		return senda.Wrap(senda.Unavailable, op, err)
	}
	if err != nil {
		return awsfault.Wrap(op, err)
	}
	return nil
}

// Count is how many messages a queue holds, approximately: the service counts to
// within a minute.
type Count struct {
	Waiting  int // to be received
	InFlight int // received and neither deleted nor back
	Delayed  int // not to be received yet
}

// Count counts the queue. NotFound: there is no such queue.
func (q *Queue) Count(ctx context.Context) (Count, error) {
	names := []types.QueueAttributeName{
		types.QueueAttributeNameApproximateNumberOfMessages, types.QueueAttributeNameApproximateNumberOfMessagesNotVisible,
		types.QueueAttributeNameApproximateNumberOfMessagesDelayed,
	}
	out, err := q.client.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{QueueUrl: aws.String(q.url), AttributeNames: names})
	if err != nil {
		return Count{}, broken("count a queue", err)
	}
	var n [3]int
	for i, name := range names {
		if n[i], err = strconv.Atoi(out.Attributes[string(name)]); err != nil {
			return Count{}, senda.Wrap(senda.Internal, "count a queue", err)
		}
	}
	return Count{n[0], n[1], n[2]}, nil
}

// Letter is one message as a person looks at it.
type Letter struct {
	ID   string
	Body string
	// Sent is when it came into the first queue; a move keeps that.
	Sent time.Time
	// Received counts how often it was tried or looked at.
	Received int
	// From is the ARN of the queue that gave it up; empty for one that a rule or a
	// function put here itself.
	From string
	// Reason is what the sender said of why it is here, by the names of Reasons. Empty for
	// what a queue gave up: it was received too often, and the log of its function says why.
	Reason map[string]string
}

// Reasons names the attributes in which rules of EventBridge and asynchronous calls
// of functions say why they gave a message up
// (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html,
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html). The messages of errors are
// left out: they repeat what a stranger wrote.
var Reasons = []string{
	"ERROR_CODE", "EXHAUSTED_RETRY_CONDITION", "RETRY_ATTEMPTS", "RULE_ARN", "TARGET_ARN", // a rule
	"ErrorCode", "RequestID", // a function
}

// glance is how long a letter that was looked at stays out of others' sight: long
// enough that one look does not find it twice.
const glance = 10 * time.Second

// Peek reads up to most messages and leaves them in the queue. It is for dead
// letters: a look counts as a receipt, and a queue that gives up after so many would
// give up the sooner. Each message is hidden from others for ten seconds. Since a queue
// is many machines, a look may miss some.
func (q *Queue) Peek(ctx context.Context, most int) ([]Letter, error) {
	var out []Letter
	seen := map[string]bool{}
	for len(out) < most {
		page, err := q.client.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
			QueueUrl: aws.String(q.url), MaxNumberOfMessages: int32(min(most-len(out), 10)), VisibilityTimeout: int32(glance / time.Second),
			WaitTimeSeconds: 1, // asks all of the queue's machines, not some
			MessageSystemAttributeNames: []types.MessageSystemAttributeName{
				types.MessageSystemAttributeNameSentTimestamp, types.MessageSystemAttributeNameApproximateReceiveCount,
				types.MessageSystemAttributeNameDeadLetterQueueSourceArn,
			},
			MessageAttributeNames: Reasons,
		})
		if err != nil {
			return out, broken("look into a queue", err)
		}
		fresh := 0
		for _, m := range page.Messages {
			if l := letter(m); !seen[l.ID] {
				seen[l.ID] = true
				out = append(out, l)
				fresh++
			}
		}
		if fresh == 0 {
			return out, nil
		}
	}
	return out, nil
}

func letter(m types.Message) Letter {
	l := Letter{ID: aws.ToString(m.MessageId), Body: aws.ToString(m.Body), From: m.Attributes["DeadLetterQueueSourceArn"]}
	if ms, err := strconv.ParseInt(m.Attributes["SentTimestamp"], 10, 64); err == nil {
		l.Sent = time.UnixMilli(ms).UTC()
	}
	if n, err := strconv.Atoi(m.Attributes["ApproximateReceiveCount"]); err == nil {
		l.Received = n
	}
	for name, v := range m.MessageAttributes {
		if l.Reason == nil {
			l.Reason = map[string]string{}
		}
		l.Reason[name] = aws.ToString(v.StringValue)
	}
	return l
}
