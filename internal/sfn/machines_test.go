package sfn_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/sfn"
)

// transport answers in the place of the service.
type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func config(f transport) aws.Config {
	return aws.Config{
		Region: "eu-west-1", HTTPClient: &http.Client{Transport: f}, Retryer: func() aws.Retryer { return aws.NopRetryer{} },
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "a", SecretAccessKey: "b"}, nil
		}),
	}
}

const version = "arn:aws:states:eu-west-1:1:stateMachine:win-back:7"

func deployed(context.Context, string, string) (string, error) { return version, nil }

func answer(status int, body string) *http.Response {
	return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {"application/x-amz-json-1.0"}}, Body: io.NopCloser(strings.NewReader(body))}
}

func refusal(status int, name string) *http.Response {
	return answer(status, `{"__type":"com.amazonaws.states#`+name+`","message":"of ana@mail.example"}`)
}

// operation is what was called, and its input.
func operation(t *testing.T, r *http.Request) (string, map[string]any) {
	t.Helper()
	var in map[string]any
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		t.Error(err)
	}
	_, name, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	return name, in
}

func begun() senda.Start {
	return senda.Start{Name: "e-1", Person: "p-1", Entry: "win-back/x/00000001", Bundle: "b", Input: jsonata.Of(map[string]any{"v": 1})}
}

func TestStart(t *testing.T) {
	var asked string
	m := sfn.New(config(func(r *http.Request) (*http.Response, error) {
		name, in := operation(t, r)
		want := map[string]any{"stateMachineArn": version, "name": "e-1", "input": `{"v":1}`}
		if name != "StartExecution" || fmt.Sprint(in) != fmt.Sprint(want) {
			t.Errorf("%s %v", name, in)
		}
		return answer(200, `{"executionArn":"x","startDate":1}`), nil
	}), func(_ context.Context, journey, digest string) (string, error) {
		asked = journey + " " + digest
		return version, nil
	})
	if err := m.Start(t.Context(), begun()); err != nil || asked != "win-back b" {
		t.Errorf("asked for %q: %v", asked, err)
	}
}

func TestWhatStartingMayMeet(t *testing.T) {
	lost := errors.New("reset")
	for name, c := range map[string]struct {
		start, describe *http.Response
		err             error
		want            senda.Code
	}{
		"there with the same input":   {refusal(400, "ExecutionAlreadyExists"), answer(200, `{"input":"{\"v\":1}","startDate":1}`), nil, ""},
		"there with another input":    {refusal(400, "ExecutionAlreadyExists"), answer(200, `{"input":"{\"v\":2}","startDate":1}`), nil, senda.Conflict},
		"there and not to be seen":    {refusal(400, "ExecutionAlreadyExists"), refusal(400, "ExecutionDoesNotExist"), nil, senda.Unavailable},
		"there and nobody may look":   {refusal(400, "ExecutionAlreadyExists"), refusal(400, "AccessDeniedException"), nil, senda.Internal},
		"there and looking throttles": {refusal(400, "ExecutionAlreadyExists"), refusal(400, "ThrottlingException"), nil, senda.Unavailable},
		"a name that is none":         {refusal(400, "InvalidName"), nil, nil, senda.Invalid},
		"an input that is none":       {refusal(400, "InvalidExecutionInput"), nil, nil, senda.Invalid},
		"the version is gone":         {refusal(400, "StateMachineDoesNotExist"), nil, nil, senda.NotFound},
		"the machine is going":        {refusal(400, "StateMachineDeleting"), nil, nil, senda.NotFound},
		"a million are open":          {refusal(400, "ExecutionLimitExceeded"), nil, nil, senda.Unavailable},
		"throttled":                   {refusal(400, "ThrottlingException"), nil, nil, senda.Unavailable},
		"no permission":               {refusal(400, "AccessDeniedException"), nil, nil, senda.Internal},
		"broken":                      {refusal(500, "InternalServerError"), nil, nil, senda.Unavailable},
		"no answer":                   {nil, nil, lost, senda.Unavailable},
	} {
		m := sfn.New(config(func(r *http.Request) (*http.Response, error) {
			op, in := operation(t, r)
			if op != "DescribeExecution" {
				return c.start, c.err
			}
			if want := "arn:aws:states:eu-west-1:1:execution:win-back:e-1"; in["executionArn"] != want {
				t.Errorf("%s: looked at %v, want %s", name, in["executionArn"], want)
			}
			return c.describe, nil
		}), deployed)
		if err := m.Start(t.Context(), begun()); senda.CodeOf(err) != c.want {
			t.Errorf("%s: %q (%v), want %q", name, senda.CodeOf(err), err, c.want)
		}
	}
}

