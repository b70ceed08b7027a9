//go:build localstack

package it

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/senda-dev/senda/internal/access"
)

// infrequent is a call that a function may make and that traffic without a fault does
// not bring about, with the test that does.
type infrequent struct {
	functions []string // none: all
	actions   []string
	on        access.Resource
	why       string
	file      string
	test      string
}

var rare = []infrequent{
	{
		nil,
		[]string{"s3:ListBucket"},
		access.BundleBucket,
		"it is no call: with it S3 says of a bundle that is missing that it is missing, and not that it is forbidden",
		"../../internal/s3/bundles_test.go", "TestWhatReadingMayMeet",
	},
	{
		[]string{"intake", "enroll", "settle", "preferences"},
		[]string{"states:DescribeExecution"},
		access.Executions,
		"only an execution that was started before is looked at, to see whose it is",
		"../../internal/sfn/machines_test.go", "TestStart",
	},
	{
		[]string{"signal"},
		[]string{"states:DescribeExecution"},
		access.Executions,
		"only when the input of an execution was too long for the event that tells of its end",
		"../../internal/cloud/signal_test.go", "TestAnExecutionThatFailed",
	},
	{
		[]string{""},
		[]string{"states:DescribeExecution"},
		access.Executions,
		"as of those above", "../../internal/cloud/signal_test.go", "TestAnExecutionThatFailed",
	},
	{
		[]string{"enroll"},
		[]string{"sqs:SendMessage"},
		access.Pages,
		"a part of the audience with more people than a page holds",
		"../../internal/cloud/audience_test.go", "TestAPageQueuesTheNext",
	},
	{
		[]string{"enroll", "pause", "settle"},
		[]string{"states:SendTaskSuccess", "states:SendTaskFailure"},
		access.Everything,
		"a pause that was over before its token came, or whose answer was lost",
		"../../internal/entry/pause_test.go", "TestALostAnswerIsGivenAgain",
	},
	{
		[]string{"facts"},
		[]string{"s3:GetObject"},
		access.Bundles,
		"conditions over personal fields are evaluated by the text of the bundle, and no journey of the shop has one",
		"../../internal/facts/service_test.go", "TestTheFactsTaskAnswersWhatIsAskedAndNothingPersonal",
	},
	{
		[]string{"facts", "score", "choose", "pause"},
		[]string{"events:PutEvents"},
		access.Bus,
		"the end of an entry is told by the task in which it ends, and the people who come to their end here are tests, of whom nothing is told",
		"../../internal/cloud/left_test.go", "TestEveryTaskTellsOfTheEnd",
	},
	{
		[]string{"feedback"},
		[]string{"dynamodb:Query"},
		access.MainTable,
		"a transient bounce is held against the mails before it",
		"../../internal/feedback/feedback_test.go", "TestARowOfTransientBounces",
	},
	{
		[]string{"pause"},
		[]string{"dynamodb:Query"},
		access.MainTable,
		"the condition on an event that came before the pause in which it is awaited",
		"../../internal/entry/pause_test.go", "TestARegistrationFindsWhatIsPending",
	},
	{
		[]string{"pause"},
		[]string{"s3:GetObject"},
		access.Bundles,
		"the condition on an event that came before the pause in which it is awaited",
		"../../internal/entry/pause_test.go", "TestARegistrationFindsWhatIsPending",
	},
	{
		[]string{"update"},
		[]string{"dynamodb:Query"},
		access.MainTable,
		"a value that is set may be taken from the timeline, and no journey of the shop does it",
		"../../internal/update/update_test.go", "TestSettingFollowsEventTime",
	},
	{
		[]string{"settle"},
		[]string{"states:StartExecution"},
		access.Machines,
		"an entry whose function died before it started the execution",
		"../../internal/entry/enter_test.go", "TestTheSweeperStartsWhatHasNoExecution",
	},
	{
		[]string{"settle"},
		[]string{"ses:SendEmail", "ses:SendRawEmail"},
		access.Senders,
		"a mail whose function died before it handed it over", "faults_mail_test.go", "TestDeathBeforeSES",
	},
	{
		[]string{"settle"},
		[]string{"events:PutEvents"},
		access.Bus,
		"the outcome of a mail whose function died before it was told", "faults_mail_test.go", "TestDeathBeforeSES",
	},
	{
		[]string{"settle"},
		[]string{"dynamodb:PutItem"},
		access.ProofTable,
		"what was said in an event whose function died over it", "../../internal/intake/intake_test.go", "TestWhatDiesHalfWayIsCarriedOn",
	},
	{
		[]string{"preferences"},
		[]string{"states:StartExecution"},
		access.Machines,
		"a journey that is entered by what people say on a page, of which the shop has none: what is said is taken in as any event is",
		"../../internal/intake/intake_test.go", "TestAnEventTeachesRemembersAndStarts",
	},
}

// wide are calls that a function may make since it is given the whole of an adapter, and
// that nothing was seen to need: whoever narrows what these functions are given can take
// them out of the table, and then they must go from here.
var wide = map[string][]access.Call{
	"feedback": {{Action: "s3:GetObject", On: access.Bundles}},
	"publish":  {{Action: "dynamodb:Query", On: access.MainTable}},
	"signal": {
		{Action: "dynamodb:Query", On: access.MainTable},
		{Action: "states:SendTaskSuccess", On: access.Everything},
		{Action: "states:SendTaskFailure", On: access.Everything},
	},
}

// seldom finds why a call of a function is not seen; of no function: why nobody's is.
func seldom(function string, c access.Call) (infrequent, bool) {
	i := slices.IndexFunc(rare, func(s infrequent) bool {
		return s.on == c.On && slices.Contains(s.actions, c.Action) && (len(s.functions) == 0 || slices.Contains(s.functions, function))
	})
	if i < 0 {
		return infrequent{}, slices.Contains(wide[function], c)
	}
	return rare[i], true
}

// What traffic does not bring about is what the table allows, and a test that is there does it.
func TestWhatIsSeldomIsTestedElsewhere(t *testing.T) {
	for name, calls := range wide {
		for f, ok := access.Find(name); len(calls) > 0; calls = calls[1:] {
			if !ok || !slices.Contains(f.Calls, calls[0]) {
				t.Errorf("%s may not %s on %s any more", name, calls[0].Action, calls[0].On)
			}
		}
	}
	for _, s := range rare {
		text, err := os.ReadFile(s.file)
		if err != nil || !strings.Contains(string(text), "func "+s.test+"(") || s.test == "" || s.why == "" {
			t.Errorf("%v of %v: no test %s in %s (%v)", s.actions, s.functions, s.test, s.file, err)
		}
		for _, f := range access.Functions {
			if !slices.Contains(s.functions, f.Name) {
				continue
			}
			for _, action := range s.actions {
				if !slices.Contains(f.Calls, access.Call{Action: action, On: s.on}) {
					t.Errorf("%s may not %s on %s, and it is listed as what it seldom does", f.Name, action, s.on)
				}
			}
		}
	}
}
