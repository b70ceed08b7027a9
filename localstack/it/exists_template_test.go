//go:build localstack

package it

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
)

// The account and region of the emulator.
const (
	account   = "000000000000"
	region    = "us-east-1"
	partition = "aws"
)

// resource is one resource of a template, and the name that it got.
type resource struct {
	stack, logical, kind, physical string
	properties                     any
}

// assembly is what the CDK wrote, with the names that CloudFormation gave.
type assembly struct {
	w         *world
	resources []resource
	named     map[string]resource // by stack/logical
	exports   map[string]export
}

type export struct {
	stack string
	value any
}

// template is the part of a template that is looked at.
type template struct {
	Resources map[string]struct {
		Type       string
		Properties map[string]any
	}
	Outputs map[string]struct {
		Value  any
		Export struct{ Name any }
	}
}

// cdkOut is the folder of the templates that were deployed.
func cdkOut(t *testing.T) string {
	t.Helper()
	folder := os.Getenv("SENDA_CDK_OUT")
	if folder == "" {
		t.Fatal("SENDA_CDK_OUT is not set: it names the folder of the templates that were deployed, and make it sets it")
	}
	return folder
}

func readAssembly(ctx context.Context, w *world, folder string) (*assembly, error) {
	var manifest struct {
		Artifacts map[string]struct {
			Type       string
			Properties struct{ TemplateFile, StackName string }
		}
	}
	if err := readJSON(filepath.Join(folder, "manifest.json"), &manifest); err != nil {
		return nil, fmt.Errorf("SENDA_CDK_OUT names no folder of the CDK: %w", err)
	}
	a := &assembly{w: w, named: map[string]resource{}, exports: map[string]export{}}
	for _, id := range slices.Sorted(maps.Keys(manifest.Artifacts)) {
		artifact := manifest.Artifacts[id]
		if artifact.Type != "aws:cloudformation:stack" {
			continue
		}
		stack := artifact.Properties.StackName
		if stack == "" {
			stack = id
		}
		var t template
		if err := readJSON(filepath.Join(folder, artifact.Properties.TemplateFile), &t); err != nil {
			return nil, err
		}
		if err := a.add(ctx, stack, t); err != nil {
			return nil, err
		}
	}
	if len(a.resources) == 0 {
		return nil, fmt.Errorf("%s holds no template", folder)
	}
	return a, nil
}

func (a *assembly) add(ctx context.Context, stack string, t template) error {
	physical := map[string]string{}
	pages := cloudformation.NewListStackResourcesPaginator(cloudformation.NewFromConfig(a.w.cfg), &cloudformation.ListStackResourcesInput{StackName: &stack})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, r := range page.StackResourceSummaries {
			if !strings.HasSuffix(string(r.ResourceStatus), "_COMPLETE") || strings.HasPrefix(string(r.ResourceStatus), "DELETE") {
				continue
			}
			physical[aws.ToString(r.LogicalResourceId)] = aws.ToString(r.PhysicalResourceId)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(t.Resources)) {
		properties := t.Resources[id].Properties
		if properties == nil {
			properties = map[string]any{}
		}
		r := resource{stack, id, t.Resources[id].Type, physical[id], properties}
		a.resources = append(a.resources, r)
		a.named[stack+"/"+id] = r
	}
	for _, o := range t.Outputs {
		if name, ok := o.Export.Name.(string); ok {
			a.exports[name] = export{stack, o.Value}
		}
	}
	return nil
}

func (a *assembly) types() []string {
	seen := map[string]bool{}
	for _, r := range a.resources {
		seen[r.kind] = true
	}
	return slices.Sorted(maps.Keys(seen))
}

func readJSON(path string, into any) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}

// resolve carries out the functions of a template, without asking CloudFormation for
// their results: those are what is tested.
func (a *assembly) resolve(ctx context.Context, stack string, v any) (any, error) {
	switch v := v.(type) {
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			var err error
			if out[i], err = a.resolve(ctx, stack, x); err != nil {
				return nil, err
			}
		}
		return out, nil
	case map[string]any:
		if len(v) == 1 {
			for name, arguments := range v {
				if name == "Ref" || strings.HasPrefix(name, "Fn::") {
					return a.call(ctx, stack, name, arguments)
				}
			}
		}
		out := make(map[string]any, len(v))
		for k, x := range v {
			var err error
			if out[k], err = a.resolve(ctx, stack, x); err != nil {
				return nil, err
			}
		}
		return out, nil
	default:
		return v, nil
	}
}

