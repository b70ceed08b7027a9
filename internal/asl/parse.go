package asl

import (
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/senda-dev/senda/internal/jsonata"
)

// Limits of AWS (https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
// and the pages of the states).
const (
	MaxDefinitionBytes = 1 << 20    // 1 MiB
	MaxNameLength      = 80         // characters, of states and of variables
	MaxSeconds         = 99_999_999 // of time-outs and waits
	MaxInterval        = 99_999_999 // seconds before a retry
	MaxRetryDelay      = 31_622_400 // seconds, exclusive: 366 days
	MaxAttempts        = 99_999_999
)

// Parse reads a definition. The machine is whole only when Findings.Err is nil;
// otherwise what could not be read is left out of it. It never fails on a
// definition that is no JSON: that is a finding too.
func Parse(definition []byte) (*Machine, Findings) {
	p := &parser{names: map[string]string{}}
	if len(definition) > MaxDefinitionBytes {
		p.errorf("", "is %d bytes; AWS takes %d", len(definition), MaxDefinitionBytes)
		return &Machine{}, p.findings
	}
	v, err := jsonata.ParseJSON(definition)
	if err != nil {
		p.errorf("", "is no JSON: %v", err)
		return &Machine{}, p.findings
	}
	m := p.machine(v)
	return m, p.findings
}

type parser struct {
	findings Findings
	root     QueryLanguage     // of the machine, never Inherited
	language QueryLanguage     // of the state at hand
	names    map[string]string // state names to the paths of their first use
	scope    *scope            // of variables
}

func (p *parser) errorf(path, format string, args ...any) {
	p.findings = append(p.findings, Finding{Path: path, Reason: fmt.Sprintf(format, args...)})
}

func (p *parser) warnf(path, format string, args ...any) {
	p.findings = append(p.findings, Finding{Path: path, Reason: fmt.Sprintf(format, args...), Warning: true})
}

func (p *parser) machine(v jsonata.Value) *Machine {
	m := &Machine{}
	o, ok := p.object("", v)
	if !ok {
		return m
	}
	m.Comment = o.text("Comment")
	m.Version = o.oneOf("Version", "1.0")
	m.QueryLanguage = QueryLanguage(o.oneOf("QueryLanguage", string(JSONPath), string(JSONata)))
	m.TimeoutSeconds = o.integer("TimeoutSeconds", 1, MaxSeconds)
	p.root = m.QueryLanguage
	if p.root == Inherited {
		p.root = JSONPath
	}
	p.language = p.root
	m.Flow = p.flow(o)
	o.done()
	return m
}

// flow reads StartAt and States and checks where the states lead to.
func (p *parser) flow(o *object) Flow {
	p.scope = &scope{outer: p.scope}
	f := Flow{StartAt: o.required("StartAt")}
	states := o.get("States")
	if states.Kind() != jsonata.KindObject || states.Len() == 0 {
		o.errorf("States", "must be an object with at least one state")
	}
	language := p.language
	for name, v := range states.Members() {
		// AWS gives the states inside a Map or Parallel the language of the
		// machine, whatever that of the Map or Parallel is.
		p.language = p.root
		if s := p.state(pointer(o.at("States"), name), name, v); s != nil {
			f.States = append(f.States, s)
		}
	}
	p.language = language
	p.targets(o, &f)
	p.scope.finish(p)
	p.scope = p.scope.outer
	return f
}

func (p *parser) state(path, name string, v jsonata.Value) State {
	switch first, twice := p.names[name]; {
	case twice:
		p.errorf(path, "the name is used already, at %s", first)
	case name == "":
		p.errorf(path, "the name is empty")
	case utf8.RuneCountInString(name) > MaxNameLength:
		p.errorf(path, "the name is longer than %d characters", MaxNameLength)
	}
	if _, twice := p.names[name]; !twice {
		p.names[name] = path
	}
	o, ok := p.object(path, v)
	if !ok {
		return nil
	}
	c := Common{Name: name, Comment: o.text("Comment")}
	c.QueryLanguage = QueryLanguage(o.oneOf("QueryLanguage", string(JSONPath), string(JSONata)))
	if c.QueryLanguage != Inherited {
		if p.root == JSONata && c.QueryLanguage == JSONPath {
			o.errorf("QueryLanguage", "must not be JSONPath: the machine is in JSONata")
		}
		p.language = c.QueryLanguage
	}
	s := p.kind(o, c)
	if s != nil {
		o.done()
	}
	return s
}

