package house_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/jsonata"
)

// begin is a Monday, two hours after midnight in Madrid.
var begin = time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)

// list is a house.Feed of events in the order of their times.
type list struct{ events []senda.Event }

func (l *list) Peek() (time.Time, bool) {
	if len(l.events) == 0 {
		return time.Time{}, false
	}
	return l.events[0].Time, true
}

func (l *list) Next() senda.Event {
	e := l.events[0]
	l.events = l.events[1:]
	return e
}

// feed is what the customers of the tiny shop do in so many days: they register, most
// agree to offers, order now and then, and some withdraw. Three in a hundred have no address.
func feed(people, days int, seed uint64) []senda.Event {
	chance := rand.New(rand.NewPCG(seed, 1))
	var out []senda.Event
	add := func(at time.Time, person int, kind, data string, args ...any) {
		v, err := jsonata.ParseJSON(fmt.Appendf(nil, data, args...))
		if err != nil {
			panic(err)
		}
		out = append(out, senda.Event{
			Source: "shop", ID: fmt.Sprintf("%s-%d-%d", kind, person, len(out)), Kind: kind, Time: at,
			Identifiers: map[string]string{"customer": fmt.Sprintf("C-%d", person)}, Data: v,
		})
	}
	// hour is a time of the morning, so that minutes more or less change no day and no quiet hour.
	hour := func(day int) time.Time {
		return begin.AddDate(0, 0, day).Add(8*time.Hour + time.Duration(chance.IntN(5*3600))*time.Second)
	}
	for p := range people {
		if chance.IntN(100) >= 3 {
			add(hour(0), p, "customer.updated", `{"email": "c%d@example.com", "locale": "es", "country": "ES", "postal-code": "28004"}`, p)
		}
		if chance.IntN(10) < 8 {
			add(hour(0), p, "consent.granted", `{"brand": "alpha", "purpose": "offers", "source": "form", "form": "f", "wording": "1", "language": "es"}`)
		}
		for n := range 1 + chance.IntN(4) {
			add(hour(1+chance.IntN(days-1)), p, "order.completed", `{"order": {"id": "A-%d-%d", "brand": "alpha", "currency": "EUR", "total": 20, "margin": 5}}`, p, n)
		}
		if chance.IntN(10) < 2 {
			add(hour(1+chance.IntN(days-1)), p, "consent.withdrawn", `{"brand": "alpha", "purpose": "offers", "source": "preferences"}`)
		}
	}
	slices.SortFunc(out, func(a, b senda.Event) int { return a.Time.Compare(b.Time) })
	return out
}
