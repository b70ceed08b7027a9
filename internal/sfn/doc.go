// Package sfn runs executions on AWS Step Functions: senda.Machines over standard
// workflows, each started in the version of its journey's state machine that the
// entry's bundle was deployed as.
package sfn

// Calls names the IAM actions of each method.
//
// StartExecution and DescribeExecution are granted on state machines and their
// executions; SendTaskSuccess and SendTaskFailure know no resource
// (https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsstepfunctions.html).
var Calls = map[string][]string{
	"Start":    {"states:StartExecution", "states:DescribeExecution"},
	"Answer":   {"states:SendTaskSuccess"},
	"Fail":     {"states:SendTaskFailure"},
	"Running":  {"states:ListExecutions"},
	"Describe": {"states:DescribeExecution"},
	"Input":    {"states:DescribeExecution"},
}
