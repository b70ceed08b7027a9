//go:build localstack

package eventbridge_test

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	events "github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	queues "github.com/aws/aws-sdk-go-v2/service/sqs"
	qtypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/eventbridge"
	"github.com/senda-dev/senda/internal/intake"
	"github.com/senda-dev/senda/internal/porttest"
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

func TestBus(t *testing.T) {
	cfg := cloud(t)
	porttest.TestBus(t, func(t *testing.T) porttest.Bus {
		name := fmt.Sprintf("senda-eventbridge-%d", time.Now().UnixNano())
		admin, queue := events.NewFromConfig(cfg), queues.NewFromConfig(cfg)
		q, err := queue.CreateQueue(t.Context(), &queues.CreateQueueInput{QueueName: aws.String(name)})
		must(t, err)
		attrs, err := queue.GetQueueAttributes(t.Context(), &queues.GetQueueAttributesInput{QueueUrl: q.QueueUrl, AttributeNames: []qtypes.QueueAttributeName{"QueueArn"}})
		must(t, err)
		_, err = admin.CreateEventBus(t.Context(), &events.CreateEventBusInput{Name: aws.String(name)})
		must(t, err)
		_, err = admin.PutRule(t.Context(), &events.PutRuleInput{
			Name: aws.String(name), EventBusName: aws.String(name), EventPattern: aws.String(`{"source":[{"prefix":"senda"}]}`),
		})
		must(t, err)
		_, err = admin.PutTargets(t.Context(), &events.PutTargetsInput{
			Rule: aws.String(name), EventBusName: aws.String(name), Targets: []types.Target{{Id: aws.String("q"), Arn: aws.String(attrs.Attributes["QueueArn"])}},
		})
		must(t, err)
		t.Cleanup(func() {
			ctx := context.Background()
			_, err := admin.RemoveTargets(ctx, &events.RemoveTargetsInput{Rule: aws.String(name), EventBusName: aws.String(name), Ids: []string{"q"}})
			must(t, err)
			_, err = admin.DeleteRule(ctx, &events.DeleteRuleInput{Name: aws.String(name), EventBusName: aws.String(name)})
			must(t, err)
			_, err = admin.DeleteEventBus(ctx, &events.DeleteEventBusInput{Name: aws.String(name)})
			must(t, err)
			_, err = queue.DeleteQueue(ctx, &queues.DeleteQueueInput{QueueUrl: q.QueueUrl})
			must(t, err)
		})
		got := map[senda.Ref]senda.Event{}
		return porttest.Bus{Bus: eventbridge.New(cfg, name), Taken: func(t *testing.T, n int) map[senda.Ref]senda.Event {
			for deadline := time.Now().Add(20 * time.Second); len(got) < n; {
				if time.Now().After(deadline) {
					t.Fatalf("%d of %d events came", len(got), n)
				}
				page, err := queue.ReceiveMessage(t.Context(), &queues.ReceiveMessageInput{QueueUrl: q.QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1})
				must(t, err)
				for _, m := range page.Messages {
					e, err := intake.Decode([]byte(aws.ToString(m.Body)))
					if err != nil {
						t.Fatalf("%v: %s", err, aws.ToString(m.Body))
					}
					got[e.Ref()] = e
				}
			}
			return got
		}}
	})
}
