// Package hours says when, for a person: in which zones their clocks may stand,
// when a pause ends, when a mail may leave. It joins what a journey asks for
// with today's rules of the family and with what is known of the person.
package hours

import (
	"context"
	"strings"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/brand"
	"github.com/senda-dev/senda/internal/calendar"
	"github.com/senda-dev/senda/internal/jsonata"
)

// Place is where a person is: the zone of their calendar days first, then every
// other in which they may be, and how that was found.
type Place struct {
	Zones []*time.Location
	From  calendar.ZoneSource
}

// Zone is the zone of the person's calendar days.
func (p Place) Zone() *time.Location { return p.Zones[0] }

// PlaceOf finds where a person is; home is the zone of the brand's family.
func PlaceOf(p senda.Person, home *time.Location) Place {
	zones, from := calendar.Whereabouts{Zone: p.Zone, Country: p.Country, Postal: p.PostalCode}.Zones(home)
	return Place{zones, from}
}

// Ends computes the ends of pauses.
type Ends struct {
	Store senda.Store
	// Book returns today's rules.
	Book func() *brand.Book
	// Family is the family of a journey's bundle, for its zone.
	Family func(ctx context.Context, digest string) (string, error)
	Clock  senda.Clock
}

// Of computes when the pauses that may follow a step end that itself ended at the
// journey time at. It is entry.Service's Ends.
func (s *Ends) Of(ctx context.Context, e senda.Entry, next map[string]senda.PauseSpec, at time.Time) (map[string]senda.Due, error) {
	if len(next) == 0 {
		return nil, nil
	}
	name, err := s.Family(ctx, e.Bundle)
	if err != nil {
		return nil, err
	}
	home := time.UTC
	if f, ok := s.Book().Family(name); ok {
		home = f.Zone
	}
	p, _, _, err := senda.Read[senda.Person](ctx, s.Store, senda.PersonKey(e.Person))
	if err != nil {
		return nil, err
	}
	place := PlaceOf(p, home)
	out := make(map[string]senda.Due, len(next))
	for pause, spec := range next {
		until, err := s.end(p, place, spec, at)
		if err != nil {
			return nil, err
		}
		out[pause] = senda.Due{Until: until, Real: Real(e.Pace, at, until, s.Clock.Now())}
	}
	return out, nil
}

// Real is the instant of the clock at which a journey time comes, for an entry
// whose journey time at the clock's now is at.
func Real(pace senda.Pace, at, until, now time.Time) time.Time {
	if pace == senda.Life || pace == 0 {
		return until
	}
	return now.Add(pace.Real(until.Sub(at)))
}

func (s *Ends) end(p senda.Person, place Place, spec senda.PauseSpec, at time.Time) (time.Time, error) {
	text := spec.For
	if text == "" {
		text = "until " + strings.TrimPrefix(spec.Until, "until ")
	}
	pause, err := calendar.ParsePause(text)
	if err != nil {
		return at, senda.Wrap(senda.Invalid, "compute the end of a pause", err)
	}
	until, _ := pause.End(at, place.Zone(), func(name string) (string, bool) { return attribute(p, name, spec.Default) })
	if spec.Open == nil {
		return until, nil
	}
	opening, ok, err := Opening(s.Book(), spec.Open.Brand, spec.Open.Purpose, spec.Open.Window)
	if err != nil || !ok {
		return until, err
	}
	// A family that never opens holds nobody for ever: the send will say why.
	if open, ok := opening.NextOpenEverywhere(until, place.Zones); ok {
		return open, nil
	}
	return until, nil
}

// attribute reads "person.renewal-date" as a text.
func attribute(p senda.Person, field, missing string) (string, bool) {
	v := p.Attributes[strings.TrimPrefix(field, "person.")].Value
	if v.Kind() == jsonata.KindString {
		return v.Str(), true
	}
	return missing, missing != ""
}

// Opening is when mail of a brand's purpose may leave, narrowed to a window of
// its own; ok is false for a purpose that is not bound to hours.
func Opening(book *brand.Book, brandName, purpose, window string) (o calendar.Opening, ok bool, err error) {
	b, found := book.Brand(brandName)
	if !found {
		return o, false, senda.Errorf(senda.NotFound, "find the hours of "+brandName, "there is no such brand")
	}
	p, found := b.Purpose(purpose)
	f, home := book.Family(b.Family)
	if !found || !home {
		return o, false, senda.Errorf(senda.NotFound, "find the hours of "+brandName+"/"+purpose, "there is no such purpose or family")
	}
	if p.Class == senda.Transactional {
		return o, false, nil
	}
	var w calendar.Window
	if window != "" {
		if w, err = calendar.ParseWindow(window); err != nil {
			return o, false, senda.Wrap(senda.Invalid, "read the window of a mail", err)
		}
	}
	return f.Opening(w), true, nil
}
