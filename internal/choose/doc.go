// Package choose decides which offer of a slot a person gets, and keeps count.
//
// Who may have which offer is a matter of rules: brand, condition, limits of the
// person, of all people, of money. Among those eligible the choice is learned
// by Thompson sampling (package bandit) over posteriors that stand still for an
// epoch; the decision is stored with the probability of every candidate, so that
// anybody can ask later what another rule would have brought.
//
// # An offer's way
//
// It is reserved when it is chosen: what it takes of its limits is counted in the
// transaction that stores the decision, under the condition that nobody else wrote the
// counter, so that no limit is ever overshot. It is spent with the claim of the
// first mail that shows it, and released when that mail is refused, when it is known
// not to have left, or when the entry ends. For the held-out it is decided as for
// everybody, and takes nothing.
//
// # What is learned
//
// An offer that was drawn and shown is a trial, one that its person used a success.
// Both are counted in tallies of [Shards] parts, each in the transaction that makes
// it so; [Service.Learn] adds them up at the border of an epoch and writes the
// snapshot from which the epoch draws. Sums do not depend on order: any number of
// workers learns the same.
package choose
