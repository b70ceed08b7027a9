package emit_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/senda-dev/senda/internal/asl"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/plan"
	"github.com/senda-dev/senda/internal/task"
)

// unsound proves a machine or says what is wrong with it: on every way to a state,
// holds and time-outs included, each variable that the state reads was set, and of
// $due those ends that it reads. Reading anything else fails an execution.
func unsound(p *plan.Plan, m *asl.Machine) []string {
	type set = map[string]bool
	before := map[string]set{m.StartAt: {}}
	var queue []string
	push := func(to string, s set) {
		if to == "" {
			return
		}
		old, ok := before[to]
		if !ok {
			before[to] = maps.Clone(s)
			queue = append(queue, to)
			return
		}
		size := len(old)
		maps.DeleteFunc(old, func(k string, _ bool) bool { return !s[k] })
		if len(old) < size {
			queue = append(queue, to)
		}
	}
	// after is what is set behind a state that assigns a; due are the ends that a
	// new $due holds.
	after := func(s set, a jsonata.Value, due []string) set {
		out := maps.Clone(s)
		for k := range a.Members() {
			if k == "due" {
				maps.DeleteFunc(out, func(k string, _ bool) bool { return strings.HasPrefix(k, "due.") })
				for _, d := range due {
					out["due."+d] = true
				}
			}
			out[k] = true
		}
		return out
	}
	queue = []string{m.StartAt}
	first := slices.Collect(maps.Keys(p.First))
	for len(queue) > 0 {
		name := queue[0]
		queue = queue[1:]
		s := before[name]
		switch st := m.State(name).(type) {
		case *asl.Task:
			args := st.Arguments
			if args.Get("Payload").Len() > 0 {
				args = args.Get("Payload")
			}
			var next []string
			for k := range args.Get("next").Members() {
				next = append(next, k)
			}
			push(st.Next, after(s, st.Assign, next))
			for _, c := range st.Catch {
				due := first
				if c.Next == task.HoldName(st.Name) {
					due = []string{c.Next}
				}
				push(c.Next, after(s, c.Assign, due))
			}
		case *asl.Wait:
			push(st.Next, after(s, st.Assign, nil))
		case *asl.Choice:
			for _, r := range st.Choices {
				push(r.Next, after(s, r.Assign, first))
			}
			push(st.Default, after(s, st.Assign, first))
		}
	}
	var wrong []string
	for _, st := range m.States {
		name := st.Base().Name
		s, reached := before[name]
		if !reached {
			if name != "left" {
				wrong = append(wrong, name+" is never reached")
			}
			continue
		}
		one := asl.Machine{Flow: asl.Flow{StartAt: name, States: []asl.State{st}}}
		text, err := jsonata.ParseJSON(one.Encode())
		if err != nil {
			return []string{err.Error()}
		}
		expressions(text, func(src string) {
			t, err := jsonata.Parse(src, jsonata.Options{})
			if err != nil {
				wrong = append(wrong, fmt.Sprintf("%s: %s: %v", name, src, err))
				return
			}
			for _, v := range variables(t) {
				if !s[v] {
					wrong = append(wrong, fmt.Sprintf("%s reads $%s, which is not always set, in %s", name, v, src))
				}
			}
		})
	}
	return wrong
}

// expressions visits every {% … %} in a definition.
func expressions(v jsonata.Value, visit func(src string)) {
	if src, ok := asl.Expression(v.Str()); ok {
		visit(src)
	}
	for _, e := range v.Elements() {
		expressions(e, visit)
	}
	for _, e := range v.Members() {
		expressions(e, visit)
	}
}

// variables are those that an expression reads and does not bind: "at",
// "due.wait-3-days", "come_back".
func variables(t *jsonata.Tree) []string {
	bound := map[string]bool{"states": true, "": true, "$": true}
	called := map[jsonata.Node]bool{}
	var out []string
	jsonata.Walk(t.Root, func(n jsonata.Node) bool {
		switch n := n.(type) {
		case *jsonata.Bind:
			bound[n.Variable.Name] = true
		case *jsonata.Call:
			called[n.Func] = true
		case *jsonata.Path:
			v, ok := n.Steps[0].Expr.(*jsonata.Variable)
			if ok && v.Name == "due" && len(n.Steps) > 1 {
				out = append(out, "due."+n.Steps[1].Expr.(*jsonata.Name).Value)
			}
		case *jsonata.Variable:
			if !called[n] && !bound[n.Name] {
				out = append(out, n.Name)
			}
		}
		return true
	})
	return out
}
