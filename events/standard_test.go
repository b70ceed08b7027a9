package events

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"pgregory.net/rapid"

	"github.com/senda-dev/senda/internal/diag"
)

// compiled is the contract under an implementation of the whole standard.
func compiled(t testing.TB, c *Contract) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(c.Schema()))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource("senda:"+c.Kind, doc); err != nil {
		t.Fatal(err)
	}
	s, err := compiler.Compile("senda:" + c.Kind)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// agreed is the verdict of the standard on a payload, and that of the contract's own rules
// is the same in every word.
func agreed(t interface {
	Helper()
	Fatalf(string, ...any)
}, c *Contract, standard *jsonschema.Schema, payload any,
) error {
	t.Helper()
	err := standard.Validate(payload)
	var want, got []Breach
	if err != nil {
		var broken *jsonschema.ValidationError
		if !errors.As(err, &broken) {
			t.Fatalf("%v", err)
		}
		leaves(broken, func(e *jsonschema.ValidationError) {
			for _, m := range words(e.ErrorKind) {
				want = append(want, Breach{Path: pointer(e.InstanceLocation), Message: m})
			}
		})
	}
	c.rule.check(payload, "", func(path, message string) { got = append(got, Breach{Path: path, Message: message}) })
	order := func(a, b Breach) int {
		return cmp.Or(strings.Compare(a.Path, b.Path), strings.Compare(a.Message, b.Message))
	}
	slices.SortFunc(want, order)
	slices.SortFunc(got, order)
	if !slices.Equal(slices.Compact(got), slices.Compact(want)) {
		t.Fatalf("%s: of %v the contract says %v, the standard %v", c.Kind, payload, got, want)
	}
	return err
}

func leaves(e *jsonschema.ValidationError, visit func(*jsonschema.ValidationError)) {
	if len(e.Causes) == 0 {
		visit(e)
		return
	}
	for _, c := range e.Causes {
		leaves(c, visit)
	}
}

func pointer(path []string) string {
	var b strings.Builder
	for _, p := range path {
		b.WriteString("/" + escaped.Replace(p))
	}
	return b.String()
}

// words says in ours what the standard's implementation finds.
func words(k jsonschema.ErrorKind) []string {
	switch k := k.(type) {
	case *kind.Type:
		want := make([]string, 0, len(k.Want))
		for _, w := range k.Want {
			want = append(want, typeWords[w])
		}
		return []string{fmt.Sprintf("it is %s where %s belongs", typeWords[k.Got], strings.Join(want, " or "))}
	case *kind.Required:
		out := make([]string, 0, len(k.Missing))
		for _, m := range k.Missing {
			out = append(out, m+" is missing")
		}
		return out
	case *kind.Enum:
		var want []string
		for _, w := range k.Want {
			want = append(want, fmt.Sprint(w))
		}
		return []string{"it is none of " + diag.Words(want, 12)}
	case *kind.Format:
		return []string{cmp.Or(formatWords[k.Want], "it does not have the form of "+k.Want)}
	case *kind.Pattern:
		return []string{cmp.Or(patternWords[k.Want], "it does not have the form "+k.Want)}
	case *kind.Minimum:
		f, _ := k.Want.Float64()
		return []string{"it is less than " + plainly(f)}
	case *kind.Maximum:
		f, _ := k.Want.Float64()
		return []string{"it is more than " + plainly(f)}
	case *kind.MinLength:
		return []string{"it is empty or too short"}
	case *kind.MaxLength:
		return []string{fmt.Sprintf("it is longer than %d characters", k.Want)}
	case *kind.MinItems:
		return []string{fmt.Sprintf("it has less than %d elements", k.Want)}
	case *kind.MaxItems:
		return []string{fmt.Sprintf("it has more than %d elements", k.Want)}
	}
	return []string{"it breaks the rule " + strings.Join(k.KeywordPath(), "/")}
}

