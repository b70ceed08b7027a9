package senda

import (
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"

	"github.com/senda-dev/senda/internal/access"
)

// names are how a deployment spells the resources of the table of access, for one function.
type names map[access.Resource][]*string

// statements spell out calls: one statement for each set of actions on the same resources,
// in the order of the table. A resource of which a deployment has none drops out.
func statements(calls []access.Call, spelled names) *[]awsiam.PolicyStatement {
	type group struct {
		on      []access.Resource
		actions []string
	}
	var groups []*group
	for _, c := range calls {
		for _, r := range c.On {
			i := slices.IndexFunc(groups, func(g *group) bool { return slices.Equal(g.on, []access.Resource{r}) })
			if i < 0 {
				groups = append(groups, &group{on: []access.Resource{r}})
				i = len(groups) - 1
			}
			if !slices.Contains(groups[i].actions, c.Action) {
				groups[i].actions = append(groups[i].actions, c.Action)
			}
		}
	}
	var out []awsiam.PolicyStatement
	for _, g := range groups {
		var on []*string
		for _, r := range g.on {
			on = append(on, spelled[r]...)
		}
		if len(on) == 0 {
			continue
		}
		out = append(out, awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Sid: text(sid(g.on[0])), Actions: texts(g.actions...), Resources: &on,
		}))
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
