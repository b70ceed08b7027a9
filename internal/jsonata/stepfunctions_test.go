package jsonata

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

// Expressions as they stand in state machines give what the reference gives.
// oracle/goldens.js writes the expectations anew.
func TestStepFunctionsStyle(t *testing.T) {
	read := func(name string) []byte {
		text, err := os.ReadFile("testdata/step-functions." + name)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	exprs := strings.Split(strings.TrimSpace(string(read("txt"))), "\n")
	wants := bytes.Split(bytes.TrimSpace(read("want")), []byte("\n"))
	if len(exprs) != len(wants) || len(exprs) < 170 {
		t.Fatalf("%d expressions and %d expectations", len(exprs), len(wants))
	}
	var names []string
	var vars []Value
	for name, v := range mustJSON(t, read("vars.json")).Members() {
		names, vars = append(names, name), append(vars, v)
	}
	for i, src := range exprs {
		want := mustJSON(t, wants[i])
		got := answer(src, names, vars)
		if !got.Equal(want) {
			t.Errorf("%s\ngives %v\nwant  %v", src, got, want)
		}
	}
}

// answer shows a result as the oracle does.
func answer(src string, names []string, vars []Value) Value {
	failed := func(err error) Value { return Object(Member{"code", String(asError(err).Code)}) }
	tree, err := Parse(src, Options{})
	if err != nil {
		return failed(err)
	}
	p, err := Compile(tree, CompileOptions{Vars: names})
	if err != nil {
		return failed(err)
	}
	v, err := p.Eval(Nothing, vars, testEnv())
	switch {
	case err != nil:
		return failed(err)
	case v.Kind() == KindNothing:
		return Object(Member{"none", True})
	}
	if v.Kind() == KindNumber && v.Num()-v.Num() != 0 {
		v = String("<" + numberString(v.Num()) + ">") // JSON cannot say it
	}
	return Object(Member{"value", v})
}
