package jsonata

import "testing"

// The functions of Step Functions; $partition and $parse as the recorded
// executions of shared/conformance show them.
func TestFunctionsOfAWS(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{`$partition([0], 1)`, `[[0]]`},
		{`$partition([0, 1, 2], 2)`, `[[0,1],[2]]`},
		{`$partition([0, 1, 2, 3], 5)`, `[[0,1,2,3]]`},
		{`$partition([], 5)`, `[]`},
		{`$partition(nope, 5)`, `nothing`},
		{`$partition([1], 0)`, codeAWS},
		{`$partition([1], 1.5)`, codeAWS},
		{`$partition([1], "x")`, "T0410"},
		{`$range(0, 10, 2)`, `[0,2,4,6,8,10]`},
		{`$range(1, 9, 4)`, `[1,5,9]`},
		{`$range(3, 1, -1)`, `[3,2,1]`},
		{`$range(1, 1, 1)`, `[1]`},
		{`$range(1, 0, 1)`, `[]`},
		{`$range(1, 2, 0)`, codeAWS},
		{`$range(1.5, 2, 1)`, codeAWS},
		{`$range(1, 1000, 1)[-1]`, `1000`},
		{`$range(1, 1001, 1)`, codeAWS},
		{`$range(1, 1e300, 1)`, codeAWS},
		{`$hash("input data", "MD5")`, `"812f45842bc6d66ee14572ce20db8e86"`},
		{`$hash("input data", "SHA-1")`, `"aaff4a450a104cd177d28d18d74485e8cae074b7"`},
		{`$length($hash("input data", "SHA-256"))`, `64`},
		{`$length($hash("input data", "SHA-384"))`, `96`},
		{`$length($hash("input data", "SHA-512"))`, `128`},
		{`$hash("", "SHA-256")`, `"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"`},
		{`$hash("a", "CRC")`, codeAWS},
		{`$random(7) = $random(7) and $random(7) != $random(8)`, `true`},
		{`$random(7) >= 0 and $random(7) < 1`, `true`},
		{`$random() >= 0 and $random() < 1`, `true`},
		{`$uuid()`, `"7b1a6a52-9c0e-4f0c-8f6e-2f5a2f0b3c11"`},
		{`$parse("-0")`, `0`},
		{`$parse("true")`, `true`},
		{`$parse("{\"a\": [1, {\"b\": null}]}").a[1]`, `{"b":null}`},
		{`$parse("[1")`, codeAWS},
		{`$parse(nope)`, `nothing`},
		{`["1", "2"].$parse()`, `[1,2]`},
	} {
		v, err := MustCompile(c.src).Eval(Nothing, nil, testEnv())
		got := v.String()
		if err != nil {
			got = asError(err).Code
		}
		if got != c.want {
			t.Errorf("%s gives %s, want %s (%v)", c.src, got, c.want, err)
		}
	}
}
