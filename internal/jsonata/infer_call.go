package jsonata

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// callee returns the signature of what is called where it is known, and its
// name for messages.
func (in *inferer) callee(n Node, ctx Type) (sig *signature, name string, t Type) {
	if v, ok := n.(*Variable); ok && v.Name != "" && v.Name != "$" {
		if t, ok := in.vars[v.Name]; ok {
			return nil, "$" + v.Name, t
		}
		if v.Name == "eval" {
			in.add(Finding{Place: v.Place, Code: NotInAWS, Message: "$eval does not exist in Step Functions", Help: "$parse reads JSON"})
			return nil, "$eval", AnyType
		}
		b, ok := builtins[v.Name]
		if !ok {
			near := nearest(v.Name, slices.Sorted(maps.Keys(builtins)))
			in.add(Finding{Place: v.Place, Code: UnknownFunction, Message: "there is no function $" + v.Name, Help: didYouMean("$", near), Near: near})
			return nil, "$" + v.Name, AnyType
		}
		return b.function().sig, "$" + v.Name, FunctionType
	}
	if name := bareName(n); name != nil {
		if text, ok := in.scope.Functions[name.Value]; ok {
			sig, err := parseSignature(text)
			if err == nil {
				return sig, name.Value, FunctionType
			}
		}
		return nil, fmt.Sprintf("%q", name.Value), in.bareCallee(name, ctx)
	}
	return nil, "this", in.typeOf(n, ctx)
}

// bareCallee is the type of what is called by a name without $, which is
// hardly ever meant: count(x) instead of $count(x).
func (in *inferer) bareCallee(n *Name, ctx Type) Type {
	if t, ok := ctx.Field(n.Value); ok {
		return t
	}
	f := Finding{Place: n.Place, Code: UnknownFunction, Message: "there is no function " + n.Value}
	if _, ok := builtins[n.Value]; ok {
		f.Near = []string{"$" + n.Value}
	} else {
		names := slices.Sorted(maps.Keys(in.scope.Functions))
		for _, b := range slices.Sorted(maps.Keys(builtins)) {
			names = append(names, "$"+b)
		}
		f.Near = nearest(n.Value, names)
	}
	f.Help = didYouMean("", f.Near)
	in.add(f)
	return AnyType
}

// bareName is the name when n is nothing but a name.
func bareName(n Node) *Name {
	p, ok := n.(*Path)
	if !ok || len(p.Steps) != 1 || len(p.Steps[0].Stages) > 0 || p.Group != nil {
		return nil
	}
	name, _ := p.Steps[0].Expr.(*Name)
	return name
}

// call infers Func(Args); piped is the type of x in x ~> Func(Args).
func (in *inferer) call(n *Call, ctx Type, piped *Type) Type {
	sig, name, t := in.callee(n.Func, ctx)
	var args []Type
	var nodes []Node
	if piped != nil {
		args, nodes = append(args, *piped), append(nodes, n)
	}
	for _, a := range n.Args {
		if _, ok := a.(*Lambda); ok && sig != nil {
			args = append(args, FunctionType) // looked at below, with its arguments
		} else {
			args = append(args, in.typeOf(a, ctx))
		}
		nodes = append(nodes, a)
	}
	if sig == nil {
		if !t.any && !t.may(KindFunction) {
			in.add(Finding{Place: n.Func.Span(), Code: NotAFunction, Message: fmt.Sprintf("%s is called, but it is %s", name, t)})
			return AnyType
		}
		if t.result != nil {
			return *t.result
		}
		return AnyType
	}
	full, ok := in.arguments(n, sig, name, args, nodes, ctx)
	if !ok {
		in.lambdas(nodes, nil, ctx)
		return resultOf(sig)
	}
	return in.result(strings.TrimPrefix(name, "$"), sig, full, nodes, ctx)
}

