package s3_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/aws"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/porttest"
	"github.com/senda-dev/senda/internal/s3"
)

// transport answers in the place of the service.
type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func answer(status int, body string) *http.Response {
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body))}
}

func refusal(status int, name string) *http.Response {
	return answer(status, fmt.Sprintf("<Error><Code>%s</Code><Message>no</Message></Error>", name))
}

func config(f transport) aws.Config {
	return aws.Config{
		Region: "eu-west-1", HTTPClient: &http.Client{Transport: f}, Retryer: func() aws.Retryer { return aws.NopRetryer{} },
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "a", SecretAccessKey: "b"}, nil
		}),
	}
}

func TestABundleIsReadOnce(t *testing.T) {
	b := porttest.Bundle(t, "win-back")
	var reads atomic.Int32
	s := s3.New(config(func(r *http.Request) (*http.Response, error) {
		reads.Add(1)
		if want := "/bundles/" + b.Digest() + ".json"; r.URL.Path != want {
			t.Errorf("read %s, want %s", r.URL.Path, want)
		}
		return answer(200, string(b.Bytes())), nil
	}), "shop")
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if got, err := s.Bundle(t.Context(), b.Digest()); err != nil || got.Digest() != b.Digest() {
				t.Errorf("%v", err)
			}
		})
	}
	wg.Wait()
	if n := reads.Load(); n != 1 {
		t.Errorf("the bucket was read %d times", n)
	}
}

// One who gives up does not spoil it for the others who wait for the same bundle, and a failure is
// not remembered.
func TestWhoeverWaitsReadsAgain(t *testing.T) {
	b := porttest.Bundle(t, "win-back")
	synctest.Test(t, func(t *testing.T) {
		first := make(chan struct{})
		var reads atomic.Int32
		s := s3.New(config(func(r *http.Request) (*http.Response, error) {
			if reads.Add(1) == 1 {
				close(first)
				<-r.Context().Done()
				return nil, r.Context().Err()
			}
			return answer(200, string(b.Bytes())), nil
		}), "shop")
		ctx, cancel := context.WithCancel(t.Context())
		gone := make(chan error)
		go func() { _, err := s.Bundle(ctx, b.Digest()); gone <- err }()
		<-first
		others := make(chan error)
		for range 3 {
			go func() { _, err := s.Bundle(t.Context(), b.Digest()); others <- err }()
		}
		synctest.Wait()
		cancel()
		if err := <-gone; senda.CodeOf(err) != senda.Unavailable || !errors.Is(err, context.Canceled) {
			t.Errorf("who gave up: %v", err)
		}
		for range 3 {
			if err := <-others; err != nil {
				t.Errorf("who waited: %v", err)
			}
		}
		if n := reads.Load(); n != 2 {
			t.Errorf("the bucket was read %d times", n)
		}
	})
}

// A read that failed has failed for all who waited for it: a service in trouble is not asked by each.
func TestAFailureIsShared(t *testing.T) {
	b := porttest.Bundle(t, "win-back")
	synctest.Test(t, func(t *testing.T) {
		var reads atomic.Int32
		answered := make(chan struct{})
		s := s3.New(config(func(*http.Request) (*http.Response, error) {
			reads.Add(1)
			<-answered
			return refusal(500, "InternalError"), nil
		}), "shop")
		all := make(chan error)
		for range 4 {
			go func() { _, err := s.Bundle(t.Context(), b.Digest()); all <- err }()
		}
		synctest.Wait()
		close(answered)
		for range 4 {
			if err := <-all; senda.CodeOf(err) != senda.Unavailable {
				t.Error(err)
			}
		}
		if n := reads.Load(); n != 1 {
			t.Errorf("the bucket was read %d times", n)
		}
		if _, err := s.Bundle(t.Context(), b.Digest()); err == nil || reads.Load() != 2 {
			t.Errorf("later: %v after %d reads", err, reads.Load())
		}
	})
}

func TestWhatIsNoDigestIsNotAskedFor(t *testing.T) {
	s := s3.New(config(func(r *http.Request) (*http.Response, error) {
		t.Errorf("asked for %s", r.URL)
		return refusal(404, "NoSuchKey"), nil
	}), "shop")
	for _, digest := range []string{"", "x", "../x", strings.Repeat("A", 64), strings.Repeat("a", 65), strings.Repeat("a", 62) + "/x"} {
		if _, err := s.Bundle(t.Context(), digest); senda.CodeOf(err) != senda.NotFound {
			t.Errorf("%q: %v", digest, err)
		}
	}
	if err := s.Put(t.Context(), &bundle.Bundle{}); senda.CodeOf(err) != senda.Invalid {
		t.Errorf("a bundle that is not sealed: %v", err)
	}
}

