package ses_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"pgregory.net/rapid"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/ses"
)

var sets = ses.Sets{"cellar": {senda.Marketing: "cellar-marketing", senda.Transactional: "cellar-transactional"}}

func config(url string) aws.Config {
	return aws.Config{
		Region: "eu-west-1", BaseEndpoint: aws.String(url), HTTPClient: &http.Client{Transport: &http.Transport{}},
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "a", SecretAccessKey: "b"}, nil
		}),
	}
}

// service answers in the place of SES, over a real connection. calls counts what reached it.
func service(t *testing.T, answer http.HandlerFunc) (url string, calls *int) {
	t.Helper()
	calls = new(int)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*calls++
		_, _ = io.Copy(io.Discard, r.Body)
		answer(w, r)
	}))
	t.Cleanup(s.Close)
	return s.URL, calls
}

func says(status int, name string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Amzn-ErrorType", name)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, `{"message":"Email address is not verified: ana@mail.example"}`)
	}
}

func hangUp(w http.ResponseWriter, _ *http.Request) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err == nil {
		_ = conn.Close()
	}
}

func envelope() senda.Envelope {
	return senda.Envelope{
		Message: "m-abc234", Class: senda.Marketing, Brand: "cellar", From: "Bodega Ñ <hello@cellar.example>", To: "ana@mail.example",
		Journey: "win-back", Step: "come back_2", MIME: []byte("Subject: Hello\r\n\r\nbye\r\n"),
	}
}

