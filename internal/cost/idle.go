package cost

// What a deployment costs in a month in which nobody walks.

// Minutes of a month of 30 days.
const monthMinutes = 30 * 24 * 60

const (
	everyMinutes = 5 // of settle and audience
	// Lambda asks each queue by five pollers, 20 seconds long
	// (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html).
	pollers     = 5
	pollSeconds = 20
	// DynamoDB asks for the key of a table in use every five minutes at most
	// (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.howitworks.html).
	keyMinutes = 5
	// Cold starts a month: an assumption, 200 a day; each reads a bundle and the secret.
	coldStarts = 6000
)

// Month is one thing that a deployment pays by the month.
type Month struct {
	What string
	Use  Use
}

// Idle is the bill of a month in which nobody walks.
func Idle(c *Counts) []Month {
	n := func(kind string) float64 { return float64(c.Resources[kind]) }
	out := []Month{
		{"alarms", Use{Alarm: n("AWS::CloudWatch::Alarm")}},
		{"metrics of our own, if each is told all month", Use{Series: float64(c.Series)}},
		{"dashboard", Use{Dashboard: n("AWS::CloudWatch::Dashboard")}},
		{"key, and its use by the tables", Use{Key: n("AWS::KMS::Key"), KeyCall: n("AWS::DynamoDB::Table") * monthMinutes / keyMinutes}},
		{"secret", Use{Secret: n("AWS::SecretsManager::Secret")}},
		{"asking empty queues", Use{QueueRequest: n("AWS::Lambda::EventSourceMapping") * pollers * monthMinutes * 60 / pollSeconds}},
		{"cold starts, 200 a day", Use{ObjectRead: coldStarts, SecretCall: coldStarts}},
	}
	for _, name := range []string{"settle", "audience"} {
		runs := float64(monthMinutes / everyMinutes)
		u := Use{Schedule: runs}.Plus(use(c.Idle[name], c.Functions[name]), runs)
		out = append(out, Month{name + ", every five minutes with nothing to do", u})
	}
	return out
}
