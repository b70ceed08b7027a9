package identity

import (
	"net/mail"
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// Email is the kind of identifier that is an address of mail.
const Email = "email"

// Normal is the form of an identifier in which two spellings of one are equal.
// Of an address the case does not count (RFC 5321 section 2.4 lets a host tell
// "Ana" from "ana"; none that people use does), and its domain is in the ASCII
// form of IDNA. Of any other identifier only outer space does not count.
func Normal(kind, value string) string {
	value = strings.TrimSpace(value)
	if kind != Email {
		return value
	}
	if plain(value) {
		return value
	}
	value = strings.ToLower(norm.NFC.String(value))
	at := strings.LastIndexByte(value, '@')
	if at < 0 {
		return value
	}
	if domain, err := idna.Lookup.ToASCII(value[at+1:]); err == nil {
		return value[:at+1] + domain
	}
	return value
}

// plain reports that nothing of s can change: lower-case ASCII.
func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c >= 0x80 || 'A' <= c && c <= 'Z' {
			return false
		}
	}
	return true
}

// ValidAddress reports whether mail can be addressed to s: one plain address,
// no name, no list, within the lengths of RFC 5321 section 4.5.3.1.
func ValidAddress(s string) bool {
	at := strings.LastIndexByte(s, '@')
	if at < 1 || at > 64 || len(s) > 254 || !strings.Contains(s[at+1:], ".") {
		return false
	}
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c == 0x7f || strings.IndexByte(`<>,;:"()[]\`, c) >= 0 {
			return false
		}
	}
	if strings.HasPrefix(s[at+1:], ".") || strings.HasSuffix(s, ".") || strings.Contains(s, "..") {
		return false
	}
	if plainAddress(s) {
		return true
	}
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s && a.Name == ""
}

// plainAddress reports that s is made of the signs that nearly every address is
// made of, for which no parser need be asked.
func plainAddress(s string) bool {
	ats := 0
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9', 'A' <= c && c <= 'Z', c == '.', c == '-', c == '_', c == '+':
		case c == '@':
			ats++
		default:
			return false
		}
	}
	return ats == 1 && s[0] != '.' && !strings.Contains(s, ".@")
}
