package lambdahost

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	senda "github.com/senda-dev/senda"
)

// served is the variable under which this test's own binary is a function.
const served = "SENDA_LAMBDAHOST_TEST_FUNCTION"

func TestMain(m *testing.M) {
	if os.Getenv(served) == "" {
		os.Exit(m.Run())
	}
	opens := 0
	Run("sample", func(context.Context) (Handler, error) {
		if opens++; opens == 1 {
			return nil, senda.Errorf(senda.Unavailable, "open the store", "no answer from %s", ada)
		}
		return func(ctx context.Context, payload []byte) ([]byte, error) {
			switch string(payload) {
			case `"wrapped"`:
				return nil, errors.Join(senda.Wrap(senda.Conflict, "write the entry", errors.New(ada)))
			case `"panic"`:
				panic(ada)
			}
			return payload, nil
		}, nil
	})
}

// ada is planted wherever a stranger's words may come in.
const ada = "ada.lovelace-4711@example.org"

// TestAFunctionAnswersTheRuntime runs a real process beside a Runtime API
// (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html).
func TestAFunctionAnswersTheRuntime(t *testing.T) {
	invocations := []struct{ payload, path, body string }{
		{`"first"`, "/error", `{"errorMessage":"open the store","errorType":"Senda.Unavailable"}`},
		{`"second"`, "/response", `"second"`},
		{`"wrapped"`, "/error", `{"errorMessage":"write the entry","errorType":"Senda.Conflict"}`},
		{`"panic"`, "/error", `{"errorMessage":"a defect or a foreign error; see the function's log","errorType":"Senda.Internal"}`},
		{`"last"`, "/response", `"last"`},
	}
	n := 0
	all := make(chan struct{})
	mux := http.NewServeMux()
	mux.HandleFunc("GET /2018-06-01/runtime/invocation/next", func(w http.ResponseWriter, r *http.Request) {
		if n == len(invocations) {
			close(all)
			<-r.Context().Done()
			return
		}
		w.Header().Set("Lambda-Runtime-Aws-Request-Id", "r-"+strconv.Itoa(n))
		w.Header().Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(time.Now().Add(time.Minute).UnixMilli(), 10))
		w.Header().Set("Lambda-Runtime-Trace-Id", "Root=1-5759e988-bd862e3fe1be46a994272793")
		_, _ = io.WriteString(w, invocations[n].payload)
	})
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/{what}", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		want := invocations[n]
		if got := "/" + r.PathValue("what"); got != want.path || string(body) != want.body || r.PathValue("id") != "r-"+strconv.Itoa(n) {
			t.Errorf("invocation %d is answered with %s %s", n, got, body)
		}
		for name, values := range r.Header {
			if strings.Contains(strings.Join(values, " "), ada) {
				t.Errorf("%s holds what is about a person", name)
			}
		}
		n++
		w.WriteHeader(http.StatusAccepted)
	})
	api := httptest.NewServer(mux)
	defer api.Close()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Env = append(os.Environ(), served+"=1", "AWS_LAMBDA_RUNTIME_API="+strings.TrimPrefix(api.URL, "http://"))
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	select {
	case <-all:
	case <-time.After(20 * time.Second):
		t.Error("the function does not come for more")
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	if s := out.String(); strings.Contains(s, "lovelace") {
		t.Errorf("a name is in the log:\n%s", s)
	} else {
		for _, want := range []string{`"Cold":`, `"Code":"Conflict"`, `"code":"Internal"`, `panic string`, `"trace":"Root=1-5759e988-bd862e3fe1be46a994272793"`, `"request":"r-2"`, "runtime_test.go:"} {
			if !strings.Contains(s, want) {
				t.Errorf("no %s in the log:\n%s", want, s)
			}
		}
	}
}
