package dynamo

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/dynamo/layout"
)

// Range implements senda.Store.
func (s *Store) Range(ctx context.Context, r senda.Range) ([]senda.Versioned, error) {
	const op = "range"
	if err := ctx.Err(); err != nil {
		return nil, senda.Wrap(senda.Unavailable, op, err)
	}
	if err := bounds(op, r.After); err != nil {
		return nil, err
	}
	a, ok := s.address(senda.Key{Kind: r.Kind, Part: r.Part, Sort: r.Prefix})
	if !ok {
		return nil, nil
	}
	q := span{table: a.table, attr: layout.Partition, order: layout.Sort, from: a.sk, to: end(a.sk), reverse: r.Reverse}
	if r.After != "" {
		if r.Reverse {
			q.to = min(q.to, mark+r.After)
		} else {
			q.from = max(q.from, next(mark+r.After))
		}
	}
	limit := senda.LimitOr(r.Limit)
	parts := partitions(r.Kind, r.Part)
	pages := make([][]attributes, len(parts))
	err := together(len(parts), func(i int) error {
		one := q
		one.part = parts[i]
		for len(pages[i]) < limit && !one.done {
			items, err := s.query(ctx, op, &one, limit-len(pages[i]))
			if err != nil {
				return err
			}
			pages[i] = append(pages[i], items...)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	all := slices.Concat(pages...)
	if len(parts) > 1 {
		slices.SortFunc(all, func(a, b attributes) int {
			if r.Reverse {
				a, b = b, a
			}
			return strings.Compare(textOf(a, layout.Sort), textOf(b, layout.Sort))
		})
	}
	var out []senda.Versioned
	for _, it := range all[:min(len(all), limit)] {
		v, err := read(it)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

// partitions are the partition keys under which a part stands.
func partitions(k senda.Kind, part string) []string {
	pk := kinds[k] + mark + part
	if !spread[k] {
		return []string{pk}
	}
	out := make([]string, layout.Shards)
	for i := range out {
		out[i] = shardOf(pk, i)
	}
	return out
}

// bounds refuses texts that stand nowhere in DynamoDB's order.
func bounds(op string, texts ...string) error {
	for _, t := range texts {
		if !utf8.ValidString(t) {
			return senda.Errorf(senda.Invalid, op, "a bound of the range is not UTF-8")
		}
	}
	return nil
}

// span is a query under way: one partition of a table or of an index, from a
// text up to another that is not part of it.
type span struct {
	table, index     string
	attr, part       string
	order            string // the attribute that orders, empty for none
	from, to         string
	reverse, started bool
	at               attributes // where to go on
	done             bool
}

// query reads the next page of a span, of at most limit items and one megabyte.
// A page may be empty and the span not yet done.
func (s *Store) query(ctx context.Context, op string, q *span, limit int) ([]attributes, error) {
	if q.order != "" && q.from >= q.to {
		q.done = true
		return nil, nil
	}
	in := &dynamodb.QueryInput{
		TableName:                 &q.table,
		KeyConditionExpression:    aws.String("#p = :p"),
		ExpressionAttributeNames:  map[string]string{"#p": q.attr},
		ExpressionAttributeValues: attributes{":p": text(q.part)},
		ExclusiveStartKey:         q.at,
		ReturnConsumedCapacity:    metered,
	}
	if q.order != "" {
		in.KeyConditionExpression = aws.String("#p = :p AND #s BETWEEN :from AND :to")
		in.ExpressionAttributeNames["#s"] = q.order
		in.ExpressionAttributeValues[":from"], in.ExpressionAttributeValues[":to"] = text(q.from), text(q.to)
		in.ScanIndexForward = aws.Bool(!q.reverse)
	}
	if q.index != "" {
		in.IndexName = &q.index
	} else {
		in.ConsistentRead = yes()
	}
	if q.reverse && !q.started {
		limit++ // BETWEEN takes its upper end in, and what stands there does not count
	}
	in.Limit = aws.Int32(int32(min(limit, 10_000)))
	out, err := s.client.Query(ctx, in)
	if err != nil {
		return nil, failed(ctx, op, err)
	}
	q.started = true
	q.at = out.LastEvaluatedKey
	q.done = len(q.at) == 0
	items := out.Items
	if q.order != "" && len(items) > 0 {
		if q.reverse && strings.Compare(textOf(items[0], q.order), q.to) >= 0 {
			items = items[1:]
		}
		if n := len(items); !q.reverse && n > 0 && textOf(items[n-1], q.order) >= q.to {
			items, q.done = items[:n-1], true
		}
	}
	return items, nil
}
