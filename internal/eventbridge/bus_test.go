package eventbridge_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"pgregory.net/rapid"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/eventbridge"
	"github.com/senda-dev/senda/internal/intake"
	"github.com/senda-dev/senda/internal/jsonata"
)

// transport answers in the place of the service.
type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func bus(f transport) *eventbridge.Bus {
	return eventbridge.New(aws.Config{
		Region: "eu-west-1", HTTPClient: &http.Client{Transport: f}, Retryer: func() aws.Retryer { return aws.NopRetryer{} },
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "a", SecretAccessKey: "b"}, nil
		}),
	}, "shop-bus")
}

func answer(status int, body string) *http.Response {
	return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {"application/x-amz-json-1.1"}}, Body: io.NopCloser(strings.NewReader(body))}
}

const taken = `{"FailedEntryCount":0,"Entries":[{"EventId":"e"}]}`

func event() senda.Event {
	return senda.Event{
		Source: "senda.mail", ID: "m-1/delivered", Kind: "mail.delivered", Time: time.Date(2026, 3, 2, 9, 0, 0, 5, time.UTC),
		Identifiers: map[string]string{"senda": "p-1"}, Data: jsonata.Of(map[string]any{"journey": "win-back"}),
	}
}

// entry is what the service gets, and delivers with an id and a time of its own.
type entry struct {
	Source, DetailType, Detail, EventBusName string
	Time                                     float64
}

// delivered is the envelope that a queue gets of an entry.
func delivered(t interface{ Fatal(...any) }, body io.Reader) []byte {
	var in struct{ Entries []entry }
	if err := json.NewDecoder(body).Decode(&in); err != nil || len(in.Entries) != 1 || in.Entries[0].EventBusName != "shop-bus" {
		t.Fatal(err, in)
	}
	e := in.Entries[0]
	out, err := json.Marshal(map[string]any{
		"version": "0", "id": "of-the-service", "source": e.Source, "detail-type": e.DetailType, "account": "1", "region": "eu-west-1",
		"resources": []string{}, "time": time.Unix(int64(e.Time), 0).UTC().Format(time.RFC3339), "detail": json.RawMessage(e.Detail),
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Whatever Senda publishes, it takes in again as the same event: identity, instant to the nanosecond,
// identifiers and payload.
func TestIntakeReadsWhatTheBusPublishes(t *testing.T) {
	// Intake trims identifiers, which come from forms.
	trimmed := rapid.StringN(1, 40, 200).Filter(func(s string) bool { return strings.TrimSpace(s) == s })
	name := rapid.StringMatching(`[!-?A-Z_a-z]{1,60}`)
	rapid.Check(t, func(t *rapid.T) {
		e := event()
		e.Source, e.ID = name.Draw(t, "source"), name.Draw(t, "id")
		e.Kind = rapid.StringMatching(`[a-z][a-z0-9-]{0,9}\.[a-z][a-z0-9-]{0,9}`).Draw(t, "kind")
		e.Time = time.Unix(rapid.Int64Range(0, 1<<33).Draw(t, "second"), rapid.Int64Range(0, 999_999_999).Draw(t, "nano")).UTC()
		e.Data = jsonata.Of(map[string]any{"text": rapid.String().Draw(t, "text"), "n": rapid.Float64Range(-1e9, 1e9).Draw(t, "n"), "null": nil})
		e.Identifiers = nil
		if rapid.Bool().Draw(t, "somebody") {
			e.Identifiers = map[string]string{"customer": trimmed.Draw(t, "customer")}
		}
		var body []byte
		err := bus(func(r *http.Request) (*http.Response, error) {
			body = delivered(t, r.Body)
			return answer(200, taken), nil
		}).Emit(t.Context(), e)
		if err != nil {
			t.Fatal(err)
		}
		got, err := intake.Decode(body)
		if err != nil {
			t.Fatalf("%v: %s", err, body)
		}
		if got.Ref() != e.Ref() || got.Kind != e.Kind || !got.Time.Equal(e.Time) || fmt.Sprint(got.Identifiers) != fmt.Sprint(e.Identifiers) || !got.Data.Equal(e.Data) {
			t.Fatalf("published %+v\ntaken in %+v", e, got)
		}
	})
}

func TestWhatAFailureMeans(t *testing.T) {
	entryOf := func(name string) string {
		return `{"FailedEntryCount":1,"Entries":[{"ErrorCode":"` + name + `","ErrorMessage":"of ana@mail.example"}]}`
	}
	refusal := func(status int, name string) func() (*http.Response, error) {
		return func() (*http.Response, error) { return answer(status, `{"__type":"`+name+`"}`), nil }
	}
	entry := func(name string) func() (*http.Response, error) {
		return func() (*http.Response, error) { return answer(200, entryOf(name)), nil }
	}
	for name, c := range map[string]struct {
		answer func() (*http.Response, error)
		want   senda.Code
	}{
		"taken":                     {func() (*http.Response, error) { return answer(200, taken), nil }, ""},
		"the entry was throttled":   {entry("ThrottlingException"), senda.Unavailable},
		"the entry broke":           {entry("InternalFailure"), senda.Unavailable},
		"the entry is malformed":    {entry("MalformedDetail"), senda.Invalid},
		"the source is not ours":    {entry("NotAuthorizedForSourceException"), senda.Internal},
		"failed without an entry":   {func() (*http.Response, error) { return answer(200, `{"FailedEntryCount":1,"Entries":[]}`), nil }, senda.Unavailable},
		"the call is invalid":       {refusal(400, "ValidationException"), senda.Invalid},
		"the call was throttled":    {refusal(400, "ThrottlingException"), senda.Unavailable},
		"no permission":             {refusal(400, "AccessDeniedException"), senda.Internal},
		"broken":                    {refusal(500, "InternalException"), senda.Unavailable},
		"no answer":                 {func() (*http.Response, error) { return nil, errors.New("reset") }, senda.Unavailable},
		"an answer nobody can read": {func() (*http.Response, error) { return answer(200, `{`), nil }, senda.Unavailable},
	} {
		err := bus(func(*http.Request) (*http.Response, error) { return c.answer() }).Emit(t.Context(), event())
		if got := senda.CodeOf(err); got != c.want {
			t.Errorf("%s: %q (%v), want %q", name, got, err, c.want)
		}
	}
}

func TestTheLargestEvent(t *testing.T) {
	calls := 0
	b := bus(func(*http.Request) (*http.Response, error) {
		calls++
		return answer(200, taken), nil
	})
	e := event()
	e.Data = jsonata.Of(map[string]any{"text": ""})
	room := eventbridge.MaxEntry - len(e.Source) - len(e.Kind) - 14 - len(eventbridge.Detail(e))
	e.Data = jsonata.Of(map[string]any{"text": strings.Repeat("x", room)})
	if err := b.Emit(t.Context(), e); err != nil || calls != 1 {
		t.Errorf("the largest: %v", err)
	}
	e.Data = jsonata.Of(map[string]any{"text": strings.Repeat("x", room+1)})
	if err := b.Emit(t.Context(), e); senda.CodeOf(err) != senda.Invalid || calls != 1 {
		t.Errorf("one more: %v", err)
	}
}
