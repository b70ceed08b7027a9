//go:build localstack

package it

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/schemas"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

func (d *describers) bus(ctx context.Context, name string, _ map[string]any) (map[string]any, error) {
	out, err := told(d.events.DescribeEventBus(ctx, &eventbridge.DescribeEventBusInput{Name: &name}))
	if err != nil {
		return nil, err
	}
	return out, d.eventTags(ctx, out, asText(out["Arn"]))
}

func (d *describers) eventTags(ctx context.Context, out map[string]any, arn string) error {
	tags, err := d.events.ListTagsForResource(ctx, &eventbridge.ListTagsForResourceInput{ResourceARN: &arn})
	if err != nil {
		return err
	}
	l, err := tagged(tags.Tags, nil)
	return with(out, "Tags", l, err)
}

// busPolicy is one statement of a bus's policy.
func (d *describers) busPolicy(ctx context.Context, _ string, want map[string]any) (map[string]any, error) {
	b, err := d.events.DescribeEventBus(ctx, &eventbridge.DescribeEventBusInput{Name: pointer(want["EventBusName"])})
	if err != nil {
		return nil, err
	}
	var policy struct{ Statement []map[string]any }
	if p := aws.ToString(b.Policy); p != "" {
		if err := json.Unmarshal([]byte(p), &policy); err != nil {
			return nil, err
		}
	}
	for _, s := range policy.Statement {
		if s["Sid"] == want["StatementId"] {
			return map[string]any{"EventBusName": aws.ToString(b.Name), "StatementId": s["Sid"], "Statement": s}, nil
		}
	}
	return nil, none("statement " + asText(want["StatementId"]))
}

// rule is on the default bus unless its name begins with another, as BUS|RULE.
func (d *describers) rule(ctx context.Context, name string, want map[string]any) (map[string]any, error) {
	bus := want["EventBusName"]
	if bus == nil {
		bus = "default"
	}
	short := last(name)
	out, err := told(d.events.DescribeRule(ctx, &eventbridge.DescribeRuleInput{Name: &short, EventBusName: pointer(bus)}))
	if err != nil {
		return nil, err
	}
	targets, err := told(d.events.ListTargetsByRule(ctx, &eventbridge.ListTargetsByRuleInput{Rule: &short, EventBusName: pointer(bus)}))
	if err := with(out, "Targets", targets["Targets"], err); err != nil {
		return nil, err
	}
	return out, d.eventTags(ctx, out, asText(out["Arn"]))
}

func (d *describers) archive(ctx context.Context, name string, _ map[string]any) (map[string]any, error) {
	out, err := told(d.events.DescribeArchive(ctx, &eventbridge.DescribeArchiveInput{ArchiveName: &name}))
	if err != nil {
		return nil, err
	}
	out["SourceArn"] = out["EventSourceArn"]
	return out, nil
}

func (d *describers) registry(ctx context.Context, name string, _ map[string]any) (map[string]any, error) {
	short := last(name)
	r, err := d.schemas.DescribeRegistry(ctx, &schemas.DescribeRegistryInput{RegistryName: &short})
	if err != nil {
		return nil, err
	}
	out, err := told(r, nil)
	return out, with(out, "Tags", mapped(r.Tags), err)
}

func (d *describers) schema(ctx context.Context, _ string, want map[string]any) (map[string]any, error) {
	s, err := d.schemas.DescribeSchema(ctx, &schemas.DescribeSchemaInput{RegistryName: pointer(want["RegistryName"]), SchemaName: pointer(want["SchemaName"])})
	if err != nil {
		return nil, err
	}
	out, err := told(s, nil)
	if err != nil {
		return nil, err
	}
	// arn:aws:schemas:REGION:ACCOUNT:schema/REGISTRY/NAME says in which registry it is.
	if parts := strings.Split(aws.ToString(s.SchemaArn), "/"); len(parts) == 3 {
		out["RegistryName"] = parts[1]
	}
	return out, with(out, "Tags", mapped(s.Tags), nil)
}

func (d *describers) schedule(ctx context.Context, name string, _ map[string]any) (map[string]any, error) {
	short := last(name)
	return told(d.times.GetSchedule(ctx, &scheduler.GetScheduleInput{Name: &short}))
}

func (d *describers) topic(ctx context.Context, name string, _ map[string]any) (map[string]any, error) {
	t, err := d.topics.GetTopicAttributes(ctx, &sns.GetTopicAttributesInput{TopicArn: &name})
	if err != nil {
		return nil, err
	}
	out, err := told(t.Attributes, nil)
	if err != nil {
		return nil, err
	}
	tags, err := d.topics.ListTagsForResource(ctx, &sns.ListTagsForResourceInput{ResourceArn: &name})
	if err != nil {
		return nil, err
	}
	l, err := tagged(tags.Tags, nil)
	return out, with(out, "Tags", l, err)
}

func (d *describers) topicPolicy(ctx context.Context, _ string, want map[string]any) (map[string]any, error) {
	out := map[string]any{"Topics": want["Topics"]}
	for _, topic := range texts(want["Topics"]) {
		t, err := d.topics.GetTopicAttributes(ctx, &sns.GetTopicAttributesInput{TopicArn: &topic})
		if err != nil {
			return nil, err
		}
		out["PolicyDocument"] = t.Attributes["Policy"]
	}
	return out, nil
}

func (d *describers) queue(ctx context.Context, name string, _ map[string]any) (map[string]any, error) {
	q, err := d.queues.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{QueueUrl: &name, AttributeNames: []types.QueueAttributeName{"All"}})
	if err != nil {
		return nil, err
	}
	out, err := told(q.Attributes, nil)
	if err != nil {
		return nil, err
	}
	tags, err := d.queues.ListQueueTags(ctx, &sqs.ListQueueTagsInput{QueueUrl: &name})
	if err != nil {
		return nil, err
	}
	return out, with(out, "Tags", mapped(tags.Tags), nil)
}

func (d *describers) queuePolicy(ctx context.Context, _ string, want map[string]any) (map[string]any, error) {
	out := map[string]any{"Queues": want["Queues"]}
	for _, queue := range texts(want["Queues"]) {
		q, err := d.queues.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{QueueUrl: &queue, AttributeNames: []types.QueueAttributeName{"Policy"}})
		if err != nil {
			return nil, err
		}
		out["PolicyDocument"] = q.Attributes["Policy"]
	}
	return out, nil
}
