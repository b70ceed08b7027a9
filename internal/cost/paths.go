package cost

import "strings"

// The paths of the reference journey that are recorded.
const (
	Silent        = "buys nothing"
	Buyers        = "buys within three days"
	HeldOutSilent = "held out, buys nothing"
	HeldOutBuyers = "held out, buys within three days"
)

// The steps of rows that belong to no step of the journey, and the end of a pause.
const (
	OfOrders    = "(orders)"
	OfNotices   = "(notices of SES)"
	OfOwnEvents = "(mail.delivered)"
	OfChoices   = "(choices)"
	TimeUp      = " time-out"
	// OfTheEnd is the step by which an entry ends where no other task ends it.
	OfTheEnd = "end"
)

// isTimeUp says whether a step of a row is the end of a pause.
func isTimeUp(step string) bool { return strings.HasSuffix(step, TimeUp) }
