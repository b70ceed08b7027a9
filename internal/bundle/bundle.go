package bundle

import (
	"slices"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/calendar"
	"github.com/senda-dev/senda/internal/mail"
)

// Format is the version of the form in which bundles are written. It changes
// when a reader of the form before could misunderstand it.
const Format = 1

// Bundle is a compiled journey. Make one with Seal or Decode; nobody changes it
// afterwards.
type Bundle struct {
	Format  int    `json:"format"`
	Journey string `json:"journey"`
	Note    string `json:"note,omitempty"`
	Owner   string `json:"owner"`

	Brand    string         `json:"brand"`
	Family   string         `json:"family"`
	Purpose  string         `json:"purpose"`
	Class    senda.Class    `json:"class"` // of Purpose
	Priority senda.Priority `json:"priority"`

	Runs  Runs   `json:"runs,omitzero"`
	Enter Enter  `json:"enter"`
	Exits []Exit `json:"exits,omitempty"`
	// Holdout is the share of people who are held out, in hundredths of a percent:
	// 10 % is 1000. WhyNone is the author's reason for none.
	Holdout int     `json:"holdout"`
	WhyNone string  `json:"why-no-holdout,omitempty"`
	Goal    *Goal   `json:"goal,omitempty"`
	Splits  []Split `json:"splits,omitempty"`

	// Listens are the kinds of events that matter to somebody inside: exits, the
	// goal, awaits, restarts. Sorted.
	Listens []string `json:"listens,omitempty"`
	// First are the pauses that no task precedes: enroll computes their ends into
	// the input of the execution.
	First map[string]senda.PauseSpec `json:"first,omitempty"`
	// Steps are the author's steps, in the order of the text.
	Steps []Step `json:"steps"`

	// Slots and Offers are those from which offer steps choose, by today's
	// catalogue when the journey was compiled.
	Slots  []Slot  `json:"slots,omitempty"`
	Offers []Offer `json:"offers,omitempty"`
	// Mails are the compiled mails, by name.
	Mails map[string]mail.Compiled `json:"mails,omitempty"`

	// Machine is the state machine in Amazon States Language, byte for byte what a
	// stack deploys and the interpreter runs. Functions stand in it as "${Send}".
	Machine string `json:"machine"`

	// Conditions says of every condition and value of this bundle what it reads.
	Conditions map[string]Condition `json:"conditions,omitempty"`
	// Contracts are the versions of the events that the journey was compiled
	// against, by kind.
	Contracts map[string]int `json:"contracts,omitempty"`

	digest string
	bytes  []byte
	step   map[string]int
}

// Runs are the days on which people may enter, both included, in the zone of the
// family. A zero date is open.
type Runs struct {
	From calendar.Date `json:"from,omitzero"`
	To   calendar.Date `json:"to,omitzero"`
}

// Enter says who starts the journey: the people of an event, or those who newly
// belong to an audience when it is looked at.
type Enter struct {
	Event string `json:"event,omitempty"`
	If    string `json:"if,omitempty"`
	// Each is a value: one entry for each; empty for one entry a person.
	Each string `json:"each,omitempty"`

	Audience string            `json:"audience,omitempty"`
	Schedule calendar.Schedule `json:"schedule,omitzero"`

	Again Again `json:"again"`
	// Restart: a new such event for somebody inside opens the next entry, until the
	// first touch; otherwise it is ignored.
	Restart bool `json:"restart,omitempty"`
}

// Again says when somebody whose entry has ended may enter again.
type Again struct {
	// Kind is never, at-once or after.
	Kind AgainKind `json:"kind"`
	// After counts from the end of the last entry, per person and value of Each.
	After calendar.Span `json:"after,omitzero"`
}

// AgainKind is the form of an Again.
type AgainKind string

// The forms of Again.
const (
	Never  AgainKind = "never"
	AtOnce AgainKind = "at-once"
	After  AgainKind = "after"
)

// Exit ends an entry when an event happens. Event may be senda.GoalEvent.
type Exit struct {
	Event  string `json:"event"`
	If     string `json:"if,omitempty"`
	Reason string `json:"reason"`
}

// Goal is what the journey is measured by.
type Goal struct {
	Event string `json:"event"`
	If    string `json:"if,omitempty"`
	// Value is an amount as a decimal; empty: goals are counted only.
	Value  string        `json:"value,omitempty"`
	Within calendar.Span `json:"within"`
	// FromEntry counts Within from the entry; otherwise it counts from the first
	// touch, real or would-have-been.
	FromEntry bool `json:"from-entry,omitempty"`
}

// Split sends people different ways by a stable hash of (journey, split, person).
type Split struct {
	Name string `json:"name"`
	Ways []Way  `json:"ways"`
}

// Way is one way of a split. Share is in hundredths of a percent; those of a
// split make 10000.
type Way struct {
	Name  string `json:"name"`
	Share int    `json:"share"`
}

// AllShares is 100 %.
const AllShares = 10000

// Step is one step as its author wrote it.
type Step struct {
	Name string `json:"name"`
	// Kind is the author's word: wait, await, if, branch, split, score, offer,
	// email, set, emit, exit.
	Kind string `json:"kind"`
	// Seq is the place in the text, from 1.
	Seq int `json:"seq"`
	// About is the mail, slot, model, attribute, event or reason.
	About string `json:"about,omitempty"`
	// Brand, Purpose and Class are those of a mail.
	Brand   string      `json:"brand,omitempty"`
	Purpose string      `json:"purpose,omitempty"`
	Class   senda.Class `json:"class,omitempty"`
	// Policy of a mail says what becomes of it when nobody knows whether it left.
	Policy senda.Policy `json:"policy,omitempty"`
	// Ahead are the mails that may still come from this step on, itself included,
	// in the order of the text.
	Ahead []string `json:"ahead,omitempty"`
}

// Condition says what a condition or value reads.
type Condition struct {
	Attributes []string `json:"attributes,omitempty"`
	Facts      []string `json:"facts,omitempty"`
	Consent    []string `json:"consent,omitempty"` // "brand.purpose"
	Mails      []string `json:"mails,omitempty"`   // steps
	// With are the variables of earlier steps.
	With []string `json:"with,omitempty"`
	// Event and Entry: it reads $event, $entry.
	Event bool `json:"event,omitempty"`
	Entry bool `json:"entry,omitempty"`
}

// Digest names the bundle.
func (b *Bundle) Digest() string { return b.digest }

// Bytes is the canonical JSON of which Digest is the hash. Nobody changes it.
func (b *Bundle) Bytes() []byte { return b.bytes }

// Step finds a step by its name.
func (b *Bundle) Step(name string) (Step, bool) {
	i, ok := b.step[name]
	if !ok {
		return Step{}, false
	}
	return b.Steps[i], true
}

// Split finds a split by its name.
func (b *Bundle) Split(name string) (Split, bool) {
	i := slices.IndexFunc(b.Splits, func(s Split) bool { return s.Name == name })
	if i < 0 {
		return Split{}, false
	}
	return b.Splits[i], true
}

// ListensTo says whether an event of this kind may matter to somebody inside.
func (b *Bundle) ListensTo(kind string) bool {
	_, ok := slices.BinarySearch(b.Listens, kind)
	return ok
}
