// Package guard decides whether a mail may leave, at the moment of sending.
//
// Thirteen guards stand in one fixed order. All of them speak, so that a person
// can read why a mail left or did not; the first that refuses is the reason that
// reports count. Quiet hours come last, because they alone hold a mail instead of
// refusing it.
//
// A person who is held out meets every other guard as everybody does: only what
// they all let through would have been a mail, in both arms alike.
package guard