func (a *assembly) call(ctx context.Context, stack, name string, arguments any) (any, error) {
	if name == "Fn::ImportValue" {
		text, err := a.resolve(ctx, stack, arguments)
		if err != nil {
			return nil, err
		}
		e, ok := a.exports[fmt.Sprint(text)]
		if !ok {
			return nil, fmt.Errorf("no stack exports %v", text)
		}
		return a.resolve(ctx, e.stack, e.value)
	}
	resolved, err := a.resolve(ctx, stack, arguments)
	if err != nil {
		return nil, err
	}
	list, _ := resolved.([]any)
	switch {
	case name == "Ref":
		return a.ref(stack, fmt.Sprint(resolved))
	case name == "Fn::GetAtt" && len(list) == 2:
		return a.attribute(ctx, stack, fmt.Sprint(list[0]), fmt.Sprint(list[1]))
	case name == "Fn::Join" && len(list) == 2:
		parts, ok := list[1].([]any)
		if !ok {
			break
		}
		texts := make([]string, len(parts))
		for i, p := range parts {
			texts[i] = fmt.Sprint(p)
		}
		return strings.Join(texts, fmt.Sprint(list[0])), nil
	case name == "Fn::Split" && len(list) == 2:
		var out []any
		for part := range strings.SplitSeq(fmt.Sprint(list[1]), fmt.Sprint(list[0])) {
			out = append(out, part)
		}
		return out, nil
	case name == "Fn::Select" && len(list) == 2:
		from, ok := list[1].([]any)
		var i int
		if _, err := fmt.Sscan(fmt.Sprint(list[0]), &i); err != nil || !ok || i < 0 || i >= len(from) {
			break
		}
		return from[i], nil
	}
	return nil, fmt.Errorf("%s of %v is not understood", name, resolved)
}

func (a *assembly) ref(stack, name string) (any, error) {
	switch name {
	case "AWS::AccountId":
		return account, nil
	case "AWS::Partition":
		return partition, nil
	case "AWS::Region":
		return region, nil
	case "AWS::URLSuffix":
		return "amazonaws.com", nil
	case "AWS::StackName":
		return stack, nil
	}
	r, ok := a.named[stack+"/"+name]
	if !ok || r.physical == "" {
		return nil, fmt.Errorf("%s is not in the stack", name)
	}
	return r.physical, nil
}

// attribute makes an ARN of a name as AWS's reference of services says; what a service
// makes up is asked of it.
func (a *assembly) attribute(ctx context.Context, stack, name, attribute string) (any, error) {
	r, ok := a.named[stack+"/"+name]
	if !ok || r.physical == "" {
		return nil, fmt.Errorf("%s is not in the stack", name)
	}
	arn := func(service, rest string) string {
		return strings.Join([]string{"arn", partition, service, region, account, rest}, ":")
	}
	last := r.physical[strings.LastIndexAny(r.physical, "/:")+1:]
	switch r.kind + "." + attribute {
	case "AWS::SQS::Queue.Arn":
		return arn("sqs", last), nil
	case "AWS::SQS::Queue.QueueName", "AWS::StepFunctions::StateMachine.Name", "AWS::EventSchemas::Registry.RegistryName":
		return last, nil
	case "AWS::Lambda::Function.Arn":
		return arn("lambda", "function:"+r.physical), nil
	case "AWS::IAM::Role.Arn":
		return "arn:" + partition + ":iam::" + account + ":role/" + r.physical, nil
	case "AWS::CloudWatch::Alarm.Arn":
		return arn("cloudwatch", "alarm:"+r.physical), nil
	case "AWS::DynamoDB::Table.Arn":
		return arn("dynamodb", "table/"+r.physical), nil
	case "AWS::S3::Bucket.Arn":
		return "arn:" + partition + ":s3:::" + r.physical, nil
	case "AWS::KMS::Key.Arn":
		return arn("kms", "key/"+r.physical), nil
	case "AWS::Logs::LogGroup.Arn":
		return arn("logs", "log-group:"+r.physical+":*"), nil
	case "AWS::Events::EventBus.Arn":
		return arn("events", "event-bus/"+r.physical), nil
	case "AWS::Events::EventBus.Name":
		return r.physical, nil
	case "AWS::Events::Rule.Arn":
		return arn("events", "rule/"+strings.ReplaceAll(r.physical, "|", "/")), nil
	case "AWS::StepFunctions::StateMachineVersion.Arn", "AWS::StepFunctions::StateMachineAlias.Arn", "AWS::StepFunctions::StateMachine.Arn":
		return r.physical, nil
	case "AWS::StepFunctions::StateMachine.StateMachineRevisionId":
		m, err := sfn.NewFromConfig(a.w.cfg).DescribeStateMachine(ctx, &sfn.DescribeStateMachineInput{StateMachineArn: &r.physical})
		if err != nil {
			return nil, err
		}
		return aws.ToString(m.RevisionId), nil
	case "AWS::Lambda::Url.FunctionUrl":
		properties, ok := r.properties.(map[string]any)
		if !ok {
			break
		}
		function, err := a.resolve(ctx, stack, properties["TargetFunctionArn"])
		if err != nil {
			return nil, err
		}
		u, err := lambda.NewFromConfig(a.w.cfg).GetFunctionUrlConfig(ctx, &lambda.GetFunctionUrlConfigInput{FunctionName: aws.String(fmt.Sprint(function))})
		if err != nil {
			return nil, err
		}
		return aws.ToString(u.FunctionUrl), nil
	}
	return nil, fmt.Errorf("%s of %s is not understood", attribute, r.kind)
}

// substituted puts the substitutions of a state machine into its definition, as the
// service is given it.
func substituted(want map[string]any) map[string]any {
	out := maps.Clone(want)
	delete(out, "DefinitionSubstitutions")
	values, _ := want["DefinitionSubstitutions"].(map[string]any)
	text := fmt.Sprint(want["DefinitionString"])
	for name, value := range values {
		text = strings.ReplaceAll(text, "${"+name+"}", fmt.Sprint(value))
	}
	out["DefinitionString"] = text
	return out
}
