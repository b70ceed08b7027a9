package cloud

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/mail/token"
)

func lookup(m map[string]string) func(string) string {
	return func(name string) string { return m[name] }
}

// Every missing variable is named at once, in the part of the error that is logged.
func TestWhatIsMissingIsNamed(t *testing.T) {
	c := NewConfig(lookup(map[string]string{VarLinks: "links.example/", VarSenders: "{}", VarProofYears: "0"}))
	_, _, _, _, _ = c.Table(), c.Table(), c.Links(), c.Senders(), c.ProofYears()
	var e *senda.Error
	if err := c.Err(); !errors.As(err, &e) || e.Code != senda.Invalid {
		t.Fatalf("%v", err)
	}
	for _, name := range []string{VarTable, VarLinks, VarSenders, VarProofYears} {
		if strings.Count(e.Help, name+" ") != 1 {
			t.Errorf("%q does not name %s once", e.Help, name)
		}
	}
	good := NewConfig(lookup(map[string]string{
		VarTable: "t", VarLinks: "https://links.example", VarSenders: `{"alpha": {"marketing": "a-m", "transactional": "a-t"}}`,
	}))
	if got := good.Senders()["alpha"][senda.Marketing]; got != "a-m" || good.Table() != "t" || good.ProofYears() != DefaultProofYears || good.Err() != nil {
		t.Errorf("%q, %v", got, good.Err())
	}
}

func TestOpenSaysWhatIsMissing(t *testing.T) {
	t.Setenv(VarTable, "")
	called := false
	open := Open(func(context.Context, *Ground) (int, error) { called = true; return 1, nil }, func(c *Config, _ *Ports) { c.Table() })
	var e *senda.Error
	if _, err := open(t.Context()); !errors.As(err, &e) || !strings.Contains(e.Help, VarTable) || called {
		t.Errorf("%v, opened: %v", err, called)
	}
	t.Setenv(VarTable, "t")
	if _, err := open(t.Context()); err != nil || !called {
		t.Errorf("%v", err)
	}
}

// Clients find their service where the environment says, each by its own name first.
func TestAddressesOfServices(t *testing.T) {
	env := map[string]string{
		"AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_SESSION_TOKEN": "c", "AWS_SDK_UA_APP_ID": "senda-intake",
	}
	host := func(more map[string]string) (host, agent, session string) {
		all := maps.Clone(env)
		maps.Copy(all, more)
		for k, v := range more {
			t.Setenv(k, v) // the SDK looks whether a variable is there
		}
		cfg := NewConfig(lookup(all)).AWS()
		cfg.HTTPClient = doer(func(r *http.Request) (*http.Response, error) {
			host, agent, session = r.URL.Host, r.Header.Get("User-Agent"), r.Header.Get("X-Amz-Security-Token")
			return nil, context.Canceled
		})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := dynamodb.NewFromConfig(cfg, func(o *dynamodb.Options) { o.RetryMaxAttempts = 1 }).ListTables(ctx, nil); err == nil {
			t.Error("it was answered")
		}
		return host, agent, session
	}
	if at, agent, session := host(nil); !strings.Contains(at, "dynamodb") || !strings.Contains(at, "amazonaws.com") || !strings.Contains(agent, "app/senda-intake") || session != "c" {
		t.Errorf("%s, %s, %s", at, agent, session)
	}
	if at, _, _ := host(map[string]string{"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}); at != "127.0.0.1:1" {
		t.Errorf("called %s", at)
	}
	if at, _, _ := host(map[string]string{"AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_ENDPOINT_URL_DYNAMODB": "http://127.0.0.1:2"}); at != "127.0.0.1:2" {
		t.Errorf("called %s", at)
	}
	c := NewConfig(lookup(map[string]string{"AWS_REGION": "eu-west-1"}))
	if _, err := c.AWS().Credentials.Retrieve(t.Context()); senda.CodeOf(err) != senda.Unavailable {
		t.Errorf("%v", err)
	}
}

type doer func(*http.Request) (*http.Response, error)

func (d doer) Do(r *http.Request) (*http.Response, error) { return d(r) }

// Keys are turned over without anybody becoming a stranger and without a link going dead.
func TestKeysAreTurnedOver(t *testing.T) {
	old, now := strings.Repeat("o", 64), time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	before, err := ReadSecret(`{"master": "` + old + `"}`)
	if err != nil {
		t.Fatal(err)
	}
	claims := token.Claims{Kind: token.Withdraw, Person: "p-1", Issued: now}
	link, err := before.Ring.Sign(claims)
	if err != nil {
		t.Fatal(err)
	}
	until := now.AddDate(2, 0, 0)
	after, err := ReadSecret(`{"master": "` + strings.Repeat("n", 64) + `", "previous": [{"master": "` + old + `", "until": "` + until.Format(time.RFC3339) + `"}]}`)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := after.Ring.Verify(link, token.Withdraw, until.Add(-time.Second)); err != nil {
		t.Errorf("an old link: %v", err)
	}
	if _, err := after.Ring.Verify(link, token.Withdraw, until); err == nil {
		t.Error("a link is believed after the time of its key")
	}
	fresh, err := after.Ring.Sign(claims)
	if err != nil || strings.Split(fresh, ".")[0] == strings.Split(link, ".")[0] {
		t.Errorf("new links bear the old key's name: %s (%v)", fresh, err)
	}
	if _, err := before.Ring.Verify(fresh, token.Withdraw, now); err == nil {
		t.Error("the new master signs with the old key")
	}
	if a, b := before.Identity.Address("ana@example.com"), after.Identity.Address("ana@example.com"); a != b {
		t.Error("nobody is known any more by their address")
	}
	for _, bad := range []string{
		"", "{}", `{"master": "short"}`, `{"master": "` + old + `", "previous": [{"master": ""}]}`,
		`{"master": "` + old + `", "previous": [{"master": "` + old + `"}]}`, `{"master": "` + old + `", "previous": [{"id": "NO", "master": "` + strings.Repeat("x", 40) + `"}]}`,
	} {
		if _, err := ReadSecret(bad); senda.CodeOf(err) != senda.Invalid || strings.Contains(err.Error(), old) {
			t.Errorf("%s: %v", bad, err)
		}
	}
}