func (p *parser) kind(o *object, c Common) State {
	switch t := o.required("Type"); t {
	case "Task":
		return p.task(o, c)
	case "Pass":
		s := &Pass{Common: c, Output: o.output(reads{}), Assign: o.assignJSONata(reads{})}
		s.Next = o.next()
		return s
	case "Choice":
		return p.choice(o, c)
	case "Wait":
		return p.wait(o, c)
	case "Succeed":
		return &Succeed{Common: c, Output: o.output(reads{})}
	case "Fail":
		return &Fail{Common: c, Error: o.textTemplate("Error"), Cause: o.textTemplate("Cause")}
	case "Parallel":
		return p.parallel(o, c)
	case "Map":
		return p.mapState(o, c)
	case "":
		return nil
	default:
		o.errorf("Type", "must be Task, Pass, Choice, Wait, Succeed, Fail, Parallel or Map, not %q", t)
		return nil
	}
}

var afterResult = reads{result: true}

func (p *parser) task(o *object, c Common) State {
	s := &Task{Common: c, Resource: o.required("Resource")}
	s.Arguments = o.jsonataOnly("Arguments", reads{})
	s.Credentials = o.get("Credentials")
	if k := s.Credentials.Kind(); k != jsonata.KindNothing && k != jsonata.KindObject && !o.expression("Credentials", s.Credentials) {
		o.errorf("Credentials", "must be an object")
	} else if k == jsonata.KindObject {
		p.template(o.at("Credentials"), s.Credentials, reads{})
	}
	s.TimeoutSeconds = o.number("TimeoutSeconds", 1, MaxSeconds)
	s.HeartbeatSeconds = o.number("HeartbeatSeconds", 1, MaxSeconds)
	if t, h := s.TimeoutSeconds, s.HeartbeatSeconds; t.Kind() == jsonata.KindNumber && h.Kind() == jsonata.KindNumber && h.Num() >= t.Num() {
		o.errorf("HeartbeatSeconds", "must be smaller than TimeoutSeconds")
	}
	s.Output, s.Assign = o.output(afterResult), o.assignJSONata(afterResult)
	s.Retry, s.Catch = o.retry(), o.catch()
	s.Next = o.next()
	return s
}

func (p *parser) choice(o *object, c Common) State {
	s := &Choice{Common: c}
	if p.language != JSONata {
		o.errorf("Choices", "are in JSONPath, which is not understood here; set QueryLanguage to JSONata")
		return nil
	}
	for i, v := range o.list("Choices") {
		r, ok := p.object(index(o.at("Choices"), i), v)
		if !ok {
			continue
		}
		rule := Rule{Comment: r.text("Comment"), Condition: r.get("Condition")}
		switch k := rule.Condition.Kind(); {
		case k == jsonata.KindNothing:
			r.errorf("Condition", "is missing")
		case k != jsonata.KindBool && !r.expression("Condition", rule.Condition):
			r.errorf("Condition", "must be a boolean or a JSONata expression")
		}
		rule.Output, rule.Assign = r.output(reads{}), r.assignJSONata(reads{})
		rule.Next = r.required("Next")
		r.done()
		s.Choices = append(s.Choices, rule)
	}
	if len(s.Choices) == 0 && (!o.has("Choices") || o.v.Get("Choices").Kind() == jsonata.KindArray) {
		o.errorf("Choices", "must have at least one rule")
	}
	s.Default = o.text("Default")
	s.Output, s.Assign = o.output(reads{}), o.assignJSONata(reads{})
	return s
}

