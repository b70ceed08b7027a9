package account_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/account"
	"github.com/senda-dev/senda/internal/doctor"
)

// service answers every call with one status and body.
func service(t *testing.T, status int, body string, header ...string) aws.Config {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}))
	t.Cleanup(s.Close)
	return aws.Config{
		Region: "eu-west-1", BaseEndpoint: aws.String(s.URL), RetryMaxAttempts: 1,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "a", SecretAccessKey: "b"}, nil
		}),
	}
}

func TestIdentity(t *testing.T) {
	ctx := t.Context()
	cfg := service(t, 200, `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::1:user/ana</Arn><Account>1</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`)
	who, err := account.New(cfg).Identity(ctx)
	if err != nil || who != (doctor.Identity{Account: "1", Who: "arn:aws:iam::1:user/ana", Region: "eu-west-1"}) {
		t.Errorf("%+v, %v", who, err)
	}
	cfg.Region = ""
	if who, err := account.New(cfg).Identity(ctx); err != nil || who.Region != "" || who.Account != "1" {
		t.Errorf("without a region: %+v, %v", who, err)
	}
	old := service(t, 403, `<ErrorResponse><Error><Code>ExpiredToken</Code></Error></ErrorResponse>`)
	if _, err := account.New(old).Identity(ctx); senda.CodeOf(err) != senda.Denied {
		t.Errorf("credentials that ran out: %v", err)
	}
	if _, err := account.New(aws.Config{}).Identity(ctx); senda.CodeOf(err) != senda.Denied {
		t.Errorf("no credentials: %v", err)
	}
	none := service(t, 200, "")
	none.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return aws.Credentials{}, errors.New("none") })
	if _, err := account.New(none).Identity(ctx); senda.CodeOf(err) != senda.Denied {
		t.Errorf("credentials that cannot be had: %v", err)
	}
	down := service(t, 503, "")
	if _, err := account.New(down).Identity(ctx); senda.CodeOf(err) != senda.Unavailable {
		t.Errorf("nobody answers: %v", err)
	}
}

func TestBootstrap(t *testing.T) {
	if v, err := account.New(service(t, 200, `{"Parameter": {"Value": "28"}}`)).Bootstrap(t.Context()); v != 28 || err != nil {
		t.Errorf("%d, %v", v, err)
	}
	for name, code := range map[string]senda.Code{"ParameterNotFound": senda.NotFound, "AccessDeniedException": senda.Denied, "InternalServerError": senda.Internal} {
		_, err := account.New(service(t, 400, `{"__type": "`+name+`"}`)).Bootstrap(t.Context())
		if senda.CodeOf(err) != code {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := account.New(service(t, 200, `{"Parameter": {"Value": "many"}}`)).Bootstrap(t.Context()); err == nil {
		t.Error("many is a version")
	}
}

func TestMail(t *testing.T) {
	m, err := account.New(service(t, 200, `{"ProductionAccessEnabled": true, "SendingEnabled": true, "EnforcementStatus": "HEALTHY",
		"SendQuota": {"Max24HourSend": 50000, "MaxSendRate": 14, "SentLast24Hours": 2}, "SuppressionAttributes": {"SuppressedReasons": ["BOUNCE"]}}`)).Mail(t.Context())
	if err != nil || !m.Production || !m.Sending || m.PerDay != 50000 || m.PerSecond != 14 || m.SentToday != 2 || strings.Join(m.Suppresses, ",") != "BOUNCE" || m.Enforcement != "HEALTHY" {
		t.Errorf("%+v, %v", m, err)
	}
	if m, err := account.New(service(t, 200, `{}`)).Mail(t.Context()); err != nil || m.Production {
		t.Errorf("a service that says nothing is no production: %+v, %v", m, err)
	}
}

func TestSender(t *testing.T) {
	s, err := account.New(service(t, 200, `{"VerifiedForSendingStatus": true, "DkimAttributes": {"Status": "SUCCESS", "Tokens": ["a"]},
		"MailFromAttributes": {"MailFromDomain": "bounce.a.example", "MailFromDomainStatus": "PENDING"}}`)).Sender(t.Context(), "a.example")
	if err != nil || !s.Verified || s.DKIM != "SUCCESS" || s.MailFrom != "bounce.a.example" || s.MailFromStatus != "PENDING" || len(s.Tokens) != 1 {
		t.Errorf("%+v, %v", s, err)
	}
	gone := service(t, 404, `{}`, "X-Amzn-Errortype", "NotFoundException")
	if _, err := account.New(gone).Sender(t.Context(), "a.example"); senda.CodeOf(err) != senda.NotFound {
		t.Errorf("a domain that nobody knows: %v", err)
	}
}
