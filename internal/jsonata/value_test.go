package jsonata

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
	"unsafe"
)

// asError returns the *Error of err; it is nil when err is something else.
func asError(err error) *Error {
	var e *Error
	if !errors.As(err, &e) {
		return nil
	}
	return e
}

func TestValueIsSmall(t *testing.T) {
	if size := unsafe.Sizeof(Value{}); size != 24 {
		t.Errorf("a Value takes %d bytes, want 24", size)
	}
}

func TestJSONRoundTrip(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{`null`, `null`},
		{` [ 1 , 2.50, -0, 1e2, 1E-7, 1e21, 123456789012345680000 ] `, `[1,2.5,0,100,1e-7,1e+21,123456789012345680000]`},
		{`{"b":1,"a":{"z":[],"y":{}},"b":2}`, `{"b":2,"a":{"z":[],"y":{}}}`},
		{`"a\u00e9\n\"\\\/\u0007\ud83d\ude00"`, "\"aé\\n\\\"\\\\/\\u0007😀\""},
		{`"\ud800x\udc00"`, `"\ud800x\udc00"`},
		{`[0.1,0.000001,5e-324,1.7976931348623157e308]`, `[0.1,0.000001,5e-324,1.7976931348623157e+308]`},
		{`[true,false]`, `[true,false]`},
	} {
		v, err := ParseJSON([]byte(c.in))
		if err != nil {
			t.Errorf("ParseJSON(%s): %v", c.in, err)
			continue
		}
		if got := string(v.AppendJSON(nil)); got != c.want {
			t.Errorf("ParseJSON(%s) prints %s, want %s", c.in, got, c.want)
		}
		again, err := ParseJSON([]byte(c.want))
		if err != nil || !again.Equal(v) {
			t.Errorf("%s does not read back as the same value: %v, %v", c.want, again, err)
		}
	}
}

func TestParseJSONRefuses(t *testing.T) {
	for _, c := range []struct {
		in  string
		pos int
	}{
		{``, 0},
		{`[1,]`, 3},
		{`{"a" 1}`, 5},
		{`{a:1}`, 1},
		{`01`, 1},
		{`1.`, 2},
		{`.5`, 0},
		{`1e`, 2},
		{`tru`, 0},
		{`"a`, 2},
		{"\"\n\"", 1},
		{`"\x"`, 1},
		{`"\u12"`, 1},
		{`[1 2]`, 3},
		{`1 2`, 2},
		{`1e400`, 0},
		{"\"\xff\"", 1},
		{`{"a":1`, 6},
		{`-`, 1},
		{strings.Repeat("[", 2_000_000), MaxJSONDepth},
	} {
		_, err := ParseJSON([]byte(c.in))
		e := asError(err)
		if e == nil {
			t.Errorf("ParseJSON(%.20q) = %v, want an *Error", c.in, err)
			continue
		}
		if e.Pos != c.pos || e.Code != codeJSON {
			t.Errorf("ParseJSON(%.20q): %s at %d, want %s at %d", c.in, e.Code, e.Pos, codeJSON, c.pos)
		}
	}
}

func TestObject(t *testing.T) {
	o := Object(Member{"b", Number(1)}, Member{"a", String("x")}, Member{"b", True}, Member{"gone", Nothing})
	if got := o.String(); got != `{"b":true,"a":"x"}` {
		t.Errorf("object is %s", got)
	}
	if got := o.With("a", Null).With("c", Number(3)).String(); got != `{"b":true,"a":null,"c":3}` {
		t.Errorf("With gives %s", got)
	}
	if got := o.With("b", Nothing).String(); got != `{"a":"x"}` {
		t.Errorf("With Nothing gives %s", got)
	}
	if got := o.String(); got != `{"b":true,"a":"x"}` {
		t.Errorf("With changed its receiver to %s", got)
	}
	if !o.Equal(Object(Member{"a", String("x")}, Member{"b", True})) {
		t.Error("the order of keys must not matter for Equal")
	}
	if o.Equal(Object(Member{"a", String("x")}, Member{"c", True})) {
		t.Error("objects with different keys are equal")
	}
}

