// Package update carries out the steps of a journey that change the world besides
// mail: it sets an attribute of the person and emits events.
//
// An attribute follows event time like every other word about the person: the
// value is of the journey time of its step, and what a later event taught stays. An
// event bears a name made of entry, step and run, so that whoever takes it in
// knows it when it comes twice; for the held-out it is written down as what would
// have been, since nothing may leave for them.
package update
