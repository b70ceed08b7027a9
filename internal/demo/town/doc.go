// Package town is the town in which the demo plays: the customers of the CDNOW
// sample with everything that the data do not tell of them.
//
// When and for how much somebody bought is real. Names, addresses, languages,
// countries, hours of the day, what was bought, margins, baskets left standing,
// consents, and what people and mail services do with a mail are invented. Each
// is a function of the customer's number and of the word for what is invented, so that
// the town is the same for everybody who visits it and for every order of events.
package town
