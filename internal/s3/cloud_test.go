//go:build localstack

package s3_test

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/porttest"
	"github.com/senda-dev/senda/internal/s3"
)

func cloud(t *testing.T) aws.Config {
	t.Helper()
	url := os.Getenv("AWS_ENDPOINT_URL")
	if url == "" {
		t.Fatal("AWS_ENDPOINT_URL does not name an emulator")
	}
	return aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String(url),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}, nil
		}),
	}
}

func TestBundles(t *testing.T) {
	cfg := cloud(t)
	admin := sdk.NewFromConfig(cfg, func(o *sdk.Options) { o.UsePathStyle = true })
	porttest.TestBundles(t, func(t *testing.T) porttest.Bundles {
		bucket := fmt.Sprintf("senda-s3-%d", time.Now().UnixNano())
		if _, err := admin.CreateBucket(t.Context(), &sdk.CreateBucketInput{Bucket: aws.String(bucket)}); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { empty(t, admin, bucket) })
		s := s3.New(cfg, bucket)
		return porttest.Bundles{Bundles: s, Put: func(t *testing.T, b *bundle.Bundle) {
			if err := s.Put(t.Context(), b); err != nil {
				t.Fatal(err)
			}
		}}
	})
}

// empty removes a bucket with all that is in it.
func empty(t *testing.T, admin *sdk.Client, bucket string) {
	ctx := context.Background()
	list, err := admin.ListObjectsV2(ctx, &sdk.ListObjectsV2Input{Bucket: aws.String(bucket)})
	if err != nil {
		t.Error(err)
		return
	}
	for _, o := range list.Contents {
		if _, err := admin.DeleteObject(ctx, &sdk.DeleteObjectInput{Bucket: aws.String(bucket), Key: o.Key}); err != nil {
			t.Error(err)
		}
	}
	if _, err := admin.DeleteBucket(ctx, &sdk.DeleteBucketInput{Bucket: aws.String(bucket)}); err != nil {
		t.Error(err)
	}
}
