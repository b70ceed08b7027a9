package access

import (
	"slices"
	"time"
)

// Resource is something of ours that a call acts on. The stacks know its name.
type Resource string

// The resources.
const (
	MainTable     Resource = "main table"
	PlacesIndex   Resource = "index of places"
	MessagesIndex Resource = "index of messages"
	ProofTable    Resource = "consent log"
	// BundleBucket is the bucket itself, Bundles its objects bundles/DIGEST.json.
	BundleBucket Resource = "bucket of bundles"
	Bundles      Resource = "bundles"
	// BundleFiles are the bundles of this deployment where the CDK put them.
	BundleFiles Resource = "files of bundles"
	Secret      Resource = "secret"
	Bus         Resource = "bus"
	Pages       Resource = "queue of pages"
	// Source is the queue that starts the function, DeadLetters the one into which
	// goes what it could not do.
	Source      Resource = "its own queue"
	DeadLetters Resource = "its own dead letters"
	// Machines are the state machines of the journeys. A version or an alias is
	// authorised by the name of its machine:
	// https://docs.aws.amazon.com/step-functions/latest/dg/auth-version-alias.html
	Machines   Resource = "state machines"
	Executions Resource = "executions"
	// Tasks are the functions that a state machine calls.
	Tasks Resource = "its functions"
	// Senders are the identities and the configuration sets of the brands.
	Senders Resource = "senders"
	Logs    Resource = "its own log group"
	// Everything stands for "*". Only a call of Unscoped may act on it.
	Everything Resource = "*"
)

// Call is an action as a policy names it and the resource of ours that it acts on.
type Call struct {
	Action string
	On     Resource
}

// Trigger is what starts a function.
type Trigger string

// The triggers.
const (
	// Queue is a queue of ours, in batches.
	Queue Trigger = "queue"
	// Machine is a task of a state machine.
	Machine Trigger = "machine"
	// Schedule is a schedule.
	Schedule Trigger = "schedule"
	// Page is the public address of the function.
	Page Trigger = "page"
	// Deployment is a deployment that creates, changes or removes a journey.
	Deployment Trigger = "deployment"
)

// Function is one Lambda function.
type Function struct {
	// Name is that of its folder in functions.
	Name string
	// Task is the substitution under which machines call it; empty for none.
	Task    string
	Trigger Trigger
	// Every is how often a schedule starts it.
	Every time.Duration
	// Memory is in MB, and processor time comes in proportion to it: one processor at
	// 1,769 (https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html).
	Memory int
	// Timeout ends a run. That of a task is below the 60 seconds for which its machine
	// waits, so that a function that hangs is seen as an error and not as silence.
	Timeout time.Duration
	// Batch is how many messages of its queue it gets at a time, AtOnce how many
	// batches may be at work at a time; zero: as many as the account allows.
	Batch, AtOnce int
	// Calls are those that the function makes itself.
	Calls []Call
}

// Async says whether whoever starts the function does not wait: what fails then must go
// into dead letters.
func (f Function) Async() bool { return f.Trigger == Schedule || f.Trigger == Deployment }

// Grants are all the calls that the role of the function must allow: its own, and those
// that Lambda makes in its name to log, to trace, to read its queue and to keep what failed.
func (f Function) Grants() []Call {
	out := slices.Clone(f.Calls)
	out = append(out, runs...)
	if f.Trigger == Queue {
		out = append(out, polls...)
	}
	if f.Async() {
		out = append(out, Call{"sqs:SendMessage", DeadLetters})
	}
	return out
}

// Find finds a function by its name.
func Find(name string) (Function, bool) {
	i := slices.IndexFunc(Functions, func(f Function) bool { return f.Name == name })
	if i < 0 {
		return Function{}, false
	}
	return Functions[i], true
}
