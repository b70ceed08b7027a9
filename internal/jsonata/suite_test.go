package jsonata

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// suiteCase is one case of JSONata's official test suite. The suite lies in
// the module of gnata, which tests use as a peer, and is read from there.
type suiteCase struct {
	Name            string
	Expr            string          `json:"expr"`
	ExprFile        string          `json:"expr-file"`
	Data            json.RawMessage `json:"data"`
	Dataset         *string         `json:"dataset"`
	Bindings        json.RawMessage `json:"bindings"`
	Result          json.RawMessage `json:"result"`
	UndefinedResult bool            `json:"undefinedResult"`
	Unordered       bool            `json:"unordered"`
	Code            string          `json:"code"`
	Error           *struct {
		Code string `json:"code"`
	} `json:"error"`
	Depth int `json:"depth"`
}

var suiteDirectory = sync.OnceValues(func() (string, error) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/recolabs/gnata").Output()
	return filepath.Join(strings.TrimSpace(string(out)), "testdata"), err
})

func suiteDir(t testing.TB) string {
	t.Helper()
	dir, err := suiteDirectory()
	if err != nil {
		t.Fatalf("the module that holds the official suite is not to be found: %v", err)
	}
	return dir
}

func loadSuite(t testing.TB) []suiteCase {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(suiteDir(t), "groups", "*", "*.json"))
	if err != nil || len(files) < 1000 {
		t.Fatalf("found %d files of the official suite, %v", len(files), err)
	}
	var cases []suiteCase
	for _, f := range files {
		group := filepath.Base(filepath.Dir(f))
		text := bytes.TrimSpace(suiteFile(t, "groups", group, filepath.Base(f)))
		if text[0] != '[' {
			text = append(append([]byte{'['}, text...), ']')
		}
		var some []suiteCase
		if err := json.Unmarshal(text, &some); err != nil {
			t.Fatalf("%s: %v", f, err)
		}
		for i := range some {
			some[i].Name = group + "/" + strings.TrimSuffix(filepath.Base(f), ".json")
			if len(some) > 1 {
				some[i].Name += "/" + numberString(float64(i))
			}
			if some[i].ExprFile != "" {
				some[i].Expr = string(suiteFile(t, "groups", group, some[i].ExprFile))
			}
		}
		cases = append(cases, some...)
	}
	return cases
}
