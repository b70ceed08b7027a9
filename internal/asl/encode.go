package asl

import (
	"github.com/senda-dev/senda/internal/jsonata"
)

// Encode writes the machine as compact JSON: fields in a fixed order, states in
// the order of the slice, absent fields left out. It checks nothing.
func (m *Machine) Encode() []byte { return m.value().AppendJSON(nil) }

// fields collects members, leaving out what is absent.
type fields []jsonata.Member

func (f *fields) add(key string, v jsonata.Value) {
	if v.Kind() != jsonata.KindNothing {
		*f = append(*f, jsonata.Member{Key: key, Value: v})
	}
}

func (f *fields) text(key, s string) {
	if s != "" {
		f.add(key, jsonata.String(s))
	}
}

func (f *fields) number(key string, n float64) {
	if n != 0 {
		f.add(key, jsonata.Number(n))
	}
}

func (f *fields) next(name string) {
	if name == "" {
		f.add("End", jsonata.True)
		return
	}
	f.text("Next", name)
}

func (f fields) value() jsonata.Value { return jsonata.Object(f...) }

func (m *Machine) value() jsonata.Value {
	var f fields
	f.text("Comment", m.Comment)
	f.text("Version", m.Version)
	f.text("QueryLanguage", string(m.QueryLanguage))
	f.number("TimeoutSeconds", float64(m.TimeoutSeconds))
	f.flow(&m.Flow)
	return f.value()
}

func (f *fields) flow(flow *Flow) {
	f.add("StartAt", jsonata.String(flow.StartAt))
	states := make([]jsonata.Member, 0, len(flow.States))
	for _, s := range flow.States {
		states = append(states, jsonata.Member{Key: s.Base().Name, Value: encodeState(s)})
	}
	f.add("States", jsonata.Object(states...))
}

func encodeState(s State) jsonata.Value {
	var f fields
	f.text("Type", s.Type())
	f.text("Comment", s.Base().Comment)
	f.text("QueryLanguage", string(s.Base().QueryLanguage))
	switch s := s.(type) {
	case *Task:
		f.text("Resource", s.Resource)
		f.add("Credentials", s.Credentials)
		f.add("Arguments", s.Arguments)
		f.add("TimeoutSeconds", s.TimeoutSeconds)
		f.add("HeartbeatSeconds", s.HeartbeatSeconds)
		f.result(s.Output, s.Assign, s.Retry, s.Catch)
		f.next(s.Next)
	case *Pass:
		f.result(s.Output, s.Assign, nil, nil)
		f.next(s.Next)
	case *Choice:
		rules := make([]jsonata.Value, 0, len(s.Choices))
		for _, r := range s.Choices {
			rules = append(rules, encodeRule(r))
		}
		f.add("Choices", jsonata.Array(rules...))
		f.result(s.Output, s.Assign, nil, nil)
		f.text("Default", s.Default)
	case *Wait:
		f.add("Seconds", s.Seconds)
		f.add("Timestamp", s.Timestamp)
		f.result(s.Output, s.Assign, nil, nil)
		f.next(s.Next)
	case *Succeed:
		f.add("Output", s.Output)
	case *Fail:
		f.add("Error", s.Error)
		f.add("Cause", s.Cause)
	case *Parallel:
		f.add("Arguments", s.Arguments)
		branches := make([]jsonata.Value, 0, len(s.Branches))
		for i := range s.Branches {
			var b fields
			b.flow(&s.Branches[i])
			branches = append(branches, b.value())
		}
		f.add("Branches", jsonata.Array(branches...))
		f.result(s.Output, s.Assign, s.Retry, s.Catch)
		f.next(s.Next)
	case *Map:
		f.mapState(s)
	}
	return f.value()
}

func (f *fields) mapState(s *Map) {
	for key, v := range s.Distributed.Members() {
		f.add(key, v)
	}
	f.add("Items", s.Items)
	f.add("ItemSelector", s.ItemSelector)
	f.add("MaxConcurrency", s.MaxConcurrency)
	f.add("ToleratedFailureCount", s.ToleratedFailureCount)
	f.add("ToleratedFailurePercentage", s.ToleratedFailurePercentage)
	var p fields
	p.add("ProcessorConfig", s.Config)
	p.flow(&s.Processor)
	f.add("ItemProcessor", p.value())
	f.result(s.Output, s.Assign, s.Retry, s.Catch)
	f.next(s.Next)
}

func encodeRule(r Rule) jsonata.Value {
	var f fields
	f.text("Comment", r.Comment)
	f.add("Condition", r.Condition)
	f.result(r.Output, r.Assign, nil, nil)
	f.text("Next", r.Next)
	return f.value()
}

func (f *fields) result(output, assign jsonata.Value, retry []Retrier, catch []Catcher) {
	f.add("Output", output)
	f.add("Assign", assign)
	if len(retry) > 0 {
		items := make([]jsonata.Value, 0, len(retry))
		for _, r := range retry {
			items = append(items, encodeRetrier(r))
		}
		f.add("Retry", jsonata.Array(items...))
	}
	if len(catch) > 0 {
		items := make([]jsonata.Value, 0, len(catch))
		for _, c := range catch {
			var one fields
			one.text("Comment", c.Comment)
			one.add("ErrorEquals", texts(c.ErrorEquals))
			one.result(c.Output, c.Assign, nil, nil)
			one.text("Next", c.Next)
			items = append(items, one.value())
		}
		f.add("Catch", jsonata.Array(items...))
	}
}

func encodeRetrier(r Retrier) jsonata.Value {
	var f fields
	f.text("Comment", r.Comment)
	f.add("ErrorEquals", texts(r.ErrorEquals))
	f.number("IntervalSeconds", float64(r.IntervalSeconds))
	if r.MaxAttempts != nil {
		f.add("MaxAttempts", jsonata.Number(float64(*r.MaxAttempts)))
	}
	f.number("BackoffRate", r.BackoffRate)
	f.number("MaxDelaySeconds", float64(r.MaxDelaySeconds))
	f.text("JitterStrategy", r.JitterStrategy)
	return f.value()
}

func texts(names []string) jsonata.Value {
	items := make([]jsonata.Value, 0, len(names))
	for _, n := range names {
		items = append(items, jsonata.String(n))
	}
	return jsonata.Array(items...)
}
