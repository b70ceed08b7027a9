package jsonata

import (
	"encoding/base64"
	"math"
	"strings"
	"unicode/utf8"
)

// ofString makes a built-in of a function of one string.
func ofString(f func(s string) string) func(*run, []Value) (Value, error) {
	return func(r *run, a []Value) (Value, error) {
		if a[0].k == KindNothing {
			return Nothing, nil
		}
		return r.str(f(a[0].Str()))
	}
}

var (
	fnLowercase = ofString(lowercase)
	fnUppercase = ofString(uppercase)
	fnTrim      = ofString(trim)
)

// runeEnd returns the end of the character that begins at i; a lone surrogate
// counts as one.
func runeEnd(s string, i int) int {
	if s[i] < utf8.RuneSelf {
		return i + 1
	}
	r, n := utf8.DecodeRuneInString(s[i:])
	if r == utf8.RuneError && n == 1 {
		if _, ok := surrogateAt(s[i:]); ok {
			return i + 3
		}
	}
	return i + n
}

func length(s string) int {
	n := 0
	for i := 0; i < len(s); i = runeEnd(s, i) {
		n++
	}
	return n
}

// cut returns the characters from a to b of a string.
func cut(s string, a, b float64) string {
	n := 0.0
	from := -1
	for i := 0; i < len(s); i = runeEnd(s, i) {
		if n == a {
			from = i
		}
		if n >= b {
			if from < 0 {
				return ""
			}
			return s[from:i]
		}
		n++
	}
	if from < 0 {
		return ""
	}
	return s[from:]
}

func fnLength(_ *run, a []Value) (Value, error) {
	if a[0].k == KindNothing {
		return Nothing, nil
	}
	return Number(float64(length(a[0].Str()))), nil
}

func fnSubstring(r *run, a []Value) (Value, error) {
	if a[0].k == KindNothing {
		return Nothing, nil
	}
	s := a[0].Str()
	size := float64(length(s))
	start := math.NaN()
	if a[1].k == KindNumber {
		start = a[1].Num()
	}
	if size+start < 0 {
		start = 0
	}
	end := math.Inf(1)
	if a[2].k == KindNumber {
		if a[2].Num() <= 0 {
			return String(""), nil
		}
		end = start + a[2].Num()
		if !(start >= 0) {
			end += size
		}
	}
	from, to := sliceIndex(start, size), sliceIndex(end, size)
	if to <= from {
		return String(""), nil
	}
	return r.str(cut(s, from, to))
}

// sliceIndex is what JavaScript's slice makes of an index.
func sliceIndex(i, size float64) float64 {
	switch {
	case math.IsNaN(i):
		return 0
	case i < 0:
		return math.Max(0, size+math.Trunc(i))
	}
	return math.Min(size, math.Trunc(i))
}

// textOf is how JavaScript reads a missing argument where a string should be.
func textOf(v Value) string {
	if v.k == KindNothing {
		return "undefined"
	}
	return v.Str()
}

func fnSubstringBefore(r *run, a []Value) (Value, error) {
	if a[0].k == KindNothing {
		return Nothing, nil
	}
	before, _, _ := strings.Cut(a[0].Str(), textOf(a[1]))
	return r.str(before)
}

func fnSubstringAfter(r *run, a []Value) (Value, error) {
	if a[0].k == KindNothing {
		return Nothing, nil
	}
	_, after, ok := strings.Cut(a[0].Str(), textOf(a[1]))
	if !ok {
		after = a[0].Str()
	}
	return r.str(after)
}

// trim makes runs of white space one space and takes off those at the ends.
func trim(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	space := false
	for i := range len(s) {
		switch c := s[i]; c {
		case ' ', '\t', '\n', '\r':
			space = true
		default:
			if space && b.Len() > 0 {
				b.WriteByte(' ')
			}
			space = false
			b.WriteByte(c)
		}
	}
	return b.String()
}

func fnPad(r *run, a []Value) (Value, error) {
	if a[0].k == KindNothing {
		return Nothing, nil
	}
	s, width, char := a[0].Str(), a[1].Num(), a[2].Str()
	if char == "" {
		char = " "
	}
	missing := math.Trunc(math.Abs(width) - float64(length(s)))
	if !(missing > 0) {
		return String(s), nil
	}
	if missing*float64(len(char)) > float64(r.bytes) {
		return Nothing, r.spend(int(math.Min(missing*float64(len(char)), math.MaxInt32)) + int(r.bytes))
	}
	n := int(missing)
	whole := length(char)
	padding := strings.Repeat(char, n/whole) + cut(char, 0, float64(n%whole))
	if width > 0 {
		return r.str(s + padding)
	}
	return r.str(padding + s)
}

func fnJoin(r *run, a []Value) (Value, error) {
	if a[0].k == KindNothing {
		return Nothing, nil
	}
	items, sep := a[0].items(), a[1].Str()
	size := 0
	for _, v := range items {
		size += len(v.Str()) + len(sep)
	}
	if err := r.spend(size); err != nil {
		return Nothing, err
	}
	var b strings.Builder
	b.Grow(size)
	for i, v := range items {
		if i > 0 {
			b.WriteString(sep)
		}
		b.WriteString(v.Str())
	}
	return String(b.String()), nil
}

// latin1 is what Node's binary encoding makes of a string: the low byte of
// each UTF-16 unit.
func latin1(s string) []byte {
	var b []byte
	for i := 0; i < len(s); i = runeEnd(s, i) {
		r, _ := utf8.DecodeRuneInString(s[i:])
		if unit, ok := surrogateAt(s[i:]); ok {
			r = unit
		}
		if r > 0xFFFF {
			r -= 0x10000
			b = append(b, byte(0xD800+(r>>10)))
			r = 0xDC00 + r&0x3FF
		}
		b = append(b, byte(r))
	}
	return b
}

func fnBase64Encode(r *run, a []Value) (Value, error) {
	if a[0].k == KindNothing {
		return Nothing, nil
	}
	return r.str(base64.StdEncoding.EncodeToString(latin1(a[0].Str())))
}

// fnBase64Decode is as lenient as Node's Buffer: it stops at the padding and
// skips what is no base64, and it takes the alphabet for URLs too.
func fnBase64Decode(r *run, a []Value) (Value, error) {
	if a[0].k == KindNothing {
		return Nothing, nil
	}
	var out []byte
	bits, n := uint32(0), 0
	for _, c := range []byte(a[0].Str()) {
		if c == '=' {
			break
		}
		switch c {
		case '-':
			c = '+'
		case '_':
			c = '/'
		}
		d := strings.IndexByte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", c)
		if d < 0 {
			continue
		}
		bits, n = bits<<6|uint32(d), n+6
		if n >= 8 {
			n -= 8
			out = utf8.AppendRune(out, rune(bits>>n&0xFF))
		}
	}
	return r.str(string(out))
}
