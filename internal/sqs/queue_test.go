package sqs_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/sqs"
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

func answer(status int, body string) *http.Response {
	return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {"application/x-amz-json-1.0"}}, Body: io.NopCloser(strings.NewReader(body))}
}

func refusal(name string) *http.Response {
	return answer(400, `{"__type":"com.amazonaws.sqs#`+name+`"}`)
}

func operation(r *http.Request) string {
	_, name, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	return name
}

const url = "https://sqs.eu-west-1.amazonaws.com/1/pages"

func TestWhatAFailureMeans(t *testing.T) {
	for name, c := range map[string]struct {
		answer *http.Response
		err    error
		want   senda.Code
	}{
		"too large or empty": {refusal("InvalidParameterValueException"), nil, senda.Invalid},
		"signs without room": {refusal("InvalidMessageContents"), nil, senda.Invalid},
		"no such queue":      {refusal("QueueDoesNotExist"), nil, senda.NotFound},
		"throttled":          {refusal("RequestThrottled"), nil, senda.Unavailable},
		"the key throttles":  {refusal("KmsThrottled"), nil, senda.Unavailable},
		"too many in flight": {refusal("OverLimit"), nil, senda.Unavailable},
		"no permission":      {refusal("AccessDeniedException"), nil, senda.Internal},
		"broken":             {answer(500, `{"__type":"InternalError"}`), nil, senda.Unavailable},
		"no answer":          {nil, errors.New("reset"), senda.Unavailable},
	} {
		q := sqs.New(config(func(*http.Request) (*http.Response, error) { return c.answer, c.err }), url)
		if err := q.Send(t.Context(), []byte("{}")); senda.CodeOf(err) != c.want {
			t.Errorf("%s: %q (%v), want %q", name, senda.CodeOf(err), err, c.want)
		}
	}
	q := sqs.New(config(func(*http.Request) (*http.Response, error) { return nil, errors.New("called") }), url)
	if err := q.Send(t.Context(), nil); senda.CodeOf(err) != senda.Invalid {
		t.Errorf("an empty message: %v", err)
	}
}

// A rule says why it gave an event up; its words on the error, which repeat what a stranger wrote, are not asked for.
func TestReasonsOfDeadLetters(t *testing.T) {
	calls := 0
	q := sqs.New(config(func(r *http.Request) (*http.Response, error) {
		var in struct{ MessageAttributeNames []string }
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
			t.Error(err)
		}
		if !slices.Equal(in.MessageAttributeNames, sqs.Reasons) || slices.Contains(in.MessageAttributeNames, "ERROR_MESSAGE") {
			t.Errorf("asked for %v", in.MessageAttributeNames)
		}
		if calls++; calls > 2 {
			t.Error("a look goes on over what it has seen")
			return answer(200, `{}`), nil
		}
		return answer(200, `{"Messages":[
			{"MessageId":"1","Body":"{}","Attributes":{"SentTimestamp":"1772442000000","ApproximateReceiveCount":"3"},
			 "MessageAttributes":{"ERROR_CODE":{"DataType":"String","StringValue":"NO_PERMISSIONS"},"RETRY_ATTEMPTS":{"DataType":"Number","StringValue":"185"}}},
			{"MessageId":"2","Body":"x","Attributes":{"DeadLetterQueueSourceArn":"arn:aws:sqs:eu-west-1:1:intake"}}]}`), nil
	}), url)
	got, err := q.Peek(t.Context(), 100) // the second page holds what the first did
	if err != nil || len(got) != 2 {
		t.Fatalf("%+v, %v", got, err)
	}
	if l := got[0]; l.Reason["ERROR_CODE"] != "NO_PERMISSIONS" || l.Reason["RETRY_ATTEMPTS"] != "185" || l.Received != 3 || l.Sent.Format("2006-01-02T15:04") != "2026-03-02T09:00" {
		t.Errorf("%+v", l)
	}
	if l := got[1]; l.From != "arn:aws:sqs:eu-west-1:1:intake" || len(l.Reason) != 0 || l.Body != "x" {
		t.Errorf("%+v", l)
	}
}

const (
	dead = "arn:aws:sqs:eu-west-1:1:dead"
	home = "arn:aws:sqs:eu-west-1:1:home"
)

