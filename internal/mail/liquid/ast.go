// Package liquid reads, checks and renders the part of Liquid that Senda's
// mails use. One parser serves both the check when a journey is compiled and
// the rendering when a mail leaves, so what was checked is what runs.
//
// The dialect is smaller than Shopify's on purpose: every loop states its
// limit, a filter stands in outputs and assignments only, "and" and "or" are
// not mixed, and nothing reads a file or a clock. Where the dialects overlap the
// results are those of github.com/osteele/liquid, which the tests compare with.
package liquid

import "github.com/senda-dev/senda/internal/diag"

// A Node is a piece of a template: Text, Output, If, For, Assign or Link.
type Node interface {
	Place() diag.Pos
	node()
}

// Text is copied as it is.
type Text struct {
	At   diag.Pos
	Text string
}

// Output is {{ expression }}.
type Output struct {
	At    diag.Pos
	Width int // runes from {{ to }}
	Expr  Expr
}

// If is if, unless or case; a case is read as an if that compares.
type If struct {
	At       diag.Pos
	Branches []Branch
}

// A Branch is one way through an If. A nil Cond is else.
type Branch struct {
	At   diag.Pos
	Cond Expr
	Not  bool // unless
	Body []Node
}

// For repeats Body for the items of a list, at most Limit of them.
type For struct {
	At       diag.Pos
	Var      string
	In       Expr
	Limit    int // 1 to MaxLoop
	Reversed bool
	Body     []Node
}

// Assign gives a name to a value for the rest of the template.
type Assign struct {
	At   diag.Pos
	Name string
	Expr Expr
}

// Link marks the address of a link, so that it can be checked and, where clicks
// are counted, replaced when the mail leaves. Only the compiler writes it.
type Link struct {
	At    diag.Pos
	Index int  // its number in the mail, from 0; below 0: never replaced
	Note  bool // in a text, the address becomes a footnote
	Body  []Node
}

// Other is a tag whose meaning the caller gave through Options.Tags.
type Other struct {
	At    diag.Pos
	Width int
	Name  string
	Arg   string
}

// Place returns where the text starts.
func (n *Text) Place() diag.Pos { return n.At }

// Place returns where the output starts.
func (n *Output) Place() diag.Pos { return n.At }

// Place returns where the opening tag starts.
func (n *If) Place() diag.Pos { return n.At }

// Place returns where the opening tag starts.
func (n *For) Place() diag.Pos { return n.At }

// Place returns where the tag starts.
func (n *Assign) Place() diag.Pos { return n.At }

// Place returns where the address starts.
func (n *Link) Place() diag.Pos { return n.At }

// Place returns where the tag starts.
func (n *Other) Place() diag.Pos { return n.At }

func (*Text) node()   {}
func (*Output) node() {}
func (*If) node()     {}
func (*For) node()    {}
func (*Assign) node() {}
func (*Link) node()   {}
func (*Other) node()  {}

// An Expr is a value to be worked out: Path, Literal, Filter or Binary.
type Expr interface {
	Place() diag.Pos
	expr()
}

// A Path names a value: person.first-name, items[0].title.
type Path struct {
	At    diag.Pos
	Width int
	Parts []Part
}

// A Part is one step of a path, a name or an index.
type Part struct {
	Name  string
	Index int // used when Name is ""
}

// A Literal is a text, a number, true, false or nil.
type Literal struct {
	At    diag.Pos
	Value any // string, float64, bool or nil
}

// A Filter changes the value on its left.
type Filter struct {
	At   diag.Pos
	X    Expr
	Name string
	Args []Expr
}

// A Binary compares or joins two values.
type Binary struct {
	At   diag.Pos
	Op   string // == != < > <= >= contains and or
	L, R Expr
}

// Place returns where the path starts.
func (e *Path) Place() diag.Pos { return e.At }

// Place returns where the literal starts.
func (e *Literal) Place() diag.Pos { return e.At }

// Place returns where the name of the filter starts.
func (e *Filter) Place() diag.Pos { return e.At }

// Place returns where the operator stands.
func (e *Binary) Place() diag.Pos { return e.At }

func (*Path) expr()    {}
func (*Literal) expr() {}
func (*Filter) expr()  {}
func (*Binary) expr()  {}

// MaxLoop is the highest limit a loop may have: mails are read by people.
const MaxLoop = 50

// maxDepth bounds nesting, so that no source can exhaust the stack.
const maxDepth = 24
