package s3

import (
	"context"
	"io"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/awsfault"
)

// Files reads objects of any bucket, as a deployment puts them there.
type Files struct{ client *s3.Client }

// NewFiles makes Files. Nothing is called before the first object is asked for.
func NewFiles(cfg aws.Config) *Files { return &Files{client(cfg)} }

// Read returns the bytes of an object. NotFound: there is none. Unavailable: the
// service did not answer.
func (f *Files) Read(ctx context.Context, bucket, key string) ([]byte, error) {
	const op = "read a file of the deployment"
	return read(ctx, f.client, op, bucket, key)
}

// read reads an object whole.
func read(ctx context.Context, client *s3.Client, op, bucket, key string) ([]byte, error) {
	out, err := client.GetObject(ctx, &s3.GetObjectInput{Bucket: aws.String(bucket), Key: aws.String(key)})
	if awsfault.Name(err) == "NoSuchKey" {
		return nil, senda.Errorf(senda.NotFound, op, "nothing is stored under this name")
	}
	if err != nil {
		return nil, awsfault.Wrap(op, err)
	}
	data, err := io.ReadAll(io.LimitReader(out.Body, maxBundle+1))
	if cerr := out.Body.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return nil, senda.Wrap(senda.Unavailable, op, err) // the connection broke within the body
	}
	if len(data) > maxBundle {
		return nil, senda.Errorf(senda.Invalid, op, "the object has more than %d bytes", maxBundle)
	}
	return data, nil
}
