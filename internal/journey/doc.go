// Package journey is the language as types: what package parse builds, package
// check resolves, and every later pass reads.
//
// # What stands where
//
// A [Journey] is a head and a list of steps. [Step] is sealed: one struct a kind,
// each with a [Base] that holds its name, its place, its condition and its note.
// Values keep their place, so that a later pass can still put a caret under the
// word. What has a meaning of its own is read already ([calendar.Span], [Share]);
// what must be looked up is still the author's word ([diag.Text]).
//
// # Names
//
// A step is called after what it is about: "email: come-back" is come-back, so
// are "offer: SLOT", "score: MODEL" and "split: NAME"; "as: NAME" calls it
// otherwise. A step that is about nothing gets a name from what it does:
// wait-3-days, await-order-completed, set-tier, emit-order-lost, exit-bought,
// if-…, branch-…. Names are unique in a journey: a second wait-3-days needs "as",
// and so does a second await; the others, which nobody refers to, are numbered
// instead (exit-bought-2).
//
// An include is replaced by the steps of its part. Without "as" they keep their
// names; with "as: first" each is called first-NAME. Inside the part its steps are
// known by their own names; outside only those that it "gives" are in reach, by
// their full name.
//
// # What an expression may name
//
//	person.ATTR             an attribute of profile.yaml, or a fact
//	entry.FIELD             a field of the event that started the journey
//	event.FIELD             a field of the event of this very block: enter, exit,
//	                        goal, or the nearest enclosing await
//	consent.PURPOSE         true while the brand of the journey has a basis for it
//	consent.BRAND.PURPOSE   the same for another brand of the family
//	known(x)                whether x, any of these, has a value
//	STEP.OUTCOME            what came of an earlier step that is in reach
//	SPLIT                   the name of the way taken, as text
//
// An earlier step is in reach when it stands before, in the same list or in one
// that encloses it, or inside a block before that: then it may not have run, and
// its outcomes may be missing. The outcomes of each kind are in [Outcomes]. What
// may be missing is "no" in a condition; [Ref.MayMiss] says so of each name.
//
// # Resolution
//
// Package check returns a [Resolved]: a copy of the journey with parts inlined,
// defaults filled in and [Expr.Refs] set. Refs are in the order of the source and
// never overlap. A pass that rewrites an expression replaces the bytes
// [Ref.From, Ref.To) of [Expr.Text] and leaves the rest as written.
package journey
