//go:build localstack

package it

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/schemas"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// describer tells the properties of the resource of a physical name in the words of
// CloudFormation, from what its service says of it. Some resources are a part of
// another, which their wanted properties name.
type describer func(ctx context.Context, name string, want map[string]any) (map[string]any, error)

// describers are the services, and who asks which.
type describers struct {
	w        *world
	watch    *cloudwatch.Client
	logs     *cloudwatchlogs.Client
	tables   *dynamodb.Client
	events   *eventbridge.Client
	roles    *iam.Client
	keys     *kms.Client
	lambda   *lambda.Client
	buckets  *s3.Client
	times    *scheduler.Client
	schemas  *schemas.Client
	secrets  *secretsmanager.Client
	mail     *sesv2.Client
	machines *sfn.Client
	topics   *sns.Client
	queues   *sqs.Client

	of map[string]describer
}

func newDescribers(w *world) *describers {
	d := &describers{
		w: w, watch: cloudwatch.NewFromConfig(w.cfg), logs: cloudwatchlogs.NewFromConfig(w.cfg), tables: dynamodb.NewFromConfig(w.cfg),
		events: eventbridge.NewFromConfig(w.cfg), roles: iam.NewFromConfig(w.cfg), keys: kms.NewFromConfig(w.cfg), lambda: lambda.NewFromConfig(w.cfg),
		buckets: s3.NewFromConfig(w.cfg, func(o *s3.Options) { o.UsePathStyle = true }), times: scheduler.NewFromConfig(w.cfg),
		schemas: schemas.NewFromConfig(w.cfg), secrets: secretsmanager.NewFromConfig(w.cfg), mail: sesv2.NewFromConfig(w.cfg),
		machines: sfn.NewFromConfig(w.cfg), topics: sns.NewFromConfig(w.cfg), queues: sqs.NewFromConfig(w.cfg),
	}
	d.of = map[string]describer{
		"AWS::CloudWatch::Alarm":                     d.alarm,
		"AWS::CloudWatch::Dashboard":                 d.dashboard,
		"AWS::DynamoDB::Table":                       d.table,
		"AWS::EventSchemas::Registry":                d.registry,
		"AWS::EventSchemas::Schema":                  d.schema,
		"AWS::Events::Archive":                       d.archive,
		"AWS::Events::EventBus":                      d.bus,
		"AWS::Events::EventBusPolicy":                d.busPolicy,
		"AWS::Events::Rule":                          d.rule,
		"AWS::IAM::ManagedPolicy":                    d.managedPolicy,
		"AWS::IAM::Policy":                           d.inlinePolicy,
		"AWS::IAM::Role":                             d.role,
		"AWS::KMS::Key":                              d.key,
		"AWS::Lambda::EventInvokeConfig":             d.invokeConfig,
		"AWS::Lambda::EventSourceMapping":            d.mapping,
		"AWS::Lambda::Function":                      d.function,
		"AWS::Lambda::Permission":                    d.permission,
		"AWS::Lambda::Url":                           d.url,
		"AWS::Logs::LogGroup":                        d.logGroup,
		"AWS::S3::Bucket":                            d.bucket,
		"AWS::S3::BucketPolicy":                      d.bucketPolicy,
		"AWS::SES::ConfigurationSet":                 d.configurationSet,
		"AWS::SES::ConfigurationSetEventDestination": d.eventDestination,
		"AWS::SES::EmailIdentity":                    d.identity,
		"AWS::SNS::Topic":                            d.topic,
		"AWS::SNS::TopicPolicy":                      d.topicPolicy,
		"AWS::SQS::Queue":                            d.queue,
		"AWS::SQS::QueuePolicy":                      d.queuePolicy,
		"AWS::Scheduler::Schedule":                   d.schedule,
		"AWS::SecretsManager::Secret":                d.secret,
		"AWS::StepFunctions::StateMachine":           d.machine,
		"AWS::StepFunctions::StateMachineAlias":      d.alias,
		"AWS::StepFunctions::StateMachineVersion":    d.version,
		"Custom::SendaJourney":                       d.journey,
	}
	return d
}

// told is an answer of a service as its words. Most are those of CloudFormation.
func told(answer any, err error) (map[string]any, error) {
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(answer)
	if err != nil {
		return nil, err
	}
	out := map[string]any{}
	return out, json.Unmarshal(text, &out)
}

// at follows names down into an answer; nil where there is nothing.
func inside(v any, names ...string) any {
	for _, n := range names {
		m, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = m[n]
	}
	return v
}

func asText(v any) string { s, _ := v.(string); return s }

// last is the name at the end of an ARN or of an address.
func last(name string) string { return name[strings.LastIndexAny(name, "/:|")+1:] }

// tag makes tags of pairs, without those of AWS itself.
func tag(out []any, key, value string) []any {
	if strings.HasPrefix(key, "aws:") {
		return out
	}
	return append(out, map[string]any{"Key": key, "Value": value})
}

// tagged makes tags of what a service tells: pairs, or a map.
func tagged[T any](tags []T, err error) ([]any, error) {
	var out []any
	for _, x := range tags {
		m, err := told(x, nil)
		if err != nil {
			return nil, err
		}
		if k, ok := m["TagKey"]; ok {
			m = map[string]any{"Key": k, "Value": m["TagValue"]}
		}
		out = tag(out, fmt.Sprint(m["Key"]), fmt.Sprint(m["Value"]))
	}
	return out, err
}

func mapped(tags map[string]string) []any {
	var out []any
	for k, v := range tags {
		out = tag(out, k, v)
	}
	return out
}

// with puts something else that was asked into an answer.
func with[T any](out map[string]any, name string, value T, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	out[name] = value
	return nil
}

// texts are those of a list of a template.
func texts(v any) []string {
	l, _ := v.([]any)
	var out []string
	for _, x := range l {
		out = append(out, fmt.Sprint(x))
	}
	return out
}

func pointer(v any) *string { return aws.String(fmt.Sprint(v)) }
