//go:build infra

package senda_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/senda-dev/senda/internal/access"
)

// fourteen days, the longest that a queue keeps anything.
const fourteenDays = 14 * 24 * 3600

// alarmed says which queues have an alarm on a metric, by their references.
func (x template) alarmed(metric string) map[string]bool {
	out := map[string]bool{}
	for _, id := range x.of("AWS::CloudWatch::Alarm") {
		r := x.Resources[id]
		if r.at("MetricName") == metric && len(array(r.at("AlarmActions"))) > 0 {
			name := fmt.Sprint(r.at("Dimensions.0.Value"))
			out[strings.TrimSuffix(name, ".QueueName>")+".Arn>"] = true
		}
	}
	return out
}

// Whatever comes without anybody waiting has dead letters with an alarm, and an alarm on
// what waits too long.
func TestEveryHopHasDeadLettersAndAlarms(t *testing.T) {
	x := synthesised(t).journeys
	deep, late := x.alarmed("ApproximateNumberOfMessagesVisible"), x.alarmed("ApproximateAgeOfOldestMessage")
	dead := func(what string, arn any) {
		if !deep[fmt.Sprint(arn)] {
			t.Errorf("%s has no dead letters with an alarm: %v", what, arn)
		}
	}
	for _, id := range x.of("AWS::Events::Rule") {
		for i := range array(x.Resources[id].at("Targets")) {
			dead(id, x.Resources[id].at(fmt.Sprintf("Targets.%d.DeadLetterConfig.Arn", i)))
		}
	}
	for _, id := range x.of("AWS::Scheduler::Schedule") {
		dead(id, x.Resources[id].at("Target.DeadLetterConfig.Arn"))
	}
	for _, id := range x.of("AWS::Lambda::EventSourceMapping") {
		r := x.Resources[id]
		source := fmt.Sprint(r.at("EventSourceArn"))
		if !late[source] {
			t.Errorf("%s reads %s, on whose age there is no alarm", id, source)
		}
		dead(id, x.Resources[strings.TrimSuffix(strings.Trim(source, "<>"), ".Arn")].at("RedrivePolicy.deadLetterTargetArn"))
		r.is(t, id, "FunctionResponseTypes", "[ReportBatchItemFailures]")
	}
	for _, f := range access.Functions {
		id, _ := x.function(t, f.Name)
		read := slices.ContainsFunc(x.of("AWS::Lambda::EventSourceMapping"), func(m string) bool { return x.Resources[m].at("FunctionName") == "<"+id+">" })
		caught := false
		for _, c := range x.of("AWS::Lambda::EventInvokeConfig") {
			if r := x.Resources[c]; r.at("FunctionName") == "<"+id+">" {
				dead(f.Name, r.at("DestinationConfig.OnFailure.Destination"))
				caught = true
			}
		}
		if read != (f.Trigger == access.Queue) || caught != f.Async() {
			t.Errorf("%s is started by %s: it reads a queue: %v, what fails is kept: %v", f.Name, f.Trigger, read, caught)
		}
	}
}

// A queue is encrypted, spoken to over TLS only, and keeps nothing longer than it may; what
// a function has taken comes back to nobody while it may still be at it.
func TestQueues(t *testing.T) {
	x := synthesised(t).journeys
	policies := map[string]string{}
	for _, id := range x.of("AWS::SQS::QueuePolicy") {
		for _, q := range words(x.Resources[id].at("Queues")) {
			policies[strings.Trim(q, "<>")] += fmt.Sprint(x.Resources[id].at("PolicyDocument.Statement"))
		}
	}
	for _, id := range x.of("AWS::SQS::Queue") {
		r := x.Resources[id]
		r.is(t, id, "SqsManagedSseEnabled", true)
		if n, ok := r.at("MessageRetentionPeriod").(float64); !ok || n > fourteenDays {
			t.Errorf("%s keeps messages for %v s", id, r.at("MessageRetentionPeriod"))
		}
		if p := policies[id]; !strings.Contains(p, "aws:SecureTransport:false") || !strings.Contains(p, "Effect:Deny") {
			t.Errorf("%s may be spoken to without TLS: %s", id, p)
		}
	}
	for _, id := range x.of("AWS::Lambda::EventSourceMapping") {
		r := x.Resources[id]
		fn := x.Resources[strings.Trim(fmt.Sprint(r.at("FunctionName")), "<>")]
		queue := x.Resources[strings.TrimSuffix(strings.Trim(fmt.Sprint(r.at("EventSourceArn")), "<>"), ".Arn")]
		timeout, _ := fn.at("Timeout").(float64)
		if hidden, _ := queue.at("VisibilityTimeout").(float64); timeout == 0 || hidden < 6*timeout {
			t.Errorf("%s: a message is hidden for %v s from a function that may run for %v s", id, hidden, timeout)
		}
	}
}

// What the mail service tells of a mail leaves the default bus without its recipients.
func TestTheMailRuleDropsPeople(t *testing.T) {
	x := synthesised(t).journeys
	for _, id := range x.of("AWS::Events::Rule") {
		r := x.Resources[id]
		if fmt.Sprint(r.at("EventPattern.source")) != "[aws.ses]" {
			continue
		}
		if r.at("EventBusName") != nil {
			t.Errorf("%s listens on %v; the mail service tells the default bus only", id, r.at("EventBusName"))
		}
		paths, ok := r.at("Targets.0.InputTransformer.InputPathsMap").(map[string]any)
		if !ok {
			t.Fatalf("%s passes everything on", id)
		}
		for name, path := range paths {
			for _, personal := range []string{"destination", "headers", "commonHeaders", "emailAddress", "recipients", "diagnosticCode", "source", "ipAddress", "userAgent"} {
				if slices.Contains(strings.FieldsFunc(fmt.Sprint(path), func(r rune) bool { return r == '.' || r == '[' || r == ']' || r == '$' }), personal) {
					t.Errorf("%s passes %s on, which is %v", id, name, path)
				}
			}
			if p := fmt.Sprint(path); p == "$" || p == "$.detail" || p == "$.detail.mail" || p == "$.detail.bounce" || p == "$.detail.complaint" {
				t.Errorf("%s passes %s on whole", id, p)
			}
		}
		return
	}
	t.Error("nobody listens to the mail service")
}

// What comes over the bus can be played again for a month, and no longer.
func TestTheBus(t *testing.T) {
	x := synthesised(t).journeys
	bus, _ := x.one(t, "AWS::Events::EventBus")
	id, archive := x.one(t, "AWS::Events::Archive")
	archive.is(t, id, "SourceArn", "<"+bus+".Arn>")
	archive.is(t, id, "RetentionDays", 30)
	for _, id := range x.of("AWS::Events::Rule") {
		if r := x.Resources[id]; r.at("EventBusName") == "<"+bus+">" {
			r.is(t, id, "EventPattern.source.0.prefix", "")
			// What Senda tells others would cost a call each and say nothing new.
			r.is(t, id, "EventPattern.detail-type.0.anything-but", "[mail.sent mail.refused journey.completed]")
			return
		}
	}
	t.Error("nobody takes in what comes over the bus")
}
