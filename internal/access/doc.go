// Package access is the table of the functions of a deployment: what starts each,
// how much it gets, and which calls it makes on which resource of ours. The stacks
// derive every policy from it, so that what a function may do stands in one place and
// is what it does: a test holds the table against the lists of calls that the adapters
// declare, and one on the emulator against the calls that were seen.
//
// It knows no cloud library: names and values only.
package access
