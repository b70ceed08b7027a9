package senda

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsstepfunctions"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/senda-dev/senda/internal/access"
)

// Live is the name of the alias that points at what people enter with.
const Live = "live"

// MachineProps say which journey is deployed, into which machinery.
type MachineProps struct {
	Deploy  *Deploy
	Journey Journey
	Senda   *Senda
}

// Machine is a journey in the cloud: a state machine, the version of it that was made of
// this bundle, and the alias that points there. Versions stay, so that people inside
// finish on theirs.
type Machine struct {
	Construct constructs.Construct
	Machine   awsstepfunctions.StateMachine
	Version   awsstepfunctions.CfnStateMachineVersion
	Alias     awsstepfunctions.CfnStateMachineAlias
	// Published is the resource that lets people enter, once all else is there.
	Published awscdk.CustomResource
}

// NewMachine deploys a compiled journey: its text goes into the template as it is.
func NewMachine(scope constructs.Construct, id string, props *MachineProps) *Machine {
	self := constructs.NewConstruct(scope, text(id))
	j, s := props.Journey, props.Senda
	substitutions, functions := map[string]*string{}, []*string{}
	for _, f := range tasks(j.definition) {
		arn := s.Functions[f.Name].FunctionArn()
		substitutions[f.Task] = arn
		functions = append(functions, arn)
	}
	calls := append([]access.Call{{Action: "lambda:InvokeFunction", On: access.Tasks}}, access.MachineGrants...)
	role := awsiam.NewRole(self, text("Role"), &awsiam.RoleProps{
		AssumedBy: awsiam.NewServicePrincipal(text("states.amazonaws.com"), nil),
		InlinePolicies: &map[string]awsiam.PolicyDocument{"Calls": awsiam.NewPolicyDocument(&awsiam.PolicyDocumentProps{
			Statements: statements(calls, names{access.Tasks: functions, access.Everything: list("*")}),
		})},
	})
	m := &Machine{Construct: self, Machine: awsstepfunctions.NewStateMachine(self, text("Machine"), &awsstepfunctions.StateMachineProps{
		StateMachineType: awsstepfunctions.StateMachineType_STANDARD,
		DefinitionBody:   awsstepfunctions.DefinitionBody_FromString(text(j.definition)), DefinitionSubstitutions: &substitutions,
		Role: role.WithoutPolicyUpdates(nil), TracingEnabled: yes,
		// Names of states and errors only: what an execution carries stays out of the logs.
		Logs: &awsstepfunctions.LogOptions{Destination: s.history, Level: awsstepfunctions.LogLevel_ERROR, IncludeExecutionData: no},
	})}
	// A journey that is taken out of the folder closes: nobody enters, and who is inside goes
	// on to the end. The service would stop them together with their machine.
	role.ApplyRemovalPolicy(awscdk.RemovalPolicy_RETAIN)
	m.Machine.ApplyRemovalPolicy(awscdk.RemovalPolicy_RETAIN)
	machine := m.Machine.Node().DefaultChild().(awsstepfunctions.CfnStateMachine)

	// A version is named by the text that it holds: the same text twice is one version to the
	// service, and two resources of it would own one thing.
	m.Version = awsstepfunctions.NewCfnStateMachineVersion(self, text("Version"+hash(j.definition)), &awsstepfunctions.CfnStateMachineVersionProps{
		StateMachineArn: m.Machine.StateMachineArn(), StateMachineRevisionId: machine.AttrStateMachineRevisionId(),
		Description: text("Senda"),
	})
	m.Version.ApplyRemovalPolicy(awscdk.RemovalPolicy_RETAIN, nil)
	m.Alias = awsstepfunctions.NewCfnStateMachineAlias(self, text("Alias"), &awsstepfunctions.CfnStateMachineAliasProps{
		Name: text(Live), Description: text("What people enter with."),
		RoutingConfiguration: []any{&awsstepfunctions.CfnStateMachineAlias_RoutingConfigurationVersionProperty{
			StateMachineVersionArn: m.Version.AttrArn(), Weight: number(100),
		}},
	})
	m.publish(props)
	m.watch(s)
	awscdk.Tags_Of(self).Add(text("senda:journey"), text(j.Name), nil)
	awscdk.Tags_Of(self).Add(text("senda:owner"), text(j.Owner), nil)
	return m
}

// publish lets people enter with the bundle once its machine is there.
func (m *Machine) publish(props *MachineProps) {
	j, s := props.Journey, props.Senda
	file := s.files[j.Name]
	m.Published = awscdk.NewCustomResource(m.Construct, text("Published"), &awscdk.CustomResourceProps{
		ServiceToken: s.Functions["publish"].FunctionArn(), ResourceType: text("Custom::SendaJourney"), ServiceTimeout: span(5 * time.Minute),
		Properties: &map[string]any{
			"Journey": j.Name, "State": j.State, "Bundle": j.Bundle, "AssetBucket": file.S3BucketName(), "AssetKey": file.S3ObjectKey(), "Machine": m.Version.AttrArn(),
		},
	})
	m.Published.Node().AddDependency(m.Alias)
}

// watch tells signal of executions that failed: their entries would never go on.
func (m *Machine) watch(s *Senda) {
	s.newRule(m.Construct, "Failures", "Executions that failed end their entries.", nil, map[string]any{
		"source": []any{"aws.states"}, "detail-type": []any{"Step Functions Execution Status Change"},
		"detail": map[string]any{"status": []any{"FAILED", "TIMED_OUT", "ABORTED"}, "stateMachineArn": []any{m.Machine.StateMachineArn()}},
	}, nil, "signal")
}

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:6])
}
