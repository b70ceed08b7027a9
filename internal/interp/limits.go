package interp

import "github.com/senda-dev/senda/internal/jsonata"

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
	return v.AtMost(MaxPayloadBytes) >= 0 || len(v.AppendJSON(nil)) <= MaxPayloadBytes
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
