//go:build localstack

package localstack

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	cfntypes "github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
)

// stack is a stack that is deployed as the CDK does it: by change sets.
type stack struct {
	t    *testing.T
	c    *cloudformation.Client
	name string
	// changes counts the change sets: each has a name of its own.
	changes int
}

func newStack(t *testing.T, what string) *stack {
	return &stack{t: t, c: cloudformation.NewFromConfig(as(t, "test")), name: named(what)}
}

type resources map[string]any

func resource(kind string, properties map[string]any) map[string]any {
	return map[string]any{"Type": kind, "Properties": properties}
}

func ref(name string) map[string]any { return map[string]any{"Ref": name} }
func att(name, attribute string) map[string]any {
	return map[string]any{"Fn::GetAtt": []string{name, attribute}}
}

// deploy brings the stack to a template and gives its status and, when it failed, why.
func (s *stack) deploy(kind cfntypes.ChangeSetType, r resources, outputs map[string]any) (status, reason string) {
	s.t.Helper()
	body := map[string]any{"Resources": r}
	if outputs != nil {
		body["Outputs"] = outputs
	}
	text := string(must[[]byte](s.t)(json.Marshal(body)))
	s.changes++
	set := named(fmt.Sprint("change-", s.changes))
	must[*cloudformation.CreateChangeSetOutput](s.t)(s.c.CreateChangeSet(s.t.Context(), &cloudformation.CreateChangeSetInput{
		StackName: &s.name, ChangeSetName: &set, ChangeSetType: kind, TemplateBody: &text,
	}))
	var failed string
	until(s.t, "the change set", func() bool {
		d := must[*cloudformation.DescribeChangeSetOutput](s.t)(s.c.DescribeChangeSet(s.t.Context(), &cloudformation.DescribeChangeSetInput{StackName: &s.name, ChangeSetName: &set}))
		if d.Status == cfntypes.ChangeSetStatusFailed {
			failed = aws.ToString(d.StatusReason)
		}
		return d.Status == cfntypes.ChangeSetStatusFailed || d.Status == cfntypes.ChangeSetStatusCreateComplete
	})
	if failed != "" {
		return "FAILED", failed
	}
	must[*cloudformation.ExecuteChangeSetOutput](s.t)(s.c.ExecuteChangeSet(s.t.Context(), &cloudformation.ExecuteChangeSetInput{StackName: &s.name, ChangeSetName: &set}))
	until(s.t, "the stack", func() bool {
		d := s.describe()
		status, reason = string(d.StackStatus), aws.ToString(d.StackStatusReason)
		return !strings.HasSuffix(status, "IN_PROGRESS")
	})
	for _, e := range must[*cloudformation.DescribeStackEventsOutput](s.t)(s.c.DescribeStackEvents(s.t.Context(), &cloudformation.DescribeStackEventsInput{StackName: &s.name})).StackEvents {
		if strings.HasSuffix(string(e.ResourceStatus), "FAILED") {
			reason += " " + aws.ToString(e.LogicalResourceId) + ": " + aws.ToString(e.ResourceStatusReason)
		}
	}
	return status, reason
}

// up deploys what must be deployed, and gives the outputs.
func (s *stack) up(kind cfntypes.ChangeSetType, r resources, outputs map[string]any) map[string]string {
	s.t.Helper()
	status, reason := s.deploy(kind, r, outputs)
	if !strings.HasSuffix(status, "COMPLETE") || strings.Contains(status, "ROLLBACK") {
		s.t.Fatalf("%s: %s", status, reason)
	}
	out := map[string]string{}
	for _, o := range s.describe().Outputs {
		out[*o.OutputKey] = *o.OutputValue
	}
	return out
}

func (s *stack) describe() cfntypes.Stack {
	s.t.Helper()
	d := must[*cloudformation.DescribeStacksOutput](s.t)(s.c.DescribeStacks(s.t.Context(), &cloudformation.DescribeStacksInput{StackName: &s.name}))
	return d.Stacks[0]
}

func (s *stack) delete() {
	s.t.Helper()
	id := *s.describe().StackId
	must[*cloudformation.DeleteStackOutput](s.t)(s.c.DeleteStack(s.t.Context(), &cloudformation.DeleteStackInput{StackName: &s.name}))
	until(s.t, "the end of the stack", func() bool {
		d := must[*cloudformation.DescribeStacksOutput](s.t)(s.c.DescribeStacks(s.t.Context(), &cloudformation.DescribeStacksInput{StackName: &id}))
		return d.Stacks[0].StackStatus == cfntypes.StackStatusDeleteComplete
	})
}

