package play

import (
	"fmt"
	"slices"
	"strings"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/compile"
	"github.com/senda-dev/senda/internal/identity"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/scenario"
)

// Script is a scenario with its person cast: everything that happens, in journey time.
type Script struct {
	Journey  *compile.Journey
	Scenario scenario.Scenario
	// Start is when the person enters.
	Start  time.Time
	Person senda.Person
	Zone   *time.Location // of the person
	Acts   []Act
	// Marks are where the story stood before each act, and at the end, when the
	// script was first performed.
	Marks []Mark
}

// Act is one thing that happens at an instant. One of Event, Outcome and Audience is set.
type Act struct {
	At time.Time
	// Enters: the journey takes people in from this act on.
	Enters bool
	// Event happens to the person.
	Event *senda.Event
	// Outcome becomes of an earlier mail or offer.
	Outcome *Outcome
	// Audience: the journey's audience is looked at.
	Audience bool
}

// Outcome is what becomes of a step: "come-back.clicked" is clicked of come-back.
type Outcome struct {
	Step, What string
	Data       jsonata.Value
}

// acts lists what happens, in its order.
func (c *casting) acts(p senda.Person) ([]Act, error) {
	var out []Act
	for i, t := range c.s.Given.Consent {
		brand, purpose, ok := strings.Cut(t.Value, ".")
		if !ok {
			brand, purpose = c.j.Bundle.Brand, t.Value
		}
		at := c.start.Add(-24 * time.Hour)
		data := jsonata.Object(
			jsonata.Member{Key: "brand", Value: jsonata.String(brand)}, jsonata.Member{Key: "purpose", Value: jsonata.String(purpose)},
			jsonata.Member{Key: "source", Value: jsonata.String("form")}, jsonata.Member{Key: "form", Value: jsonata.String("scenario")},
			jsonata.Member{Key: "wording", Value: jsonata.String("1")}, jsonata.Member{Key: "language", Value: jsonata.String("en")})
		// Confirmed by a link: where a purpose asks twice, the first word alone is no consent.
		granted := data.With("confirmed", jsonata.Bool(true))
		out = append(out, event(p, fmt.Sprintf("asked-%d", i), "consent.asked", at, data),
			event(p, fmt.Sprintf("granted-%d", i), "consent.granted", at.Add(time.Hour), granted))
	}
	enter := Act{At: c.start, Audience: true}
	if kind := c.j.Bundle.Enter.Event; kind != "" {
		data, err := c.payload(kind, c.s.Enter)
		if err != nil {
			return nil, err
		}
		enter = event(p, "enter", kind, c.start, data)
	}
	enter.Enters = true
	out = append(out, enter)
	zone := c.rules.Zone(p)
	for i, e := range c.s.Events {
		at := e.After.After(c.start, zone)
		if step, what, ok := c.outcome(e.Kind.Value); ok {
			o, err := c.becomes(step, what, e.Data)
			if err != nil {
				return nil, err
			}
			out = append(out, Act{At: at, Outcome: o})
			continue
		}
		data, err := c.payload(e.Kind.Value, e.Data)
		if err != nil {
			return nil, err
		}
		out = append(out, event(p, fmt.Sprintf("event-%d", i), e.Kind.Value, at, data))
	}
	slices.SortStableFunc(out, func(a, b Act) int { return a.At.Compare(b.At) })
	return out, nil
}

// Source is the source of the events of scenarios.
const Source = "scenario"

// event is one that happens to the person.
func event(p senda.Person, id, kind string, at time.Time, data jsonata.Value) Act {
	return Act{At: at, Event: &senda.Event{
		Source: Source, ID: string(p.ID) + "-" + id, Kind: kind, Time: at, Arrived: at,
		Identifiers: map[string]string{identity.Self: string(p.ID)}, Data: data,
	}}
}

// outcome splits "come-back.clicked" where come-back is a step of the journey.
func (c *casting) outcome(kind string) (step, outcome string, ok bool) {
	step, outcome, ok = strings.Cut(kind, ".")
	if ok {
		_, ok = c.j.Bundle.Step(step)
	}
	return step, outcome, ok
}

// becomes is an outcome of a step, with what the scenario leaves out.
func (c *casting) becomes(step, what string, data jsonata.Value) (*Outcome, error) {
	s, ok := c.j.Bundle.Step(step)
	if ok && s.Kind == "offer" {
		var err error
		if data, err = c.payload("offer."+what, data); err != nil {
			return nil, err
		}
	} else if what == "answered" && data.Get("question").Kind() == jsonata.KindNothing {
		data = data.With("question", jsonata.String(string(c.j.Bundle.Mails[s.About].Question)))
	}
	return &Outcome{Step: step, What: what, Data: data}, nil
}

// payload is the sample of a contract with what the scenario says of it on top.
func (c *casting) payload(kind string, given jsonata.Value) (jsonata.Value, error) {
	contract, ok := c.House.Catalog.Events.Contract(kind)
	if !ok {
		return jsonata.Nothing, senda.Errorf(senda.Invalid, "play "+c.s.Name.Value, "there is no contract of %s", kind)
	}
	sample, err := jsonata.ParseJSON(contract.Sample())
	if err != nil {
		return jsonata.Nothing, err
	}
	if given.Kind() == jsonata.KindNothing {
		return sample, nil
	}
	return over(sample, given), nil
}

// over lays what is given over a sample, object by object.
func over(sample, given jsonata.Value) jsonata.Value {
	if sample.Kind() != jsonata.KindObject || given.Kind() != jsonata.KindObject {
		return given
	}
	for k, v := range given.Members() {
		sample = sample.With(k, over(sample.Get(k), v))
	}
	return sample
}
