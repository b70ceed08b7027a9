// Package sqs speaks to queues of Amazon SQS: it sends what a function is to work
// off, and shows and redrives the dead letters of a queue for people.
//
// Bodies may be personal data: they go to nobody but the reader who asked.
package sqs

// Calls names the IAM actions of each method. GetQueueUrl and the three after it
// in Redrive are those of moving by hand, where the service cannot.
var Calls = map[string][]string{
	"Send":     {"sqs:SendMessage"},
	"Count":    {"sqs:GetQueueAttributes"},
	"Peek":     {"sqs:ReceiveMessage"},
	"Redrive":  {"sqs:StartMessageMoveTask", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:SendMessage", "sqs:GetQueueUrl"},
	"Progress": {"sqs:ListMessageMoveTasks"},
}
