package identity

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"sync"

	senda "github.com/senda-dev/senda"
)

// KeyBytes is the least length of the key of keyed hashes: the strength of SHA-256.
const KeyBytes = 32

// Keys makes keyed hashes (HMAC-SHA256). Without the key nobody can tell
// whether an address is among them by trying addresses. The key may never
// change while records name people by it. Safe for concurrent use.
type Keys struct{ pool sync.Pool }

// NewKeys takes the key, at least KeyBytes long.
func NewKeys(key []byte) (*Keys, error) {
	if len(key) < KeyBytes {
		return nil, senda.Errorf(senda.Invalid, "read the key of identities", "it has %d bytes", len(key)).
			WithHelp("give at least %d random bytes", KeyBytes)
	}
	secret := append([]byte(nil), key...)
	k := &Keys{}
	// The two inner blocks of an HMAC are hashed once per hasher: Reset returns
	// to the state behind them.
	k.pool.New = func() any { return &keyed{mac: hmac.New(sha256.New, secret)} }
	return k, nil
}

type keyed struct {
	mac hash.Hash
	in  []byte
	sum [sha256.Size]byte
}

// Digest is the keyed hash of an identifier of a kind, whose value is brought
// into its normal form first. It spells 160 bits in 32 signs.
func (k *Keys) Digest(kind, value string) string {
	return k.digest(kind, Normal(kind, value))
}

// Address is the keyed hash under which an e-mail address is suppressed.
func (k *Keys) Address(address string) string { return k.Digest(Email, address) }

func (k *Keys) digest(kind, normal string) string {
	h := k.pool.Get().(*keyed)
	defer k.pool.Put(h)
	h.mac.Reset()
	// The length goes first so that no two pairs share their concatenation.
	h.in = binary.BigEndian.AppendUint64(h.in[:0], uint64(len(kind)))
	h.in = append(append(h.in, kind...), normal...)
	h.mac.Write(h.in)
	sum := h.mac.Sum(h.sum[:0])
	clear(h.in)
	var out [32]byte
	senda.Base32.Encode(out[:], sum[:20])
	return string(out[:])
}
