// Package demo replays the history of a town in virtual time: what happens there
// teaches for nine months, then the journeys open and people walk them for eight,
// and what is inside goes on until it has been measured. At the end stands a page.
//
// Nothing in it is faked for show. The journeys are those of the folder journeys,
// compiled; events go through intake, mails through every guard, and what people
// do with a mail comes back as it would from a mail service or a signed link. The
// same run gives the same page, byte for byte.
package demo
