package senda

import (
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/senda-dev/senda/internal/access"
)

// retention is how long a queue keeps what nobody took: the longest there is, and the
// longest that personal data may lie in one.
const retention = 14 * 24 * time.Hour

// tries is how often a message is delivered before it goes into dead letters.
const tries = 5

// late is how old the oldest message of a queue may grow before somebody must look.
const late = 15 * time.Minute

// hop is an asynchronous way to a function: a queue, or none where a service calls the
// function itself, and the dead letters of what did not arrive or could not be done.
type hop struct {
	queue awssqs.Queue // nil when a service calls the function itself
	dead  awssqs.Queue
}

// newHop makes the way to a function, with an alarm on what lies dead and on what waits
// too long.
func newHop(scope constructs.Construct, f access.Function, alarms *alarms) hop {
	self := constructs.NewConstruct(scope, idOf(f.Name, "hop"))
	h := hop{dead: awssqs.NewQueue(self, text("Dead"), &awssqs.QueueProps{
		Encryption: awssqs.QueueEncryption_SQS_MANAGED, EnforceSSL: yes, RetentionPeriod: span(retention),
	})}
	alarms.add(self, "DeadAlarm", "Something that "+f.Name+" should have done lies in its dead letters. senda quarantine tells the reason and brings it back.",
		h.dead.MetricApproximateNumberOfMessagesVisible(&awscloudwatch.MetricOptions{Period: span(time.Minute), Statistic: text("Maximum")}), 1, 1)
	if f.Trigger != access.Queue {
		return h
	}
	h.queue = awssqs.NewQueue(self, text("Queue"), &awssqs.QueueProps{
		Encryption: awssqs.QueueEncryption_SQS_MANAGED, EnforceSSL: yes, RetentionPeriod: span(retention),
		// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
		VisibilityTimeout: span(6 * f.Timeout),
		DeadLetterQueue:   &awssqs.DeadLetterQueue{Queue: h.dead, MaxReceiveCount: number(tries)},
	})
	alarms.add(self, "AgeAlarm", "Something has waited for "+f.Name+" for more than "+late.String()+".",
		h.queue.MetricApproximateAgeOfOldestMessage(&awscloudwatch.MetricOptions{Period: span(time.Minute), Statistic: text("Maximum")}), late.Seconds(), 5)
	return h
}
