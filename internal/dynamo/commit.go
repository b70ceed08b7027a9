package dynamo

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/dynamo/layout"
)

// The greatest item and the greatest transaction that DynamoDB takes, in bytes.
const (
	maxItem        = 400 << 10
	maxTransaction = 4 << 20
)

// Commit implements senda.Store.
func (s *Store) Commit(ctx context.Context, writes ...senda.Write) error {
	if err := senda.ValidWrites(writes); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return senda.Wrap(senda.Unavailable, "commit", err)
	}
	op := "commit " + kindsOf(writes)
	changes := make([]change, 0, len(writes))
	size := 0
	for _, w := range writes {
		if w.Any && w.Record == nil && !w.Delete {
			continue // a check that always holds
		}
		c, err := s.change(op, w)
		if err != nil {
			return err
		}
		size += c.size
		changes = append(changes, c)
	}
	if size > maxTransaction {
		return senda.Errorf(senda.Invalid, op, "%d bytes are more than the 4 MB of one transaction", size).
			WithHelp("commit fewer records at once")
	}
	switch len(changes) {
	case 0:
		return nil
	case 1:
		return s.single(ctx, op, changes[0])
	}
	return s.transact(ctx, op, changes)
}

// change is one write in DynamoDB's words.
type change struct {
	at    address
	write senda.Write
	// item is what is put, without its version; nil for a check or a delete.
	item attributes
	// version is the one that a put makes, or what an update begins with when
	// nothing stands there; step is what an update adds.
	version, step uint64
	size          int
}

func (s *Store) change(op string, w senda.Write) (change, error) {
	at, ok := s.address(w.Key)
	c := change{at: at, write: w}
	if !ok {
		return c, senda.Errorf(senda.Invalid, op, "a key of kind %d is not UTF-8, longer than %d and %d bytes, or of no kind", w.Key.Kind, maxPartition, maxSort)
	}
	if w.Key.Kind == senda.KindProof && (w.Record == nil || w.Delete || w.Any || w.If != 0) {
		return c, senda.Errorf(senda.Invalid, op, "a proof is put where none stands, and never checked, changed or removed").
			WithHelp("append a proof with the next number; dropping is for the monthly job alone")
	}
	if w.Delete || w.Record == nil {
		return c, nil
	}
	var err error
	if c.item, err = item(at, w.Record); err != nil {
		return c, err
	}
	c.size = sizeOf(c.item) + len(layout.Version) + versionSize
	if c.size > maxItem {
		return c, senda.Errorf(senda.Invalid, op, "a record of kind %q has %d bytes, more than the 400 KB of one item", kinds[w.Key.Kind], c.size).
			WithHelp("bound what it holds; an event of more than 64 KB is refused before it gets here")
	}
	// A version grows with every write and has 20 bits by which a writer knows its
	// own from a rival's. The first of a record is drawn from 2^61 numbers, so that
	// none of an earlier record under the same key comes back.
	var b [16]byte
	if _, err := rand.Read(b[:]); err != nil {
		return c, senda.Wrap(senda.Internal, op, err)
	}
	c.step = 1 + binary.BigEndian.Uint64(b[:8])>>44
	if c.version = w.If + c.step; w.If == 0 {
		c.version = 1<<61 + binary.BigEndian.Uint64(b[8:])>>3
	}
	return c, nil
}

// The expressions, with one name each so that no word is reserved.
const (
	whereNone = "attribute_not_exists(#v)"
	whereSame = "#v = :if"
)

// condition is nil when anything may stand there.
func (c *change) condition() (expr *string, names map[string]string, values attributes) {
	switch {
	case c.write.Any:
		return nil, nil, nil
	case c.write.If == 0:
		return aws.String(whereNone), map[string]string{"#v": layout.Version}, nil
	}
	return aws.String(whereSame), map[string]string{"#v": layout.Version}, attributes{":if": number(c.write.If)}
}

// full is the item with the version that a put makes.
func (c *change) full() attributes {
	c.item[layout.Version] = number(c.version)
	return c.item
}

// update replaces whatever stands there and takes its version further, which no
// put can do without reading it.
func (c *change) update() (expr *string, names map[string]string, values attributes) {
	set := "SET #v = if_not_exists(#v, :new) + :step, #r = :r"
	names = map[string]string{"#v": layout.Version, "#r": layout.Record}
	values = attributes{":new": number(c.version), ":step": number(c.step), ":r": c.item[layout.Record]}
	remove := ""
	for _, name := range optional {
		names["#"+name] = name
		if v, ok := c.item[name]; ok {
			set += ", #" + name + " = :" + name
			values[":"+name] = v
			continue
		}
		if remove == "" {
			remove = " REMOVE #" + name
		} else {
			remove += ", #" + name
		}
	}
	return aws.String(set + remove), names, values
}

