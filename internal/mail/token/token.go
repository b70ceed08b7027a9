// Package token signs and reads the tokens in the links of mails: withdraw,
// preferences, confirm, answer, click.
//
// A token tells nothing to those who see it (proxies, histories, referrers), needs
// no store to be believed or refused, and is bound to one person, brand, purpose,
// message and kind. It is written as KEY.BODY, the body in base64url:
//
//	tag  = HMAC-SHA256(macKey, context | key id | claims)
//	body = tag | AES-256-CTR(encKey, iv = first half of tag, claims)
//
// which is the construction of SIV (RFC 5297) with HMAC as its PRF: the same
// claims give the same token, and no chance is needed. Both keys are derived from
// the secret with HKDF.
package token

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"regexp"
	"strings"
	"time"
)

// Kind is what a token allows. A token of one kind is no token of another.
type Kind byte

// The kinds of tokens.
const (
	Withdraw    Kind = 1 + iota // ends marketing; never expires, works after erasure
	Preferences                 // opens the preference page; never expires
	Confirm                     // second step of double opt-in; seven days
	Answer                      // answers a question; Arg is the answer; 90 days
	Click                       // counts a click; Arg is the address to go on to; never expires
)

// lifetimes of the kinds; 0 is for ever. A click must go on to its address however
// old the mail is.
var lifetimes = map[Kind]time.Duration{
	Withdraw: 0, Preferences: 0, Click: 0,
	Confirm: 7 * 24 * time.Hour,
	Answer:  90 * 24 * time.Hour,
}

func (k Kind) String() string {
	switch k {
	case Withdraw:
		return "withdraw"
	case Preferences:
		return "preferences"
	case Confirm:
		return "confirm"
	case Answer:
		return "answer"
	case Click:
		return "click"
	}
	return fmt.Sprintf("kind %d", byte(k))
}

// Claims are what a token says.
type Claims struct {
	Kind    Kind
	Person  string    // random id, never an address
	Brand   string    //
	Purpose string    //
	Message string    // the claim of the mail that carries it
	Arg     string    // see the kinds
	Issued  time.Time // whole seconds
}

var (
	// ErrForged is returned for everything that was not signed by a key of the ring:
	// damaged, cut, made up, of another kind, or under a key that has been let go.
	ErrForged = errors.New("token: not one of ours")
	// ErrExpired is returned for a genuine token whose time has passed.
	ErrExpired = errors.New("token: expired")
)

// A Key signs and verifies. Its id is public and stands in every token.
type Key struct {
	ID     string    // [a-z0-9-], at most 16
	Secret []byte    // at least 32 random bytes
	Until  time.Time // verifies until then; zero: for ever. Let old keys live 24 months.
}

type derived struct {
	id    string
	mac   []byte
	block cipher.Block
	until time.Time
}

// A Ring holds the keys of an installation. It is safe for concurrent use.
type Ring struct {
	current *derived
	byID    map[string]*derived
}

var keyID = regexp.MustCompile(`^[a-z0-9-]{1,16}$`)

// NewRing makes a ring that signs with the first key and verifies with all.
func NewRing(keys ...Key) (*Ring, error) {
	if len(keys) == 0 {
		return nil, errors.New("token: a ring needs a key")
	}
	r := &Ring{byID: map[string]*derived{}}
	for _, k := range keys {
		if !keyID.MatchString(k.ID) {
			return nil, errors.New("token: a key id has 1 to 16 of a-z, 0-9 and hyphen")
		}
		if len(k.Secret) < 32 {
			return nil, fmt.Errorf("token: the secret of key %s has less than 32 bytes", k.ID)
		}
		if r.byID[k.ID] != nil {
			return nil, fmt.Errorf("token: two keys are called %s", k.ID)
		}
		d := &derived{id: k.ID, until: k.Until}
		enc, err := hkdf.Key(sha256.New, k.Secret, nil, "senda token v1 encryption", 32)
		if err != nil {
			return nil, fmt.Errorf("token: deriving from key %s: %w", k.ID, err)
		}
		if d.mac, err = hkdf.Key(sha256.New, k.Secret, nil, "senda token v1 authentication", 32); err != nil {
			return nil, fmt.Errorf("token: deriving from key %s: %w", k.ID, err)
		}
		if d.block, err = aes.NewCipher(enc); err != nil {
			return nil, fmt.Errorf("token: key %s: %w", k.ID, err)
		}
		r.byID[k.ID] = d
		if r.current == nil {
			r.current = d
		}
	}
	return r, nil
}

