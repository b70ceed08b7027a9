package dynamo

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	senda "github.com/senda-dev/senda"
)

// failed gives an error of a read its code.
func failed(ctx context.Context, op string, err error) error {
	if ctx.Err() != nil {
		return senda.Wrap(senda.Unavailable, op, ctx.Err())
	}
	return verdict(op, err)
}

// notWritten gives an error of a commit its code. doubt is whether an attempt
// may have been applied.
func notWritten(ctx context.Context, op string, err error, doubt bool) error {
	var cancelled *types.TransactionCanceledException
	if errors.As(err, &cancelled) {
		return cancellation(op, cancelled) // its token makes it the truth whatever went before
	}
	out := failed(ctx, op, err)
	if !doubt {
		return out
	}
	e := &senda.Error{Code: senda.Unsure, Op: op, Text: "it may have been written all the same", Cause: err}
	return e.WithHelp("read again and decide again: the conditions make a repetition harmless")
}

// verdict names an error by what the service called it.
func verdict(op string, err error) error {
	var api smithy.APIError
	if !errors.As(err, &api) {
		return unanswered(op, err)
	}
	wrap := func(code senda.Code) *senda.Error { return &senda.Error{Code: code, Op: op, Cause: err} }
	switch api.ErrorCode() {
	case "ConditionalCheckFailedException":
		return senda.Errorf(senda.Conflict, op, "the record is no longer the one that was read")
	case "TransactionConflictException":
		return senda.Errorf(senda.Conflict, op, "another transaction is at work on the record")
	case "ThrottlingException", "ProvisionedThroughputExceededException", "RequestLimitExceeded", "LimitExceededException",
		"TransactionInProgressException", "InternalServerError", "ServiceUnavailable", "RequestTimeout", "RequestTimeoutException":
		return wrap(senda.Unavailable)
	case "ValidationException":
		return wrap(senda.Invalid).WithHelp("DynamoDB takes no record like this one: %s", tooLarge)
	case "ResourceNotFoundException":
		return wrap(senda.Internal).WithHelp("the table or its index is not there: deploy the data stack, or name the right table")
	case "AccessDeniedException", "UnrecognizedClientException", "InvalidSignatureException", "ExpiredTokenException", "MissingAuthenticationTokenException":
		return wrap(senda.Internal).WithHelp("the role may not do this: compare its policy with layout.Calls")
	case "ItemCollectionSizeLimitExceededException":
		return wrap(senda.Internal)
	}
	var r *smithyhttp.ResponseError
	if errors.As(err, &r) && r.HTTPStatusCode() >= 500 {
		return wrap(senda.Unavailable)
	}
	return wrap(senda.Internal)
}

// unanswered names an error without an answer: one of the network may go away.
func unanswered(op string, err error) error {
	var (
		send *smithyhttp.RequestSendError
		r    *smithyhttp.ResponseError
		n    net.Error
	)
	if errors.As(err, &send) || errors.As(err, &r) || errors.As(err, &n) ||
		errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return senda.Wrap(senda.Unavailable, op, err)
	}
	return senda.Wrap(senda.Internal, op, err)
}

// cancellation says why a transaction was refused. What can never work comes
// before what may: a caller that is told Conflict tries again.
func cancellation(op string, c *types.TransactionCanceledException) error {
	code, text := senda.Internal, c.ErrorMessage()
	rank := 0
	for i, r := range c.CancellationReasons {
		why := ""
		if r.Code != nil {
			why = *r.Code
		}
		n, k := 0, senda.Internal
		switch why {
		case "", "None":
			continue
		case "ValidationError":
			n, k = 5, senda.Invalid
		case "ConditionalCheckFailed":
			n, k = 3, senda.Conflict
		case "TransactionConflict":
			n, k = 2, senda.Conflict
		case "ThrottlingError", "ProvisionedThroughputExceeded":
			n, k = 1, senda.Unavailable
		default: // ItemCollectionSizeLimitExceeded, and what is not known yet
			n = 4
		}
		if n > rank {
			rank, code = n, k
			text = fmt.Sprintf("write %d of %d: %s", i+1, len(c.CancellationReasons), why)
			if r.Message != nil {
				text += ": " + *r.Message
			}
		}
	}
	e := senda.Errorf(code, op, "%s", text)
	e.Cause = c
	if code == senda.Invalid {
		return e.WithHelp("DynamoDB takes no record like this one: %s", tooLarge)
	}
	return e
}

const tooLarge = "at most 400 KB, keys of at most 2,048 and 1,024 bytes"

// kindsOf names the kinds of some writes, for an error's place.
func kindsOf(writes []senda.Write) string {
	var names []string
	for _, w := range writes {
		if n := kinds[w.Key.Kind]; len(names) == 0 || names[len(names)-1] != n {
			names = append(names, n)
		}
	}
	return strings.Join(names, ", ")
}
