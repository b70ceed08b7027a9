package awsfault_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"testing"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/awsfault"
)

// answer is an error as the SDK makes it of an answer of the service.
func answer(status int, name string) error {
	var err error
	if name != "" {
		err = &smithy.GenericAPIError{Code: name, Message: "of ana@mail.example"}
	}
	return &smithy.OperationError{ServiceID: "X", OperationName: "Y", Err: &smithyhttp.ResponseError{
		Response: &smithyhttp.Response{Response: &http.Response{StatusCode: status}}, Err: err,
	}}
}

// The code says what a caller that may repeat the call can do about it.
func TestCodes(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		want senda.Code
	}{
		"throttled by name":        {answer(400, "ThrottlingException"), senda.Unavailable},
		"throttled by status":      {answer(429, ""), senda.Unavailable},
		"a broken service":         {answer(500, "InternalFailure"), senda.Unavailable},
		"a service that is away":   {answer(503, ""), senda.Unavailable},
		"credentials that ran out": {answer(403, "ExpiredTokenException"), senda.Unavailable},
		"a permission is missing":  {answer(403, "AccessDeniedException"), senda.Internal},
		"a resource is missing":    {answer(404, "ResourceNotFoundException"), senda.Internal},
		"no connection":            {&smithyhttp.RequestSendError{Err: &net.OpError{Op: "dial", Err: errors.New("refused")}}, senda.Unavailable},
		"no answer":                {&smithyhttp.RequestSendError{Err: errors.New("EOF")}, senda.Unavailable},
		"cancelled":                {fmt.Errorf("call: %w", context.Canceled), senda.Unavailable},
		"too late":                 {fmt.Errorf("call: %w", context.DeadlineExceeded), senda.Unavailable},
		"a parameter is missing":   {&smithy.OperationError{Err: smithy.InvalidParamsError{}}, senda.Invalid},
		"an unreadable answer":     {answer(200, ""), senda.Unavailable},
	} {
		err := awsfault.Wrap("try", c.err)
		if got := senda.CodeOf(err); got != c.want || !errors.Is(err, errors.Unwrap(err)) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if err := awsfault.Wrap("try", nil); err != nil {
		t.Errorf("no error became %v", err)
	}
}

func TestWhatTheServiceSaid(t *testing.T) {
	err := answer(400, "InvalidName")
	if awsfault.Name(err) != "InvalidName" || awsfault.Status(err) != 400 || awsfault.Throttled(err) {
		t.Errorf("%q %d", awsfault.Name(err), awsfault.Status(err))
	}
	if err := errors.New("nothing"); awsfault.Name(err) != "" || awsfault.Status(err) != 0 {
		t.Error("an error that is no answer was read as one")
	}
}
