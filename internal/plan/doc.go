// Package plan turns a checked journey into what a machine will do: tasks,
// pauses, choices and ends as a graph without cycles, with everything decided that can be
// decided before anybody enters.
//
// Every transition is paid for, so the plan holds as few nodes as will do:
//
//   - A pause after which nothing acts is left out; so is a choice whose ways
//     all lead to the same place.
//   - What conditions need to know of the person comes from a facts node at the
//     latest point that dominates the conditions it serves. What it read
//     dies at every pause, at every mail (which quiet hours may hold), when an
//     attribute is set, and when a step answers on which a condition over personal
//     fields hangs. Nobody reads what every path knows already, and no path reads in vain.
//   - A choice that leads to a choice becomes one with it.
//   - A task after which nothing acts ends the entry itself.
//   - A pause right before a mail ends when the mail may leave: the hold of quiet
//     hours folds into it.
//
// Whoever runs before a pause computes when it ends; so every node that calls a
// function knows the pauses that may follow before the next such node (Next).
package plan
