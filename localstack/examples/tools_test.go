//go:build localstack

package examples

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// tools installs what the examples need besides Go, once, into a cache outside the
// checkout: SENDA_EXAMPLES or ~/.cache/senda-examples. It returns the folder of the
// Python environment and that of the Node packages.
func tools(t *testing.T) (python, node string) {
	t.Helper()
	cache := os.Getenv("SENDA_EXAMPLES")
	if cache == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			t.Fatal(err)
		}
		cache = filepath.Join(home, ".cache", "senda-examples")
	}
	python = installed(t, cache, "python", []string{"requirements.txt"}, func(dir string) {
		run(t, dir, "python3", "-m", "venv", ".")
		run(t, dir, "bin/pip", "install", "--quiet", "--no-deps", "--disable-pip-version-check", "-r", "requirements.txt")
	})
	node = installed(t, cache, "node", []string{"package.json", "package-lock.json"}, func(dir string) {
		run(t, dir, "npm", "ci", "--silent", "--no-audit", "--no-fund")
	})
	return python, node
}

// installed is the folder for one state of the files that say what to install. The
// mark is written last, so that an installation that was cut short is done again.
func installed(t *testing.T, cache, name string, files []string, install func(dir string)) string {
	t.Helper()
	sum := sha256.New()
	texts := map[string][]byte{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		texts[file] = text
		sum.Write(text)
	}
	dir := filepath.Join(cache, name+"-"+hex.EncodeToString(sum.Sum(nil)[:6]))
	mark := filepath.Join(dir, ".installed")
	if _, err := os.Stat(mark); err == nil {
		return dir
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for file, text := range texts {
		if err := os.WriteFile(filepath.Join(dir, file), text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	install(dir)
	if err := os.WriteFile(mark, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	return dir
}

func run(t *testing.T, dir, name string, args ...string) {
	t.Helper()
	if strings.HasPrefix(name, "bin/") {
		name = filepath.Join(dir, name)
	}
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
}

// shell is a place in which somebody follows the document.
type shell struct {
	dir string
	env []string
}

// do runs a command there and returns what it prints.
func (s shell) do(t *testing.T, stdin []byte, name string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Env, cmd.Stdin = s.dir, s.env, bytes.NewReader(stdin)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	if err != nil {
		t.Logf("%s %s: %v\n%s", filepath.Base(name), strings.Join(args, " "), err, errs.String())
	}
	return out.String(), err
}

// must is do for what has to succeed.
func (s shell) must(t *testing.T, stdin []byte, name string, args ...string) string {
	t.Helper()
	out, err := s.do(t, stdin, name, args...)
	if err != nil {
		t.Fatalf("%s %s failed", filepath.Base(name), strings.Join(args, " "))
	}
	return out
}

// with is the same place with more variables; a later one wins.
func (s shell) with(env ...string) shell {
	return shell{dir: s.dir, env: append(append([]string{}, s.env...), env...)}
}
