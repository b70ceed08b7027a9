//go:build localstack

package sesevent_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	qtypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/senda-dev/senda/internal/feedback/sesevent"
)

// What the service's own transformer makes of the events is what this package's test makes of them. A bus
// of its own and another source stand for SES, since nobody may publish as aws.ses.
func TestTheRuleOnTheEmulator(t *testing.T) {
	url := os.Getenv("AWS_ENDPOINT_URL")
	if url == "" {
		t.Fatal("AWS_ENDPOINT_URL does not name an emulator")
	}
	cfg := aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String(url),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}, nil
		}),
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	name := fmt.Sprintf("senda-sesevent-%d", time.Now().UnixNano())
	bus, queue := eventbridge.NewFromConfig(cfg), sqs.NewFromConfig(cfg)
	q, err := queue.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String(name)})
	must(err)
	attrs, err := queue.GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{QueueUrl: q.QueueUrl, AttributeNames: []qtypes.QueueAttributeName{"QueueArn"}})
	must(err)
	_, err = bus.CreateEventBus(t.Context(), &eventbridge.CreateEventBusInput{Name: aws.String(name)})
	must(err)
	var pattern map[string]any
	must(json.Unmarshal([]byte(sesevent.Pattern), &pattern))
	pattern["source"] = []string{"test.ses"}
	text, err := json.Marshal(pattern)
	must(err)
	_, err = bus.PutRule(t.Context(), &eventbridge.PutRuleInput{Name: aws.String(name), EventBusName: aws.String(name), EventPattern: aws.String(string(text))})
	must(err)
	_, err = bus.PutTargets(t.Context(), &eventbridge.PutTargetsInput{Rule: aws.String(name), EventBusName: aws.String(name), Targets: []types.Target{{
		Id: aws.String("q"), Arn: aws.String(attrs.Attributes["QueueArn"]),
		InputTransformer: &types.InputTransformer{InputPathsMap: sesevent.InputPathsMap(), InputTemplate: aws.String(sesevent.InputTemplate)},
	}}})
	must(err)
	t.Cleanup(func() {
		ctx := context.Background()
		_, err := bus.RemoveTargets(ctx, &eventbridge.RemoveTargetsInput{Rule: aws.String(name), EventBusName: aws.String(name), Ids: []string{"q"}})
		must(err)
		_, err = bus.DeleteRule(ctx, &eventbridge.DeleteRuleInput{Name: aws.String(name), EventBusName: aws.String(name)})
		must(err)
		_, err = bus.DeleteEventBus(ctx, &eventbridge.DeleteEventBusInput{Name: aws.String(name)})
		must(err)
		_, err = queue.DeleteQueue(ctx, &sqs.DeleteQueueInput{QueueUrl: q.QueueUrl})
		must(err)
	})

	put := func(detail map[string]any) {
		t.Helper()
		text, err := json.Marshal(detail)
		must(err)
		out, err := bus.PutEvents(t.Context(), &eventbridge.PutEventsInput{Entries: []types.PutEventsRequestEntry{{
			EventBusName: aws.String(name), Source: aws.String("test.ses"), DetailType: aws.String("Email"), Detail: aws.String(string(text)),
			Time: aws.Time(time.Date(2026, 3, 2, 9, 0, 9, 0, time.UTC)),
		}}})
		must(err)
		if out.FailedEntryCount != 0 {
			t.Fatalf("%+v", out)
		}
	}
	next := func() string {
		t.Helper()
		for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); {
			page, err := queue.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: q.QueueUrl, WaitTimeSeconds: 1})
			must(err)
			for _, m := range page.Messages {
				_, err := queue.DeleteMessage(t.Context(), &sqs.DeleteMessageInput{QueueUrl: q.QueueUrl, ReceiptHandle: m.ReceiptHandle})
				must(err)
				return aws.ToString(m.Body)
			}
		}
		t.Fatal("nothing came")
		return ""
	}

	// Another sender's mail is none of ours: what follows it comes first.
	put(map[string]any{"eventType": "Send", "mail": map[string]any{"tags": map[string]any{"message": []string{"x-1"}}}})
	for _, s := range samples(t) {
		put(s.Event["detail"].(map[string]any))
		body := next()
		got, err := sesevent.Decode([]byte(body))
		if err != nil {
			t.Errorf("%s: %v\n%s", s.Name, err, body)
			continue
		}
		want, err := sesevent.Decode([]byte(transform(s.Event)))
		must(err)
		if got.Notice.ID == "" {
			t.Errorf("%s: it has no id", s.Name)
		}
		got.Notice.ID = want.Notice.ID // new with each call
		if got != want {
			t.Errorf("%s:\n got %+v\nwant %+v\n%s", s.Name, got, want, body)
		}
	}
}
