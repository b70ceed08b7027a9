// Package senda is the glossary of the house: the words a marketer, a lawyer
// and an engineer share, each with one meaning, and the ports behind which the
// world stands.
//
// It holds no behaviour beyond what keeps its words honest. Decisions live in
// the packages named after them (entry, consent, deliver, choose), adapters in
// the packages named after the service they talk to (inmem, sqlite, smtp).
// It imports the standard library and the JSON values of internal/jsonata, and
// nothing else of Senda.
package senda