// machine is a journey in small: a machine, a version named after its text that
// outlives it, and the alias that points at it.
func machine(text string) resources {
	definition := `{"QueryLanguage":"JSONata","StartAt":"A","States":{"A":{"Type":"Pass","Output":"` + text + `","End":true}}}`
	version := resource("AWS::StepFunctions::StateMachineVersion", map[string]any{
		"StateMachineArn": ref("Machine"), "StateMachineRevisionId": att("Machine", "StateMachineRevisionId"), "Description": text,
	})
	version["DeletionPolicy"], version["UpdateReplacePolicy"] = "Retain", "Retain"
	return resources{
		"Machine":        resource("AWS::StepFunctions::StateMachine", map[string]any{"DefinitionString": definition, "RoleArn": role, "Tags": []any{map[string]string{"Key": "k", "Value": text}}}),
		"Version" + text: version,
		"Alias": resource("AWS::StepFunctions::StateMachineAlias", map[string]any{
			"Name": "live", "RoutingConfiguration": []any{map[string]any{"StateMachineVersionArn": ref("Version" + text), "Weight": 100}},
		}),
	}
}

func TestRedeployingAJourneyKeepsTheOldVersion(t *testing.T) {
	s, c := newStack(t, "versions"), sfn.NewFromConfig(as(t, "test"))
	outputs := map[string]any{"Machine": map[string]any{"Value": ref("Machine")}, "Alias": map[string]any{"Value": ref("Alias")}}
	out := s.up(cfntypes.ChangeSetTypeCreate, machine("One"), outputs)
	first := routed(t, c, out["Alias"])
	s.up(cfntypes.ChangeSetTypeUpdate, machine("Two"), outputs)
	second := routed(t, c, out["Alias"])
	if first == second || !strings.HasSuffix(first, ":1") || !strings.HasSuffix(second, ":2") {
		t.Fatalf("the alias went from %s to %s", first, second)
	}
	for arn, want := range map[string]string{first: `"One"`, second: `"Two"`, out["Alias"]: `"Two"`} {
		e := must[*sfn.StartExecutionOutput](t)(c.StartExecution(t.Context(), &sfn.StartExecutionInput{StateMachineArn: aws.String(arn), Input: aws.String("{}")}))
		until(t, "the execution", func() bool {
			d := must[*sfn.DescribeExecutionOutput](t)(c.DescribeExecution(t.Context(), &sfn.DescribeExecutionInput{ExecutionArn: e.ExecutionArn}))
			if d.Status == "SUCCEEDED" && *d.Output != want {
				t.Errorf("%s gives %s, want %s", arn, *d.Output, want)
			}
			return d.Status != "RUNNING"
		})
	}
	tags := must[*sfn.ListTagsForResourceOutput](t)(c.ListTagsForResource(t.Context(), &sfn.ListTagsForResourceInput{ResourceArn: aws.String(out["Machine"])}))
	if len(tags.Tags) != 1 || *tags.Tags[0].Value != "Two" {
		t.Errorf("tags %v", tags.Tags)
	}
	s.delete()
	if _, err := c.DescribeStateMachineAlias(t.Context(), &sfn.DescribeStateMachineAliasInput{StateMachineAliasArn: aws.String(out["Alias"])}); err == nil {
		t.Error("the alias outlived its stack")
	}
}

func routed(t *testing.T, c *sfn.Client, alias string) string {
	t.Helper()
	d := must[*sfn.DescribeStateMachineAliasOutput](t)(c.DescribeStateMachineAlias(t.Context(), &sfn.DescribeStateMachineAliasInput{StateMachineAliasArn: &alias}))
	return *d.RoutingConfiguration[0].StateMachineVersionArn
}

