package ses

import (
	"fmt"
	"strconv"
	"strings"

	senda "github.com/senda-dev/senda"
)

// The names of the tags that every message bears. Events bring them back, and the
// first says whose event it is.
const (
	TagMessage = "message"
	TagJourney = "journey"
	TagStep    = "step"
	TagBrand   = "brand"
)

// maxTag is the length of the longest value of a tag
// (https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_MessageTag.html).
const maxTag = 256

// tags names the envelope. It says nothing about the person.
func tags(op string, e senda.Envelope) ([]tag, error) {
	if e.Message == "" || EncodeTag(string(e.Message)) != string(e.Message) {
		return nil, senda.Errorf(senda.Invalid, op, "the id of the message is no value of a tag")
	}
	var out []tag
	for _, t := range []struct{ name, value string }{
		{TagMessage, string(e.Message)}, {TagJourney, e.Journey}, {TagStep, e.Step}, {TagBrand, e.Brand},
	} {
		value := EncodeTag(t.value)
		if len(value) > maxTag {
			return nil, senda.Errorf(senda.Invalid, op, "its %s is longer than the value of a tag may be", t.name)
		}
		if value != "" { // the service takes no empty one
			out = append(out, tag{t.name, value})
		}
	}
	return out, nil
}

// EncodeTag spells s in the signs that the value of a tag may have: A-Z a-z 0-9 and -
// stand for themselves, any other byte is _ and its two hexadecimal digits.
func EncodeTag(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; plain(c) {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "_%02x", c)
		}
	}
	return b.String()
}

// DecodeTag reads what EncodeTag wrote, and nothing else.
func DecodeTag(s string) (string, bool) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case plain(c):
			b.WriteByte(c)
		case c == '_' && i+2 < len(s):
			n, err := strconv.ParseUint(s[i+1:i+3], 16, 8)
			if err != nil {
				return "", false
			}
			b.WriteByte(byte(n))
			i += 2
		default:
			return "", false
		}
	}
	out := b.String()
	return out, EncodeTag(out) == s // one spelling a value
}

func plain(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-'
}
