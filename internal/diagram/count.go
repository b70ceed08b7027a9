package diagram

import (
	"cmp"
	"slices"

	senda "github.com/senda-dev/senda"
)

// Counts says how many people went where.
type Counts struct {
	g *Graph
	// Nodes and Edges are by the index of Graph.
	Nodes, Edges []int
	// Refused are the mails of a node that were refused, Left the people who left
	// from it other than by an exit step, both by reason. Inside are those who are still there.
	Refused, Left []map[string]int
	Inside        []int
}

// Visit is one step of an entry's timeline.
type Visit struct {
	Step, Outcome, Reason string
}

// Visits are the steps of an entry, from its records in order. A step that was
// tried again counts once, with what came of it in the end.
func Visits(records []senda.StepRecord) []Visit {
	var out []Visit
	for _, r := range records {
		v := Visit{r.Step, r.Outcome, r.Reason}
		if n := len(out); n > 0 && out[n-1].Step == r.Step {
			out[n-1] = v
			continue
		}
		out = append(out, v)
	}
	return out
}

// Count begins to count people on the graph.
func (g *Graph) Count() *Counts {
	n := len(g.Nodes)
	return &Counts{
		g: g, Nodes: make([]int, n), Edges: make([]int, len(g.Edges)),
		Refused: make([]map[string]int, n), Left: make([]map[string]int, n), Inside: make([]int, n),
	}
}

// Add counts one entry: the steps of its timeline in order, and the reason with which it
// ended, empty while it has not. Steps that the graph does not know are passed
// over.
func (c *Counts) Add(visits []Visit, reason string) {
	at, outcome := 0, ""
	c.Nodes[at]++
	for _, v := range visits {
		to, ok := c.g.step[v.Step]
		if !ok {
			continue
		}
		if to != at && !c.walk(at, to, outcome) {
			continue // a record of another version of the journey
		}
		at, outcome = to, v.Outcome
		if v.Outcome == "refused" {
			add(&c.Refused[at], v.Reason)
		}
	}
	switch to, ok := c.ending(at, reason); {
	case reason == "":
		c.Inside[at]++
	case ok && (to == at || c.walk(at, to, outcome)):
	default:
		add(&c.Left[at], reason)
	}
}

// ending is the node at which an entry ends with a reason: the end, or an exit step.
func (c *Counts) ending(at int, reason string) (int, bool) {
	if reason == senda.LeftCompleted {
		return c.g.end, true
	}
	for i, n := range c.g.Nodes {
		if n.Kind == "exit" && n.Title == reason && (i == at || c.g.path(at, i, "") != nil) {
			return i, true
		}
	}
	return 0, false
}

func add(m *map[string]int, key string) {
	if *m == nil {
		*m = map[string]int{}
	}
	(*m)[key]++
}

// walk counts the ways from a node to one that was recorded after it.
func (c *Counts) walk(from, to int, outcome string) bool {
	path := c.g.path(from, to, outcome)
	for _, e := range path {
		c.Edges[e]++
		c.Nodes[c.g.Edges[e].To]++
	}
	return path != nil
}

// path finds the edges from a node to another: the fewest, since the timeline
// would name a step between; of an await those of its outcome. nil: there are none.
func (g *Graph) path(from, to int, outcome string) []int {
	by := map[int]int{from: -1} // the edge by which a node was first reached
	for queue := []int{from}; len(queue) > 0; queue = queue[1:] {
		n := queue[0]
		for _, e := range g.out[n] {
			edge := g.Edges[e]
			if n == from && outcome != "" && edge.Outcome != "" && edge.Outcome != outcome {
				continue
			}
			if _, seen := by[edge.To]; !seen {
				by[edge.To] = e
				queue = append(queue, edge.To)
			}
		}
	}
	if _, ok := by[to]; !ok || from == to {
		return nil
	}
	var path []int
	for n := to; n != from; n = g.Edges[by[n]].From {
		path = append(path, by[n])
	}
	slices.Reverse(path)
	return path
}

// armCount is how many went by an arm of a node.
func (c *Counts) armCount(node, arm int) int {
	n := 0
	for _, e := range c.g.out[node] {
		if c.g.Edges[e].arm == arm {
			n += c.Edges[e]
		}
	}
	return n
}

// reasons are in the order of their number, the greatest first.
func reasons(m map[string]int) []string {
	var out []string
	for r := range m {
		out = append(out, r)
	}
	slices.SortFunc(out, func(a, b string) int { return cmp.Or(m[b]-m[a], cmp.Compare(a, b)) })
	return out
}

func sum(m map[string]int) int {
	n := 0
	for _, v := range m {
		n += v
	}
	return n
}
