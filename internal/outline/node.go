package outline

import "github.com/senda-dev/senda/internal/diag"

// Kind of a Node.
type Kind uint8

// The kinds of nodes.
const (
	// Empty is a key or a dash without a value.
	Empty Kind = iota + 1
	// Scalar is text on one line.
	Scalar
	// Block is text over several lines after | or >.
	Block
	// Map is keys with values, List is elements after dashes or in brackets.
	Map
	List
	// Bad is a value that a finding speaks of already and that has no likely
	// meaning. Whoever meets one says nothing more.
	Bad
)

// Node is a value.
type Node struct {
	Kind Kind
	Pos  diag.Pos
	Text diag.Text // of a Scalar or a Block: the value without quotes
	// Raw is the value as it stands in the file, for Scalar, Bad and lists in
	// brackets.
	Raw     string
	Quote   byte // ' or " when the Scalar is quoted
	Flow    bool // a List in brackets
	Entries []Entry
	Items   []*Node

	Dash diag.Pos // of an element: its dash
	// Comment is what follows the value on its line, from # on.
	Comment    string
	CommentPos diag.Pos
	// Above are the lines of comment before an element, Below those at the end
	// of a map or list; an empty string is an empty line.
	Above, Below []string
	// Mark is | or > with its sign, for a Block; Lines are its lines as written,
	// without their common indentation.
	Mark  string
	Lines []string
}

// Entry is a key of a map with its value.
type Entry struct {
	Key   diag.Text
	Value *Node
	// Above are the lines of comment before the key.
	Above []string
}

// Get is the value of a key, nil when it is not there.
func (n *Node) Get(key string) *Node {
	if n == nil {
		return nil
	}
	for _, e := range n.Entries {
		if e.Key.Value == key {
			return e.Value
		}
	}
	return nil
}