// maxToken bounds what Verify looks at: the longest address that browsers and
// mail programmes keep whole is some 2,000 characters.
const maxToken = 2800

// Sign returns the token for c.
func (r *Ring) Sign(c Claims) (string, error) {
	if _, ok := lifetimes[c.Kind]; !ok {
		return "", fmt.Errorf("token: there is no %s", c.Kind)
	}
	if s := c.Issued.Unix(); c.Issued.IsZero() || s < 0 || s > math.MaxUint32 {
		return "", errors.New("token: the time of issue is missing or out of range")
	}
	plain := encode(c)
	body := make([]byte, sha256.Size, sha256.Size+len(plain))
	r.current.tag(body[:0], plain)
	body = append(body, plain...)
	r.current.crypt(body)
	out := r.current.id + "." + base64.RawURLEncoding.EncodeToString(body)
	if len(out) > maxToken {
		return "", errors.New("token: the claims are too long")
	}
	return out, nil
}

// Verify returns the claims of a genuine token of the given kind. It reads no
// store and takes the same time for whatever part of the tag is wrong.
func (r *Ring) Verify(token string, kind Kind, now time.Time) (Claims, error) {
	if len(token) > maxToken {
		return Claims{}, ErrForged
	}
	id, text, ok := strings.Cut(token, ".")
	k := r.byID[id]
	if !ok || k == nil || !k.until.IsZero() && !now.Before(k.until) {
		return Claims{}, ErrForged
	}
	body, err := base64.RawURLEncoding.Strict().DecodeString(text)
	// The decoder skips line breaks; a token with some would be a second form of it.
	if err != nil || len(body) <= sha256.Size || strings.ContainsAny(text, "\r\n") {
		return Claims{}, ErrForged
	}
	k.crypt(body)
	var want [sha256.Size]byte
	k.tag(want[:0], body[sha256.Size:])
	if !hmac.Equal(want[:], body[:sha256.Size]) {
		return Claims{}, ErrForged
	}
	c, ok := decode(body[sha256.Size:])
	if !ok || c.Kind != kind {
		return Claims{}, ErrForged
	}
	if life := lifetimes[c.Kind]; life > 0 && !now.Before(c.Issued.Add(life)) {
		return Claims{}, ErrExpired
	}
	return c, nil
}

// tag appends the tag of claims to out.
func (k *derived) tag(out, plain []byte) {
	h := hmac.New(sha256.New, k.mac)
	h.Write([]byte("senda token v1\x00" + k.id + "\x00"))
	h.Write(plain)
	h.Sum(out)
}

// crypt encrypts or decrypts what follows the tag in body.
func (k *derived) crypt(body []byte) {
	cipher.NewCTR(k.block, body[:aes.BlockSize]).XORKeyStream(body[sha256.Size:], body[sha256.Size:])
}

// encode writes claims: kind, time of issue, then each text behind its length.
func encode(c Claims) []byte {
	out := []byte{byte(c.Kind)}
	out = binary.BigEndian.AppendUint32(out, uint32(c.Issued.Unix())) //nolint:gosec // Sign checked the range
	for _, s := range []string{c.Person, c.Brand, c.Purpose, c.Message, c.Arg} {
		out = binary.AppendUvarint(out, uint64(len(s)))
		out = append(out, s...)
	}
	return out
}

func decode(b []byte) (Claims, bool) {
	if len(b) < 5 {
		return Claims{}, false
	}
	c := Claims{Kind: Kind(b[0]), Issued: time.Unix(int64(binary.BigEndian.Uint32(b[1:5])), 0).UTC()}
	b = b[5:]
	for _, s := range []*string{&c.Person, &c.Brand, &c.Purpose, &c.Message, &c.Arg} {
		n, size := binary.Uvarint(b)
		if size <= 0 || n > uint64(len(b)-size) {
			return Claims{}, false
		}
		*s = string(b[size : size+int(n)]) //nolint:gosec // bounded by len(b)
		b = b[size+int(n):]                //nolint:gosec // bounded by len(b)
	}
	return c, len(b) == 0
}
