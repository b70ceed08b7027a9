// Package deployment finds a deployment in an account: the command line is told the name
// of a stack, and reads from its outputs where the tables, the bucket, the bus and the
// queues are. It speaks to CloudFormation alone and changes nothing.
package deployment
