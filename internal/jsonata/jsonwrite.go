package jsonata

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"unicode/utf8"
)

// AppendJSON appends the value as JSON without spaces, as JavaScript's
// JSON.stringify prints it. What JSON cannot say becomes null: Nothing,
// functions, numbers that are not finite.
func (v Value) AppendJSON(b []byte) []byte {
	switch v.k {
	case KindBool:
		if v.n != 0 {
			return append(b, "true"...)
		}
		return append(b, "false"...)
	case KindNumber:
		f := v.Num()
		if math.IsNaN(f) || math.IsInf(f, 0) {
			return append(b, "null"...)
		}
		return appendNumber(b, f)
	case KindString:
		return appendQuoted(b, v.Str())
	case KindArray:
		b = append(b, '[')
		for i, e := range v.items() {
			if i > 0 {
				b = append(b, ',')
			}
			b = e.AppendJSON(b)
		}
		return append(b, ']')
	case KindObject:
		b = append(b, '{')
		for i, m := range v.members() {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendQuoted(b, m.Key)
			b = append(b, ':')
			b = m.Value.AppendJSON(b)
		}
		return append(b, '}')
	default:
		return append(b, "null"...)
	}
}

const hexDigits = "0123456789abcdef"

// appendQuoted escapes what JSON.stringify escapes and nothing more.
func appendQuoted(b []byte, s string) []byte {
	b = append(b, '"')
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			if r != utf8.RuneError || n > 1 {
				i += n
				continue
			}
			b = append(b, s[from:i]...)
			if unit, ok := surrogateAt(s[i:]); ok {
				b = append(b, '\\', 'u', 'd', hexDigits[unit>>8&15], hexDigits[unit>>4&15], hexDigits[unit&15])
				i += 3
			} else {
				b = utf8.AppendRune(b, utf8.RuneError)
				i++
			}
			from = i
			continue
		}
		b = append(b, s[from:i]...)
		switch c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\b':
			b = append(b, '\\', 'b')
		case '\f':
			b = append(b, '\\', 'f')
		case '\n':
			b = append(b, '\\', 'n')
		case '\r':
			b = append(b, '\\', 'r')
		case '\t':
			b = append(b, '\\', 't')
		default:
			b = append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
		i++
		from = i
	}
	b = append(b, s[from:]...)
	return append(b, '"')
}

// MarshalJSON implements json.Marshaler; it never fails.
func (v Value) MarshalJSON() ([]byte, error) { return v.AppendJSON(nil), nil }

// UnmarshalJSON implements json.Unmarshaler.
func (v *Value) UnmarshalJSON(text []byte) error {
	parsed, err := ParseJSON(text)
	if err == nil {
		*v = parsed
	}
	return err
}

// String returns the JSON text, "nothing" for Nothing and "function" for a
// function: what a person reads in a log or a failed test.
func (v Value) String() string {
	if v.k == KindNothing || v.k == KindFunction {
		return v.k.String()
	}
	return string(v.AppendJSON(nil))
}

// Of makes a Value of plain Go data: nil, booleans, numbers, strings,
// json.Number, []any, map[string]any (keys sorted), Values and slices of
// them. It is meant for tests and edges; what it does not know becomes the
// text that fmt gives it.
func Of(x any) Value {
	switch x := x.(type) {
	case nil:
		return Null
	case Value:
		return x
	case bool:
		return Bool(x)
	case string:
		return String(x)
	case float64:
		return Number(x)
	case float32:
		return Number(float64(x))
	case int:
		return Number(float64(x))
	case int32:
		return Number(float64(x))
	case int64:
		return Number(float64(x))
	case uint64:
		return Number(float64(x))
	case json.Number:
		f, err := x.Float64()
		if err != nil {
			return String(x.String())
		}
		return Number(f)
	case []Value:
		return Array(x...)
	case []string:
		items := make([]Value, len(x))
		for i, s := range x {
			items[i] = String(s)
		}
		return arrayOf(items, 0)
	case []any:
		items := make([]Value, len(x))
		for i, e := range x {
			items[i] = Of(e)
		}
		return arrayOf(items, 0)
	case map[string]any:
		keys := make([]string, 0, len(x))
		for k := range x {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		b := newObjectBuilder(len(x))
		for _, k := range keys {
			b.set(k, Of(x[k]))
		}
		return b.value()
	default:
		return String(fmt.Sprint(x))
	}
}
