package guard

import (
	"fmt"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/calendar"
)

// Cap bounds a family's marketing towards one person: Max mails in Days calendar
// days of the person's zone, today included. Of these places Keep may be taken by
// journeys of high priority only.
type Cap struct {
	Max, Days, Keep int
}

// String is the cap as an author writes it.
func (c Cap) String() string {
	s := fmt.Sprintf("%d in %d days", c.Max, c.Days)
	if c.Days == 1 {
		s = fmt.Sprintf("%d in 1 day", c.Max)
	}
	if c.Keep > 0 {
		s += fmt.Sprintf(", keep %d for high", c.Keep)
	}
	return s
}

// Room reports whether a mail of a priority finds a place on a day.
func (c Cap) Room(places []senda.Place, day calendar.Date, p senda.Priority) bool {
	first := day.AddDays(1 - c.Days)
	all, others := 0, 0
	for _, pl := range places {
		d, err := calendar.ParseDate(pl.Day)
		// A day after today is counted too: a claim made further east an hour ago
		// must not be forgotten when the person's zone changes.
		if err != nil || d.Before(first) {
			continue
		}
		all++
		if pl.Priority != senda.High {
			others++
		}
	}
	if all >= c.Max {
		return false
	}
	return p == senda.High || others < c.Max-c.Keep
}

// Take returns the ledger with a place for the message, and without the places
// that no cap looks at any more. A message takes one place however often it asks.
func Take(l senda.CapLedger, caps []Cap, at time.Time, zone *time.Location, p senda.Priority, purpose string, m senda.MessageID) senda.CapLedger {
	day := calendar.DateIn(at, zone)
	longest := 1
	for _, c := range caps {
		longest = max(longest, c.Days)
	}
	first := day.AddDays(1 - longest).String()
	places := make([]senda.Place, 0, len(l.Places)+1)
	for _, pl := range l.Places {
		if pl.Day >= first && pl.Message != m {
			places = append(places, pl)
		}
	}
	places = append(places, senda.Place{Day: day.String(), Priority: p, Purpose: purpose, Message: m})
	l.Places = places
	return l
}
