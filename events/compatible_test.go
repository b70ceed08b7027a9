package events

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/senda-dev/senda/internal/calendar"
)

// wording asks nothing of anybody.
var wording = []string{"title", "description", "$id", "$schema", "x-version"}

// rules are a contract without its words.
func rules(schema any) any {
	doc, ok := schema.(map[string]any)
	if !ok {
		return schema
	}
	out := map[string]any{}
	for word, v := range doc {
		if word == "properties" {
			fields := map[string]any{}
			for name, f := range v.(map[string]any) {
				fields[name] = rules(f)
			}
			out[word] = fields
		} else if !slices.Contains(wording, word) {
			out[word] = rules(v)
		}
	}
	return out
}

// incompatible says what of a change somebody would notice who goes by the contract
// as it was. A source notices what is narrower than before. Who reads what Senda
// emits notices what is wider, too: for them a contract may only gain fields.
func incompatible(was, now map[string]any, emitted bool, place string) (out []string) {
	all := maps.Clone(was)
	maps.Copy(all, now)
	for word := range sorted(all) {
		before, had := was[word]
		after, has := now[word]
		at := place + "/" + word
		say := func(format string, args ...any) { out = append(out, at+": "+fmt.Sprintf(format, args...)) }
		switch {
		case slices.Contains(wording, word):
		case word == "properties":
			out = append(out, incompatibleFields(before, after, emitted, at)...)
		case word == "items" && had && has:
			out = append(out, incompatible(before.(map[string]any), after.(map[string]any), emitted, at)...)
		case word == "x-personal" && !had: // less is kept of it
		case word == "x-lateness" && had && has:
			if lateness(after) < lateness(before) {
				say("it is shorter")
			}
		case reflect.DeepEqual(before, after):
		case word == "required":
			for _, name := range list(after) {
				if !slices.Contains(list(before), name) {
					say("%q is wanted now", name)
				}
			}
			for _, name := range list(before) {
				if emitted && !slices.Contains(list(after), name) {
					say("%q may be missing now", name)
				}
			}
		case emitted:
			say("readers of what Senda emits would notice")
		case !had:
			say("it is new")
		case strings.HasPrefix(word, "x-"):
			say("it is %s", map[bool]string{true: "another", false: "gone"}[has])
		case !has: // whatever it asked for is not asked for any more
		case word == "type":
			for _, kind := range list(before) {
				if !slices.Contains(list(after), kind) && (kind != "integer" || !slices.Contains(list(after), "number")) {
					say("a %s is not taken any more", kind)
				}
			}
		case word == "enum":
			for _, w := range list(before) {
				if !slices.Contains(list(after), w) {
					say("%q is not taken any more", w)
				}
			}
		case strings.HasPrefix(word, "max") && less(after, before), strings.HasPrefix(word, "min") && less(before, after):
			say("it is narrower")
		case strings.HasPrefix(word, "max"), strings.HasPrefix(word, "min"):
		default:
			say("it is another")
		}
	}
	return out
}

func incompatibleFields(was, now any, emitted bool, place string) (out []string) {
	before, _ := was.(map[string]any)
	after, _ := now.(map[string]any)
	for name, field := range sorted(before) {
		next, ok := after[name].(map[string]any)
		if !ok {
			out = append(out, place+"/"+name+": the field is gone")
			continue
		}
		out = append(out, incompatible(field.(map[string]any), next, emitted, place+"/"+name)...)
	}
	return out
}

// list is a value as a list of texts: one stands for itself.
func list(v any) (out []string) {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		for _, x := range v {
			out = append(out, fmt.Sprint(x))
		}
	}
	return out
}

func less(a, b any) bool {
	x, ok1 := new(big.Rat).SetString(string(a.(json.Number)))
	y, ok2 := new(big.Rat).SetString(string(b.(json.Number)))
	return ok1 && ok2 && x.Cmp(y) < 0
}

// lateness is a span of a contract, which was read when it was loaded.
func lateness(v any) time.Duration {
	s, err := calendar.ParseSpan(fmt.Sprint(v))
	if err != nil {
		return 0
	}
	return s.Shortest()
}
