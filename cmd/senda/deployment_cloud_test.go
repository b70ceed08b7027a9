//go:build localstack

package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	machines "github.com/aws/aws-sdk-go-v2/service/sfn"
	queues "github.com/aws/aws-sdk-go-v2/service/sqs"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/compile"
	"github.com/senda-dev/senda/internal/dynamo"
	"github.com/senda-dev/senda/internal/identity"
	"github.com/senda-dev/senda/internal/intake"
	"github.com/senda-dev/senda/internal/shoptest"
	"github.com/senda-dev/senda/internal/sqs"
)

// template is the smallest stack with the outputs of a deployment; its functions are
// played by the test.
const template = `{"Resources": {
  "Bundles": {"Type": "AWS::S3::Bucket"},
  "Bus": {"Type": "AWS::Events::EventBus", "Properties": {"Name": %[1]q}},
  "Dead": {"Type": "AWS::SQS::Queue"},
  "Intake": {"Type": "AWS::SQS::Queue", "Properties": {"RedrivePolicy": {"deadLetterTargetArn": {"Fn::GetAtt": ["Dead", "Arn"]}, "maxReceiveCount": 5}}},
  "Orphans": {"Type": "AWS::SQS::Queue"},
  "Secret": {"Type": "AWS::SecretsManager::Secret", "Properties": {"SecretString": %[2]q}}
 }, "Outputs": {
  "Table": {"Value": %[3]q}, "Proofs": {"Value": %[4]q}, "Salt": {"Value": "senda"}, "LinksUrl": {"Value": "https://links.example"},
  "Bundles": {"Value": {"Ref": "Bundles"}}, "Bus": {"Value": {"Ref": "Bus"}}, "Secret": {"Value": {"Ref": "Secret"}}, "IntakeQueue": {"Value": {"Ref": "Intake"}},
  "DeadLetters": {"Value": {"Fn::Sub": "[{\"hop\": \"intake\", \"arn\": \"${Dead.Arn}\", \"url\": \"${Dead}\", \"to\": \"${Intake.Arn}\"}]"}},
  "DeadLetters2": {"Value": {"Fn::Sub": "[{\"hop\": \"settle\", \"arn\": \"${Orphans.Arn}\", \"url\": \"${Orphans}\", \"to\": \"\"}]"}}
 }}`

// town is a deployment of the test shop on the emulator.
type town struct {
	*cloud
	stack    string
	journeys string // the folder
	house    *compile.House
	machine  string // the version in which people walk
}

