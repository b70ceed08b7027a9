package asl

import "github.com/senda-dev/senda/internal/jsonata"

// This file reads each kind of state.

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
