package journey

import (
	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/calendar"
	"github.com/senda-dev/senda/internal/diag"
)

// Journey is one journey.yaml.
type Journey struct {
	File     string // as findings show it
	Name     diag.Text
	Note     diag.Text
	Owner    diag.Text // a team
	State    senda.State
	StatePos diag.Pos
	Runs     Runs
	Brand    diag.Text
	Purpose  diag.Text
	Priority senda.Priority // "" was not written and means Normal; check fills it in
	Enter    Enter
	Exits    []Exit
	Holdout  Holdout
	Goal     *Goal // nil: none
	Steps    []Step
}

// States are the words an author may use for the state.
func States() []string {
	return words(senda.StateDraft, senda.StateLive, senda.StateClosed, senda.StateStopped)
}

// Priorities are the words an author may use for the priority, least first.
func Priorities() []string { return words(senda.Low, senda.Normal, senda.High) }

// Runs are the days on which people may enter, both included, in the zone of the
// family. A zero From or To is open.
type Runs struct {
	From, To calendar.Date
	Pos      diag.Pos
}

// Enter says who starts the journey: people for whom an event happens, or people
// who newly belong to an audience when it is looked at.
type Enter struct {
	Pos diag.Pos

	Event diag.Text // "" when an audience enters
	If    *Expr     // nil: every such event; only with Event
	Each  *Expr     // nil: one entry a person; else one for each value; only with Event

	Audience    diag.Text // "" when an event enters
	Schedule    calendar.Schedule
	SchedulePos diag.Pos

	Again     Again
	Meanwhile Meanwhile
}

// Again says when somebody whose entry has ended may enter again. It is counted
// per person and value of Each.
type Again struct {
	Kind AgainKind
	Span calendar.Span // AgainAfter: from the end of the last entry
	Pos  diag.Pos
}

// AgainKind is the form of an Again. The zero kind was not written and means
// AgainNever; check fills it in.
type AgainKind uint8

// The forms of Again.
const (
	AgainNever AgainKind = iota + 1
	AgainAtOnce
	AgainAfter
)

func (a Again) String() string {
	switch a.Kind {
	case AgainAtOnce:
		return "at once"
	case AgainAfter:
		return "after " + a.Span.String()
	case AgainNever:
		return "never"
	}
	return ""
}

// Meanwhile says what a new event of the entry does for someone inside. The zero
// value was not written and means Ignore; check fills it in.
type Meanwhile uint8

// What a new event does.
const (
	// Ignore it.
	Ignore Meanwhile = iota + 1
	// Restart from the first step until the first touch; afterwards ignore it.
	// The next occurrence is opened whatever Again says.
	Restart
)

var meanwhileNames = [...]string{Ignore: "ignore", Restart: "restart"}

func (m Meanwhile) String() string { return word(meanwhileNames[:], uint8(m)) }

// ParseMeanwhile reads the word of an author.
func ParseMeanwhile(s string) (Meanwhile, bool) {
	n, ok := index(meanwhileNames[:], s)
	return Meanwhile(n), ok
}

// Meanwhiles are the words an author may use.
func Meanwhiles() []string { return meanwhileNames[1:] }

// Exit ends the journey for a person when an event happens, even in a pause.
type Exit struct {
	Pos    diag.Pos
	Event  diag.Text // or senda.GoalEvent
	If     *Expr     // nil: every such event
	Reason diag.Text // "" until check: then the event's name with hyphens
}

// Holdout is the share of people who walk the journey and get nothing.
type Holdout struct {
	Share Share // 0: none
	Why   diag.Text
	Pos   diag.Pos // of the value; zero when not written
}

// Goal is what the journey is for. It is credited to open entries and does not
// end them.
type Goal struct {
	Pos    diag.Pos
	Event  diag.Text
	If     *Expr // nil: every such event
	Value  *Expr // nil: only counted
	Within calendar.Span
	// FromEntry counts Within from the entry; otherwise it counts from the first
	// touch, real or would-have-been.
	FromEntry bool
	WithinPos diag.Pos
}

// Part is one file of journeys/parts: steps that several journeys include.
type Part struct {
	File  string
	Name  diag.Text
	Note  diag.Text
	Steps []Step
	Gives []diag.Text // the steps whose outcomes the outside may name
}

// words are values as their author writes them.
func words[T ~string](all ...T) []string {
	out := make([]string, len(all))
	for i, v := range all {
		out[i] = string(v)
	}
	return out
}

func word(names []string, n uint8) string {
	if int(n) < len(names) {
		return names[n]
	}
	return ""
}

func index(names []string, s string) (uint8, bool) {
	for i, name := range names {
		if i > 0 && name == s {
			return uint8(i), true
		}
	}
	return 0, false
}
