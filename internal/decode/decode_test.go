package decode

import (
	"strings"
	"testing"

	"github.com/senda-dev/senda/internal/calendar"
	"github.com/senda-dev/senda/internal/diag"
	"github.com/senda-dev/senda/internal/outline"
)

func read(t *testing.T, src string) (*Reader, Map) {
	t.Helper()
	n, found := outline.Read("f", []byte(src))
	if len(found) > 0 {
		t.Fatal(found.Render(nil))
	}
	r := &Reader{}
	m, ok := r.Map(n, "a thing", []string{"name", "names", "span", "count", "note", "if"})
	if !ok {
		t.Fatal(r.Found.Render(nil))
	}
	return r, m
}

func TestValues(t *testing.T) {
	r, m := read(t, "name: a-b\nnames: [c, d]\nspan: 3 days\ncount: 12\nnote: |\n  long\n  text\nif: a.b = 1\n")
	if m.Name("name").Value != "a-b" || len(m.Names("names")) != 2 || m.Count("count") != 12 || m.Words("note").Value != "long\ntext" {
		t.Error("values differ")
	}
	if m.Span("span") != (calendar.Span{N: 3, Unit: calendar.Days}) {
		t.Error("the span differs")
	}
	if e := m.Expr("if"); e == nil || e.Tree == nil {
		t.Error("no tree")
	}
	if !m.Name("names-none").IsZero() || m.Expr("none") != nil || m.Names("none") != nil {
		t.Error("something comes of nothing")
	}
	if len(r.Found) > 0 {
		t.Error(r.Found.Render(nil))
	}
}

// A key that was misspelt is told once: not again as missing.
func TestMisspeltKeyIsNotMissingToo(t *testing.T) {
	r, m := read(t, "nam: x\n")
	m.Require(m.Pos(), "name", "span")
	text := r.Found.Render(nil)
	if strings.Contains(text, "needs name") || !strings.Contains(text, `did you mean "name"?`) || !strings.Contains(text, "needs span") {
		t.Error(text)
	}
}

func TestSlug(t *testing.T) {
	for in, want := range map[string]string{"Come Back!": "come-back", "Über uns": "uber-uns", "Año 2026": "ano-2026", "2026": "", "--a--": "a", "日本": ""} {
		if got := Slug(in); got != want {
			t.Errorf("Slug(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestBadName(t *testing.T) {
	for _, s := range []string{"a", "a1-b", strings.Repeat("a", MaxName)} {
		if f, ok := BadName(diag.NewText(s, diag.Pos{})); !ok {
			t.Errorf("%q: %s", s, f.Message)
		}
	}
	for _, s := range []string{"", "A", "1a", "-a", "a_b", "a b", "é", strings.Repeat("a", MaxName+1)} {
		if _, ok := BadName(diag.NewText(s, diag.Pos{})); ok {
			t.Errorf("%q is a name", s)
		}
	}
}

// Whatever an author writes as a condition is read or refused, at a place inside
// the line.
func FuzzExpr(f *testing.F) {
	for _, s := range []string{`person.tier = "gold"`, "a == b && !c", "“x” or 35%", "0775 + 1_000", "/a!b/ ~> $x", "not a", `"open`, "/* c */ x", "a[0].b^(c)"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if strings.ContainsAny(s, "\n\r") {
			return
		}
		n, found := outline.Read("f", []byte("if: "+s))
		v := n.Get("if")
		if len(found) > 0 || v == nil || v.Kind != outline.Scalar {
			return
		}
		r := &Reader{}
		e := r.Expr(v, "if")
		if e != nil && e.Tree == nil && len(r.Found) == 0 {
			t.Fatalf("%q has neither a tree nor a finding", s)
		}
		for _, x := range r.Found {
			if x.Pos.Line != 1 || x.Pos.Col < 5 && v.Pos.Col > 4 || x.Message == "" {
				t.Fatalf("%q: %+v", s, x)
			}
		}
	})
}
