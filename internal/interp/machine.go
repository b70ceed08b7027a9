package interp

import (
	"time"
)

// Machine is a loaded definition. It is immutable and safe for any number of
// runs at once.
type Machine struct {
	flow    *flow
	states  []*state // by number
	timeout time.Duration
	// digest names the definition, so that a saved run is resumed by the very
	// machine that it ran.
	digest string
}

// flow is a scope of variables with its states.
type flow struct {
	start *state
	// vars are the variables by slot: $states, those of the flows around it,
	// then its own. AWS forbids an inner variable to have an outer one's name,
	// so a copy of the outer values at the start is the outer scope for as long
	// as the flow runs: what is outside waits for it.
	vars []string
}

type kind uint8

const (
	kindTask kind = iota
	kindPass
	kindChoice
	kindWait
	kindSucceed
	kindFail
	kindParallel
	kindMap
)

// state is a compiled state. Fields that its kind has not are zero.
type state struct {
	number          int
	name            string
	kind            kind
	flow            *flow
	entered, exited EventType
	next            *state // nil: the flow ends here
	leave           ending // of success, and of a Choice without a match
	retry           []retrier
	catch           []catcher

	resource                           resource  // Task
	arguments, credentials             *template // Task; arguments also Parallel
	timeout, heartbeat                 *number   // Task
	attemptNeeds                       needs     // Task, Parallel, Map
	rules                              []rule    // Choice
	seconds                            *number   // Wait
	timestamp                          *template // Wait
	errorName, cause                   *template // Fail
	branches                           []*flow   // Parallel; of a Map its one processor
	itemsField, selector               *template // Map
	concurrency, tolerated, percentage *number   // Map
}

// ending is what happens to output and variables when a state is left.
type ending struct {
	output *template
	assign []assignment
	needs  needs
}

type assignment struct {
	name  string
	slot  int
	value template
}

type rule struct {
	condition template
	leave     ending
	next      *state
}

type retrier struct {
	errors   []string
	interval time.Duration
	most     int
	rate     float64
	limit    time.Duration // 0: none
	jitter   bool
}

type catcher struct {
	errors []string
	leave  ending
	next   *state
}

// number is a field that takes a whole number within bounds or an expression.
type number struct {
	template
	field     string
	low, high float64
}

// Digest names the definition: runs are resumed by a machine with the digest
// of the one that saved them.
func (m *Machine) Digest() string { return m.digest }

func (x *template) need() needs {
	if x == nil {
		return 0
	}
	return x.needs
}

func (n *number) need() needs {
	if n == nil {
		return 0
	}
	return n.needs
}
