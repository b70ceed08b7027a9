//go:build localstack

package sqs_test

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/sqs"
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

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// queue makes a queue and returns its URL and ARN.
func queue(t *testing.T, admin *sdk.Client, name string, attributes map[string]string) (url, arn string) {
	t.Helper()
	q, err := admin.CreateQueue(t.Context(), &sdk.CreateQueueInput{QueueName: aws.String(name), Attributes: attributes})
	must(t, err)
	t.Cleanup(func() {
		_, err := admin.DeleteQueue(context.Background(), &sdk.DeleteQueueInput{QueueUrl: q.QueueUrl})
		must(t, err)
	})
	a, err := admin.GetQueueAttributes(t.Context(), &sdk.GetQueueAttributesInput{QueueUrl: q.QueueUrl, AttributeNames: []types.QueueAttributeName{"QueueArn"}})
	must(t, err)
	return aws.ToString(q.QueueUrl), a.Attributes["QueueArn"]
}

// until waits for the service, which counts and moves in its own time.
func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !is(); {
		if time.Now().After(deadline) {
			t.Fatalf("still not: %s", what)
		}
	}
}

func TestDeadLettersComeBack(t *testing.T) {
	cfg, run := cloud(t), time.Now().UnixNano()
	admin := sdk.NewFromConfig(cfg)
	deadURL, deadARN := queue(t, admin, fmt.Sprintf("senda-sqs-dead-%d", run), nil)
	homeURL, homeARN := queue(t, admin, fmt.Sprintf("senda-sqs-home-%d", run), map[string]string{
		"RedrivePolicy": fmt.Sprintf(`{"deadLetterTargetArn":%q,"maxReceiveCount":1}`, deadARN), "VisibilityTimeout": "0",
	})
	home, letters := sqs.New(cfg, homeURL), sqs.New(cfg, deadURL)
	for i := range 12 {
		must(t, home.Send(t.Context(), fmt.Appendf(nil, `{"page":%d,"text":"ñ \u2028"}`, i)))
	}
	c, err := home.Count(t.Context())
	if err != nil || c.Waiting != 12 {
		t.Errorf("%+v, %v", c, err)
	}
	until(t, "the queue gave all up", func() bool {
		_, err := admin.ReceiveMessage(t.Context(), &sdk.ReceiveMessageInput{QueueUrl: aws.String(homeURL), MaxNumberOfMessages: 10})
		must(t, err)
		c, err := letters.Count(t.Context())
		must(t, err)
		return c.Waiting == 12
	})
	seen, err := letters.Peek(t.Context(), 100)
	if err != nil || len(seen) != 12 {
		t.Fatalf("%d letters, %v", len(seen), err)
	}
	bodies := map[string]bool{}
	for _, l := range seen {
		bodies[l.Body] = true
		if l.From != homeARN || l.Sent.IsZero() {
			t.Errorf("%+v", l)
		}
	}
	if len(bodies) != 12 || !bodies[`{"page":3,"text":"ñ \u2028"}`] {
		t.Errorf("%v", bodies)
	}
	until(t, "the letters are in sight again", func() bool {
		c, err := letters.Count(t.Context())
		must(t, err)
		return c.Waiting == 12
	})
	r := sqs.NewRedriver(cfg)
	m, err := r.Redrive(t.Context(), deadARN, homeARN)
	must(t, err)
	until(t, "all were moved", func() bool {
		if !m.Done() {
			m, err = r.Progress(t.Context(), deadARN)
			must(t, err)
		}
		return m.Done()
	})
	if m.Status != "COMPLETED" || m.Moved != 12 {
		t.Errorf("%+v", m)
	}
	back, err := home.Count(t.Context())
	left, lerr := letters.Count(t.Context())
	if err != nil || lerr != nil || back.Waiting != 12 || left.Waiting != 0 {
		t.Errorf("back %+v, left %+v, %v, %v", back, left, err, lerr)
	}
}

func TestAQueueThatIsNotThere(t *testing.T) {
	cfg := cloud(t)
	url := *cfg.BaseEndpoint + "/000000000000/senda-sqs-none"
	if err := sqs.New(cfg, url).Send(t.Context(), []byte("x")); senda.CodeOf(err) != senda.NotFound {
		t.Errorf("send: %v", err)
	}
	if _, err := sqs.New(cfg, url).Peek(t.Context(), 1); senda.CodeOf(err) != senda.NotFound {
		t.Errorf("peek: %v", err)
	}
	if _, err := sqs.NewRedriver(cfg).Redrive(t.Context(), "arn:aws:sqs:us-east-1:000000000000:senda-sqs-none", "arn:aws:sqs:us-east-1:000000000000:senda-sqs-none2"); senda.CodeOf(err) != senda.NotFound {
		t.Errorf("redrive: %v", err)
	}
}
