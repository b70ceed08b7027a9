package senda

import (
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"

	"github.com/senda-dev/senda/internal/access"
)

// names are how a deployment spells the resources of the table of access, for one function.
type names map[access.Resource][]*string

// statements spell out calls: one statement for the actions on each resource, in the order of
// the table. A resource of which a deployment has none drops out.
func statements(calls []access.Call, spelled names) *[]awsiam.PolicyStatement {
	var order []access.Resource
	actions := map[access.Resource][]string{}
	for _, c := range calls {
		if !slices.Contains(order, c.On) {
			order = append(order, c.On)
		}
		if !slices.Contains(actions[c.On], c.Action) {
			actions[c.On] = append(actions[c.On], c.Action)
		}
	}
	var out []awsiam.PolicyStatement
	for _, r := range order {
		if on := spelled[r]; len(on) > 0 {
			out = append(out, awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{Sid: text(sid(r)), Actions: texts(actions[r]...), Resources: &on}))
		}
	}
	return &out
}

// sid names a statement after its resource: "its own queue" becomes ItsOwnQueue.
func sid(r access.Resource) string {
	if r == access.Everything {
		return "NoResourceOfOurs"
	}
	return *idOf(strings.ReplaceAll(string(r), " ", "-"))
}
