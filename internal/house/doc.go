// Package house puts the use cases together: everything that a deployment does
// in one function each, in one process over one store. The command line, the
// demo, the scenarios and the tests live in it.
//
// A House does nothing by itself. Whoever owns the clock carries it on: Drive for
// a virtual one, on which a year passes as fast as its events can be taken in,
// Serve for a real one.
package house
