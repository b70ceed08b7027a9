//go:build localstack

package it

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"strings"
	"unicode"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"github.com/senda-dev/senda/internal/bundle"
)

func (d *describers) table(ctx context.Context, name string, want map[string]any) (map[string]any, error) {
	t, err := d.tables.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &name})
	if err != nil {
		return nil, err
	}
	out, err := told(t.Table, nil)
	if err != nil {
		return nil, err
	}
	out["BillingMode"] = inside(out, "BillingModeSummary", "BillingMode")
	out["SSESpecification"] = map[string]any{
		"SSEEnabled": inside(out, "SSEDescription", "Status") == "ENABLED", "SSEType": inside(out, "SSEDescription", "SSEType"),
		"KMSMasterKeyId": inside(out, "SSEDescription", "KMSMasterKeyArn"),
	}
	backups, err := d.tables.DescribeContinuousBackups(ctx, &dynamodb.DescribeContinuousBackupsInput{TableName: &name})
	if err != nil {
		return nil, err
	}
	if p := backups.ContinuousBackupsDescription.PointInTimeRecoveryDescription; p != nil {
		out["PointInTimeRecoverySpecification"] = map[string]any{"PointInTimeRecoveryEnabled": p.PointInTimeRecoveryStatus == "ENABLED"}
	}
	ttl, err := d.tables.DescribeTimeToLive(ctx, &dynamodb.DescribeTimeToLiveInput{TableName: &name})
	if err != nil {
		return nil, err
	}
	out["TimeToLiveSpecification"] = map[string]any{
		"AttributeName": aws.ToString(ttl.TimeToLiveDescription.AttributeName), "Enabled": ttl.TimeToLiveDescription.TimeToLiveStatus == "ENABLED",
	}
	tags, err := d.tables.ListTagsOfResource(ctx, &dynamodb.ListTagsOfResourceInput{ResourceArn: t.Table.TableArn})
	if err != nil {
		return nil, err
	}
	if _, ok := want["ResourcePolicy"]; ok {
		// Without resource policies the emulator does not know the question either.
		if p, err := d.tables.GetResourcePolicy(ctx, &dynamodb.GetResourcePolicyInput{ResourceArn: t.Table.TableArn}); err == nil {
			out["ResourcePolicy"] = map[string]any{"PolicyDocument": aws.ToString(p.Policy)}
		}
	}
	l, err := tagged(tags.Tags, nil)
	return out, with(out, "Tags", l, err)
}

func (d *describers) key(ctx context.Context, name string, _ map[string]any) (map[string]any, error) {
	k, err := d.keys.DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: &name})
	if err != nil {
		return nil, err
	}
	out, err := told(k.KeyMetadata, nil)
	if err != nil {
		return nil, err
	}
	turned, err := d.keys.GetKeyRotationStatus(ctx, &kms.GetKeyRotationStatusInput{KeyId: &name})
	if err != nil {
		return nil, err
	}
	out["EnableKeyRotation"] = turned.KeyRotationEnabled
	policy, err := d.keys.GetKeyPolicy(ctx, &kms.GetKeyPolicyInput{KeyId: &name, PolicyName: aws.String("default")})
	if err != nil {
		return nil, err
	}
	out["KeyPolicy"] = aws.ToString(policy.Policy)
	tags, err := d.keys.ListResourceTags(ctx, &kms.ListResourceTagsInput{KeyId: &name})
	if err != nil {
		return nil, err
	}
	l, err := tagged(tags.Tags, nil)
	return out, with(out, "Tags", l, err)
}

