package senda

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatchactions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssnssubscriptions"
	"github.com/aws/constructs-go/constructs/v10"
)

// alarms go to one topic, and from there to people.
type alarms struct {
	topic awssns.Topic
	all   []awscloudwatch.IAlarm
}

func newAlarms(scope constructs.Construct, key awskms.IKey, mail string) *alarms {
	a := &alarms{topic: awssns.NewTopic(scope, text("Alarms"), &awssns.TopicProps{
		DisplayName: text("Senda"), MasterKey: key, EnforceSSL: yes,
	})}
	a.topic.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid: text("Alarms"), Principals: &[]awsiam.IPrincipal{awsiam.NewServicePrincipal(text("cloudwatch.amazonaws.com"), nil)},
		Actions: texts("sns:Publish"), Resources: &[]*string{a.topic.TopicArn()},
		Conditions: &map[string]any{"StringEquals": map[string]any{"aws:SourceAccount": a.topic.Stack().Account()}},
	}))
	if mail != "" {
		a.topic.AddSubscription(awssnssubscriptions.NewEmailSubscription(text(mail), nil))
	}
	return a
}

// add makes an alarm: the metric is at or above the bound for so many of its periods.
func (a *alarms) add(scope constructs.Construct, id, why string, m awscloudwatch.IMetric, bound float64, periods int) {
	alarm := awscloudwatch.NewAlarm(scope, text(id), &awscloudwatch.AlarmProps{
		AlarmDescription: text(why), Metric: m, Threshold: &bound, EvaluationPeriods: number(periods),
		ComparisonOperator: awscloudwatch.ComparisonOperator_GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
		TreatMissingData:   awscloudwatch.TreatMissingData_NOT_BREACHING, // nothing happened
	})
	alarm.AddAlarmAction(awscloudwatchactions.NewSnsAction(a.topic))
	a.all = append(a.all, alarm)
}
