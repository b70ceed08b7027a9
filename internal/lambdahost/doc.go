// Package lambdahost runs one handler as an AWS Lambda function.
//
// A main has one line: Run(name, open). Nothing happens before the first
// invocation but the first poll of the runtime API: open, which makes clients and
// reads secrets, runs when the first invocation is there, once when it succeeds
// and again when it failed.
//
// # What leaves
//
// An error leaves as its code's name ("Senda.Held"), which a machine's Catch and
// Retry name, and as what [task.Message] says of it: what was being done and the
// way out. aws-lambda-go would name it after the Go type of the outermost error.
// Foreign text leaves in no form: not as an error, not in a log, not in a metric. Of
// a foreign error the log shows the Go types of its chain and what AWS calls it.
//
// # Time
//
// The context of a handler ends [Margin] before Lambda ends the function, so that
// the function itself answers. A handler that has not returned when two thirds of the
// margin are over is answered for, with Senda.Unavailable, and its process ends, since
// it would otherwise go on beside the next invocation.
//
// # Logs and metrics
//
// One JSON line an invocation to standard output, and more only for what fails inside
// one. Metrics are lines of the embedded metric format
// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html),
// added up over an invocation. Lambda counts every error as one of its metric
// Errors, a held mail too: alarms look at Failures by code. The application log
// level of a function stays at INFO or below: Lambda would take lines of metrics, which
// have no level, for INFO.
package lambdahost
