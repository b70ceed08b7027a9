package plan

import "github.com/senda-dev/senda/internal/journey"

// gather puts facts nodes in front of what needs them.
//
// A point needs facts when every path from it asks for some before what it read
// would die. Facts are read where a condition asks, or at a choice whose every
// way will ask: there one node serves them all and lets the choices become one.
// Where paths meet of which only some have read, the others read on their way in.
func (b *builder) gather(start ID) ID {
	order := b.order(start)
	b.feeds = map[string]bool{}
	for _, id := range order {
		if c, ok := b.Nodes[id].(*Choice); ok {
			for _, cond := range c.conds() {
				if cond.Is != "" {
					for _, s := range cond.Reads.Steps {
						b.feeds[s] = true
					}
				}
			}
		}
	}
	due := make([]bool, len(b.Nodes)) // every path from here asks
	for i := len(order) - 1; i >= 0; i-- {
		id := order[i]
		n := b.Nodes[id]
		if asks(n) {
			due[id] = true
			continue
		}
		next := Successors(n)
		due[id] = !b.kills(n) && len(next) > 0
		for _, s := range next {
			due[id] = due[id] && *s != End && due[*s]
		}
	}

	before := len(b.Nodes)
	edges := make(map[ID][]*ID) // into each node
	for _, id := range order {
		for _, s := range Successors(b.Nodes[id]) {
			if *s != End {
				edges[*s] = append(edges[*s], s)
			}
		}
	}
	owner := make(map[*ID]ID)
	for _, id := range order {
		for _, s := range Successors(b.Nodes[id]) {
			owner[s] = id
		}
	}
	known := make([]bool, before) // facts are there when the node begins
	has := func(edge *ID) bool {
		p, ok := owner[edge]
		return ok && (known[p] || asks(b.Nodes[p])) && !b.kills(b.Nodes[p])
	}
	for _, id := range order {
		in := edges[id]
		if id == start {
			in = append(in, &start)
		}
		some, all := false, true
		for _, e := range in {
			if has(e) {
				some = true
			} else {
				all = false
			}
		}
		known[id] = all
		_, choice := b.Nodes[id].(*Choice)
		if all || !due[id] {
			continue
		}
		if !asks(b.Nodes[id]) && !choice && !some {
			continue
		}
		c := b.Nodes[id].Common()
		f := b.add(&Facts{Base: Base{Step: c.Step, Name: c.Name + " facts", Seq: c.Seq}, Next: id})
		for _, e := range in {
			if !has(e) {
				*e = f
			}
		}
		known[id] = true
	}
	for id := before; id < len(b.Nodes); id++ {
		b.collect(b.Nodes[id].(*Facts))
	}
	return start
}

// collect gathers what is asked after f before it would die.
func (b *builder) collect(f *Facts) {
	b.from(f.Next, func(n Node) bool {
		switch n := n.(type) {
		case *Facts:
			return false
		case *Choice:
			for _, c := range n.conds() {
				f.Reads.add(c.Reads)
			}
		case *Task:
			if asks(n) {
				f.Reads.add(n.Reads)
			}
		}
		return !b.kills(n)
	})
	// What earlier steps answered is of use to the facts task only for the
	// conditions that it evaluates itself.
	f.Reads.Steps, f.Reads.Entry, f.Reads.Event = nil, false, false
	for _, c := range f.Reads.Is {
		f.Reads.Steps = union(f.Reads.Steps, c.Reads.Steps)
		f.Reads.Entry = f.Reads.Entry || c.Reads.Entry
		f.Reads.Event = f.Reads.Event || c.Reads.Event
	}
}

// from visits each node that can come from id on, once; visit says whether to go on
// behind the node.
func (b *builder) from(id ID, visit func(Node) bool) {
	seen := map[ID]bool{}
	var walk func(ID)
	walk = func(id ID) {
		if id == End || seen[id] {
			return
		}
		seen[id] = true
		if visit(b.Nodes[id]) {
			for _, s := range Successors(b.Nodes[id]) {
				walk(*s)
			}
		}
	}
	walk(id)
}

// asks says whether a node reads what a facts node must have read.
func asks(n Node) bool {
	switch n := n.(type) {
	case *Choice:
		for _, c := range n.conds() {
			if c.Reads.Asks() {
				return true
			}
		}
	case *Task:
		return n.Reads.Asks()
	}
	return false
}

// kills says whether facts are not to be relied upon after a node: time has
// passed, the node changes what was read, or a condition that the facts task evaluates
// needs what the node answers.
func (b *builder) kills(n Node) bool {
	switch n := n.(type) {
	case *Pause:
		return true
	case *Task:
		k := n.Step.Kind()
		return k == journey.KindEmail || k == journey.KindSet || b.feeds[n.Name]
	}
	return false
}

// order lists what start reaches so that a node comes before those after it.
func (b *builder) order(start ID) []ID {
	seen := make([]bool, len(b.Nodes))
	var post []ID
	var visit func(ID)
	visit = func(id ID) {
		if id == End || seen[id] {
			return
		}
		seen[id] = true
		next := Successors(b.Nodes[id])
		for i := len(next) - 1; i >= 0; i-- {
			visit(*next[i])
		}
		post = append(post, id)
	}
	visit(start)
	out := make([]ID, 0, len(post))
	for i := len(post) - 1; i >= 0; i-- {
		out = append(out, post[i])
	}
	return out
}
