package journey

import (
	"iter"

	"github.com/senda-dev/senda/internal/diag"
	"github.com/senda-dev/senda/internal/jsonata"
)

// Expr is a condition or a value: JSONata on one line, as written.
type Expr struct {
	Text diag.Text
	// Tree is Text.Value parsed in the authors' dialect; its places are bytes of
	// that. It is nil only when parsing failed, of which a finding speaks.
	Tree *jsonata.Tree
	// Refs are the declared names in it, in the order of the source, not
	// overlapping. Set by check; complete when the journey has no errors.
	Refs []Ref
}

// Personal says whether the expression reads a field that is personal: then the
// facts task evaluates it and only its result travels.
func (e *Expr) Personal() bool {
	for _, r := range e.Refs {
		if r.Personal {
			return true
		}
	}
	return false
}

// MayMiss says whether a name in the expression may have no value.
func (e *Expr) MayMiss() bool {
	for _, r := range e.Refs {
		if r.MayMiss {
			return true
		}
	}
	return false
}

// Ref is one declared name in an expression, resolved.
type Ref struct {
	// From and To are the bytes of the name in Expr.Text.Value, from its root to
	// the last part that is resolved: "come-back.clicked",
	// "consent.pantry.offers", "event.basket.id".
	From, To int
	Kind     RefKind

	// Path is the name without its root: ["basket", "id"]. For a step it is the
	// outcome (["clicked"]), empty for a split.
	Path []string
	// Step is the unique name of the step, for the outcomes of steps.
	Step string
	// Brand and Purpose of a RefConsent; the brand is always filled in.
	Brand, Purpose string
	// Event is the kind of event whose field it is, for RefEntry and RefEvent;
	// "" when an await names several kinds.
	Event string

	// Personal is set for fields marked x-personal and attributes declared so.
	Personal bool
	// MayMiss is set when the value may be absent on some path or in some event.
	MayMiss bool
	// InKnown is set inside known(…): only whether it exists is asked.
	InKnown bool
}

// RefKind says what a name stands for.
type RefKind uint8

// The kinds of names.
const (
	RefPerson  RefKind = iota + 1 // person.ATTR, an attribute
	RefFact                       // person.FACT, a fold over the timeline
	RefEntry                      // entry.FIELD
	RefEvent                      // event.FIELD
	RefConsent                    // consent.[BRAND.]PURPOSE
	RefMail                       // MAIL.OUTCOME: what became of a mail
	RefAnswer                     // MAIL.answer
	RefOffer                      // SLOT.chosen, SLOT.name
	RefScore                      // MODEL.FIELD
	RefSplit                      // SPLIT: the way taken
)

var refNames = [...]string{
	RefPerson: "attribute", RefFact: "fact", RefEntry: "entry", RefEvent: "event", RefConsent: "consent",
	RefMail: "mail", RefAnswer: "answer", RefOffer: "offer", RefScore: "score", RefSplit: "split",
}

func (k RefKind) String() string { return word(refNames[:], uint8(k)) }

// Roots are the words that begin a name, and known. A step may not have one of
// them as its name.
func Roots() []string { return []string{"person", "entry", "event", "consent", "known"} }

// Outcomes are what can be asked of a step of a kind once it has run, with
// whether it can also be awaited. A score's fields are its model's; a split has
// its own name as value; other kinds have none.
func Outcomes(k Kind) []Outcome {
	switch k {
	case KindEmail:
		return []Outcome{
			{"sent", true, Bool},
			{"refused", true, Bool},
			{"delivered", true, Bool},
			{"opened", true, Bool},
			{"clicked", true, Bool},
			{"answered", true, Bool},
			{"bounced", true, Bool},
			{"reason", false, Text},
			{"answer", false, Any},
		}
	case KindOffer:
		return []Outcome{{"chosen", true, Bool}, {"used", true, Bool}, {"name", false, Text}}
	default: // the others do something and nothing comes of it
	}
	return nil
}

// Outcome of a step.
type Outcome struct {
	Name  string
	Await bool // may stand after "await:"
	Type  ValueType
}

// ValueType is the type of a declared name.
type ValueType uint8

// The types of declared names.
const (
	Any ValueType = iota
	Bool
	Number
	Text
	Date    // "2027-01-15"
	Instant // RFC 3339
	List
	Object
)

var typeNames = [...]string{Any: "any", Bool: "yes-or-no", Number: "number", Text: "text", Date: "date", Instant: "instant", List: "list", Object: "object"}

// String is the word of profile.yaml and of findings.
func (t ValueType) String() string { return word(typeNames[:], uint8(t)) }

// Exprs yields every expression of a step, not those of the steps inside it.
func Exprs(s Step) iter.Seq[*Expr] {
	return func(yield func(*Expr) bool) {
		give := func(e *Expr) bool { return e == nil || yield(e) }
		if !give(s.Common().If) {
			return
		}
		switch s := s.(type) {
		case *Await:
			give(s.Match)
		case *If:
			give(s.Cond)
		case *Branch:
			for _, a := range s.Arms {
				if !give(a.Cond) {
					return
				}
			}
		case *Set:
			give(s.To)
		}
	}
}
