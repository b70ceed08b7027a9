//go:build localstack

package examples

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A block is a fenced part of the document: "```bash file=put.sh" begins one that
// runs under that name, "```bash parsed" one of commands for services that the
// emulator lacks.
var blocks = regexp.MustCompile("(?ms)^```[a-z]+ (?:file=(\\S+)|(parsed))\n(.*?)^```$")

// document is docs/integrate.md and the files that it holds.
type document struct {
	text   string
	files  map[string]string
	parsed []string // commands, one a line
}

func read(t *testing.T) document {
	t.Helper()
	text, err := os.ReadFile("../../docs/integrate.md")
	if err != nil {
		t.Fatal(err)
	}
	d := document{text: string(text), files: map[string]string{}}
	for _, m := range blocks.FindAllStringSubmatch(d.text, -1) {
		name, body := m[1], m[3]
		if m[2] != "" {
			d.parsed = append(d.parsed, strings.Split(strings.TrimSpace(body), "\n")...)
			continue
		}
		if _, twice := d.files[name]; twice {
			t.Fatalf("the document has two files called %s", name)
		}
		d.files[name] = body
	}
	if fences := strings.Count(d.text, "\n```") / 2; fences != len(d.files)+1 {
		t.Fatalf("the document has %d blocks, of which %d run and one is parsed: each needs its name", fences, len(d.files))
	}
	return d
}

// write puts files of the document into a folder.
func (d document) write(t *testing.T, dir string, names ...string) {
	t.Helper()
	for _, name := range names {
		body, ok := d.files[name]
		if !ok {
			t.Fatalf("the document has no file %s", name)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(body), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
