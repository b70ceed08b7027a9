package jsonata

import (
	"testing"
	"time"
)

func fuzzSeeds(f *testing.F) {
	for i, c := range loadSuite(f) {
		if i%7 == 0 && len(c.Expr) < 400 {
			f.Add(c.Expr)
		}
	}
	for _, s := range []string{
		"a.b[c=1]{d: $sum(e)}^(>f)", "($f := function($x)<n:n>{$x > 0 ? $f($x-1) : 0}; $f(9))", "a@$x#$y.%.b", "|a|{'b':1},'c'|",
		`/(a|b)*?[^\d]{2,}/im`, "`", "\"\\ud800\"", "[1..1e7]", "$pad('', 1e9)", "($a := function($x){$a([$x])}; $a(1))", "-", "$$.**.*[-1]",
		"$formatNumber(1e308, '#,##0.00e0')", "$fromMillis(1e15, '[Y,*-2]')", "$replace('aaa', /a*/, '$1')", "$zip([1..9],[1..9])~>$map($sum)",
	} {
		f.Add(s)
	}
}

// Whatever the text, parsing ends, does not panic, and the places of a tree lie
// in the source.
func FuzzParse(f *testing.F) {
	fuzzSeeds(f)
	f.Fuzz(func(t *testing.T, src string) {
		for _, names := range []bool{false, true} {
			tree, err := Parse(src, Options{Names: names})
			if err != nil {
				if e := asError(err); e == nil || e.Pos < 0 || e.End > len(src) || e.Pos > e.End {
					t.Fatalf("%q: the error %#v has no place in the source", src, err)
				}
				continue
			}
			Walk(tree.Root, func(n Node) bool {
				if p := n.Span(); p.Pos < 0 || p.End > len(src) || p.Pos >= p.End {
					t.Fatalf("%q: %T lies at %v", src, n, p)
				}
				return true
			})
			Infer(tree, journeyScope(t))
		}
	})
}

const fuzzInput = `{"a": {"b": [1, 2, {"c": "x", "d": null}], "e": [[1], [2, [3]]]}, "s": "héllo wörld 😀", "n": -1.5, "t": true,
	"list": [{"k": 1, "v": "p"}, {"k": 2, "v": "q"}, {"k": 1}], "empty": [], "o": {}}`

// Whatever the expression, evaluation ends within its limits and does not
// panic, and its result is JSON that reads back.
func FuzzEval(f *testing.F) {
	fuzzSeeds(f)
	input, err := ParseJSON([]byte(fuzzInput))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, src string) {
		tree, err := Parse(src, Options{})
		if err != nil {
			return
		}
		p, err := Compile(tree, CompileOptions{})
		if err != nil {
			return
		}
		env := testEnv()
		env.Limits = Limits{Steps: 200_000, Bytes: 32 << 20}
		start := time.Now()
		env.Late = func() bool { return time.Since(start) > 2*time.Second }
		v, err := p.Eval(input, nil, env)
		if took := time.Since(start); took > 8*time.Second {
			t.Fatalf("%q took %v", src, took)
		}
		if err != nil {
			if asError(err) == nil {
				t.Fatalf("%q: %T is no *Error", src, err)
			}
			return
		}
		if _, err := ParseJSON(v.AppendJSON(nil)); err != nil {
			t.Fatalf("%q yields what is no JSON: %v", src, err)
		}
		if got := input.String(); got != mustJSON(t, []byte(fuzzInput)).String() {
			t.Fatalf("%q changed its input", src)
		}
	})
}

// Whatever the text, reading JSON ends, and what is read prints and reads back.
func FuzzParseJSON(f *testing.F) {
	f.Add(fuzzInput)
	f.Add(`"\ud800"`)
	f.Fuzz(func(t *testing.T, text string) {
		v, err := ParseJSON([]byte(text))
		if err != nil {
			return
		}
		again, err := ParseJSON(v.AppendJSON(nil))
		if err != nil || !again.Equal(v) {
			t.Fatalf("%q reads as %v, which reads as %v, %v", text, v, again, err)
		}
		if _, err := TypeOfSchema([]byte(text)); err != nil && (v.Kind() == KindObject || v.Kind() == KindBool) {
			t.Fatalf("%q is refused as a schema: %v", text, err)
		}
	})
}
