// Package signed makes single calls to AWS where the whole client of a service
// would be a tenth of a function: its size is what every cold start pays for. It
// signs, repeats and reports errors as the SDK does, with the SDK's own parts, and
// knows no service.
package signed

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// Service is what is called.
type Service struct {
	// ID is the SDK's name of the service, under which a configuration may name an
	// address of its own: "S3", "Secrets Manager".
	ID string
	// Name is that of its signatures and of its endpoint: "s3", "secretsmanager". Host is
	// that of its endpoint where it is another, as "email".
	Name, Host string
	// Fault reads the name of an error from an answer.
	Fault func(h http.Header, body []byte) string
	// Path is signed as it is sent, as S3 alone wants it.
	Path bool
}

// Caller calls one service. It is safe for concurrent use.
type Caller struct {
	cfg     aws.Config
	service Service
	client  aws.HTTPClient
	retryer aws.Retryer
	signer  *v4.Signer
	// base is the address that the configuration names, empty for the service's own.
	base string
}

// New makes a Caller. It makes no call.
func New(cfg aws.Config, s Service) *Caller {
	c := &Caller{cfg: cfg, service: s, client: cfg.HTTPClient, signer: v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = s.Path })}
	if c.client == nil {
		c.client = awshttp.NewBuildableClient()
	}
	if cfg.Retryer != nil {
		c.retryer = cfg.Retryer()
	} else {
		c.retryer = retry.NewStandard()
	}
	c.base = aws.ToString(cfg.BaseEndpoint)
	for _, source := range cfg.ConfigSources {
		p, ok := source.(interface {
			GetServiceBaseEndpoint(ctx context.Context, service string) (string, bool, error)
		})
		if !ok {
			continue
		}
		if url, found, err := p.GetServiceBaseEndpoint(context.Background(), s.ID); found && err == nil {
			c.base = url
			break
		}
	}
	return c
}

// Endpoint is the address of the service, without a slash at its end; host, unless
// it is empty, stands before the service's own name. own says that the configuration
// names the address, where there are no hosts before names.
func (c *Caller) Endpoint(host string) (url string, own bool) {
	if c.base != "" {
		return strings.TrimSuffix(c.base, "/"), true
	}
	if host != "" {
		host += "."
	}
	domain := "amazonaws.com"
	if strings.HasPrefix(c.cfg.Region, "cn-") {
		domain = "amazonaws.com.cn"
	}
	name := c.service.Host
	if name == "" {
		name = c.service.Name
	}
	return "https://" + host + name + "." + c.cfg.Region + "." + domain, false
}

// Request is one call. Making it twice is as good as once.
type Request struct {
	Method, URL string
	Header      http.Header
	Body        []byte
	// Most bounds the body of the answer, in bytes; a longer one is cut one byte behind it.
	Most int64
}

// Do makes the call, and again while it may help and the context lasts. An answer
// from 400 on is an error of which package awsfault tells more.
func (c *Caller) Do(ctx context.Context, q Request) ([]byte, error) {
	for try := 1; ; try++ {
		body, err := c.once(ctx, q)
		if err == nil || try >= c.retryer.MaxAttempts() || ctx.Err() != nil || !c.retryer.IsErrorRetryable(err) {
			return body, err
		}
		wait, werr := c.retryer.RetryDelay(try, err)
		if werr != nil {
			return nil, err
		}
		t := time.NewTimer(wait)
		select {
		case <-t.C:
		case <-ctx.Done():
			t.Stop()
			return nil, err
		}
	}
}

func (c *Caller) once(ctx context.Context, q Request) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err // nothing is given to a client for one who does not wait any more
	}
	r, err := http.NewRequestWithContext(ctx, q.Method, q.URL, bytes.NewReader(q.Body))
	if err != nil {
		return nil, err
	}
	for name, values := range q.Header {
		r.Header[name] = values
	}
	r.Header.Set("User-Agent", c.agent())
	// aws-lambda-go keeps the trace under this very string.
	if trace, ok := ctx.Value("x-amzn-trace-id").(string); ok && trace != "" {
		r.Header.Set("X-Amzn-Trace-Id", trace)
	}
	sum := sha256.Sum256(q.Body)
	hash := hex.EncodeToString(sum[:])
	if c.service.Path {
		r.Header.Set("X-Amz-Content-Sha256", hash)
	}
	credentials, err := c.cfg.Credentials.Retrieve(ctx)
	if err != nil {
		return nil, err
	}
	if err := c.signer.SignHTTP(ctx, credentials, r, hash, c.service.Name, c.cfg.Region, time.Now().UTC()); err != nil {
		return nil, err
	}
	a, err := c.client.Do(r)
	if err != nil {
		return nil, &smithyhttp.RequestSendError{Err: err}
	}
	body, err := io.ReadAll(io.LimitReader(a.Body, q.Most+1))
	if cerr := a.Body.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return nil, &smithyhttp.RequestSendError{Err: err} // the connection broke within the body
	}
	if a.StatusCode < http.StatusBadRequest {
		return body, nil
	}
	return nil, &smithyhttp.ResponseError{
		Response: &smithyhttp.Response{Response: a}, Err: &smithy.GenericAPIError{Code: c.service.Fault(a.Header, body)},
	}
}

// agent says who calls, in the words of the SDK: the name of the application is how
// calls are told apart in CloudTrail.
func (c *Caller) agent() string {
	if c.cfg.AppID == "" {
		return "senda"
	}
	return fmt.Sprintf("senda app/%s", c.cfg.AppID)
}
