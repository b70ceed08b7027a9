// Package consent decides where a person stands: what they agreed to, on which
// basis they may be mailed, which addresses are dead. It decides in pure
// functions of values and reads no clock and no store.
//
// # The register
//
// A person stands somewhere in each scope (controller, brand, purpose, channel).
// What is told about a scope is kept as a register whose value does not depend
// on the order of arrival. Of two words the one that ranks higher stands:
//
//	3  the person's own word: granted, withdrawn, objected; also a withdrawal that an import reports
//	2  a consent that an import brings
//	1  asked: somebody typed an address into a form
//	0  nothing
//
// Within a rank the later event stands, and of two at one instant a withdrawal.
// So an import never lifts a withdrawal, however new it says it is, and somebody
// else who types in an address lifts nothing at all.
//
// A withdrawal may be wider than one scope: from a brand, from all brands, with
// the parts of the scope left empty. It stands for whatever it covers, also for
// purposes that the brand invents tomorrow, until a later word of the person's
// own about that one purpose.
//
// # The basis
//
// [Rules.Ground] says on what a marketing mail may rest: consent, or the own
// purchase of a customer (soft opt-in) where brands.yaml allows it and nothing
// was withdrawn. A consent reaches the other brands of a family only where its
// wording named every legal entity of the family.
//
// # The proof
//
// Every change is also a [senda.Proof] in an append-only log under a random
// name, chained by hash; [Verify] finds where a log was altered.
package consent