// things is a stack with the other types of ours; days, text and rate change from one deployment to the next.
func things(days int, text, rate, pattern string) resources {
	bus, set := named("bus"), named("set")
	return resources{
		"Bus":      resource("AWS::Events::EventBus", map[string]any{"Name": bus, "Tags": []any{map[string]string{"Key": "k", "Value": text}}}),
		"Archive":  resource("AWS::Events::Archive", map[string]any{"SourceArn": att("Bus", "Arn"), "RetentionDays": days, "EventPattern": map[string]any{"source": []any{map[string]string{"prefix": ""}}}}),
		"Queue":    resource("AWS::SQS::Queue", map[string]any{}),
		"Rule":     resource("AWS::Events::Rule", map[string]any{"EventBusName": ref("Bus"), "EventPattern": map[string]any{"source": []string{pattern}}, "Targets": []any{map[string]any{"Id": "q", "Arn": att("Queue", "Arn")}}}),
		"Log":      resource("AWS::Logs::LogGroup", map[string]any{"RetentionInDays": days, "Tags": []any{map[string]string{"Key": "k", "Value": text}}}),
		"Schedule": resource("AWS::Scheduler::Schedule", map[string]any{"ScheduleExpression": rate, "FlexibleTimeWindow": map[string]string{"Mode": "OFF"}, "State": "DISABLED", "Target": map[string]any{"Arn": att("Queue", "Arn"), "RoleArn": role}}),
		"Set":      resource("AWS::SES::ConfigurationSet", map[string]any{"Name": set, "SuppressionOptions": map[string]any{"SuppressedReasons": []string{text}}}),
		"Events": resource("AWS::SES::ConfigurationSetEventDestination", map[string]any{"ConfigurationSetName": ref("Set"), "EventDestination": map[string]any{
			"Enabled": true, "MatchingEventTypes": []string{"send", "renderingFailure", "deliveryDelay"}, "EventBridgeDestination": map[string]any{"EventBusArn": "arn:aws:events:" + region + ":" + account + ":event-bus/default"},
		}}),
		"Identity":  resource("AWS::SES::EmailIdentity", map[string]any{"EmailIdentity": bus + ".test", "ConfigurationSetAttributes": map[string]any{"ConfigurationSetName": ref("Set")}, "MailFromAttributes": map[string]any{"MailFromDomain": strings.ToLower(text) + "." + bus + ".test"}}),
		"Registry":  resource("AWS::EventSchemas::Registry", map[string]any{"Description": text}),
		"Schema":    resource("AWS::EventSchemas::Schema", map[string]any{"RegistryName": att("Registry", "RegistryName"), "Type": "JSONSchemaDraft4", "Content": `{"$schema":"http://json-schema.org/draft-04/schema#","title":"` + text + `"}`}),
		"Dashboard": resource("AWS::CloudWatch::Dashboard", map[string]any{"DashboardBody": `{"widgets":[{"type":"text","properties":{"markdown":"` + text + `"}}]}`}),
	}
}

