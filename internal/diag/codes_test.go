package diag

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"testing"
)

// Every code that can be used stands in the table, once, in order, with words.
func TestEveryCodeIsRegistered(t *testing.T) {
	declared := map[Code]string{}
	for _, name := range []string{"codes.go", "mailcodes.go"} {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || len(spec.Values) != 1 {
				return true
			}
			if id, ok := spec.Type.(*ast.Ident); ok && id.Name == "Code" {
				code := Code(strings.Trim(spec.Values[0].(*ast.BasicLit).Value, `"`))
				if other := declared[code]; other != "" {
					t.Errorf("%s is both %s and %s", code, other, spec.Names[0].Name)
				}
				declared[code] = spec.Names[0].Name
			}
			return true
		})
	}
	last := Code("")
	for _, e := range Codes() {
		if declared[e.Code] == "" {
			t.Errorf("%s is in the table and not declared", e.Code)
		}
		delete(declared, e.Code)
		if e.Code <= last {
			t.Errorf("%s stands after %s", e.Code, last)
		}
		if e.Summary == "" || e.Severity == 0 {
			t.Errorf("%s lacks words or a severity", e.Code)
		}
		last = e.Code
	}
	for code, name := range declared {
		t.Errorf("%s (%s) is not in the table", name, code)
	}
}
