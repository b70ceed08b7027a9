// Package runner runs executions in process: what Step Functions does in the
// cloud, on a laptop and in a test. It is a senda.Machines.
//
// An execution is the interpreter's run of the very text that a stack deploys.
// Its tasks are answered by functions of this process. Whenever it waits, its
// state is saved in the store, and so is an answer before it is acknowledged:
// after a crash Recover goes on from there and calls again whatever was under
// way, which the functions allow.
//
// The runner reads the clock it is given and starts no goroutine. Step carries
// out one thing that is due; whoever owns the clock decides whether a week
// passes in between.
package runner
