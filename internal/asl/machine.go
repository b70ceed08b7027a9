package asl

import "github.com/senda-dev/senda/internal/jsonata"

// QueryLanguage is the language of the expressions in a state.
type QueryLanguage string

// The query languages. The zero value stands for the language of the machine,
// which is JSONPath when the machine names none.
const (
	Inherited QueryLanguage = ""
	JSONPath  QueryLanguage = "JSONPath"
	JSONata   QueryLanguage = "JSONata"
)

// Machine is a state machine definition.
type Machine struct {
	Comment       string
	Version       string
	QueryLanguage QueryLanguage
	// TimeoutSeconds bounds the whole execution; 0 leaves AWS's year.
	TimeoutSeconds int
	Flow
}

// Flow is a set of states with a first one: a machine, a branch of a Parallel
// state or the processor of a Map state. Each is a scope of variables.
type Flow struct {
	StartAt string
	States  []State // in the order of the definition
}

// State finds a state of this very flow by name, nil when there is none.
func (f *Flow) State(name string) State {
	for _, s := range f.States {
		if s.Base().Name == name {
			return s
		}
	}
	return nil
}

// State is one of *Task, *Pass, *Choice, *Wait, *Succeed, *Fail, *Parallel and
// *Map.
type State interface {
	// Base returns what every state has.
	Base() *Common
	// Type is the value of the field Type.
	Type() string
	state()
}

// Common is what every state has.
type Common struct {
	Name          string
	Comment       string
	QueryLanguage QueryLanguage
}

// Base makes every struct that embeds it half a State.
func (c *Common) Base() *Common { return c }

// The fields Arguments, Output, Assign, Items, ItemSelector, Credentials hold
// any JSON, whose strings are expressions when they are written {% … %}; a
// field that is absent is jsonata.Nothing. The fields in seconds and counts
// hold a number or an expression. Next is empty where the state is an end.

// Task calls what Resource names and waits for its answer.
type Task struct {
	Common
	Resource         string
	Arguments        jsonata.Value // default: the input
	Credentials      jsonata.Value
	TimeoutSeconds   jsonata.Value
	HeartbeatSeconds jsonata.Value
	Output           jsonata.Value // default: the result
	Assign           jsonata.Value
	Retry            []Retrier
	Catch            []Catcher
	Next             string
}

// Pass hands on its input or what Output makes of it.
type Pass struct {
	Common
	Output jsonata.Value // default: the input
	Assign jsonata.Value
	Next   string
}

// Choice goes on with the first rule whose condition holds.
type Choice struct {
	Common
	Choices []Rule
	// Default is where to go when no rule holds; without it the execution
	// fails with States.NoChoiceMatched. Output and Assign belong to it.
	Default string
	Output  jsonata.Value
	Assign  jsonata.Value
}

// Rule is one choice.
type Rule struct {
	Comment   string
	Condition jsonata.Value // a boolean or an expression
	Output    jsonata.Value // default: the input
	Assign    jsonata.Value
	Next      string
}

// Wait holds for Seconds or until Timestamp; exactly one of them is there.
type Wait struct {
	Common
	Seconds   jsonata.Value
	Timestamp jsonata.Value // a string: an instant (see ParseTimestamp) or an expression
	Output    jsonata.Value
	Assign    jsonata.Value
	Next      string
}

// Succeed ends its flow well.
type Succeed struct {
	Common
	Output jsonata.Value
}

// Fail ends its flow with an error. Error and Cause are strings or absent.
type Fail struct {
	Common
	Error jsonata.Value
	Cause jsonata.Value
}

// Parallel runs its branches side by side; its result is the array of their
// outputs.
type Parallel struct {
	Common
	Branches  []Flow
	Arguments jsonata.Value // the input of each branch; default: the input
	Output    jsonata.Value
	Assign    jsonata.Value
	Retry     []Retrier
	Catch     []Catcher
	Next      string
}

// Map runs its processor once for each item; its result is the array of the
// outputs.
type Map struct {
	Common
	Items                      jsonata.Value // an array or an expression; default: the input
	ItemSelector               jsonata.Value // default: the item
	MaxConcurrency             jsonata.Value
	ToleratedFailureCount      jsonata.Value
	ToleratedFailurePercentage jsonata.Value
	Processor                  Flow
	// Config is the object ProcessorConfig, Nothing when absent; see Distributed.
	Config jsonata.Value
	// Distributed are the fields that only a distributed Map has (ItemReader,
	// ItemBatcher, ResultWriter, Label), kept as they were written.
	Distributed jsonata.Value
	Output      jsonata.Value
	Assign      jsonata.Value
	Retry       []Retrier
	Catch       []Catcher
	Next        string
}

// IsDistributed says whether iterations are executions of their own.
func (m *Map) IsDistributed() bool {
	return m.Config.Get("Mode").Str() == "DISTRIBUTED" || m.Distributed.Len() > 0
}

// Retrier says how often and when to try again after an error. A number that
// is zero, and MaxAttempts when nil, stand for AWS's default.
type Retrier struct {
	Comment         string
	ErrorEquals     []string
	IntervalSeconds int     // before the first retry; default 1
	MaxAttempts     *int    // default 3; 0 is never
	BackoffRate     float64 // default 2
	MaxDelaySeconds int     // default none
	JitterStrategy  string  // NONE or FULL; default NONE
}

// AWS's defaults for a Retrier
// (https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html).
const (
	DefaultInterval    = 1
	DefaultMaxAttempts = 3
	DefaultBackoffRate = 2.0
)

// Catcher says where to go after an error.
type Catcher struct {
	Comment     string
	ErrorEquals []string
	Output      jsonata.Value // default: the error output
	Assign      jsonata.Value
	Next        string
}

// Type gives the value of the field Type.
func (*Task) Type() string { return "Task" }

// Type gives the value of the field Type.
func (*Pass) Type() string { return "Pass" }

// Type gives the value of the field Type.
func (*Choice) Type() string { return "Choice" }

// Type gives the value of the field Type.
func (*Wait) Type() string { return "Wait" }

// Type gives the value of the field Type.
func (*Succeed) Type() string { return "Succeed" }

// Type gives the value of the field Type.
func (*Fail) Type() string { return "Fail" }

// Type gives the value of the field Type.
func (*Parallel) Type() string { return "Parallel" }

// Type gives the value of the field Type.
func (*Map) Type() string { return "Map" }

func (*Task) state()     {}
func (*Pass) state()     {}
func (*Choice) state()   {}
func (*Wait) state()     {}
func (*Succeed) state()  {}
func (*Fail) state()     {}
func (*Parallel) state() {}
func (*Map) state()      {}
