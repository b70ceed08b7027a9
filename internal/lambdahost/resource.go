package lambdahost

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"time"

	"github.com/aws/aws-lambda-go/cfn"
	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/task"
)

// Provide carries out what CloudFormation asks of a custom resource: to create,
// update or delete it, more than once if need be. e.PhysicalResourceID is set,
// also for what is created, and cannot be changed. data are the attributes that the
// template may read, 3 kB at most.
type Provide func(ctx context.Context, e cfn.Event) (data map[string]any, err error)

// Resource serves a custom resource of CloudFormation, which waits up to an hour
// for an answer: it is told of every failure, that of open included
// (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html).
// The resource's physical id follows from stack and logical id, so that an update
// never replaces it.
//
//	lambdahost.Run("publish", lambdahost.Resource(cloud.Publish))
func Resource(open func(ctx context.Context) (Provide, error)) func(context.Context) (Handler, error) {
	opened := once(open)
	return func(context.Context) (Handler, error) {
		return func(ctx context.Context, payload []byte) ([]byte, error) {
			var e cfn.Event
			if err := json.Unmarshal(payload, &e); err != nil || e.ResponseURL == "" {
				return nil, senda.Wrap(senda.Invalid, "read a request of CloudFormation", orNoURL(err))
			}
			if e.PhysicalResourceID == "" {
				e.PhysicalResourceID = "senda-" + senda.ShortHash(e.StackID, e.LogicalResourceID)
			}
			data, err := provide(ctx, opened, e)
			if err != nil {
				Report(ctx, err)
			}
			if err := answer(ctx, e, data, err); err != nil {
				return nil, err // CloudFormation calls asynchronously: Lambda tries again
			}
			return []byte("null"), nil
		}, nil
	}
}

func orNoURL(err error) error {
	if err == nil {
		return senda.Errorf(senda.Invalid, "read a request of CloudFormation", "it says not where to answer")
	}
	return err
}

// answerTime is what is kept of an invocation's time to give the answer.
const answerTime = 5 * time.Second

func provide(ctx context.Context, opened func(context.Context) (Provide, error), e cfn.Event) (data map[string]any, err error) {
	if deadline, ok := ctx.Deadline(); ok {
		left := time.Until(deadline)
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, left-min(answerTime, left/2))
		defer cancel()
	}
	defer func() { err = inTime(ctx, err) }()
	defer caught(&err)
	do, err := opened(ctx)
	if err != nil {
		return nil, err
	}
	return do(ctx, e)
}

// mostAnswer is the longest answer that CloudFormation takes, in bytes.
const mostAnswer = 4096

// answer tells CloudFormation what came of it.
func answer(ctx context.Context, e cfn.Event, data map[string]any, failed error) error {
	const op = "answer CloudFormation"
	r := cfn.NewResponse(&e)
	r.PhysicalResourceID, r.Status, r.Data = e.PhysicalResourceID, cfn.StatusSuccess, data
	body, err := json.Marshal(r)
	if failed == nil && (err != nil || len(body) > mostAnswer) {
		failed = senda.Errorf(senda.Invalid, op, "the data are too long or no JSON").WithHelp("return less data")
		Report(ctx, failed)
	}
	if failed != nil {
		name := senda.CodeOf(failed).ErrorName()
		r.Status, r.Data, r.Reason = cfn.StatusFailed, nil, name+": "+task.Message(failed)
		r.Reason = r.Reason[:min(len(r.Reason), mostAnswer/4)]
		if body, err = json.Marshal(r); err != nil {
			return senda.Wrap(senda.Internal, op, err)
		}
	}
	const tries = 4
	for try, wait := 1, 100*time.Millisecond; ; try, wait = try+1, 2*wait {
		if err = put(ctx, e.ResponseURL, body); err == nil {
			return nil
		}
		if try == tries || ctx.Err() != nil {
			return senda.Wrap(senda.Unavailable, op, err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(wait):
		}
	}
}

func put(ctx context.Context, url string, body []byte) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPut, url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	// The address is signed for a request without a type of content.
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, mostAnswer))
	if res.StatusCode != http.StatusOK {
		return senda.Errorf(senda.Unavailable, "put an answer", "it was answered with %d", res.StatusCode)
	}
	return nil
}
