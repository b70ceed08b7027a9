//go:build localstack

package it

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
)

func (d *describers) machine(ctx context.Context, name string, _ map[string]any) (map[string]any, error) {
	out, err := told(d.machines.DescribeStateMachine(ctx, &sfn.DescribeStateMachineInput{StateMachineArn: &name}))
	if err != nil {
		return nil, err
	}
	out["DefinitionString"], out["StateMachineType"] = out["Definition"], out["Type"]
	tags, err := d.machines.ListTagsForResource(ctx, &sfn.ListTagsForResourceInput{ResourceArn: &name})
	if err != nil {
		return nil, err
	}
	l, err := tagged(tags.Tags, nil)
	return out, with(out, "Tags", l, err)
}

// version is MACHINE:NUMBER.
func (d *describers) version(ctx context.Context, name string, _ map[string]any) (map[string]any, error) {
	v, err := d.machines.DescribeStateMachine(ctx, &sfn.DescribeStateMachineInput{StateMachineArn: &name})
	if err != nil {
		return nil, err
	}
	of := aws.ToString(v.StateMachineArn)
	return map[string]any{
		"Description": aws.ToString(v.Description), "StateMachineArn": of[:max(0, strings.LastIndex(of, ":"))], "StateMachineRevisionId": aws.ToString(v.RevisionId),
	}, nil
}

func (d *describers) alias(ctx context.Context, name string, _ map[string]any) (map[string]any, error) {
	return told(d.machines.DescribeStateMachineAlias(ctx, &sfn.DescribeStateMachineAliasInput{StateMachineAliasArn: &name}))
}

func (d *describers) alarm(ctx context.Context, name string, _ map[string]any) (map[string]any, error) {
	found, err := d.watch.DescribeAlarms(ctx, &cloudwatch.DescribeAlarmsInput{AlarmNames: []string{name}})
	if err != nil {
		return nil, err
	}
	if len(found.MetricAlarms) != 1 {
		return nil, none(name)
	}
	out, err := told(found.MetricAlarms[0], nil)
	if err != nil {
		return nil, err
	}
	return out, d.watchTags(ctx, out, asText(out["AlarmArn"]))
}

func (d *describers) dashboard(ctx context.Context, name string, _ map[string]any) (map[string]any, error) {
	out, err := told(d.watch.GetDashboard(ctx, &cloudwatch.GetDashboardInput{DashboardName: &name}))
	if err != nil {
		return nil, err
	}
	return out, d.watchTags(ctx, out, asText(out["DashboardArn"]))
}

func (d *describers) watchTags(ctx context.Context, out map[string]any, arn string) error {
	tags, err := d.watch.ListTagsForResource(ctx, &cloudwatch.ListTagsForResourceInput{ResourceARN: &arn})
	if err != nil {
		return err
	}
	l, err := tagged(tags.Tags, nil)
	return with(out, "Tags", l, err)
}
