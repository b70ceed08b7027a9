package report

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/brand"
	"github.com/senda-dev/senda/internal/compile"
	"github.com/senda-dev/senda/internal/diagram"
	"github.com/senda-dev/senda/internal/measure"
	"github.com/senda-dev/senda/internal/task"
)

// Run is what a report is made of.
type Run struct {
	Store  senda.Store
	House  *compile.House
	Family *brand.Family
	// Live are the journeys that people entered, in order.
	Live  []*compile.Journey
	Open  time.Time
	Close time.Time
	Until time.Time
	// Left are the mails that were handed over, with the clock's instants.
	Left []Handed
	// Before is what was expected of a person before any journey touched them, in
	// whole units of the family's currency; 0 when nothing is known.
	Before func(senda.PersonID) float64
}

// Handed is a mail that was handed over, and when.
type Handed struct {
	senda.Envelope
	At time.Time
}

// Make counts.
func Make(ctx context.Context, run Run) (*Report, error) {
	people, err := everybody(ctx, run.Store)
	if err != nil {
		return nil, err
	}
	c := &counting{
		Run: run, journeys: map[string]*Journey{}, measured: map[string]*arms{}, refusals: map[senda.Guard]*Refusal{},
		days: map[string]*Day{}, offers: map[string]*Offer{}, claims: map[senda.MessageID]senda.Claim{},
		report: &Report{Open: run.Open, Close: run.Close, Until: run.Until, Mails: Mails{Languages: map[string]int{}}, Funnel: Funnel{Lost: map[string]int{}}},
	}
	c.prepare()
	for i := range people {
		c.person(&people[i])
	}
	if err := c.budgets(ctx); err != nil {
		return nil, err
	}
	return c.finish()
}

type counting struct {
	Run
	report   *Report
	journeys map[string]*Journey
	measured map[string]*arms
	refusals map[senda.Guard]*Refusal
	days     map[string]*Day
	offers   map[string]*Offer
	claims   map[senda.MessageID]senda.Claim
	mailed   []int // mails by person
}

// arms are the people of a journey who count, from their first touch.
type arms struct{ treated, held []measure.Person }

func (c *counting) prepare() {
	for _, j := range c.Live {
		b := j.Bundle
		g := diagram.Of(j.Resolved.Journey)
		one := &Journey{
			Name: b.Journey, Note: b.Note, Owner: b.Owner, Purpose: b.Brand + "/" + b.Purpose, Digest: b.Digest(),
			States: len(j.Machine.States), Steps: len(b.Steps), Holdout: b.Holdout, WhyNone: b.WhyNone,
			Reasons: map[string]int{}, Left: map[string]int{}, Graph: g, Counts: g.Count(),
		}
		if b.Goal != nil {
			one.Goal = b.Goal.Event + " within " + b.Goal.Within.String()
		}
		c.journeys[b.Journey], c.measured[b.Journey] = one, &arms{}
	}
	for day := c.Open; day.Before(c.Until.AddDate(0, 0, 1)); day = day.AddDate(0, 0, 1) {
		c.days[day.Format(time.DateOnly)] = &Day{Date: day, Sent: map[string]int{}}
	}
	for _, cap := range c.Family.Caps {
		c.report.Caps = append(c.report.Caps, Cap{Rule: cap.String()})
	}
	c.report.Hold = c.Family.HoldAtMost.String()
	c.catalog()
}

