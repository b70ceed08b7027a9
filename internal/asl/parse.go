package asl

import (
	"fmt"
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
