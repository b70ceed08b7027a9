package events

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"
)

// underDraft4 compiles a schema as a tool does that knows draft 4 and nothing later:
// the formats that came afterwards mean nothing to it.
func underDraft4(t testing.TB, schema any) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft4)
	c.AssertFormat()
	for _, later := range []string{"date", "time", "duration", "uuid", "iri", "idn-email", "regex"} {
		c.RegisterFormat(&jsonschema.Format{Name: later, Validate: func(any) error { return nil }})
	}
	if err := c.AddResource("test:schema", schema); err != nil {
		t.Fatal(err)
	}
	out, err := c.Compile("test:schema")
	if err != nil {
		t.Fatalf("draft 4 does not take it: %v", err)
	}
	return out
}

// A contract and what draft 4 makes of it give one verdict on every payload.
func TestDraft4SaysTheSame(t *testing.T) {
	set := defaults(t)
	for _, kind := range set.Kinds() {
		t.Run(kind, func(t *testing.T) {
			c, _ := set.Contract(kind)
			converted, err := draft4(c.doc, "")
			if err != nil {
				t.Fatal(err)
			}
			old, standard := underDraft4(t, any(converted)), compiled(t, c)
			sample, err := jsonschema.UnmarshalJSON(bytes.NewReader(c.Sample()))
			if err != nil {
				t.Fatal(err)
			}
			kept, broken := 0, 0
			rapid.Check(t, func(t *rapid.T) {
				payload := drawn(t, c.doc, sample, "payload")
				first, second := agreed(t, c, standard, payload), old.Validate(payload)
				if (first == nil) != (second == nil) {
					text, _ := json.Marshal(payload)
					t.Fatalf("of %s the contract says %v, draft 4 %v", text, first, second)
				}
				if first == nil {
					kept++
				} else {
					broken++
				}
			})
			if kept == 0 || broken == 0 {
				t.Errorf("%d payloads kept the contract and %d broke it: the test is blind on one eye", kept, broken)
			}
			if err := old.Validate(sample); err != nil {
				t.Errorf("draft 4 refuses the sample: %v", err)
			}
		})
	}
}

// One change at a time: every value of the stock in every place of every sample, and
// every member left out.
func TestDraft4RefusesTheSame(t *testing.T) {
	stock := []any{nil, true, map[string]any{}, []any{}}
	for _, n := range numbers {
		stock = append(stock, n)
	}
	for _, s := range []string{"", "a", "jazz", "EUR", "eur", "ES", "es", "es-MX", "spanish", "2024-02-29", "2023-02-29", "2026-12-24T10:00:00Z", "ana@example.com", "@", "https://example.com/b", "/b"} {
		stock = append(stock, s)
	}
	for _, n := range []int{16, 17, 200, 201, 254, 255, 500, 501, 2000, 2001} {
		stock = append(stock, strings.Repeat("ñ", n))
	}
	set := defaults(t)
	changes := 0
	for _, kind := range set.Kinds() {
		c, _ := set.Contract(kind)
		converted, err := draft4(c.doc, "")
		if err != nil {
			t.Fatal(err)
		}
		old, standard := underDraft4(t, any(converted)), compiled(t, c)
		try := func(payload any, what string) {
			changes++
			if first, second := agreed(t, c, standard, payload), old.Validate(payload); (first == nil) != (second == nil) {
				t.Errorf("%s with %s: the contract says %v, draft 4 %v", kind, what, first, second)
			}
		}
		sample, err := jsonschema.UnmarshalJSON(bytes.NewReader(c.Sample()))
		if err != nil {
			t.Fatal(err)
		}
		var walk func(doc map[string]any, value any, place string, put func(any) any)
		walk = func(doc map[string]any, value any, place string, put func(any) any) {
			values := slices.Clone(stock)
			for _, w := range list(doc["enum"]) {
				values = append(values, w)
			}
			if some, ok := value.([]any); ok && len(some) > 0 {
				for _, n := range []int{1, 500, 501} {
					values = append(values, slices.Repeat(some[:1], n))
				}
				walk(doc["items"].(map[string]any), some[0], place+"/0", func(v any) any { return put([]any{v}) })
			}
			for _, v := range values {
				try(put(v), place)
			}
			properties, _ := doc["properties"].(map[string]any)
			here, _ := value.(map[string]any)
			for name, field := range sorted(properties) {
				without := maps.Clone(here)
				delete(without, name)
				try(put(without), place+" without "+name)
				walk(field.(map[string]any), here[name], place+"/"+name, func(v any) any {
					with := maps.Clone(without)
					if with == nil {
						with = map[string]any{}
					}
					with[name] = v
					return put(with)
				})
			}
		}
		walk(c.doc.(map[string]any), sample, "", func(v any) any { return v })
	}
	if changes < 5000 {
		t.Errorf("only %d changes were tried", changes)
	}
}

var numbers = []json.Number{
	"0", "1", "3", "1.0", "0.5", "-1", "-0.01", "10", "11", "10000", "10001", "1000000000", "1000000000.01", "-1000000000", "-1000000000.01", "1e3",
}

