package senda

import (
	"time"

	"github.com/senda-dev/senda/internal/jsonata"
)

// Arm says in which part of a comparison an entry stands. It is written once,
// when the person enters, and never computed again.
type Arm string

// The arms. HeldOut is the journey's hold-out, Control the family's.
const (
	Treated Arm = "treated"
	HeldOut Arm = "held-out"
	Control Arm = "control"
)

// Status is where an entry stands. It only ever moves forward.
type Status string

// The statuses.
const (
	StatusActive  Status = "active"
	StatusLeaving Status = "leaving"
	StatusEnded   Status = "ended"
)

// The reasons with which an entry leaves without any exit being written in its
// journey. They take effect at the next acting step.
const (
	LeftCompleted   = "completed"
	LeftWithdrawn   = "withdrawn"
	LeftErased      = "erased"
	LeftUnreachable = "unreachable"
	LeftStopped     = "stopped"
	LeftRestarted   = "restarted"
	LeftMerged      = "merged"
	LeftFailed      = "failed" // the execution did
)

// OwnReasons are the reasons that are the house's: a written exit has another.
func OwnReasons() []string {
	return []string{
		LeftWithdrawn, LeftUnreachable, LeftErased, LeftStopped, LeftCompleted, LeftRestarted, LeftMerged, LeftFailed,
	}
}

// GoalEvent is the word that an exit may use in place of an event: the goal's own event,
// under the goal's own condition.
const GoalEvent = "goal"

// State is where a journey is in its life.
type State string

// The states.
const (
	StateDraft   State = "draft"
	StateLive    State = "live"    // people enter
	StateClosed  State = "closed"  // nobody enters, those inside go on
	StateStopped State = "stopped" // everyone leaves at their next step
)

// Entry is one walk of one person through one journey: the only meeting point
// of the execution, the events and the time-outs. Whoever changes it first wins.
type Entry struct {
	Person  PersonID `json:"person"`
	ID      EntryID  `json:"id"`
	Journey string   `json:"journey"`
	// Each is the value of the journey's `each`, empty without one.
	Each string `json:"each,omitempty"`
	// Bundle is the digest of the compiled journey this entry walks to its end.
	Bundle string `json:"bundle"`
	// At is the journey time of the event that entered, or of the audience's run.
	At time.Time `json:"at"`
	// Enrolled is the clock's time of the entry; the sweeper counts from it.
	Enrolled time.Time `json:"enrolled"`
	// Event is what started the entry; for an audience, its run. Data holds the
	// fields of it that are not personal: the root `entry` of conditions.
	Event Ref           `json:"event,omitzero"`
	Data  jsonata.Value `json:"data,omitzero"`

	Arm  Arm               `json:"arm"`
	Ways map[string]string `json:"ways,omitempty"`
	// HoldoutHash and ControlHash are the numbers in [0, 1) that decided the arm.
	HoldoutHash float64 `json:"holdout-hash"`
	ControlHash float64 `json:"control-hash"`
	Pace        Pace    `json:"pace"`
	// Test is true for the entry of a test person.
	Test bool `json:"test,omitempty"`

	Status Status `json:"status"`
	// Reason says why the entry is leaving or ended; LeftAt when (journey time).
	Reason string    `json:"reason,omitempty"`
	LeftAt time.Time `json:"left-at,omitzero"`
	// Started is true once an execution is known to exist.
	Started bool `json:"started,omitempty"`
	// First are the ends of the pauses that no task precedes, computed once: they
	// are part of the execution's input, which must be the same on every attempt.
	First map[string]Due `json:"first,omitempty"`
	// Touched is the journey time of the first touch, real or would-have-been: the
	// first message that every other guard let through. From then on a restart is ignored.
	Touched time.Time `json:"touched,omitzero"`
	// Unmeasured leaves the entry out of every comparison (its person was merged, or is a
	// test person).
	Unmeasured bool `json:"unmeasured,omitempty"`

	// Signals counts those that reached the entry; Cursor is the last that a pause
	// consumed; Pending are those since that some await of the journey listens to,
	// in order of arrival, the latest 64 of them.
	Signals int      `json:"signals,omitempty"`
	Cursor  int      `json:"cursor,omitempty"`
	Pending []Signal `json:"pending,omitempty"`
	// Heard are the latest 64 events that left a mark here, so that one delivered
	// again after a crash is known.
	Heard []Ref  `json:"heard,omitempty"`
	Pause *Pause `json:"pause,omitempty"`
	Goal  Goal   `json:"goal,omitzero"`
}

// Signal is an event that reached an entry.
type Signal struct {
	// N numbers the signals of an entry from 1.
	N    int    `json:"n"`
	Ref  Ref    `json:"ref"`
	Kind string `json:"kind"`
	// Time is when it happened, At the journey time of its arrival.
	Time time.Time `json:"time"`
	At   time.Time `json:"at"`
	// Step names the mail that an answer, a click or an opening belongs to.
	Step string `json:"step,omitempty"`
	// Data holds the fields that are not personal.
	Data jsonata.Value `json:"data,omitzero"`
}

