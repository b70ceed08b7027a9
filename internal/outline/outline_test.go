package outline

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"github.com/senda-dev/senda/internal/diag"
	"github.com/senda-dev/senda/internal/golden"
)

func TestGolden(t *testing.T) {
	golden.Run(t, "testdata/*.txtar", func(_ *testing.T, c *golden.Case) {
		src := c.File("in.yaml")
		n, found := Read("in.yaml", src)
		c.Want("diag", found.Render(func(string) []byte { return src }))
		c.Want("tree", show(n, ""))
	})
}

// show writes a tree with its places, one node a line.
func show(n *Node, indent string) string {
	var b strings.Builder
	comments := func(lines []string, where string) {
		for _, l := range lines {
			if l != "" {
				fmt.Fprintf(&b, "%s%s %s\n", indent, where, l)
			}
		}
	}
	head := func(what string) {
		fmt.Fprintf(&b, "%s at %d:%d+%d", what, n.Pos.Line, n.Pos.Col, n.Pos.Width)
		if n.Comment != "" {
			fmt.Fprintf(&b, " %s", n.Comment)
		}
		b.WriteByte('\n')
	}
	switch n.Kind {
	case Empty:
		head("nothing")
	case Bad:
		head("bad")
	case Scalar, Block:
		head(fmt.Sprintf("%q", n.Text.Value))
	case Map:
		head("map")
		for _, e := range n.Entries {
			comments(e.Above, "above")
			fmt.Fprintf(&b, "%s  %s (%d:%d): %s", indent, e.Key.Value, e.Key.Pos.Line, e.Key.Pos.Col, show(e.Value, indent+"  "))
		}
	case List:
		head("list")
		for _, i := range n.Items {
			comments(i.Above, "above")
			fmt.Fprintf(&b, "%s  - %s", indent, show(i, indent+"  "))
		}
	}
	comments(n.Below, "below")
	return b.String()
}

// What is read without a finding, a YAML library reads as the same.
func FuzzRead(f *testing.F) {
	for _, s := range seeds(f) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		if len(src) > 1<<12 {
			return
		}
		n, found := Read("in.yaml", []byte(src))
		for _, x := range found {
			if x.Message == "" || x.Pos.Line > strings.Count(src, "\n")+1 {
				t.Fatalf("a finding without words or outside the file: %+v", x)
			}
			x.Render(func(string) []byte { return []byte(src) })
		}
		if n == nil {
			t.Fatal("no node")
		}
		if len(found) > 0 {
			return
		}
		if n.Kind != Map {
			return // every file of Senda is a map
		}
		doc, err := parser.ParseBytes([]byte(strings.TrimPrefix(src, "\uFEFF")), 0)
		if err != nil {
			t.Fatalf("read without a finding, but: %v\n%s", err, show(n, ""))
		}
		var body ast.Node
		for _, d := range doc.Docs {
			if d.Body != nil && d.Body.Type() != ast.CommentType {
				body = d.Body
			}
		}
		if diff := compare(n, body, "$"); diff != "" {
			t.Fatalf("read differently: %s\n%q\n%s", diff, src, show(n, ""))
		}
	})
}

func compare(n *Node, y ast.Node, path string) string {
	if y == nil {
		if n.Kind == Empty {
			return ""
		}
		return path + ": the library reads nothing"
	}
	switch y := y.(type) {
	case *ast.MappingNode:
		if n.Kind != Map || len(n.Entries) != len(y.Values) {
			return fmt.Sprintf("%s: the library reads a map of %d", path, len(y.Values))
		}
		for i, v := range y.Values {
			key := v.Key.GetToken().Value
			if key != n.Entries[i].Key.Value {
				return fmt.Sprintf("%s: the key is %q", path, key)
			}
			if d := compare(n.Entries[i].Value, v.Value, path+"."+key); d != "" {
				return d
			}
		}
	case *ast.SequenceNode:
		if n.Kind != List || len(n.Items) != len(y.Values) {
			return fmt.Sprintf("%s: the library reads a list of %d", path, len(y.Values))
		}
		for i, v := range y.Values {
			if d := compare(n.Items[i], v, fmt.Sprintf("%s[%d]", path, i)); d != "" {
				return d
			}
		}
	case *ast.LiteralNode:
		want := strings.Fields(y.Value.Value)
		if n.Kind != Block || !slices.Equal(strings.Fields(n.Text.Value), want) {
			return fmt.Sprintf("%s: the library reads %q", path, want)
		}
	case *ast.NullNode:
		if n.Kind != Empty && (n.Kind != Scalar || n.Text.Value != y.GetToken().Value) {
			return path + ": the library reads null"
		}
	default:
		if want := y.GetToken().Value; n.Kind != Scalar || n.Text.Value != want {
			return fmt.Sprintf("%s: the library reads %q (%s)", path, want, y.Type())
		}
	}
	return ""
}

func seeds(tb testing.TB) []string {
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		tb.Fatal("no seeds", err)
	}
	var out []string
	for _, p := range paths {
		b, err := os.ReadFile(p)
		if err != nil {
			tb.Fatal(err)
		}
		out = append(out, string(b))
	}
	return append(out, "a: 1\nb:\n  - c: d # e\n    f: [g, \"h\"]\n  -\n    - i\n", "a: |\n  b\n\n  c\nd: >-\n  e\n", "a:\n- b\n- c: 'd''e'\n", "---\na: x=y\n")
}

// A file nested, or long, beyond all sense is refused, and quickly.
func TestLimits(t *testing.T) {
	for name, src := range map[string]string{
		"dashes":   strings.Repeat("- ", 100_000) + "x",
		"brackets": strings.Repeat("a: [\n", 10_000),
		"steps": func() string {
			var b strings.Builder
			for i := range 500 {
				b.WriteString(strings.Repeat(" ", i) + "a:\n")
			}
			return b.String()
		}(),
		"size": strings.Repeat("a", MaxSize+1),
		"nul":  "a: \x00",
		"utf8": "a: \xff",
	} {
		_, found := Read("f", []byte(src))
		if !found.HasErrors() {
			t.Errorf("%s: no finding", name)
		}
		for _, f := range found {
			if f.Code != diag.Unreadable && name != "brackets" {
				t.Errorf("%s: %s", name, f.Title())
			}
		}
	}
}

// Inside quotes an escape takes more room in the file than in the value; a
// finding still points at the very character.
func TestPlacesInQuotes(t *testing.T) {
	for src, want := range map[string]string{
		`a: 'it''s X'`:        "X",
		`a: "\"é\" \u00e9 X"`: "X",
		`a: [b, 'c''d X']`:    "X",
	} {
		n, found := Read("f", []byte(src))
		if len(found) > 0 {
			t.Fatal(found)
		}
		v := n.Entries[0].Value
		if v.Kind == List {
			v = v.Items[len(v.Items)-1]
		}
		at := strings.Index(v.Text.Value, "X")
		p := v.Text.At(at, at+1)
		if got := string([]rune(src)[p.Col-1 : p.Col-1+p.Width]); got != want {
			t.Errorf("%s: the place shows %q", src, got)
		}
	}
}
