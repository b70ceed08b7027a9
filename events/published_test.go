package events

import (
	"bytes"
	"encoding/json"
	"iter"
	"maps"
	"regexp"
	"slices"
	"testing"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

func sorted[V any](m map[string]V) iter.Seq2[string, V] {
	return func(yield func(string, V) bool) {
		for _, k := range slices.Sorted(maps.Keys(m)) {
			if !yield(k, m[k]) {
				return
			}
		}
	}
}

// The bounds of CreateSchema in the API of EventBridge's schema registry; the signs
// of a name are those of its console.
const (
	maxContent     = 100_000
	maxDescription = 256 - len(" (version 100)") // which the template adds
)

var registryName = regexp.MustCompile(`^[0-9A-Za-z_.@-]{1,385}$`)

// What is published fits the registry, is sound draft 4, and is the same each time.
func TestPublished(t *testing.T) {
	set := defaults(t)
	first, err := set.Published()
	if err != nil {
		t.Fatal(err)
	}
	again, err := Load(files)
	if err != nil {
		t.Fatal(err)
	}
	second, err := again.Published()
	if err != nil || len(first) != len(set.Kinds()) || len(second) != len(first) {
		t.Fatalf("%d kinds are published as %d and %d schemas: %v", len(set.Kinds()), len(first), len(second), err)
	}
	total := 0
	for i, p := range first {
		c, ok := set.Contract(p.Kind)
		if !ok || p.Version != c.Version || p.Title != c.Title || p.Kind != set.Kinds()[i] {
			t.Errorf("%s is published as version %d, %q", p.Kind, p.Version, p.Title)
		}
		if !bytes.Equal(p.Schema, second[i].Schema) {
			t.Errorf("%s is published in other bytes the second time", p.Kind)
		}
		if n := utf8.RuneCount(p.Schema); n > maxContent || utf8.RuneCountInString(p.Title) > maxDescription || !registryName.MatchString(p.Kind) {
			t.Errorf("the registry does not take %s: %d characters, description %q", p.Kind, n, p.Title)
		}
		total += len(p.Schema)
		schema, err := jsonschema.UnmarshalJSON(bytes.NewReader(p.Schema))
		if err != nil {
			t.Fatal(err)
		}
		if top := schema.(map[string]any); top["$schema"] != jsonschema.Draft4.String()+"#" {
			t.Errorf("%s calls itself %v", p.Kind, top["$schema"])
		}
		if err := underDraft4(t, schema).Validate(bridged(t, p.Kind, c.Sample())); err != nil {
			t.Errorf("the sample of %s breaks its envelope: %v", p.Kind, err)
		}
	}
	// All of them travel in one template, of which CloudFormation takes 1 MB.
	if total > 250_000 {
		t.Errorf("the schemas have %d bytes together", total)
	}
}

// bridged is a payload in the envelope of EventBridge.
func bridged(t testing.TB, kind string, payload []byte) any {
	t.Helper()
	text, err := json.Marshal(map[string]any{
		"version": "0", "id": "6f3c0d5e-0000-4000-8000-000000000001", "detail-type": kind, "source": "shop", "account": "000000000000",
		"time": "2026-03-02T09:00:01Z", "region": "eu-west-1", "resources": []string{},
		"detail": map[string]any{
			"id": "o-20931", "time": "2026-03-02T09:00:00Z", "person": map[string]any{"customer": "C-1187"}, "data": json.RawMessage(payload),
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return v
}