// Pause is a stop of the machine at one step, from its registration to the
// arrival of the next task.
type Pause struct {
	Step string `json:"step"`
	N    int    `json:"n"`
	// Seq is the step's place in the journey's text, from 1. An execution only
	// moves on in (Seq, N), so that a registration that comes late is known.
	Seq int `json:"seq"`
	// Kind is wait, await or hold.
	Kind string `json:"kind,omitempty"`
	// Tokens are those of every attempt to register, the latest 8. All are answered:
	// an attempt that was given up on may be the last to write, so that none can be
	// told to be the one that counts.
	Tokens []string `json:"tokens,omitempty"`
	// Since is the journey time at which the step before ended: an await counts
	// the events that arrived from then on.
	Since time.Time `json:"since"`
	// Until is the planned end in journey time: absolute, so that registering
	// twice does not lengthen the pause.
	Until   time.Time `json:"until"`
	Listens []Listen  `json:"listens,omitempty"`
	// With are the values of earlier steps that the conditions of Listens use.
	With jsonata.Value `json:"with,omitzero"`
	// Next are the pauses that may follow without another task in between: whoever
	// ends this one computes when they end.
	Next map[string]PauseSpec `json:"next,omitempty"`
	// Over is nil while the pause lasts.
	Over *Over `json:"over,omitempty"`
}

// PauseSpec says when a pause ends, before anybody knows when it begins. One of
// For and Until is set, in the language's own words ("3 days", "monday 10:00").
type PauseSpec struct {
	For   string `json:"for,omitempty"`
	Until string `json:"until,omitempty"`
	// Default is the value of a person's attribute that Until names, when missing.
	Default string `json:"default,omitempty"`
	// Open moves the end to the next instant at which a mail may leave, when the
	// pause stands right before one: the hold of quiet hours folds into it.
	Open *Opening `json:"open,omitempty"`
}

// Opening is what decides when a mail may leave. Which hours are quiet is
// today's rule of the brand's family; the window is the journey's own.
type Opening struct {
	Brand   string `json:"brand"`
	Purpose string `json:"purpose"`
	Window  string `json:"window,omitempty"`
}

// Due is when a pause ends: Until in journey time, Real by the clock. They
// differ for a test person at another pace only.
type Due struct {
	Until time.Time `json:"until"`
	Real  time.Time `json:"real"`
}

// The kinds of pauses: for a time, for an event, for an hour at which mail may leave.
const (
	PauseWait  = "wait"
	PauseAwait = "await"
	PauseHold  = "hold"
)

// Listen is one event that ends a pause.
type Listen struct {
	Event string `json:"event"`
	// Step restricts an outcome of a mail to the mail of that step.
	Step string `json:"step,omitempty"`
	// If is the compiled text of the condition, empty for any such event.
	If string `json:"if,omitempty"`
}

// How a pause ended.
const (
	OverTime    = "time"
	OverEvent   = "event"
	OverLeaving = "leaving"
)

// Over says how, when (journey time) and by which signal a pause ended.
type Over struct {
	How    string    `json:"how"`
	At     time.Time `json:"at"`
	Signal *Signal   `json:"signal,omitempty"`
}

// Goal is what the entry is measured by. It belongs to the entry, not to the
// machine: the held-out have the same one, and it outlives the execution.
type Goal struct {
	// Opened is the first touch, real or would-have-been, or the entry.
	Opened time.Time `json:"opened,omitzero"`
	Until  time.Time `json:"until,omitzero"`
	// Credits are the events that reached it, each once.
	Credits []Credit `json:"credits,omitempty"`
}

// Credit is one event towards a goal; Value is in minor units of Currency.
type Credit struct {
	Ref      Ref       `json:"ref"`
	Time     time.Time `json:"time"`
	Value    int64     `json:"value"`
	Currency string    `json:"currency,omitempty"`
}

// Open reports whether an event at t counts towards the goal.
func (g Goal) Open(t time.Time) bool {
	return !g.Opened.IsZero() && !t.Before(g.Opened) && t.Before(g.Until)
}

// StepRecord is one line of an entry's timeline: a step that ran and what came
// of it. Paths in scenarios, explanations and diagrams are made of these, never
// of states, so that every target shows the same.
type StepRecord struct {
	Person PersonID `json:"person"`
	Entry  EntryID  `json:"entry"`
	// Seq is the step's place in the journey's text: it orders what ran at one instant.
	Seq  int       `json:"seq"`
	Step string    `json:"step"`
	N    int       `json:"n"`
	Kind string    `json:"kind"`
	At   time.Time `json:"at"`
	// Outcome is a word of the language: sent, refused, would-have-been, chosen,
	// event, time, ...; Reason belongs to it.
	Outcome string `json:"outcome"`
	Reason  string `json:"reason,omitempty"`
	// Detail names what was chosen or counted: an offer, a variant, a score.
	Detail jsonata.Value `json:"detail,omitzero"`
	// Guards are the verdicts of a send in their order, the passed ones too.
	Guards []Verdict `json:"guards,omitempty"`
}
