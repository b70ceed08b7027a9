package events

import (
	"cmp"
	"slices"
	"strings"
)

// Validate says how a payload, as JSON, breaks the contract: every way, in the
// order of the paths; none when it keeps it.
func (c *Contract) Validate(payload []byte) []Breach {
	v, err := readJSON(payload)
	if err != nil {
		return []Breach{{Message: "it is not JSON"}}
	}
	var out []Breach
	c.rule.check(v, "", func(path, message string) { out = append(out, Breach{Path: path, Message: message}) })
	slices.SortFunc(out, func(a, b Breach) int {
		return cmp.Or(strings.Compare(a.Path, b.Path), strings.Compare(a.Message, b.Message))
	})
	return slices.Compact(out)
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
