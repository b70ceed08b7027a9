// Package facts knows what can be said of a person.
//
// A fact is a declared fold over the person's timeline: a count, a sum, the
// first or the last value, the number of distinct ones, within a window or over
// all that is kept. The timeline is a set of events in the order of event time,
// source and id, and a fold reads that set, never the order of arrival: events
// may come in any order and any number of times, and the fact is the same.
//
// A [View] reads what conditions about one person name, once and only what is
// asked for. [Service] answers the facts task of a machine: attributes that are
// not personal, facts, consent, what became of mails, and the truth of
// conditions over personal fields, of which only the yes or no travels.
package facts
