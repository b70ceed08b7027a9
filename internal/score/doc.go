// Package score says what a person is expected to bring, by a model that was
// fitted to everybody's purchases (package lifetime; package fit makes the files).
//
// The history is read from the timeline: every purchase of the kind that is
// declared, days counted in the family's zone, two purchases of one day being one.
// What is answered are facts about a customer, rounded, and no more:
//
//	alive      probability that they still buy from us, 0 to 1, to 4 decimals
//	purchases  days with a purchase expected within the horizon, to 4 decimals
//	spend      expected of one purchase, in units of the currency, to its minor unit
//	value      expected of all of them, discounted to today, likewise
//
// Somebody who never bought has no score; nor has, for marketing, who objected to
// profiling (GDPR Article 21). The fields are then missing, which every condition
// takes for no, and "reason" says why.
package score
