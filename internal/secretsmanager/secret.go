// Package secretsmanager reads one secret from AWS Secrets Manager.
package secretsmanager

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/awsfault"
)

// Calls names the IAM actions of each method.
var Calls = map[string][]string{"Text": {"secretsmanager:GetSecretValue"}}

// Secret is one secret. It is safe for concurrent use.
type Secret struct {
	client *secretsmanager.Client
	name   string
}

// New makes a Secret of its ARN or name. Nothing is called before it is read.
func New(cfg aws.Config, name string) *Secret {
	return &Secret{secretsmanager.NewFromConfig(cfg), name}
}

// Text reads the current version. NotFound: there is no such secret, or it is to be
// deleted. Denied: the role may not read it. Unavailable: the service did not answer.
// The errors say nothing of what is in it.
func (s *Secret) Text(ctx context.Context) (string, error) {
	const op = "read the secret"
	out, err := s.client.GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: aws.String(s.name)})
	switch awsfault.Name(err) {
	case "ResourceNotFoundException", "InvalidRequestException":
		return "", senda.Wrap(senda.NotFound, op, err)
	case "AccessDeniedException":
		return "", senda.Wrap(senda.Denied, op, err)
	}
	if err != nil {
		return "", awsfault.Wrap(op, err)
	}
	if out.SecretString == nil {
		return "", senda.Errorf(senda.Invalid, op, "it is no text")
	}
	return *out.SecretString, nil
}
