package events

import "slices"

// Told are the kinds that Senda tells others of what it did itself. A deployment does
// not take them in again: its store knows it already, and each would cost a call.
func Told() []string { return []string{"mail.sent", "mail.refused", "journey.completed"} }

// OnlyTold says whether nobody inside ever hears of a kind.
func OnlyTold(kind string) bool { return slices.Contains(Told(), kind) }
