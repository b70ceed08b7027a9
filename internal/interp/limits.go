package interp

import (
	"unicode/utf8"

	"github.com/senda-dev/senda/internal/jsonata"
)

// Limits of AWS (https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html).
const (
	// MaxPayloadBytes bounds each input, output, argument and result, as JSON
	// text in UTF-8, and the variables that one state assigns.
	MaxPayloadBytes = 256 * 1024
	// MaxVariableBytes bounds all variables of an execution together.
	MaxVariableBytes = 10 * 1024 * 1024
	// MaxEvents bounds a history; the execution that reaches it fails.
	MaxEvents = 25_000
	// MaxMapConcurrency is how many iterations of an inline Map run at once.
	MaxMapConcurrency = 40
	// MaxDays bounds an execution, pauses counted.
	MaxDays = 365
)

// fits says whether v may travel as a payload. It sums an upper bound and writes
// the text only when the bound does not settle it.
func fits(v jsonata.Value) bool {
	return atMost(v, MaxPayloadBytes) >= 0 || len(v.AppendJSON(nil)) <= MaxPayloadBytes
}

// atMost takes an upper bound of the length of v as JSON from left, and gives
// up below zero.
func atMost(v jsonata.Value, left int) int {
	switch v.Kind() {
	case jsonata.KindString:
		return left - textAtMost(v.Str())
	case jsonata.KindNumber:
		return left - 25 // the longest: -1.2345678901234567e-300
	case jsonata.KindArray:
		left -= 2
		for i := 0; i < v.Len() && left >= 0; i++ {
			left = atMost(v.At(i), left-1)
		}
		return left
	case jsonata.KindObject:
		left -= 2
		for key, member := range v.Members() {
			if left = atMost(member, left-textAtMost(key)-2); left < 0 {
				break
			}
		}
		return left
	default:
		return left - 5
	}
}

// textAtMost is 2 for the quotes and 6 for each byte that may need \u00XX.
func textAtMost(s string) int {
	if len(s) <= 64 {
		return 2 + 6*len(s)
	}
	n := 2 + len(s)
	for i := range len(s) {
		if c := s[i]; c < 0x20 || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			n += 5
		}
	}
	return n
}

// isData says whether v is what JSON can hold: no function is nested in it, and
// no number that is not finite, such as 1/0.
func isData(v jsonata.Value) bool {
	switch v.Kind() {
	case jsonata.KindFunction:
		return false
	case jsonata.KindNumber:
		return v.Num()-v.Num() == 0
	case jsonata.KindArray:
		for i := range v.Len() {
			if !isData(v.At(i)) {
				return false
			}
		}
	case jsonata.KindObject:
		for _, member := range v.Members() {
			if !isData(member) {
				return false
			}
		}
	default:
	}
	return true
}
