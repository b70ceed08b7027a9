package senda

import (
	"cmp"
	"maps"
	"slices"
	"strconv"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3assets"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/senda-dev/senda/internal/access"
	"github.com/senda-dev/senda/internal/dynamo/layout"
)

// Props say what is deployed, over which data.
type Props struct {
	Deploy *Deploy
	Data   *Data
	// Salt makes the assignments to hold-outs and splits the installation's own. It is
	// no secret, and never changes: people would change sides. Empty: "senda".
	Salt string
	// Links is the https address of the public pages, without a slash at its end, where a
	// CDN or a name of one's own stands before the function that serves them. Empty: the
	// function's own address.
	Links string
	// ProofYears is for how many years proofs of consent about somebody who was erased are
	// kept; 0: 3.
	ProofYears int
	// AlarmMail is told of alarms; empty: whoever subscribes to the topic.
	AlarmMail string
	// Upstream are the accounts, beside its own, that may put events on the bus.
	Upstream []string
}

// Senda is the machinery that runs journeys, and the journeys.
type Senda struct {
	Construct constructs.Construct
	// Bus takes the events of upstream systems and those of Senda.
	Bus awsevents.EventBus
	// Alarms is the topic to which every alarm goes.
	Alarms awssns.Topic
	// Functions are by their names.
	Functions map[string]awslambda.Function
	// Links is the https address of the public pages.
	Links *string
	// Journeys are by their names.
	Journeys map[string]*Machine

	props   *Props
	alarms  *alarms
	hops    map[string]hop
	senders map[string]*sender
	logs    map[string]awslogs.LogGroup
	// history are the failures of all machines.
	history awslogs.LogGroup
	files   map[string]awss3assets.Asset
	roles   map[string]awsiam.IRole
}

// NewSenda makes the machinery and, with it, every journey of the deployment.
func NewSenda(scope constructs.Construct, id string, props *Props) *Senda {
	self := constructs.NewConstruct(scope, text(id))
	s := &Senda{
		Construct: self, props: props, alarms: newAlarms(self, props.Data.Key, props.AlarmMail),
		Functions: map[string]awslambda.Function{}, Journeys: map[string]*Machine{}, hops: map[string]hop{}, logs: map[string]awslogs.LogGroup{},
		history: newLogs(self, "History"), files: map[string]awss3assets.Asset{}, roles: map[string]awsiam.IRole{},
	}
	s.Alarms = s.alarms.topic
	s.newBus()
	s.senders = newSenders(self, props.Deploy.Brands, s.alarms)
	for _, j := range props.Deploy.Journeys {
		s.files[j.Name] = awss3assets.NewAsset(self, idOf(j.Name, "bundle"), &awss3assets.AssetProps{Path: text(props.Deploy.file(j.BundleFile))})
	}
	for _, f := range access.Functions {
		if f.Trigger == access.Queue || f.Async() {
			s.hops[f.Name] = newHop(self, f, s.alarms)
		}
	}
	// The pages come first: the others write their address into mails.
	for _, f := range slices.SortedStableFunc(slices.Values(access.Functions), pagesFirst) {
		s.newFunction(f)
	}
	s.newRules()
	for _, j := range props.Deploy.Journeys {
		s.Journeys[j.Name] = NewMachine(self, *idOf(j.Name), &MachineProps{Deploy: props.Deploy, Journey: j, Senda: s})
	}
	s.allowMachines()
	newSchemas(self, props.Deploy)
	s.newWatch()
	s.newDashboard()
	s.outputs()
	return s
}

func pagesFirst(a, b access.Function) int {
	rank := map[bool]int{true: 0, false: 1}
	return rank[a.Trigger == access.Page] - rank[b.Trigger == access.Page]
}

// newLogs makes a group of logs. What is in it holds no personal data, and is for looking
// after a deployment, not for keeping.
func newLogs(scope constructs.Construct, id string) awslogs.LogGroup {
	return awslogs.NewLogGroup(scope, text(id), &awslogs.LogGroupProps{
		Retention: awslogs.RetentionDays_ONE_MONTH, RemovalPolicy: awscdk.RemovalPolicy_DESTROY,
	})
}

