package play

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/identity"
	"github.com/senda-dev/senda/internal/jsonata"
)

// happening is something to do at an instant.
type happening struct {
	at time.Time
	do func(context.Context) error
}

func (st *stage) happenings() ([]happening, error) {
	var out []happening
	for i, c := range st.s.Given.Consent {
		brand, purpose, ok := strings.Cut(c.Value, ".")
		if !ok {
			brand, purpose = st.j.Bundle.Brand, c.Value
		}
		at := st.start.Add(-24 * time.Hour)
		data := jsonata.Object(
			jsonata.Member{Key: "brand", Value: jsonata.String(brand)}, jsonata.Member{Key: "purpose", Value: jsonata.String(purpose)},
			jsonata.Member{Key: "source", Value: jsonata.String("form")}, jsonata.Member{Key: "form", Value: jsonata.String("scenario")},
			jsonata.Member{Key: "wording", Value: jsonata.String("1")}, jsonata.Member{Key: "language", Value: jsonata.String("en")})
		// Confirmed by a link: where a purpose asks twice, the first word alone is no consent.
		granted := data.With("confirmed", jsonata.Bool(true))
		out = append(out, st.event(fmt.Sprintf("asked-%d", i), "consent.asked", at, data), st.event(fmt.Sprintf("granted-%d", i), "consent.granted", at.Add(time.Hour), granted))
	}
	enter, err := st.enter()
	if err != nil {
		return nil, err
	}
	out = append(out, enter)
	zone := st.rules.Zone(st.person)
	for i, e := range st.s.Events {
		at := e.After.After(st.start, zone)
		if step, outcome, ok := st.outcome(e.Kind.Value); ok {
			out = append(out, happening{at, func(ctx context.Context) error { return st.comes(ctx, step, outcome, e.Data, at) }})
			continue
		}
		data, err := st.payload(e.Kind.Value, e.Data)
		if err != nil {
			return nil, err
		}
		out = append(out, st.event(fmt.Sprintf("event-%d", i), e.Kind.Value, at, data))
	}
	slices.SortStableFunc(out, func(a, b happening) int { return a.at.Compare(b.at) })
	return out, nil
}

func (st *stage) event(id, kind string, at time.Time, data jsonata.Value) happening {
	return happening{at, func(ctx context.Context) error {
		return st.house.Emit(ctx, st.made(id, kind, at, data))
	}}
}

// made is an event of the person.
func (st *stage) made(id, kind string, at time.Time, data jsonata.Value) senda.Event {
	return senda.Event{
		Source: "scenario", ID: id, Kind: kind, Time: at, Arrived: at, Identifiers: map[string]string{identity.Self: string(st.person.ID)}, Data: data,
	}
}

// payload is the sample of a contract with what the scenario says of it on top.
func (st *stage) payload(kind string, given jsonata.Value) (jsonata.Value, error) {
	c, ok := st.House.Catalog.Events.Contract(kind)
	if !ok {
		return jsonata.Nothing, senda.Errorf(senda.Invalid, "play "+st.s.Name.Value, "there is no contract of %s", kind)
	}
	sample, err := jsonata.ParseJSON(c.Sample())
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

// enter is what enters: the event of the journey, or a run of its audience.
func (st *stage) enter() (happening, error) {
	b := st.j.Bundle
	if b.Enter.Event == "" {
		return happening{st.start, func(ctx context.Context) error {
			if err := st.shelf.Set(b.Journey, senda.StateLive); err != nil {
				return err
			}
			_, err := st.house.Audience.Run(ctx, b.Journey, st.start)
			return err
		}}, nil
	}
	data, err := st.payload(b.Enter.Event, st.s.Enter)
	return happening{st.start, func(ctx context.Context) error {
		if err := st.shelf.Set(b.Journey, senda.StateLive); err != nil {
			return err
		}
		r, err := st.house.Intake.Take(ctx, st.made("enter", b.Enter.Event, st.start, data))
		if err != nil {
			return err
		}
		for _, j := range r.Journeys {
			st.result.Why = string(j.Why)
		}
		if r.Refusal != nil {
			return senda.Wrap(senda.Invalid, "take in the event that enters", r.Refusal)
		}
		return nil
	}}, err
}
