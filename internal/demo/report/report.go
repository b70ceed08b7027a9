package report

import (
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/diagram"
	"github.com/senda-dev/senda/internal/lifetime"
	"github.com/senda-dev/senda/internal/measure"
	"github.com/senda-dev/senda/internal/money"
)

// Report is a run in figures.
type Report struct {
	// From is the first day of the history, Open the first on which people entered,
	// Close the first on which nobody entered any more, Until the end of the history.
	From, Open, Close, Until time.Time
	// Orders and Revenue are those of the history; Events is all that was told.
	Orders, Events int
	Revenue        money.Money

	Funnel   Funnel
	Mails    Mails
	Journeys []Journey
	Refusals []Refusal
	Days     []Day
	Caps     []Cap
	Hold     string // how long a mail may be held, in words
	Offers   []Offer
	Value    Value
	Letters  []Letter
}

// Funnel counts people. Each is in exactly one of the stages below Addressed.
type Funnel struct {
	People    int
	Addressed int // of them, with an address
	Entered   int // entered a journey
	Treated   int // of them, who were not held out of everything that came up for them
	Mailed    int // a mail left for them
	Delivered int // one arrived
	Opened    int // a person looked at one
	Acted     int // a person clicked, answered or confirmed
	// Lost says why of those who entered nobody of the next stage became: the first
	// refusal of people who were never mailed, by its reason.
	Lost map[string]int
}

// Mails counts what became of every mail that a journey came to. The four make up
// Decided.
type Mails struct {
	Decided, Sent, Refused, Would, Unsure int
	// Reached counts people by the number of mails that left for them, from 0.
	Reached []int
	// Marketing, Service and Transactional make up Sent.
	Marketing, Service, Transactional int
	Delivered, Bounced, Opened        int
	Clicked, Answered, Complained     int
	Bytes, Largest                    int
	Languages                         map[string]int
}

// Journey is what one journey did.
type Journey struct {
	Name, Note, Owner, Purpose string
	Digest                     string
	States, Steps              int
	Holdout                    int // hundredths of a percent
	WhyNone                    string

	Entries, People         int
	Treated, HeldOut        int // entries; HeldOut with those of the family's control
	Control                 int // of HeldOut
	Sent, Refused, Would    int
	Reasons                 map[string]int // of refusals
	Left                    map[string]int // entries by the reason with which they ended
	Inside                  int
	Goal                    string
	Graph                   *diagram.Graph
	Counts                  *diagram.Counts
	Effect                  Effect
	Clicked, Opened, Answer int
}

// Effect compares the people of a journey from their first touch.
type Effect struct {
	measure.Comparison
	// Enough is false when an arm has fewer than measure.MinimumArm people.
	Enough bool
	// Unfinished are people who were touched so late that their window is longer
	// than the history; they are left out.
	Unfinished int
	// None says why a journey is not measured, empty for others.
	None string
}

// Refusal is one reason for which mails did not leave.
type Refusal struct {
	Guard  senda.Guard
	Mails  int
	People int
	// By are the mails by journey.
	By map[string]int
	// Example is what the guard said of one of them.
	Example string
}

// Day is a calendar day in UTC.
type Day struct {
	Date time.Time
	// Sent are mails by journey; Capped are those that the caps refused.
	Sent   map[string]int
	Capped int
}

// Cap is a rule of the family and how often it was the one that refused.
type Cap struct {
	Rule string
	Hits int
}

// Offer is one offer over all its slots.
type Offer struct {
	Name, Title string
	Value, Cost money.Money
	// Eligible is how often it could have been chosen, Chosen how often it was: they
	// are reserved at first, and then Spent (a mail that shows it left) or Released.
	Eligible, Chosen          int
	Reserved, Spent, Released int
	Fallback, Used            int
	Turned                    map[string]int // why it could not be chosen
	Paid                      money.Money    // Spent times Cost
	Total                     Limit
	Budget                    []Limit // by stretch, in order
	BudgetIn                  string
	Slots                     []string
}

// Limit is a bound and how much of it was taken.
type Limit struct {
	From              time.Time
	Used, Spent, Most int64
}

// Value is what the model expected beside what came.
type Value struct {
	Chosen  lifetime.Report
	Model   lifetime.Model
	Weeks   float64
	Deciles []Decile
	// Expected and Spent are of all, in minor units; Purchases likewise.
	Expected, Spent                     float64
	ExpectedPurchases, CountedPurchases float64
	Currency                            money.Currency
}

// Decile is a tenth of the people by what was expected of them, the best first.
// Money is the mean by person in minor units.
type Decile struct {
	People          int
	Expected, Spent float64
	Purchases, Came float64
	Alive           float64
	// Repeats are the days with a purchase, without the first, until the model was fitted.
	Repeats float64
}

// Letter is one mail that left.
type Letter struct {
	senda.Envelope
	senda.Claim
	At time.Time
}
