//go:build localstack

// Package localstack proves Senda's own additions to the emulator, against a running one:
//
//	AWS_ENDPOINT_URL=http://127.0.0.1:4566 go test -tags localstack ./localstack
package localstack

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

const (
	account = "000000000000"
	region  = "us-east-1"
	role    = "arn:aws:iam::" + account + ":role/any"
	// patience is how long a test waits for what must come.
	patience = 30 * time.Second
)

// run makes the names of one test run its own.
var run = fmt.Sprintf("%x", time.Now().UnixNano()/1e6)

func named(what string) string { return "host-" + what + "-" + run }

func endpoint(t *testing.T) string {
	t.Helper()
	e := os.Getenv("AWS_ENDPOINT_URL")
	if e == "" {
		t.Fatal("AWS_ENDPOINT_URL names no emulator; localstack/up.sh starts one")
	}
	return e
}

// as is a configuration whose calls the meter knows by the name app.
func as(t *testing.T, app string) aws.Config {
	t.Helper()
	cfg, err := config.LoadDefaultConfig(t.Context(),
		config.WithRegion(region), config.WithBaseEndpoint(endpoint(t)), config.WithAppID(app),
		config.WithCredentialsProvider(credentials.NewStaticCredentialsProvider("test", "test", "")))
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

// control calls a control endpoint and reads its JSON answer into out.
func control(t *testing.T, method, path string, body, out any) {
	t.Helper()
	var in io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		in = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, endpoint(t)+path, in)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close() //nolint:errcheck // it was read
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode >= 300 {
		t.Fatalf("%s %s: %s: %s", method, path, res.Status, b)
	}
	if out != nil {
		if err := json.Unmarshal(b, out); err != nil {
			t.Fatalf("%s %s: %v: %s", method, path, err, b)
		}
	}
}

// until asks again and again until what is asked for is there.
func until(t *testing.T, what string, there func() bool) {
	t.Helper()
	deadline := time.Now().Add(patience)
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for !there() {
		if time.Now().After(deadline) {
			t.Fatalf("waited %s for %s", patience, what)
		}
		<-tick.C
	}
}

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

var built struct {
	sync.Once
	zip []byte
	err error
}

// function deploys testdata/function under a name and waits until it can be invoked.
func function(t *testing.T, name string, timeout int32, env map[string]string) string {
	t.Helper()
	c := lambda.NewFromConfig(as(t, "test"))
	out, err := c.CreateFunction(t.Context(), &lambda.CreateFunctionInput{
		FunctionName: aws.String(name), Runtime: lambdatypes.RuntimeProvidedal2023, Handler: aws.String("bootstrap"), Role: aws.String(role),
		Timeout: aws.Int32(timeout), MemorySize: aws.Int32(256), Code: &lambdatypes.FunctionCode{ZipFile: code(t)},
		Environment: &lambdatypes.Environment{Variables: env},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_, err := c.DeleteFunction(context.Background(), &lambda.DeleteFunctionInput{FunctionName: aws.String(name)})
		if err != nil {
			t.Error(err)
		}
	})
	w := lambda.NewFunctionActiveV2Waiter(c)
	if err := w.Wait(t.Context(), &lambda.GetFunctionInput{FunctionName: aws.String(name)}, patience); err != nil {
		t.Fatal(err)
	}
	return *out.FunctionArn
}

// code is the zip of testdata/function.
func code(t *testing.T) []byte {
	t.Helper()
	built.Do(func() {
		dir := must[string](t)(os.MkdirTemp("", "function"))
		defer os.RemoveAll(dir) //nolint:errcheck // a folder of the system for such things
		file := filepath.Join(dir, "bootstrap")
		cmd := exec.Command("go", "build", "-tags", "lambda.norpc", "-ldflags", "-s -w", "-o", file, "./testdata/function")
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := cmd.CombinedOutput(); err != nil {
			built.err = fmt.Errorf("%w: %s", err, out)
			return
		}
		b, err := os.ReadFile(file)
		if err != nil {
			built.err = err
			return
		}
		var z bytes.Buffer
		w := zip.NewWriter(&z)
		h := &zip.FileHeader{Name: "bootstrap", Method: zip.Deflate}
		h.SetMode(0o755)
		f, err := w.CreateHeader(h)
		if err == nil {
			_, err = f.Write(b)
		}
		if err == nil {
			err = w.Close()
		}
		built.zip, built.err = z.Bytes(), err
	})
	if built.err != nil {
		t.Fatal(built.err)
	}
	return built.zip
}

// queue makes a queue and gives its URL and ARN.
func queue(t *testing.T, name string) (url, arn string) {
	t.Helper()
	c := sqs.NewFromConfig(as(t, "test"))
	out := must[*sqs.CreateQueueOutput](t)(c.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String(name)}))
	return *out.QueueUrl, "arn:aws:sqs:" + region + ":" + account + ":" + name
}

// receive takes all messages that are in a queue now.
func receive(t *testing.T, url string) []string {
	t.Helper()
	c := sqs.NewFromConfig(as(t, "test"))
	var all []string
	for {
		out := must[*sqs.ReceiveMessageOutput](t)(c.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &url, MaxNumberOfMessages: 10}))
		if len(out.Messages) == 0 {
			return all
		}
		for _, m := range out.Messages {
			all = append(all, *m.Body)
			must[*sqs.DeleteMessageOutput](t)(c.DeleteMessage(t.Context(), &sqs.DeleteMessageInput{QueueUrl: &url, ReceiptHandle: m.ReceiptHandle}))
		}
	}
}

func contains(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(text, p) {
			t.Errorf("%q is missing in %s", p, text)
		}
	}
}