func (d *describers) bucket(ctx context.Context, name string, _ map[string]any) (map[string]any, error) {
	out := map[string]any{}
	encryption, err := told(d.buckets.GetBucketEncryption(ctx, &s3.GetBucketEncryptionInput{Bucket: &name}))
	if err != nil {
		return nil, err
	}
	rules, _ := inside(encryption, "ServerSideEncryptionConfiguration", "Rules").([]any)
	for _, r := range rules {
		if m, ok := r.(map[string]any); ok {
			m["ServerSideEncryptionByDefault"] = m["ApplyServerSideEncryptionByDefault"]
		}
	}
	out["BucketEncryption"] = map[string]any{"ServerSideEncryptionConfiguration": rules}
	owner, err := told(d.buckets.GetBucketOwnershipControls(ctx, &s3.GetBucketOwnershipControlsInput{Bucket: &name}))
	if err := with(out, "OwnershipControls", owner["OwnershipControls"], err); err != nil {
		return nil, err
	}
	access, err := told(d.buckets.GetPublicAccessBlock(ctx, &s3.GetPublicAccessBlockInput{Bucket: &name}))
	if err := with(out, "PublicAccessBlockConfiguration", access["PublicAccessBlockConfiguration"], err); err != nil {
		return nil, err
	}
	versions, err := told(d.buckets.GetBucketVersioning(ctx, &s3.GetBucketVersioningInput{Bucket: &name}))
	if err := with(out, "VersioningConfiguration", versions, err); err != nil {
		return nil, err
	}
	tags, err := d.buckets.GetBucketTagging(ctx, &s3.GetBucketTaggingInput{Bucket: &name})
	if err != nil {
		return nil, err
	}
	l, err := tagged(tags.TagSet, nil)
	return out, with(out, "Tags", l, err)
}

func (d *describers) bucketPolicy(ctx context.Context, _ string, want map[string]any) (map[string]any, error) {
	p, err := d.buckets.GetBucketPolicy(ctx, &s3.GetBucketPolicyInput{Bucket: pointer(want["Bucket"])})
	if err != nil {
		return nil, err
	}
	return map[string]any{"Bucket": want["Bucket"], "PolicyDocument": aws.ToString(p.Policy)}, nil
}

func (d *describers) object(ctx context.Context, bucket, key string) ([]byte, error) {
	o, err := d.buckets.GetObject(ctx, &s3.GetObjectInput{Bucket: &bucket, Key: &key})
	if err != nil {
		return nil, fmt.Errorf("%s of %s: %w", key, bucket, err)
	}
	defer o.Body.Close() //nolint:errcheck // it is read to its end
	return io.ReadAll(o.Body)
}

// secret tells how its value was made, from the value.
func (d *describers) secret(ctx context.Context, name string, _ map[string]any) (map[string]any, error) {
	out, err := told(d.secrets.DescribeSecret(ctx, &secretsmanager.DescribeSecretInput{SecretId: &name}))
	if err != nil {
		return nil, err
	}
	v, err := d.secrets.GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: &name})
	if err != nil {
		return nil, err
	}
	value := map[string]any{}
	if err := json.Unmarshal([]byte(aws.ToString(v.SecretString)), &value); err != nil {
		return nil, fmt.Errorf("the secret is no JSON")
	}
	master := asText(value["master"])
	template := maps.Clone(value)
	delete(template, "master")
	rest, err := json.Marshal(template)
	if err != nil {
		return nil, err
	}
	out["GenerateSecretString"] = map[string]any{
		"GenerateStringKey": "master", "PasswordLength": len(master), "SecretStringTemplate": string(rest),
		"ExcludePunctuation": !strings.ContainsFunc(master, func(r rune) bool { return unicode.IsPunct(r) || unicode.IsSymbol(r) }),
	}
	return out, nil
}

// journey is what publish made of the resource: the records by which people enter, and
// the bundle where functions look for it.
func (d *describers) journey(ctx context.Context, _ string, want map[string]any) (map[string]any, error) {
	name := asText(want["Journey"])
	r := d.w.register()
	now, err := r.Deployment(ctx, name)
	if err != nil {
		return nil, err
	}
	machine, err := r.Machine(ctx, name, now.Bundle)
	if err != nil {
		return nil, err
	}
	out := map[string]any{"Journey": now.Journey, "State": string(now.State), "Bundle": now.Bundle, "Machine": machine}
	asset, err := d.object(ctx, asText(want["AssetBucket"]), asText(want["AssetKey"]))
	if err != nil {
		return nil, err
	}
	kept, err := d.object(ctx, d.w.at.Bundles, "bundles/"+now.Bundle+".json")
	if err != nil {
		return nil, err
	}
	if b, err := bundle.Decode(asset); err == nil && b.Digest() == now.Bundle && bytes.Equal(asset, kept) {
		out["AssetBucket"], out["AssetKey"] = want["AssetBucket"], want["AssetKey"]
	}
	return out, nil
}
