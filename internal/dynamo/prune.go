package dynamo

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	senda "github.com/senda-dev/senda"
)

// PruneCalls names the IAM actions of the methods of Proofs, all on the table of proofs.
// They are for one role and for no other.
var PruneCalls = map[string][]string{"Each": {"dynamodb:Scan"}, "Drop": {"dynamodb:DeleteItem"}}

// Proofs is the log of consent in the hands of the monthly job, the only one that may
// drop of it. A Store refuses to.
type Proofs struct{ store *Store }

// NewProofs returns the log in a table. It makes no call.
func NewProofs(cfg aws.Config, table string) *Proofs { return &Proofs{New(cfg, Tables{Proofs: table})} }

// Each shows every proof, in no order that could be relied on. It may leave out what was
// put within the last seconds. The first error ends it, that of visit too.
func (p *Proofs) Each(ctx context.Context, visit func(senda.Proof) error) error {
	const op = "look through the proofs"
	in := &dynamodb.ScanInput{TableName: &p.store.tables.Proofs, ReturnConsumedCapacity: metered}
	for {
		out, err := p.store.client.Scan(ctx, in)
		if err != nil {
			return failed(ctx, op, err)
		}
		for _, it := range out.Items {
			v, err := read(it)
			if err != nil {
				return err
			}
			proof, _, _, err := senda.As[senda.Proof](v)
			if err != nil {
				return err
			}
			if err := visit(proof); err != nil {
				return err
			}
		}
		if in.ExclusiveStartKey = out.LastEvaluatedKey; len(out.LastEvaluatedKey) == 0 {
			return nil
		}
	}
}

// Drop removes a proof for good. One that is gone is as good.
func (p *Proofs) Drop(ctx context.Context, subject string, n int) error {
	const op = "drop a proof"
	at, ok := p.store.address(senda.ProofKey(subject, n))
	if !ok {
		return senda.Errorf(senda.Invalid, op, "its subject is no name")
	}
	_, err := p.store.client.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: &at.table, Key: at.key(), ReturnConsumedCapacity: metered})
	if err != nil {
		return failed(ctx, op, err)
	}
	return nil
}