// arguments checks types against the parameters and fills in the context.
func (in *inferer) arguments(n *Call, sig *signature, name string, args []Type, nodes []Node, ctx Type) ([]Type, bool) {
	if len(args) < sig.least || sig.most >= 0 && len(args) > sig.most {
		in.add(Finding{Place: n.Place, Code: WrongCount, Message: fmt.Sprintf("%s takes %s, not %d", name, sig.countWords(), len(args)), Help: name + usage(sig)})
		return nil, false
	}
	// As in the reference a missing first argument is the context value when
	// the parameter says so and the arguments do not fill all places.
	full := args
	if len(sig.params) > 0 && sig.params[0].context && len(args) < len(sig.params) && !in.fits(sig, args) {
		full = append([]Type{ctx}, args...)
		nodes = append([]Node{n}, nodes...)
	}
	ok := true
	for i, t := range full {
		p := &sig.params[min(i, len(sig.params)-1)]
		if p.takes(t) {
			continue
		}
		ok = false
		in.add(Finding{
			Place: nodes[i].Span(), Code: WrongArgument,
			Message: fmt.Sprintf("argument %d of %s must be %s, but this is %s", i+1, name, p.words(), t),
		})
	}
	return full, ok
}

// fits says whether the arguments can stand for the first parameters.
func (in *inferer) fits(sig *signature, args []Type) bool {
	if len(args) == 0 {
		return false
	}
	for i, t := range args {
		if !sig.params[i].takes(t) {
			return false
		}
	}
	for _, p := range sig.params[len(args):] {
		if !p.optional {
			return false
		}
	}
	return true
}

// takes says whether a value of type t may be an argument for the parameter.
func (p *param) takes(t Type) bool {
	if t.any {
		return true
	}
	if t.present().kinds != 0 {
		t = t.present() // what only fits when it is missing does not fit
	}
	for k := KindNothing; k <= KindFunction; k++ {
		if !t.may(k) || strings.IndexByte(p.accepts, kindSymbol(Value{k: k})) < 0 {
			continue
		}
		if p.symbol != "a" || p.subtype == "" || k == KindNothing {
			return true
		}
		item := t
		if k == KindArray {
			item = t.Item()
		}
		if item.any || item.kinds == 0 || strings.IndexByte(p.subtype, kindSymbol(Value{k: k})) >= 0 {
			return true
		}
		for ik := KindNull; ik <= KindFunction; ik++ {
			if item.may(ik) && p.subtype[0] == kindSymbol(Value{k: ik}) {
				return true
			}
		}
	}
	return false
}

// words says what a parameter takes.
func (p *param) words() string {
	if p.symbol == "a" && p.subtype != "" {
		return "a list of " + pluralOfSymbol[p.subtype[:1]]
	}
	t := Type{}
	for k := KindNull; k <= KindFunction; k++ {
		if strings.IndexByte(p.accepts, kindSymbol(Value{k: k})) >= 0 {
			t.kinds |= bit(k)
		}
	}
	return t.String()
}

func (s *signature) countWords() string {
	switch {
	case s.most < 0:
		return fmt.Sprintf("at least %d arguments", s.least)
	case s.least == s.most && s.most == 1:
		return "1 argument"
	case s.least == s.most:
		return fmt.Sprintf("%d arguments", s.most)
	}
	return fmt.Sprintf("%d to %d arguments", s.least, s.most)
}

// usage shows the parameters in words: (text, a number).
func usage(s *signature) string {
	var words []string
	for i := range s.params {
		word := s.params[i].words()
		if s.params[i].symbol == "x" || s.params[i].symbol == "j" {
			word = "anything"
		}
		words = append(words, word)
	}
	return "(" + strings.Join(words, "; ") + ")"
}

// resultOf is the type after the colon of a signature.
func resultOf(sig *signature) Type {
	_, after, _ := strings.Cut(sig.text, ":")
	if i := strings.LastIndexByte(sig.text, ':'); i >= 0 {
		after = sig.text[i+1:]
	}
	switch {
	case strings.HasPrefix(after, "n"):
		return NumberType
	case strings.HasPrefix(after, "s"):
		return StringType
	case strings.HasPrefix(after, "b"):
		return BoolType
	case strings.HasPrefix(after, "o"):
		return OpenObjectOf()
	}
	return AnyType
}

