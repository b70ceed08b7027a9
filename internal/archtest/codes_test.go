package archtest

import (
	"go/ast"
	"strings"
	"testing"
)

// A code of a finding is declared once, and a page of docs/language explains it.
func TestEveryCodeIsOneAndExplained(t *testing.T) {
	texts, err := files()
	if err != nil {
		t.Fatal(err)
	}
	var pages strings.Builder
	for p, text := range texts {
		if strings.HasPrefix(p, "docs/language/") {
			pages.Write(text)
		}
	}
	declared := map[string]string{}
	for dir, r := range rooms(t) {
		for _, f := range r.files {
			ast.Inspect(f.tree, func(n ast.Node) bool {
				spec, ok := n.(*ast.ValueSpec)
				if !ok || len(spec.Values) != 1 || !isCode(dir, spec.Type) {
					return true
				}
				value, ok := spec.Values[0].(*ast.BasicLit)
				if !ok {
					return true
				}
				code := strings.Trim(value.Value, `"`)
				if declared[code] != "" {
					t.Errorf("%s is declared in %s and in %s", code, declared[code], f.path)
				}
				declared[code] = f.path
				if !strings.Contains(pages.String(), code) {
					t.Errorf("no page of docs/language explains %s (%s)", code, f.path)
				}
				return true
			})
		}
	}
	if len(declared) < 100 {
		t.Errorf("only %d codes were found: the rule no longer sees them", len(declared))
	}
}

func isCode(dir string, e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Ident:
		return dir == "internal/diag" && e.Name == "Code"
	case *ast.SelectorExpr:
		x, ok := e.X.(*ast.Ident)
		return ok && x.Name == "diag" && e.Sel.Name == "Code"
	}
	return false
}