func deployed(t *testing.T) *town {
	t.Helper()
	if os.Getenv("AWS_ENDPOINT_URL") == "" {
		t.Fatal("AWS_ENDPOINT_URL is not set: these tests need an emulator (make up)")
	}
	for name, value := range map[string]string{"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"} {
		t.Setenv(name, value)
	}
	ctx := t.Context()
	cfg, err := configured(ctx)
	must(t, err)
	w := &town{stack: "senda-cli-" + strings.ToLower(rand.Text()[:10]), journeys: filepath.Join(t.TempDir(), "journeys")}
	must(t, os.CopyFS(w.journeys, shoptest.Files()))
	tables := dynamo.Tables{Main: w.stack, Proofs: w.stack + "-proofs"}
	must(t, dynamo.Create(ctx, cfg, tables))
	stacks := cloudformation.NewFromConfig(cfg)
	secret := `{"master": "` + strings.Repeat("0123456789abcdef", 4) + `"}`
	_, err = stacks.CreateStack(ctx, &cloudformation.CreateStackInput{
		StackName: &w.stack, TemplateBody: aws.String(fmt.Sprintf(template, w.stack, secret, tables.Main, tables.Proofs)),
	})
	must(t, err)
	must(t, cloudformation.NewStackCreateCompleteWaiter(stacks, func(o *cloudformation.StackCreateCompleteWaiterOptions) {
		o.MinDelay, o.MaxDelay = 200*time.Millisecond, time.Second
	}).Wait(ctx, &cloudformation.DescribeStacksInput{StackName: &w.stack}, time.Minute))
	w.cloud, err = deploymentFlag{Deployment: w.stack}.cloud(ctx)
	must(t, err)
	w.publish(t)
	t.Cleanup(func() {
		ctx := context.WithoutCancel(ctx)
		db := dynamodb.NewFromConfig(cfg)
		for _, name := range []string{tables.Main, tables.Proofs} {
			_, err := db.DeleteTable(ctx, &dynamodb.DeleteTableInput{TableName: aws.String(name)})
			must(t, err)
		}
		_, err := stacks.DeleteStack(ctx, &cloudformation.DeleteStackInput{StackName: &w.stack})
		must(t, err)
	})
	return w
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// publish deploys the shop, all journeys in one machine that waits.
func (w *town) publish(t *testing.T) {
	ctx := t.Context()
	var err error
	w.house, err = shoptest.Compile()
	must(t, err)
	client := machines.NewFromConfig(w.cfg)
	m, err := client.CreateStateMachine(ctx, &machines.CreateStateMachineInput{
		Name: &w.stack, RoleArn: aws.String("arn:aws:iam::000000000000:role/senda-cli"), Publish: true,
		Definition: aws.String(`{"StartAt": "wait", "States": {"wait": {"Type": "Wait", "Seconds": 3600, "End": true}}}`),
	})
	must(t, err)
	t.Cleanup(func() {
		_, err := client.DeleteStateMachine(context.WithoutCancel(ctx), &machines.DeleteStateMachineInput{StateMachineArn: m.StateMachineArn})
		must(t, err)
	})
	w.machine = aws.ToString(m.StateMachineVersionArn)
	for _, j := range w.house.Journeys {
		must(t, w.bundles.Put(ctx, j.Bundle))
		arn := w.machine
		if j.Name() != "orders" {
			arn += "9" // a version that was deleted
		}
		must(t, w.register().Publish(ctx, senda.Release{Journey: j.Name(), Bundle: j.Bundle.Digest(), Machine: arn, At: time.Now()}, j.State()))
	}
	for n := range 3 {
		_, err := client.StartExecution(ctx, &machines.StartExecutionInput{StateMachineArn: &w.machine, Name: aws.String(fmt.Sprintf("e-%d", n))})
		must(t, err)
	}
}

// do types a command and says what it wrote.
func (w *town) do(t *testing.T, args ...string) (code int, out, errs string) {
	t.Helper()
	var o, e strings.Builder
	code = run(append(args, "--deployment", w.stack), strings.NewReader("y\n"), &o, &e)
	return code, o.String(), e.String()
}

func (w *town) want(t *testing.T, code int, lines []string, args ...string) string {
	t.Helper()
	got, out, errs := w.do(t, args...)
	if got != code {
		t.Errorf("senda %v ends with %d, not %d\n%s%s", args, got, code, out, errs)
	}
	for _, line := range lines {
		if !strings.Contains(out+errs, line) {
			t.Errorf("senda %v does not say %q:\n%s%s", args, line, out, errs)
		}
	}
	return out
}

func TestStatesOfADeployment(t *testing.T) {
	w := deployed(t)
	w.want(t, exitFine, []string{"same      letters, orders, pair, regulars", "nothing changes"}, "diff", "-j", w.journeys)
	w.want(t, exitFine, []string{"3 people are inside and leave at their next step", "Go on? [y/N]", "orders is stopped"}, "stop", "orders")
	d, err := bundle.Register{Store: w.store}.Deployment(t.Context(), "orders")
	if err != nil || d.State != senda.StateStopped {
		t.Errorf("%+v, %v", d, err)
	}
	w.want(t, exitFine, []string{"nobody is inside, and nobody enters"}, "close", "pair", "--yes")
	w.want(t, exitTrouble, []string{`no journey called "order"`, `did you mean "orders"?`}, "open", "order", "--yes")

	file := filepath.Join(w.journeys, "orders", "journey.yaml")
	text, err := os.ReadFile(file)
	must(t, err)
	must(t, os.WriteFile(file, []byte(strings.Replace(string(text), "for: 2 days", "for: 3 days", 1)), 0o600))
	before, err := w.stacks.Template(t.Context(), w.stack)
	must(t, err)
	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, w.stack+".template.json"), []byte(strings.Replace(string(before), w.stack, "another", 1)), 0o600))
	w.want(t, exitFine, []string{
		"changed   orders  live instead of stopped", "await-order-completed: for: 3 days instead of 2 days", "3 people inside on ", "finish on it",
		"it is stopped now, and this deployment opens it again", "it stays closed, as a person or the breaker left it",
		"~ bus Bus: a new one takes its place, since Name changed; the old one is DELETED",
	}, "diff", "-j", w.journeys, "--template", dir)
	w.want(t, exitTrouble, []string{"the deployment has another text of it"}, "rehearse", "orders", "-j", scenarios(t, w.journeys, "orders"))
}