func TestLargeObjectFindsEveryKey(t *testing.T) {
	var members []Member
	for i := range 100 {
		members = append(members, Member{strings.Repeat("k", i), Number(float64(i))})
	}
	o := Object(members...)
	for i := range 100 {
		if got := o.Get(strings.Repeat("k", i)).Num(); got != float64(i) {
			t.Fatalf("key %d holds %v", i, got)
		}
	}
	if o.Get("no").Kind() != KindNothing || o.Len() != 100 {
		t.Error("a missing key was found, or the length is wrong")
	}
}

func TestAccessorsOfOtherKinds(t *testing.T) {
	for _, v := range []Value{Nothing, Null, True, Number(1), String("x"), Array(Number(1)), Object(Member{"a", Null})} {
		if k := v.Kind(); k != KindBool && v.Bool() || k != KindNumber && v.Num() != 0 || k != KindString && v.Str() != "" {
			t.Errorf("%v answers as another kind", v)
		}
		if v.At(-1).Kind() != KindNothing || v.At(7).Kind() != KindNothing || v.Get("no").Kind() != KindNothing {
			t.Errorf("%v has what it does not have", v)
		}
		if !v.Equal(mustJSONOf(v)) || v.Equal(String("other")) {
			t.Errorf("%v: Equal", v)
		}
	}
	if Number(math.NaN()).Equal(Number(math.NaN())) {
		t.Error("NaN equals NaN")
	}
}

// mustJSONOf makes the same value anew, Nothing being the same anyway.
func mustJSONOf(v Value) Value {
	if v.Kind() == KindNothing {
		return Nothing
	}
	again, err := ParseJSON(v.AppendJSON(nil))
	if err != nil {
		panic(err)
	}
	return again
}

func TestNumbersPrintAsInJavaScript(t *testing.T) {
	for _, c := range []struct {
		f    float64
		want string
	}{
		{0, "0"},
		{math.Copysign(0, -1), "0"},
		{1e21, "1e+21"},
		{1e20, "100000000000000000000"},
		{1e-6, "0.000001"},
		{1e-7, "1e-7"},
		{1.5e-10, "1.5e-10"},
		{-2.5e100, "-2.5e+100"},
		{0.30000000000000004, "0.30000000000000004"},
		{123456789.125, "123456789.125"},
		{1e15, "1000000000000000"},
		{9007199254740993, "9007199254740992"},
		{math.MaxFloat64, "1.7976931348623157e+308"},
	} {
		if got := numberString(c.f); got != c.want {
			t.Errorf("%g prints %s, want %s", c.f, got, c.want)
		}
	}
}

func TestOfAndEncodingJSON(t *testing.T) {
	v := Of(map[string]any{"z": 1, "a": []any{nil, true, "x", json.Number("2.5")}})
	if got := v.String(); got != `{"a":[null,true,"x",2.5],"z":1}` {
		t.Errorf("Of gives %s", got)
	}
	text, err := json.Marshal(struct{ V Value }{v})
	if err != nil {
		t.Fatal(err)
	}
	var back struct{ V Value }
	if err := json.Unmarshal(text, &back); err != nil || !back.V.Equal(v) {
		t.Errorf("encoding/json gives back %v, %v", back.V, err)
	}
}

func TestIteration(t *testing.T) {
	var seen []string
	for k, v := range Object(Member{"a", Number(1)}, Member{"b", Number(2)}).Members() {
		seen = append(seen, k+v.String())
	}
	for _, v := range Array(True, Null).Elements() {
		seen = append(seen, v.String())
	}
	if got := strings.Join(seen, " "); got != "a1 b2 true null" {
		t.Errorf("iterated %s", got)
	}
}
