package senda

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/senda-dev/senda/events"
)

// archived is how many days what went over the bus can be played again. It holds personal
// data, and nobody can erase one person from it.
const archived = 30

// newBus makes the bus and its archive.
func (s *Senda) newBus() {
	s.Bus = awsevents.NewEventBus(s.Construct, text("Bus"), &awsevents.EventBusProps{
		Description: text("What customers do, as upstream systems tell it, and what Senda tells of itself."),
	})
	awsevents.NewArchive(s.Construct, text("Archive"), &awsevents.ArchiveProps{
		SourceEventBus: s.Bus, EventPattern: everything(), Retention: awscdk.Duration_Days(number(archived)),
		Description: text("What went over the bus, to be played again into it."),
	})
	principals := []awsiam.IPrincipal{awsiam.NewAccountRootPrincipal()}
	for _, account := range s.props.Upstream {
		principals = append(principals, awsiam.NewAccountPrincipal(text(account)))
	}
	s.Bus.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid: text("Upstream"), Principals: &principals, Actions: texts("events:PutEvents"), Resources: &[]*string{s.Bus.EventBusArn()},
	}))
}

// everything is the pattern that each event matches.
func everything() *awsevents.EventPattern {
	return &awsevents.EventPattern{Source: awsevents.Match_Prefix(text(""))}
}

// takenIn is the pattern of what intake takes in: everything but what Senda only tells others.
func takenIn() map[string]any {
	return map[string]any{
		"source": []any{map[string]any{"prefix": ""}}, "detail-type": []any{map[string]any{"anything-but": events.Told()}},
	}
}

// newRules bring to the queues what happens on the buses. Those of the journeys stand with
// the journeys.
func (s *Senda) newRules() {
	s.newRule(s.Construct, "IntakeRule", "Every event goes to intake, but for what Senda only tells others.", s.Bus.EventBusName(), takenIn(), nil, "intake")
	s.newRule(s.Construct, "MailRule", "What becomes of mails goes to feedback, without recipients and headers.", nil, mailPattern(), mailInput(), "feedback")
	for _, name := range []string{"intake", "feedback", "signal"} {
		for _, q := range []awssqs.Queue{s.hops[name].queue, s.hops[name].dead} {
			q.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
				Sid: text("Rules"), Principals: &[]awsiam.IPrincipal{awsiam.NewServicePrincipal(text("events.amazonaws.com"), nil)},
				Actions: texts("sqs:SendMessage"), Resources: &[]*string{q.QueueArn()},
				Conditions: &map[string]any{"StringEquals": map[string]any{"aws:SourceAccount": awscdk.Stack_Of(s.Construct).Account()}},
			}))
		}
	}
}

// newRule makes a rule that brings events to the queue of a function, and into its dead
// letters what cannot be brought. Without a bus it is one of the default bus.
func (s *Senda) newRule(scope constructs.Construct, id, about string, bus *string, pattern map[string]any, input *awsevents.CfnRule_InputTransformerProperty, function string) {
	h := s.hops[function]
	props := &awsevents.CfnRuleProps{Description: text(about), EventPattern: pattern, Targets: []any{&awsevents.CfnRule_TargetProperty{
		Id: text("Queue"), Arn: h.queue.QueueArn(), InputTransformer: transformer(input),
		DeadLetterConfig: &awsevents.CfnRule_DeadLetterConfigProperty{Arn: h.dead.QueueArn()},
		RetryPolicy:      &awsevents.CfnRule_RetryPolicyProperty{MaximumEventAgeInSeconds: number(24 * 3600), MaximumRetryAttempts: number(185)},
	}}}
	if bus != nil {
		props.EventBusName = bus
	}
	awsevents.NewCfnRule(scope, text(id), props)
}

// transformer keeps a typed nil out of an interface.
func transformer(input *awsevents.CfnRule_InputTransformerProperty) any {
	if input == nil {
		return nil
	}
	return input
}
