package lambdahost

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
)

func urlEvent(t interface{ Fatal(...any) }, change func(*events.LambdaFunctionURLRequest)) string {
	e := events.LambdaFunctionURLRequest{Version: "2.0", RawPath: "/withdraw/a.b", Headers: map[string]string{"accept-language": "es,en;q=0.5"}}
	e.RequestContext.DomainName = "links.example.org"
	e.RequestContext.HTTP.Method = http.MethodGet
	e.RequestContext.HTTP.SourceIP = "192.0.2.7"
	change(&e)
	raw, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func answered(t interface{ Fatalf(string, ...any) }, out string) events.LambdaFunctionURLResponse {
	var r events.LambdaFunctionURLResponse
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	return r
}

func TestAFunctionURLIsServed(t *testing.T) {
	tr := try(HTTP(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		cookie, _ := r.Cookie("b")
		body, _ := io.ReadAll(r.Body)
		form, _ := url.ParseQuery(string(body))
		w.Header().Add("Vary", "Accept")
		w.Header().Add("Vary", "Accept-Language")
		http.SetCookie(w, &http.Cookie{Name: "one", Value: "1"})
		http.SetCookie(w, &http.Cookie{Name: "two", Value: "2"})
		w.WriteHeader(http.StatusTeapot)
		_, _ = fmt.Fprintf(w, "%s %s %s %s %s %s %s", r.Method, r.Host, r.URL.Path, r.URL.Query().Get("q"), cookie.Value, form.Get("f"), r.RemoteAddr)
	})))
	for _, encoded := range []bool{false, true} {
		out, _ := tr.invoke(t.Context(), urlEvent(t, func(e *events.LambdaFunctionURLRequest) {
			e.RequestContext.HTTP.Method, e.RawQueryString, e.Cookies, e.Body = http.MethodPost, "q=a%20b", []string{"a=1", "b=2"}, "f=x"
			if e.IsBase64Encoded = encoded; encoded {
				e.Body = base64.StdEncoding.EncodeToString([]byte(e.Body))
			}
		}))
		r := answered(t, out)
		if r.StatusCode != http.StatusTeapot || r.Body != "POST links.example.org /withdraw/a.b a b 2 x 192.0.2.7" || r.Headers["Vary"] != "Accept, Accept-Language" ||
			!slices.Equal(r.Cookies, []string{"one=1", "two=2"}) || r.Headers["Set-Cookie"] != "" || r.Headers["Content-Type"] != "text/plain; charset=utf-8" {
			t.Errorf("%+v", r)
		}
	}
}

func TestBytesComeInBase64AndHeadsHaveNoBody(t *testing.T) {
	picture := []byte{0x89, 'P', 'N', 'G', 0xff}
	tr := try(HTTP(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(picture) })))
	out, _ := tr.invoke(t.Context(), urlEvent(t, func(*events.LambdaFunctionURLRequest) {}))
	r := answered(t, out)
	got, err := base64.StdEncoding.DecodeString(r.Body)
	if !r.IsBase64Encoded || err != nil || !bytes.Equal(got, picture) {
		t.Errorf("%+v %v", r, err)
	}
	out, _ = tr.invoke(t.Context(), urlEvent(t, func(e *events.LambdaFunctionURLRequest) { e.RequestContext.HTTP.Method = http.MethodHead }))
	if r := answered(t, out); r.StatusCode != http.StatusOK || r.Body != "" {
		t.Errorf("%+v", r)
	}
}

func TestSizesHaveBounds(t *testing.T) {
	calls := 0
	tr := try(HTTP(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		calls++
		if r.URL.Path == "/endless" {
			_, _ = w.Write(make([]byte, maxReply+1))
		}
		if r.URL.Path == "/broken" {
			panic(ada)
		}
	})))
	for _, c := range []struct {
		path, body string
		encoded    bool
		status     int
		calls      int
	}{
		{"/", strings.Repeat("x", MaxBody), false, 200, 1},
		{"/", strings.Repeat("x", MaxBody+1), false, 413, 0},
		{"/", base64.StdEncoding.EncodeToString(make([]byte, MaxBody)), true, 200, 1},
		{"/", base64.StdEncoding.EncodeToString(make([]byte, MaxBody+1)), true, 413, 0},
		{"/", base64.StdEncoding.EncodeToString(make([]byte, 2*MaxBody)), true, 413, 0},
		{"/endless", "", false, 500, 1},
		{"/broken", "", false, 500, 1},
	} {
		calls = 0
		out, failed := tr.invoke(t.Context(), urlEvent(t, func(e *events.LambdaFunctionURLRequest) {
			e.RawPath, e.Body, e.IsBase64Encoded = c.path, c.body, c.encoded
		}))
		if failed.Type != "" {
			t.Fatalf("%s: %+v", c.path, failed)
		}
		if r := answered(t, out); r.StatusCode != c.status || calls != c.calls || c.status != 200 && r.Body != "" {
			t.Errorf("%s with %d bytes: %d, called %d times", c.path, len(c.body), r.StatusCode, calls)
		}
	}
	if strings.Contains(tr.out.String(), "lovelace") {
		t.Error("a panic's words are in the log")
	}
}

// Whatever comes in its place, a request of a function URL is answered or refused.
func FuzzWeb(f *testing.F) {
	f.Add(urlEvent(f, func(*events.LambdaFunctionURLRequest) {}))
	f.Add(`{"rawPath":"/%zz","requestContext":{"http":{"method":"GET"}}}`)
	f.Add(`{"rawPath":"/","requestContext":{"http":{"method":"G T"}},"isBase64Encoded":true,"body":"?"}`)
	f.Add(`{"rawPath":"/","requestContext":{"domainName":"a b","http":{"method":"GET"}},"headers":{"":"","a\nb":"c"}}`)
	tr := try(HTTP(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) })))
	f.Fuzz(func(t *testing.T, payload string) {
		tr.out.Reset()
		out, failed := tr.invoke(t.Context(), payload)
		if failed.Type != "" && failed.Type != "Senda.Invalid" || failed.Type == "" && answered(t, out).StatusCode == 0 {
			t.Errorf("%s %+v", out, failed)
		}
	})
}
