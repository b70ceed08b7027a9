//go:build localstack

package examples

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

// faults stands between an example and the emulator. Of the first PutEvents it keeps
// the first entry back, as a bus does that is throttled; the second it passes on, and
// loses the answer; all others it leaves alone.
type faults struct {
	*httptest.Server
	endpoint string
	puts     atomic.Int32
}

func newFaults(t *testing.T, endpoint string) *faults {
	f := &faults{endpoint: endpoint}
	f.Server = httptest.NewServer(f)
	t.Cleanup(f.Close)
	return f
}

func (f *faults) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	if !strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".PutEvents") {
		f.pass(w, r, body)
		return
	}
	switch f.puts.Add(1) {
	case 1:
		f.throttled(w, r, body)
	case 2:
		f.pass(httptest.NewRecorder(), r, body)
		w.WriteHeader(http.StatusInternalServerError)
	default:
		f.pass(w, r, body)
	}
}

// pass hands a request on and its answer back.
func (f *faults) pass(w http.ResponseWriter, r *http.Request, body []byte) {
	req, err := http.NewRequestWithContext(r.Context(), r.Method, f.endpoint+r.URL.RequestURI(), bytes.NewReader(body))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	req.Header = r.Header.Clone()
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer res.Body.Close() //nolint:errcheck // it was read
	for key, values := range res.Header {
		if key != "Content-Length" {
			w.Header()[key] = values
		}
	}
	w.WriteHeader(res.StatusCode)
	io.Copy(w, res.Body) //nolint:errcheck // the client has gone, and says so itself
}

// throttled passes all entries on but the first.
func (f *faults) throttled(w http.ResponseWriter, r *http.Request, body []byte) {
	var call struct{ Entries []json.RawMessage }
	if err := json.Unmarshal(body, &call); err != nil || len(call.Entries) == 0 {
		http.Error(w, "no call of PutEvents", http.StatusBadGateway)
		return
	}
	var answer struct {
		FailedEntryCount int
		Entries          []map[string]string
	}
	if rest := call.Entries[1:]; len(rest) > 0 {
		text, err := json.Marshal(map[string]any{"Entries": rest})
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		seen := httptest.NewRecorder()
		f.pass(seen, r, text)
		if err := json.Unmarshal(seen.Body.Bytes(), &answer); err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
	}
	answer.FailedEntryCount++
	answer.Entries = append([]map[string]string{{"ErrorCode": "ThrottlingException", "ErrorMessage": "Rate exceeded"}}, answer.Entries...)
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	json.NewEncoder(w).Encode(answer) //nolint:errcheck // the client has gone, and says so itself
}
