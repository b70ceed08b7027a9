package jsonata

import "strings"

// signature is the declared parameters of a function, such as <s-nn?:s>.
type signature struct {
	text   string
	params []param
	// least and most are the numbers of arguments that can match; most is -1
	// when the last may repeat.
	least, most int
}

// param is one parameter: the set of argument kinds that match it.
type param struct {
	symbol   string // as written: s, a, (ns) ...
	accepts  string // symbols of kinds, m for a missing value
	optional bool
	repeated bool
	context  bool   // the context stands in for a missing argument
	subtype  string // of a<...> and f<...>
}

// parseSignature reads a signature with its angle brackets.
func parseSignature(text string) (*signature, *Error) {
	sig := &signature{text: text}
	for at := 1; at < len(text) && text[at] != ':'; at++ {
		var last *param
		if n := len(sig.params); n > 0 {
			last = &sig.params[n-1]
		}
		switch c := text[at]; c {
		case 's', 'n', 'b', 'l', 'o':
			sig.params = append(sig.params, param{symbol: string(c), accepts: string(c) + "m"})
		case 'f':
			sig.params = append(sig.params, param{symbol: "f", accepts: "f"})
		case 'a', 'x':
			sig.params = append(sig.params, param{symbol: string(c), accepts: "asnblfom"})
		case 'j':
			sig.params = append(sig.params, param{symbol: "j", accepts: "asnblom"})
		case '-':
			if last != nil {
				last.context, last.optional = true, true
			}
		case '?':
			if last != nil {
				last.optional = true
			}
		case '+':
			if last != nil {
				last.repeated = true
			}
		case '(':
			end := closing(text, at, '(', ')')
			choice := text[at+1 : min(end, len(text))]
			if strings.Contains(choice, "<") {
				return nil, errorAt("S0402", 0, 0, "a choice of parameterised types, (%s), is not supported", choice)
			}
			sig.params = append(sig.params, param{symbol: "(" + choice + ")", accepts: choice + "m"})
			at = end
		case '<':
			if last == nil || last.symbol != "a" && last.symbol != "f" {
				return nil, errorAt("S0401", 0, 0, "only functions and arrays take a type parameter")
			}
			end := closing(text, at, '<', '>')
			last.subtype = text[at+1 : min(end, len(text))]
			at = end
		}
	}
	for _, q := range sig.params {
		if !q.optional {
			sig.least++
		}
		sig.most++
		if q.repeated {
			sig.most = -1 << 30
		}
	}
	sig.most = max(sig.most, -1)
	return sig, nil
}

// closing finds the bracket that balances the one at text[at].
func closing(text string, at int, open, shut byte) int {
	depth := 0
	for ; at < len(text); at++ {
		switch text[at] {
		case open:
			depth++
		case shut:
			if depth--; depth == 0 {
				return at
			}
		}
	}
	return at
}

// kindSymbol is the letter of a value's kind in signatures.
func kindSymbol(v Value) byte { return "mlbnsaof"[v.k] }

// The names of the array types in messages.
var pluralOfSymbol = map[string]string{"a": "arrays", "b": "booleans", "f": "functions", "n": "numbers", "o": "objects", "s": "strings"}

// bind matches arguments to parameters and returns those that the function
// receives: the context for a missing one, an array where a single value was
// given for an array. It appends to out. name is for messages.
func (s *signature) bind(args []Value, context Value, out []Value, name string) ([]Value, error) {
	counts := make([]int, 0, 8)
	counts, ok := s.match(args, 0, counts)
	if !ok {
		return nil, s.mismatch(args, name)
	}
	at := 0
	for i := range s.params {
		p := &s.params[i]
		if counts[i] == 0 {
			switch {
			case p.context && strings.IndexByte(p.accepts, kindSymbol(context)) >= 0:
				out = append(out, context)
			case p.context:
				e := errorAt("T0411", -1, -1, "the context value is not of the kind that argument %d of $%s takes", at+1, name)
				e.Token, e.Value = name, context
				return nil, e
			default:
				// A parameter left out still consumes an argument in the
				// reference; there is none to consume at the end.
				out = append(out, argAt(args, at))
				at++
			}
			continue
		}
		// A repeated parameter that is no array receives its first argument
		// again and again, in the reference too.
		arg := argAt(args, at)
		for range counts[i] {
			if p.symbol == "a" {
				arg = argAt(args, at)
			}
			if p.symbol == "a" && arg.k != KindNothing {
				if p.subtype != "" && !arrayFits(arg, p.subtype, counts[i]) {
					e := errorAt("T0412", -1, -1, "argument %d of $%s must be an array of %s", at+1, name, pluralOfSymbol[p.subtype])
					e.Token, e.Value = name, arg
					return nil, e
				}
				if arg.k != KindArray {
					arg = arrayOf([]Value{arg}, 0)
				}
			}
			out = append(out, arg)
			at++
		}
	}
	return out, nil
}

func argAt(args []Value, i int) Value {
	if i < len(args) {
		return args[i]
	}
	return Nothing
}

// arrayFits says whether an argument for a<subtype> holds only that kind.
func arrayFits(arg Value, subtype string, matched int) bool {
	if arg.k != KindArray {
		return matched == 1 && subtype == string(kindSymbol(arg))
	}
	for i, item := range arg.items() {
		if i == 0 && kindSymbol(item) != subtype[0] || kindSymbol(item) != kindSymbol(arg.items()[0]) {
			return false
		}
	}
	return true
}

// match finds how many arguments each parameter takes, as the greedy,
// backtracking regular expression of the reference does.
func (s *signature) match(args []Value, at int, counts []int) ([]int, bool) {
	i := len(counts)
	if i == len(s.params) {
		return counts, at == len(args)
	}
	p := &s.params[i]
	n, limit := 0, 1
	if p.repeated {
		limit = len(args) - at
	}
	for n < limit && at+n < len(args) && strings.IndexByte(p.accepts, kindSymbol(args[at+n])) >= 0 {
		n++
	}
	least := 1
	if p.optional {
		least = 0
	}
	for ; n >= least; n-- {
		if found, ok := s.match(args, at+n, append(counts, n)); ok {
			return found, true
		}
	}
	return counts, false
}

// mismatch names the first argument that fits no parameter, by matching
// longer and longer prefixes of the signature.
func (s *signature) mismatch(args []Value, name string) *Error {
	good := 0
	for i := range s.params {
		prefix := signature{params: s.params[:i+1]}
		taken := -1
		for n := len(args); n >= 0; n-- {
			if _, ok := prefix.match(args[:n], 0, make([]int, 0, 8)); ok {
				taken = n
				break
			}
		}
		if taken < 0 {
			break
		}
		good = taken
	}
	e := errorAt("T0410", -1, -1, "argument %d of $%s is not of the kind that it takes", good+1, name)
	e.Token = name
	if good < len(args) {
		e.Value = args[good]
	}
	return e
}
