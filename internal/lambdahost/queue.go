package lambdahost

import (
	"context"
	"encoding/json"
	"log/slog"
	"strconv"
	"time"

	senda "github.com/senda-dev/senda"
)

// Message is one message of a queue
// (https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html).
type Message struct {
	// ID is the queue's own.
	ID   string
	Body []byte
	// Receives is how often it was delivered, this time included; 1 where the queue does not say.
	Receives int
	// Sent is when it came into the queue, zero where the queue does not say.
	Sent time.Time
}

// Queue serves batches of an SQS queue whose mapping has ReportBatchItemFailures.
// Messages come one after the other. One that fails or panics is reported by its
// id, so that the queue delivers it again, and it alone. Each has an equal share
// of the time that is left for those not yet done: one that is slow does not take
// its neighbours with it. It is for standard queues: one in order would need
// everything behind a failure to be reported too.
func Queue(do func(ctx context.Context, m Message) error) Handler {
	return func(ctx context.Context, payload []byte) ([]byte, error) {
		var batch batch
		if err := json.Unmarshal(payload, &batch); err != nil {
			return nil, senda.Wrap(senda.Invalid, "read a batch", err)
		}
		answer := failures{Items: []failure{}}
		for i, r := range batch.Records {
			m := r.message()
			if err := one(ctx, len(batch.Records)-i, do, m); err != nil {
				answer.Items = append(answer.Items, failure{m.ID})
				Report(ctx, err, slog.String("message-id", plain(m.ID, 64)), slog.Int("receives", m.Receives))
			}
		}
		return json.Marshal(answer)
	}
}

// one has a message done in its share of the time: one part of so many.
func one(ctx context.Context, parts int, do func(context.Context, Message) error, m Message) (err error) {
	if err := ctx.Err(); err != nil {
		return senda.Wrap(senda.Unavailable, "begin with a message in time", err)
	}
	if deadline, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Until(deadline)/time.Duration(parts))
		defer cancel()
	}
	defer func() { err = inTime(ctx, err) }()
	defer caught(&err)
	return do(ctx, m)
}

type batch struct {
	Records []record `json:"Records"`
}

type record struct {
	ID         string `json:"messageId"`
	Body       string `json:"body"`
	Attributes struct {
		Receives string `json:"ApproximateReceiveCount"`
		Sent     string `json:"SentTimestamp"` // milliseconds
	} `json:"attributes"`
}

func (r record) message() Message {
	m := Message{ID: r.ID, Body: []byte(r.Body), Receives: 1}
	if n, err := strconv.Atoi(r.Attributes.Receives); err == nil {
		m.Receives = n
	}
	if at, err := strconv.ParseInt(r.Attributes.Sent, 10, 64); err == nil {
		m.Sent = time.UnixMilli(at).UTC()
	}
	return m
}

type failures struct {
	Items []failure `json:"batchItemFailures"`
}

type failure struct {
	ID string `json:"itemIdentifier"`
}
