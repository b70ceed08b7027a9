package dynamo

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/dynamo/layout"
)

// ready is how long a new table may take to become active.
const ready = 2 * time.Minute

// Create makes the tables of the layout where they are not there yet, and waits
// until they can be used: for tests and emulators. In an account the data stack
// makes them, with encryption, backups and protection.
func Create(ctx context.Context, cfg aws.Config, t Tables) error {
	client := dynamodb.NewFromConfig(cfg)
	for _, l := range layout.Tables() {
		name := t.Main
		if l.Role == layout.Proofs {
			name = t.Proofs
		}
		if err := create(ctx, client, name, l); err != nil {
			return senda.Wrap(senda.Internal, "create the table "+name, err)
		}
	}
	return nil
}

func create(ctx context.Context, client *dynamodb.Client, name string, l layout.Table) error {
	in := &dynamodb.CreateTableInput{TableName: &name, BillingMode: types.BillingModePayPerRequest}
	attribute := func(a string) {
		in.AttributeDefinitions = append(in.AttributeDefinitions, types.AttributeDefinition{AttributeName: &a, AttributeType: types.ScalarAttributeTypeS})
	}
	schema := func(partition, sort string) []types.KeySchemaElement {
		attribute(partition)
		k := []types.KeySchemaElement{{AttributeName: &partition, KeyType: types.KeyTypeHash}}
		if sort != "" {
			attribute(sort)
			k = append(k, types.KeySchemaElement{AttributeName: &sort, KeyType: types.KeyTypeRange})
		}
		return k
	}
	in.KeySchema = schema(l.Partition, l.Sort)
	for _, ix := range l.Indexes {
		in.GlobalSecondaryIndexes = append(in.GlobalSecondaryIndexes, types.GlobalSecondaryIndex{
			IndexName: aws.String(ix.Name), KeySchema: schema(ix.Partition, ix.Sort),
			Projection: &types.Projection{ProjectionType: types.ProjectionTypeKeysOnly},
		})
	}
	made := true
	if _, err := client.CreateTable(ctx, in); err != nil {
		var there *types.ResourceInUseException
		if made = !errors.As(err, &there); made {
			return err
		}
	}
	if err := dynamodb.NewTableExistsWaiter(client).Wait(ctx, &dynamodb.DescribeTableInput{TableName: &name}, ready); err != nil {
		return err
	}
	if l.Expires == "" || !made {
		return nil
	}
	_, err := client.UpdateTimeToLive(ctx, &dynamodb.UpdateTimeToLiveInput{
		TableName:               &name,
		TimeToLiveSpecification: &types.TimeToLiveSpecification{AttributeName: aws.String(l.Expires), Enabled: aws.Bool(true)},
	})
	return err
}
