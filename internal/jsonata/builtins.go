package jsonata

import "strings"

// builtinTable lists the functions with the reference's signatures and with
// the number of parameters that its implementations declare, which decides how
// many arguments $map and its like pass on.
var builtinTable = []struct {
	name, sig string
	arity     int
	call      func(r *run, a []Value) (Value, error)
}{
	{"sum", "<a<n>:n>", 1, fnSum},
	{"count", "<a:n>", 1, fnCount},
	{"max", "<a<n>:n>", 1, fnMax},
	{"min", "<a<n>:n>", 1, fnMin},
	{"average", "<a<n>:n>", 1, fnAverage},
	{"string", "<x-b?:s>", 1, fnString},
	{"substring", "<s-nn?:s>", 3, fnSubstring},
	{"substringBefore", "<s-s:s>", 2, fnSubstringBefore},
	{"substringAfter", "<s-s:s>", 2, fnSubstringAfter},
	{"lowercase", "<s-:s>", 1, fnLowercase},
	{"uppercase", "<s-:s>", 1, fnUppercase},
	{"length", "<s-:n>", 1, fnLength},
	{"trim", "<s-:s>", 1, fnTrim},
	{"pad", "<s-ns?:s>", 3, fnPad},
	{"match", "<s-f<s:o>n?:a<o>>", 3, fnMatch},
	{"contains", "<s-(sf):b>", 2, fnContains},
	{"replace", "<s-(sf)(sf)n?:s>", 4, fnReplace},
	{"split", "<s-(sf)n?:a<s>>", 3, fnSplit},
	{"join", "<a<s>s?:s>", 2, fnJoin},
	{"formatNumber", "<n-so?:s>", 3, fnFormatNumber},
	{"formatBase", "<n-n?:s>", 2, fnFormatBase},
	{"formatInteger", "<n-s:s>", 2, fnFormatInteger},
	{"parseInteger", "<s-s:n>", 2, fnParseInteger},
	{"number", "<(nsb)-:n>", 1, fnNumber},
	{"floor", "<n-:n>", 1, fnFloor},
	{"ceil", "<n-:n>", 1, fnCeil},
	{"round", "<n-n?:n>", 2, fnRound},
	{"abs", "<n-:n>", 1, fnAbs},
	{"sqrt", "<n-:n>", 1, fnSqrt},
	{"power", "<n-n:n>", 2, fnPower},
	{"boolean", "<x-:b>", 1, fnBoolean},
	{"not", "<x-:b>", 1, fnNot},
	{"map", "<af>", 2, fnMap},
	{"zip", "<a+>", 0, fnZip},
	{"filter", "<af>", 2, fnFilter},
	{"single", "<af?>", 2, fnSingle},
	{"reduce", "<afj?:j>", 3, fnReduce},
	{"sift", "<o-f?:o>", 2, fnSift},
	{"keys", "<x-:a<s>>", 1, fnKeys},
	{"lookup", "<x-s:x>", 2, fnLookup},
	{"append", "<xx:a>", 2, fnAppend},
	{"exists", "<x:b>", 1, fnExists},
	{"spread", "<x-:a<o>>", 1, fnSpread},
	{"merge", "<a<o>:o>", 1, fnMerge},
	{"reverse", "<a:a>", 1, fnReverse},
	{"each", "<o-f:a>", 2, fnEach},
	{"error", "<s?:x>", 1, fnError},
	{"assert", "<bs?:x>", 2, fnAssert},
	{"type", "<x:s>", 1, fnType},
	{"sort", "<af?:a>", 2, fnSort},
	{"shuffle", "<a:a>", 1, fnShuffle},
	{"distinct", "<x:x>", 1, fnDistinct},
	{"base64encode", "<s-:s>", 1, fnBase64Encode},
	{"base64decode", "<s-:s>", 1, fnBase64Decode},
	{"encodeUrlComponent", "<s-:s>", 1, fnEncodeURLComponent},
	{"encodeUrl", "<s-:s>", 1, fnEncodeURL},
	{"decodeUrlComponent", "<s-:s>", 1, fnDecodeURLComponent},
	{"decodeUrl", "<s-:s>", 1, fnDecodeURL},
	{"toMillis", "<s-s?:n>", 2, fnToMillis},
	{"fromMillis", "<n-s?s?:s>", 3, fnFromMillis},
	{"clone", "<(oa)-:o>", 1, fnClone},
	{"now", "<s?s?:s>", 2, fnNow},
	{"millis", "<:n>", 0, fnMillis},

	// What AWS adds; $random with a seed replaces JSONata's own.
	{"random", "<n?:n>", 0, fnRandom},
	{"uuid", "<:s>", 0, fnUUID},
	{"partition", "<an:a>", 2, fnPartition},
	{"range", "<nnn:a>", 3, fnRange},
	{"hash", "<ss:s>", 2, fnHash},
	{"parse", "<s-:x>", 1, fnParse},
}

var builtins = func() map[string]Value {
	out := map[string]Value{}
	for _, b := range builtinTable {
		sig, err := parseSignature(b.sig)
		if err != nil {
			panic(err) // a mistake in the table above
		}
		n := &native{name: b.name, sig: sig, arity: b.arity, call: b.call, masks: masksOf(sig)}
		out[b.name] = functionValue(&function{native: n, sig: sig, arity: b.arity, name: b.name})
	}
	return out
}()

// masksOf gives the kinds that each parameter takes as they are; a single
// value for an array is not among them, since it must be wrapped.
func masksOf(sig *signature) []uint16 {
	masks := make([]uint16, len(sig.params))
	for i, p := range sig.params {
		if p.repeated {
			return nil
		}
		accepts := p.accepts
		if p.symbol == "a" {
			accepts = "am"
		}
		for k := KindNothing; k <= KindFunction; k++ {
			if strings.IndexByte(accepts, kindSymbol(Value{k: k})) >= 0 {
				masks[i] |= 1 << k
			}
		}
	}
	return masks
}

func fail(code, token string, v Value, format string, args ...any) error {
	e := errorAt(code, -1, -1, format, args...)
	e.Token, e.Value = token, v
	return e
}

// BuiltinNames lists the functions that every expression may call, without $.
func BuiltinNames() []string {
	names := make([]string, len(builtinTable))
	for i, b := range builtinTable {
		names[i] = b.name
	}
	return names
}
