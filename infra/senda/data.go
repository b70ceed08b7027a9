package senda

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssecretsmanager"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/senda-dev/senda/internal/dynamo/layout"
)

// Data is what an installation knows. Nothing of it goes when a stack goes.
type Data struct {
	Construct constructs.Construct
	// Table is the main table, Proofs the log of consent.
	Table, Proofs awsdynamodb.Table
	Bundles       awss3.Bucket
	Secret        awssecretsmanager.Secret
	Key           awskms.Key
	// Pruner is the role of the one function that may delete in the log of consent.
	Pruner awsiam.Role
}

// NewData makes the two tables, the bucket of bundles and the secret, all under one key
// that is the installation's own.
func NewData(scope constructs.Construct, id string) *Data {
	self := constructs.NewConstruct(scope, text(id))
	d := &Data{Construct: self, Key: newKey(self)}
	for _, t := range layout.Tables() {
		switch table := newTable(self, d.Key, t); t.Role {
		case layout.Main:
			d.Table = table
		case layout.Proofs:
			d.Proofs = table
		}
	}
	d.Pruner = awsiam.NewRole(self, text("Pruner"), &awsiam.RoleProps{
		AssumedBy:   awsiam.NewServicePrincipal(text("lambda.amazonaws.com"), nil),
		Description: text("Drops proofs of consent whose limitation has ended; nobody else may."),
	})
	d.protectProofs()
	d.Bundles = awss3.NewBucket(self, text("Bundles"), &awss3.BucketProps{
		Encryption: awss3.BucketEncryption_KMS, EncryptionKey: d.Key, BucketKeyEnabled: yes,
		BlockPublicAccess: awss3.BlockPublicAccess_BLOCK_ALL(), EnforceSSL: yes, Versioned: yes,
		ObjectOwnership: awss3.ObjectOwnership_BUCKET_OWNER_ENFORCED, RemovalPolicy: awscdk.RemovalPolicy_RETAIN,
	})
	d.Secret = awssecretsmanager.NewSecret(self, text("Secret"), &awssecretsmanager.SecretProps{
		Description:   text("The secret from which the keys of identities and links are derived. People are named by it: it cannot be made again."),
		EncryptionKey: d.Key, RemovalPolicy: awscdk.RemovalPolicy_RETAIN,
		GenerateSecretString: &awssecretsmanager.SecretStringGenerator{
			SecretStringTemplate: text(`{"previous":[]}`), GenerateStringKey: text("master"), PasswordLength: number(64), ExcludePunctuation: yes,
		},
	})
	output(self, "Table", "The main table.", d.Table.TableName())
	output(self, "Proofs", "The log of consent.", d.Proofs.TableName())
	output(self, "Bundles", "The bucket of bundles.", d.Bundles.BucketName())
	output(self, "Secret", "The secret from which keys are derived.", d.Secret.SecretArn())
	return d
}

// newKey makes the key. Whoever may use a table, the bucket or the secret may do so without
// a right on the key, but through that service only: what a role may do is said once.
func newKey(scope constructs.Construct) awskms.Key {
	key := awskms.NewKey(scope, text("Key"), &awskms.KeyProps{
		Description: text("Profiles, consent, bundles and the secret of Senda."), EnableKeyRotation: yes, RemovalPolicy: awscdk.RemovalPolicy_RETAIN,
	})
	region, account := awscdk.Aws_REGION(), awscdk.Aws_ACCOUNT_ID()
	through := func(service string) *string { return text(service + "." + *region + "." + *awscdk.Aws_URL_SUFFIX()) }
	key.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid: text("ThroughTheServices"), Principals: &[]awsiam.IPrincipal{awsiam.NewAnyPrincipal()},
		Actions:   texts("kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo", "kms:DescribeKey", "kms:CreateGrant"),
		Resources: texts("*"), // a key's own policy has no other word for the key
		Conditions: &map[string]any{"StringEquals": map[string]any{
			"kms:CallerAccount": account, "kms:ViaService": []*string{through("dynamodb"), through("s3"), through("secretsmanager")},
		}},
	}), nil)
	// Alarms go to an encrypted topic.
	key.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid: text("Alarms"), Principals: &[]awsiam.IPrincipal{awsiam.NewServicePrincipal(text("cloudwatch.amazonaws.com"), nil)},
		Actions: texts("kms:Decrypt", "kms:GenerateDataKey"), Resources: texts("*"),
		Conditions: &map[string]any{"StringEquals": map[string]any{"aws:SourceAccount": account}},
	}), nil)
	return key
}

func newTable(scope constructs.Construct, key awskms.IKey, t layout.Table) awsdynamodb.Table {
	attribute := func(name string) *awsdynamodb.Attribute {
		if name == "" {
			return nil
		}
		return &awsdynamodb.Attribute{Name: text(name), Type: awsdynamodb.AttributeType_STRING}
	}
	props := &awsdynamodb.TableProps{
		PartitionKey: attribute(t.Partition), SortKey: attribute(t.Sort), BillingMode: awsdynamodb.BillingMode_PAY_PER_REQUEST,
		Encryption: awsdynamodb.TableEncryption_CUSTOMER_MANAGED, EncryptionKey: key,
		DeletionProtection: yes, RemovalPolicy: awscdk.RemovalPolicy_RETAIN,
		PointInTimeRecoverySpecification: &awsdynamodb.PointInTimeRecoverySpecification{PointInTimeRecoveryEnabled: yes},
	}
	if t.Expires != "" {
		props.TimeToLiveAttribute = text(t.Expires)
	}
	table := awsdynamodb.NewTable(scope, map[layout.Role]*string{layout.Main: text("Table"), layout.Proofs: text("Proofs")}[t.Role], props)
	for _, i := range t.Indexes {
		table.AddGlobalSecondaryIndex(&awsdynamodb.GlobalSecondaryIndexProps{
			IndexName: text(i.Name), PartitionKey: attribute(i.Partition), SortKey: attribute(i.Sort), ProjectionType: awsdynamodb.ProjectionType_KEYS_ONLY,
		})
	}
	return table
}

// protectProofs denies what no role but the pruner's may do with the log of consent,
// whatever the policy of a role says: a proof that somebody could change proves nothing.
func (d *Data) protectProofs() {
	d.Proofs.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid: text("NobodyChanges"), Effect: awsiam.Effect_DENY, Principals: &[]awsiam.IPrincipal{awsiam.NewAnyPrincipal()},
		Actions:   texts("dynamodb:UpdateItem", "dynamodb:BatchWriteItem", "dynamodb:PartiQLInsert", "dynamodb:PartiQLUpdate", "dynamodb:PartiQLDelete"),
		Resources: texts("*"), // a table's own policy, which cannot name its table
	}))
	d.Proofs.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid: text("OnlyThePrunerDrops"), Effect: awsiam.Effect_DENY, Principals: &[]awsiam.IPrincipal{awsiam.NewAnyPrincipal()},
		Actions: texts("dynamodb:DeleteItem"), Resources: texts("*"),
		Conditions: &map[string]any{"ArnNotEquals": map[string]any{"aws:PrincipalArn": d.Pruner.RoleArn()}},
	}))
}