func (p *parser) wait(o *object, c Common) State {
	s := &Wait{Common: c, Seconds: o.number("Seconds", 0, MaxSeconds), Timestamp: o.get("Timestamp")}
	if v := s.Timestamp; v.Kind() != jsonata.KindNothing && !o.expression("Timestamp", v) {
		if _, ok := ParseTimestamp(v.Str()); !ok {
			o.errorf("Timestamp", "must be an instant such as 2027-03-01T09:00:00Z or a JSONata expression")
		}
	}
	if o.has("Seconds") == o.has("Timestamp") {
		p.errorf(o.path, "must have exactly one of Seconds and Timestamp")
	}
	s.Output, s.Assign = o.output(reads{}), o.assignJSONata(reads{})
	s.Next = o.next()
	return s
}

func (p *parser) parallel(o *object, c Common) State {
	s := &Parallel{Common: c, Arguments: o.jsonataOnly("Arguments", reads{})}
	s.Output, s.Assign = o.output(afterResult), o.assignJSONata(afterResult)
	s.Retry, s.Catch = o.retry(), o.catch()
	s.Next = o.next()
	for i, v := range o.list("Branches") {
		if b, ok := p.object(index(o.at("Branches"), i), v); ok {
			b.text("Comment")
			s.Branches = append(s.Branches, p.flow(b))
			b.done()
		}
	}
	if len(s.Branches) == 0 {
		o.errorf("Branches", "must have at least one branch")
	}
	return s
}

func (p *parser) mapState(o *object, c Common) State {
	s := &Map{Common: c, Items: o.jsonataOnly("Items", reads{})}
	if v := s.Items; v.Kind() == jsonata.KindString {
		if _, is := Expression(v.Str()); !is {
			o.errorf("Items", "must be an array or a JSONata expression")
		}
	} else if k := v.Kind(); k != jsonata.KindNothing && k != jsonata.KindArray && k != jsonata.KindObject {
		o.errorf("Items", "must be an array or a JSONata expression")
	}
	s.ItemSelector = o.jsonataOnly("ItemSelector", reads{})
	s.MaxConcurrency = o.number("MaxConcurrency", 0, MaxSeconds)
	s.ToleratedFailureCount = o.number("ToleratedFailureCount", 0, MaxSeconds)
	s.ToleratedFailurePercentage = o.number("ToleratedFailurePercentage", 0, 100)
	s.Output, s.Assign = o.output(afterResult), o.assignJSONata(afterResult)
	s.Retry, s.Catch = o.retry(), o.catch()
	s.Next = o.next()
	var distributed []jsonata.Member
	for _, key := range []string{"ItemReader", "ItemBatcher", "ResultWriter", "Label"} {
		if v := o.get(key); v.Kind() != jsonata.KindNothing {
			distributed = append(distributed, jsonata.Member{Key: key, Value: v})
		}
	}
	if len(distributed) > 0 {
		s.Distributed = jsonata.Object(distributed...)
	}
	key := "ItemProcessor"
	if !o.has(key) && o.has("Iterator") {
		key = "Iterator" // the deprecated name; Encode writes the new one
	}
	if b, ok := p.object(o.at(key), o.get(key)); ok {
		b.text("Comment")
		if s.Config = b.get("ProcessorConfig"); s.Config.Kind() != jsonata.KindNothing {
			if config, ok := p.object(b.at("ProcessorConfig"), s.Config); ok {
				config.oneOf("Mode", "INLINE", "DISTRIBUTED")
				config.oneOf("ExecutionType", "STANDARD", "EXPRESS")
				config.done()
			}
		}
		s.Processor = p.flow(b)
		b.done()
	}
	return s
}

// output and assignJSONata read the fields that JSONPath has not, or has with
// another meaning.
func (o *object) output(extra reads) jsonata.Value { return o.jsonataOnly("Output", extra) }

func (o *object) assignJSONata(extra reads) jsonata.Value {
	if o.p.language != JSONata && o.has("Assign") {
		o.errorf("Assign", "is in JSONPath, which is not understood here; set QueryLanguage to JSONata")
		return o.get("Assign")
	}
	return o.assign(extra)
}

