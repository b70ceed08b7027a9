package jsonata

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// outline prints a tree with the source text of every node, which shows its
// shape and its places at once.
func outline(t *Tree) string {
	var b strings.Builder
	var walk func(n Node, depth int)
	walk = func(n Node, depth int) {
		if n == nil || reflect.ValueOf(n).IsNil() {
			return
		}
		p := n.Span()
		fmt.Fprintf(&b, "%s%s `%s`\n", strings.Repeat("  ", depth), strings.TrimPrefix(fmt.Sprintf("%T", n), "*jsonata."), t.Source[p.Pos:p.End])
		for _, c := range children(n) {
			walk(c, depth+1)
		}
	}
	walk(t.Root, 0)
	return b.String()
}

func TestPlaces(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{`score.alive < 0.4 and event.order.total > 20`, "" +
			"Binary `score.alive < 0.4 and event.order.total > 20`\n" +
			"  Binary `score.alive < 0.4`\n" +
			"    Path `score.alive`\n      Name `score`\n      Name `alive`\n" +
			"    Literal `0.4`\n" +
			"  Binary `event.order.total > 20`\n" +
			"    Path `event.order.total`\n      Name `event`\n      Name `order`\n      Name `total`\n" +
			"    Literal `20`\n"},
		{` $sum(a.b[0].c) & -x `, "" +
			"Binary `$sum(a.b[0].c) & -x`\n" +
			"  Call `$sum(a.b[0].c)`\n    Variable `$sum`\n" +
			"    Path `a.b[0].c`\n      Name `a`\n      Name `b`\n      Literal `0`\n      Name `c`\n" +
			"  Negate `-x`\n    Path `x`\n      Name `x`\n"},
		{"(`é` := 1; 'ü'.b)", "error S0212 1-5"},
		{"($é := \"ü\"; b.é.c)", "" +
			"Block `($é := \"ü\"; b.é.c)`\n" +
			"  Bind `$é := \"ü\"`\n    Variable `$é`\n    Literal `\"ü\"`\n" +
			"  Path `b.é.c`\n    Name `b`\n    Name `é`\n    Name `c`\n"},
		{`$x[1].{"k": v^(>w)[]}`, "" +
			"Path `$x[1].{\"k\": v^(>w)[]}`\n" +
			"  Filter `$x[1]`\n    Variable `$x`\n    Literal `1`\n" +
			"  ObjectNode `{\"k\": v^(>w)[]}`\n    Literal `\"k\"`\n" +
			"    Path `v^(>w)[]`\n      Name `v`\n      Sort `^(>w)[]`\n        Path `w`\n          Name `w`\n"},
	} {
		tree, err := Parse(c.src, Options{})
		got := ""
		if e := asError(err); e != nil {
			got = fmt.Sprintf("error %s %d-%d", e.Code, e.Pos, e.End)
		} else {
			got = outline(tree)
		}
		if got != c.want {
			t.Errorf("%s is\n%s\nwant\n%s", c.src, got, c.want)
		}
	}
}

func TestDialectOfJourneys(t *testing.T) {
	names := func(src string, o Options) string {
		tree, err := Parse(src, o)
		if err != nil {
			return err.Error()
		}
		var found []string
		Walk(tree.Root, func(n Node) bool {
			switch n := n.(type) {
			case *Name:
				found = append(found, n.Value)
			case *Binary:
				found = append(found, n.Op)
			}
			return true
		})
		return strings.Join(found, " ")
	}
	for _, c := range []struct{ src, dialect, plain string }{
		{`come-back.opened`, "come-back opened", "- come back opened"},
		{`a - b`, "- a b", "- a b"},
		{`a -b`, "- a b", "- a b"},
		{`a- b`, "- a b", "- a b"},
		{`a-1`, "a-1", "- a"},
		{`$x-y`, "- y", "- y"},
		{`3-y`, "- y", "- y"},
		{`f(x)-y`, "- f x y", "- f x y"},
	} {
		if got := names(c.src, Options{Names: true}); got != c.dialect {
			t.Errorf("%s in the dialect: %s, want %s", c.src, got, c.dialect)
		}
		if got := names(c.src, Options{}); got != c.plain {
			t.Errorf("%s in JSONata: %s, want %s", c.src, got, c.plain)
		}
	}
}

func TestRefusals(t *testing.T) {
	for _, c := range []struct {
		src, code string
		pos, end  int
	}{
		{``, "S0207", 0, 0},
		{`a.`, "S0207", 2, 2},
		{`a ?? b`, codeNewer, 2, 4},
		{`a ?: b`, codeNewer, 2, 4},
		{`"abc`, "S0101", 0, 4},
		{`"a\qc"`, "S0103", 2, 4},
		{`"\u12"`, "S0104", 1, 6},
		{"`abc", "S0105", 0, 4},
		{`/* x`, "S0106", 0, 4},
		{`1e999`, "S0102", 0, 5},
		{`a b`, "S0201", 2, 3},
		{`(a b)`, "S0202", 3, 4},
		{`(a`, "S0203", 2, 2},
		{`a ! b`, "S0204", 2, 3},
		{`[1,]`, "S0211", 3, 4},
		{`function(a){1}`, "S0208", 9, 10},
		{`a{"b":1}{"c":2}`, "S0210", 8, 15},
		{`x := 1`, "S0212", 0, 1},
		{`a.1`, "S0213", 2, 3},
		{`a@b`, "S0214", 2, 3},
		{`a[1]@$b`, "S0215", 4, 7},
		{`a^(b)@$c`, "S0216", 5, 8},
		{`%`, "S0217", 0, 1},
		{`$match(a, //)`, "S0301", 10, 12},
		{`$match(a, /b)`, "S0302", 10, 13},
		{`function($a)<n<n>>{1}`, "S0401", 12, 18},
		{strings.Repeat("(", 100_000), codeDeepSource, 250, 251},
	} {
		_, err := Parse(c.src, Options{})
		e := asError(err)
		if e == nil {
			t.Errorf("%.30s: %v, want %s", c.src, err, c.code)
			continue
		}
		if e.Code != c.code || e.Pos != c.pos || e.End != c.end {
			t.Errorf("%.30s: %s at %d-%d (%s), want %s at %d-%d", c.src, e.Code, e.Pos, e.End, e.Message, c.code, c.pos, c.end)
		}
	}
}

// Every place lies in the source and inside the place of the node around it.
func TestPlacesOfTheOfficialSuite(t *testing.T) {
	for _, src := range suiteSources(t) {
		tree, err := Parse(src, Options{})
		if err != nil {
			continue
		}
		var walk func(n Node, around Place)
		walk = func(n Node, around Place) {
			if n == nil {
				return
			}
			p := n.Span()
			if p.Pos < around.Pos || p.End > around.End || p.Pos >= p.End {
				t.Errorf("%s: %T at %v lies outside of %v", src, n, p, around)
				return
			}
			for _, c := range children(n) {
				walk(c, p)
			}
		}
		walk(tree.Root, Place{0, len(src)})
	}
}

func suiteSources(t testing.TB) []string {
	t.Helper()
	var sources []string
	for _, c := range loadSuite(t) {
		sources = append(sources, c.Expr)
	}
	return sources
}

func suiteFile(t testing.TB, parts ...string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(append([]string{suiteDir(t)}, parts...)...))
	if err != nil {
		t.Fatal(err)
	}
	return text
}
