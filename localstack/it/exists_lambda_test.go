//go:build localstack

package it

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
)

// function is told to be of the code of the template when the zip there has its digest.
func (d *describers) function(ctx context.Context, name string, want map[string]any) (map[string]any, error) {
	f, err := d.lambda.GetFunction(ctx, &lambda.GetFunctionInput{FunctionName: &name})
	if err != nil {
		return nil, err
	}
	out, err := told(f.Configuration, nil)
	if err != nil {
		return nil, err
	}
	zip, err := d.object(ctx, asText(inside(want, "Code", "S3Bucket")), asText(inside(want, "Code", "S3Key")))
	if err != nil {
		return nil, err
	}
	digest := sha256.Sum256(zip)
	if aws.ToString(f.Configuration.CodeSha256) == base64.StdEncoding.EncodeToString(digest[:]) {
		out["Code"] = want["Code"]
	}
	return out, with(out, "Tags", mapped(f.Tags), nil)
}

func (d *describers) invokeConfig(ctx context.Context, _ string, want map[string]any) (map[string]any, error) {
	out, err := told(d.lambda.GetFunctionEventInvokeConfig(ctx, &lambda.GetFunctionEventInvokeConfigInput{
		FunctionName: pointer(want["FunctionName"]), Qualifier: pointer(want["Qualifier"]),
	}))
	if err != nil {
		return nil, err
	}
	// arn:aws:lambda:REGION:ACCOUNT:function:NAME:QUALIFIER
	if parts := strings.Split(asText(out["FunctionArn"]), ":"); len(parts) == 8 {
		out["FunctionName"], out["Qualifier"] = parts[6], parts[7]
	}
	return out, nil
}

func (d *describers) mapping(ctx context.Context, name string, _ map[string]any) (map[string]any, error) {
	m, err := d.lambda.GetEventSourceMapping(ctx, &lambda.GetEventSourceMappingInput{UUID: &name})
	if err != nil {
		return nil, err
	}
	out, err := told(m, nil)
	if err != nil {
		return nil, err
	}
	out["FunctionName"] = last(aws.ToString(m.FunctionArn))
	arn := "arn:" + partition + ":lambda:" + region + ":" + account + ":event-source-mapping:" + name
	tags, err := d.lambda.ListTags(ctx, &lambda.ListTagsInput{Resource: &arn})
	if err != nil {
		return nil, err
	}
	return out, with(out, "Tags", mapped(tags.Tags), nil)
}

// permission is a statement of a function's policy; a condition says how it is called.
func (d *describers) permission(ctx context.Context, _ string, want map[string]any) (map[string]any, error) {
	p, err := d.lambda.GetPolicy(ctx, &lambda.GetPolicyInput{FunctionName: pointer(want["FunctionName"])})
	if err != nil {
		return nil, err
	}
	var policy struct{ Statement []map[string]any }
	if err := json.Unmarshal([]byte(aws.ToString(p.Policy)), &policy); err != nil {
		return nil, err
	}
	for _, s := range policy.Statement {
		if s["Action"] != want["Action"] {
			continue
		}
		out := map[string]any{
			"Action": s["Action"], "FunctionName": s["Resource"], "Principal": s["Principal"],
			"FunctionUrlAuthType":   inside(s, "Condition", "StringEquals", "lambda:FunctionUrlAuthType"),
			"InvokedViaFunctionUrl": inside(s, "Condition", "Bool", "lambda:InvokedViaFunctionUrl"),
		}
		for _, whose := range []string{"AWS", "Service"} {
			if who := inside(s, "Principal", whose); who != nil {
				out["Principal"] = who
			}
		}
		return out, nil
	}
	return nil, none("permission " + asText(want["Action"]))
}

func (d *describers) url(ctx context.Context, _ string, want map[string]any) (map[string]any, error) {
	out, err := told(d.lambda.GetFunctionUrlConfig(ctx, &lambda.GetFunctionUrlConfigInput{FunctionName: pointer(want["TargetFunctionArn"])}))
	if err != nil {
		return nil, err
	}
	out["TargetFunctionArn"] = out["FunctionArn"]
	return out, nil
}

func (d *describers) logGroup(ctx context.Context, name string, _ map[string]any) (map[string]any, error) {
	groups, err := d.logs.DescribeLogGroups(ctx, &cloudwatchlogs.DescribeLogGroupsInput{LogGroupNamePrefix: &name})
	if err != nil {
		return nil, err
	}
	for _, g := range groups.LogGroups {
		if aws.ToString(g.LogGroupName) != name {
			continue
		}
		out, err := told(g, nil)
		if err != nil {
			return nil, err
		}
		arn := strings.TrimSuffix(aws.ToString(g.Arn), ":*")
		tags, err := d.logs.ListTagsForResource(ctx, &cloudwatchlogs.ListTagsForResourceInput{ResourceArn: &arn})
		if err != nil {
			return nil, err
		}
		return out, with(out, "Tags", mapped(tags.Tags), nil)
	}
	return nil, none(name)
}
