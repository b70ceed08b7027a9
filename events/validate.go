package events

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"

	"github.com/senda-dev/senda/internal/diag"
)

// Validate says how a payload, as JSON, breaks the contract: every way, in the
// order of the paths; none when it keeps it.
func (c *Contract) Validate(payload []byte) []Breach {
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(payload))
	if err != nil {
		return []Breach{{Message: "it is not JSON"}}
	}
	var broken *jsonschema.ValidationError
	err = c.schema.Validate(v)
	if err == nil {
		return nil
	}
	if !errors.As(err, &broken) {
		return []Breach{{Message: "it cannot be held against its contract"}}
	}
	var out []Breach
	leaves(broken, func(e *jsonschema.ValidationError) {
		for _, m := range words(e.ErrorKind) {
			out = append(out, Breach{Path: pointer(e.InstanceLocation), Message: m})
		}
	})
	slices.SortFunc(out, func(a, b Breach) int {
		return cmp.Or(strings.Compare(a.Path, b.Path), strings.Compare(a.Message, b.Message))
	})
	return slices.Compact(out)
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
		b.WriteString("/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(p))
	}
	return b.String()
}

// words says what is wrong without quoting the value.
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
		if w, ok := formatWords[k.Want]; ok {
			return []string{w}
		}
		return []string{"it does not have the form of " + k.Want}
	case *kind.Pattern:
		if w, ok := patternWords[k.Want]; ok {
			return []string{w}
		}
		return []string{"it does not have the form " + k.Want}
	case *kind.Minimum:
		return []string{"it is less than " + k.Want.RatString()}
	case *kind.Maximum:
		return []string{"it is more than " + k.Want.RatString()}
	case *kind.MinLength:
		return []string{"it is empty or too short"}
	case *kind.MaxLength:
		return []string{fmt.Sprintf("it is longer than %d characters", k.Want)}
	case *kind.MaxItems:
		return []string{fmt.Sprintf("it has more than %d elements", k.Want)}
	}
	return []string{"it breaks the rule " + strings.Join(k.KeywordPath(), "/")}
}

var typeWords = map[string]string{
	"string": "a text", "number": "a number", "integer": "a whole number", "boolean": "true or false",
	"object": "an object", "array": "a list", "null": "null",
}

var formatWords = map[string]string{
	"email": "it is not a mail address", "date": "it is not a date such as 2026-12-24",
	"date-time": "it is not an instant such as 2026-12-24T10:00:00Z", "uri": "it is not an address of the web",
}

var patternWords = map[string]string{
	"^[A-Z]{3}$":               "it is not a currency such as EUR",
	"^[A-Z]{2}$":               "it is not a country such as ES",
	"^[a-z]{2,3}(-[A-Z]{2})?$": "it is not a language such as es or es-MX",
}