func (o *object) jsonataOnly(key string, extra reads) jsonata.Value {
	if o.p.language != JSONata && o.has(key) {
		o.errorf(key, "belongs to JSONata; this state is in JSONPath")
		return o.get(key)
	}
	return o.template(key, extra)
}

// textTemplate reads a string that may be an expression.
func (o *object) textTemplate(key string) jsonata.Value {
	v := o.get(key)
	if k := v.Kind(); k != jsonata.KindString && k != jsonata.KindNothing {
		o.errorf(key, "must be a string")
		return jsonata.Nothing
	}
	o.expression(key, v)
	return v
}

// next reads Next and End; an empty answer is an end.
func (o *object) next() string {
	next := o.text("Next")
	end := o.get("End")
	if k := end.Kind(); k != jsonata.KindBool && k != jsonata.KindNothing {
		o.errorf("End", "must be true or false")
	}
	switch {
	case o.has("Next") && end.Bool():
		o.errorf("End", "must not stand beside Next")
	case !o.has("Next") && !end.Bool():
		o.p.errorf(o.path, "must have Next or \"End\": true")
	case o.has("Next") && next == "":
		o.errorf("Next", "must not be empty")
	}
	return next
}

func (o *object) retry() []Retrier {
	items := o.list("Retry")
	var retry []Retrier
	for i, v := range items {
		r, ok := o.p.object(index(o.at("Retry"), i), v)
		if !ok {
			continue
		}
		retrier := Retrier{Comment: r.text("Comment"), ErrorEquals: r.errorEquals(i == len(items)-1)}
		retrier.IntervalSeconds = r.integer("IntervalSeconds", 1, MaxInterval)
		if v := r.get("MaxAttempts"); v.Kind() != jsonata.KindNothing {
			n := r.integer("MaxAttempts", 0, MaxAttempts)
			retrier.MaxAttempts = &n
		}
		switch v := r.get("BackoffRate"); {
		case v.Kind() == jsonata.KindNothing:
		case v.Kind() != jsonata.KindNumber || v.Num() < 1:
			r.errorf("BackoffRate", "must be a number of at least 1")
		default:
			retrier.BackoffRate = v.Num()
		}
		retrier.MaxDelaySeconds = r.integer("MaxDelaySeconds", 1, MaxRetryDelay-1)
		if most := retrier.MaxDelaySeconds; most > 0 && most <= max(retrier.IntervalSeconds, DefaultInterval) {
			r.errorf("MaxDelaySeconds", "must be greater than IntervalSeconds")
		}
		retrier.JitterStrategy = r.oneOf("JitterStrategy", "NONE", "FULL")
		r.done()
		retry = append(retry, retrier)
	}
	return retry
}

func (o *object) catch() []Catcher {
	items := o.list("Catch")
	var catch []Catcher
	for i, v := range items {
		c, ok := o.p.object(index(o.at("Catch"), i), v)
		if !ok {
			continue
		}
		catcher := Catcher{Comment: c.text("Comment"), ErrorEquals: c.errorEquals(i == len(items)-1)}
		extra := reads{errorOutput: true}
		catcher.Output, catcher.Assign = c.output(extra), c.assignJSONata(extra)
		catcher.Next = c.required("Next")
		c.done()
		catch = append(catch, catcher)
	}
	return catch
}

// errorEquals reads the names of errors; States.ALL stands alone and last.
func (o *object) errorEquals(last bool) []string {
	var names []string
	for i, v := range o.list("ErrorEquals") {
		if v.Kind() != jsonata.KindString {
			o.p.errorf(index(o.at("ErrorEquals"), i), "must be a string")
			continue
		}
		names = append(names, v.Str())
	}
	switch all := slices.Contains(names, "States.ALL"); {
	case len(names) == 0 && (!o.has("ErrorEquals") || o.v.Get("ErrorEquals").Len() == 0):
		o.errorf("ErrorEquals", "must name at least one error")
	case all && len(names) > 1:
		o.errorf("ErrorEquals", "States.ALL must stand alone")
	case all && !last:
		o.errorf("ErrorEquals", "States.ALL must be in the last entry")
	}
	return names
}
