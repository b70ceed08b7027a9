package jsonata

import (
	"maps"
	"slices"
)

// Scope is what an expression may see when its type is inferred.
type Scope struct {
	// Input is the type of the context value: where names at the top of an
	// expression are looked up. For a journey's condition it is the closed
	// object of the declared roots.
	Input Type
	// Vars are the types of the variables, by name without $.
	Vars map[string]Type
	// Functions are functions called by a bare name, such as known(x), with
	// their signature, such as "<x:b>".
	Functions map[string]string
	// Condition says that the result must be yes or no.
	Condition bool
}

// Severity says what a finding means for its author.
type Severity uint8

const (
	// Fault is wrong whatever the data.
	Fault Severity = iota
	// Doubt is allowed but hardly meant.
	Doubt
	// Note says what could not be checked.
	Note
)

// Finding is one thing that Infer has to say about an expression.
type Finding struct {
	Place
	Code     FindingCode
	Severity Severity
	Message  string // one sentence, without a full stop
	Help     string // the way out, or ""
	// Near are the names that a misspelt one may have meant, the likeliest
	// first.
	Near []string
}

// FindingCode names a kind of finding; codes are never used for another kind.
type FindingCode string

// The kinds of findings.
const (
	UnknownField    FindingCode = "unknown-field"    // no such field
	NoFields        FindingCode = "no-fields"        // a field of what is no object
	UnknownVariable FindingCode = "unknown-variable" // no such variable
	UnknownFunction FindingCode = "unknown-function" // no such function
	NotAFunction    FindingCode = "not-a-function"   // called but no function
	WrongCount      FindingCode = "wrong-count"      // too few or too many arguments
	WrongArgument   FindingCode = "wrong-argument"   // an argument of the wrong type
	WrongOperand    FindingCode = "wrong-operand"    // an operand of the wrong type
	NeverHolds      FindingCode = "never-holds"      // a comparison that is always no
	AlwaysHolds     FindingCode = "always-holds"     // a comparison that is yes whenever its sides exist
	MaybeMissing    FindingCode = "may-be-missing"   // != of what may be missing is no when it is
	NotBoolean      FindingCode = "not-yes-or-no"    // a condition that is something else
	TypeNotKnown    FindingCode = "type-not-known"   // the type of the whole cannot be known
	NotInAWS        FindingCode = "not-in-step-functions"
)

// Infer finds the type of an expression and what is wrong with it, each finding
// at its place, in the order of the source.
func Infer(t *Tree, s *Scope) (Type, []Finding) {
	if s == nil {
		s = &Scope{Input: AnyType}
	}
	in := &inferer{tree: t, scope: s, vars: maps.Clone(s.Vars), seen: map[findingKey]bool{}}
	if in.vars == nil {
		in.vars = map[string]Type{}
	}
	result := in.typeOf(t.Root, s.Input)
	if s.Condition {
		in.condition(result)
	} else if result.any {
		in.add(Finding{Place: t.Root.Span(), Code: TypeNotKnown, Severity: Note, Message: "the type of this expression cannot be known"})
	}
	slices.SortStableFunc(in.findings, func(a, b Finding) int {
		if a.Pos != b.Pos {
			return a.Pos - b.Pos
		}
		return a.End - b.End
	})
	return result, in.findings
}

type inferer struct {
	tree     *Tree
	scope    *Scope
	vars     map[string]Type
	findings []Finding
	seen     map[findingKey]bool
}

type findingKey struct {
	place Place
	code  FindingCode
}

// add keeps the first finding of a kind at a place: the body of a function may
// be looked at more than once.
func (in *inferer) add(f Finding) {
	key := findingKey{f.Place, f.Code}
	if !in.seen[key] {
		in.seen[key] = true
		in.findings = append(in.findings, f)
	}
}

func (in *inferer) condition(t Type) {
	place := in.tree.Root.Span()
	switch {
	case t.any:
		in.add(Finding{
			Place: place, Code: TypeNotKnown, Severity: Note,
			Message: "whether this is yes or no cannot be known before it runs; anything but true counts as no",
		})
	case !t.may(KindBool):
		in.add(Finding{
			Place: place, Code: NotBoolean, Message: "a condition must be yes or no, but this is " + t.present().String(),
			Help: "compare it with something, or ask whether it is there",
		})
	case t.kinds&^(bit(KindBool)|bit(KindNothing)) != 0:
		in.add(Finding{
			Place: place, Code: NotBoolean, Severity: Doubt,
			Message: "a condition must be yes or no, but this may be " + t.present().String() + "; anything but true counts as no",
		})
	}
}

