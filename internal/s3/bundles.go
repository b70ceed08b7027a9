// Package s3 keeps the bytes of bundles in a bucket, one object a bundle, named by
// its digest.
package s3

import (
	"bytes"
	"context"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/awsfault"
	"github.com/senda-dev/senda/internal/bundle"
)

// Calls names the IAM actions of each method. ListBucket is no call: without it the
// service answers 403 instead of 404 for a key that is not there
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html, "Permissions").
var Calls = map[string][]string{
	"Bundle": {"s3:GetObject", "s3:ListBucket"},
	"Put":    {"s3:PutObject", "s3:GetObject"},
	"Read":   {"s3:GetObject"},
}

// Kept is how many decoded bundles are held in memory.
const Kept = 64

// maxBundle bounds what is read, in bytes: a definition may have 1 MB, and mails
// beside it.
const maxBundle = 64 << 20

// Bundles is a bundle.Bundles over a bucket. It is safe for concurrent use.
type Bundles struct {
	objects *objects
	bucket  string
	kept    shelf
}

// New makes Bundles over a bucket. Nothing is called before the first bundle is asked for.
func New(cfg aws.Config, bucket string) *Bundles {
	return &Bundles{objects: newObjects(cfg), bucket: bucket}
}

// Key is the key of a bundle's object.
func Key(digest string) string { return "bundles/" + digest + ".json" }

// Bundle implements bundle.Bundles. What was read once is kept, since a bundle never
// changes; callers that ask for the same one at the same time share one read.
//
// NotFound: nothing is stored under the digest, or it is no digest. Invalid: the
// object is damaged, or holds another bundle. Unavailable: the service did not answer.
func (b *Bundles) Bundle(ctx context.Context, digest string) (*bundle.Bundle, error) {
	if !isDigest(digest) {
		return nil, senda.Errorf(senda.NotFound, "find a bundle", "%q is no digest", digest)
	}
	return b.kept.get(ctx, digest, func(ctx context.Context) (*bundle.Bundle, error) {
		data, err := b.read(ctx, digest)
		if err != nil {
			return nil, err
		}
		got, err := bundle.Decode(data)
		if err != nil {
			return nil, err
		}
		if got.Digest() != digest {
			return nil, senda.Errorf(senda.Invalid, "read the bundle "+digest, "the object holds another one, %s", got.Digest())
		}
		return got, nil
	})
}

func (b *Bundles) read(ctx context.Context, digest string) ([]byte, error) {
	return b.objects.read(ctx, "read the bundle "+digest, b.bucket, Key(digest))
}

// Put stores a sealed bundle. An object is written once and never again: storing the
// same bundle twice is success.
//
// Conflict: other bytes stand under the digest, so somebody wrote past Put; a person
// must look. Unavailable: nobody knows whether it is stored, and storing it again is harmless.
func (b *Bundles) Put(ctx context.Context, sealed *bundle.Bundle) error {
	digest := sealed.Digest()
	op := "store the bundle " + digest
	if !isDigest(digest) {
		return senda.Errorf(senda.Invalid, "store a bundle", "it is not sealed")
	}
	err := b.objects.create(ctx, b.bucket, Key(digest), "application/json", sealed.Bytes())
	switch {
	case awsfault.Status(err) == http.StatusPreconditionFailed:
		was, err := b.read(ctx, digest)
		if err != nil {
			return err
		}
		if !bytes.Equal(was, sealed.Bytes()) {
			return senda.Errorf(senda.Conflict, op, "other bytes are stored under this name")
		}
	case awsfault.Status(err) == http.StatusConflict:
		return senda.Wrap(senda.Unavailable, op, err) // another writer is at it
	case err != nil:
		return awsfault.Wrap(op, err)
	}
	return nil
}

// isDigest says that s is a SHA-256 in lower-case hexadecimal, so that no name
// leaves the folder.
func isDigest(s string) bool {
	return len(s) == 64 && strings.Trim(s, "0123456789abcdef") == ""
}
