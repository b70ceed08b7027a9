package jsonata

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"
)

func evalCode(t *testing.T, src string, l Limits) string {
	t.Helper()
	tree, err := Parse(src, Options{MaxDepth: 5000})
	if err != nil {
		return asError(err).Code
	}
	p, err := Compile(tree, CompileOptions{})
	if err != nil {
		return asError(err).Code
	}
	env := testEnv()
	env.Limits = l
	_, err = p.Eval(Nothing, nil, env)
	if err == nil {
		return ""
	}
	return asError(err).Code
}

func TestLimits(t *testing.T) {
	for _, c := range []struct {
		name, src, code string
		limits          Limits
	}{
		{"recursion", `($f := function($n){1 + $f($n + 1)}; $f(0))`, codeDepth, Limits{}},
		{"recursion through map", `($f := function($n){$map([1], $f)}; $f(0))`, codeDepth, Limits{}},
		{"recursion through sort", `($f := function($a, $b){$sort([2, 1], $f)}; $sort([1, 2], $f))`, codeDepth, Limits{}},
		{"recursion through chains", `($f := function($x){($x ~> ($string ~> $f))}; $f(1) & "")`, codeDepth, Limits{}},
		{"recursion of a deep expression", `($f := function($n){` + strings.Repeat("(1 + ", 2000) + `$f($n)` + strings.Repeat(")", 2000) + `}; $f(0))`, codeDepth, Limits{Depth: 1_000_000}},
		{"endless tail calls", `($f := function($n){$f($n + 1)}; $f(0))`, codeSteps, Limits{}},
		{"two functions for ever", `($a := function(){$b()}; $b := function(){$a()}; $a())`, codeSteps, Limits{Steps: 10_000}},
		{"a string that doubles", `($f := function($s){$f($s & $s)}; $f("x"))`, codeSize, Limits{Bytes: 32 << 20}},
		{"an array that doubles", `($f := function($s){$f($append($s, $s))}; $f([1]))`, codeSize, Limits{Bytes: 32 << 20}},
		{"padding", `$pad("", 1e12)`, codeSize, Limits{}},
		{"padding both ways", `$pad("", -1e300)`, codeSize, Limits{}},
		{"joining", `($s := $pad("", 1000000, "y"); $join($map([1..100000], function($i){"x"}), $s))`, codeSize, Limits{}},
		{"replacing", `($s := $pad("", 100000, "y"); $replace($s, "y", $s))`, codeSize, Limits{}},
		{"ranges", `[1..1e6].[1..1e6]`, codeSize, Limits{Bytes: 64 << 20}},
		{"a value in itself", `($f := function($v){$f([[[[$v]]]])}; $f(1))`, codeNest, Limits{}},
		{"many copies written out", `($a := [1..1000]; $b := $map([1..1000], function($i){$a}); $c := $map([1..1000], function($i){$b}); $string($c))`, codeSize, Limits{Steps: 1 << 50, Bytes: 32 << 20}},
		{"parents", strings.Repeat("(", 4000) + "1" + strings.Repeat(")", 4000), "", Limits{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			start := time.Now()
			if got := evalCode(t, c.src, c.limits); got != c.code {
				t.Errorf("%.80s fails with %q, want %q", c.src, got, c.code)
			}
			if took := time.Since(start); took > 20*time.Second {
				t.Errorf("it took %v", took)
			}
		})
	}
}

func TestAnEvaluationEndsWhenItIsLate(t *testing.T) {
	p := MustCompile(`($f := function($n){$f($n + 1)}; $f(0))`)
	asked := 0
	_, err := p.Eval(Nothing, nil, &Env{Limits: Limits{Steps: 1 << 60}, Late: func() bool { asked++; return asked > 3 }})
	if e := asError(err); e == nil || e.Code != codeTime || asked != 4 {
		t.Errorf("%v after asking %d times", err, asked)
	}
}

func TestTailCallsDoNotNest(t *testing.T) {
	p := MustCompile(`($f := function($n, $sum){$n = 0 ? $sum : $f($n - 1, $sum + $n)}; $f(200000, 0))`)
	v, err := p.Eval(Nothing, nil, nil)
	if err != nil || v.Num() != 20000100000 {
		t.Errorf("%v, %v", v, err)
	}
}

