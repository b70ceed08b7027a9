// Package intake is the way in: it takes an event as an upstream system tells
// it and leaves behind what Senda knows and does because of it.
//
// # What happens to an event
//
//  1. It is read ([Decode]) and examined against the contract of its kind. What
//     is refused goes to quarantine whole, with its reason, and can be redriven.
//  2. Its identity (source, id) is looked up: an event that was done before is a
//     duplicate; one whose causer died half-way goes on.
//  3. Its identifiers say whom it is about. If they name two people, they are
//     merged first.
//  4. One transaction, conditional on the version of the person, writes all that
//     the event says: profile, timeline, consent with its proofs, identifiers,
//     and the memory of the event itself, not done yet. Events of one person are
//     thereby taken in one after the other, whatever the order of arrival: what
//     is kept follows event time and ends the same.
//  5. Its effects follow: goals are credited, entries leave or are signalled,
//     journeys are entered. Each may be repeated without harm.
//  6. The memory of the event says done.
//
// Whoever dies between 4 and 6 leaves an event that a second delivery or
// [Intake.Sweep] carries on.
//
// # Late events
//
// An event that arrives later than its contract allows (24 hours unless it says
// otherwise) still feeds profile, timeline and consent, ends entries by their
// written exits and is credited to goals. It wakes no await and enters nobody.
package intake
