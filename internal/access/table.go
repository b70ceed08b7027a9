package access

import "time"

// Calls on the store. A transaction is allowed by the actions that stand in it:
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
var (
	reads = []Call{
		{"dynamodb:GetItem", []Resource{MainTable}}, {"dynamodb:BatchGetItem", []Resource{MainTable}},
		{"dynamodb:Query", []Resource{MainTable}},
	}
	finds  = []Call{{"dynamodb:Query", []Resource{MainIndex}}}
	writes = []Call{
		{"dynamodb:PutItem", []Resource{MainTable}}, {"dynamodb:UpdateItem", []Resource{MainTable}},
		{"dynamodb:DeleteItem", []Resource{MainTable}}, {"dynamodb:ConditionCheckItem", []Resource{MainTable}},
	}
	// The consent log is only ever added to.
	proves = []Call{
		{"dynamodb:PutItem", []Resource{ProofTable}}, {"dynamodb:GetItem", []Resource{ProofTable}},
		{"dynamodb:BatchGetItem", []Resource{ProofTable}}, {"dynamodb:Query", []Resource{ProofTable}},
	}

	bundles = []Call{{"s3:GetObject", []Resource{Bundles}}, {"s3:ListBucket", []Resource{BundleBucket}}}
	stores  = []Call{{"s3:PutObject", []Resource{Bundles}}, {"s3:GetObject", []Resource{Bundles}}, {"s3:ListBucket", []Resource{BundleBucket}}}
	secret  = []Call{{"secretsmanager:GetSecretValue", []Resource{Secret}}}
	emits   = []Call{{"events:PutEvents", []Resource{Bus}}}
	mails   = []Call{{"ses:SendEmail", []Resource{Senders}}, {"ses:SendRawEmail", []Resource{Senders}}}
	starts  = []Call{{"states:StartExecution", []Resource{Machines}}, {"states:DescribeExecution", []Resource{Executions}}}
	answers = []Call{{"states:SendTaskSuccess", []Resource{Everything}}, {"states:SendTaskFailure", []Resource{Everything}}}
	queues  = []Call{{"sqs:SendMessage", []Resource{Pages}}}
)

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
		Calls: all(reads, writes, proves, bundles, secret, starts, answers),
	},
	{
		// Ten at once start some 200 executions a second, below the 300 that an account may:
		// an audience of a million must not keep an order from entering.
		Name: "enroll", Trigger: Queue, Memory: 512, Timeout: time.Minute, Batch: 1, AtOnce: 10,
		Calls: all(reads, finds, writes, bundles, starts, answers, queues),
	},
	{Name: "facts", Task: "Facts", Trigger: Machine, Memory: 256, Timeout: 20 * time.Second, Calls: all(reads, writes, bundles)},
	{Name: "score", Task: "Score", Trigger: Machine, Memory: 256, Timeout: 20 * time.Second, Calls: all(reads, writes, bundles)},
	{Name: "choose", Task: "Choose", Trigger: Machine, Memory: 256, Timeout: 20 * time.Second, Calls: all(reads, writes, bundles)},
	{
		Name: "send", Task: "Send", Trigger: Machine, Memory: 512, Timeout: 30 * time.Second,
		Calls: all(reads, writes, bundles, secret, emits, mails),
	},
	{Name: "pause", Task: "Pause", Trigger: Machine, Memory: 256, Timeout: 20 * time.Second, Calls: all(reads, writes, bundles, answers)},
	{Name: "update", Task: "Update", Trigger: Machine, Memory: 256, Timeout: 20 * time.Second, Calls: all(reads, writes, bundles, emits)},
	{
		Name: "signal", Trigger: Queue, Memory: 256, Timeout: 30 * time.Second, Batch: 10,
		Calls: all(reads, writes, bundles, answers, []Call{{"states:DescribeExecution", []Resource{Executions}}}),
	},
	{
		Name: "feedback", Trigger: Queue, Memory: 256, Timeout: 30 * time.Second, Batch: 10,
		Calls: all(reads, finds, writes, proves, bundles, secret, emits),
	},
	{
		// What intake and send do, for those who died over it.
		Name: "settle", Trigger: Schedule, Every: 5 * time.Minute, Memory: 512, Timeout: 4 * time.Minute,
		Calls: all(reads, finds, writes, proves, bundles, secret, starts, answers, emits, mails),
	},
	{
		Name: "audience", Trigger: Schedule, Every: 5 * time.Minute, Memory: 256, Timeout: time.Minute,
		Calls: all(reads, writes, bundles, queues),
	},
	{
		Name: "preferences", Trigger: Page, Memory: 512, Timeout: 15 * time.Second,
		Calls: all(reads, finds, writes, proves, bundles, secret, emits, starts, answers),
	},
	{
		Name: "publish", Trigger: Deployment, Memory: 256, Timeout: time.Minute,
		Calls: all(reads, writes, stores, []Call{{"s3:GetObject", []Resource{BundleFiles}}}),
	},
	{
		Name: "prune", Trigger: Schedule, Every: 30 * 24 * time.Hour, Memory: 256, Timeout: 15 * time.Minute,
		Calls: all(reads, []Call{
			{"dynamodb:Scan", []Resource{ProofTable}}, {"dynamodb:GetItem", []Resource{ProofTable}}, {"dynamodb:DeleteItem", []Resource{ProofTable}},
		}),
	},
}
