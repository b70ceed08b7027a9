//go:build localstack

package it

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// difference is what a resource lacks of its template. An empty path is all of it.
type difference struct{ stack, logical, kind, path, why string }

func (d difference) String() string {
	return fmt.Sprintf("%s/%s (%s) %s: %s", d.stack, d.logical, d.kind, d.path, d.why)
}

// compare tells how what is there differs from what a template wants. What the template
// does not say may be anything. Texts, numbers and truths are equal when they read
// alike, since services and templates write 5, "5" and 5.0. Services may tell a
// document as its text, one thing as a list of one, and lists in any order.
func compare(path string, want, got any, tell func(path, why string)) {
	if text, ok := got.(string); ok {
		switch want.(type) {
		case map[string]any, []any:
			var document any
			if json.Unmarshal([]byte(text), &document) == nil {
				got = document
			}
		}
	}
	switch w := want.(type) {
	case map[string]any:
		if l, ok := got.([]any); ok && len(l) == 1 {
			got = l[0]
		}
		g, ok := got.(map[string]any)
		if !ok {
			tell(path, fmt.Sprintf("%s, not %s", brief(got), brief(want)))
			return
		}
		for _, k := range slices.Sorted(maps.Keys(w)) {
			below := k
			if path != "" {
				below = path + "." + k
			}
			compare(below, w[k], g[k], tell)
		}
	case []any:
		g, ok := got.([]any)
		if !ok && got != nil {
			g = []any{got}
		}
		if !paired(w, g) {
			tell(path, fmt.Sprintf("%s, not %s", brief(got), brief(want)))
		}
	default:
		if l, ok := got.([]any); ok && len(l) == 1 {
			got = l[0]
		}
		if word(want) != word(got) {
			tell(path, fmt.Sprintf("%s, not %s", brief(got), brief(want)))
		}
	}
}

// paired says whether each element of one list has its equal in the other, one for one.
func paired(want, got []any) bool {
	if len(want) != len(got) {
		return false
	}
	taken := make([]bool, len(got))
	for _, w := range want {
		i := -1
		for n, g := range got {
			same := !taken[n]
			compare("", w, g, func(string, string) { same = false })
			if same {
				i = n
				break
			}
		}
		if i < 0 {
			return false
		}
		taken[i] = true
	}
	return true
}

// word is how a single value reads; nothing reads like an empty text.
func word(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		if f, err := strconv.ParseFloat(v, 64); err == nil {
			return strconv.FormatFloat(f, 'g', -1, 64)
		}
		return v
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	default:
		return fmt.Sprint(v)
	}
}

// brief is a value for a message. Documents are long: their ends tell little.
func brief(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	const most = 600
	if len(text) > most {
		return string(text[:most]) + "…"
	}
	return string(text)
}
