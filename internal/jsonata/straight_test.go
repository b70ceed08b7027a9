package jsonata

import (
	"strings"
	"testing"
)

// Every shape of data under $v.a.b, with what the reference makes of it.
func TestStraightPath(t *testing.T) {
	for _, c := range []struct{ data, want string }{
		{`{"a": {"b": 1}}`, `1`},
		{`{"a": {"b": null}}`, `null`},
		{`{"a": {"c": 1}}`, ``},
		{`{"a": 1}`, ``},
		{`"a"`, ``},
		{`{"a": {"b": []}}`, `[]`},
		{`{"a": {"b": [1]}}`, `[1]`},
		{`{"a": {"b": [[1], 2]}}`, `[[1],2]`},
		{`{"a": []}`, ``},
		{`{"a": [1, "x", null]}`, ``},
		{`{"a": [{"b": 1}]}`, `1`},
		{`{"a": [{"b": 1}, {"b": 2}, {"b": 3}]}`, `[1,2,3]`},
		{`{"a": [{"b": "x"}]}`, `"x"`},
		{`{"a": [{"b": 0.1}]}`, `0.1`},
		{`{"a": [{"b": true}, {"b": 0.1}, {"b": "x"}]}`, `[true,0.1,"x"]`},
		{`{"a": [{"c": 1}, {"b": 2}, 5, {"b": 3}]}`, `[2,3]`},
		{`{"a": [{"c": 1}, {"b": 2}]}`, `2`},
		{`{"a": [{"b": []}]}`, `[]`},
		{`{"a": [{"b": [1, 2]}, {"b": 3}]}`, `[1,2,3]`},
		{`{"a": [{"b": 0}, {"b": [1, 2]}, {"b": [[3]]}]}`, `[0,1,2,[3]]`},
		{`{"a": [[{"b": 1}], {"b": 2}]}`, `[1,2]`},
		{`[{"a": {"b": 1}}, {"a": {"b": 2}}]`, `[1,2]`},
		{`[{"a": [{"b": 1}, {"b": 4}]}, {"a": {"b": 2}}]`, `[1,4,2]`},
		{`[{"a": {"b": {"c": 1}}}]`, `{"c":1}`},
		{`[]`, ``},
		{`{"a": [` + strings.Repeat(`{"c": 0},`, 2*directMost) + `{"b": 1}, {"b": 2}]}`, `[1,2]`},
	} {
		v := mustJSON(t, []byte(c.data))
		for _, way := range []struct {
			src    string
			limits Limits
		}{
			{src: `$v.a.b`},
			{src: `$v.a.b`, limits: Limits{Steps: 10_000}}, // not the direct way
			{src: `(1; $v.a.b)`},
			{src: `($f := function($x){$x.a.b}; $f($v))`},
			{src: `$v.(a).(b)`},
		} {
			env := testEnv()
			env.Limits = way.limits
			got, err := MustCompile(way.src, "v").Eval(Nothing, []Value{v}, env)
			if text := jsonOf(got); err != nil || text != c.want {
				t.Errorf("%s of %.60s is %s, %v; want %s", way.src, c.data, text, err, c.want)
			}
		}
	}
}

func jsonOf(v Value) string {
	if v.Kind() == KindNothing {
		return ""
	}
	return string(v.AppendJSON(nil))
}

// A path through lists counts what it passes and what it builds.
func TestStraightPathKeepsLimits(t *testing.T) {
	v := mustJSON(t, []byte(`[`+strings.Repeat(`{"a": 1},`, 100)+`{"a": 1}]`))
	for _, c := range []struct {
		limits Limits
		code   string
	}{{Limits{Steps: 100}, codeSteps}, {Limits{Steps: 101}, ""}, {Limits{Bytes: 101*valueBytes - 1}, codeSize}, {Limits{Bytes: 101 * valueBytes}, ""}} {
		env := testEnv()
		env.Limits = c.limits
		code := ""
		if _, err := MustCompile(`$v.a`, "v").Eval(Nothing, []Value{v}, env); err != nil {
			code = asError(err).Code
		}
		if code != c.code {
			t.Errorf("%+v: %q, want %q", c.limits, code, c.code)
		}
	}
}

// Keys of every length are told from those that differ in one byte.
func TestMemberKey(t *testing.T) {
	for n := range 40 {
		text := strings.Repeat("k", n)
		key := memberKeyOf(text)
		if v := Object(Member{text, True}); !v.member(&key).Bool() {
			t.Errorf("%q is not found", text)
		}
		for i := range n {
			other := text[:i] + "x" + text[i+1:]
			if v := Object(Member{other, True}); v.member(&key).Bool() {
				t.Errorf("%q is found as %q", other, text)
			}
		}
	}
	var many []Member
	for n := range 40 {
		many = append(many, Member{strings.Repeat("k", n), Number(float64(n))})
	}
	v := Object(many...)
	for n := range 41 {
		key := memberKeyOf(strings.Repeat("k", n))
		if got := v.member(&key); n < 40 && got.Num() != float64(n) || n == 40 && got.Kind() != KindNothing {
			t.Errorf("%d is %v", n, got)
		}
	}
}

// Two empty arrays are not the same to the operator in, nor is a part the whole.
func TestArraysKeepTheirIdentity(t *testing.T) {
	for src, want := range map[string]bool{
		`[] in [[]]`:                           false,
		`($a := []; $a in [$a, 1])`:            false, // [..] takes the items
		`($a := [1, 2]; $a in [[$a], 1])`:      false,
		`($a := [1]; $a in $partition($a, 5))`: false,
	} {
		v, err := MustCompile(src).Eval(Nothing, nil, nil)
		if err != nil || v.Bool() != want {
			t.Errorf("%s is %v, %v", src, v, err)
		}
	}
}

// AtMost is never below what is written.
func TestAtMost(t *testing.T) {
	for _, text := range []string{
		`null`, `true`, `false`, `0`, `-1.2345678901234567e-300`, `""`, `"\u0001\u0002é😀"`, `[]`, `[1,2,[3]]`, `{}`, `{"a":1,"b":{"c":[null,false]}}`,
		`"` + strings.Repeat(`\u0001`, 100) + `"`, `"` + strings.Repeat("x", 100) + `"`, `"` + strings.Repeat(`\"`, 100) + `"`,
	} {
		v := mustJSON(t, []byte(text))
		length := len(v.AppendJSON(nil))
		if left := v.AtMost(10_000); left < 0 || 10_000-left < length {
			t.Errorf("%s: at most %d bytes, but there are %d", text, 10_000-left, length)
		}
		if left := v.AtMost(length - 1); left >= 0 {
			t.Errorf("%s fits into less than it has", text)
		}
	}
}
