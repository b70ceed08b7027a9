//go:build localstack

package localstack

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Each part of a transaction is paid for, by the size of its item before and after, and
// each entry that comes into an index of keys, moves in it or leaves it.
func TestATransactionIsMeteredByItsParts(t *testing.T) {
	app, where := named("transaction"), named("transaction")
	db := dynamodb.NewFromConfig(as(t, app))
	text := types.ScalarAttributeTypeS
	must[*dynamodb.CreateTableOutput](t)(db.CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName: &where, BillingMode: types.BillingModePayPerRequest,
		KeySchema: []types.KeySchemaElement{{AttributeName: aws.String("pk"), KeyType: types.KeyTypeHash}},
		AttributeDefinitions: []types.AttributeDefinition{
			{AttributeName: aws.String("pk"), AttributeType: text}, {AttributeName: aws.String("place"), AttributeType: text},
		},
		GlobalSecondaryIndexes: []types.GlobalSecondaryIndex{{
			IndexName: aws.String("places"), Projection: &types.Projection{ProjectionType: types.ProjectionTypeKeysOnly},
			KeySchema: []types.KeySchemaElement{{AttributeName: aws.String("place"), KeyType: types.KeyTypeHash}},
		}},
	}))
	item := func(pk, place string, size int) map[string]types.AttributeValue {
		out := map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: pk}, "r": &types.AttributeValueMemberS{Value: strings.Repeat("x", size)}}
		if place != "" {
			out["place"] = &types.AttributeValueMemberS{Value: place}
		}
		return out
	}
	key := func(pk string) map[string]types.AttributeValue {
		return map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: pk}}
	}
	put := func(i map[string]types.AttributeValue) types.TransactWriteItem {
		return types.TransactWriteItem{Put: &types.Put{TableName: &where, Item: i}}
	}
	for n, step := range []struct {
		parts []types.TransactWriteItem
		want  float64
	}{
		0: {[]types.TransactWriteItem{put(item("a", "", 100)), put(item("b", "here", 100))}, 2 + 2 + 1},                              // b comes into the index
		1: {[]types.TransactWriteItem{put(item("a", "", 1500)), put(item("b", "here", 200))}, 4 + 2},                                 // a grows, b stays
		2: {[]types.TransactWriteItem{put(item("a", "", 10)), put(item("b", "there", 10))}, 4 + 2 + 2},                               // a was two KB, b moves
		3: {[]types.TransactWriteItem{put(item("c", "", 10)), {Delete: &types.Delete{TableName: &where, Key: key("b")}}}, 2 + 2 + 1}, // b leaves
		4: {[]types.TransactWriteItem{
			{ConditionCheck: &types.ConditionCheck{TableName: &where, Key: key("c"), ConditionExpression: aws.String("attribute_exists(pk)")}},
			{Update: &types.Update{
				TableName: &where, Key: key("a"), UpdateExpression: aws.String("SET r = :r"),
				ExpressionAttributeValues: map[string]types.AttributeValue{":r": &types.AttributeValueMemberS{Value: strings.Repeat("x", 2100)}},
			}},
		}, 2 + 6}, // a check counts, an update by what comes of it
	} {
		must[*dynamodb.TransactWriteItemsOutput](t)(db.TransactWriteItems(t.Context(), &dynamodb.TransactWriteItemsInput{TransactItems: step.parts}))
		got := calls(t, "app="+app+"&operation=TransactWriteItems")
		if last := got[len(got)-1]; last.Capacity == nil || last.Capacity.Write != step.want || last.Capacity.Read != 0 {
			t.Errorf("transaction %d took %+v, not %v units", n, last.Capacity, step.want)
		}
	}
}