// newFunction makes a function with a role of its own, which allows what the table says.
func (s *Senda) newFunction(f access.Function) {
	self := constructs.NewConstruct(s.Construct, idOf(f.Name))
	s.logs[f.Name] = newLogs(self, "Logs")
	role, after := s.newRole(self, f)
	s.roles[f.Name] = role
	fn := awslambda.NewFunction(self, text("Function"), &awslambda.FunctionProps{
		Description: text("Senda: " + f.Name), Runtime: awslambda.Runtime_PROVIDED_AL2023(), Handler: text("bootstrap"),
		Code:         awslambda.Code_FromAsset(text(s.props.Deploy.function(f.Name)), nil),
		Architecture: awslambda.Architecture_ARM_64(), MemorySize: number(f.Memory), Timeout: span(f.Timeout),
		// No function reserves concurrency: a new account has 10 in all, of which none may be reserved.
		Environment: s.environment(f), Role: role.WithoutPolicyUpdates(nil), Tracing: awslambda.Tracing_ACTIVE,
		LogGroup: s.logs[f.Name], LoggingFormat: awslambda.LoggingFormat_JSON,
	})
	if after != nil {
		fn.Node().AddDependency(after) // whoever sets the function up asks what its role may
	}
	s.Functions[f.Name] = fn
	switch f.Trigger {
	case access.Queue:
		awslambda.NewCfnEventSourceMapping(self, text("Source"), &awslambda.CfnEventSourceMappingProps{
			FunctionName: fn.FunctionName(), EventSourceArn: s.hops[f.Name].queue.QueueArn(), BatchSize: number(f.Batch),
			FunctionResponseTypes: texts("ReportBatchItemFailures"), ScalingConfig: scaling(f),
		})
	case access.Page:
		s.newPages(fn)
	case access.Schedule, access.Deployment:
		s.catch(self, fn, f)
	case access.Machine:
	}
}

func scaling(f access.Function) any {
	if f.AtOnce == 0 {
		return nil
	}
	return &awslambda.CfnEventSourceMapping_ScalingConfigProperty{MaximumConcurrency: number(f.AtOnce)}
}

// newRole makes the role of a function, which may be used after something else is there. What names journeys, of which there may be many,
// comes in policies beside it: see allowMachines.
func (s *Senda) newRole(scope constructs.Construct, f access.Function) (role awsiam.Role, after constructs.IDependable) {
	grants := slices.DeleteFunc(f.Grants(), perJourney)
	document := awsiam.NewPolicyDocument(&awsiam.PolicyDocumentProps{Statements: statements(grants, s.names(f))})
	if f.Name == "prune" {
		role = s.props.Data.Pruner
		return role, awsiam.NewPolicy(scope, text("Policy"), &awsiam.PolicyProps{Document: document, Roles: &[]awsiam.IRole{role}})
	}
	return awsiam.NewRole(scope, text("Role"), &awsiam.RoleProps{
		AssumedBy: awsiam.NewServicePrincipal(text("lambda.amazonaws.com"), nil), InlinePolicies: &map[string]awsiam.PolicyDocument{"Calls": document},
	}), nil
}

// names are how this deployment spells the resources for a function.
func (s *Senda) names(f access.Function) names {
	d, arns := s.props.Data, func(a ...*string) []*string { return a }
	n := names{
		access.MainTable: arns(d.Table.TableArn()), access.PlacesIndex: arns(index(d.Table, layout.Places)), access.MessagesIndex: arns(index(d.Table, layout.Messages)), access.ProofTable: arns(d.Proofs.TableArn()),
		access.BundleBucket: arns(d.Bundles.BucketArn()), access.Bundles: arns(d.Bundles.ArnForObjects(text("bundles/*"))),
		access.Secret: arns(d.Secret.SecretArn()), access.Bus: arns(s.Bus.EventBusArn()), access.Pages: arns(s.hops["enroll"].queue.QueueArn()),
		access.Logs: arns(s.logs[f.Name].LogGroupArn()), access.Everything: list("*"),
	}
	if h, ok := s.hops[f.Name]; ok {
		n[access.DeadLetters] = arns(h.dead.QueueArn())
		if h.queue != nil {
			n[access.Source] = arns(h.queue.QueueArn())
		}
	}
	for _, brand := range slices.Sorted(maps.Keys(s.senders)) {
		for _, arn := range s.senders[brand].arns {
			if !slices.ContainsFunc(n[access.Senders], func(other *string) bool { return *other == *arn }) {
				n[access.Senders] = append(n[access.Senders], arn)
			}
		}
	}
	return n
}

// environment is what internal/cloud reads: names of what the function calls, no others.
func (s *Senda) environment(f access.Function) *map[string]*string {
	d := s.props.Data
	env := map[string]*string{
		"SENDA_SALT": text(s.salt()), "SENDA_RELEASE": text(s.props.Deploy.Release),
		"AWS_SDK_UA_APP_ID": text(f.Name), // tells its calls apart
	}
	if s.props.ProofYears > 0 {
		env["SENDA_PROOF_YEARS"] = text(strconv.Itoa(s.props.ProofYears))
	}
	for _, c := range f.Calls {
		switch c.On {
		case access.MainTable:
			env["SENDA_TABLE"] = d.Table.TableName()
		case access.ProofTable:
			env["SENDA_PROOFS"] = d.Proofs.TableName()
		case access.Bundles, access.BundleBucket:
			env["SENDA_BUNDLES"] = d.Bundles.BucketName()
		case access.Bus:
			env["SENDA_BUS"] = s.Bus.EventBusName()
		case access.Secret:
			env["SENDA_SECRET"] = d.Secret.SecretArn()
		case access.Pages:
			env["SENDA_PAGES"] = s.hops["enroll"].queue.QueueUrl()
		case access.Senders:
			env["SENDA_SENDERS"], env["SENDA_LINKS"] = s.sendersJSON(), s.Links
		case access.PlacesIndex, access.MessagesIndex, access.BundleFiles, access.Source, access.DeadLetters, access.Machines,
			access.Executions, access.Tasks, access.Logs, access.Everything: // has no name of its own, or comes with the call
		}
	}
	return &env
}

