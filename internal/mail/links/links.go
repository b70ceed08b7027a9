// Package links makes the signed links of a mail: it knows which address serves
// which kind of token.
package links

import (
	"errors"
	"net/url"
	"strings"

	"github.com/senda-dev/senda/internal/mail/token"
)

// paths of the public endpoints, below the base address.
var paths = map[token.Kind]string{
	token.Withdraw:    "/withdraw",
	token.Preferences: "/preferences",
	token.Confirm:     "/confirm",
	token.Answer:      "/answer",
	token.Click:       "/click",
}

// Param is the query parameter that holds the token.
const Param = "t"

// Kind returns which kind of token the endpoint at path takes.
func Kind(path string) (token.Kind, bool) {
	for k, p := range paths {
		if p == path {
			return k, true
		}
	}
	return 0, false
}

// A Maker makes links under one address.
type Maker struct {
	base string
	ring *token.Ring
}

// NewMaker makes links below base, an https address such as
// https://mail.cellar.example. http is for a laptop's own addresses only.
func NewMaker(base string, ring *token.Ring) (*Maker, error) {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return nil, errors.New("links: the base is not an address")
	}
	local := u.Hostname() == "localhost" || u.Hostname() == "127.0.0.1" || u.Hostname() == "::1"
	if u.Scheme != "https" && (u.Scheme != "http" || !local) {
		return nil, errors.New("links: the base must be https")
	}
	if ring == nil {
		return nil, errors.New("links: there is no ring of keys")
	}
	return &Maker{base: strings.TrimRight(base, "/"), ring: ring}, nil
}

// Link returns the link for c.
func (m *Maker) Link(c token.Claims) (string, error) {
	t, err := m.ring.Sign(c)
	if err != nil {
		return "", err
	}
	return m.base + paths[c.Kind] + "?" + Param + "=" + t, nil
}

const answerPrefix = "answer-"

// Values returns what a mail finds under links: those of its uses (a variant's
// Uses) that are signed links. c says for whom and for which message; its kind and
// Arg are set here. Names that are no signed link are left to others.
func (m *Maker) Values(uses []string, c token.Claims) (map[string]any, error) {
	out := map[string]any{}
	for _, use := range uses {
		name, ok := strings.CutPrefix(use, "links.")
		if !ok {
			continue
		}
		one := c
		one.Arg = ""
		switch answer, isAnswer := strings.CutPrefix(name, answerPrefix); {
		case name == "withdraw":
			one.Kind = token.Withdraw
		case name == "preferences":
			one.Kind = token.Preferences
		case name == "confirm":
			one.Kind = token.Confirm
		case isAnswer:
			one.Kind, one.Arg = token.Answer, answer
		default:
			continue
		}
		link, err := m.Link(one)
		if err != nil {
			return nil, err
		}
		out[name] = link
	}
	return out, nil
}

// Click returns the function that leads the links of a mail through the counter,
// for mail.Options. An address that is too long to be signed is left as it is: a
// click that is not counted is better than a link that does not work.
func (m *Maker) Click(c token.Claims) func(index int, address string) (string, error) {
	return func(_ int, address string) (string, error) {
		c := c
		c.Kind, c.Arg = token.Click, address
		if len(address) > maxAddress {
			return address, nil
		}
		return m.Link(c)
	}
}

// maxAddress is the longest address that is counted, so that a link stays under
// the 2,000 characters that every mail programme follows.
const maxAddress = 1000
