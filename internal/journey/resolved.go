package journey

import (
	"time"

	senda "github.com/senda-dev/senda"
)

// Classes are the words an author may use for the class of a purpose.
func Classes() []string { return words(senda.Marketing, senda.Service, senda.Transactional) }

// Resolved is a journey that check has found nothing wrong with: the form that
// plan, enroll, intake and the simulator read. Nothing in it is changed again.
type Resolved struct {
	// Journey has its parts inlined, its defaults filled in (priority, again,
	// meanwhile, brands and purposes of mails, reasons of exits, brands of
	// offers), and Expr.Refs set everywhere.
	Journey *Journey
	Family  string
	// Step finds a step by its unique name.
	Step map[string]Step
	// Class of each mail, by the name of its step.
	Class map[string]senda.Class
	// Listens are the kinds of events that matter to someone inside: exits, the
	// goal, awaits, restarts. Sorted.
	Listens []string
	// Parts are the names of the parts that were inlined. Sorted.
	Parts []string
	// Longest is the most time that any path through the steps can take, in any
	// zone and season, holds and retries of mails included.
	Longest time.Duration
}
