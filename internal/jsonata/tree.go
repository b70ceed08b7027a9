package jsonata

// Tree is a parsed expression. It is not to be changed.
type Tree struct {
	Source string
	Root   Node
	// height is the longest chain of nested nodes, which bounds how deep one
	// evaluation of the tree recurses.
	height int
}

// Options say how to read a source.
type Options struct {
	// Names reads the dialect of journeys: a name may hold hyphens, a-b is
	// one word, and a minus between names needs a space before it or after.
	Names bool
	// MaxDepth is how deep brackets and operators may nest; 0 means 250.
	MaxDepth int
}

// Place is where a node stands: byte offsets in the source, End after the last.
type Place struct{ Pos, End int }

// Span returns the place.
func (p Place) Span() Place { return p }

// Node is one node of the tree: a pointer to one of the structs of this file.
type Node interface {
	Span() Place
	node()
}

// Path is steps joined by dots; a name alone is a path of one step.
type Path struct {
	Place
	Steps []Step
	// KeepArray says that [] was written: one result stays an array.
	KeepArray bool
	// Group is the {...} after the path, or nil.
	Group *Group

	keepHere  bool // [] was written after the whole, as in a^(b)[]
	keepSteps bool // [] was written on one of the steps
	tuple     bool // hands its tuples to the path around it
}

// Step is one step of a path; its place takes in its stages.
type Step struct {
	Place
	Expr   Node // *Name, *Wildcard, *Sort, *Block, *Call ...
	Stages []Stage
	Focus  string // name of the variable bound by @, without $
	Index  string // name of the variable bound by #, without $

	keep     bool
	tuple    bool
	ancestor *slot
}

// Stage is a predicate [Filter], or, when Filter is nil, the binding #$Index.
type Stage struct {
	Place
	Filter Node
	Index  string
}

// Name is a field, as a step of a path.
type Name struct {
	Place
	Value string
}

// Literal is a string, a number, true, false or null.
type Literal struct {
	Place
	Value Value
}

// Variable is $Name; of $ itself and $$ the names are "" and "$".
type Variable struct {
	Place
	Name string
}

// Wildcard is *, any field.
type Wildcard struct{ Place }

// Descendant is **, everything below.
type Descendant struct{ Place }

// Parent is %, what the step before went into.
type Parent struct {
	Place
	slot *slot
}

// Regex is /Pattern/Flags.
type Regex struct {
	Place
	Pattern, Flags string
}

// Binary is Left Op Right; Op is one of + - * / % = != < <= > >= & and or in
// and, inside brackets, the range "..".
type Binary struct {
	Place
	Op          string
	OpPos       int
	Left, Right Node
}

// Negate is -Operand.
type Negate struct {
	Place
	Operand Node
}

// ArrayNode is [Items].
type ArrayNode struct {
	Place
	Items []Node

	cons bool // first or last step of a path: not flattened
}

// ObjectNode is {Pairs}.
type ObjectNode struct {
	Place
	Pairs []Pair
}

// Pair is Key: Value in an object or a group.
type Pair struct{ Key, Value Node }

// Group is the {...} that groups the values before it.
type Group struct {
	Place
	Pairs []Pair
}

// Block is (Parts; ...).
type Block struct {
	Place
	Parts []Node

	cons  bool
	tuple bool
}

// Call is Func(Args).
type Call struct {
	Place
	Func Node
	Args []Node
}

// Partial is Func(Args) with holes, written ?, where Args are nil.
type Partial struct {
	Place
	Func Node
	Args []Node
}

// Lambda is function($Params)<Signature>{Body}.
type Lambda struct {
	Place
	Params    []*Variable
	Signature string
	Body      Node

	sig *signature
}

// Condition is If ? Then : Else; Else is nil where none is written.
type Condition struct {
	Place
	If, Then, Else Node
}

// Bind is $Name := Value.
type Bind struct {
	Place
	Variable *Variable
	Value    Node
}

// Apply is Left ~> Right.
type Apply struct {
	Place
	Left, Right Node
}

// Transform is |Pattern|Update,Delete|; Delete is nil where none is written.
type Transform struct {
	Place
	Pattern, Update, Delete Node
}

// Filter is what follows an expression that is no path: predicates, a group,
// or [].
type Filter struct {
	Place
	Expr      Node
	Filters   []Node
	Group     *Group
	KeepArray bool
}

// Sort is ^(Terms), as a step of a path.
type Sort struct {
	Place
	Terms []Term
}

// Term is one key of a Sort.
type Term struct {
	Place
	Descending bool
	By         Node
}

func (*Path) node()       {}
func (*Name) node()       {}
func (*Literal) node()    {}
func (*Variable) node()   {}
func (*Wildcard) node()   {}
func (*Descendant) node() {}
func (*Parent) node()     {}
func (*Regex) node()      {}
func (*Binary) node()     {}
func (*Negate) node()     {}
func (*ArrayNode) node()  {}
func (*ObjectNode) node() {}
func (*Block) node()      {}
func (*Call) node()       {}
func (*Partial) node()    {}
func (*Lambda) node()     {}
func (*Condition) node()  {}
func (*Bind) node()       {}
func (*Apply) node()      {}
func (*Transform) node()  {}
func (*Filter) node()     {}
func (*Sort) node()       {}

// Walk visits n and what is below it, in the order of the source; visit
// returns whether to go below the node it was given.
func Walk(n Node, visit func(Node) bool) {
	if n == nil || !visit(n) {
		return
	}
	for _, c := range children(n) {
		Walk(c, visit)
	}
}

// children lists the nodes directly below n; nil for what is not written.
func children(n Node) []Node {
	var out []Node
	pairs := func(g *Group) {
		if g != nil {
			for _, p := range g.Pairs {
				out = append(out, p.Key, p.Value)
			}
		}
	}
	switch n := n.(type) {
	case *Path:
		for i := range n.Steps {
			out = append(out, n.Steps[i].Expr)
			for _, s := range n.Steps[i].Stages {
				out = append(out, s.Filter)
			}
		}
		pairs(n.Group)
	case *Binary:
		out = []Node{n.Left, n.Right}
	case *Negate:
		out = []Node{n.Operand}
	case *ArrayNode:
		out = n.Items
	case *ObjectNode:
		pairs(&Group{Pairs: n.Pairs})
	case *Block:
		out = n.Parts
	case *Call:
		out = append(append(out, n.Func), n.Args...)
	case *Partial:
		out = append(append(out, n.Func), n.Args...)
	case *Lambda:
		for _, p := range n.Params {
			out = append(out, p)
		}
		out = append(out, n.Body)
	case *Condition:
		out = []Node{n.If, n.Then, n.Else}
	case *Bind:
		out = []Node{n.Variable, n.Value}
	case *Apply:
		out = []Node{n.Left, n.Right}
	case *Transform:
		out = []Node{n.Pattern, n.Update, n.Delete}
	case *Filter:
		out = append(append(out, n.Expr), n.Filters...)
		pairs(n.Group)
	case *Sort:
		for _, t := range n.Terms {
			out = append(out, t.By)
		}
	case *Name, *Literal, *Variable, *Wildcard, *Descendant, *Parent, *Regex:
	}
	return out
}
