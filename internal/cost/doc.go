// Package cost prices a journey. What was counted of it on the emulator, call by call,
// becomes dollars by a dated table with a source a row; and beside it stands the same
// journey compiled naively, a state a step. Nothing here measures: it is a function
// of a recording, so that a page that shows its numbers can be held against them.
package cost