// Every keyword means what the standard means by it, whatever is written in its place.
func TestRulesAreThoseOfTheStandard(t *testing.T) {
	const schema = `{"title": "All keywords.", "x-version": 1, "type": "object", "required": ["a", "b"], "properties": {
		"a": {"type": ["string", "null"], "minLength": 2, "maxLength": 5, "pattern": "^[a-z]*$"},
		"b": {"type": "integer", "minimum": -2, "maximum": 7},
		"c": {"type": ["number", "boolean"], "minimum": 0.5},
		"d": {"enum": ["x", "y", null, true, 3]},
		"e": {"type": "array", "minItems": 1, "maxItems": 3, "items": {"type": "object", "required": ["k/~"], "properties": {"k/~": {"type": "string"}}}},
		"f": {"type": "string", "format": "email"}, "g": {"type": "string", "format": "date"},
		"h": {"type": "string", "format": "uri"}, "i": {"format": "date-time"}
	}}`
	c, err := contract("all.keywords", []byte(schema), []byte(`{"a": null, "b": 1}`))
	if err != nil {
		t.Fatal(err)
	}
	standard := compiled(t, c)
	stock := []string{
		`null`, `true`, `false`, `0`, `1.0`, `7.5`, `3e0`, `-3`, `8`, `0.49`, `"x"`, `""`, `"ab"`, `"abcdef"`, `"A1"`, `[]`, `{}`, `[{}]`,
		`[{"k/~": 1}, {"k/~": "v"}]`, `[1, 2, 3, 4]`, `"ana@example.com"`, `"@example.com"`, `"a..b@example.com"`, `".a@x"`, `"\"a b\"@x.example"`, `"a@[192.0.2.1]"`,
		`"a@[IPv6:2001:db8::1]"`, `"a@[1]"`, `"a@-x.example"`, `"ñ@x.example"`, `"a@x..y"`, `"a b@x"`, `"2024-02-29"`, `"2023-02-29"`, `"2024-2-9"`, `"https://x.example/a?b"`,
		`"//x"`, `"x"`, `"mailto:a@b"`, `"http://[::1]/"`, `"http://a b"`, `"2024-02-29T10:00:00Z"`, `"2024-02-29t10:00:00.5+01:00"`, `"2024-02-29 10:00:00Z"`, `"2024-02-29T25:00:00Z"`,
	}
	kept := 0
	rapid.Check(t, func(t *rapid.T) {
		var b strings.Builder
		b.WriteString("{")
		for i, name := range rapid.SliceOfDistinct(rapid.SampledFrom(strings.Split("abcdefghi", "")), rapid.ID[string]).Draw(t, "fields") {
			if i > 0 {
				b.WriteString(",")
			}
			fmt.Fprintf(&b, "%q: %s", name, rapid.SampledFrom(stock).Draw(t, name))
		}
		b.WriteString("}")
		payload, err := readJSON([]byte(b.String()))
		if err != nil {
			t.Fatalf("%s: %v", b.String(), err)
		}
		if agreed(t, c, standard, payload) == nil {
			kept++
		}
	})
	for _, one := range stock {
		for _, name := range strings.Split("abcdefghi", "") {
			payload, err := readJSON([]byte(`{"` + name + `": ` + one + `}`))
			if err != nil {
				t.Fatal(err)
			}
			_ = agreed(t, c, standard, payload)
		}
	}
	t.Logf("%d payloads kept the contract", kept)
}

// A number whose exponent nobody could carry out is refused or taken at once.
func TestNumbersWithoutEnd(t *testing.T) {
	c, err := contract("a.number", []byte(`{"title": "N.", "x-version": 1, "type": "object", "properties": {"n": {"type": "integer", "minimum": 0, "maximum": 9}}}`), []byte(`{"n": 1}`))
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Validate([]byte(`{"n": 1e999999999}`)); len(got) != 1 || got[0].Message != "it is more than 9" {
		t.Errorf("%v", got)
	}
	if got := c.Validate([]byte(`{"n": -1e999999999}`)); len(got) != 1 {
		t.Errorf("%v", got)
	}
}

// A contract that is none is refused when it is read, with its place.
func TestContractsThatAreNone(t *testing.T) {
	for _, properties := range []string{
		`{"a": 1}`, `{"a": {"type": "text"}}`, `{"a": {"type": 1}}`, `{"a": {"minLength": -1}}`, `{"a": {"maxItems": 1.5}}`, `{"a": {"minimum": "1"}}`,
		`{"a": {"enum": []}}`, `{"a": {"enum": "x"}}`, `{"a": {"pattern": "("}}`, `{"a": {"items": []}}`, `{"a": {"required": [1]}}`, `{"a": {"items": {"type": "x"}}}`,
	} {
		_, err := contract("a.b", []byte(`{"title": "T.", "x-version": 1, "type": "object", "properties": `+properties+`}`), []byte(`{}`))
		if err == nil {
			t.Errorf("%s is a contract", properties)
		}
	}
}
