// Package deliver sends a mail of a journey to a person, or says why not.
//
// It reads today's rules and where the person stands, asks the guards, renders
// the mail, and only then lets the protocol of package entry claim the right to
// send it and hand it over, once. A mail that is refused is no error: the person
// goes on and the step knows why.
package deliver
