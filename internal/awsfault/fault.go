// Package awsfault reads from an error of a call to AWS what the adapters of the
// cloud must know: what the service said, if it said anything, and what a caller
// who may repeat the call can do.
package awsfault

import (
	"errors"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	senda "github.com/senda-dev/senda"
)

// Name is the name that the service gave the error, as "ThrottlingException"; empty
// when no answer of the service could be read.
func Name(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	return ""
}

// Status is the status of the service's answer in HTTP; 0 when none was read.
func Status(err error) int {
	var answer *smithyhttp.ResponseError
	if errors.As(err, &answer) {
		return answer.HTTPStatusCode()
	}
	return 0
}

// Throttled says that the service refused the call because there were too many: it
// did nothing.
func Throttled(err error) bool {
	_, known := retry.DefaultThrottleErrorCodes[Name(err)]
	return known || Status(err) == http.StatusTooManyRequests
}

// stale are the names of errors about credentials or clocks that have run out: the
// next call is signed anew.
var stale = map[string]bool{
	"ExpiredToken": true, "ExpiredTokenException": true, "RequestExpired": true, "RequestTimeTooSkewed": true, "RequestTimeout": true,
	"InvalidSignatureException": true,
}

// Code is what the caller can do about the error of a call that may be repeated.
//
// Unavailable: the service was not reached, was too busy, broke or lost its answer.
// Invalid: the call was not even made, since a parameter is missing. Internal:
// the service understood and refused, as it will again until a person looks: a
// permission is missing, a resource is gone. An adapter names the refusals that mean
// something else before it asks here.
func Code(err error) senda.Code {
	var params smithy.InvalidParamsError
	status := Status(err)
	switch {
	case errors.As(err, &params):
		return senda.Invalid
	case Throttled(err), stale[Name(err)], status == http.StatusRequestTimeout, status >= http.StatusInternalServerError:
		return senda.Unavailable
	case status >= http.StatusBadRequest:
		return senda.Internal
	default:
		return senda.Unavailable // no answer, none in time, or one that could not be read
	}
}

// Wrap gives the error of a call that may be repeated its Code.
func Wrap(op string, err error) error { return senda.Wrap(Code(err), op, err) }
