package journey

import (
	"iter"

	"github.com/senda-dev/senda/internal/calendar"
	"github.com/senda-dev/senda/internal/diag"
)

// Step is one action. It is sealed: the kinds are those of this file, always as
// pointers, and a test walks each through every pass.
type Step interface {
	// Common is what every step has.
	Common() *Base
	// Kind is the author's word for the action: "wait".
	Kind() Kind
	sealed()
}

// Base is what every step has.
type Base struct {
	// Name is unique in the journey (see the package comment). Parse gives it;
	// inlining may prefix it.
	Name    string
	NamePos diag.Pos // where the author wrote it; for a step without, the action
	Written bool     // the author chose the name, by what it is about or by "as"
	// Local is the name inside the part that the step comes from; Name elsewhere.
	Local string
	Pos   diag.Pos // the word of the action: "email"
	If    *Expr    // nil: everyone takes the step. Never set for Await, If, Branch
	Note  diag.Text
	// Via are the includes that brought the step in, outermost first.
	Via []diag.Pos
}

// Common is what every step has.
func (b *Base) Common() *Base { return b }

func (*Base) sealed() {}

// Kind is the kind of a step.
type Kind uint8

// The kinds of steps.
const (
	KindWait Kind = iota + 1
	KindAwait
	KindIf
	KindBranch
	KindSplit
	KindScore
	KindOffer
	KindEmail
	KindSet
	KindEmit
	KindExit
	KindInclude
)

var kindNames = [...]string{
	KindWait: "wait", KindAwait: "await", KindIf: "if", KindBranch: "branch", KindSplit: "split",
	KindScore: "score", KindOffer: "offer", KindEmail: "email", KindSet: "set", KindEmit: "emit",
	KindExit: "exit", KindInclude: "include",
}

// String is the author's word.
func (k Kind) String() string { return word(kindNames[:], uint8(k)) }

// ParseKind reads the author's word.
func ParseKind(s string) (Kind, bool) { n, ok := index(kindNames[:], s); return Kind(n), ok }

// Kinds are all kinds, in the order of the reference.
func Kinds() []Kind {
	out := make([]Kind, 0, len(kindNames))
	for k := KindWait; int(k) < len(kindNames); k++ {
		out = append(out, k)
	}
	return out
}

// Reserved are the actions that will come; they are answered with "not yet".
func Reserved() []string {
	return []string{"task", "invite", "reward", "repeat", "webhook", "sms", "push"}
}

// Wait is a pause.
type Wait struct {
	Base
	For calendar.Pause
	// ForText is the value as written; its place serves findings about the
	// attribute of "until 7 days before person.renewal-date".
	ForText diag.Text
	// Refs resolves that attribute; set by check.
	Refs []Ref
}

// Await is a pause that one of several events may end.
type Await struct {
	Base
	Events    []Awaited
	Match     *Expr // filters the event; nil: every such event
	For       calendar.Span
	ForPos    diag.Pos
	Then      []Step // when the event came
	Otherwise []Step // when the time ran out
}

// Awaited is an event, or an outcome of an earlier step ("still-there.clicked").
type Awaited struct {
	Text diag.Text
	// Step and Outcome are set by check when Text names an outcome; Step is the
	// unique name. Otherwise Text.Value is a kind of event.
	Step    string
	Outcome string
}

// If is a choice of two. Both lists may be empty, not both.
type If struct {
	Base
	Cond      *Expr
	Then      []Step
	Otherwise []Step
}

// Branch takes the first arm that holds.
type Branch struct {
	Base
	Arms         []Arm
	Otherwise    []Step
	OtherwisePos diag.Pos // zero: not written, and those for whom no arm holds go on
}

// Arm of a Branch.
type Arm struct {
	Pos  diag.Pos
	Cond *Expr
	Then []Step
}

// Split sends people different ways by a stable hash. The name of the step
// compares as text with the names of its ways.
type Split struct {
	Base
	Ways []Way
}

// Way of a Split.
type Way struct {
	Name     diag.Text
	Share    Share
	SharePos diag.Pos
	Then     []Step
}

// Score asks a model; its fields are the outcomes of the step.
type Score struct {
	Base
	Model diag.Text
}

// Offer chooses and reserves an offer for a slot.
type Offer struct {
	Base
	Slot diag.Text
	From []diag.Text // brands; check fills in the brand of the journey
}

// Email sends a mail, if every guard lets it through.
type Email struct {
	Base
	Mail    diag.Text
	Purpose diag.Text // check fills in the head's
	Brand   diag.Text // check fills in the head's
	Window  calendar.Window
	// WindowPos and ExpiresPos are zero when not written.
	WindowPos  diag.Pos
	Expires    calendar.Span // from the moment the step is reached; zero: never
	ExpiresPos diag.Pos
}

// Set writes an attribute of the person.
type Set struct {
	Base
	Attr diag.Text // without "person."
	To   *Expr
}

// Emit puts an event on the bus.
type Emit struct {
	Base
	Event diag.Text
}

// Leave is "exit: REASON": the journey ends for the person here.
type Leave struct {
	Base
	Reason diag.Text
}

// Include stands for the steps of a part. No Include is left after check.
type Include struct {
	Base
	Part diag.Text
	As   diag.Text // "" when not written
}

// Kind is KindWait.
func (*Wait) Kind() Kind { return KindWait }

// Kind is KindAwait.
func (*Await) Kind() Kind { return KindAwait }

// Kind is KindIf.
func (*If) Kind() Kind { return KindIf }

// Kind is KindBranch.
func (*Branch) Kind() Kind { return KindBranch }

// Kind is KindSplit.
func (*Split) Kind() Kind { return KindSplit }

// Kind is KindScore.
func (*Score) Kind() Kind { return KindScore }

// Kind is KindOffer.
func (*Offer) Kind() Kind { return KindOffer }

// Kind is KindEmail.
func (*Email) Kind() Kind { return KindEmail }

// Kind is KindSet.
func (*Set) Kind() Kind { return KindSet }

// Kind is KindEmit.
func (*Emit) Kind() Kind { return KindEmit }

// Kind is KindExit.
func (*Leave) Kind() Kind { return KindExit }

// Kind is KindInclude.
func (*Include) Kind() Kind { return KindInclude }

// Blocks are the lists of steps inside a step, in the order of the file; empty
// ones too.
func Blocks(s Step) [][]Step {
	switch s := s.(type) {
	case *Await:
		return [][]Step{s.Then, s.Otherwise}
	case *If:
		return [][]Step{s.Then, s.Otherwise}
	case *Branch:
		out := make([][]Step, 0, len(s.Arms)+1)
		for _, a := range s.Arms {
			out = append(out, a.Then)
		}
		return append(out, s.Otherwise)
	case *Split:
		out := make([][]Step, 0, len(s.Ways))
		for _, w := range s.Ways {
			out = append(out, w.Then)
		}
		return out
	}
	return nil
}

// Walk yields every step, a block's after its own, as a reader meets them.
func Walk(steps []Step) iter.Seq[Step] {
	return func(yield func(Step) bool) { walk(steps, yield) }
}

func walk(steps []Step, yield func(Step) bool) bool {
	for _, s := range steps {
		if !yield(s) {
			return false
		}
		for _, b := range Blocks(s) {
			if !walk(b, yield) {
				return false
			}
		}
	}
	return true
}
