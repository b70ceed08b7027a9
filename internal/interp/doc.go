// Package interp runs Amazon States Language in JSONata mode.
//
// A Machine is a definition with every expression compiled; it never changes
// and any number of runs share it. A Run is one execution. It has no goroutine,
// reads no clock, draws no chance and does no I/O: Advance takes the time and a
// Host that answers or accepts tasks, and goes on until nothing more can happen
// at that time. Wake says when the next timer is due, so that a week's wait
// costs a simulation one addition.
//
// What a Run does follows the specification of the language
// (https://states-language.net/spec.html), AWS's developer guide
// (https://docs.aws.amazon.com/step-functions/latest/dg/) and executions
// recorded from AWS (testdata/aws); where they are silent, the comment at the
// place says what was chosen.
package interp
