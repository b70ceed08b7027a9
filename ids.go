package senda

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
)

// PersonID names a person. It is random, says nothing about them and is the
// only name of a person that may stand in executions, logs and metrics.
type PersonID string

// EntryID names one entry of one person in one journey:
// "journey/key-hash/occurrence". It is unique within the person.
type EntryID string

// MessageID names one message for one person. It is derived from the entry and
// the step, so that a repeated attempt bears the same name.
type MessageID string

// Base32 spells digests and random ids with signs that every service takes in a name.
var Base32 = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// Digest is the SHA-256 of parts, each preceded by its length as eight bytes,
// big-endian, so that no two lists of parts share a digest by sharing their
// concatenation.
func Digest(parts ...string) [32]byte {
	h := sha256.New()
	var n [8]byte
	for _, p := range parts {
		binary.BigEndian.PutUint64(n[:], uint64(len(p)))
		h.Write(n[:])
		h.Write([]byte(p))
	}
	return [32]byte(h.Sum(nil))
}

// Hash64 is the first eight bytes of Digest as a big-endian number: the hash of
// every stable assignment (arms, splits, controls).
func Hash64(parts ...string) uint64 {
	d := Digest(parts...)
	return binary.BigEndian.Uint64(d[:8])
}

// Bucket maps a hash to [0, 1). It keeps the 53 bits that a float64 can hold.
func Bucket(hash uint64) float64 { return float64(hash>>11) / (1 << 53) }

// ShortHash spells the first 130 bits of Digest in 26 lower-case base-32 signs.
func ShortHash(parts ...string) string {
	d := Digest(parts...)
	return Base32.EncodeToString(d[:])[:26]
}

// NewEntryID names the n-th entry (from 1) into a journey for a value of
// `each`. The value may be an order number or worse, so only its hash becomes part of the name.
func NewEntryID(journey, each string, n int) EntryID {
	return EntryID(fmt.Sprintf("%s/%s/%08d", journey, ShortHash(journey, each)[:13], n))
}

// EntryPrefix is what the ids of all entries into a journey for a value of `each` share.
func EntryPrefix(journey, each string) string {
	return journey + "/" + ShortHash(journey, each)[:13] + "/"
}

// Journey is the journey's name within the id.
func (id EntryID) Journey() string {
	j, _, _ := strings.Cut(string(id), "/")
	return j
}

// Occurrence is the number of the entry, from 1; 0 when the id is malformed.
func (id EntryID) Occurrence() int {
	i := strings.LastIndexByte(string(id), '/')
	if i < 0 {
		return 0
	}
	n, err := strconv.Atoi(string(id[i+1:]))
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// Execution is the name of the entry's execution: "e-" and 26 signs, within the
// 80 characters that Step Functions allows, and the same on every attempt, so
// that starting twice starts once.
func (id EntryID) Execution(p PersonID) string { return "e-" + ShortHash(string(p), string(id)) }

// Message is the name of the n-th message of a step of the entry.
func (id EntryID) Message(p PersonID, step string, n int) MessageID {
	return MessageID("m-" + ShortHash(string(p), string(id), step, strconv.Itoa(n)))
}
