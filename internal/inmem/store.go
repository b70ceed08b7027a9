package inmem

import (
	"context"
	"hash/maphash"
	"math/bits"
	"strings"
	"sync"
	"sync/atomic"

	senda "github.com/senda-dev/senda"
)

// shards is 64 so that the set of shards that a commit locks is one word.
const shards = 64

// Store is a senda.Store in memory. Its zero value is not usable; see New.
type Store struct {
	seed    maphash.Seed
	version atomic.Uint64
	parts   [shards]shard[partKey]
	indexes [shards]shard[indexKey]
}

type partKey struct {
	kind senda.Kind
	part string
}

type indexKey struct {
	index senda.Index
	part  string
}

// shard holds the lists whose keys hash to it.
type shard[K comparable] struct {
	sync.RWMutex
	lists map[K]*list
	_     [64]byte // neighbours share no cache line
}

// New returns an empty store.
func New() *Store {
	s := &Store{seed: maphash.MakeSeed()}
	for i := range s.parts {
		s.parts[i].lists = map[partKey]*list{}
		s.indexes[i].lists = map[indexKey]*list{}
	}
	return s
}

func (s *Store) shardOf(part string) uint64 { return maphash.String(s.seed, part) % shards }

// Get implements senda.Store.
func (s *Store) Get(ctx context.Context, keys ...senda.Key) ([]senda.Versioned, error) {
	if err := alive(ctx, "get"); err != nil {
		return nil, err
	}
	out := make([]senda.Versioned, len(keys))
	for i, k := range keys {
		sh := &s.parts[s.shardOf(k.Part)]
		sh.RLock()
		if l := sh.lists[partKey{k.Kind, k.Part}]; l != nil {
			out[i] = l.get(k.Sort, "")
		}
		sh.RUnlock()
	}
	return out, nil
}

// Range implements senda.Store.
func (s *Store) Range(ctx context.Context, r senda.Range) ([]senda.Versioned, error) {
	if err := alive(ctx, "range"); err != nil {
		return nil, err
	}
	sh := &s.parts[s.shardOf(r.Part)]
	sh.RLock()
	defer sh.RUnlock()
	l := sh.lists[partKey{r.Kind, r.Part}]
	if l == nil {
		return nil, nil
	}
	limit := senda.LimitOr(r.Limit)
	var out []senda.Versioned
	take := func(w row) bool {
		if !strings.HasPrefix(w.sort, r.Prefix) {
			return false
		}
		out = append(out, w.v)
		return len(out) < limit
	}
	if !r.Reverse {
		if r.After >= r.Prefix && r.After != "" {
			l.from(r.After, behind, take)
		} else {
			l.from(r.Prefix, "", take)
		}
		return out, nil
	}
	end, open := prefixEnd(r.Prefix)
	if r.After != "" && (open || r.After < end) {
		end, open = r.After, false
	}
	l.before(end, "", open, take)
	return out, nil
}

// behind is a tie greater than every other, so that a search with it stops
// behind all rows of a sort.
const behind = "\xff"

// prefixEnd is the first text behind all that begin with p; open when none is.
func prefixEnd(p string) (end string, open bool) {
	for i := len(p) - 1; i >= 0; i-- {
		if p[i] != 0xff {
			return p[:i] + string([]byte{p[i] + 1}), false
		}
	}
	return "", true
}

// Find implements senda.Store. Here an index is never stale.
func (s *Store) Find(ctx context.Context, r senda.IndexRange) ([]senda.Versioned, error) {
	if err := alive(ctx, "find"); err != nil {
		return nil, err
	}
	sh := &s.indexes[s.shardOf(r.Part)]
	sh.RLock()
	defer sh.RUnlock()
	l := sh.lists[indexKey{r.Index, r.Part}]
	if l == nil {
		return nil, nil
	}
	limit := senda.LimitOr(r.Limit)
	var out []senda.Versioned
	tie := ""
	if r.After != "" {
		tie = behind
	}
	l.from(r.After, tie, func(w row) bool {
		if r.To != "" && w.sort > r.To {
			return false
		}
		out = append(out, w.v)
		return len(out) < limit
	})
	return out, nil
}

