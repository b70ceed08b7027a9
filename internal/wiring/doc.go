// Package wiring puts each use case together over the ports. A house makes all of
// them in one process, a function of a deployment the one that it serves, and both
// are wired the same way since it is written here only.
//
// What a process does not make is not linked into it.
package wiring