func TestWhatIsNeverStarted(t *testing.T) {
	called := transport(func(*http.Request) (*http.Response, error) {
		t.Error("the service was called")
		return nil, errors.New("called")
	})
	s := begun()
	s.Input = jsonata.String(strings.Repeat("x", sfn.MaxPayload-1)) // with its quotation marks one too many
	if err := sfn.New(config(called), deployed).Start(t.Context(), s); senda.CodeOf(err) != senda.Invalid {
		t.Errorf("a large input: %v", err)
	}
	nowhere := func(context.Context, string, string) (string, error) {
		return "", senda.Errorf(senda.NotFound, "find the release", "none")
	}
	if err := sfn.New(config(called), nowhere).Start(t.Context(), begun()); senda.CodeOf(err) != senda.NotFound {
		t.Errorf("a bundle that was never deployed: %v", err)
	}
	if err := sfn.New(config(called), deployed).Answer(t.Context(), "t", s.Input); senda.CodeOf(err) != senda.Invalid {
		t.Errorf("a large output: %v", err)
	}
	for _, token := range []string{"", strings.Repeat("t", 2049)} {
		if err := sfn.New(config(called), deployed).Fail(t.Context(), token, senda.Leaving); senda.CodeOf(err) != senda.NotFound {
			t.Errorf("a token of %d signs: %v", len(token), err)
		}
	}
}

func TestWhatEndingATaskMayMeet(t *testing.T) {
	for name, c := range map[string]struct {
		answer *http.Response
		err    error
		want   senda.Code
	}{
		"taken":             {answer(200, `{}`), nil, ""},
		"it timed out":      {refusal(400, "TaskTimedOut"), nil, senda.NotFound},
		"it is gone":        {refusal(400, "TaskDoesNotExist"), nil, senda.NotFound},
		"no token":          {refusal(400, "InvalidToken"), nil, senda.NotFound},
		"no output":         {refusal(400, "InvalidOutput"), nil, senda.Invalid},
		"not as it must be": {refusal(400, "ValidationException"), nil, senda.Invalid},
		"throttled":         {refusal(400, "ThrottlingException"), nil, senda.Unavailable},
		"no permission":     {refusal(400, "AccessDeniedException"), nil, senda.Internal},
		"broken":            {refusal(503, ""), nil, senda.Unavailable},
		"no answer":         {nil, errors.New("reset"), senda.Unavailable},
	} {
		again := func() *http.Response { // a body is read once
			if c.answer == nil {
				return nil
			}
			body, err := io.ReadAll(c.answer.Body)
			if err != nil {
				t.Fatal(err)
			}
			c.answer.Body = io.NopCloser(strings.NewReader(string(body)))
			return answer(c.answer.StatusCode, string(body))
		}
		m := sfn.New(config(func(*http.Request) (*http.Response, error) { return again(), c.err }), deployed)
		if err := m.Answer(t.Context(), "t", jsonata.True); senda.CodeOf(err) != c.want {
			t.Errorf("answer, %s: %q (%v), want %q", name, senda.CodeOf(err), err, c.want)
		}
		if err := m.Fail(t.Context(), "t", senda.Leaving); senda.CodeOf(err) != c.want {
			t.Errorf("fail, %s: %q (%v), want %q", name, senda.CodeOf(err), err, c.want)
		}
	}
}

// Histories last 90 days and nobody can erase one: an error is the name of a code and nothing else.
func TestWhatATaskIsEndedWith(t *testing.T) {
	var got []string
	m := sfn.New(config(func(r *http.Request) (*http.Response, error) {
		name, in := operation(t, r)
		got = append(got, fmt.Sprint(name, in))
		return answer(200, `{}`), nil
	}), deployed)
	for _, err := range []error{
		m.Fail(t.Context(), "t", senda.Leaving),
		m.Answer(t.Context(), "t", jsonata.Of(map[string]any{"what": "ñ"})),
		m.Answer(t.Context(), "t", jsonata.Nothing),
	} {
		if err != nil {
			t.Error(err)
		}
	}
	want := []string{
		"SendTaskFailuremap[error:Senda.Leaving taskToken:t]", `SendTaskSuccessmap[output:{"what":"ñ"} taskToken:t]`, "SendTaskSuccessmap[output:null taskToken:t]",
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("sent %q\nwant %q", got, want)
	}
}

func TestCountingStopsWhereItIsAskedTo(t *testing.T) {
	pages := 0
	x := sfn.NewExecutions(config(func(r *http.Request) (*http.Response, error) {
		_, in := operation(t, r)
		if in["stateMachineArn"] != version || in["statusFilter"] != "RUNNING" {
			t.Errorf("%v", in)
		}
		pages++
		one := `{"executionArn":"x","name":"n","stateMachineArn":"m","startDate":1,"status":"RUNNING"}`
		return answer(200, `{"nextToken":"more","executions":[`+one+","+one+","+one+`]}`), nil
	}))
	if n, err := x.Running(t.Context(), version, 7); err != nil || n != 7 || pages != 3 {
		t.Errorf("%d after %d pages, %v", n, pages, err)
	}
}
