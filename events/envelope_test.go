package events_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"

	"github.com/senda-dev/senda/events"
	"github.com/senda-dev/senda/internal/intake"
)

// What the published schema of an envelope takes is what intake takes: a source
// that holds its events against the schema is not refused for their form.
func TestTheEnvelopeSaysWhatIntakeTakes(t *testing.T) {
	set, err := events.Default()
	if err != nil {
		t.Fatal(err)
	}
	published, err := set.Published()
	if err != nil {
		t.Fatal(err)
	}
	taken, refused := 0, 0
	for _, p := range published {
		schema := compiled(t, p.Schema)
		c, _ := set.Contract(p.Kind)
		rapid.Check(t, func(t *rapid.T) {
			envelope := event(t, p.Kind, json.RawMessage(c.Sample()))
			text, err := json.Marshal(envelope)
			if err != nil {
				t.Fatal(err)
			}
			v, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			e, err := intake.Decode(text)
			switch {
			case err != nil:
			case len(e.Identifiers) == 0:
				err = &intake.Refusal{Reason: intake.Nobody}
			case len(c.Validate(e.Data.AppendJSON(nil))) > 0:
				err = &intake.Refusal{Reason: intake.Breach}
			}
			said := schema.Validate(v)
			if (said == nil) != (err == nil) {
				t.Fatalf("%s\nthe schema says %v, intake %v", text, said, err)
			}
			if err == nil {
				taken++
			} else {
				refused++
			}
		})
	}
	if taken < 100 || refused < 100 {
		t.Errorf("%d events were taken, %d refused: the test is blind on one eye", taken, refused)
	}
}

func compiled(t *testing.T, text []byte) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("test:envelope", doc); err != nil {
		t.Fatal(err)
	}
	out, err := c.Compile("test:envelope")
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// event is a sound event with some changes that a source may make by mistake.
func event(t *rapid.T, kind string, sample any) map[string]any {
	person := map[string]any{"customer": "C-1187", "email": "ana@example.com"}
	detail := map[string]any{"id": "o-1", "time": "2026-03-02T09:00:00Z", "person": person, "data": sample}
	out := map[string]any{
		"version": "0", "id": "6f3c0d5e-0000-4000-8000-000000000001", "detail-type": kind, "source": "shop", "account": "000000000000",
		"time": "2026-03-02T09:00:01Z", "region": "eu-west-1", "resources": []string{}, "detail": detail,
	}
	names := []any{"shop", "shop.es", "a b", "a@b", "a|b", "", "ñ", "~!{}[]\\^", strings.Repeat("s", 128), strings.Repeat("s", 129), 7}
	changes := map[string]func(){
		"nothing": func() {},
		"source":  func() { out["source"] = rapid.SampledFrom(names[:5]).Draw(t, "source") },
		"id":      func() { detail["id"] = rapid.SampledFrom(names[6:]).Draw(t, "id") },
		"no id":   func() { delete(detail, "id") },
		"time": func() {
			detail["time"] = rapid.SampledFrom([]any{
				"2026-03-02T09:00:00+01:00", "2026-03-02T09:00:00.123456Z", "2026-03-02 09:00:00Z", "2026-02-30T09:00:00Z", "2026-03-02T09:00:00",
				"1899-12-31T23:00:00Z", "1900-01-01T00:00:00Z", "2026-03-02T23:59:60Z", "2026-03-02t09:00:00z", "2026-03-02T24:00:00Z", 1772442000, "9999-12-31T23:00:00Z",
			}).Draw(t, "time")
		},
		"no time":   func() { delete(detail, "time") },
		"no person": func() { delete(detail, "person") },
		"nobody":    func() { clear(person) },
		"person": func() {
			key := rapid.SampledFrom([]string{"customer", "Customer", "loyalty-card", "a@b", "", strings.Repeat("k", 64), strings.Repeat("k", 65), "1st"}).Draw(t, "key")
			person[key] = rapid.SampledFrom([]any{"C-2", "", " ", nil, 7, strings.Repeat("v", 254), strings.Repeat("v", 255)}).Draw(t, "value")
		},
		"many": func() {
			for i := range rapid.IntRange(10, 20).Draw(t, "identifiers") {
				person[string(rune('f'+i))] = "x"
			}
		},
		"member": func() {
			detail[rapid.SampledFrom([]string{"kind", "source", "dta", "specversion"}).Draw(t, "member")] = "x"
		},
		"data": func() {
			detail["data"] = rapid.SampledFrom([]any{nil, "x", []any{}, map[string]any{}, map[string]any{"unknown": 1}}).Draw(t, "data")
		},
		"no data": func() { delete(detail, "data") },
		"detail":  func() { out["detail"] = rapid.SampledFrom([]any{"x", nil, []any{}}).Draw(t, "detail") },
	}
	for range rapid.IntRange(1, 2).Draw(t, "changes") {
		changes[rapid.SampledFrom(slices.Sorted(maps.Keys(changes))).Draw(t, "change")]()
	}
	return out
}
