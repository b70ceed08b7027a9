// Package emit writes a plan as a state machine in Amazon States Language, and the
// conditions that are evaluated outside the machine as JSONata. It decides
// nothing: what is done when is settled in package plan.
//
// # States
//
// Every state is named after its step. A task is the step; what else a step needs
// says so in its name:
//
//	come-back if         who takes the step
//	tone                 a split, an if or a branch
//	come-back facts      reads what the conditions ahead need
//	come-back hold       waits out quiet hours, then come-back runs again
//	await-x time-out     asks, after the time ran out, how the pause really ended
//	await-x in time      sends those for whom the event came the other way
//	left                 the entry is leaving or has ended
//	end                  ends an entry where no task did
//
// A pause that an event, an answer or a written exit may end is a callback task; a
// plain one is a Wait state.
//
// # Expressions
//
// Between an author's expression and Step Functions stand these rewritings and no
// other: declared names become variables, where each part of a name with a hyphen
// is put into backticks; known(x) becomes $exists(x); a condition C becomes (C) = true,
// so that one whose value is missing is no; a condition over personal fields is
// evaluated by the facts task, and only its answer travels.
package emit
