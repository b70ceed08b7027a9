package schema

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/senda-dev/senda/internal/journey"
	"github.com/senda-dev/senda/internal/parse"
)

var update = flag.Bool("update", false, "write docs/schema")

func compiled(t *testing.T, file string) *jsonschema.Schema {
	t.Helper()
	text, err := For(file)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource(file, doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile(file)
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return s
}

// asEditor reads YAML as an editor does.
func asEditor(t *testing.T, src []byte) any {
	t.Helper()
	var v any
	if err := yaml.Unmarshal(src, &v); err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	out, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// in is a file of a golden.
func in(t *testing.T, path, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	_, src, ok := strings.Cut(string(b), "-- "+name+" --\n")
	if !ok {
		t.Fatalf("%s has no %s", path, name)
	}
	src, _, _ = strings.Cut("\n"+src, "\n-- ")
	return []byte(src)
}

// What the readers take without a finding, the schemas take.
func TestSchemasTakeTheExamples(t *testing.T) {
	examples := map[string][][]byte{}
	for _, file := range []string{"brands", "offers", "profile", "audiences"} {
		src, err := os.ReadFile("../../journeys/" + file + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		examples[file] = append(examples[file], src)
	}
	examples["brands"] = append(examples["brands"], in(t, "../brand/testdata/whole.txtar", "brands.yaml"))
	examples["scenarios"] = append(examples["scenarios"], in(t, "../scenario/testdata/whole.txtar", "scenarios.yaml"), in(t, "../check/testdata/scenarios.txtar", "scenarios.yaml"))
	examples["part"] = append(examples["part"], in(t, "../check/testdata/resolved-parts.txtar", "parts/confirm.yaml"))
	for _, pattern := range []string{"../parse/testdata/read-*.txtar", "../check/testdata/resolved-*.txtar"} {
		paths, _ := filepath.Glob(pattern)
		for _, p := range paths {
			examples["journey"] = append(examples["journey"], in(t, p, "journey.yaml"))
		}
	}
	for _, pattern := range []string{"../../journeys/*/journey.yaml", "../../journeys/*/scenarios.yaml", "../../journeys/parts/*.yaml"} {
		paths, _ := filepath.Glob(pattern)
		for _, p := range paths {
			src, err := os.ReadFile(p)
			if err != nil {
				t.Fatal(err)
			}
			kind := strings.TrimSuffix(filepath.Base(p), ".yaml")
			if strings.Contains(p, "/parts/") {
				kind = "part"
			}
			examples[kind] = append(examples[kind], src)
		}
	}
	for _, file := range Files() {
		s := compiled(t, file)
		if len(examples[file]) == 0 {
			t.Errorf("no example of %s", file)
		}
		for _, src := range examples[file] {
			if err := s.Validate(asEditor(t, src)); err != nil {
				t.Errorf("%s: %v\n%s", file, err, src)
			}
		}
	}
}

// What an editor can see to be wrong, the schemas refuse.
func TestSchemasRefuse(t *testing.T) {
	const head = "journey: a\nowner: b\nstate: live\nbrand: c\npurpose: d\nholdout: 10%\nenter:\n  event: order.completed\n"
	for name, c := range map[string]struct{ file, src string }{
		"a misspelt key":                   {"journey", head + "step:\n  - wait: 1 day\nsteps:\n  - wait: 1 day\n"},
		"a missing key":                    {"journey", "journey: a\nsteps:\n  - wait: 1 day\n"},
		"an unknown step":                  {"journey", head + "steps:\n  - wiat: 1 day\n"},
		"two actions":                      {"journey", head + "steps:\n  - wait: 1 day\n    email: x\n"},
		"a time that is none":              {"journey", head + "steps:\n  - wait: soon\n"},
		"an await without end":             {"journey", head + "steps:\n  - await: order.completed\n"},
		"a mistake deep inside":            {"journey", head + "steps:\n  - if: x\n    then:\n      - split: t\n        ways:\n          - way: a\n            share: 50\n"},
		"a state that is none":             {"journey", strings.Replace(head, "live", "on", 1) + "steps:\n  - wait: 1 day\n"},
		"a cap that is none":               {"brands", "families:\n  x:\n    zone: UTC\n    currencies: EUR\n    caps: 3 a week\nbrands:\n  y:\n    family: x\n    title: t\n    controller: c\n    from: a@b.c\n    languages: es\n    purposes:\n      p:\n        class: service\n"},
		"an offer without a brand":         {"offers", "offers:\n  x:\n    value: 3 EUR\n    cost: 1 EUR\n    title: t\n"},
		"a fold that is none":              {"profile", "facts:\n  x:\n    fold: mean\n    event: order.completed\n"},
		"an audience of nobody":            {"audiences", "audiences:\n  x:\n    note: y\n"},
		"a scenario that asks for nothing": {"scenarios", "- name: x\n"},
		"a part without steps":             {"part", "part: x\n"},
	} {
		if err := compiled(t, c.file).Validate(asEditor(t, []byte(c.src))); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

// Every key that a reader knows is in the schema with words or a form, so that an
// editor has something to show.
func TestStepsHaveTheirKeys(t *testing.T) {
	text, err := For("journey")
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Properties  map[string]any
		Definitions struct {
			Step struct {
				OneOf []struct{ Properties map[string]any }
			}
		}
	}
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	for _, key := range parse.HeadKeys() {
		if doc.Properties[key] == nil {
			t.Errorf("the head has no %s", key)
		}
	}
	for i, k := range journey.Kinds() {
		got := doc.Definitions.Step.OneOf[i].Properties
		for _, key := range parse.StepKeys(k) {
			if got[key] == nil {
				t.Errorf("%s has no %s", k, key)
			}
		}
		if len(got) != len(parse.StepKeys(k)) {
			t.Errorf("%s has %d keys", k, len(got))
		}
	}
}

// The published files are those that the code makes.
func TestPublished(t *testing.T) {
	for _, file := range Files() {
		want, err := For(file)
		if err != nil {
			t.Fatal(err)
		}
		path := "../../docs/schema/" + file + ".json"
		if *update {
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, want, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(path)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not what the code makes; run go test -update (%v)", path, err)
		}
	}
	if _, err := For("nothing"); err == nil {
		t.Error("a schema of nothing")
	}
}
