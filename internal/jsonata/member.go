package jsonata

import (
	"encoding/binary"
	"unsafe"
)

// memberKey is a key that is looked for often: its bytes are taken apart once,
// so that finding it among the few members of an object compares words and
// calls nothing.
type memberKey struct {
	text string
	// head and tail are its bytes when it has at most 16; see ends.
	head, tail uint64
}

func memberKeyOf(text string) memberKey {
	k := memberKey{text: text}
	if len(text) <= 16 {
		k.head, k.tail = ends(text)
	}
	return k
}

func memberKeysOf(texts []string) []memberKey {
	keys := make([]memberKey, len(texts))
	for i, text := range texts {
		keys[i] = memberKeyOf(text)
	}
	return keys
}

// ends holds all bytes of a string of at most 16, some of them twice: two such
// strings of one length are the same when their ends are.
func ends(s string) (head, tail uint64) {
	b := unsafe.Slice(unsafe.StringData(s), len(s))
	switch n := len(b); {
	case n >= 8:
		return binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[n-8:])
	case n >= 4:
		return uint64(binary.LittleEndian.Uint32(b)), uint64(binary.LittleEndian.Uint32(b[n-4:]))
	case n > 0:
		return uint64(b[0]) | uint64(b[n/2])<<8 | uint64(b[n-1])<<16, 0
	}
	return 0, 0
}

// is says whether the key is s, which has its length.
func (k *memberKey) is(s string) bool {
	if len(s) > 16 {
		return k.text == s
	}
	head, tail := ends(s)
	return head == k.head && tail == k.tail
}

// member is Get of an object for a key that was taken apart.
func (v Value) member(k *memberKey) Value {
	o := (*object)(v.p)
	if o.index != nil {
		if i, ok := o.index[k.text]; ok {
			return o.members[i].Value
		}
		return Nothing
	}
	for i := range o.members {
		if m := &o.members[i]; len(m.Key) == len(k.text) && k.is(m.Key) {
			return m.Value
		}
	}
	return Nothing
}
