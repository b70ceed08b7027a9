package jsonata

import "fmt"

// operand adds a finding when an operand is surely not of one of the kinds.
func (in *inferer) operand(n Node, t Type, kinds uint16, op string) bool {
	if t.any || t.kinds&kinds != 0 || t.present().kinds == 0 {
		return true
	}
	in.add(Finding{
		Place: n.Span(), Code: WrongOperand,
		Message: fmt.Sprintf("%s needs %s, but this is %s", op, Type{kinds: kinds}, t),
	})
	return false
}

func (in *inferer) binary(n *Binary, ctx Type) Type {
	a, b := in.typeOf(n.Left, ctx), in.typeOf(n.Right, ctx)
	switch n.Op {
	case "+", "-", "*", "/", "%":
		in.operand(n.Left, a, bit(KindNumber), n.Op)
		in.operand(n.Right, b, bit(KindNumber), n.Op)
		return missingWith(NumberType, a, b)
	case "&":
		return StringType
	case "..":
		in.operand(n.Left, a, bit(KindNumber), n.Op)
		in.operand(n.Right, b, bit(KindNumber), n.Op)
		return many(NumberType)
	case "and", "or":
		return BoolType
	case "in":
		in.membership(n, a, b)
		return BoolType
	case "=", "!=":
		in.equality(n, a, b)
		return BoolType
	default:
		in.order(n, a, b)
		return missingWith(BoolType, a, b)
	}
}

// order checks <, <=, > and >=.
func (in *inferer) order(n *Binary, a, b Type) {
	const ordered = 1<<KindNumber | 1<<KindString
	left := in.operand(n.Left, a, ordered, n.Op)
	right := in.operand(n.Right, b, ordered, n.Op)
	if !left || !right || a.any || b.any {
		return
	}
	x, y := a.kinds&ordered, b.kinds&ordered
	if x != 0 && y != 0 && x&y == 0 {
		in.add(Finding{
			Place: n.Place, Code: WrongOperand,
			Message: fmt.Sprintf("%s compares %s with %s", n.Op, a.only(ordered), b.only(ordered)),
			Help:    quoteHelp(n, a, b),
		})
	}
}

// quoteHelp is for a number that was written as text, or the other way round.
func quoteHelp(n *Binary, a, b Type) string {
	for _, side := range []struct {
		node  Node
		other Type
	}{{n.Left, b}, {n.Right, a}} {
		lit, ok := side.node.(*Literal)
		if !ok {
			continue
		}
		if lit.Value.k == KindString && decimalNumber.MatchString(lit.Value.Str()) && side.other.Is(KindNumber) {
			return "without quotes it is a number: " + lit.Value.Str()
		}
		if lit.Value.k == KindNumber && side.other.Is(KindString) {
			return fmt.Sprintf("in quotes it is text: %q", numberString(lit.Value.Num()))
		}
	}
	return ""
}

func (in *inferer) equality(n *Binary, a, b Type) {
	x, y := a.present(), b.present()
	if a.any || b.any {
		return
	}
	switch {
	case x.kinds == 0 || y.kinds == 0: // what is always missing has its own finding
	case x.kinds&y.kinds == 0:
		in.differ(n, fmt.Sprintf("%s is never %s", x, y), quoteHelp(n, a, b))
	case x.values != nil && y.values != nil && !meet(x.values, y.values):
		message := fmt.Sprintf("%s is never %s", x, y)
		if _, ok := n.Left.(*Literal); ok {
			message = fmt.Sprintf("%s is never %s", y, x)
		}
		in.differ(n, message, nearValues(x, y))
	case n.Op == "!=" && (a.may(KindNothing) || b.may(KindNothing)):
		in.add(Finding{
			Place: n.Place, Code: MaybeMissing, Severity: Doubt,
			Message: "a side of != may be missing, and then the answer is no",
			Help:    fmt.Sprintf("for yes in that case write $not(%s)", equalText(in.tree.Source, n)),
		})
	}
}

// equalText is the comparison with = in the place of !=.
func equalText(src string, n *Binary) string {
	return src[n.Pos:n.OpPos] + "=" + src[n.OpPos+len(n.Op):n.End]
}

func (in *inferer) differ(n *Binary, message, help string) {
	code := NeverHolds
	if n.Op == "!=" {
		code = AlwaysHolds
	}
	in.add(Finding{Place: n.Place, Code: code, Message: message, Help: help})
}

func meet(a, b []Value) bool {
	for _, v := range a {
		for _, w := range b {
			if v.Equal(w) {
				return true
			}
		}
	}
	return false
}

// nearValues proposes a listed text for one that is almost it.
func nearValues(a, b Type) string {
	if len(a.values) == 1 {
		a, b = b, a
	}
	if len(b.values) != 1 || b.values[0].k != KindString {
		return ""
	}
	var names []string
	for _, v := range a.values {
		if v.k == KindString {
			names = append(names, v.Str())
		}
	}
	near := nearest(b.values[0].Str(), names)
	for i := range near {
		near[i] = String(near[i]).String()
	}
	return didYouMean("", near)
}

func (in *inferer) membership(n *Binary, a, b Type) {
	if a.any || b.any {
		return
	}
	item := itemOf(b).present()
	x := a.present()
	if item.any || x.kinds == 0 || item.kinds == 0 {
		return
	}
	never := x.kinds&item.kinds == 0 || x.values != nil && item.values != nil && !meet(x.values, item.values)
	if never {
		in.add(Finding{Place: n.Place, Code: NeverHolds, Message: fmt.Sprintf("%s is never among %s", x, item), Help: nearValues(x, item)})
	}
}
