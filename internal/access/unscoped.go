package access

// Unscoped are the actions that no policy can narrow down to a resource of ours, each with
// the page that says so. No other action may stand on "*".
var Unscoped = map[string]string{
	"states:SendTaskSuccess":        "https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsstepfunctions.html",
	"states:SendTaskFailure":        "https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsstepfunctions.html",
	"xray:PutTraceSegments":         "https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html",
	"xray:PutTelemetryRecords":      "https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html",
	"xray:GetSamplingRules":         "https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html",
	"xray:GetSamplingTargets":       "https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html",
	"logs:CreateLogDelivery":        "https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html",
	"logs:GetLogDelivery":           "https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html",
	"logs:UpdateLogDelivery":        "https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html",
	"logs:DeleteLogDelivery":        "https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html",
	"logs:ListLogDeliveries":        "https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html",
	"logs:PutResourcePolicy":        "https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html",
	"logs:DescribeResourcePolicies": "https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html",
	"logs:DescribeLogGroups":        "https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html",
}

// Families are the resources of which a policy can name only the beginning, since the rest
// is made while we run, each with the reason.
var Families = map[Resource]string{
	Bundles:    "objects are named by the digests of bundles, of journeys that are still to be written too",
	Executions: "an execution is named by the hash of its entry",
	Logs:       "Lambda names the streams of a log group",
}

// MachineGrants are the calls that Step Functions makes in the name of a state machine
// beside those of its functions: it delivers logs and traces.
var MachineGrants = all(
	on(Everything, "logs:CreateLogDelivery", "logs:GetLogDelivery", "logs:UpdateLogDelivery", "logs:DeleteLogDelivery",
		"logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:DescribeResourcePolicies", "logs:DescribeLogGroups"),
	on(Everything, "xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules", "xray:GetSamplingTargets"),
)

// runs are the calls that Lambda makes in the name of every function, polls those in the
// name of one that reads a queue.
var (
	runs  = all(on(Logs, "logs:CreateLogStream", "logs:PutLogEvents"), on(Everything, "xray:PutTraceSegments", "xray:PutTelemetryRecords"))
	polls = on(Source, "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
)
