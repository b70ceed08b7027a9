package interp

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/senda-dev/senda/internal/asl"
	"github.com/senda-dev/senda/internal/jsonata"
)

// Load parses, checks and compiles a definition. The error lists every finding
// (*asl.InvalidDefinition).
func Load(definition []byte) (*Machine, error) {
	def, findings := asl.Parse(definition)
	if err := findings.Err(); err != nil {
		return nil, err
	}
	sum := sha256.Sum256(definition)
	m := &Machine{
		timeout: time.Duration(def.TimeoutSeconds) * time.Second,
		digest:  hex.EncodeToString(sum[:8]),
	}
	language := def.QueryLanguage
	if language == asl.Inherited {
		language = asl.JSONPath
	}
	l := &loader{m: m, language: language}
	m.flow = l.flow("", &def.Flow, []string{"states"})
	if err := l.findings.Err(); err != nil {
		return nil, err
	}
	return m, nil
}

// loader compiles flow after flow.
type loader struct {
	m        *Machine
	language asl.QueryLanguage
	findings asl.Findings
}

func (l *loader) flow(path string, def *asl.Flow, outer []string) *flow {
	f := &flow{vars: slices.Clone(outer)}
	for _, s := range def.States {
		for _, name := range assigned(s) {
			if !slices.Contains(f.vars, name) {
				f.vars = append(f.vars, name)
			}
		}
	}
	// All states exist before any is compiled: they refer to each other.
	states := make(map[string]*state, len(def.States))
	for _, s := range def.States {
		one := &state{number: len(l.m.states), name: s.Base().Name, flow: f}
		one.entered, one.exited = EventType(s.Type()+"StateEntered"), EventType(s.Type()+"StateExited")
		l.m.states = append(l.m.states, one)
		states[one.name] = one
	}
	for _, s := range def.States {
		language := s.Base().QueryLanguage
		if language == asl.Inherited {
			language = l.language
		}
		c := &compiler{vars: f.vars, plain: language != asl.JSONata}
		c.path = path + "/States/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(s.Base().Name)
		l.state(c, states[s.Base().Name], s, states)
		l.findings = append(l.findings, c.errs...)
	}
	f.start = states[def.StartAt]
	return f
}

// assigned lists the variables that a state itself assigns.
func assigned(s asl.State) []string {
	var names []string
	add := func(v jsonata.Value) {
		for name := range v.Members() {
			names = append(names, name)
		}
	}
	catch := func(catchers []asl.Catcher) {
		for _, c := range catchers {
			add(c.Assign)
		}
	}
	switch s := s.(type) {
	case *asl.Task:
		add(s.Assign)
		catch(s.Catch)
	case *asl.Pass:
		add(s.Assign)
	case *asl.Choice:
		add(s.Assign)
		for _, r := range s.Choices {
			add(r.Assign)
		}
	case *asl.Wait:
		add(s.Assign)
	case *asl.Parallel:
		add(s.Assign)
		catch(s.Catch)
	case *asl.Map:
		add(s.Assign)
		catch(s.Catch)
	case *asl.Succeed, *asl.Fail:
	}
	return names
}

