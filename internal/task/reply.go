package task

import (
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/jsonata"
)

// Reply is what a function answers: the journey time at its end, the ends of the
// pauses that may follow, and its own fields (Fields), which become the
// variable of the step.
type Reply struct {
	At     time.Time
	Due    map[string]senda.Due
	Fields jsonata.Value
}

// The outcomes of a send in Reply.Fields: {"outcome", "reason", "sent",
// "refused"}. A mail that would have left for somebody held out is neither
// sent nor refused.
const (
	OutcomeSent      = "sent"
	OutcomeRefused   = "refused"
	OutcomeWouldHave = "would-have-been"
)
