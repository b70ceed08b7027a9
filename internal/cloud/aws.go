package cloud

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// AWS is the configuration of every client. The SDK's own loader reads files,
// profiles and the metadata of machines as well, none of which a function has, and
// takes a megabyte and milliseconds for it. What a function has are variables.
func (c *Config) AWS() aws.Config {
	cfg := aws.Config{
		Region: c.must("AWS_REGION"), AppID: c.lookup("AWS_SDK_UA_APP_ID"),
		Credentials: aws.CredentialsProviderFunc(c.credentials), ConfigSources: []any{endpoints(c.lookup)},
	}
	if all := c.lookup("AWS_ENDPOINT_URL"); all != "" {
		cfg.BaseEndpoint = aws.String(all)
	}
	return cfg
}

// credentials are those of the function's role. They live longer than the process
// that they are given to.
func (c *Config) credentials(context.Context) (aws.Credentials, error) {
	out := aws.Credentials{
		AccessKeyID: c.lookup("AWS_ACCESS_KEY_ID"), SecretAccessKey: c.lookup("AWS_SECRET_ACCESS_KEY"),
		SessionToken: c.lookup("AWS_SESSION_TOKEN"), Source: "environment",
	}
	if !out.HasKeys() {
		return aws.Credentials{}, errNoCredentials
	}
	return out, nil
}

// endpoints finds the address of one service, as AWS_ENDPOINT_URL_DYNAMODB
// (https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html). Clients
// ask for it by the service's id; it counts more than AWS_ENDPOINT_URL.
type endpoints func(string) string

// GetServiceBaseEndpoint implements the source of addresses that clients look for.
func (e endpoints) GetServiceBaseEndpoint(_ context.Context, service string) (string, bool, error) {
	url := e("AWS_ENDPOINT_URL_" + strings.ToUpper(strings.ReplaceAll(service, " ", "_")))
	return url, url != "", nil
}
