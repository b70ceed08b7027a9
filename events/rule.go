package events

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/senda-dev/senda/internal/diag"
)

// rule is a schema of a contract, compiled. It knows the keywords that a contract may
// use (alike) and means by them what JSON Schema does; a test holds it against an
// implementation of the whole standard, which would be half of the time that a function
// takes to start.
type rule struct {
	types                                    []string // in the order of allTypes; none: any
	enum                                     []any
	format                                   string
	pattern                                  *regexp.Regexp
	required                                 []string
	properties                               map[string]*rule
	items                                    *rule
	minLength, maxLength, minItems, maxItems *int
	minimum, maximum                         *json.Number
}

// allTypes are those of JSON Schema in the order in which messages name them.
var allTypes = []string{"null", "boolean", "number", "integer", "string", "array", "object"}

// readJSON reads one value; numbers keep their text.
func readJSON(text []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("something follows the value")
	}
	return v, nil
}

// newRule compiles a schema of which draft4 has found nothing to say.
func newRule(schema any, place string) (*rule, error) {
	from, ok := schema.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("%s: a schema is an object", place)
	}
	r := &rule{}
	var failed error
	bad := func(word, what string) {
		if failed == nil {
			failed = fmt.Errorf("%s/%s: %s", place, word, what)
		}
	}
	count := func(word string) *int {
		v, ok := from[word]
		if !ok {
			return nil
		}
		number, _ := v.(json.Number)
		n, err := strconv.Atoi(number.String())
		if err != nil || n < 0 {
			bad(word, "a number of characters or elements is whole, from 0")
			return nil
		}
		return &n
	}
	bound := func(word string) *json.Number {
		v, ok := from[word]
		if !ok {
			return nil
		}
		number, ok := v.(json.Number)
		if _, err := number.Float64(); !ok || err != nil {
			bad(word, "a bound is a number")
			return nil
		}
		return &number
	}
	texts := func(word string) []string {
		v, ok := from[word]
		if !ok {
			return nil
		}
		list, ok := v.([]any)
		if !ok {
			list = []any{v}
		}
		var out []string
		for _, e := range list {
			s, ok := e.(string)
			if !ok {
				bad(word, "a name is a text")
			}
			out = append(out, s)
		}
		return out
	}
	named := texts("type")
	for _, t := range allTypes {
		if slices.Contains(named, t) {
			r.types = append(r.types, t)
		}
	}
	if len(r.types) != len(named) {
		bad("type", "there is no such type")
	}
	if v, ok := from["enum"]; ok {
		if r.enum, ok = v.([]any); !ok || len(r.enum) == 0 {
			bad("enum", "it is no list of values")
		}
	}
	r.required, r.minLength, r.maxLength = texts("required"), count("minLength"), count("maxLength")
	r.minItems, r.maxItems, r.minimum, r.maximum = count("minItems"), count("maxItems"), bound("minimum"), bound("maximum")
	r.format, _ = from["format"].(string)
	if p, ok := from["pattern"].(string); ok {
		var err error
		if r.pattern, err = regexp.Compile(p); err != nil {
			bad("pattern", "it is no pattern")
		}
	}
	if v, ok := from["items"]; ok {
		var err error
		if r.items, err = newRule(v, place+"/items"); err != nil {
			return nil, err
		}
	}
	if v, ok := from["properties"].(map[string]any); ok {
		r.properties = make(map[string]*rule, len(v))
		for name, s := range v {
			inner, err := newRule(s, place+"/properties/"+name)
			if err != nil {
				return nil, err
			}
			r.properties[name] = inner
		}
	}
	return r, failed
}

// check gathers how a value breaks the rule. What is of the wrong type, none of the values
// or not of the form is not looked at further.
func (r *rule) check(v any, path string, breach func(path, message string)) {
	say := func(format string, args ...any) { breach(path, fmt.Sprintf(format, args...)) }
	got := typeName(v)
	if len(r.types) > 0 && !slices.Contains(r.types, got) && (!slices.Contains(r.types, "integer") || !whole(v)) {
		want := make([]string, len(r.types))
		for i, t := range r.types {
			want[i] = typeWords[t]
		}
		say("it is %s where %s belongs", typeWords[got], strings.Join(want, " or "))
		return
	}
	if len(r.enum) > 0 && !slices.ContainsFunc(r.enum, func(e any) bool { return same(e, v) }) {
		words := make([]string, len(r.enum))
		for i, e := range r.enum {
			words[i] = fmt.Sprint(e)
		}
		say("it is none of %s", diag.Words(words, 12))
		return
	}
	if s, ok := v.(string); ok && r.format != "" && !formed(r.format, s) {
		say("%s", cmp.Or(formatWords[r.format], "it does not have the form of "+r.format))
		return
	}
	switch v := v.(type) {
	case map[string]any:
		for _, name := range r.required {
			if _, ok := v[name]; !ok {
				say("%s is missing", name)
			}
		}
		for name, inner := range r.properties {
			if value, ok := v[name]; ok {
				inner.check(value, path+"/"+escaped.Replace(name), breach)
			}
		}
	case []any:
		if r.minItems != nil && len(v) < *r.minItems {
			say("it has less than %d elements", *r.minItems)
		}
		if r.maxItems != nil && len(v) > *r.maxItems {
			say("it has more than %d elements", *r.maxItems)
		}
		if r.items != nil {
			for i, value := range v {
				r.items.check(value, path+"/"+strconv.Itoa(i), breach)
			}
		}
	case string:
		r.checkText(v, say)
	case json.Number:
		n := value(v)
		if r.minimum != nil && n < value(*r.minimum) {
			say("it is less than %s", plainly(value(*r.minimum)))
		}
		if r.maximum != nil && n > value(*r.maximum) {
			say("it is more than %s", plainly(value(*r.maximum)))
		}
	}
}

func (r *rule) checkText(s string, say func(string, ...any)) {
	n := utf8.RuneCountInString(s)
	if r.minLength != nil && n < *r.minLength {
		say("it is empty or too short")
	}
	if r.maxLength != nil && n > *r.maxLength {
		say("it is longer than %d characters", *r.maxLength)
	}
	if r.pattern != nil && !r.pattern.MatchString(s) {
		say("%s", cmp.Or(patternWords[r.pattern.String()], "it does not have the form "+r.pattern.String()))
	}
}

var escaped = strings.NewReplacer("~", "~0", "/", "~1")

func typeName(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case json.Number:
		return "number"
	case string:
		return "string"
	case []any:
		return "array"
	default:
		return "object"
	}
}

// value is a number as a double, which is as exact as anybody reads it later. One that is
// out of range is without end: its exponent is not carried out.
func value(n json.Number) float64 {
	f, _ := strconv.ParseFloat(n.String(), 64) // ±Inf with the error of its range
	return f
}

func plainly(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

func whole(v any) bool {
	n, ok := v.(json.Number)
	return ok && value(n) == math.Trunc(value(n))
}

// same compares values that stand in an enum: no lists, no objects.
func same(a, b any) bool {
	x, ok := a.(json.Number)
	y, also := b.(json.Number)
	if ok && also {
		return value(x) == value(y)
	}
	switch a.(type) {
	case nil, bool, string:
		return a == b
	}
	return false
}
