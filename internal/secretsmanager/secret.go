// Package secretsmanager reads one secret from AWS Secrets Manager.
package secretsmanager

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/awsfault"
	"github.com/senda-dev/senda/internal/signed"
)

// Calls names the IAM actions of each method.
var Calls = map[string][]string{"Text": {"secretsmanager:GetSecretValue"}}

// Secret is one secret. It is safe for concurrent use.
type Secret struct {
	caller *signed.Caller
	name   string
}

// New makes a Secret of its ARN or name. Nothing is called before it is read.
func New(cfg aws.Config, name string) *Secret {
	return &Secret{signed.New(cfg, signed.Service{ID: "Secrets Manager", Name: "secretsmanager", Fault: signed.JSONFault}), name}
}

// maxSecret bounds the answer, in bytes: a secret has 64 KB at most.
const maxSecret = 256 << 10

// Text reads the current version. NotFound: there is no such secret, or it is to be
// deleted. Denied: the role may not read it. Invalid: it is no text. Unavailable: the
// service did not answer. The errors say nothing of what is in it.
func (s *Secret) Text(ctx context.Context) (string, error) {
	const op = "read the secret"
	ask, err := json.Marshal(map[string]string{"SecretId": s.name})
	if err != nil {
		return "", senda.Wrap(senda.Internal, op, err)
	}
	url, _ := s.caller.Endpoint("")
	body, err := s.caller.Do(ctx, signed.Request{
		Method: http.MethodPost, URL: url + "/", Body: ask, Most: maxSecret,
		Header: http.Header{"Content-Type": {"application/x-amz-json-1.1"}, "X-Amz-Target": {"secretsmanager.GetSecretValue"}},
	})
	switch awsfault.Name(err) {
	case "ResourceNotFoundException", "InvalidRequestException":
		return "", senda.Wrap(senda.NotFound, op, err)
	case "AccessDeniedException":
		return "", senda.Wrap(senda.Denied, op, err)
	}
	if err != nil {
		return "", awsfault.Wrap(op, err)
	}
	var answer struct {
		SecretString *string `json:"SecretString"`
	}
	if err := json.NewDecoder(bytes.NewReader(body)).Decode(&answer); err != nil || answer.SecretString == nil {
		return "", senda.Errorf(senda.Invalid, op, "it is no text")
	}
	return *answer.SecretString, nil
}
