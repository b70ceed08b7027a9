package lambdahost

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/cfn"
	senda "github.com/senda-dev/senda"
)

// formation stands for CloudFormation: it keeps the last answer.
type formation struct {
	*httptest.Server
	last  cfn.Response
	puts  int
	fails int
}

func newFormation(t *testing.T) *formation {
	f := &formation{}
	f.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.puts++
		if f.fails--; f.fails >= 0 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		body, _ := io.ReadAll(r.Body)
		f.last = cfn.Response{}
		if err := json.Unmarshal(body, &f.last); err != nil || r.Method != http.MethodPut || r.Header.Get("Content-Type") != "" || len(body) > mostAnswer {
			t.Errorf("%v: %s %v %s", err, r.Method, r.Header, body)
		}
	}))
	t.Cleanup(f.Close)
	return f
}

func (f *formation) event(kind cfn.RequestType, physical string) string {
	raw, err := json.Marshal(cfn.Event{
		RequestType: kind, RequestID: "q-1", ResponseURL: f.URL, ResourceType: "Custom::Bundle", LogicalResourceID: "WinBack", StackID: "stack-1",
		PhysicalResourceID: physical, ResourceProperties: map[string]any{"digest": "b-1"},
	})
	if err != nil {
		panic(err)
	}
	return string(raw)
}

func TestCloudFormationIsAlwaysAnswered(t *testing.T) {
	fails := map[string]func(cfn.Event) (map[string]any, error){
		"an error": func(cfn.Event) (map[string]any, error) { return nil, errors.New(ada) },
		"one of ours": func(cfn.Event) (map[string]any, error) {
			return nil, senda.Errorf(senda.Invalid, "read the bundle", "%s", ada)
		},
		"a panic": func(cfn.Event) (map[string]any, error) { panic(ada) },
		"too much": func(cfn.Event) (map[string]any, error) {
			return map[string]any{"x": strings.Repeat("x", mostAnswer)}, nil
		},
		"no JSON":        func(cfn.Event) (map[string]any, error) { return map[string]any{"x": make(chan int)}, nil },
		"nothing opened": nil,
	}
	for name, do := range fails {
		f := newFormation(t)
		var out bytes.Buffer
		h := newHost("publish", &out, Resource(func(context.Context) (Provide, error) {
			if do == nil {
				return nil, senda.Errorf(senda.Unavailable, "read the secret", "%s", ada)
			}
			return func(_ context.Context, e cfn.Event) (map[string]any, error) { return do(e) }, nil
		}))
		if _, err := h.Invoke(t.Context(), []byte(f.event(cfn.RequestCreate, ""))); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if f.last.Status != cfn.StatusFailed || !strings.HasPrefix(f.last.Reason, "Senda.") || f.last.PhysicalResourceID == "" || f.last.RequestID != "q-1" {
			t.Errorf("%s: %+v", name, f.last)
		}
		if strings.Contains(out.String()+f.last.Reason, "lovelace") || strings.Contains(out.String(), f.URL) {
			t.Errorf("%s: %s %s", name, f.last.Reason, out.String())
		}
	}
}

func TestAResourceKeepsItsName(t *testing.T) {
	f := newFormation(t)
	var out bytes.Buffer
	var seen []string
	h := newHost("publish", &out, Resource(func(context.Context) (Provide, error) {
		return func(_ context.Context, e cfn.Event) (map[string]any, error) {
			seen = append(seen, string(e.RequestType)+" "+e.PhysicalResourceID)
			return map[string]any{"digest": e.ResourceProperties["digest"]}, nil
		}, nil
	}))
	var ids []string
	f.fails = 1 // the answer is given again
	for _, step := range []struct {
		kind     cfn.RequestType
		physical bool
	}{{cfn.RequestCreate, false}, {cfn.RequestCreate, false}, {cfn.RequestUpdate, true}, {cfn.RequestDelete, true}} {
		physical := ""
		if step.physical {
			physical = ids[0]
		}
		if _, err := h.Invoke(t.Context(), []byte(f.event(step.kind, physical))); err != nil {
			t.Fatal(err)
		}
		if f.last.Status != cfn.StatusSuccess || f.last.Data["digest"] != "b-1" || f.last.StackID != "stack-1" || f.last.LogicalResourceID != "WinBack" {
			t.Errorf("%+v", f.last)
		}
		ids = append(ids, f.last.PhysicalResourceID)
		if ids[len(ids)-1] != ids[0] || seen[len(seen)-1] != string(step.kind)+" "+ids[0] {
			t.Errorf("%v %v", ids, seen)
		}
	}
	if f.puts != 5 {
		t.Errorf("answered %d times", f.puts)
	}
}

func TestAnAnswerThatNobodyTakesFailsTheInvocation(t *testing.T) {
	f := newFormation(t)
	f.fails = 100
	tr := try(nil)
	tr.handle = Resource(func(context.Context) (Provide, error) {
		return func(context.Context, cfn.Event) (map[string]any, error) { return nil, nil }, nil
	})
	if _, failed := tr.invoke(t.Context(), f.event(cfn.RequestDelete, "x")); failed.Type != "Senda.Unavailable" {
		t.Errorf("%+v", failed)
	}
	for _, bad := range []string{"", "{}", `{"ResponseURL":7}`} {
		if _, failed := tr.invoke(t.Context(), bad); failed.Type != "Senda.Invalid" {
			t.Errorf("%s: %+v", bad, failed)
		}
	}
}

func TestTimeIsKeptForTheAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		began := time.Now()
		open := once(func(context.Context) (Provide, error) {
			return func(ctx context.Context, _ cfn.Event) (map[string]any, error) { <-ctx.Done(); return nil, ctx.Err() }, nil
		})
		if _, err := provide(ctx, open, cfn.Event{}); senda.CodeOf(err) != senda.Unavailable || time.Since(began) != time.Minute-answerTime {
			t.Errorf("%v after %s", err, time.Since(began))
		}
	})
}
