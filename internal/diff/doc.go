// Package diff says in plain words what a deployment would change: which journeys are
// new, changed, restated or gone, which of their steps, mails and offers differ, how
// many people are inside on what, and what of the template keeps data.
//
// It compares values: two lists of compiled journeys, two templates. Nothing here
// reads a file or asks a service. What it says of steps it reads from the machines
// themselves, since the compiled machine is the journey.
package diff
