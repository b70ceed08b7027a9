package format

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/senda-dev/senda/internal/golden"
	"github.com/senda-dev/senda/internal/outline"
)

func TestGolden(t *testing.T) {
	golden.Run(t, "testdata/*.txtar", func(t *testing.T, c *golden.Case) {
		src := c.File("in.yaml")
		out, found := File("in.yaml", src)
		if len(found) > 0 {
			c.Want("diag", found.Render(c.File))
		}
		c.Want("out.yaml", string(out))
		again, _ := File("out.yaml", out)
		if string(again) != string(out) {
			t.Errorf("the second time it becomes\n%s", again)
		}
	})
}

// The shop's own files are in the form that this package writes.
func TestTheShopIsFormatted(t *testing.T) {
	var paths []string
	for _, pattern := range []string{"../../journeys/*.yaml", "../../journeys/*/*.yaml"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, found...)
	}
	if len(paths) < 4 {
		t.Fatalf("only %v", paths)
	}
	for _, p := range paths {
		src, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		out, found := File(p, src)
		if len(found) > 0 || string(out) != string(src) {
			t.Errorf("%s is not formatted: senda fmt would write\n%s%s", p, out, found.Render(func(string) []byte { return src }))
		}
	}
}

// Formatting twice changes nothing more, loses no comment and no value, and what
// it writes can be read.
func FuzzFile(f *testing.F) {
	for _, pattern := range []string{"testdata/*.txtar", "../parse/testdata/read-*.txtar", "../outline/testdata/*.txtar"} {
		paths, _ := filepath.Glob(pattern)
		for _, p := range paths {
			b, err := os.ReadFile(p)
			if err != nil {
				f.Fatal(err)
			}
			_, src, _ := strings.Cut(string(b), ".yaml --\n")
			src, _, _ = strings.Cut(src, "\n-- ")
			f.Add(src + "\n")
		}
	}
	f.Fuzz(func(t *testing.T, src string) {
		if len(src) > 1<<12 {
			return
		}
		before, found := outline.Read("f", []byte(src))
		out, bad := File("f", []byte(src))
		if found.HasErrors() {
			if string(out) != src || len(bad) == 0 {
				t.Fatal("a file that cannot be read was changed")
			}
			return
		}
		after, found := outline.Read("f", out)
		if found.HasErrors() {
			t.Fatalf("it cannot be read again:\n%s\n%s", out, found.Render(func(string) []byte { return out }))
		}
		again, _ := File("f", out)
		if string(again) != string(out) {
			t.Fatalf("first\n%q\nthen\n%q", out, again)
		}
		if a, b := count(before), count(after); a != b {
			t.Fatalf("%+v became %+v:\n%q\n%q", a, b, src, out)
		}
	})
}

type counts struct{ values, comments int }

func count(n *outline.Node) counts {
	var c counts
	lines := func(list []string) {
		for _, l := range list {
			if l != "" {
				c.comments++
			}
		}
	}
	var walk func(n *outline.Node)
	walk = func(n *outline.Node) {
		c.values++
		lines(n.Above)
		lines(n.Below)
		if n.Comment != "" {
			c.comments++
		}
		for _, e := range n.Entries {
			lines(e.Above)
			walk(e.Value)
		}
		for _, i := range n.Items {
			walk(i)
		}
	}
	walk(n)
	return c
}
