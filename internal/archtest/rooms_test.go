package archtest

import (
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// maxLines is how long a file of code may be: beyond it a reader no longer holds the one
// idea of a file in the head.
const maxLines = 450

// A folder called after nothing collects everything.
func TestNoRoomWithoutAnIdea(t *testing.T) {
	for dir := range rooms(t) {
		switch path.Base(dir) {
		case "util", "utils", "common", "helpers", "helper", "manager", "misc", "shared", "base":
			t.Errorf("%s: name the package after its idea", dir)
		}
	}
}

// ARCHITECTURE.md is the map: every package stands on it, and nothing that is gone.
func TestTheMapIsTrue(t *testing.T) {
	dir, err := top()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "ARCHITECTURE.md"))
	if err != nil {
		t.Fatal(err)
	}
	onMap := map[string]bool{}
	for _, m := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\|").FindAllStringSubmatch(string(text), -1) {
		if onMap[m[1]] {
			t.Errorf("ARCHITECTURE.md names `%s` twice", m[1])
		}
		onMap[m[1]] = true
		if info, err := os.Stat(filepath.Join(dir, m[1])); err != nil && m[1] != "/" || err == nil && !info.IsDir() {
			t.Errorf("ARCHITECTURE.md names `%s`, which is no folder", m[1])
		}
	}
	if len(onMap) < 10 {
		t.Fatalf("the map was not understood: %v", onMap)
	}
	for _, dir := range slices.Sorted(maps.Keys(rooms(t))) {
		if dir != "." && !onMap[dir] {
			t.Errorf("ARCHITECTURE.md does not name `%s`", dir)
		}
	}
}

// The comment of a package says what its one idea is; two of them would be joined.
func TestEveryRoomSaysWhatItIs(t *testing.T) {
	for dir, r := range rooms(t) {
		var said []string
		for _, f := range r.files {
			if !f.test && f.tree.Doc != nil {
				said = append(said, f.path)
			}
		}
		if len(said) != 1 {
			t.Errorf("%s: one file carries the comment of the package, here %v do", dir, said)
		}
	}
}

func TestFilesAreShort(t *testing.T) {
	for _, r := range rooms(t) {
		for _, f := range r.files {
			if n := strings.Count(f.text, "\n"); !f.test && n > maxLines {
				t.Errorf("%s has %d lines: divide it by its ideas, at most %d hold one", f.path, n, maxLines)
			}
		}
	}
}
