package events

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// alike are the keywords that draft 4 of JSON Schema knows and means as the draft
// of the contracts does. A contract uses no other, besides its own that begin
// with x-: schema registries and many tools stopped at draft 4.
var alike = []string{
	"title", "description", "type", "enum", "format", "pattern", "required", "properties", "items",
	"minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems",
}

// identifying are the keywords of a contract's top alone; draft 4 has them under
// other names.
var identifying = []string{"$schema", "$id"}

// formats are those of draft 4 that contracts use. A date is not among them: there
// it is a pattern.
var formats = []string{"date-time", "email", "uri"}

// datePattern accepts exactly the days of the calendar that "date" accepts,
// 29 February in leap years alone.
const datePattern = "^([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))" +
	"|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)$"

// draft4 writes a schema of a contract in draft 4, the keywords that identify it
// left out. It fails on what draft 4 cannot say, naming the place.
func draft4(schema any, place string) (map[string]any, error) {
	from, ok := schema.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("%s: a schema is an object", place)
	}
	out := make(map[string]any, len(from))
	for _, word := range slices.Sorted(maps.Keys(from)) {
		value := from[word]
		at := place + "/" + word
		var err error
		switch {
		case place == "" && slices.Contains(identifying, word):
			continue
		case word == "properties":
			value, err = draft4Properties(value, at)
		case word == "items":
			value, err = draft4(value, at)
		case word == "required":
			// An empty list means the same as none, and draft 4 forbids it.
			if list, isList := value.([]any); !isList || len(list) == 0 {
				err = fmt.Errorf("%s: draft 4 wants at least one name, or no such keyword", at)
			}
		case word == "pattern":
			if s, isText := value.(string); !isText || strings.Contains(s, "(?") {
				err = fmt.Errorf("%s: a pattern is ECMA 262 without groups that begin with (?", at)
			}
		case word == "format":
			err = draft4Format(out, from, at)
		case strings.HasPrefix(word, "x-"), slices.Contains(alike, word):
		default:
			err = fmt.Errorf("%s: a contract does not use this keyword, which draft 4 does not know or means otherwise", at)
		}
		if err != nil {
			return nil, err
		}
		out[word] = value
	}
	return out, nil
}

func draft4Properties(value any, at string) (any, error) {
	from, ok := value.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("%s: the properties are an object", at)
	}
	out := make(map[string]any, len(from))
	for _, name := range slices.Sorted(maps.Keys(from)) {
		schema, err := draft4(from[name], at+"/"+name)
		if err != nil {
			return nil, err
		}
		out[name] = schema
	}
	return out, nil
}

// draft4Format adds the pattern of a date: a tool of draft 4 that does not know the
// format passes over it.
func draft4Format(out, from map[string]any, at string) error {
	format, _ := from["format"].(string)
	if format == "date" {
		if _, taken := from["pattern"]; taken {
			return fmt.Errorf("%s: a date has no pattern of its own", at)
		}
		out["pattern"] = datePattern
		return nil
	}
	if !slices.Contains(formats, format) {
		return fmt.Errorf("%s: a contract uses the formats date, %s", at, strings.Join(formats, ", "))
	}
	return nil
}
