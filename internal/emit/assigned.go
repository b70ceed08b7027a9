package emit

import (
	"maps"
	"slices"

	"github.com/senda-dev/senda/internal/plan"
)

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// assigned finds the steps whose answers may be read on a way that did not take
// them. It goes along the graph with the set of steps that every way has answered.
func (e *emitter) assigned() {
	type set = map[string]bool
	order := e.order()
	have := make([]set, len(e.Nodes)) // nil: not reached yet
	have[e.Start] = set{}
	flow := func(to plan.ID, s set) {
		if to == plan.End {
			return
		}
		if have[to] == nil {
			have[to] = maps.Clone(s)
			return
		}
		maps.DeleteFunc(have[to], func(k string, _ bool) bool { return !s[k] })
	}
	blank := set{}
	for _, id := range order {
		for _, s := range reads(e.Nodes[id]) {
			if id != e.Start && !have[id][s] {
				blank[s] = true
			}
		}
		after := maps.Clone(have[id])
		switch n := e.Nodes[id].(type) {
		case *plan.Task:
			after[n.Name] = true
		case *plan.Pause:
			with := maps.Clone(after)
			with[n.Name] = true
			flow(n.OnEvent, with)
			if n.Expire {
				after = with
			}
			flow(n.OnTime, after)
			continue
		}
		for _, s := range plan.Successors(e.Nodes[id]) {
			flow(*s, after)
		}
	}
	e.blank = sorted(blank)
}

// reads are the steps whose answers a node reads.
func reads(n plan.Node) []string {
	switch n := n.(type) {
	case *plan.Task:
		return n.Reads.Steps
	case *plan.Facts:
		return n.Reads.Steps
	case *plan.Pause:
		return n.Reads.Steps
	case *plan.Choice:
		var out []string
		for _, r := range n.Rules {
			for _, c := range r.If {
				if c.Is == "" { // else the facts task read it
					out = append(out, c.Reads.Steps...)
				}
			}
		}
		return out
	}
	return nil
}

// order lists the nodes so that each comes before those after it.
func (e *emitter) order() []plan.ID {
	seen := make([]bool, len(e.Nodes))
	var post []plan.ID
	var visit func(plan.ID)
	visit = func(id plan.ID) {
		if id == plan.End || seen[id] {
			return
		}
		seen[id] = true
		for _, s := range plan.Successors(e.Nodes[id]) {
			visit(*s)
		}
		post = append(post, id)
	}
	visit(e.Start)
	slices.Reverse(post)
	return post
}
