package s3

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// Files reads objects of any bucket, as a deployment puts them there.
type Files struct{ objects *objects }

// NewFiles makes Files. Nothing is called before the first object is asked for.
func NewFiles(cfg aws.Config) *Files { return &Files{newObjects(cfg)} }

// Read returns the bytes of an object. NotFound: there is none. Unavailable: the
// service did not answer.
func (f *Files) Read(ctx context.Context, bucket, key string) ([]byte, error) {
	return f.objects.read(ctx, "read a file of the deployment", bucket, key)
}