// single commits one write outside of a transaction, at half its price.
func (s *Store) single(ctx context.Context, op string, c change) error {
	if c.item == nil && !c.write.Delete {
		return s.check(ctx, op, c)
	}
	expr, names, values := c.condition()
	ctx2, watched, w := s.watch(ctx)
	var err error
	switch {
	case c.write.Delete:
		_, err = s.client.DeleteItem(ctx2, &dynamodb.DeleteItemInput{
			TableName: &c.at.table, Key: c.at.key(), ReturnConsumedCapacity: metered,
			ConditionExpression: expr, ExpressionAttributeNames: names, ExpressionAttributeValues: values,
		}, watched)
	case c.write.Any:
		set, names, values := c.update()
		_, err = s.client.UpdateItem(ctx2, &dynamodb.UpdateItemInput{
			TableName: &c.at.table, Key: c.at.key(), ReturnConsumedCapacity: metered,
			UpdateExpression: set, ExpressionAttributeNames: names, ExpressionAttributeValues: values,
		}, watched)
	default:
		_, err = s.client.PutItem(ctx2, &dynamodb.PutItemInput{
			TableName: &c.at.table, Item: c.full(), ReturnConsumedCapacity: metered,
			ConditionExpression: expr, ExpressionAttributeNames: names, ExpressionAttributeValues: values,
			ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
		}, watched)
	}
	if err == nil || w.doubt && c.own(err) {
		return nil
	}
	return notWritten(ctx, op, err, w.doubt)
}

// own says whether what refused a put is the same put, applied by an attempt
// whose answer was lost.
func (c *change) own(err error) bool {
	var refused *types.ConditionalCheckFailedException
	if c.item == nil || !errors.As(err, &refused) {
		return false
	}
	return numberOf(refused.Item[layout.Version]) == numberOf(number(c.version)) && same(refused.Item[layout.Record], c.item[layout.Record])
}

// check is one condition and nothing else: a strong read tells as much as a
// transaction would, and is paid as a read.
func (s *Store) check(ctx context.Context, op string, c change) error {
	got, err := s.fetch(ctx, op, []address{c.at})
	if err != nil {
		return err
	}
	if got[c.at].Version != c.write.If {
		return senda.Errorf(senda.Conflict, op, "the record is no longer the one that was read")
	}
	return nil
}

// transact commits several writes. The token makes a repetition of the same
// call within ten minutes answer what the first one did.
func (s *Store) transact(ctx context.Context, op string, changes []change) error {
	in := &dynamodb.TransactWriteItemsInput{ClientRequestToken: aws.String(rand.Text()), ReturnConsumedCapacity: metered}
	for _, c := range changes {
		in.TransactItems = append(in.TransactItems, c.part())
	}
	ctx2, watched, w := s.watch(ctx)
	if _, err := s.client.TransactWriteItems(ctx2, in, watched); err != nil {
		return notWritten(ctx, op, err, w.doubt)
	}
	return nil
}

// part is the change as a part of a transaction.
func (c *change) part() (t types.TransactWriteItem) {
	expr, names, values := c.condition()
	switch {
	case c.write.Delete:
		t.Delete = &types.Delete{
			TableName: &c.at.table, Key: c.at.key(),
			ConditionExpression: expr, ExpressionAttributeNames: names, ExpressionAttributeValues: values,
		}
	case c.item == nil:
		t.ConditionCheck = &types.ConditionCheck{
			TableName: &c.at.table, Key: c.at.key(),
			ConditionExpression: expr, ExpressionAttributeNames: names, ExpressionAttributeValues: values,
		}
	case c.write.Any:
		set, names, values := c.update()
		t.Update = &types.Update{
			TableName: &c.at.table, Key: c.at.key(),
			UpdateExpression: set, ExpressionAttributeNames: names, ExpressionAttributeValues: values,
		}
	default:
		t.Put = &types.Put{
			TableName: &c.at.table, Item: c.full(),
			ConditionExpression: expr, ExpressionAttributeNames: names, ExpressionAttributeValues: values,
		}
	}
	return t
}
