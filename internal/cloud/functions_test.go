package cloud_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/senda-dev/senda/internal/access"
)

// Each folder of functions is a function that the stacks deploy, and its main does
// nothing but give it its adapters.
func TestMainsAreThin(t *testing.T) {
	mains, err := filepath.Glob("../../functions/*/main.go")
	if err != nil {
		t.Fatal(err)
	}
	if len(mains) != len(access.Functions) {
		t.Errorf("%d folders of functions, %d in internal/access", len(mains), len(access.Functions))
	}
	for _, path := range mains {
		name := filepath.Base(filepath.Dir(path))
		if _, ok := access.Find(name); !ok {
			t.Errorf("internal/access does not know %s: nobody deploys it", name)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		_, body, ok := strings.Cut(string(text), "func main() {")
		if n := strings.Count(body, "\n"); !ok || n > 20 {
			t.Errorf("the main of %s has %d lines: what it decides belongs into internal/cloud, where it is tested", name, n)
		}
		if !strings.Contains(body, `lambdahost.Run("`+name+`", `) {
			t.Errorf("the function in %s runs under another name", name)
		}
		files, err := os.ReadDir(filepath.Dir(path))
		if err != nil || len(files) != 1 {
			t.Errorf("%s has more than its main (%v)", name, err)
		}
	}
}