func TestTypesThatTheEmulatorLacksAreMadeChangedAndRemoved(t *testing.T) {
	s, cfg, ctx := newStack(t, "things"), as(t, "test"), t.Context()
	outputs := map[string]any{}
	for _, name := range []string{"Archive", "Queue", "Rule", "Log", "Schedule", "Dashboard"} {
		outputs[name] = map[string]any{"Value": ref(name)}
	}
	outputs["SchemaVersion"] = map[string]any{"Value": att("Schema", "SchemaVersion")}
	outputs["Dkim"] = map[string]any{"Value": att("Identity", "DkimDNSTokenName1")}
	out := s.up(cfntypes.ChangeSetTypeCreate, things(7, "BOUNCE", "rate(5 minutes)", "a"), outputs)
	contains(t, out["Dkim"], "._domainkey."+named("bus")+".test")

	events, logs, ses, cw, sched := eventbridge.NewFromConfig(cfg), cloudwatchlogs.NewFromConfig(cfg), sesv2.NewFromConfig(cfg), cloudwatch.NewFromConfig(cfg), scheduler.NewFromConfig(cfg)
	rule := out["Rule"][strings.Index(out["Rule"], "|")+1:]
	look := func(days int32, text, rate, pattern string) {
		t.Helper()
		a := must[*eventbridge.DescribeArchiveOutput](t)(events.DescribeArchive(ctx, &eventbridge.DescribeArchiveInput{ArchiveName: aws.String(out["Archive"])}))
		if *a.RetentionDays != days {
			t.Errorf("archive keeps %d days, want %d", *a.RetentionDays, days)
		}
		r := must[*eventbridge.DescribeRuleOutput](t)(events.DescribeRule(ctx, &eventbridge.DescribeRuleInput{Name: &rule, EventBusName: aws.String(named("bus"))}))
		contains(t, *r.EventPattern, `"`+pattern+`"`)
		l := must[*cloudwatchlogs.DescribeLogGroupsOutput](t)(logs.DescribeLogGroups(ctx, &cloudwatchlogs.DescribeLogGroupsInput{LogGroupNamePrefix: aws.String(out["Log"])}))
		if *l.LogGroups[0].RetentionInDays != days {
			t.Errorf("log keeps %d days, want %d", *l.LogGroups[0].RetentionInDays, days)
		}
		c := must[*sesv2.GetConfigurationSetOutput](t)(ses.GetConfigurationSet(ctx, &sesv2.GetConfigurationSetInput{ConfigurationSetName: aws.String(named("set"))}))
		if got := c.SuppressionOptions.SuppressedReasons; len(got) != 1 || string(got[0]) != text {
			t.Errorf("suppression %v, want %s", got, text)
		}
		d := must[*sesv2.GetConfigurationSetEventDestinationsOutput](t)(ses.GetConfigurationSetEventDestinations(ctx, &sesv2.GetConfigurationSetEventDestinationsInput{ConfigurationSetName: aws.String(named("set"))}))
		if got := d.EventDestinations[0].MatchingEventTypes; len(got) != 3 || got[1] != "RENDERING_FAILURE" {
			t.Errorf("event types %v", got)
		}
		i := must[*sesv2.GetEmailIdentityOutput](t)(ses.GetEmailIdentity(ctx, &sesv2.GetEmailIdentityInput{EmailIdentity: aws.String(named("bus") + ".test")}))
		contains(t, *i.MailFromAttributes.MailFromDomain, strings.ToLower(text)+".")
		b := must[*cloudwatch.GetDashboardOutput](t)(cw.GetDashboard(ctx, &cloudwatch.GetDashboardInput{DashboardName: aws.String(out["Dashboard"])}))
		contains(t, *b.DashboardBody, text)
		e := must[*scheduler.GetScheduleOutput](t)(sched.GetSchedule(ctx, &scheduler.GetScheduleInput{Name: aws.String(out["Schedule"])}))
		if *e.ScheduleExpression != rate {
			t.Errorf("schedule %s, want %s", *e.ScheduleExpression, rate)
		}
	}
	look(7, "BOUNCE", "rate(5 minutes)", "a")
	again := s.up(cfntypes.ChangeSetTypeUpdate, things(14, "COMPLAINT", "rate(1 hour)", "b"), outputs)
	if again["SchemaVersion"] != "2" {
		t.Errorf("the schema has version %s, want 2", again["SchemaVersion"])
	}
	delete(again, "SchemaVersion")
	for name, value := range again {
		if out[name] != value {
			t.Errorf("%s was made anew: %s, before %s", name, value, out[name])
		}
	}
	look(14, "COMPLAINT", "rate(1 hour)", "b")

	s.delete()
	for what, err := range map[string]error{
		"archive":  second(events.DescribeArchive(ctx, &eventbridge.DescribeArchiveInput{ArchiveName: aws.String(out["Archive"])})),
		"bus":      second(events.DescribeEventBus(ctx, &eventbridge.DescribeEventBusInput{Name: aws.String(named("bus"))})),
		"set":      second(ses.GetConfigurationSet(ctx, &sesv2.GetConfigurationSetInput{ConfigurationSetName: aws.String(named("set"))})),
		"identity": second(ses.GetEmailIdentity(ctx, &sesv2.GetEmailIdentityInput{EmailIdentity: aws.String(named("bus") + ".test")})),
		"schedule": second(sched.GetSchedule(ctx, &scheduler.GetScheduleInput{Name: aws.String(out["Schedule"])})),
	} {
		if err == nil {
			t.Errorf("the %s outlived its stack", what)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestDataIsProtectedAsTheTemplateSays(t *testing.T) {
	s, cfg, ctx := newStack(t, "data"), as(t, "test"), t.Context()
	with := func(protected bool) resources {
		return resources{
			"Key": resource("AWS::KMS::Key", map[string]any{"KeyPolicy": map[string]any{"Version": "2012-10-17", "Statement": []any{}}}),
			"Table": resource("AWS::DynamoDB::Table", map[string]any{
				"BillingMode": "PAY_PER_REQUEST", "KeySchema": []any{map[string]string{"AttributeName": "pk", "KeyType": "HASH"}},
				"AttributeDefinitions":             []any{map[string]string{"AttributeName": "pk", "AttributeType": "S"}},
				"PointInTimeRecoverySpecification": map[string]any{"PointInTimeRecoveryEnabled": true}, "DeletionProtectionEnabled": protected,
			}),
			"Bucket": resource("AWS::S3::Bucket", map[string]any{
				"BucketEncryption": map[string]any{"ServerSideEncryptionConfiguration": []any{map[string]any{
					"BucketKeyEnabled": true, "ServerSideEncryptionByDefault": map[string]any{"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": att("Key", "Arn")},
				}}},
				"OwnershipControls": map[string]any{"Rules": []any{map[string]string{"ObjectOwnership": "ObjectWriter"}}},
			}),
		}
	}
	outputs := map[string]any{"Table": map[string]any{"Value": ref("Table")}, "Bucket": map[string]any{"Value": ref("Bucket")}, "Key": map[string]any{"Value": att("Key", "Arn")}}
	db, store := dynamodb.NewFromConfig(cfg), s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = true })
	var out map[string]string
	for i, kind := range []cfntypes.ChangeSetType{cfntypes.ChangeSetTypeCreate, cfntypes.ChangeSetTypeUpdate} {
		protected := i == 0
		out = s.up(kind, with(protected), outputs)
		d := must[*dynamodb.DescribeTableOutput](t)(db.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: aws.String(out["Table"])}))
		if aws.ToBool(d.Table.DeletionProtectionEnabled) != protected {
			t.Errorf("deletion protection is %v, want %v", !protected, protected)
		}
	}
	b := must[*dynamodb.DescribeContinuousBackupsOutput](t)(db.DescribeContinuousBackups(ctx, &dynamodb.DescribeContinuousBackupsInput{TableName: aws.String(out["Table"])}))
	if got := b.ContinuousBackupsDescription.PointInTimeRecoveryDescription.PointInTimeRecoveryStatus; got != "ENABLED" {
		t.Errorf("point-in-time recovery is %s", got)
	}
	e := must[*s3.GetBucketEncryptionOutput](t)(store.GetBucketEncryption(ctx, &s3.GetBucketEncryptionInput{Bucket: aws.String(out["Bucket"])}))
	if rule := e.ServerSideEncryptionConfiguration.Rules[0]; *rule.ApplyServerSideEncryptionByDefault.KMSMasterKeyID != out["Key"] || !*rule.BucketKeyEnabled {
		t.Errorf("encryption %+v", rule)
	}
	o := must[*s3.GetBucketOwnershipControlsOutput](t)(store.GetBucketOwnershipControls(ctx, &s3.GetBucketOwnershipControlsInput{Bucket: aws.String(out["Bucket"])}))
	if o.OwnershipControls.Rules[0].ObjectOwnership != "ObjectWriter" {
		t.Errorf("ownership %+v", o.OwnershipControls.Rules)
	}
	s.delete()
}

