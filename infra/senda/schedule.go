package senda

import (
	"fmt"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsscheduler"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/senda-dev/senda/internal/access"
)

// newSchedule starts a function again and again.
func newSchedule(scope constructs.Construct, fn awslambda.Function, f access.Function, dead awssqs.Queue) {
	role := awsiam.NewRole(scope, text("ScheduleRole"), &awsiam.RoleProps{
		AssumedBy: awsiam.NewServicePrincipal(text("scheduler.amazonaws.com"), nil),
		InlinePolicies: &map[string]awsiam.PolicyDocument{"Start": awsiam.NewPolicyDocument(&awsiam.PolicyDocumentProps{Statements: &[]awsiam.PolicyStatement{
			awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{Actions: texts("lambda:InvokeFunction"), Resources: &[]*string{fn.FunctionArn()}}),
			awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{Actions: texts("sqs:SendMessage"), Resources: &[]*string{dead.QueueArn()}}),
		}})},
	})
	awsscheduler.NewCfnSchedule(scope, text("Schedule"), &awsscheduler.CfnScheduleProps{
		Description: text("Starts " + f.Name + "."), ScheduleExpression: text(rate(f.Every)),
		FlexibleTimeWindow: &awsscheduler.CfnSchedule_FlexibleTimeWindowProperty{Mode: text("OFF")},
		Target: &awsscheduler.CfnSchedule_TargetProperty{
			Arn: fn.FunctionArn(), RoleArn: role.RoleArn(), Input: text("{}"),
			DeadLetterConfig: &awsscheduler.CfnSchedule_DeadLetterConfigProperty{Arn: dead.QueueArn()},
			// What a run left undone the next one does: there is no use in being late.
			RetryPolicy: &awsscheduler.CfnSchedule_RetryPolicyProperty{MaximumEventAgeInSeconds: number(int(min(f.Every, time.Hour).Seconds())), MaximumRetryAttempts: number(3)},
		},
	})
}

// rate is a span as the Scheduler spells it.
func rate(every time.Duration) string {
	n, unit := int(every/time.Minute), "minutes"
	if every%(24*time.Hour) == 0 {
		n, unit = int(every/(24*time.Hour)), "days"
	}
	if n == 1 {
		unit = unit[:len(unit)-1]
	}
	return fmt.Sprintf("rate(%d %s)", n, unit)
}