func TestRegularExpressionsCannotRunAway(t *testing.T) {
	for _, c := range []struct{ src, word string }{
		{`$contains("a", /(a)\1/)`, "back-reference"},
		{`$contains("a", /(?=a)/)`, "look-ahead"},
		{`$contains("a", /(?!a)b/)`, "look-ahead"},
		{`$contains("a", /(?<=a)b/)`, "look-behind"},
		{`$contains("a", /(?<n>a)\k<n>/)`, "back-reference"},
		{`$contains("a", /[a/)`, ""},
		{`$contains("a", /a{2000}/)`, "repeat"},
	} {
		tree, err := Parse(c.src, Options{})
		if err == nil {
			_, err = Compile(tree, CompileOptions{})
		}
		e := asError(err)
		if e == nil || !strings.Contains(e.Message, c.word) || e.Pos < 0 {
			t.Errorf("%s: %v, want an error about %q", c.src, err, c.word)
		}
	}
	evil := `$contains($pad("", 20000, "a") & "!", /^(a+)+$/)`
	start := time.Now()
	if v, err := MustCompile(evil).Eval(Nothing, nil, nil); err != nil || v.Bool() {
		t.Errorf("%v, %v", v, err)
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("the regular expression took %v", took)
	}
}

func TestRefusedByName(t *testing.T) {
	for _, c := range []struct{ src, code, token string }{
		{`$eval("1")`, codeEval, "eval"}, {`"1" ~> $eval`, codeEval, "eval"}, {`$map(["1"], $eval)`, codeEval, "eval"}, {`a ?? b`, codeNewer, "??"}, {`a ?: b`, codeNewer, "?:"},
	} {
		tree, err := Parse(c.src, Options{})
		if err == nil {
			_, err = Compile(tree, CompileOptions{})
		}
		e := asError(err)
		if e == nil || e.Code != c.code || e.Token != c.token || e.Pos < 0 {
			t.Errorf("%s: %v, want %s about %s", c.src, err, c.code, c.token)
		}
	}
}

func TestEnvironmentIsGiven(t *testing.T) {
	for _, src := range []string{`$now()`, `$millis()`, `$random()`, `$uuid()`, `$shuffle([1, 2])`} {
		if _, err := MustCompile(src).Eval(Nothing, nil, nil); err == nil {
			t.Errorf("%s has a value without an environment", src)
		}
		p := MustCompile(src)
		a, err1 := p.Eval(Nothing, nil, testEnv())
		b, err2 := p.Eval(Nothing, nil, testEnv())
		if err1 != nil || err2 != nil || !a.Equal(b) {
			t.Errorf("%s: %v, %v; then %v, %v", src, a, err1, b, err2)
		}
	}
}

func TestVariables(t *testing.T) {
	p := MustCompile(`$a & $b & $c & $string($d)`, "a", "b")
	if got := strings.Join(p.Free(), " "); got != "c d" {
		t.Errorf("free: %s", got)
	}
	vars := []Value{String("x")}
	if v, err := p.Eval(Nothing, vars, nil); err != nil || v.Str() != "x" {
		t.Errorf("%v, %v", v, err)
	}
	q := MustCompile(`($a := $a & "!"; $a)`, "a")
	for range 3 {
		if v, err := q.Eval(Nothing, vars, nil); err != nil || v.Str() != "x!" {
			t.Errorf("%v, %v", v, err)
		}
	}
	if vars[0].Str() != "x" {
		t.Error("the variables of the caller were changed")
	}
	r := MustCompile(`($x := 1; ($y := $x; $x := 2; $y + $x) + $x)`)
	if v, err := r.Eval(Nothing, nil, nil); err != nil || v.Num() != 4 {
		t.Errorf("%v, %v", v, err)
	}
}

func TestConcurrentUse(t *testing.T) {
	p := MustCompile(`($f := function($n){$n <= 1 ? 1 : $n * $f($n - 1)}; $sum($map([1..$n], $f)))`, "n")
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			want := []float64{0, 1, 3, 9, 33, 153, 873, 5913}[i]
			for range 200 {
				if v, err := p.Eval(Nothing, []Value{Number(float64(i))}, nil); i > 0 && (err != nil || v.Num() != want) || ctx.Err() != nil {
					t.Errorf("%d: %v, %v", i, v, err)
					return
				}
			}
		})
	}
	wg.Wait()
}

func TestFunctionsOutliveTheirEvaluation(t *testing.T) {
	make1 := MustCompile(`($k := 40; function($x){$x + $k})`)
	f, err := make1.Eval(Nothing, nil, nil)
	if err != nil || f.Kind() != KindFunction {
		t.Fatalf("%v, %v", f, err)
	}
	for range 3 {
		if _, err := make1.Eval(Nothing, nil, nil); err != nil {
			t.Fatal(err)
		}
	}
	if v, err := MustCompile(`$f(2)`, "f").Eval(Nothing, []Value{f}, nil); err != nil || v.Num() != 42 {
		t.Errorf("%v, %v", v, err)
	}
}
