package cost

// Dated is the day on which the sources of the prices were read, in stored copies of
// them; Region is where the prices hold. Free tiers and volume discounts are left out.
const (
	Dated  = "2026-11-22"
	Region = "us-east-1"
)

// Item is one thing that AWS counts.
type Item string

// What a journey uses by the customer.
const (
	Transition   Item = "transition"
	Invocation   Item = "invocation"
	GBSecond     Item = "GB-second"
	Write        Item = "write unit"
	Read         Item = "read unit"
	QueueRequest Item = "queue request"
	Event        Item = "event"
	ServiceEvent Item = "event of SES"
	ArchivedGB   Item = "GB archived"
	LoggedGB     Item = "GB logged"
	Trace        Item = "trace"
)

// What a deployment uses by the month, whoever walks.
const (
	Schedule   Item = "schedule fired"
	ObjectRead Item = "object read"
	SecretCall Item = "secret read"
	KeyCall    Item = "key used"
	Key        Item = "key a month"
	Secret     Item = "secret a month"
	Alarm      Item = "alarm a month"
	Dashboard  Item = "dashboard a month"
	Series     Item = "metric a month"
)

// Price is a row of the table.
type Price struct {
	Item    Item
	Service string
	Dollars float64
	Per     float64 // so many of the item
	Source  string  // where the figure is to be found
	Note    string  // what is left out, and whose word it is where it is not AWS's own
}

// Own says that the figure was read on a page of AWS; second that the page of AWS shows
// its prices by a script that the stored copy lacks, so that a second source was read.
const (
	own    = "read on this page"
	second = "this page's stored copy lacks the figure; read at "
)

// Prices is the table.
var Prices = []Price{
	{Transition, "Step Functions", 25, 1e6, "https://aws.amazon.com/step-functions/pricing/", own + ": $0.025 per 1,000; retries count"},
	{Invocation, "Lambda", 0.20, 1e6, "https://aws.amazon.com/lambda/pricing/", own},
	{GBSecond, "Lambda", 0.0000133334, 1, "https://aws.amazon.com/lambda/pricing/", second + "https://cloudchipr.com/blog/aws-lambda-pricing (arm64, first tier)"},
	{Write, "DynamoDB", 0.625, 1e6, "https://aws.amazon.com/dynamodb/pricing/on-demand/", second + "https://airbyte.com/data-engineering-resources/dynamodb-pricing; storage ($0.25 a GB and month) and backups are left out"},
	{Read, "DynamoDB", 0.125, 1e6, "https://aws.amazon.com/dynamodb/pricing/on-demand/", second + "https://airbyte.com/data-engineering-resources/dynamodb-pricing"},
	{QueueRequest, "SQS", 0.40, 1e6, "https://aws.amazon.com/sqs/pricing/", second + "https://cloudburn.io/blog/amazon-sqs-pricing; each 64 KB is a request; encryption by SQS itself is free"},
	{Event, "EventBridge", 1, 1e6, "https://aws.amazon.com/eventbridge/pricing/", second + "https://cloudburn.io/blog/amazon-eventbridge-pricing; each 64 KB is an event; rules and targets in the same account are free"},
	{ServiceEvent, "EventBridge", 1, 1e6, "https://aws.amazon.com/eventbridge/pricing/", "not verified: the page has management events for nothing and data events for which one opts in at the price of one's own; those of SES are taken for the latter, the dearer; other sources hold all events of services for free"},
	{ArchivedGB, "EventBridge", 0.10, 1, "https://aws.amazon.com/eventbridge/pricing/", second + "https://cloudburn.io/blog/amazon-eventbridge-pricing; its storage ($0.023 a GB and month) is left out"},
	{LoggedGB, "CloudWatch", 0.50, 1, "https://aws.amazon.com/cloudwatch/pricing/", second + "https://www.factualminds.com/blog/amazon-cloudwatch-pricing-metrics-logs-alarms-dashboards/; storage ($0.03 a GB and month) is left out"},
	{Trace, "X-Ray", 5, 1e6, "https://aws.amazon.com/xray/pricing/", own},

	{Schedule, "EventBridge", 1, 1e6, "https://aws.amazon.com/eventbridge/pricing/", second + "https://cloudburn.io/blog/amazon-eventbridge-pricing"},
	{ObjectRead, "S3", 0.40, 1e6, "https://aws.amazon.com/s3/pricing/", "not verified: $0.0004 per 1,000 from memory; nothing hangs on it"},
	{SecretCall, "Secrets Manager", 5, 1e6, "https://aws.amazon.com/secrets-manager/pricing/", "not verified: $0.05 per 10,000 from memory; nothing hangs on it"},
	{KeyCall, "KMS", 3, 1e6, "https://aws.amazon.com/kms/pricing/", second + "https://www.wring.co/blog/aws-kms-pricing-guide"},
	{Key, "KMS", 1, 1, "https://aws.amazon.com/kms/pricing/", second + "https://www.wring.co/blog/aws-kms-pricing-guide; each of the first two rotations adds $1"},
	{Secret, "Secrets Manager", 0.40, 1, "https://aws.amazon.com/secrets-manager/pricing/", "not verified: from memory"},
	{Alarm, "CloudWatch", 0.10, 1, "https://aws.amazon.com/cloudwatch/pricing/", second + "https://www.factualminds.com/blog/amazon-cloudwatch-pricing-metrics-logs-alarms-dashboards/"},
	{Dashboard, "CloudWatch", 3, 1, "https://aws.amazon.com/cloudwatch/pricing/", second + "https://www.factualminds.com/blog/amazon-cloudwatch-pricing-metrics-logs-alarms-dashboards/"},
	{Series, "CloudWatch", 0.30, 1, "https://aws.amazon.com/cloudwatch/pricing/", second + "https://signoz.io/guides/cloudwatch-pricing; a series is paid for in the hours in which it is told"},
}

var byItem = func() map[Item]Price {
	m := map[Item]Price{}
	for _, p := range Prices {
		m[p.Item] = p
	}
	return m
}()

// Use is how much of each item is used.
type Use map[Item]float64

// Dollars is what a use costs. An item without a price costs nothing; a test sees to it
// that there is none.
func (u Use) Dollars() float64 {
	var sum float64
	for _, p := range Prices { // in their order: sums come out the same
		sum += u.Of(p.Item)
	}
	return sum
}

// Of is what one item of a use costs.
func (u Use) Of(i Item) float64 {
	p, ok := byItem[i]
	if !ok {
		return 0
	}
	return u[i] * p.Dollars / p.Per
}

// Plus is the sum of two uses, the other so many times.
func (u Use) Plus(other Use, times float64) Use {
	sum := Use{}
	for i, n := range u {
		sum[i] += n
	}
	for i, n := range other {
		sum[i] += n * times
	}
	return sum
}
