package plan

import (
	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/journey"
)

// ID names a node of a plan: its index in Plan.Nodes.
type ID int

// End is where nobody acts any more.
const End ID = -1

// Plan is what a machine will do for one journey.
type Plan struct {
	Journey *journey.Journey
	Family  string
	// Nodes are in the order in which a machine lists them: along the text.
	Nodes []Node
	Start ID
	// First are the pauses that nothing precedes: enroll computes their ends.
	First map[string]senda.PauseSpec
	// Steps are the author's steps, in the order of the text.
	Steps []Step
	// Leavable says that a written exit may end a pause at once.
	Leavable bool
	// Class of each mail, by the name of its step.
	Class map[string]senda.Class
	// Holds is how often one mail may be held before it is refused.
	Holds int
	// Used are the steps whose answer something later reads.
	Used map[string]bool
}

// Step is one of the author's steps.
type Step struct {
	journey.Step
	Seq int // place in the text, from 1
	// Ahead are the mails that may still come from this step on, itself included,
	// in the order of the text.
	Ahead []string
}

// Node is one of *Task, *Facts, *Pause, *Choice and *Exit.
type Node interface {
	// Common is what every node has.
	Common() *Base
	sealed()
}

// Base is what every node has.
type Base struct {
	// Step is the author's step that the node belongs to; nil at the end of the steps.
	Step journey.Step
	// Name is the step's, or says which part of it the node is ("tone if").
	Name string
	Seq  int
}

// Common is what every node has.
func (b *Base) Common() *Base { return b }
func (*Base) sealed()         {}

// Task does what its step says: score, offer, email, set, emit.
type Task struct {
	Base
	Next ID
	// Pauses are those that may follow before the next node that calls a function.
	Pauses map[string]senda.PauseSpec
	// Ends is the reason with which the task ends the entry, empty when something
	// acts after it; Exit is the exit step that says so, empty at the end of the steps.
	Ends string
	Exit string
	// Reads are the values of earlier steps that it takes along.
	Reads Reads
	// Event is the await whose event the expression of a set means.
	Event string
	// Offers are the steps whose offers a mail shows.
	Offers []string
}

// Facts reads what conditions after it need.
type Facts struct {
	Base
	Next   ID
	Reads  Reads
	Pauses map[string]senda.PauseSpec
}

// Pause waits. Both ways lead to the same node unless its step has blocks.
type Pause struct {
	Base
	Spec senda.PauseSpec
	// Callback says that an event, an answer or a written exit may end it before
	// its time; otherwise it is a plain timer.
	Callback bool
	// Await is the step when events may end it, nil for a plain wait.
	Await *journey.Await
	// Event and Reads belong to the condition of the await.
	Event string
	Reads Reads
	// OnEvent is where those go for whom the event came, OnTime the others.
	OnEvent, OnTime ID
	// Expire says that after the time-out somebody must be asked how the pause
	// really ended: ways differ, its outcome is read later, or a pause follows at once.
	Expire bool
	// EventPauses and Pauses are those that may follow at once, after the event and after
	// the time-out.
	EventPauses, Pauses map[string]senda.PauseSpec
}

// Choice goes to the first rule that holds, else to Default.
type Choice struct {
	Base
	Rules   []Rule
	Default ID
}

// conds are the conditions of all rules.
func (c *Choice) conds() []*Cond {
	var out []*Cond
	for _, r := range c.Rules {
		out = append(out, r.If...)
	}
	return out
}

// Rule holds when all its conditions do.
type Rule struct {
	If []*Cond
	To ID
}

// Cond is one condition of a choice.
type Cond struct {
	Kind CondKind
	// Expr is the author's, of Written.
	Expr *journey.Expr
	// Event is the await whose event `event` means in Expr.
	Event string
	// Step and Way: of Happened the await, of OnWay the split and the way.
	Step, Way string
	// Is names the answer of the facts task, when the expression reads personal
	// fields and is evaluated there.
	Is string
	// Reads is what it needs.
	Reads Reads
}

// CondKind is the kind of a condition.
type CondKind uint8

// The kinds of conditions.
const (
	// Written is the author's expression.
	Written CondKind = iota + 1
	// Happened holds when the event of an await came.
	Happened
	// OnWay holds when a split sends the person this way.
	OnWay
)

// Exit ends the entry where no task precedes that could.
type Exit struct {
	Base
	Reason string
}

// Successors are the nodes that may come right after n, each place where the
// edge stands, so that a pass can redirect it.
func Successors(n Node) []*ID {
	switch n := n.(type) {
	case *Task:
		return []*ID{&n.Next}
	case *Facts:
		return []*ID{&n.Next}
	case *Pause:
		return []*ID{&n.OnEvent, &n.OnTime}
	case *Choice:
		out := make([]*ID, 0, len(n.Rules)+1)
		for i := range n.Rules {
			out = append(out, &n.Rules[i].To)
		}
		return append(out, &n.Default)
	}
	return nil
}
