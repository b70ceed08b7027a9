// Package identity says who an event is about.
//
// A source knows a person by identifiers of its own: a customer number, an
// address. Senda keeps only keyed hashes of them ([Keys]), so that neither a
// key of a record nor a leaked table is a list of addresses. Identifiers lead
// to a [senda.PersonID], which is random and means nothing elsewhere.
//
// An event that names two people says that they are one. [Service.Merge] then
// lets the older one stay: its arms and splits stand, the other's timeline,
// attributes, consent and places under caps move over, and the other's entries
// leave and are left out of every comparison.
package identity
