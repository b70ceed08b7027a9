package journey

import "time"

// Class of a purpose: what the law and the guards make of a mail.
type Class uint8

// The classes. Only marketing needs a basis, is capped and can be held out.
const (
	Marketing Class = iota + 1
	Service
	Transactional
)

var classNames = [...]string{Marketing: "marketing", Service: "service", Transactional: "transactional"}

func (c Class) String() string { return word(classNames[:], uint8(c)) }

// ParseClass reads the word of an author.
func ParseClass(s string) (Class, bool) { n, ok := index(classNames[:], s); return Class(n), ok }

// Classes are the words an author may use.
func Classes() []string { return classNames[1:] }

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
	Class map[string]Class
	// Listens are the kinds of events that matter to someone inside: exits, the
	// goal, awaits, restarts. Sorted.
	Listens []string
	// Parts are the names of the parts that were inlined. Sorted.
	Parts []string
	// Longest is the most time that any path through the steps can take, in any
	// zone and season, holds and retries of mails included.
	Longest time.Duration
}
