package entry

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"hash/maphash"
	"slices"
	"strings"

	senda "github.com/senda-dev/senda"
)

// shelf is a store of which every state is a value of its own: a commit returns
// the next one. Rows know the sum of their text, which the explorer compares states by.
type shelf struct {
	rows    []shelved
	version uint64
}

type shelved struct {
	key senda.Key
	v   senda.Versioned
	sum sum
}

// sum is a hash of 128 bits: two states are one when their sums are.
type sum [2]uint64

var seeds = [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}

func sumOf(b []byte) sum { return sum{maphash.Bytes(seeds[0], b), maphash.Bytes(seeds[1], b)} }

func (s sum) append(b []byte) []byte {
	return binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(b, s[0]), s[1])
}

func compareKeys(r shelved, k senda.Key) int {
	if r.key.Kind != k.Kind {
		return int(r.key.Kind) - int(k.Kind)
	}
	return strings.Compare(r.key.Part+"\x00"+r.key.Sort, k.Part+"\x00"+k.Sort)
}

func (s shelf) at(k senda.Key) senda.Versioned {
	if i, ok := slices.BinarySearchFunc(s.rows, k, compareKeys); ok {
		return s.rows[i].v
	}
	return senda.Versioned{}
}

func (s shelf) holds(writes []senda.Write) bool {
	for _, w := range writes {
		if !w.Any && s.at(w.Key).Version != w.If {
			return false
		}
	}
	return true
}

// with is the shelf after a commit whose conditions hold.
func (s shelf) with(writes []senda.Write) shelf {
	s.version++
	s.rows = slices.Clone(s.rows)
	for _, w := range writes {
		i, ok := slices.BinarySearchFunc(s.rows, w.Key, compareKeys)
		switch {
		case w.Delete && ok:
			s.rows = slices.Delete(s.rows, i, i+1)
		case w.Record != nil:
			text, err := json.Marshal(w.Record)
			if err != nil {
				panic(err)
			}
			row := shelved{w.Key, senda.Versioned{Record: w.Record, Version: s.version}, sumOf(text)}
			if ok {
				s.rows[i] = row
			} else {
				s.rows = slices.Insert(s.rows, i, row)
			}
		}
	}
	return s
}

// Get implements senda.Store.
func (s shelf) Get(_ context.Context, keys ...senda.Key) ([]senda.Versioned, error) {
	out := make([]senda.Versioned, len(keys))
	for i, k := range keys {
		out[i] = s.at(k)
	}
	return out, nil
}

// Range implements senda.Store.
func (s shelf) Range(_ context.Context, r senda.Range) ([]senda.Versioned, error) {
	var out []senda.Versioned
	for _, w := range s.rows {
		if w.key.Kind == r.Kind && w.key.Part == r.Part && strings.HasPrefix(w.key.Sort, r.Prefix) {
			out = append(out, w.v)
		}
	}
	if r.Reverse {
		slices.Reverse(out)
	}
	return out, nil
}

// Find implements senda.Store.
func (s shelf) Find(_ context.Context, r senda.IndexRange) ([]senda.Versioned, error) {
	var out []senda.Versioned
	for _, w := range s.rows {
		for _, ix := range w.v.Record.Indexes() {
			if ix.Index == r.Index && ix.Part == r.Part && (r.To == "" || ix.Sort <= r.To) {
				out = append(out, w.v)
			}
		}
	}
	return out, nil
}

// Commit implements senda.Store; the explorer commits by hand.
func (s shelf) Commit(context.Context, ...senda.Write) error {
	return senda.Errorf(senda.Internal, "commit", "a shelf is a value")
}