// person counts one person.
func (c *counting) person(p *person) {
	f := &c.report.Funnel
	f.People++
	f.Addressed += one(p.Address != "")
	if len(p.entries) == 0 {
		return
	}
	f.Entered++
	entered, refused := map[string]bool{}, map[senda.Guard]bool{}
	treated, lost := false, ""
	for i := range p.entries {
		e := &p.entries[i]
		j := c.journeys[e.Journey]
		if j == nil {
			continue
		}
		records := p.steps[e.ID]
		treated = treated || e.Arm == senda.Treated
		j.entry(e, records, !entered[e.Journey])
		if c.measure(e, p) {
			entered[e.Journey+" measured"] = true
		}
		entered[e.Journey] = true
		for k := range records {
			if records[k].Kind == "email" {
				c.mail(e, j, &records[k], refused)
				if records[k].Outcome == task.OutcomeRefused && lost == "" {
					lost = records[k].Reason
				}
			}
		}
	}
	for i := range p.claims {
		treated = treated || p.claims[i].Fate == senda.Sent // nobody is held out of service mail
	}
	f.Treated += one(treated)
	c.outcomes(p, treated, lost)
	for i := range p.decisions {
		c.decision(&p.decisions[i])
	}
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

// entry counts one entry in its journey.
func (j *Journey) entry(e *senda.Entry, records []senda.StepRecord, first bool) {
	j.Entries++
	j.People += one(first)
	j.Treated += one(e.Arm == senda.Treated)
	j.HeldOut += one(e.Arm != senda.Treated)
	j.Control += one(e.Arm == senda.Control)
	reason := ""
	if e.Status == senda.StatusEnded {
		reason = e.Reason
		j.Left[reason]++
	} else {
		j.Inside++
	}
	j.Counts.Add(diagram.Visits(records), reason)
}

// measure takes the entry into its arm if it is the person's first in the journey that was
// touched and its window lies within the history.
func (c *counting) measure(e *senda.Entry, p *person) bool {
	if e.Touched.IsZero() || e.Unmeasured {
		return false
	}
	for i := range p.entries {
		other := &p.entries[i]
		if other.Journey == e.Journey && !other.Touched.IsZero() && (other.Touched.Before(e.Touched) || other.Touched.Equal(e.Touched) && other.ID < e.ID) {
			return false
		}
	}
	j := c.journeys[e.Journey]
	if e.Goal.Until.After(c.Until.AddDate(0, 0, 1)) {
		j.Effect.Unfinished++
		return false
	}
	m := measure.Person{Before: c.Before(p.ID)}
	for _, credit := range e.Goal.Credits {
		m.Value += float64(credit.Value) / c.minor()
	}
	a := c.measured[e.Journey]
	if e.Arm == senda.Treated {
		a.treated = append(a.treated, m)
	} else {
		a.held = append(a.held, m)
	}
	return true
}

func (c *counting) minor() float64 { return math.Pow10(c.Family.Currencies[0].Digits()) }

// mail counts one mail that the entry came to.
func (c *counting) mail(e *senda.Entry, j *Journey, r *senda.StepRecord, refused map[senda.Guard]bool) {
	m := &c.report.Mails
	m.Decided++
	day := c.days[r.At.UTC().Format(time.DateOnly)]
	switch r.Outcome {
	case task.OutcomeSent:
		m.Sent++
		j.Sent++
		if day != nil {
			day.Sent[e.Journey]++
		}
	case task.OutcomeWouldHave:
		m.Would++
		j.Would++
	case task.OutcomeRefused:
		m.Refused++
		j.Refused++
		j.Reasons[r.Reason]++
		g := senda.Guard(r.Reason)
		why := c.refusals[g]
		if why == nil {
			why = &Refusal{Guard: g, By: map[string]int{}}
			c.refusals[g] = why
		}
		why.Mails++
		why.By[e.Journey]++
		why.People += one(!refused[g])
		refused[g] = true
		if text := said(r, g); text != "" && why.Example == "" {
			why.Example = text
		}
		if g == senda.GuardCap {
			if day != nil {
				day.Capped++
			}
			c.capped(said(r, g))
		}
	}
}

// said is what a guard gave as its reason.
func said(r *senda.StepRecord, g senda.Guard) string {
	for _, v := range r.Guards {
		if v.Guard == g {
			return v.Why
		}
	}
	return ""
}

func (c *counting) capped(why string) {
	for i := range c.report.Caps {
		if strings.HasPrefix(why, c.report.Caps[i].Rule+":") {
			c.report.Caps[i].Hits++
			return
		}
	}
	last := len(c.report.Caps) - 1
	if last < 0 || c.report.Caps[last].Rule != PersonsWish {
		c.report.Caps = append(c.report.Caps, Cap{Rule: PersonsWish})
		last++
	}
	c.report.Caps[last].Hits++
}

// PersonsWish is the cap of people who asked for fewer mails.
const PersonsWish = "1 in 7 days, as the person asked"

// outcomes counts what came of the mails that left for a person.
func (c *counting) outcomes(p *person, treated bool, lost string) {
	f, m := &c.report.Funnel, &c.report.Mails
	var mailed, delivered, opened, acted bool
	sent := 0
	for _, claim := range p.claims {
		c.claims[claim.Message] = claim
		j := c.journeys[claim.Journey]
		if claim.Fate != senda.Sent {
			m.Unsure += one(claim.Fate == senda.Claimed || claim.Fate == senda.Skipped || claim.Fate == senda.Unproven)
			continue
		}
		sent++
		m.Languages[claim.Language]++
		switch claim.Class {
		case senda.Marketing:
			m.Marketing++
		case senda.Service:
			m.Service++
		case senda.Transactional:
			m.Transactional++
		}
		m.Delivered += one(!claim.Delivered.IsZero())
		m.Bounced += one(!claim.Bounced.IsZero())
		m.Opened += one(!claim.Opened.IsZero())
		m.Clicked += one(!claim.Clicked.IsZero())
		m.Answered += one(!claim.Answered.IsZero())
		m.Complained += one(!claim.Complained.IsZero())
		j.Opened += one(!claim.Opened.IsZero())
		j.Clicked += one(!claim.Clicked.IsZero())
		j.Answer += one(!claim.Answered.IsZero())
		mailed = true
		delivered = delivered || !claim.Delivered.IsZero()
		opened = opened || !claim.Opened.IsZero() || !claim.Clicked.IsZero() || !claim.Answered.IsZero()
		acted = acted || !claim.Clicked.IsZero() || !claim.Answered.IsZero()
	}
	c.mailed = append(c.mailed, sent)
	f.Mailed += one(mailed)
	f.Delivered += one(delivered)
	f.Opened += one(delivered && opened)
	f.Acted += one(delivered && opened && acted)
	if !mailed && treated {
		if lost == "" {
			lost = LostBefore
		}
		f.Lost[lost]++
	}
}

// LostBefore is why people got no mail who left before any was due.
const LostBefore = "left before any mail was due"

func (c *counting) finish() (*Report, error) {
	r := c.report
	for _, j := range c.Live {
		one := c.journeys[j.Name()]
		if err := c.effect(one, c.measured[j.Name()]); err != nil {
			return nil, err
		}
		r.Journeys = append(r.Journeys, *one)
	}
	for _, g := range append(senda.Guards(), unguarded(c.refusals)...) {
		if why := c.refusals[g]; why != nil {
			r.Refusals = append(r.Refusals, *why)
		}
	}
	for _, day := range slices.Sorted(maps.Keys(c.days)) {
		r.Days = append(r.Days, *c.days[day])
	}
	for _, name := range c.names() {
		r.Offers = append(r.Offers, *c.offers[name])
	}
	for _, n := range c.mailed {
		for len(r.Mails.Reached) <= n {
			r.Mails.Reached = append(r.Mails.Reached, 0)
		}
		r.Mails.Reached[n]++
	}
	for _, h := range c.Left {
		r.Mails.Bytes += len(h.MIME)
		r.Mails.Largest = max(r.Mails.Largest, len(h.MIME))
		r.Letters = append(r.Letters, Letter{Envelope: h.Envelope, Claim: c.claims[h.Message], At: h.At})
	}
	slices.SortStableFunc(r.Letters, func(a, b Letter) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Envelope.Message, b.Envelope.Message))
	})
	return r, nil
}

// unguarded are reasons that no guard gave: a mail that could not be made.
func unguarded(m map[senda.Guard]*Refusal) []senda.Guard {
	var out []senda.Guard
	for g := range m {
		if !slices.Contains(senda.Guards(), g) {
			out = append(out, g)
		}
	}
	slices.Sort(out)
	return out
}

func (c *counting) effect(j *Journey, a *arms) error {
	if j.Goal == "" {
		j.Effect.None = "the journey has no goal"
		return nil
	}
	if j.Holdout == 0 {
		j.Effect.None = j.WhyNone
	}
	comparison, err := measure.Compare(a.treated, a.held)
	if err != nil && !errors.Is(err, measure.ErrTooFew) {
		return err
	}
	j.Effect.Comparison, j.Effect.Enough = comparison, err == nil
	return nil
}
