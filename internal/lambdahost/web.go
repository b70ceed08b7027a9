package lambdahost

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"unicode/utf8"

	senda "github.com/senda-dev/senda"
)

// MaxBody is the longest body of a request that reaches a handler, in bytes; a longer
// one is answered with 413.
const MaxBody = 64 << 10

// maxReply is the longest body of a response: in base64 it stays below the 6 MB of
// a function's answer.
const maxReply = 4 << 20

// HTTP serves a function URL, in payload format 2.0
// (https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html). A handler that
// panics is answered with 500. Addresses and bodies are not logged: they hold
// tokens.
func HTTP(h http.Handler) Handler {
	return func(ctx context.Context, payload []byte) ([]byte, error) {
		var e webEvent
		if err := json.Unmarshal(payload, &e); err != nil {
			return nil, senda.Wrap(senda.Invalid, "read a request of a function URL", err)
		}
		r, err := e.request(ctx)
		if errors.Is(err, errTooLong) {
			return json.Marshal(webAnswer{Status: http.StatusRequestEntityTooLarge, Headers: map[string]string{}})
		}
		if err != nil {
			return nil, err
		}
		w := &webWriter{header: http.Header{}}
		if err := serve(h, w, r); err != nil {
			Report(ctx, err)
			w = &webWriter{header: http.Header{}, status: http.StatusInternalServerError}
		}
		return json.Marshal(w.answer(r.Method))
	}
}

func serve(h http.Handler, w *webWriter, r *http.Request) (err error) {
	defer caught(&err)
	h.ServeHTTP(w, r)
	if w.body.Len() > maxReply {
		return senda.Errorf(senda.Internal, "answer a request", "the page has %d bytes", w.body.Len())
	}
	return nil
}

type webEvent struct {
	Path    string            `json:"rawPath"`
	Query   string            `json:"rawQueryString"`
	Cookies []string          `json:"cookies"`
	Headers map[string]string `json:"headers"`
	Context struct {
		Domain string `json:"domainName"`
		HTTP   struct {
			Method string `json:"method"`
			IP     string `json:"sourceIp"`
		} `json:"http"`
	} `json:"requestContext"`
	Body   string `json:"body"`
	Base64 bool   `json:"isBase64Encoded"`
}

var errTooLong = errors.New("lambdahost: the body is too long")

func (e webEvent) request(ctx context.Context) (*http.Request, error) {
	const op = "read a request of a function URL"
	if e.Context.HTTP.Method == "" || !strings.HasPrefix(e.Path, "/") {
		return nil, senda.Errorf(senda.Invalid, op, "it has no method or no path")
	}
	body := []byte(e.Body)
	if e.Base64 {
		if base64.StdEncoding.DecodedLen(len(body)) > MaxBody+3 {
			return nil, errTooLong
		}
		var err error
		if body, err = base64.StdEncoding.DecodeString(e.Body); err != nil {
			return nil, senda.Wrap(senda.Invalid, op, err)
		}
	}
	if len(body) > MaxBody {
		return nil, errTooLong
	}
	target := "https://" + e.Context.Domain + e.Path
	if e.Query != "" {
		target += "?" + e.Query
	}
	r, err := http.NewRequestWithContext(ctx, e.Context.HTTP.Method, target, bytes.NewReader(body))
	if err != nil {
		return nil, senda.Wrap(senda.Invalid, op, err)
	}
	for name, value := range e.Headers { // several values of one name come joined by commas
		r.Header.Set(name, value)
	}
	if len(e.Cookies) > 0 {
		r.Header.Set("Cookie", strings.Join(e.Cookies, "; "))
	}
	r.RemoteAddr = e.Context.HTTP.IP
	return r, nil
}

// webWriter keeps what a handler answers.
type webWriter struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (w *webWriter) Header() http.Header { return w.header }

func (w *webWriter) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
}

func (w *webWriter) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(p)
}

type webAnswer struct {
	Status  int               `json:"statusCode"`
	Headers map[string]string `json:"headers"`
	Cookies []string          `json:"cookies,omitempty"`
	Body    string            `json:"body"`
	Base64  bool              `json:"isBase64Encoded"`
}

func (w *webWriter) answer(method string) webAnswer {
	a := webAnswer{Status: w.status, Headers: map[string]string{}, Cookies: w.header.Values("Set-Cookie")}
	if a.Status == 0 {
		a.Status = http.StatusOK
	}
	body := w.body.Bytes()
	if len(body) > 0 && w.header.Get("Content-Type") == "" {
		w.header.Set("Content-Type", http.DetectContentType(body))
	}
	for name, values := range w.header {
		if name != "Set-Cookie" {
			a.Headers[name] = strings.Join(values, ", ")
		}
	}
	switch {
	case method == http.MethodHead:
	case utf8.Valid(body):
		a.Body = string(body)
	default:
		a.Body, a.Base64 = base64.StdEncoding.EncodeToString(body), true
	}
	return a
}