// Commit implements senda.Store.
func (s *Store) Commit(ctx context.Context, writes ...senda.Write) error {
	if err := alive(ctx, "commit"); err != nil {
		return err
	}
	if err := senda.ValidWrites(writes); err != nil {
		return err
	}
	var locked uint64
	for i := range writes {
		locked |= 1 << s.shardOf(writes[i].Key.Part)
	}
	// Always in the order of their numbers, so that two commits cannot wait for each other.
	for m := locked; m != 0; m &= m - 1 {
		s.parts[bits.TrailingZeros64(m)].Lock()
	}
	defer func() {
		for m := locked; m != 0; m &= m - 1 {
			s.parts[bits.TrailingZeros64(m)].Unlock()
		}
	}()
	for i := range writes {
		w := &writes[i]
		if !w.Any && s.at(w.Key).Version != w.If {
			return senda.Errorf(senda.Conflict, "commit", "a record of kind %d is no longer the one that was read", w.Key.Kind)
		}
	}
	version := s.version.Add(1)
	for i := range writes {
		s.apply(&writes[i], version)
	}
	return nil
}

func (s *Store) at(k senda.Key) senda.Versioned {
	if l := s.parts[s.shardOf(k.Part)].lists[partKey{k.Kind, k.Part}]; l != nil {
		return l.get(k.Sort, "")
	}
	return senda.Versioned{}
}

func (s *Store) apply(w *senda.Write, version uint64) {
	if w.Record == nil && !w.Delete {
		return
	}
	sh := &s.parts[s.shardOf(w.Key.Part)]
	pk := partKey{w.Key.Kind, w.Key.Part}
	l := sh.lists[pk]
	var old senda.Versioned
	if l != nil {
		old = l.get(w.Key.Sort, "")
	}
	var now senda.Versioned
	if !w.Delete {
		now = senda.Versioned{Record: w.Record, Version: version}
	}
	s.reindex(w.Key, old, now)
	switch {
	case !w.Delete && l == nil:
		l = &list{}
		sh.lists[pk] = l
		fallthrough
	case !w.Delete:
		l.put(w.Key.Sort, "", now)
	case l != nil:
		l.remove(w.Key.Sort, "")
		if l.empty() {
			delete(sh.lists, pk)
		}
	}
}

// reindex moves a record from its old places in indexes to the new ones. The
// locks of indexes are taken one at a time, inside those of parts.
func (s *Store) reindex(k senda.Key, old, now senda.Versioned) {
	var was, is []senda.IndexKey
	if old.Record != nil {
		was = old.Record.Indexes()
	}
	if now.Record != nil {
		is = now.Record.Indexes()
	}
	if len(was) == 0 && len(is) == 0 {
		return
	}
	tie := string(rune(k.Kind)) + k.Part + "\x00" + k.Sort
	for _, ix := range was {
		if !holds(is, ix) {
			s.unplace(ix, tie)
		}
	}
	for _, ix := range is {
		s.place(ix, tie, now)
	}
}

func holds(all []senda.IndexKey, one senda.IndexKey) bool {
	for _, ix := range all {
		if ix == one {
			return true
		}
	}
	return false
}

func (s *Store) place(ix senda.IndexKey, tie string, v senda.Versioned) {
	sh := &s.indexes[s.shardOf(ix.Part)]
	sh.Lock()
	defer sh.Unlock()
	k := indexKey{ix.Index, ix.Part}
	l := sh.lists[k]
	if l == nil {
		l = &list{}
		sh.lists[k] = l
	}
	l.put(ix.Sort, tie, v)
}

func (s *Store) unplace(ix senda.IndexKey, tie string) {
	sh := &s.indexes[s.shardOf(ix.Part)]
	sh.Lock()
	defer sh.Unlock()
	k := indexKey{ix.Index, ix.Part}
	if l := sh.lists[k]; l != nil {
		l.remove(ix.Sort, tie)
		if l.empty() {
			delete(sh.lists, k)
		}
	}
}

func alive(ctx context.Context, op string) error {
	return senda.Wrap(senda.Unavailable, op, ctx.Err())
}
