//go:build node

package compile_test

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"testing"

	"github.com/senda-dev/senda/internal/compile"
)

// A second opinion: npm asl-validator accepts the machine of every journey of the shop.
func TestValidator(t *testing.T) {
	h, _ := compile.Dir(shop, "journeys")
	var in bytes.Buffer
	for _, j := range h.Journeys {
		if j.Bundle == nil {
			continue // TestTheShop says so
		}
		line, err := json.Marshal(map[string]any{"name": j.Name(), "definition": json.RawMessage(j.Bundle.Machine)})
		if err != nil {
			t.Fatal(err)
		}
		in.Write(append(line, '\n'))
	}
	cmd := exec.Command("node", "../../scripts/asl-validator/validate.mjs")
	cmd.Stdin = &in
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
