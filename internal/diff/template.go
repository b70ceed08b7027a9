package diff

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"

	senda "github.com/senda-dev/senda"
)

// Resource is a part of a template that keeps data or a name that others know.
type Resource struct {
	Type string `json:"type"`
	Name string `json:"name"` // its logical id
	Fate Fate   `json:"fate"`
	// Properties are those that differ, sorted; Replaced says that a change of them
	// makes a new one in place of the old.
	Properties []string `json:"properties,omitempty"`
	Replaced   bool     `json:"replaced,omitempty"`
	// Kept says that the one that goes is left in the account (DeletionPolicy or
	// UpdateReplacePolicy Retain), with all that it holds.
	Kept bool `json:"kept,omitempty"`
}

// stateful are the types that keep data or a name that others know, with a word for
// each and the properties whose change replaces it (CloudFormation's template reference,
// "Update requires: Replacement").
var stateful = map[string]struct {
	word      string
	replacing []string
}{
	"AWS::DynamoDB::Table":          {"table", []string{"KeySchema", "TableName", "ImportSourceSpecification"}},
	"AWS::DynamoDB::GlobalTable":    {"table", []string{"KeySchema", "TableName"}},
	"AWS::S3::Bucket":               {"bucket", []string{"BucketName", "BucketNamePrefix"}},
	"AWS::Events::EventBus":         {"bus", []string{"Name"}},
	"AWS::Events::Archive":          {"archive", []string{"ArchiveName", "SourceArn"}},
	"AWS::KMS::Key":                 {"key", []string{"KeySpec", "KeyUsage", "MultiRegion", "Origin"}},
	"AWS::SecretsManager::Secret":   {"secret", []string{"Name"}},
	"AWS::SES::EmailIdentity":       {"sender", []string{"EmailIdentity"}},
	"AWS::SES::ConfigurationSet":    {"set of mail settings", []string{"Name"}},
	"AWS::SQS::Queue":               {"queue", []string{"QueueName", "FifoQueue"}},
	"AWS::Lambda::Url":              {"public address", []string{"TargetFunctionArn", "Qualifier"}},
	"AWS::CloudFront::Distribution": {"public address", nil},
}

type template struct {
	Resources map[string]struct {
		Type                string
		Properties          map[string]any
		DeletionPolicy      string
		UpdateReplacePolicy string
	}
}

// Templates says what becomes of everything stateful when the template after is
// deployed where before is; before is empty when there is no such stack yet.
func Templates(before, after []byte) ([]Resource, error) {
	var was, is template
	if len(before) > 0 {
		if err := json.Unmarshal(before, &was); err != nil {
			return nil, senda.Wrap(senda.Invalid, "read the deployed template", err)
		}
	}
	if err := json.Unmarshal(after, &is); err != nil {
		return nil, senda.Wrap(senda.Invalid, "read the synthesised template", err)
	}
	var out []Resource
	for _, name := range slices.Sorted(maps.Keys(is.Resources)) {
		now := is.Resources[name]
		kind, ok := stateful[now.Type]
		if !ok {
			continue
		}
		r := Resource{Type: now.Type, Name: name, Fate: Same}
		then, there := was.Resources[name]
		switch {
		case !there:
			r.Fate = New
		case then.Type != now.Type:
			r.Fate, r.Replaced, r.Kept = Changed, true, kept(then.DeletionPolicy)
		default:
			for p := range maps.Keys(union(then.Properties, now.Properties)) {
				if !reflect.DeepEqual(then.Properties[p], now.Properties[p]) {
					r.Properties = append(r.Properties, p)
					r.Replaced = r.Replaced || slices.Contains(kind.replacing, p)
				}
			}
			slices.Sort(r.Properties)
			if len(r.Properties) > 0 {
				r.Fate = Changed
				r.Kept = r.Replaced && kept(now.UpdateReplacePolicy)
			}
		}
		out = append(out, r)
	}
	for _, name := range slices.Sorted(maps.Keys(was.Resources)) {
		then := was.Resources[name]
		if _, ok := stateful[then.Type]; !ok {
			continue
		}
		if _, still := is.Resources[name]; !still {
			out = append(out, Resource{Type: then.Type, Name: name, Fate: Removed, Kept: kept(then.DeletionPolicy)})
		}
	}
	return out, nil
}

// kept says whether a policy leaves what it is about: Retain, RetainExceptOnCreate.
func kept(policy string) bool { return strings.HasPrefix(policy, "Retain") }

func union(a, b map[string]any) map[string]any {
	out := maps.Clone(a)
	if out == nil {
		out = map[string]any{}
	}
	maps.Copy(out, b)
	return out
}