func TestCustomResources(t *testing.T) {
	arn := function(t, named("custom"), 10, nil)
	s := newStack(t, "custom")
	thing := func(name, fail string) resources {
		return resources{"Thing": resource("Custom::Thing", map[string]any{"ServiceToken": arn, "Name": name, "Fail": fail, "Deep": map[string]any{"Number": 3}})}
	}
	outputs := map[string]any{"Id": map[string]any{"Value": ref("Thing")}, "Shout": map[string]any{"Value": att("Thing", "Shout")}}
	if out := s.up(cfntypes.ChangeSetTypeCreate, thing("one", "no"), outputs); out["Id"] != "thing-one" || out["Shout"] != "one!" {
		t.Errorf("outputs %v", out)
	}
	if out := s.up(cfntypes.ChangeSetTypeUpdate, thing("two", "no"), outputs); out["Id"] != "thing-two" || out["Shout"] != "two!" {
		t.Errorf("outputs after an update %v", out)
	}
	s.delete()
	logs := functionLogs(t, named("custom"))
	contains(t, logs, "Create one", "Update two old one", "Delete one", "Delete two")

	status, reason := newStack(t, "custom-failing").deploy(cfntypes.ChangeSetTypeCreate, thing("three", "true"), nil)
	if !strings.Contains(status, "ROLLBACK") || !strings.Contains(reason, "as the template wishes") {
		t.Errorf("a failing custom resource: %s: %s", status, reason)
	}
}

