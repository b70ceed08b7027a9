// Package golden runs tests that are files: a txtar archive holds the case in
// words, its input, and under want/ what must come out. Adding a case is adding a
// file. "go test -update" rewrites want/; the diff is what there is to review.
package golden

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "rewrite want/ of the golden files")

// Case is one file.
type Case struct {
	Name string // of the file, without its ending
	Note string // the words at its top
	t    testing.TB
	in   []txtar.File
	want map[string]string
	got  []txtar.File
}

// TB is what a case needs of a test; testing.T is one.
type TB interface {
	testing.TB
	Run(name string, f func(t *testing.T)) bool
}

// Run runs f over each file that matches glob (as "testdata/*.txtar"), as a
// subtest named after it. A glob without a match fails: it is a typing mistake.
func Run(t TB, glob string, f func(t *testing.T, c *Case)) {
	t.Helper()
	paths, err := filepath.Glob(glob)
	if err != nil || len(paths) == 0 {
		t.Fatalf("no golden file is called %s (%v)", glob, err)
	}
	for _, path := range paths {
		name := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			c := read(t, name, text)
			f(t, c)
			if out := c.finish(*update); out != nil && !t.Failed() && !bytes.Equal(out, text) {
				if err := os.WriteFile(path, out, 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

func read(t testing.TB, name string, text []byte) *Case {
	a := txtar.Parse(text)
	c := &Case{Name: name, Note: strings.TrimSpace(string(a.Comment)), t: t, want: map[string]string{}}
	if c.Note == "" {
		t.Errorf("%s does not say what it shows; write a sentence at its top", name)
	}
	for _, f := range a.Files {
		if want, ok := strings.CutPrefix(f.Name, "want/"); ok {
			c.want[want] = string(f.Data)
			continue
		}
		c.in = append(c.in, f)
	}
	return c
}

// Files are the names of the input, in the order of the file.
func (c *Case) Files() []string {
	names := make([]string, 0, len(c.in))
	for _, f := range c.in {
		names = append(names, f.Name)
	}
	return names
}

// File is a piece of input, nil when there is none of that name.
func (c *Case) File(name string) []byte {
	for _, f := range c.in {
		if f.Name == name {
			return f.Data
		}
	}
	return nil
}

// Want compares a result with want/name. A result that does not end in a line
// break gets one, since the pieces of a txtar file do.
func (c *Case) Want(name, got string) {
	c.t.Helper()
	if got != "" && !strings.HasSuffix(got, "\n") {
		got += "\n"
	}
	c.got = append(c.got, txtar.File{Name: "want/" + name, Data: []byte(got)})
	if *update {
		return
	}
	want, ok := c.want[name]
	if !ok {
		c.t.Errorf("the file has no want/%s; run go test -update and read the diff. It would be:\n%s", name, got)
	} else if want != got {
		c.t.Errorf("want/%s differs (- want, + got):\n%s", name, cmp.Diff(want, got))
	}
}

// finish fails on what was wanted and never compared: a case that no longer
// tests what it says. When updating it returns the new file.
func (c *Case) finish(update bool) []byte {
	for name := range c.want {
		asked := slices.ContainsFunc(c.got, func(f txtar.File) bool { return f.Name == "want/"+name })
		if !asked && !update {
			c.t.Errorf("nothing was compared with want/%s", name)
		}
	}
	if !update {
		return nil
	}
	return txtar.Format(&txtar.Archive{Comment: []byte(c.Note + "\n"), Files: slices.Concat(c.in, c.got)})
}
