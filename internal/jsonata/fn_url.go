package jsonata

import (
	"strings"
	"unicode/utf8"
)

const (
	urlUnreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.!~*'()"
	urlReserved   = ";/?:@&=+$,#"
)

var (
	fnEncodeURLComponent = encoder("encodeUrlComponent", urlUnreserved)
	fnEncodeURL          = encoder("encodeUrl", urlUnreserved+urlReserved)
	fnDecodeURLComponent = decoder("decodeUrlComponent", "")
	fnDecodeURL          = decoder("decodeUrl", urlReserved)
)

func malformed(name string, v Value) error {
	return fail("D3140", name, v, "malformed URL passed to $%s: %s", name, v)
}

func encoder(name, keep string) func(*run, []Value) (Value, error) {
	return func(r *run, a []Value) (Value, error) {
		if a[0].k == KindNothing {
			return Nothing, nil
		}
		s := a[0].Str()
		if !utf8.ValidString(s) { // a lone surrogate
			return Nothing, malformed(name, a[0])
		}
		var b strings.Builder
		for i := range len(s) {
			if c := s[i]; strings.IndexByte(keep, c) >= 0 {
				b.WriteByte(c)
			} else {
				b.WriteByte('%')
				b.WriteByte("0123456789ABCDEF"[c>>4])
				b.WriteByte("0123456789ABCDEF"[c&15])
			}
		}
		return r.str(b.String())
	}
}

// decoder leaves the escapes of the signs in keep as they are.
func decoder(name, keep string) func(*run, []Value) (Value, error) {
	return func(r *run, a []Value) (Value, error) {
		if a[0].k == KindNothing {
			return Nothing, nil
		}
		s := a[0].Str()
		var b []byte
		for i := 0; i < len(s); {
			if s[i] != '%' {
				b = append(b, s[i])
				i++
				continue
			}
			from := i
			var char []byte
			for need := 1; len(char) < need; i += 3 {
				if i+3 > len(s) || s[i] != '%' || !isHex(s[i+1:], 2) {
					return Nothing, malformed(name, a[0])
				}
				c := unhex(s[i+1])<<4 | unhex(s[i+2])
				if len(char) == 0 {
					need = utf8Length(c)
				}
				char = append(char, c)
			}
			if !utf8.Valid(char) {
				return Nothing, malformed(name, a[0])
			}
			if len(char) == 1 && strings.IndexByte(keep, char[0]) >= 0 {
				b = append(b, s[from:i]...)
			} else {
				b = append(b, char...)
			}
		}
		return r.str(string(b))
	}
}

func utf8Length(c byte) int {
	switch {
	case c >= 0xF0:
		return 4
	case c >= 0xE0:
		return 3
	case c >= 0xC0:
		return 2
	}
	return 1
}

func unhex(c byte) byte {
	switch {
	case c <= '9':
		return c - '0'
	case c >= 'a':
		return c - 'a' + 10
	}
	return c - 'A' + 10
}
