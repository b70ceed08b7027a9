// Package jsonata parses, checks and evaluates JSONata 2.0.6, the version that
// AWS Step Functions runs, together with the functions that AWS adds to it.
//
// An expression is parsed once into a tree whose every node knows its place
// (Parse), may be checked against the types of what it will see (Infer), and is
// compiled once into closures with resolved variables (Compile). A compiled
// Program is immutable and may be evaluated by many goroutines at once.
//
// The package stands alone: it imports the standard library only, starts no
// goroutine and reads neither clock nor chance of its own; both come in as
// values (Env).
package jsonata
