package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/senda-dev/senda/internal/interp"
	"github.com/senda-dev/senda/internal/jsonata"
)

// compare gives the first difference between what is expected and what came,
// empty when there is none.
func (c *testCase) compare(got result, details bool) string {
	want := c.expected
	if s := want.Get("status").Str(); s != got.outcome.Status.String() {
		return fmt.Sprintf("status is %s%s, not %s", got.outcome.Status, because(got.outcome), s)
	}
	if e := want.Get("error").Str(); c.replaced(e) != c.replaced(got.outcome.Error) {
		return fmt.Sprintf("error is %q, not %q", got.outcome.Error, e)
	}
	if d := c.output(want.Get("output"), got.outcome.Output); d != "" {
		return d
	}
	if d := c.cause(want.Get("cause"), got.outcome.Cause); d != "" {
		return d
	}
	if s := want.Get("seconds"); s.Kind() == jsonata.KindNumber && s.Num() != got.took.Seconds() {
		return fmt.Sprintf("it took %v s, not %v s", got.took.Seconds(), s.Num())
	}
	return c.events(want.Get("events"), got.events, details)
}

func because(o interp.Outcome) string {
	if o.Error == "" && o.Cause == "" {
		return ""
	}
	return fmt.Sprintf(" (%s: %s)", o.Error, o.Cause)
}

// output compares the execution's output. A path to ignore may name it as the
// output or by the event that has it.
func (c *testCase) output(want, got jsonata.Value) string {
	switch {
	case want.Kind() == jsonata.KindNothing || want.Kind() == jsonata.KindNull:
		if got.Kind() != jsonata.KindNothing && got.Kind() != jsonata.KindNull {
			return fmt.Sprintf("output is %s, and none was expected", got)
		}
		return ""
	case got.Kind() == jsonata.KindNothing:
		return fmt.Sprintf("there is no output; %s was expected", want)
	case want.Kind() == jsonata.KindString:
		if parsed, err := jsonata.ParseJSON([]byte(want.Str())); err == nil {
			want = parsed
		} else {
			got = jsonata.String(got.String())
		}
	}
	m := matcher{c: c, also: []string{"events", "0", "executionSucceededEventDetails", "output"}}
	return m.differ([]string{"output"}, want, got)
}

// cause compares what a Lambda function left, and nothing else.
func (c *testCase) cause(want jsonata.Value, got string) string {
	if want.Get("errorType").Kind() != jsonata.KindString {
		return ""
	}
	v, err := jsonata.ParseJSON([]byte(got))
	if err != nil {
		return fmt.Sprintf("cause is %q, not that of a function", got)
	}
	return functionCause("cause", want, v)
}

func functionCause(where string, want, got jsonata.Value) string {
	for _, key := range []string{"errorMessage", "errorType"} {
		if !want.Get(key).Equal(got.Get(key)) {
			return fmt.Sprintf("%s: %s is %s, not %s", where, key, got.Get(key), want.Get(key))
		}
	}
	return ""
}

func (c *testCase) events(want jsonata.Value, got []interp.Event, details bool) string {
	for i := range max(want.Len(), len(got)) {
		number := i + 1
		switch {
		case i >= len(got):
			return fmt.Sprintf("event %d is missing: %s", number, describe(want.At(i)))
		case i >= want.Len():
			return fmt.Sprintf("event %d is too many: %s", number, describe(shown(&got[i])))
		}
		g := shown(&got[i])
		if w := want.At(i); describe(w) != describe(g) {
			return fmt.Sprintf("event %d is %s, not %s", number, describe(g), describe(w))
		}
		if !details || want.At(i).Kind() == jsonata.KindString {
			continue
		}
		m := matcher{c: c}
		if d := m.differ([]string{"events", index(i)}, want.At(i), g); d != "" {
			return d
		}
	}
	return ""
}

// describe gives the type of an event with the name of its state. Cases of our
// own may write an event in this very form.
func describe(e jsonata.Value) string {
	if e.Kind() == jsonata.KindString {
		return e.Str()
	}
	for key, v := range e.Members() {
		if !strings.HasSuffix(key, "EventDetails") {
			continue
		}
		name := v.Get("name")
		if key == "evaluationFailedEventDetails" {
			name = v.Get("state")
		}
		if name.Kind() == jsonata.KindString {
			return e.Get("type").Str() + " of " + name.Str()
		}
	}
	return e.Get("type").Str()
}

