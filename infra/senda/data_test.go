//go:build infra

package senda_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/senda-dev/senda/internal/dynamo/layout"
)

// Nothing that an installation knows goes by mistake, and all of it is under its own key.
func TestDataIsProtected(t *testing.T) {
	a := synthesised(t)
	x := a.data
	key, k := x.one(t, "AWS::KMS::Key")
	k.is(t, key, "EnableKeyRotation", true)
	tables := x.of("AWS::DynamoDB::Table")
	if len(tables) != len(layout.Tables()) {
		t.Errorf("there are the tables %v", tables)
	}
	for _, id := range tables {
		r := x.Resources[id]
		r.is(t, id, "BillingMode", "PAY_PER_REQUEST")
		r.is(t, id, "DeletionProtectionEnabled", true)
		r.is(t, id, "PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled", true)
		r.is(t, id, "SSESpecification.SSEType", "KMS")
		r.is(t, id, "SSESpecification.KMSMasterKeyId", "<"+key+".Arn>")
	}
	bucket, b := x.one(t, "AWS::S3::Bucket")
	b.is(t, bucket, "VersioningConfiguration.Status", "Enabled")
	b.is(t, bucket, "BucketEncryption.ServerSideEncryptionConfiguration.0.ServerSideEncryptionByDefault.KMSMasterKeyID", "<"+key+".Arn>")
	b.is(t, bucket, "PublicAccessBlockConfiguration.RestrictPublicBuckets", true)
	if _, p := x.one(t, "AWS::S3::BucketPolicy"); !strings.Contains(fmt.Sprint(p.at("PolicyDocument")), "aws:SecureTransport:false") {
		t.Error("the bucket may be spoken to without TLS")
	}
	secret, s := x.one(t, "AWS::SecretsManager::Secret")
	s.is(t, secret, "KmsKeyId", "<"+key+".Arn>")
	s.is(t, secret, "GenerateSecretString.PasswordLength", 64)
	s.is(t, secret, "GenerateSecretString.GenerateStringKey", "master")
	for _, id := range append(tables, key, bucket, secret) {
		if r := x.Resources[id]; r.DeletionPolicy != "Retain" || r.UpdateReplacePolicy != "Retain" {
			t.Errorf("%s goes with the stack", id)
		}
	}
	var manifest struct {
		Artifacts map[string]struct {
			Properties struct{ TerminationProtection bool }
		}
	}
	text, err := os.ReadFile(filepath.Join(a.dir, "manifest.json"))
	if err == nil {
		err = json.Unmarshal(text, &manifest)
	}
	if err != nil || !manifest.Artifacts["SendaData"].Properties.TerminationProtection {
		t.Errorf("the stack of data may be deleted: %v", err)
	}
}

// The tables are those that the adapter speaks to.
func TestTablesAreThoseOfTheAdapter(t *testing.T) {
	x := synthesised(t).data
	found := map[layout.Role]bool{}
	for _, want := range layout.Tables() {
		for _, id := range x.of("AWS::DynamoDB::Table") {
			r := x.Resources[id]
			if expires := r.at("TimeToLiveSpecification.AttributeName"); fmt.Sprint(expires) != map[bool]string{true: want.Expires, false: "<nil>"}[want.Expires != ""] {
				continue
			}
			found[want.Role] = true
			r.is(t, id, "KeySchema", fmt.Sprintf("[map[AttributeName:%s KeyType:HASH] map[AttributeName:%s KeyType:RANGE]]", want.Partition, want.Sort))
			if n := len(array(r.at("GlobalSecondaryIndexes"))); n != len(want.Indexes) {
				t.Errorf("%s has %d indexes, want %d", id, n, len(want.Indexes))
			}
			for i, ix := range want.Indexes {
				at := fmt.Sprintf("GlobalSecondaryIndexes.%d.", i)
				r.is(t, id, at+"IndexName", ix.Name)
				r.is(t, id, at+"KeySchema.0.AttributeName", ix.Partition)
				r.is(t, id, at+"Projection.ProjectionType", "KEYS_ONLY")
				if ix.Sort != "" {
					r.is(t, id, at+"KeySchema.1.AttributeName", ix.Sort)
				}
			}
		}
		if !found[want.Role] {
			t.Errorf("there is no table %s", want.Role)
		}
	}
}

// Nothing of ours bears a name that we gave: two installations live in one account, and a
// resource that is replaced does not stand in its own way.
func TestNoNamesOfOurs(t *testing.T) {
	a := synthesised(t)
	ours := map[string]bool{
		"TableName": true, "BucketName": true, "QueueName": true, "FunctionName": true, "RoleName": true, "TopicName": true, "StateMachineName": true,
		"LogGroupName": true, "ManagedPolicyName": true, "ArchiveName": true, "DashboardName": true, "AlarmName": true, "KeyName": true,
	}
	for _, x := range []template{a.data, a.journeys} {
		for id, r := range x.Resources {
			for p, v := range r.Properties {
				if ours[p] && !strings.HasPrefix(fmt.Sprint(v), "<") {
					t.Errorf("%s has the name %v", id, v)
				}
			}
			if (r.Type == "AWS::SES::ConfigurationSet" || r.Type == "AWS::Events::Rule" || r.Type == "AWS::Scheduler::Schedule") && r.Properties["Name"] != nil {
				t.Errorf("%s has the name %v", id, r.Properties["Name"])
			}
		}
	}
}
