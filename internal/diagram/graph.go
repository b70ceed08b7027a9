package diagram

import (
	"strings"

	"github.com/senda-dev/senda/internal/journey"
)

// Graph is a journey as steps and the ways between them.
type Graph struct {
	Journey string
	Nodes   []Node
	Edges   []Edge
	// block is the same as blocks inside blocks, for drawing.
	block []item
	end   int // the last node: where those come who walk to the end
	step  map[string]int
	out   [][]int // edges by the node they leave
}

// Node is a step, the way in, or the end.
type Node struct {
	// Step is its name; empty for the way in and the end.
	Step string
	Kind Kind
	// Title is what it is about, Detail what else there is to say in few words.
	Title, Detail string
}

// Kind decides how a node looks.
type Kind string

// The kinds of nodes beside those of steps, whose words they have: "email".
const (
	Enter Kind = "enter"
	End   Kind = "end"
)

// Edge is a way from a node to the next.
type Edge struct {
	From, To int
	// Label says who goes this way, empty where everyone does.
	Label string
	// Outcome is that of an await: senda.OverEvent or senda.OverTime; else empty.
	Outcome string
	// arm is which arm of its node it leaves by, from 0.
	arm int
}

// item is a node in a block; a choice has arms.
type item struct {
	node int
	arms []arm
}

// arm is one way out of a choice.
type arm struct {
	label string
	block []item
	// ends says that nobody comes back from it.
	ends bool
}

// loose is an edge whose end is not drawn yet.
type loose struct {
	from, arm      int
	label, outcome string
}

// Of makes the graph of a journey.
func Of(j *journey.Journey) *Graph {
	g := &Graph{Journey: j.Name.Value, step: map[string]int{}}
	in := Node{Kind: Enter, Title: j.Enter.Event.Value, Detail: "enters"}
	if j.Enter.Event.Value == "" {
		in.Title = j.Enter.Audience.Value
	}
	if j.Enter.If != nil {
		in.Detail = "if " + j.Enter.If.Text.Value
	}
	start := g.add(in, nil)
	block, outs := g.steps(j.Steps, []loose{{from: start}})
	g.end = g.add(Node{Kind: End, Title: "end"}, outs)
	g.block = append(append([]item{{node: start}}, block...), item{node: g.end})
	g.out = make([][]int, len(g.Nodes))
	for i, e := range g.Edges {
		g.out[e.From] = append(g.out[e.From], i)
	}
	return g
}

func (g *Graph) add(n Node, ins []loose) int {
	id := len(g.Nodes)
	g.Nodes = append(g.Nodes, n)
	if n.Step != "" {
		g.step[n.Step] = id
	}
	for _, l := range ins {
		g.Edges = append(g.Edges, Edge{From: l.from, To: id, Label: l.label, Outcome: l.outcome, arm: l.arm})
	}
	return id
}

func (g *Graph) steps(steps []journey.Step, ins []loose) ([]item, []loose) {
	var block []item
	for _, s := range steps {
		var it item
		it, ins = g.one(s, ins)
		block = append(block, it)
	}
	return block, ins
}

// one adds a step. A condition on it is a choice in front of it.
func (g *Graph) one(s journey.Step, ins []loose) (item, []loose) {
	b := s.Common()
	if b.If == nil {
		return g.bare(s, ins)
	}
	id := g.add(Node{Kind: "if", Title: b.If.Text.Value}, ins)
	it, outs := g.bare(s, []loose{{from: id, label: "yes"}})
	no := loose{from: id, arm: 1, label: "no"}
	return item{id, []arm{{"yes", []item{it}, len(outs) == 0}, {"no", nil, false}}}, append(outs, no)
}

func (g *Graph) bare(s journey.Step, ins []loose) (item, []loose) {
	n := Node{Step: s.Common().Name, Kind: Kind(s.Kind().String()), Title: s.Common().Name}
	type way struct {
		label, outcome string
		steps          []journey.Step
	}
	var ways []way
	switch s := s.(type) {
	case *journey.Wait:
		n.Title, n.Detail = s.For.String(), "wait"
	case *journey.Await:
		var events []string
		for _, e := range s.Events {
			events = append(events, e.Text.Value)
		}
		n.Title, n.Detail = strings.Join(events, " or "), "await, up to "+s.For.String()
		if len(s.Then)+len(s.Otherwise) > 0 {
			ways = []way{{"it comes", "event", s.Then}, {"time runs out", "time", s.Otherwise}}
		}
	case *journey.If:
		n.Title = s.Cond.Text.Value
		ways = []way{{"yes", "", s.Then}, {"no", "", s.Otherwise}}
	case *journey.Branch:
		n.Title = "which?"
		for _, a := range s.Arms {
			ways = append(ways, way{a.Cond.Text.Value, "", a.Then})
		}
		ways = append(ways, way{"otherwise", "", s.Otherwise})
	case *journey.Split:
		n.Detail = "split"
		for _, w := range s.Ways {
			ways = append(ways, way{w.Name.Value + " " + w.Share.String(), "", w.Then})
		}
	case *journey.Score:
		n.Detail = "score"
	case *journey.Offer:
		n.Detail = "offer"
	case *journey.Email:
		n.Detail = s.Purpose.Value
		if s.Brand.Value != "" {
			n.Detail = s.Brand.Value + " " + n.Detail
		}
	case *journey.Set:
		n.Title, n.Detail = "person."+s.Attr.Value, "set to "+s.To.Text.Value
	case *journey.Emit:
		n.Title, n.Detail = s.Event.Value, "emit"
	case *journey.Leave:
		n.Title, n.Detail = s.Reason.Value, "exit"
	}
	id := g.add(n, ins)
	if _, ok := s.(*journey.Leave); ok {
		return item{node: id}, nil
	}
	if ways == nil {
		return item{node: id}, []loose{{from: id}}
	}
	it := item{node: id}
	var outs []loose
	for i, w := range ways {
		block, out := g.steps(w.steps, []loose{{id, i, w.label, w.outcome}})
		it.arms = append(it.arms, arm{w.label, block, len(out) == 0})
		outs = append(outs, out...)
	}
	return it, outs
}
