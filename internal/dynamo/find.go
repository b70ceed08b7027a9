package dynamo

import (
	"cmp"
	"context"
	"slices"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/dynamo/layout"
)

// place is one line of an index.
type place struct {
	order string
	at    address
}

// Two records may share a place; they then stand in the order of their keys.
func compare(a, b place) int {
	return cmp.Or(cmp.Compare(a.order, b.order), cmp.Compare(kindAt(a.at.pk), kindAt(b.at.pk)),
		cmp.Compare(a.at.pk, b.at.pk), cmp.Compare(a.at.sk, b.at.sk))
}

// stream is one partition of an index under way, with what was read ahead.
type stream struct {
	span
	ahead []place
}

// Find implements senda.Store. The index holds keys only; the records are read
// strongly, so that what an index still shows and is gone does not come back.
// What it does not show yet is missing.
func (s *Store) Find(ctx context.Context, r senda.IndexRange) ([]senda.Versioned, error) {
	const op = "find"
	if err := ctx.Err(); err != nil {
		return nil, senda.Wrap(senda.Unavailable, op, err)
	}
	if err := bounds(op, r.Part, r.After, r.To); err != nil {
		return nil, err
	}
	limit := senda.LimitOr(r.Limit)
	streams := s.streams(r)
	page := limit
	if len(streams) > 1 { // each holds its share, more or less
		page = min(limit, 2*limit/len(streams)+8)
	}
	var out []senda.Versioned
	for len(out) < limit {
		places, err := s.merge(ctx, op, streams, limit-len(out), page)
		if err != nil {
			return nil, err
		}
		if len(places) == 0 {
			break
		}
		addresses := make([]address, len(places))
		for i, p := range places {
			addresses[i] = p.at
		}
		got, err := s.fetch(ctx, op, addresses)
		if err != nil {
			return nil, err
		}
		for _, p := range places {
			if v := got[p.at]; stands(v, r, p) {
				out = append(out, v)
			}
		}
	}
	return out, nil
}

// streams are the partitions that hold the answer.
func (s *Store) streams(r senda.IndexRange) []*stream {
	sp := span{table: s.tables.Main, index: layout.Places, attr: layout.Place, order: layout.Order, from: mark, to: edge}
	if r.After != "" {
		sp.from = next(mark + r.After)
	}
	if r.To != "" {
		sp.to = next(mark + r.To)
	}
	if r.Index == senda.IndexMessages {
		sp.index, sp.attr, sp.order, sp.part = layout.Messages, layout.Message, "", mark+r.Part
		sp.done = r.After != "" // every place has the sort ""
		return []*stream{{span: sp}}
	}
	if r.Part != "" {
		sp.part = indexNames[r.Index] + mark + r.Part
		return []*stream{{span: sp}}
	}
	out := make([]*stream, layout.Shards)
	for i := range out {
		one := sp
		one.part = shardOf(indexNames[r.Index], i)
		out[i] = &stream{span: one}
	}
	return out
}

// merge takes the next n places of all streams in their order.
func (s *Store) merge(ctx context.Context, op string, streams []*stream, n, page int) ([]place, error) {
	var out []place
	for len(out) < n {
		// The least of all is known only when each has shown its own least.
		var dry []*stream
		for _, st := range streams {
			if len(st.ahead) == 0 && !st.done {
				dry = append(dry, st)
			}
		}
		if len(dry) > 0 {
			if err := together(len(dry), func(i int) error { return s.advance(ctx, op, dry[i], page) }); err != nil {
				return nil, err
			}
			continue
		}
		var least *stream
		for _, st := range streams {
			if len(st.ahead) > 0 && (least == nil || compare(st.ahead[0], least.ahead[0]) < 0) {
				least = st
			}
		}
		if least == nil {
			break
		}
		out, least.ahead = append(out, least.ahead[0]), least.ahead[1:]
	}
	return out, nil
}

func (s *Store) advance(ctx context.Context, op string, st *stream, page int) error {
	items, err := s.query(ctx, op, &st.span, page)
	if err != nil {
		return err
	}
	for _, it := range items {
		at := address{st.table, textOf(it, layout.Partition), textOf(it, layout.Sort)}
		st.ahead = append(st.ahead, place{textOf(it, layout.Order), at})
	}
	slices.SortStableFunc(st.ahead, compare)
	return nil
}

// stands says whether a record is still where the index showed it.
func stands(v senda.Versioned, r senda.IndexRange, p place) bool {
	if v.Record == nil {
		return false
	}
	for _, k := range v.Record.Indexes() {
		if k.Index == r.Index && k.Part == r.Part && (k.Index == senda.IndexMessages || mark+k.Sort == p.order) {
			return true
		}
	}
	return false
}
