package main

import (
	"errors"
	"fmt"
	"regexp"
	"slices"

	"github.com/senda-dev/senda/internal/jsonata"
)

// testCase is one line of a file.
type testCase struct {
	name       string
	definition []byte
	input      jsonata.Value
	functions  map[string]*function
	script     []act
	expected   jsonata.Value
	ignore     []pattern
	replace    []replacement
	// words are what the recording shows in the place of values, longest first.
	words []string
}

// replacement is what the recording shows in the place of a pattern.
type replacement struct {
	pattern *regexp.Regexp
	with    string
}

// act is something that happens to the execution from outside.
type act struct {
	after              float64 // seconds from the start
	state, do          string
	output             jsonata.Value
	error, cause, want string
}

func parseCase(text []byte) (*testCase, error) {
	c := &testCase{name: "?"}
	v, err := jsonata.ParseJSON(text)
	if err != nil {
		return c, fmt.Errorf("the case is no JSON: %w", err)
	}
	c.name = v.Get("name").Str()
	c.definition = v.Get("definition").AppendJSON(nil)
	if input := v.Get("input").Str(); input != "" {
		if c.input, err = jsonata.ParseJSON([]byte(input)); err != nil {
			return c, fmt.Errorf("the input is no JSON: %w", err)
		}
	}
	c.functions = map[string]*function{}
	for _, l := range v.Get("lambdas").Elements() {
		c.functions[l.Get("name").Str()] = &function{behaviour: l.Get("behaviour").Str(), replies: l.Get("replies")}
	}
	for _, s := range v.Get("script").Elements() {
		c.script = append(c.script, act{
			after: s.Get("after").Num(), state: s.Get("state").Str(), do: s.Get("do").Str(),
			output: s.Get("output"), error: s.Get("error").Str(), cause: s.Get("cause").Str(), want: s.Get("answer").Str(),
		})
	}
	if c.expected = v.Get("expected"); c.expected.Kind() != jsonata.KindObject {
		return c, errors.New("nothing is expected")
	}
	for _, p := range v.Get("ignore").Elements() {
		c.ignore = append(c.ignore, parsePattern(p.Str()))
	}
	for _, p := range v.Get("placeholders").Elements() {
		if word := p.At(2).Str(); word != "" {
			c.words = append(c.words, word)
		}
		re, err := regexp.Compile(p.At(1).Str())
		if p.At(0).Str() != "regex" || err != nil {
			continue // what cannot be replaced is matched by its shape
		}
		c.replace = append(c.replace, replacement{re, p.At(2).Str()})
	}
	slices.SortFunc(c.words, func(a, b string) int { return len(b) - len(a) })
	return c, nil
}