// scenarios gives a journey one, and returns the folder.
func scenarios(t *testing.T, folder, journey string) string {
	t.Helper()
	text := "- name: buys once\n  given:\n    consent: [offers]\n  mails: [thanks]\n"
	must(t, os.WriteFile(filepath.Join(folder, journey, "scenarios.yaml"), []byte(text), 0o600))
	return folder
}

func TestNoSuchDeployment(t *testing.T) {
	w := deployed(t)
	w.stack = "senda-cli-nowhere"
	w.want(t, exitTrouble, []string{"there is none of this name in this account and region", "help: "}, "quarantine", "list")
	w.want(t, exitFindings, []string{"missing  deployment", "ok       credentials"}, "doctor", "-j", w.journeys)
}

func TestExplainOverADeployment(t *testing.T) {
	w := deployed(t)
	ctx := t.Context()
	p := senda.Person{ID: "p-clitest", Address: "ana@example.com", Born: time.Now().UTC()}
	keys, err := w.keys(ctx)
	must(t, err)
	must(t, w.store.Commit(ctx, senda.Put(p, 0), senda.Put(senda.Identity{Kind: "customer", Digest: keys.Digest("customer", "C-1"), Person: p.ID}, 0)))
	out := w.want(t, exitFine, []string{"p-clitest", "never entered a journey"}, "explain", "customer=C-1", "-j", w.journeys)
	if strings.Contains(out, "ana@example.com") {
		t.Errorf("the address is shown unasked: %s", out)
	}
	w.want(t, exitFine, []string{"ana@example.com"}, "explain", "p-clitest", "--address", "-j", w.journeys)
	w.want(t, exitTrouble, []string{"nobody is known by this customer"}, "explain", "customer=C-2", "-j", w.journeys)
}

func order(id string) []byte {
	return intake.Encode(senda.Event{
		Source: "shop", ID: id, Kind: "order.completed", Time: time.Now().UTC(), Identifiers: map[string]string{identity.Self: "p-eve"},
	})
}