// TestAFunctionWithNewSettingsKeepsItsURL: what refers to a resource is not made
// anew because the resource changed.
func TestAFunctionWithNewSettingsKeepsItsURL(t *testing.T) {
	s, c := newStack(t, "url"), lambda.NewFromConfig(as(t, "test"))
	with := func(memory, retries int) resources {
		return resources{
			"Function": resource("AWS::Lambda::Function", map[string]any{"Code": map[string]any{"ZipFile": "x"}, "Runtime": "python3.12", "Handler": "index.handler", "Role": role, "MemorySize": memory}),
			"Url":      resource("AWS::Lambda::Url", map[string]any{"TargetFunctionArn": att("Function", "Arn"), "AuthType": "NONE"}),
			"Open": resource("AWS::Lambda::Permission", map[string]any{
				"FunctionName": att("Function", "Arn"), "Action": "lambda:InvokeFunctionUrl", "Principal": "*", "FunctionUrlAuthType": "NONE",
			}),
			"Async": resource("AWS::Lambda::EventInvokeConfig", map[string]any{"FunctionName": ref("Function"), "Qualifier": "$LATEST", "MaximumRetryAttempts": retries}),
		}
	}
	outputs := map[string]any{"Function": map[string]any{"Value": ref("Function")}, "Url": map[string]any{"Value": att("Url", "FunctionUrl")}}
	before := s.up(cfntypes.ChangeSetTypeCreate, with(128, 2), outputs)
	for _, retries := range []int{2, 1} {
		after := s.up(cfntypes.ChangeSetTypeUpdate, with(256*(3-retries), retries), outputs)
		if before["Url"] != after["Url"] || before["Url"] == "" {
			t.Errorf("the URL went from %s to %s", before["Url"], after["Url"])
		}
		name := aws.String(before["Function"])
		a := must[*lambda.GetFunctionEventInvokeConfigOutput](t)(c.GetFunctionEventInvokeConfig(t.Context(), &lambda.GetFunctionEventInvokeConfigInput{FunctionName: name, Qualifier: aws.String("$LATEST")}))
		if int(*a.MaximumRetryAttempts) != retries {
			t.Errorf("%d retries, want %d", *a.MaximumRetryAttempts, retries)
		}
		p := must[*lambda.GetPolicyOutput](t)(c.GetPolicy(t.Context(), &lambda.GetPolicyInput{FunctionName: name}))
		contains(t, *p.Policy, "lambda:FunctionUrlAuthType", "NONE")
	}
	s.delete()
}

func TestATypeThatNobodyKnowsIsRefused(t *testing.T) {
	status, reason := newStack(t, "unknown").deploy(cfntypes.ChangeSetTypeCreate, resources{"X": resource("AWS::Wisdom::Assistant", map[string]any{"Name": "x"})}, nil)
	if status != "FAILED" || !strings.Contains(reason, "AWS::Wisdom::Assistant") {
		t.Errorf("%s: %s", status, reason)
	}
}

func TestAnUpdateThatWouldBeDroppedFails(t *testing.T) {
	s := newStack(t, "dropped")
	key := func(d string) resources {
		return resources{"Key": resource("AWS::KMS::Key", map[string]any{"Description": d, "KeyPolicy": map[string]any{"Version": "2012-10-17", "Statement": []any{}}})}
	}
	s.up(cfntypes.ChangeSetTypeCreate, key("one"), nil)
	status, reason := s.deploy(cfntypes.ChangeSetTypeUpdate, key("two"), nil)
	if strings.HasSuffix(status, "UPDATE_COMPLETE") || !strings.Contains(reason, "cannot update a resource of the type AWS::KMS::Key") {
		t.Errorf("%s: %s", status, reason)
	}
}

// invoke calls a function and gives its answer and its error, if it had one.
func invoke(t *testing.T, name string, event any) (payload, failure string) {
	t.Helper()
	c := lambda.NewFromConfig(as(t, "test"))
	out := must[*lambda.InvokeOutput](t)(c.Invoke(context.WithoutCancel(t.Context()), &lambda.InvokeInput{FunctionName: &name, Payload: must[[]byte](t)(json.Marshal(event))}))
	return string(out.Payload), aws.ToString(out.FunctionError)
}
