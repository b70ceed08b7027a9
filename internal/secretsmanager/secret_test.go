package secretsmanager_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/secretsmanager"
)

type client func(*http.Request) (*http.Response, error)

func (c client) Do(r *http.Request) (*http.Response, error) { return c(r) }

func TestTheSecretIsRead(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		body   string
		text   string
		code   senda.Code
	}{
		"a text":        {200, `{"ARN": "arn:s", "SecretString": "{\"master\": \"x\"}"}`, `{"master": "x"}`, ""},
		"no text":       {200, `{"SecretBinary": "AAAA"}`, "", senda.Invalid},
		"no JSON":       {200, `<html>`, "", senda.Invalid},
		"none":          {400, `{"__type": "ResourceNotFoundException", "Message": "no"}`, "", senda.NotFound},
		"to be deleted": {400, `{"__type": "com.amazonaws.secretsmanager#InvalidRequestException"}`, "", senda.NotFound},
		"not ours":      {400, `{"__type": "AccessDeniedException"}`, "", senda.Denied},
		"too many":      {400, `{"__type": "ThrottlingException"}`, "", senda.Unavailable},
		"broken":        {500, `{"__type": "InternalServiceError"}`, "", senda.Unavailable},
	} {
		s := secretsmanager.New(aws.Config{
			Region: "eu-west-1", Retryer: func() aws.Retryer { return aws.NopRetryer{} },
			Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
				return aws.Credentials{AccessKeyID: "a", SecretAccessKey: "b"}, nil
			}),
			HTTPClient: client(func(r *http.Request) (*http.Response, error) {
				var ask map[string]string
				err := json.NewDecoder(r.Body).Decode(&ask)
				if err != nil || len(ask) != 1 || ask["SecretId"] != "arn:s" || r.Header.Get("X-Amz-Target") != "secretsmanager.GetSecretValue" || r.URL.Host != "secretsmanager.eu-west-1.amazonaws.com" {
					t.Errorf("%s: asked %v of %s (%v)", name, ask, r.URL, err)
				}
				return &http.Response{StatusCode: c.status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(c.body))}, nil
			}),
		}, "arn:s")
		text, err := s.Text(t.Context())
		if text != c.text || senda.CodeOf(err) != c.code {
			t.Errorf("%s: %q, %v", name, text, err)
		}
		if err != nil && strings.Contains(err.Error(), "master") {
			t.Errorf("%s: the error tells the secret", name)
		}
	}
}
