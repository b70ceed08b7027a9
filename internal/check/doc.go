// Package check holds a journey against everything it names: the other files of
// the house, the contracts of events, its own steps. It returns the journey in
// resolved form with every finding, and does no I/O.
//
// Its passes, each over the whole journey, so that one run shows all mistakes:
//
//	inline   parts take the place of their includes
//	names    every step has one name and no other step has it
//	head     brand, purpose, audience, events, hold-out
//	steps    what each step names; every expression, its names and types
//	traps    journeys that do not do what they seem to
package check
