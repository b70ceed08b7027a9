package entry

import (
	"time"

	senda "github.com/senda-dev/senda"
)

// Candidate is somebody who would enter.
type Candidate struct {
	// Entry is the entry as it would be, without its ID and Status.
	Entry senda.Entry
	// Again says from when on somebody may enter again whose last entry ended at
	// the instant; false for never.
	Again func(ended time.Time) (time.Time, bool)
	// Restart: a new event for somebody inside opens the next entry, until the first touch.
	Restart bool
}

// Admission is what came of a Candidate.
type Admission string

// The admissions.
const (
	// Entered: a new entry.
	Entered Admission = "entered"
	// Restarted: a new entry in the place of one that is left.
	Restarted Admission = "restarted"
	// Repeated: the event has entered before; the entry is that of then.
	Repeated Admission = "repeated"
	// Inside: somebody inside stays as they are.
	Inside Admission = "inside"
	// Before: the last entry ended too short a time ago, or for ever.
	Before Admission = "before"
)

// Entering is the decision about a Candidate.
type Entering struct {
	Admission Admission
	// Entry is the new one, or the one that stands in its way.
	Entry senda.Entry
	// Left is the entry that a restart ended; nil without one.
	Left *senda.Entry
	// Answer: Left was pausing, and its token is to be answered.
	Answer bool
}

// enter decides over the entries of one (person, journey, each), the latest
// first. An entry that is leaving will never act again: for a new event it has ended.
func enter(past []senda.Entry, c Candidate) Entering {
	n := 1
	admission := Entered
	var left *senda.Entry
	answer := false
	if len(past) > 0 {
		for i, e := range past {
			if e.Event == c.Entry.Event && e.Event != (senda.Ref{}) {
				return repeated(e, past[i+1:])
			}
		}
		last := past[0]
		n = last.ID.Occurrence() + 1
		switch {
		case last.Status == senda.StatusActive && (!c.Restart || !last.Touched.IsZero()):
			return Entering{Admission: Inside, Entry: last}
		case last.Status == senda.StatusActive:
			admission = Restarted
			out, open := restarted(last, c.Entry.At)
			left, answer = &out, open
		case last.Reason != senda.LeftRestarted:
			from, ever := c.Again(last.LeftAt)
			if !ever || c.Entry.At.Before(from) {
				return Entering{Admission: Before, Entry: last}
			}
		}
	}
	e := c.Entry
	e.ID = senda.NewEntryID(e.Journey, e.Each, n)
	e.Status = senda.StatusActive
	return Entering{Admission: admission, Entry: e, Left: left, Answer: answer}
}

// repeated is an event that has entered before. If it was a restart, the answer
// to the entry that gave way may have been lost, and is given again.
func repeated(e senda.Entry, past []senda.Entry) Entering {
	d := Entering{Admission: Repeated, Entry: e}
	if len(past) > 0 && past[0].Reason == senda.LeftRestarted {
		p := past[0].Pause
		d.Left, d.Answer = &past[0], p != nil && p.Over != nil && p.Over.How == senda.OverLeaving
	}
	return d
}

// restarted makes the entry give way. A pause of it is over at once, or its
// machine would sit out the time for nothing.
func restarted(e senda.Entry, at time.Time) (senda.Entry, bool) {
	p := e.Pause
	if p == nil || p.Over != nil {
		return leave(e, senda.LeftRestarted, at), false
	}
	o := endedBy(*p, senda.OverLeaving, senda.Signal{Time: at})
	o.Signal = nil
	e = end(e, senda.LeftRestarted, o.At)
	e.Pause = over(*p, o)
	return e, true
}
