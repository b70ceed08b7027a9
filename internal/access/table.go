package access

import "time"

// What functions do, as the calls that it takes. The adapters say which of their methods
// takes which, and a test holds both against each other.
//
// A transaction is allowed by the actions that stand in it
// (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html).
// The log of consent is only ever added to: what decides stands in the main table, and
// the log is read by people, in a role of their own.
var (
	reads    = on(MainTable, "dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query")
	writes   = on(MainTable, "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:ConditionCheckItem")
	sweeps   = on(PlacesIndex, "dynamodb:Query")   // finds what waits for somebody, and everybody
	messages = on(MessagesIndex, "dynamodb:Query") // finds the mail of a message
	proves   = on(ProofTable, "dynamodb:PutItem")
	drops    = on(ProofTable, "dynamodb:Scan", "dynamodb:DeleteItem")

	bundles = all(on(Bundles, "s3:GetObject"), on(BundleBucket, "s3:ListBucket"))
	stores  = all(on(BundleFiles, "s3:GetObject"), on(Bundles, "s3:PutObject", "s3:GetObject"))
	secret  = on(Secret, "secretsmanager:GetSecretValue")
	emits   = on(Bus, "events:PutEvents")
	mails   = on(Senders, "ses:SendEmail", "ses:SendRawEmail")
	starts  = all(on(Machines, "states:StartExecution"), on(Executions, "states:DescribeExecution"))
	asks    = on(Executions, "states:DescribeExecution")
	answers = on(Everything, "states:SendTaskSuccess", "states:SendTaskFailure")
	queues  = on(Pages, "sqs:SendMessage")
)

func on(r Resource, actions ...string) []Call {
	out := make([]Call, len(actions))
	for i, a := range actions {
		out[i] = Call{Action: a, On: r}
	}
	return out
}

func all(calls ...[]Call) []Call {
	var out []Call
	for _, c := range calls {
		out = append(out, c...)
	}
	return out
}

// Functions are the functions of a deployment.
var Functions = []Function{
	{
		Name: "intake", Trigger: Queue, Memory: 512, Timeout: 30 * time.Second, Batch: 10,
		Calls: all(reads, writes, proves, bundles, secret, starts, answers, emits),
	},
	{
		// Ten at once start some 200 executions a second, below the 300 that an account may:
		// an audience of a million must not keep an order from entering.
		Name: "enroll", Trigger: Queue, Memory: 512, Timeout: time.Minute, Batch: 1, AtOnce: 10,
		Calls: all(reads, sweeps, writes, bundles, starts, answers, queues),
	},
	{Name: "facts", Task: "Facts", Trigger: Machine, Memory: 256, Timeout: 20 * time.Second, Calls: all(reads, writes, bundles, emits)},
	{Name: "score", Task: "Score", Trigger: Machine, Memory: 256, Timeout: 20 * time.Second, Calls: all(reads, writes, bundles, emits)},
	{Name: "choose", Task: "Choose", Trigger: Machine, Memory: 256, Timeout: 20 * time.Second, Calls: all(reads, writes, bundles, emits)},
	{
		Name: "send", Task: "Send", Trigger: Machine, Memory: 512, Timeout: 30 * time.Second,
		Calls: all(reads, writes, bundles, secret, emits, mails),
	},
	{Name: "pause", Task: "Pause", Trigger: Machine, Memory: 256, Timeout: 20 * time.Second, Calls: all(reads, writes, bundles, answers, emits)},
	{Name: "update", Task: "Update", Trigger: Machine, Memory: 256, Timeout: 20 * time.Second, Calls: all(reads, writes, bundles, emits)},
	{
		Name: "signal", Trigger: Queue, Memory: 256, Timeout: 30 * time.Second, Batch: 10,
		Calls: all(reads, writes, bundles, answers, asks, emits),
	},
	{
		Name: "feedback", Trigger: Queue, Memory: 256, Timeout: 30 * time.Second, Batch: 10,
		Calls: all(reads, messages, writes, proves, bundles, secret, emits),
	},
	{
		// What intake and send do, for those who died over it.
		Name: "settle", Trigger: Schedule, Every: 5 * time.Minute, Memory: 512, Timeout: 4 * time.Minute,
		Calls: all(reads, sweeps, writes, proves, bundles, secret, starts, answers, emits, mails),
	},
	{
		Name: "audience", Trigger: Schedule, Every: 5 * time.Minute, Memory: 256, Timeout: time.Minute,
		Calls: all(reads, writes, bundles, queues),
	},
	{
		Name: "preferences", Trigger: Page, Memory: 512, Timeout: 15 * time.Second,
		Calls: all(reads, messages, writes, proves, bundles, secret, emits, starts, answers),
	},
	{
		Name: "publish", Trigger: Deployment, Memory: 256, Timeout: time.Minute,
		Calls: all(reads, writes, stores),
	},
	{
		Name: "prune", Trigger: Schedule, Every: 30 * 24 * time.Hour, Memory: 512, Timeout: 15 * time.Minute,
		Calls: all(on(MainTable, "dynamodb:GetItem", "dynamodb:BatchGetItem"), sweeps, drops),
	},
}
