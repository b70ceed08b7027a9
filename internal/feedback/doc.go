// Package feedback takes in what becomes of a mail after it left: what the mail
// service tells of it, and what people and machines do with it.
//
// Everything that follows from one notice is written in one transaction: what the
// claim knows of its message, whether the address is still good, where the person
// stands, how the journey's mails fare. Then the outcome is published as an event
// that the person's entries hear. A notice may come twice, late, and in any order:
// times are the earliest told, an answer is the latest given, a complaint and a dead
// address are never taken back, and events bear names made of the message, so that
// whoever takes them in knows them again.
//
// What a machine did is published as such, and counts for nothing.
package feedback
