package sesevent_test

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/feedback"
	"github.com/senda-dev/senda/internal/feedback/sesevent"
)

// sample is an event as SES publishes it, by its documented form, with planted personal data, and
// what must be read of it.
type sample struct {
	Name  string         `json:"name"`
	Event map[string]any `json:"event"`
	Want  struct {
		Kind    feedback.Kind `json:"kind"`
		Time    time.Time     `json:"time"`
		Type    string        `json:"type"`
		Sub     string        `json:"sub"`
		Status  string        `json:"status"`
		Machine bool          `json:"machine"`
		Link    int           `json:"link"`
	} `json:"want"`
}

func samples(t *testing.T) []sample {
	t.Helper()
	data, err := os.ReadFile("testdata/events.json")
	if err != nil {
		t.Fatal(err)
	}
	var out []sample
	if err := json.Unmarshal(data, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

var placeholder = regexp.MustCompile(`<([^>]*)>`)

// transform does what the rule does: each placeholder becomes the value at its path, without
// escaping; what is not there, an empty text.
func transform(event map[string]any) string {
	paths := sesevent.InputPathsMap()
	return placeholder.ReplaceAllStringFunc(sesevent.InputTemplate, func(p string) string {
		switch v := at(event, paths[p[1:len(p)-1]]).(type) {
		case nil:
			return ""
		case string:
			return v
		default:
			return fmt.Sprint(v)
		}
	})
}

// at follows a path of the form $.a.b[0].c.
func at(v any, path string) any {
	for _, step := range strings.Split(strings.TrimPrefix(path, "$."), ".") {
		name, index, list := strings.Cut(strings.TrimSuffix(step, "]"), "[")
		o, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = o[name]
		if list {
			items, _ := v.([]any)
			i, err := strconv.Atoi(index)
			if err != nil || i >= len(items) {
				return nil
			}
			v = items[i]
		}
	}
	return v
}

func TestEveryEventOfSES(t *testing.T) {
	for i, s := range samples(t) {
		body := transform(s.Event)
		got, err := sesevent.Decode([]byte(body))
		if err != nil {
			t.Errorf("%s: %v\n%s", s.Name, err, body)
			continue
		}
		want := sesevent.Event{
			Notice: feedback.Notice{
				Message: "m-abc234", Kind: s.Want.Kind, Time: s.Want.Time, ID: fmt.Sprintf("9e2f0f9c-%04d", i), Service: "0100-abc-000000",
				Machine: s.Want.Machine, Type: s.Want.Type, Sub: s.Want.Sub, Link: s.Want.Link,
			},
			Status: s.Want.Status, Matters: s.Want.Kind != "",
		}
		if got != want {
			t.Errorf("%s:\n got %+v\nwant %+v", s.Name, got, want)
		}
	}
}

// Recipients, headers, subject, addresses of machines, programs, links and the words of mail servers, all of
// which are planted in the samples, end in the rule.
func TestNothingPersonalGetsPastTheRule(t *testing.T) {
	personal := regexp.MustCompile(`(?i)planted|@|203\.0\.113|https?:|smtp|agent`)
	for _, s := range samples(t) {
		if body := transform(s.Event); personal.MatchString(body) {
			t.Errorf("%s: %s", s.Name, body)
		}
	}
	for _, path := range sesevent.InputPathsMap() {
		for _, part := range []string{"eader", "destination", "source", "emailAddress", "diagnosticCode", "ipAddress", "userAgent", "smtpResponse"} {
			if strings.Contains(path, part) {
				t.Errorf("the path %s leads to what may name somebody", path)
			}
		}
	}
}

func TestAStatusThatIsNoneIsDropped(t *testing.T) {
	for text, want := range map[string]string{
		"5.1.1": "5.1.1", "4.4.7": "4.4.7", "5.7.508": "5.7.508", "": "", "ana@mail.example": "", "5.1": "", "5..1": "", "5.1.1 <ana>": "", "1.2.3.4": "", "5.1.12345678": "",
	} {
		got, err := sesevent.Decode([]byte(`{"type":"Bounce","message":"m-1","bounced":"2026-03-02T09:00:00Z","status":"` + text + `"}`))
		if err != nil || got.Status != want {
			t.Errorf("%q: %q, %v", text, got.Status, err)
		}
	}
}

// The template, the paths and the reader name the same values, and the template is JSON in which every
// placeholder stands in quotation marks.
func TestRuleAndReaderAgree(t *testing.T) {
	var template map[string]string
	if err := json.Unmarshal([]byte(sesevent.InputTemplate), &template); err != nil {
		t.Fatal(err)
	}
	paths := sesevent.InputPathsMap()
	for name, value := range template {
		if value != "<"+name+">" || paths[name] == "" {
			t.Errorf("%s is %s, of %q", name, value, paths[name])
		}
		// A reader that did not know the name would refuse it.
		if _, err := sesevent.Decode([]byte(`{"type":"Send","message":"m-1","at":"2026-03-02T09:00:00Z","` + name + `x":""}`)); senda.CodeOf(err) != senda.Invalid {
			t.Errorf("the reader takes %sx", name)
		}
	}
	if len(paths) != len(template) || len(paths) > 100 || len(sesevent.InputTemplate) > 8192 {
		t.Errorf("%d paths for %d values in %d bytes", len(paths), len(template), len(sesevent.InputTemplate))
	}
	for name, path := range paths {
		// What the service allows in names and paths (API_InputTransformer).
		if !regexp.MustCompile(`^[A-Za-z0-9_-]+$`).MatchString(name) || !regexp.MustCompile(`^\$(\.[A-Za-z0-9_-]+(\[\d+\])?)+$`).MatchString(path) || len(path) > 256 {
			t.Errorf("%s: %s", name, path)
		}
	}
	paths["id"] = "changed"
	if sesevent.InputPathsMap()["id"] == "changed" {
		t.Error("a caller can change the paths for all")
	}
	if !json.Valid([]byte(sesevent.Pattern)) {
		t.Error("the pattern is not JSON")
	}
}

// Every message of Senda's passes the pattern and the reader.
func TestIdsOfMessages(t *testing.T) {
	id := senda.NewEntryID("win-back", "", 1).Message("p-1", "come-back", 1)
	if _, err := sesevent.Decode([]byte(`{"type":"Send","message":"` + string(id) + `","sent":"2026-03-02T09:00:00Z"}`)); err != nil || !strings.HasPrefix(string(id), "m-") {
		t.Errorf("%s: %v", id, err)
	}
}

func TestWhatNoRuleSends(t *testing.T) {
	good := `"message":"m-1","at":"2026-03-02T09:00:00Z"`
	for name, body := range map[string]string{
		"nothing":          ``,
		"no JSON":          `{"type":`,
		"a list":           `[]`,
		"two":              `{"type":"Send",` + good + `} {}`,
		"more":             `{"type":"Send",` + good + `,"recipient":"ana@mail.example"}`,
		"another form":     `{"type":7,` + good + `}`,
		"no message":       `{"type":"Send","at":"2026-03-02T09:00:00Z"}`,
		"another's":        `{"type":"Send","message":"ana@mail.example","at":"2026-03-02T09:00:00Z"}`,
		"no instant":       `{"type":"Open","message":"m-1","opened":"yesterday"}`,
		"an unknown kind":  `{"type":"Levitation",` + good + `}`,
		"an unfilled rule": sesevent.InputTemplate,
		"too long":         `{"type":"Send",` + good + `,"id":"` + strings.Repeat("x", sesevent.MaxBody) + `"}`,
	} {
		_, err := sesevent.Decode([]byte(body))
		if senda.CodeOf(err) != senda.Invalid || strings.Contains(fmt.Sprint(err), "ana@") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	data, err := os.ReadFile("testdata/events.json")
	if err != nil {
		f.Fatal(err)
	}
	var all []sample
	if err := json.Unmarshal(data, &all); err != nil {
		f.Fatal(err)
	}
	for _, s := range all {
		f.Add([]byte(transform(s.Event)))
	}
	kinds := []feedback.Kind{feedback.Sent, feedback.Delivered, feedback.Bounced, feedback.Complained, feedback.Opened, feedback.Clicked, ""}
	f.Fuzz(func(t *testing.T, body []byte) {
		e, err := sesevent.Decode(body)
		if err != nil {
			if senda.CodeOf(err) != senda.Invalid {
				t.Fatal(err)
			}
			return
		}
		if n := e.Notice; n.Message == "" || n.Time.IsZero() || n.Link < 0 || !slices.Contains(kinds, n.Kind) || e.Matters != (n.Kind != "") {
			t.Fatalf("%+v", e)
		}
	})
}