// neverMissing are the functions that yield a value also for nothing.
var neverMissing = map[string]bool{"count": true, "exists": true, "append": true, "now": true, "millis": true, "random": true, "uuid": true, "known": true}

func (in *inferer) result(name string, sig *signature, args []Type, nodes []Node, ctx Type) Type {
	item := AnyType
	if len(args) > 0 {
		item = itemOf(args[0]).present()
		if args[0].may(KindObject) && (name == "each" || name == "sift") {
			item = AnyType
		}
	}
	bodies := in.lambdas(nodes, lambdaArguments(name, item), ctx)
	t := resultOf(sig)
	switch name {
	case "map":
		t = AnyType
		if len(bodies) == 1 {
			t = many(bodies[0])
		}
	case "filter":
		t = many(item)
	case "single":
		t = item
	case "sort", "reverse", "shuffle":
		t = ListOf(item)
	case "distinct":
		t = args[0].present()
	case "max", "min", "average":
		t = Optional(t)
	case "split":
		t = ListOf(StringType)
	case "keys":
		t = many(StringType)
	case "partition":
		t = ListOf(ListOf(item))
	case "range":
		t = ListOf(NumberType)
	case "type":
		t = OneOf(String("null"), String("number"), String("string"), String("boolean"), String("array"), String("object"), String("function"))
	case "toMillis":
		if len(args) > 1 {
			t = Optional(t)
		}
	}
	if len(args) > 0 && !neverMissing[name] && !t.any {
		t = missingWith(t, args[0])
	}
	return t
}

// lambdaArguments are the types with which a function given to a built-in is
// called, as far as they are known.
func lambdaArguments(name string, item Type) []Type {
	switch name {
	case "map", "filter", "single":
		return []Type{item, NumberType, AnyType}
	case "each", "sift":
		return []Type{AnyType, StringType, AnyType}
	case "sort":
		return []Type{item, item}
	case "reduce":
		return []Type{AnyType, item, NumberType, AnyType}
	}
	return nil
}

// lambdas infers the functions written among the arguments.
func (in *inferer) lambdas(nodes []Node, args []Type, ctx Type) []Type {
	var out []Type
	for _, n := range nodes {
		if l, ok := n.(*Lambda); ok {
			out = append(out, *in.lambda(l, ctx, args).result)
		}
	}
	return out
}

func (in *inferer) lambda(n *Lambda, ctx Type, args []Type) Type {
	outer := maps.Clone(in.vars)
	for i, p := range n.Params {
		in.vars[p.Name] = AnyType
		if i < len(args) {
			in.vars[p.Name] = args[i]
		}
	}
	result := in.typeOf(n.Body, ctx)
	in.vars = outer
	t := FunctionType
	t.result = &result
	return t
}

func (in *inferer) apply(n *Apply, ctx Type) Type {
	left := in.typeOf(n.Left, ctx)
	right := n.Right
	if f, ok := right.(*Filter); ok {
		right = f.Expr
	}
	if c, ok := right.(*Call); ok {
		return in.call(c, ctx, &left)
	}
	sig, name, t := in.callee(right, ctx)
	if sig != nil && !left.may(KindFunction) {
		p := sig.params
		if len(p) > 0 && !p[0].takes(left) {
			in.add(Finding{
				Place: n.Left.Span(), Code: WrongArgument,
				Message: fmt.Sprintf("argument 1 of %s must be %s, but this is %s", name, p[0].words(), left),
			})
		}
		return missingWith(resultOf(sig), left)
	}
	if !t.any && !t.may(KindFunction) {
		in.add(Finding{Place: right.Span(), Code: NotAFunction, Message: fmt.Sprintf("the right side of ~> must be a function, but this is %s", t)})
	}
	return AnyType
}
