package jsonata

import "unicode/utf8"

// AtMost takes an upper bound of the length of v as JSON text from left, in
// bytes, and gives up below zero. It is for those who refuse large values and
// see none: nothing is written.
func (v Value) AtMost(left int) int {
	switch v.k {
	case KindString:
		return left - textAtMost(v.Str())
	case KindNumber:
		return left - 25 // the longest: -1.2345678901234567e-300
	case KindArray:
		left -= 2
		for _, item := range v.items() {
			if left = item.AtMost(left - 1); left < 0 {
				break
			}
		}
		return left
	case KindObject:
		left -= 2
		members := v.members()
		for i := range members {
			m := &members[i]
			if left = m.Value.AtMost(left - textAtMost(m.Key) - 2); left < 0 {
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