// newPages gives a function an address that anybody may call.
func (s *Senda) newPages(fn awslambda.Function) {
	url := fn.AddFunctionUrl(&awslambda.FunctionUrlOptions{AuthType: awslambda.FunctionUrlAuthType_NONE})
	s.Links = text(s.props.Links)
	if s.props.Links == "" {
		// https://HOST/ without the slash at its end.
		s.Links = awscdk.Fn_Join(text(""), &[]*string{text("https://"), awscdk.Fn_Select(number(2), awscdk.Fn_Split(text("/"), url.Url(), nil))})
	}
}

// catch keeps what failed of a function that a service calls without waiting for it.
func (s *Senda) catch(scope constructs.Construct, fn awslambda.Function, f access.Function) {
	dead := s.hops[f.Name].dead
	awslambda.NewCfnEventInvokeConfig(scope, text("Failed"), &awslambda.CfnEventInvokeConfigProps{
		FunctionName: fn.FunctionName(), Qualifier: text("$LATEST"), MaximumRetryAttempts: number(2), MaximumEventAgeInSeconds: number(3600),
		DestinationConfig: &awslambda.CfnEventInvokeConfig_DestinationConfigProperty{
			OnFailure: &awslambda.CfnEventInvokeConfig_OnFailureProperty{Destination: dead.QueueArn()},
		},
	})
	if f.Trigger == access.Schedule {
		newSchedule(scope, fn, f, dead)
	}
}

// outputs tell the command line where everything is: see internal/deployment.
func (s *Senda) outputs() {
	stack := awscdk.Stack_Of(s.Construct)
	output(s.Construct, "Release", "The version of Senda.", text(s.props.Deploy.Release))
	output(s.Construct, "DataStack", "The stack of tables, bundles and the secret.", awscdk.Stack_Of(s.props.Data.Construct).StackName())
	output(s.Construct, "Bus", "Where upstream systems put their events.", s.Bus.EventBusName())
	output(s.Construct, "Salt", "The salt of assignments.", text(s.salt()))
	output(s.Construct, "LinksUrl", "The address of the public pages.", s.Links)
	output(s.Construct, "IntakeQueue", "The queue before intake.", s.hops["intake"].queue.QueueUrl())
	if len(s.props.Deploy.Brands) <= sendersInOutput {
		output(s.Construct, "Senders", "The configuration sets of the brands.", s.sendersJSON())
	}
	n := 0
	for some := range slices.Chunk(slices.Sorted(maps.Keys(s.hops)), hopsInOutput) {
		name := "DeadLetters"
		if n++; n > 1 {
			name += strconv.Itoa(n)
		}
		var hops []map[string]*string
		for _, f := range some {
			h := map[string]*string{"hop": text(f), "arn": s.hops[f].dead.QueueArn(), "url": s.hops[f].dead.QueueUrl(), "to": text("")}
			if q := s.hops[f].queue; q != nil {
				h["to"] = q.QueueArn()
			}
			hops = append(hops, h)
		}
		output(s.Construct, name, "The dead letters of asynchronous ways.", stack.ToJsonString(hops, nil))
	}
	for _, name := range slices.Sorted(maps.Keys(s.Journeys)) {
		output(s.Construct, "Journey"+*idOf(name), "What people enter "+name+" with.", s.Journeys[name].Alias.AttrArn())
	}
	for _, domain := range slices.Sorted(maps.Keys(domains(s.senders))) {
		output(s.Construct, "Dns"+*idOf(domain), "What the DNS of "+domain+" must say.", dns(s.Construct, domain, domains(s.senders)[domain]))
	}
}

// An output holds 1,024 characters: that is room for two hops with three names of 130, and for
// five brands with two of 80.
const (
	hopsInOutput    = 2
	sendersInOutput = 5
)

func (s *Senda) salt() string { return cmp.Or(s.props.Salt, "senda") }

// sendersJSON is the configuration sets by brand and class.
func (s *Senda) sendersJSON() *string {
	sets := map[string]map[string]*string{}
	for brand, x := range s.senders {
		sets[brand] = map[string]*string{"marketing": x.marketing, "transactional": x.transactional}
	}
	return awscdk.Stack_Of(s.Construct).ToJsonString(sets, nil)
}

func index(table awsdynamodb.Table, name string) *string {
	return awscdk.Fn_Join(text(""), &[]*string{table.TableArn(), text("/index/" + name)})
}
