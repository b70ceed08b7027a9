//go:build node

package emit_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/senda-dev/senda/internal/emit"
	"github.com/senda-dev/senda/internal/parse"
	"github.com/senda-dev/senda/internal/plan"
	"github.com/senda-dev/senda/internal/plan/plantest"
	"pgregory.net/rapid"
)

// A second opinion: npm asl-validator accepts every machine of the goldens and of
// thirty random journeys, and refuses one whose next state is missing.
func TestValidator(t *testing.T) {
	var in bytes.Buffer
	add := func(name string, definition []byte) {
		line, err := json.Marshal(map[string]any{"name": name, "definition": json.RawMessage(definition)})
		if err != nil {
			t.Fatal(err)
		}
		in.Write(append(line, '\n'))
	}
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatal(err)
	}
	for _, path := range paths {
		a, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range a.Files {
			if f.Name == "want/machine.json" {
				add(path, f.Data)
			}
		}
	}
	sources := rapid.Custom(plantest.Random)
	for i := range 30 {
		j, _ := parse.Journey("journey.yaml", sources.Example(i))
		m, _ := emit.Machine(plan.Build(plantest.Resolve(j), plan.Options{}))
		add(fmt.Sprintf("random %d", i), m.Encode())
	}
	if out, err := validator(&in); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	broken := strings.NewReader(`{"name": "broken", "definition": {"StartAt": "a", "States": {"a": {"Type": "Pass", "Next": "b"}}}}` + "\n")
	if out, err := validator(broken); err == nil {
		t.Errorf("a broken machine was accepted: %s", out)
	}
}

func validator(in interface{ Read([]byte) (int, error) }) (string, error) {
	cmd := exec.Command("node", "../../scripts/asl-validator/validate.mjs")
	cmd.Stdin = in
	out, err := cmd.CombinedOutput()
	return string(out), err
}
