// Package bundle is the compiled journey at run time: the one thing that the
// compiler hands to those who enroll, decide, send and watch.
//
// A [Bundle] is immutable and named by its digest, the SHA-256 of its canonical
// JSON: same journey, same bytes, same name. An entry walks the bundle it began
// with to its end; what is pinned that way is everything of this package but
// [Deployment], which says what a journey does with people today. Brand rules,
// consent and suppression are not in a bundle: today's apply to everybody.
//
// # Conditions
//
// Conditions and values that are evaluated outside a machine (who enters, what
// exits, what an await lets through, what the facts task decides) stand in a bundle
// as emitted JSONata over these variables:
//
//	$event    the event at hand: its payload
//	$entry    the fields of the entry's event that are not personal
//	$person   attributes, $facts facts, $consent {brand: {purpose: boolean}}
//	$mails    {step: {outcome: value}}
//	$ways     the way of each split
//	$<step>   what an earlier step answered, see task.Variable
//
// [Bundle.Condition] says what of these a text reads, so that nobody reads more.
package bundle
