package signed_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/senda-dev/senda/internal/awsfault"
	"github.com/senda-dev/senda/internal/signed"
)

type client func(*http.Request) (*http.Response, error)

func (c client) Do(r *http.Request) (*http.Response, error) { return c(r) }

func answer(status int, body string) *http.Response {
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}
}

func config(c client) aws.Config {
	return aws.Config{
		Region: "eu-west-1", HTTPClient: c, AppID: "senda-send",
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "a", SecretAccessKey: "b", SessionToken: "c"}, nil
		}),
	}
}

var service = signed.Service{ID: "Secrets Manager", Name: "secretsmanager", Fault: signed.JSONFault}

type own map[string]string

func (o own) GetServiceBaseEndpoint(_ context.Context, id string) (string, bool, error) {
	url, ok := o[id]
	return url, ok, nil
}

func TestEndpoints(t *testing.T) {
	cfg := config(nil)
	mail := signed.Service{ID: "SESv2", Name: "ses", Host: "email"}
	for want, c := range map[string]*signed.Caller{
		"https://h.secretsmanager.eu-west-1.amazonaws.com": signed.New(cfg, service),
		"https://h.email.eu-west-1.amazonaws.com":          signed.New(cfg, mail),
	} {
		if got, own := c.Endpoint("h"); got != want || own {
			t.Errorf("%s, want %s", got, want)
		}
	}
	cfg.BaseEndpoint = aws.String("http://127.0.0.1:1/")
	if got, own := signed.New(cfg, service).Endpoint("h"); got != "http://127.0.0.1:1" || !own {
		t.Errorf("%s", got)
	}
	cfg.ConfigSources = []any{"another", own{"Secrets Manager": "http://127.0.0.1:2"}}
	if got, _ := signed.New(cfg, service).Endpoint(""); got != "http://127.0.0.1:2" {
		t.Errorf("%s", got)
	}
	if got, _ := signed.New(cfg, mail).Endpoint(""); got != "http://127.0.0.1:1" {
		t.Errorf("%s", got)
	}
	cfg = config(nil)
	cfg.Region = "cn-north-1"
	if got, _ := signed.New(cfg, service).Endpoint(""); got != "https://secretsmanager.cn-north-1.amazonaws.com.cn" {
		t.Errorf("%s", got)
	}
}

// What may help is tried again, with the whole body; what cannot, is not.
func TestCallsAreRepeated(t *testing.T) {
	for name, c := range map[string]struct {
		answers []any // a status or an error
		calls   int
		status  int
		fault   string
	}{
		"taken":            {[]any{200}, 1, 0, ""},
		"broken, then not": {[]any{500, 503, 200}, 3, 0, ""},
		"broken for good":  {[]any{500, 500, 500, 500}, 3, 500, "Broken"},
		"throttled":        {[]any{429, 200}, 2, 0, ""},
		"refused":          {[]any{400, 200}, 1, 400, "Broken"},
		"not reached":      {[]any{io.ErrUnexpectedEOF, 200}, 2, 0, ""},
	} {
		synctest.Test(t, func(t *testing.T) {
			calls := 0
			caller := signed.New(config(func(r *http.Request) (*http.Response, error) {
				body, err := io.ReadAll(r.Body)
				if err != nil || string(body) != "ask" || !strings.HasPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 ") {
					t.Errorf("%s: %q, %v, %v", name, body, r.Header, err)
				}
				if r.Header.Get("X-Amz-Security-Token") != "c" || r.Header.Get("User-Agent") != "senda app/senda-send" || r.Header.Get("X-Own") != "1" {
					t.Errorf("%s: %v", name, r.Header)
				}
				a := c.answers[calls]
				calls++
				if err, ok := a.(error); ok {
					return nil, err
				}
				if a == 200 {
					return answer(200, "told"), nil
				}
				if a == 429 {
					return answer(429, `{"__type": "ThrottlingException"}`), nil
				}
				return answer(a.(int), `{"__type": "com.amazonaws#Broken"}`), nil
			}), service)
			got, err := caller.Do(t.Context(), signed.Request{
				Method: http.MethodPost, URL: "https://x.example/", Body: []byte("ask"), Most: 100, Header: http.Header{"X-Own": {"1"}},
			})
			if calls != c.calls || awsfault.Status(err) != c.status || awsfault.Name(err) != c.fault || c.status == 0 && string(got) != "told" {
				t.Errorf("%s: %d calls, %q, %v", name, calls, got, err)
			}
		})
	}
}

func TestNobodyCallsForOneWhoIsGone(t *testing.T) {
	calls := 0
	caller := signed.New(config(func(*http.Request) (*http.Response, error) {
		calls++
		return answer(500, ""), nil
	}), service)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := caller.Do(ctx, signed.Request{Method: http.MethodGet, URL: "https://x.example/", Most: 1}); !errors.Is(err, context.Canceled) || calls != 0 {
		t.Errorf("%d calls, %v", calls, err)
	}
}

// An answer without an end fills no memory.
func TestAnswersAreBounded(t *testing.T) {
	caller := signed.New(config(func(*http.Request) (*http.Response, error) { return answer(200, strings.Repeat("x", 1000)), nil }), service)
	if got, err := caller.Do(t.Context(), signed.Request{Method: http.MethodGet, URL: "https://x.example/", Most: 10}); err != nil || len(got) != 11 {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}