func TestOnlySoManyAreKept(t *testing.T) {
	byDigest := map[string][]byte{}
	var digests []string
	for i := range s3.Kept + 1 {
		b := porttest.Bundle(t, fmt.Sprintf("journey-%d", i))
		byDigest["/bundles/"+b.Digest()+".json"] = b.Bytes()
		digests = append(digests, b.Digest())
	}
	reads := 0
	s := s3.New(config(func(r *http.Request) (*http.Response, error) {
		reads++
		return answer(200, string(byDigest[r.URL.Path])), nil
	}), "shop")
	read := func(digest string, want int) {
		t.Helper()
		if _, err := s.Bundle(t.Context(), digest); err != nil {
			t.Fatal(err)
		}
		if reads != want {
			t.Errorf("%d reads, want %d", reads, want)
		}
	}
	for i, d := range digests[:s3.Kept] {
		read(d, i+1)
	}
	read(digests[0], s3.Kept)         // kept, and now the one asked for last
	read(digests[s3.Kept], s3.Kept+1) // pushes out the one not asked for longest
	read(digests[0], s3.Kept+1)       // still there
	read(digests[1], s3.Kept+2)       // was pushed out
	read(digests[s3.Kept], s3.Kept+2) // still there
}

func TestWhatReadingMayMeet(t *testing.T) {
	b, other := porttest.Bundle(t, "win-back"), porttest.Bundle(t, "welcome")
	for name, c := range map[string]struct {
		answer *http.Response
		err    error
		want   senda.Code
	}{
		"nothing there":      {refusal(404, "NoSuchKey"), nil, senda.NotFound},
		"no bucket":          {refusal(404, "NoSuchBucket"), nil, senda.Internal},
		"no permission":      {refusal(403, "AccessDenied"), nil, senda.Internal},
		"slow down":          {refusal(503, "SlowDown"), nil, senda.Unavailable},
		"broken":             {refusal(500, "InternalError"), nil, senda.Unavailable},
		"not reached":        {nil, errors.New("connection refused"), senda.Unavailable},
		"damaged":            {answer(200, string(b.Bytes())+" "), nil, senda.Invalid},
		"another bundle":     {answer(200, string(other.Bytes())), nil, senda.Invalid},
		"cut off in the end": {&http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(cut{})}, nil, senda.Unavailable},
	} {
		s := s3.New(config(func(*http.Request) (*http.Response, error) { return c.answer, c.err }), "shop")
		_, err := s.Bundle(t.Context(), b.Digest())
		if got := senda.CodeOf(err); got != c.want {
			t.Errorf("%s: %q (%v), want %q", name, got, err, c.want)
		}
	}
}

// cut is a body that breaks off.
type cut struct{}

func (cut) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestWhatStoringMayMeet(t *testing.T) {
	b, other := porttest.Bundle(t, "win-back"), porttest.Bundle(t, "welcome")
	for name, c := range map[string]struct {
		put   *http.Response
		stand string // what stands there when it is read back
		want  senda.Code
	}{
		"stored":           {answer(200, ""), "", ""},
		"the same":         {refusal(412, "PreconditionFailed"), string(b.Bytes()), ""},
		"another":          {refusal(412, "PreconditionFailed"), string(other.Bytes()), senda.Conflict},
		"two at once":      {refusal(409, "ConditionalRequestConflict"), "", senda.Unavailable},
		"no permission":    {refusal(403, "AccessDenied"), "", senda.Internal},
		"a broken service": {refusal(500, "InternalError"), "", senda.Unavailable},
	} {
		s := s3.New(config(func(r *http.Request) (*http.Response, error) {
			if r.Method == http.MethodGet {
				return answer(200, c.stand), nil
			}
			if r.Header.Get("If-None-Match") != "*" {
				t.Error("an object can be overwritten")
			}
			return c.put, nil
		}), "shop")
		if got := senda.CodeOf(s.Put(t.Context(), b)); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestFilesOfADeployment(t *testing.T) {
	f := s3.NewFiles(config(func(r *http.Request) (*http.Response, error) {
		if r.URL.Path == "/a/b.json" && strings.HasPrefix(r.URL.Host, "assets.") {
			return answer(200, "{}"), nil
		}
		return refusal(404, "NoSuchKey"), nil
	}))
	if data, err := f.Read(t.Context(), "assets", "a/b.json"); err != nil || string(data) != "{}" {
		t.Errorf("%q, %v", data, err)
	}
	if _, err := f.Read(t.Context(), "assets", "none"); senda.CodeOf(err) != senda.NotFound {
		t.Error(err)
	}
}
