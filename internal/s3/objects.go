package s3

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/awsfault"
	"github.com/senda-dev/senda/internal/signed"
)

// objects reads and creates objects. The SDK's client of S3 would be a fourteenth of
// every function, and two calls are all that is needed.
type objects struct{ caller *signed.Caller }

func newObjects(cfg aws.Config) *objects {
	return &objects{signed.New(cfg, signed.Service{ID: "S3", Name: "s3", Fault: fault, Path: true})}
}

// fault is the name of an error
// (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html).
func fault(_ http.Header, body []byte) string {
	_, rest, _ := strings.Cut(string(body), "<Code>")
	name, _, ok := strings.Cut(rest, "</Code>")
	if !ok {
		return ""
	}
	return name
}

// address is that of an object. A bucket is a host before the service's name, but
// where the configuration names the address, and where a dot in its name would not be
// covered by the certificate.
func (o *objects) address(bucket, key string) string {
	base, own := o.caller.Endpoint(bucket)
	path := "/" + key
	if own || strings.Contains(bucket, ".") {
		base, _ = o.caller.Endpoint("")
		path = "/" + bucket + path
	}
	return base + (&url.URL{Path: path}).EscapedPath()
}

// read reads an object whole.
func (o *objects) read(ctx context.Context, op, bucket, key string) ([]byte, error) {
	data, err := o.caller.Do(ctx, signed.Request{Method: http.MethodGet, URL: o.address(bucket, key), Most: maxBundle})
	if awsfault.Name(err) == "NoSuchKey" {
		return nil, senda.Errorf(senda.NotFound, op, "nothing is stored under this name")
	}
	if err != nil {
		return nil, awsfault.Wrap(op, err)
	}
	if len(data) > maxBundle {
		return nil, senda.Errorf(senda.Invalid, op, "the object has more than %d bytes", maxBundle)
	}
	return data, nil
}

// maxAnswer bounds what is read of an answer that says little, in bytes.
const maxAnswer = 64 << 10

// create writes an object where none stands: 412 says that one does.
func (o *objects) create(ctx context.Context, bucket, key, kind string, data []byte) error {
	_, err := o.caller.Do(ctx, signed.Request{
		Method: http.MethodPut, URL: o.address(bucket, key), Body: data, Most: maxAnswer,
		Header: http.Header{"Content-Type": {kind}, "If-None-Match": {"*"}},
	})
	return err
}