// shown is an event in the form of the recordings: texts that are JSON objects
// are parsed, the time is the word timestamp.
func shown(e *interp.Event) jsonata.Value {
	v := e.Value()
	for key, d := range v.Members() {
		if !strings.HasSuffix(key, "EventDetails") {
			continue
		}
		for _, field := range []string{"input", "output", "parameters", "cause"} {
			if p := parsed(d.Get(field)); p.Kind() == jsonata.KindObject {
				d = d.With(field, p)
			}
		}
		vars := d.Get("assignedVariables")
		for name, text := range vars.Members() {
			if p := parsed(text); p.Kind() == jsonata.KindObject {
				vars = vars.With(name, p)
			}
		}
		if vars.Kind() == jsonata.KindObject {
			d = d.With("assignedVariables", vars)
		}
		v = v.With(key, d)
	}
	return v.With("timestamp", jsonata.String("timestamp"))
}

func parsed(v jsonata.Value) jsonata.Value {
	p, err := jsonata.ParseJSON([]byte(v.Str()))
	if err != nil {
		return jsonata.Nothing
	}
	return p
}

// replaced does to a text what was done to the recording.
func (c *testCase) replaced(s string) string {
	for _, r := range c.replace {
		s = r.pattern.ReplaceAllLiteralString(s, r.with)
	}
	return s
}

// matcher compares values with the placeholders and the paths to ignore.
type matcher struct {
	c *testCase
	// also is a second path under which the first element may be ignored.
	also []string
}

func (m *matcher) ignored(path []string) bool {
	for _, p := range m.c.ignore {
		if p.matches(path) || m.also != nil && p.matches(append(slices.Clone(m.also), path[1:]...)) {
			return true
		}
	}
	return false
}

func (m *matcher) differ(path []string, want, got jsonata.Value) string {
	if m.ignored(path) {
		return ""
	}
	where := strings.Join(path, ".")
	switch {
	case want.Kind() == jsonata.KindString && got.Kind() == jsonata.KindString:
		if named(want.Str(), path[len(path)-1]) {
			return ""
		}
		return m.text(where, want.Str(), got.Str())
	case want.Kind() == jsonata.KindString && placeholder.FindString(want.Str()) == want.Str() && want.Str() != "":
		return "" // a number may have been replaced
	case want.Kind() != got.Kind():
		return fmt.Sprintf("%s is %s, not %s", where, got, want)
	case want.Kind() == jsonata.KindArray:
		for i := range max(want.Len(), got.Len()) {
			if d := m.differ(append(slices.Clone(path), index(i)), want.At(i), got.At(i)); d != "" {
				return d
			}
		}
		return ""
	case want.Kind() == jsonata.KindObject:
		for key, w := range want.Members() {
			if d := m.differ(append(slices.Clone(path), key), w, got.Get(key)); d != "" {
				return d
			}
		}
		for key, g := range got.Members() {
			if want.Get(key).Kind() == jsonata.KindNothing && !m.ignored(append(slices.Clone(path), key)) {
				return fmt.Sprintf("%s.%s is %s, and is not expected", where, key, g)
			}
		}
		return ""
	case !want.Equal(got):
		return fmt.Sprintf("%s is %s, not %s", where, got, want)
	}
	return ""
}

// named says whether a recorded text is but the name of its own key, as
// "StartTime": "start-time": it replaces a value that varies.
func named(text, key string) bool {
	plain := strings.NewReplacer("-", "", "_", "")
	return strings.EqualFold(plain.Replace(text), plain.Replace(key))
}

var placeholder = regexp.MustCompile(`<[a-zA-Z][^<>]*>`)

func (m *matcher) text(where, want, got string) string {
	if want == got || want == m.c.replaced(got) || m.c.byShape(want, m.c.replaced(got)) {
		return ""
	}
	if w, g := parsed(jsonata.String(want)), parsed(jsonata.String(got)); w.Get("errorType").Kind() == jsonata.KindString && g.Kind() == jsonata.KindObject {
		return functionCause(where, w, g)
	}
	return fmt.Sprintf("%s is %q, not %q", where, got, want)
}

// byShape matches <words> in the recording and those of the placeholders with
// anything, words that speak of a date or a time with an instant and those that
// end in arn with an ARN.
func (c *testCase) byShape(want, got string) bool {
	const gap = "\x00"
	shape := placeholder.ReplaceAllLiteralString(want, gap)
	for _, w := range c.words {
		shape = strings.ReplaceAll(shape, w, gap)
	}
	if shape != want {
		re, err := regexp.Compile(`(?s)^` + strings.ReplaceAll(regexp.QuoteMeta(shape), gap, `.+?`) + `$`)
		return err == nil && re.MatchString(got)
	}
	word := strings.ToLower(want)
	if name.MatchString(want) && strings.HasSuffix(word, "arn") && strings.HasPrefix(got, "arn:") {
		return true
	}
	if !strings.Contains(word, "time") && !strings.Contains(word, "date") {
		return false
	}
	return name.MatchString(want) && instant.MatchString(got)
}

// name is a word that replaces a value.
var name = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]*$`)

// instant is what looks like one; recordings replace those that do not exist too.
var instant = regexp.MustCompile(`^\d{4}-\d\d-\d\d[T ]\d\d:\d\d`)
