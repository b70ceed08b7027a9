package senda

import (
	"slices"
	"strconv"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"

	"github.com/senda-dev/senda/internal/access"
)

// perJourney says whether a call is on something of each journey.
func perJourney(c access.Call) bool {
	return c.On == access.Machines || c.On == access.Executions || c.On == access.BundleFiles
}

// many is how many journeys one policy names: it may have 6,144 characters, and the names of
// a machine and of its executions take some 220.
const many = 24

// allowMachines gives the functions that start executions or publish journeys what they need
// of each journey. Policies of their own, since a role's own has room for some 40 journeys.
func (s *Senda) allowMachines() {
	type starter struct {
		calls []access.Call
		roles []awsiam.IRole
	}
	var starters []*starter
	for _, f := range access.Functions {
		calls := slices.DeleteFunc(slices.Clone(f.Calls), func(c access.Call) bool { return !perJourney(c) })
		if len(calls) == 0 {
			continue
		}
		i := slices.IndexFunc(starters, func(x *starter) bool { return slices.Equal(x.calls, calls) })
		if i < 0 {
			starters = append(starters, &starter{calls: calls})
			i = len(starters) - 1
		}
		starters[i].roles = append(starters[i].roles, s.roles[f.Name])
	}
	for _, x := range starters {
		n := 0
		for some := range slices.Chunk(s.props.Deploy.Journeys, many) {
			n++
			policy := awsiam.NewManagedPolicy(s.Construct, text(sid(x.calls[0].On)+strconv.Itoa(n)), &awsiam.ManagedPolicyProps{
				Description: text("What starts or publishes journeys."), Statements: statements(x.calls, s.journeyNames(some)), Roles: &x.roles,
			})
			for _, j := range some {
				if slices.ContainsFunc(x.calls, func(c access.Call) bool { return c.On == access.BundleFiles }) {
					s.Journeys[j.Name].Published.Node().AddDependency(policy)
				}
			}
		}
	}
}

// journeyNames spell what some journeys have.
func (s *Senda) journeyNames(some []Journey) names {
	n := names{}
	for _, j := range some {
		machine := s.Journeys[j.Name].Machine
		n[access.Machines] = append(n[access.Machines], machine.StateMachineArn())
		n[access.Executions] = append(n[access.Executions], awscdk.Stack_Of(s.Construct).FormatArn(&awscdk.ArnComponents{
			Service: text("states"), Resource: text("execution"), ResourceName: awscdk.Fn_Join(text(":"), &[]*string{machine.StateMachineName(), text("*")}),
			ArnFormat: awscdk.ArnFormat_COLON_RESOURCE_NAME,
		}))
		file := s.files[j.Name]
		n[access.BundleFiles] = append(n[access.BundleFiles], file.Bucket().ArnForObjects(file.S3ObjectKey()))
	}
	return n
}