// drawn is the sample of a schema with some values changed: to others that keep the
// schema, to others at its bounds and beyond, to others of another type altogether.
func drawn(t *rapid.T, schema, sample any, label string) any {
	doc := schema.(map[string]any)
	if _, nested := sample.(map[string]any); sample != nil && !nested && rapid.IntRange(0, 9).Draw(t, label+" kept") > 0 {
		return sample
	}
	if rapid.IntRange(0, 59).Draw(t, label+" stray") == 0 {
		return rapid.SampledFrom([]any{nil, true, "x", "", json.Number("-7"), json.Number("2.5"), []any{}, map[string]any{}}).Draw(t, label)
	}
	var kinds []string
	switch k := doc["type"].(type) {
	case string:
		kinds = []string{k}
	case []any:
		for _, x := range k {
			kinds = append(kinds, x.(string))
		}
	}
	switch kind := rapid.SampledFrom(kinds).Draw(t, label+" type"); kind {
	case "null":
		return nil
	case "boolean":
		return rapid.Bool().Draw(t, label)
	case "integer", "number":
		return rapid.SampledFrom(numbers).Draw(t, label)
	case "array":
		out := []any{}
		for i := range rapid.SampledFrom([]int{0, 1, 2, 500, 501}).Draw(t, label+" length") {
			if i > 1 {
				out = append(out, out[i%2])
				continue
			}
			out = append(out, drawn(t, doc["items"], nil, fmt.Sprintf("%s.%d", label, i)))
		}
		return out
	case "string":
		return drawnText(t, doc, label)
	default:
		out := map[string]any{}
		within, _ := sample.(map[string]any)
		required, _ := doc["required"].([]any)
		properties, _ := doc["properties"].(map[string]any)
		for name, field := range sorted(properties) {
			wanted := false
			for _, r := range required {
				wanted = wanted || r == name
			}
			if there := rapid.IntRange(0, 24).Draw(t, label+"."+name+" there"); wanted && there > 0 || !wanted && there%3 == 0 {
				out[name] = drawn(t, field, within[name], label+"."+name)
			}
		}
		if rapid.Bool().Draw(t, label+" more") {
			out["not-in-the-contract"] = json.Number("1")
		}
		return out
	}
}

func drawnText(t *rapid.T, doc map[string]any, label string) string {
	texts := []string{"", "a", "jazz", strings.Repeat("ñ", 200), strings.Repeat("n", 201), "EUR", "eur", "ES", "es-MX", "es\n"}
	if words, ok := doc["enum"].([]any); ok {
		for range 3 {
			texts = append(texts, words[rapid.IntRange(0, len(words)-1).Draw(t, label+" word")].(string))
		}
		texts = append(texts[10:], "pigeon")
	}
	switch doc["format"] {
	case "date":
		texts = []string{"2026-12-24", "2024-02-29", "2023-02-29", "1900-02-29", "2000-02-29", "2026-04-31", "2026-1-1", "26-01-01", "2026-13-01", "2026-00-10", "soon", "2026-12-24\n"}
	case "email":
		texts = []string{"ana@example.com", "ana", "@", "a@b", "ana@example..com", strings.Repeat("a", 300) + "@example.com"}
	case "uri":
		texts = []string{"https://example.com/b?x=1", "/b", "https:", "not an address", "https://example.com/" + strings.Repeat("b", 500)}
	}
	return rapid.SampledFrom(texts).Draw(t, label)
}

// The pattern of a date and the calendar agree on every day and on what is none.
func TestDatePattern(t *testing.T) {
	schema := underDraft4(t, map[string]any{"type": "string", "pattern": datePattern})
	for _, span := range [][2]int{{0, 5}, {99, 101}, {399, 401}, {1895, 2105}, {9998, 9999}} {
		for year := span[0]; year <= span[1]; year++ {
			for month := range 14 {
				for day := range 33 {
					text := fmt.Sprintf("%04d-%02d-%02d", year, month, day)
					_, err := time.Parse(time.DateOnly, text)
					if (err == nil) != (schema.Validate(text) == nil) {
						t.Fatalf("%s: the calendar says %v, the pattern %v", text, err, schema.Validate(text))
					}
				}
			}
		}
	}
}

// What draft 4 cannot say is refused when a contract is loaded, with its place.
func TestLoadRefusesWhatDraft4CannotSay(t *testing.T) {
	for word, want := range map[string]string{
		`"required":[]`: "/required", `"properties":{"a":{"const":1}}`: "/properties/a/const",
		`"properties":{"a":{"type":"number","exclusiveMinimum":0}}`:           "/properties/a/exclusiveMinimum",
		`"properties":{"a":{"type":"array","items":{"$ref":"#"}}}`:            "/properties/a/items/$ref",
		`"properties":{"a":{"type":"array","items":[{}]}}`:                    "/properties/a/items",
		`"properties":{"a":{"type":"string","format":"uuid"}}`:                "/properties/a/format",
		`"properties":{"a":{"type":"string","format":"date","pattern":"^2"}}`: "/properties/a/format",
		`"properties":{"a":{"type":"string","pattern":"(?i)x"}}`:              "/properties/a/pattern",
		`"properties":{"a":{"$id":"x"}}`:                                      "/properties/a/$id", `"additionalProperties":false`: "/additionalProperties",
		`"properties":[]`: "/properties",
	} {
		contract := `{"title":"t","x-version":1,"type":"object",` + word + `}`
		_, err := Load(fstest.MapFS{"contracts/a.b.json": {Data: []byte(contract)}, "samples/a.b.json": {Data: []byte(`{}`)}})
		if err == nil || !strings.Contains(err.Error(), want+": ") {
			t.Errorf("%s: %v", word, err)
		}
	}
}