// The code of a failure says whether the message may have left, and that decides whether
// somebody is mailed twice.
func TestWhatAFailureMeans(t *testing.T) {
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		want   senda.Code
	}{
		"content refused":           {says(400, "MessageRejected"), senda.Denied},
		"domain not verified":       {says(400, "MailFromDomainNotVerifiedException"), senda.Denied},
		"bad request":               {says(400, "BadRequestException"), senda.Invalid},
		"any other refusal":         {says(422, "SomethingNewException"), senda.Invalid},
		"account suspended":         {says(400, "AccountSuspendedException"), senda.Unavailable},
		"sending paused":            {says(400, "SendingPausedException"), senda.Unavailable},
		"too fast":                  {says(429, "TooManyRequestsException"), senda.Unavailable},
		"quota of the day":          {says(400, "LimitExceededException"), senda.Unavailable},
		"throttled":                 {says(400, "ThrottlingException"), senda.Unavailable},
		"throttled and unavailable": {says(503, "SlowDown"), senda.Unavailable},
		"no configuration set":      {says(404, "NotFoundException"), senda.Unavailable},
		"no permission":             {says(403, "AccessDeniedException"), senda.Unavailable},
		"old credentials":           {says(403, "ExpiredTokenException"), senda.Unavailable},
		"broken":                    {says(500, "InternalServiceErrorException"), senda.Unsure},
		"away":                      {says(503, "ServiceUnavailable"), senda.Unsure},
		"gateway":                   {says(504, ""), senda.Unsure},
		"hangs up":                  {hangUp, senda.Unsure},
		"unreadable success":        {func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"MessageId":`) }, senda.Unsure},
	} {
		t.Run(name, func(t *testing.T) {
			url, calls := service(t, c.answer)
			_, err := ses.New(config(url), sets).HandOver(t.Context(), envelope())
			if got := senda.CodeOf(err); got != c.want {
				t.Errorf("%q (%v), want %q", got, err, c.want)
			}
			if *calls != 1 {
				t.Errorf("it was called %d times: nobody may repeat what may have left", *calls)
			}
			if strings.Contains(fmt.Sprint(err), "ana@") {
				t.Errorf("the error tells the address: %v", err)
			}
		})
	}
}

func TestNoConnectionMeansThatItStayed(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := "http://" + l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	broke := config("http://127.0.0.1:1")
	broke.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{}, errors.New("no role")
	})
	slow := config("http://192.0.2.1")
	slow.HTTPClient = &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}}}
	for name, cfg := range map[string]aws.Config{
		"nobody listens": config(nobody), "no such host": config("http://ses.invalid"), "no credentials": broke, "no connection in time": slow,
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
		_, err := ses.New(cfg, sets).HandOver(ctx, envelope())
		cancel()
		if got := senda.CodeOf(err); got != senda.Unavailable {
			t.Errorf("%s: %q (%v)", name, got, err)
		}
	}
}

// A call that ran out of time after the request was on its way may have been served.
func TestALateAnswerIsUnsure(t *testing.T) {
	arrived := make(chan struct{})
	url, _ := service(t, func(_ http.ResponseWriter, r *http.Request) {
		close(arrived)
		<-r.Context().Done()
	})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-arrived
		cancel()
	}()
	if _, err := ses.New(config(url), sets).HandOver(ctx, envelope()); senda.CodeOf(err) != senda.Unsure {
		t.Errorf("%v", err)
	}
}

// silent is a client that tells nothing of its connections.
type silent struct{}

func (silent) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, &net.OpError{Op: "dial", Err: errors.New("connection refused")}
}

func TestAClientThatTellsNothingProvesNothing(t *testing.T) {
	cfg := config("http://127.0.0.1:1")
	cfg.HTTPClient = &http.Client{Transport: silent{}}
	if _, err := ses.New(cfg, sets).HandOver(t.Context(), envelope()); senda.CodeOf(err) != senda.Unsure {
		t.Errorf("%v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := ses.New(cfg, sets).HandOver(ctx, envelope()); senda.CodeOf(err) != senda.Unavailable {
		t.Errorf("cancelled before: %v", err)
	}
}

func TestWhatIsSent(t *testing.T) {
	var got map[string]any
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := json.NewDecoder(r.Body).Decode(&got); err != nil {
			t.Error(err)
		}
		_, _ = io.WriteString(w, `{"MessageId":"0100-1"}`)
	}))
	defer s.Close()
	e, cfg := envelope(), config(s.URL)
	cfg.HTTPClient = nil // the SDK's own
	id, err := ses.New(cfg, sets).HandOver(t.Context(), e)
	if err != nil || id != "0100-1" {
		t.Fatalf("%q, %v", id, err)
	}
	want := map[string]any{
		"FromEmailAddress":     "=?utf-8?q?Bodega_=C3=91?= <hello@cellar.example>",
		"Destination":          map[string]any{"ToAddresses": []any{"ana@mail.example"}},
		"Content":              map[string]any{"Raw": map[string]any{"Data": base64.StdEncoding.EncodeToString(e.MIME)}},
		"ConfigurationSetName": "cellar-marketing",
		"EmailTags": []any{
			map[string]any{"Name": "message", "Value": "m-abc234"},
			map[string]any{"Name": "journey", "Value": "win-back"},
			map[string]any{"Name": "step", "Value": "come_20back_5f2"},
			map[string]any{"Name": "brand", "Value": "cellar"},
		},
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("sent %v\nwant %v", got, want)
	}
}

func TestConfigurationSets(t *testing.T) {
	var set string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var in struct{ ConfigurationSetName string }
		_ = json.NewDecoder(r.Body).Decode(&in)
		set = in.ConfigurationSetName
		_, _ = io.WriteString(w, `{"MessageId":"1"}`)
	}))
	defer s.Close()
	for class, want := range map[senda.Class]string{
		senda.Marketing: "cellar-marketing", senda.Transactional: "cellar-transactional", senda.Service: "cellar-transactional",
	} {
		e := envelope()
		e.Class = class
		if _, err := ses.New(config(s.URL), sets).HandOver(t.Context(), e); err != nil || set != want {
			t.Errorf("%s: %q, %v", class, set, err)
		}
	}
}

func TestWhatIsNeverHandedOver(t *testing.T) {
	url, calls := service(t, says(500, ""))
	for name, c := range map[string]struct {
		spoil func(*senda.Envelope)
		want  senda.Code
	}{
		"no sender":            {func(e *senda.Envelope) { e.From = "nobody" }, senda.Invalid},
		"no recipient":         {func(e *senda.Envelope) { e.To = "" }, senda.Invalid},
		"two recipients":       {func(e *senda.Envelope) { e.To = "ana@mail.example, eve@mail.example" }, senda.Invalid},
		"a named recipient":    {func(e *senda.Envelope) { e.To = "Ana <ana@mail.example>" }, senda.Invalid},
		"no id":                {func(e *senda.Envelope) { e.Message = "" }, senda.Invalid},
		"an id that is no tag": {func(e *senda.Envelope) { e.Message = "m_1" }, senda.Invalid},
		"a tag too long":       {func(e *senda.Envelope) { e.Step = strings.Repeat("ñ", 50) }, senda.Invalid},
		"a brand without sets": {func(e *senda.Envelope) { e.Brand = "pantry" }, senda.Unavailable},
	} {
		e := envelope()
		c.spoil(&e)
		_, err := ses.New(config(url), sets).HandOver(t.Context(), e)
		if got := senda.CodeOf(err); got != c.want || *calls != 0 {
			t.Errorf("%s: %q (%v) after %d calls", name, got, err, *calls)
		}
	}
}

// Whatever a name holds, its tag has only the signs that SES takes, and reads back as the name; no
// two names share a tag.
func TestTagsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.String().Draw(t, "name")
		tag := ses.EncodeTag(name)
		if strings.Trim(tag, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") != "" {
			t.Fatalf("%q", tag)
		}
		if got, ok := ses.DecodeTag(tag); !ok || got != name {
			t.Fatalf("%q became %q and %q", name, tag, got)
		}
		other := rapid.StringMatching(`[A-Za-z0-9_-]{0,12}`).Draw(t, "tag")
		if got, ok := ses.DecodeTag(other); ok && ses.EncodeTag(got) != other {
			t.Fatalf("%q has two spellings", other)
		}
	})
}

func TestWhatIsNoTagOfOurs(t *testing.T) {
	for _, tag := range []string{"_", "_2", "_2g", "a_", "_5F", "_41", "a b", "ñ", "_+1"} {
		if name, ok := ses.DecodeTag(tag); ok {
			t.Errorf("%q was read as %q", tag, name)
		}
	}
}