// hand is a service that cannot move by itself, with so many letters in the dead-letter queue.
func hand(t *testing.T, letters int, refuse string, log *[]string) transport {
	return func(r *http.Request) (*http.Response, error) {
		var in struct {
			QueueName, MessageBody string
			QueueURL               string `json:"QueueUrl"`
			MessageAttributes      map[string]any
		}
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
			t.Error(err)
		}
		op := operation(r)
		switch op {
		case "StartMessageMoveTask":
			return refusal(refuse), nil
		case "GetQueueUrl":
			return answer(200, `{"QueueUrl":"https://sqs.eu-west-1.amazonaws.com/1/`+in.QueueName+`"}`), nil
		case "ReceiveMessage":
			if letters == 0 {
				return answer(200, `{}`), nil
			}
			letters--
			return answer(200, fmt.Sprintf(`{"Messages":[{"MessageId":"%[1]d","Body":"letter %[1]d","ReceiptHandle":"r","MessageAttributes":{
				"ERROR_MESSAGE":{"DataType":"String","StringValue":"ana"},"trace":{"DataType":"String","StringValue":"t"}}}]}`, letters)), nil
		case "SendMessage":
			if len(in.MessageAttributes) != 1 || in.MessageAttributes["trace"] == nil {
				t.Errorf("sent with %v", in.MessageAttributes)
			}
			*log = append(*log, "send "+in.MessageBody)
			if in.MessageBody == "letter 7" {
				return answer(500, `{}`), nil
			}
		case "DeleteMessage":
			*log = append(*log, "delete from "+in.QueueURL[strings.LastIndex(in.QueueURL, "/")+1:])
		}
		return answer(200, `{}`), nil
	}
}

func TestRedriveByHand(t *testing.T) {
	for _, refuse := range []string{"UnsupportedOperation", "InvalidParameterValueException"} {
		var log []string
		m, err := sqs.NewRedriver(config(hand(t, 2, refuse, &log))).Redrive(t.Context(), dead, home)
		if err != nil || !m.Done() || m.Moved != 2 {
			t.Errorf("%s: %+v, %v", refuse, m, err)
		}
		if got := strings.Join(log, ", "); got != "send letter 1, delete from dead, send letter 0, delete from dead" {
			t.Errorf("%s: %s", refuse, got)
		}
	}
}

// A letter that could not be sent is not deleted.
func TestARedriveThatBreaksLosesNothing(t *testing.T) {
	var log []string
	m, err := sqs.NewRedriver(config(hand(t, 8, "UnsupportedOperation", &log))).Redrive(t.Context(), dead, home)
	if senda.CodeOf(err) != senda.Unavailable || m.Status != "FAILED" || m.Moved != 0 {
		t.Errorf("%+v, %v", m, err)
	}
	if got := strings.Join(log, ", "); got != "send letter 7" {
		t.Error(got)
	}
}

func TestRedriveByTheService(t *testing.T) {
	start := answer(200, `{"TaskHandle":"h"}`)
	r := sqs.NewRedriver(config(func(r *http.Request) (*http.Response, error) {
		if operation(r) == "StartMessageMoveTask" {
			return start, nil
		}
		return answer(200, `{"Results":[{"Status":"RUNNING","ApproximateNumberOfMessagesMoved":3,"ApproximateNumberOfMessagesToMove":9}]}`), nil
	}))
	if m, err := r.Redrive(t.Context(), dead, home); err != nil || m.Done() {
		t.Errorf("%+v, %v", m, err)
	}
	if m, err := r.Progress(t.Context(), dead); err != nil || m != (sqs.Move{Status: "RUNNING", Moved: 3, All: 9}) {
		t.Errorf("%+v, %v", m, err)
	}
	start = answer(400, `{"__type":"com.amazonaws.sqs#UnsupportedOperation","message":"There is already a task running. Only one active task is allowed."}`)
	if _, err := r.Redrive(t.Context(), dead, home); senda.CodeOf(err) != senda.Conflict {
		t.Errorf("a second move: %v", err)
	}
	start = refusal("ResourceNotFoundException")
	if _, err := r.Redrive(t.Context(), dead, home); senda.CodeOf(err) != senda.NotFound {
		t.Errorf("no such queue: %v", err)
	}
}

func TestNoMoveYet(t *testing.T) {
	r := sqs.NewRedriver(config(func(*http.Request) (*http.Response, error) { return answer(200, `{"Results":[]}`), nil }))
	if _, err := r.Progress(t.Context(), dead); senda.CodeOf(err) != senda.NotFound {
		t.Error(err)
	}
}