// typeOf is the abstract of evaluating n for a context of type ctx.
func (in *inferer) typeOf(n Node, ctx Type) Type {
	switch n := n.(type) {
	case *Literal:
		return OneOf(n.Value)
	case *Name:
		return in.field(n, ctx)
	case *Variable:
		return in.variable(n, ctx)
	case *Path:
		return in.path(n, ctx)
	case *Binary:
		return in.binary(n, ctx)
	case *Negate:
		t := in.typeOf(n.Operand, ctx)
		in.operand(n.Operand, t, bit(KindNumber), "-")
		return missingWith(NumberType, t)
	case *ArrayNode:
		return in.list(n, ctx)
	case *ObjectNode:
		return in.object(n, ctx)
	case *Block:
		return in.block(n, ctx)
	case *Bind:
		t := in.typeOf(n.Value, ctx)
		in.vars[n.Variable.Name] = t
		return t
	case *Condition:
		in.typeOf(n.If, ctx)
		t := in.typeOf(n.Then, ctx)
		if n.Else == nil {
			return Optional(t)
		}
		return Union(t, in.typeOf(n.Else, ctx))
	case *Lambda:
		return in.lambda(n, ctx, nil)
	case *Call:
		return in.call(n, ctx, nil)
	case *Partial:
		for _, a := range n.Args {
			if a != nil {
				in.typeOf(a, ctx)
			}
		}
		in.callee(n.Func, ctx)
		return FunctionType
	case *Apply:
		return in.apply(n, ctx)
	case *Filter:
		t := in.typeOf(n.Expr, ctx)
		for _, f := range n.Filters {
			t = in.filtered(f, t)
		}
		return in.grouped(n.Group, t)
	case *Regex:
		return FunctionType
	case *Transform:
		in.typeOf(n.Pattern, AnyType)
		in.typeOf(n.Update, AnyType)
		if n.Delete != nil {
			in.typeOf(n.Delete, AnyType)
		}
		return FunctionType
	default: // *Wildcard, *Descendant, *Parent, *Sort
		return AnyType
	}
}

// missingWith is t, or missing where one of the operands may be.
func missingWith(t Type, operands ...Type) Type {
	for _, o := range operands {
		if o.may(KindNothing) {
			t = Optional(t)
		}
	}
	return t
}

func (in *inferer) list(n *ArrayNode, ctx Type) Type {
	item := Type{}
	for i, part := range n.Items {
		t := in.typeOf(part, ctx).present()
		if _, nested := part.(*ArrayNode); !nested && t.may(KindArray) {
			inner := t.Item()
			t.kinds &^= bit(KindArray)
			t = Union(t, inner)
		}
		if i == 0 {
			item = t
		} else {
			item = Union(item, t)
		}
	}
	if len(n.Items) == 0 {
		item = AnyType
	}
	return ListOf(item)
}

func (in *inferer) object(n *ObjectNode, ctx Type) Type {
	item := ctx
	if ctx.may(KindArray) {
		item = AnyType // the items are grouped
	}
	out := ObjectOf()
	for _, p := range n.Pairs {
		in.typeOf(p.Key, item)
		t := in.typeOf(p.Value, item)
		key, ok := p.Key.(*Literal)
		if !ok {
			out.open = true
			continue
		}
		out.fields = append(out.fields, Field{key.Value.Str(), t})
	}
	return out
}

func (in *inferer) grouped(g *Group, t Type) Type {
	if g == nil {
		return t
	}
	item := t.present()
	if item.may(KindArray) {
		item = AnyType
	}
	for _, p := range g.Pairs {
		in.typeOf(p.Key, item)
		in.typeOf(p.Value, AnyType)
	}
	return OpenObjectOf()
}

func (in *inferer) block(n *Block, ctx Type) Type {
	outer := maps.Clone(in.vars)
	// Functions may call each other before they are bound.
	for _, part := range n.Parts {
		if b, ok := part.(*Bind); ok {
			if _, ok := b.Value.(*Lambda); ok {
				in.vars[b.Variable.Name] = FunctionType
			}
		}
	}
	t := MissingType
	for _, part := range n.Parts {
		t = in.typeOf(part, ctx)
	}
	in.vars = outer
	return t
}

func (in *inferer) variable(n *Variable, ctx Type) Type {
	switch n.Name {
	case "":
		return ctx
	case "$":
		return in.scope.Input
	}
	if t, ok := in.vars[n.Name]; ok {
		return t
	}
	if _, ok := builtins[n.Name]; ok {
		return FunctionType
	}
	near := nearest(n.Name, slices.Sorted(maps.Keys(in.vars)))
	in.add(Finding{Place: n.Place, Code: UnknownVariable, Message: "there is no variable $" + n.Name, Help: didYouMean("$", near), Near: near})
	return AnyType
}

// didYouMean is the help line for a misspelt name.
func didYouMean(prefix string, near []string) string {
	if len(near) == 0 {
		return ""
	}
	words := make([]string, len(near))
	for i, w := range near {
		words[i] = prefix + w
	}
	return "did you mean " + orList(words) + "?"
}
