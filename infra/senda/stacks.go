package senda

import (
	"cmp"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
)

// StacksProps say what the two stacks are made of.
type StacksProps struct {
	// Stage sets this installation apart from another in the account; empty for the only one.
	Stage string
	// Account and Region are where it is deployed; empty: wherever the template is.
	Account, Region string
	Deploy          *Deploy
	// The others are those of Props.
	Salt, Links, AlarmMail string
	Upstream               []string
}

// NewStacks makes the stack of what must never be lost and that of what can be made again.
func NewStacks(app constructs.Construct, props *StacksProps) (data, journeys awscdk.Stack) {
	stack := func(name, about string, protected *bool) awscdk.Stack {
		p := &awscdk.StackProps{Description: text(about), TerminationProtection: protected}
		if props.Account != "" && props.Region != "" {
			p.Env = &awscdk.Environment{Account: text(props.Account), Region: text(props.Region)}
		}
		s := awscdk.NewStack(app, idOf("senda", props.Stage, name), p)
		// Costs are told apart by it. No release: every resource would change with each.
		awscdk.Tags_Of(s).Add(text("senda:installation"), text(cmp.Or(props.Stage, "senda")), nil)
		return s
	}
	data = stack("data", "Senda: profiles, consent, bundles and the secret", yes)
	journeys = stack("journeys", "Senda: the machinery that runs journeys, and the journeys", no)
	NewSenda(journeys, "Senda", &Props{
		Deploy: props.Deploy, Data: NewData(data, "Data"), Salt: props.Salt, Links: props.Links, AlarmMail: props.AlarmMail, Upstream: props.Upstream,
	})
	return data, journeys
}