func (l *loader) state(c *compiler, s *state, def asl.State, states map[string]*state) {
	switch def := def.(type) {
	case *asl.Task:
		s.kind, s.next = kindTask, states[def.Next]
		s.resource = resourceOf(def.Resource)
		s.arguments = c.template("Arguments", def.Arguments)
		s.credentials = c.template("Credentials", def.Credentials)
		s.timeout = c.number("TimeoutSeconds", def.TimeoutSeconds, 1, asl.MaxSeconds)
		s.heartbeat = c.number("HeartbeatSeconds", def.HeartbeatSeconds, 1, asl.MaxSeconds)
		s.attemptNeeds = s.arguments.need() | s.credentials.need() | s.timeout.need() | s.heartbeat.need()
		s.leave = c.ending("", def.Output, def.Assign)
		s.retry, s.catch = retriers(def.Retry), c.catchers(def.Catch, states)
	case *asl.Pass:
		s.kind, s.next = kindPass, states[def.Next]
		s.leave = c.ending("", def.Output, def.Assign)
	case *asl.Choice:
		s.kind, s.next = kindChoice, states[def.Default]
		for i, r := range def.Choices {
			field := fmt.Sprintf("Choices[%d]/", i)
			s.rules = append(s.rules, rule{
				condition: c.build(field+"Condition", r.Condition),
				leave:     c.ending(field, r.Output, r.Assign),
				next:      states[r.Next],
			})
			s.attemptNeeds |= s.rules[i].condition.needs
		}
		s.leave = c.ending("", def.Output, def.Assign)
	case *asl.Wait:
		s.kind, s.next = kindWait, states[def.Next]
		s.seconds = c.number("Seconds", def.Seconds, 0, asl.MaxSeconds)
		s.timestamp = c.template("Timestamp", def.Timestamp)
		s.attemptNeeds = s.seconds.need() | s.timestamp.need()
		s.leave = c.ending("", def.Output, def.Assign)
	case *asl.Succeed:
		s.kind = kindSucceed
		s.leave = c.ending("", def.Output, jsonata.Nothing)
	case *asl.Fail:
		s.kind = kindFail
		s.errorName, s.cause = c.template("Error", def.Error), c.template("Cause", def.Cause)
		s.attemptNeeds = s.errorName.need() | s.cause.need()
	case *asl.Parallel:
		s.kind, s.next = kindParallel, states[def.Next]
		s.arguments = c.template("Arguments", def.Arguments)
		s.attemptNeeds = s.arguments.need()
		for i := range def.Branches {
			s.branches = append(s.branches, l.flow(fmt.Sprintf("%s/Branches/%d", c.path, i), &def.Branches[i], c.vars))
		}
		s.leave = c.ending("", def.Output, def.Assign)
		s.retry, s.catch = retriers(def.Retry), c.catchers(def.Catch, states)
	case *asl.Map:
		s.kind, s.next = kindMap, states[def.Next]
		if def.IsDistributed() {
			c.errs = append(c.errs, asl.Finding{Path: c.path, Reason: "a distributed Map is not run here; its Mode must be INLINE"})
		}
		s.itemsField, s.selector = c.template("Items", def.Items), c.template("ItemSelector", def.ItemSelector)
		s.concurrency = c.number("MaxConcurrency", def.MaxConcurrency, 0, asl.MaxSeconds)
		s.tolerated = c.number("ToleratedFailureCount", def.ToleratedFailureCount, 0, asl.MaxSeconds)
		s.percentage = c.number("ToleratedFailurePercentage", def.ToleratedFailurePercentage, 0, 100)
		s.attemptNeeds = s.itemsField.need() | s.concurrency.need() | s.tolerated.need() | s.percentage.need()
		s.branches = []*flow{l.flow(c.path+"/ItemProcessor", &def.Processor, c.vars)}
		s.leave = c.ending("", def.Output, def.Assign)
		s.retry, s.catch = retriers(def.Retry), c.catchers(def.Catch, states)
	}
}

func (c *compiler) number(field string, v jsonata.Value, low, high float64) *number {
	if v.Kind() == jsonata.KindNothing {
		return nil
	}
	return &number{template: c.build(field, v), field: field, low: low, high: high}
}

// ending compiles Output and Assign; prefix is the place of the rule or
// Catcher that has them.
func (c *compiler) ending(prefix string, output, assign jsonata.Value) ending {
	e := ending{output: c.template(prefix+"Output", output)}
	e.needs = e.output.need()
	for name, v := range assign.Members() {
		a := assignment{name: name, slot: slices.Index(c.vars, name), value: c.build(prefix+"Assign/"+name, v)}
		e.needs |= a.value.needs
		e.assign = append(e.assign, a)
	}
	return e
}

func (c *compiler) catchers(defs []asl.Catcher, states map[string]*state) []catcher {
	var list []catcher
	for i, def := range defs {
		list = append(list, catcher{
			errors: def.ErrorEquals,
			leave:  c.ending(fmt.Sprintf("Catch[%d]/", i), def.Output, def.Assign),
			next:   states[def.Next],
		})
	}
	return list
}

func retriers(defs []asl.Retrier) []retrier {
	var list []retrier
	for _, def := range defs {
		r := retrier{
			errors:   def.ErrorEquals,
			interval: time.Duration(max(def.IntervalSeconds, asl.DefaultInterval)) * time.Second,
			most:     asl.DefaultMaxAttempts,
			rate:     def.BackoffRate,
			limit:    time.Duration(def.MaxDelaySeconds) * time.Second,
			jitter:   def.JitterStrategy == "FULL",
		}
		if def.MaxAttempts != nil {
			r.most = *def.MaxAttempts
		}
		if r.rate == 0 {
			r.rate = asl.DefaultBackoffRate
		}
		list = append(list, r)
	}
	return list
}
