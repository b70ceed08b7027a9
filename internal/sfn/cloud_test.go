//go:build localstack

package sfn_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	machines "github.com/aws/aws-sdk-go-v2/service/sfn"
	queues "github.com/aws/aws-sdk-go-v2/service/sqs"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/porttest"
	"github.com/senda-dev/senda/internal/sfn"
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

// definition is one callback task that tells its token to a queue.
const definition = `{"QueryLanguage":"JSONata","StartAt":"await","States":{"await":{"Type":"Task",
  "Resource":"arn:aws:states:::sqs:sendMessage.waitForTaskToken","TimeoutSeconds":"{%% $states.input.seconds %%}",
  "Arguments":{"QueueUrl":%q,"MessageBody":{"token":"{%% $states.context.Task.Token %%}","name":"{%% $states.context.Execution.Name %%}"}},"End":true}}}`

// world is a state machine of its own, its version and the queue of its tokens.
type world struct {
	cfg                   aws.Config
	admin                 *machines.Client
	queue                 *queues.Client
	url, machine, version string
	tokens                map[string]string
	x                     *sfn.Executions
}

func open(t *testing.T) *world {
	cfg := cloud(t)
	w := &world{cfg: cfg, admin: machines.NewFromConfig(cfg), queue: queues.NewFromConfig(cfg), tokens: map[string]string{}, x: sfn.NewExecutions(cfg)}
	name := fmt.Sprintf("senda-sfn-%d", time.Now().UnixNano())
	q, err := w.queue.CreateQueue(t.Context(), &queues.CreateQueueInput{QueueName: aws.String(name)})
	must(t, err)
	w.url = aws.ToString(q.QueueUrl)
	m, err := w.admin.CreateStateMachine(t.Context(), &machines.CreateStateMachineInput{
		Name: aws.String(name), RoleArn: aws.String("arn:aws:iam::000000000000:role/senda-sfn"), Publish: true,
		Definition: aws.String(fmt.Sprintf(definition, w.url)),
	})
	must(t, err)
	w.machine, w.version = aws.ToString(m.StateMachineArn), aws.ToString(m.StateMachineVersionArn)
	t.Cleanup(func() {
		_, err := w.admin.DeleteStateMachine(context.Background(), &machines.DeleteStateMachineInput{StateMachineArn: m.StateMachineArn})
		must(t, err)
		_, err = w.queue.DeleteQueue(context.Background(), &queues.DeleteQueueInput{QueueUrl: q.QueueUrl})
		must(t, err)
	})
	return w
}

// until waits for the service, which works in its own time.
func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !is(); {
		if time.Now().After(deadline) {
			t.Fatalf("still not: %s", what)
		}
	}
}

func (w *world) token(t *testing.T, name string) string {
	until(t, "the task of "+name+" is open", func() bool {
		if w.tokens[name] != "" {
			return true
		}
		page, err := w.queue.ReceiveMessage(t.Context(), &queues.ReceiveMessageInput{QueueUrl: aws.String(w.url), WaitTimeSeconds: 1})
		must(t, err)
		for _, m := range page.Messages {
			var told struct{ Token, Name string }
			must(t, json.Unmarshal([]byte(aws.ToString(m.Body)), &told))
			w.tokens[told.Name] = told.Token
		}
		return w.tokens[name] != ""
	})
	return w.tokens[name]
}

func (w *world) ended(t *testing.T, name string) sfn.Execution {
	var e sfn.Execution
	until(t, name+" has ended", func() bool {
		var err error
		e, err = w.x.Describe(t.Context(), w.version, name)
		must(t, err)
		return !e.Ended.IsZero()
	})
	return e
}

// outcome reads what the execution itself keeps.
func (w *world) outcome(t *testing.T, name string) (o porttest.Outcome, runs int) {
	w.ended(t, name)
	list, err := w.admin.ListExecutions(t.Context(), &machines.ListExecutionsInput{StateMachineArn: aws.String(w.machine)})
	must(t, err)
	for _, e := range list.Executions {
		if aws.ToString(e.Name) != name {
			continue
		}
		runs++
		d, err := w.admin.DescribeExecution(t.Context(), &machines.DescribeExecutionInput{ExecutionArn: e.ExecutionArn})
		must(t, err)
		o = porttest.Outcome{Error: aws.ToString(d.Error), Cause: aws.ToString(d.Cause)}
		if d.Output != nil {
			o.Output, err = jsonata.ParseJSON([]byte(aws.ToString(d.Output)))
			must(t, err)
		}
	}
	return o, runs
}

func TestMachines(t *testing.T) {
	porttest.TestMachines(t, func(t *testing.T) porttest.Machines {
		w := open(t)
		m := sfn.New(w.cfg, func(context.Context, string, string) (string, error) { return w.version, nil })
		return porttest.Machines{
			Machines: m,
			Begin: func(name string, timeout time.Duration) senda.Start {
				return senda.Start{Name: name, Person: "p", Entry: "hi/x/00000001", Bundle: "b", Input: jsonata.Of(map[string]any{"seconds": timeout.Seconds()})}
			},
			Token:   w.token,
			TimeOut: func(t *testing.T, name string) { w.ended(t, name) },
			Outcome: w.outcome,
			// TestWhatEndingATaskMayMeet covers what the service itself answers.
			TakesLateFailures: true,
		}
	})
}

func TestExecutions(t *testing.T) {
	w := open(t)
	m := sfn.New(w.cfg, func(context.Context, string, string) (string, error) { return w.version, nil })
	for _, name := range []string{"e-1", "e-2"} {
		must(t, m.Start(t.Context(), senda.Start{Name: name, Entry: "hi/x/00000001", Input: jsonata.Of(map[string]any{"seconds": 3600.0})}))
	}
	running := func(want int) func() bool {
		return func() bool {
			n, err := w.x.Running(t.Context(), w.version, 10)
			must(t, err)
			return n == want
		}
	}
	until(t, "two run", running(2))
	must(t, m.Fail(t.Context(), w.token(t, "e-1"), senda.Leaving))
	until(t, "one runs", running(1))
	if e := w.ended(t, "e-1"); e.Status != "FAILED" || e.Error != "Senda.Leaving" || e.Version != w.version || e.Started.IsZero() {
		t.Errorf("%+v", e)
	}
	if e, err := w.x.Describe(t.Context(), w.machine, "e-2"); err != nil || e.Status != "RUNNING" || !e.Ended.IsZero() {
		t.Errorf("%+v, %v", e, err)
	}
	if _, err := w.x.Describe(t.Context(), w.machine, "e-none"); senda.CodeOf(err) != senda.NotFound {
		t.Errorf("%v", err)
	}
	if _, err := w.x.Running(t.Context(), w.machine+"-none:1", 10); senda.CodeOf(err) != senda.NotFound {
		t.Errorf("%v", err)
	}
	must(t, m.Answer(t.Context(), w.token(t, "e-2"), jsonata.True))
}