// What was refused, and what lies dead, is listed without personal data, shown on
// request, and comes back.
func TestQuarantineOfADeployment(t *testing.T) {
	w := deployed(t)
	ctx := t.Context()
	mended, still := order("1"), order("2")
	for n, body := range [][]byte{mended, still} {
		q := senda.Quarantined{ID: fmt.Sprintf("q-%d", n+1), At: time.Now().UTC(), Kind: "order.completed", Code: "contract", Reason: "order: total is missing", Body: body, Tries: 1}
		must(t, w.store.Commit(ctx, senda.Put(q, 0)))
	}
	hop, _ := w.Hop("intake")
	must(t, sqs.New(w.cfg, hop.URL).Send(ctx, order("3")))
	orphan, _ := w.Hop("settle")
	must(t, sqs.New(w.cfg, orphan.URL).Send(ctx, []byte("{}")))

	lines := []string{"q-1  ", "order: total is missing", "dead letter of intake: given up", "dead letter of settle", "2 refused, 2 dead letters"}
	if out := w.want(t, exitFine, lines, "quarantine", "list"); strings.Contains(out, "p-eve") {
		t.Errorf("the list names a person: %s", out)
	}
	w.want(t, exitFine, []string{"p-eve"}, "quarantine", "show", "q-1")
	w.want(t, exitTrouble, []string{"neither the id of a refused event nor a function", "intake and settle"}, "quarantine", "redrive", "intak")
	w.want(t, exitTrouble, []string{"nothing is in quarantine under this id"}, "quarantine", "redrive", "q-9")

	done := make(chan error, 1)
	inner, stop := context.WithTimeout(ctx, 3*time.Minute)
	defer stop()
	go func() { done <- w.takeIn(inner, 3) }()
	w.want(t, exitFindings, []string{
		"q-1  taken in", "q-2  still refused: it is wrong all the same", "intake: 1 dead letter back in its queue",
		"settle: 1 dead letter left", "1 taken in, 1 still refused",
	}, "quarantine", "redrive")
	must(t, <-done)
	w.want(t, exitFine, []string{"q-2  ", "it is wrong all the same"}, "quarantine", "list")
	if _, _, there, err := senda.Read[senda.Quarantined](ctx, w.store, senda.Quarantined{ID: "q-1"}.Key()); there || err != nil {
		t.Errorf("what was taken in is still in quarantine: %v", err)
	}
}

// takeIn plays the function intake for so many events: it takes in all but the second.
func (w *town) takeIn(ctx context.Context, n int) error {
	client := queues.NewFromConfig(w.cfg)
	for n > 0 {
		page, err := client.ReceiveMessage(ctx, &queues.ReceiveMessageInput{QueueUrl: &w.IntakeQueue, MaxNumberOfMessages: 10, WaitTimeSeconds: 1})
		if err != nil {
			return err
		}
		for _, m := range page.Messages {
			n--
			e, err := intake.Decode([]byte(aws.ToString(m.Body)))
			if err != nil {
				return err
			}
			write := senda.Put(senda.Seen{Ref: e.Ref(), Done: true, At: time.Now().UTC()}, 0)
			if e.ID == "2" {
				q, version, _, err := senda.Read[senda.Quarantined](ctx, w.store, senda.Quarantined{ID: "q-2"}.Key())
				if err != nil {
					return err
				}
				q.Tries, q.Reason = q.Tries+1, "it is wrong all the same"
				write = senda.Put(q, version)
			}
			if err := w.store.Commit(ctx, write); err != nil {
				return err
			}
			if _, err := client.DeleteMessage(ctx, &queues.DeleteMessageInput{QueueUrl: &w.IntakeQueue, ReceiptHandle: m.ReceiptHandle}); err != nil {
				return err
			}
		}
	}
	return nil
}

func TestDoctorOfADeployment(t *testing.T) {
	w := deployed(t)
	hop, _ := w.Hop("intake")
	must(t, sqs.New(w.cfg, hop.URL).Send(t.Context(), order("1")))
	_, out, errs := w.do(t, "doctor", "-j", w.journeys, "--json")
	var got struct {
		Findings []struct{ Check, Level, Say string }
	}
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatalf("%v\n%s%s", err, out, errs)
	}
	want := map[string]string{"credentials": "ok", "region": "ok", "deployment": "ok", "dead letters": "warning", "refused events": "ok"}
	for _, f := range got.Findings {
		if level, ok := want[f.Check]; ok && f.Level == level {
			delete(want, f.Check)
		}
	}
	if len(want) > 0 {
		t.Errorf("not as it should be: %v\n%s", want, out)
	}
}
