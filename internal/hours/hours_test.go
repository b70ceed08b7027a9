package hours_test

import (
	"context"
	"testing"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/brand"
	"github.com/senda-dev/senda/internal/calendar"
	"github.com/senda-dev/senda/internal/hours"
	"github.com/senda-dev/senda/internal/inmem"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/shoptest"
)

func at(text string) time.Time {
	t, err := time.Parse("2006-01-02 15:04 -0700", text)
	if err != nil {
		panic(err)
	}
	return t
}

// world is one person and the tiny shop's hours: mail may leave from 08:00 to 22:00 by
// the clock of the person, at home in Madrid, but not on Christmas Day.
type world struct {
	*hours.Ends
	t     *testing.T
	book  *brand.Book
	now   time.Time
	entry senda.Entry
}

func newWorld(t *testing.T, p senda.Person) *world {
	t.Helper()
	w := &world{t: t, book: shoptest.Open(t).Rules.Brands, entry: senda.Entry{Person: "p-1", Bundle: "b", Pace: senda.Life}}
	p.ID = "p-1"
	store := inmem.New()
	if err := store.Commit(t.Context(), senda.Put(p, 0)); err != nil {
		t.Fatal(err)
	}
	w.Ends = &hours.Ends{
		Store: store, Book: func() *brand.Book { return w.book }, Clock: senda.ClockFunc(func() time.Time { return w.now }),
		Family: func(context.Context, string) (string, error) { return "books", nil },
	}
	return w
}

func (w *world) ends(spec senda.PauseSpec, from, want string) {
	w.t.Helper()
	if w.now.IsZero() {
		w.now = at(from)
	}
	got, err := w.Of(w.t.Context(), w.entry, map[string]senda.PauseSpec{"wait": spec}, at(from))
	if err != nil {
		w.t.Errorf("%+v from %s: %v", spec, from, err)
		return
	}
	if d := got["wait"]; len(got) != 1 || !d.Until.Equal(at(want)) {
		w.t.Errorf("%+v from %s ends %v, want %s", spec, from, d.Until, want)
	}
}

func TestLengths(t *testing.T) {
	madrid := newWorld(t, senda.Person{Country: "ES", PostalCode: "28004"})
	// Summer time begins on 29 March 2026 and ends on 25 October: days keep the hour of
	// the person's clock, hours elapse.
	madrid.ends(senda.PauseSpec{For: "3 days"}, "2026-03-27 10:00 +0100", "2026-03-30 10:00 +0200")
	madrid.ends(senda.PauseSpec{For: "72 hours"}, "2026-03-27 10:00 +0100", "2026-03-30 11:00 +0200")
	madrid.ends(senda.PauseSpec{For: "2 weeks"}, "2026-10-20 10:00 +0200", "2026-11-03 10:00 +0100")
	madrid.ends(senda.PauseSpec{For: "1 month"}, "2026-01-31 10:00 +0100", "2026-02-28 10:00 +0100")
	madrid.ends(senda.PauseSpec{For: "1 day"}, "2026-03-28 02:30 +0100", "2026-03-29 03:00 +0200") // that hour is not there
	madrid.ends(senda.PauseSpec{For: "90 minutes"}, "2026-10-25 02:30 +0200", "2026-10-25 03:00 +0100")
	// Elsewhere the clocks change on other days, or never.
	newWorld(t, senda.Person{Zone: "America/New_York"}).ends(senda.PauseSpec{For: "3 days"}, "2026-03-06 10:00 -0500", "2026-03-09 10:00 -0400")
	newWorld(t, senda.Person{Zone: "Asia/Kolkata"}).ends(senda.PauseSpec{For: "3 days"}, "2026-03-27 10:00 +0530", "2026-03-30 10:00 +0530")
}

func TestMoments(t *testing.T) {
	value := func(text string) map[string]senda.Attribute {
		return map[string]senda.Attribute{"renewal-date": {Value: jsonata.String(text)}}
	}
	madrid := newWorld(t, senda.Person{Country: "ES", PostalCode: "28004", Attributes: value("2026-06-20")})
	madrid.ends(senda.PauseSpec{Until: "10:00"}, "2026-03-27 09:00 +0100", "2026-03-27 10:00 +0100")
	madrid.ends(senda.PauseSpec{Until: "until monday 10:00"}, "2026-03-27 11:00 +0100", "2026-03-30 10:00 +0200")
	madrid.ends(senda.PauseSpec{Until: "7 days before person.renewal-date"}, "2026-03-27 11:00 +0100", "2026-06-13 00:00 +0200")
	// What is past is over at once.
	madrid.ends(senda.PauseSpec{Until: "2026-01-01 09:00"}, "2026-03-27 11:00 +0100", "2026-03-27 11:00 +0100")

	canary := newWorld(t, senda.Person{Country: "ES", PostalCode: "35001"})
	canary.ends(senda.PauseSpec{Until: "10:00"}, "2026-03-27 09:30 +0000", "2026-03-27 10:00 +0000")
	// An attribute that is missing: the default, and without one people go on.
	canary.ends(senda.PauseSpec{Until: "7 days before person.renewal-date", Default: "2026-05-08"}, "2026-03-27 09:00 +0000", "2026-05-01 00:00 +0100")
	canary.ends(senda.PauseSpec{Until: "7 days before person.renewal-date"}, "2026-03-27 09:00 +0000", "2026-03-27 09:00 +0000")
	newWorld(t, senda.Person{Attributes: map[string]senda.Attribute{"renewal-date": {Value: jsonata.Number(7)}}}).
		ends(senda.PauseSpec{Until: "7 days before person.renewal-date", Default: "2026-05-08"}, "2026-03-27 09:00 +0100", "2026-05-01 00:00 +0200")
}

// A pause right before a mail ends when that mail may leave.
func TestTheHoldFoldsIntoThePause(t *testing.T) {
	open := &senda.Opening{Brand: "alpha", Purpose: "offers"}
	madrid := newWorld(t, senda.Person{Country: "ES", PostalCode: "28004"})
	madrid.ends(senda.PauseSpec{For: "1 day", Open: open}, "2026-03-02 12:00 +0100", "2026-03-03 12:00 +0100")
	madrid.ends(senda.PauseSpec{For: "1 day", Open: open}, "2026-03-02 23:00 +0100", "2026-03-04 08:00 +0100")
	madrid.ends(senda.PauseSpec{For: "1 day", Open: open}, "2026-12-24 12:00 +0100", "2026-12-26 08:00 +0100") // closed
	narrow := &senda.Opening{Brand: "alpha", Purpose: "offers", Window: "10:00-12:00"}
	madrid.ends(senda.PauseSpec{For: "1 hour", Open: narrow}, "2026-03-02 12:00 +0100", "2026-03-03 10:00 +0100")
	// The hours of the night in which summer time begins.
	madrid.ends(senda.PauseSpec{For: "1 hour", Open: open}, "2026-03-28 23:00 +0100", "2026-03-29 08:00 +0200")
	// A receipt waits for no hour.
	receipt := &senda.Opening{Brand: "alpha", Purpose: "orders"}
	madrid.ends(senda.PauseSpec{For: "1 hour", Open: receipt}, "2026-03-02 23:00 +0100", "2026-03-03 00:00 +0100")
	// Somebody who may be anywhere in a wide country: when all of it is awake.
	spain := newWorld(t, senda.Person{Country: "ES"})
	spain.ends(senda.PauseSpec{For: "1 hour", Open: open}, "2026-03-02 06:00 +0100", "2026-03-02 09:00 +0100") // 08:00 in the Canaries
	usa := newWorld(t, senda.Person{Country: "US"})
	usa.ends(senda.PauseSpec{For: "1 hour", Open: open}, "2026-07-01 08:00 -0400", "2026-07-01 14:00 -0400") // 08:00 in Honolulu
}

// At another pace a pause is as long in journey time, and short by the clock.
func TestPace(t *testing.T) {
	w := newWorld(t, senda.Person{Country: "ES", PostalCode: "28004", Test: true, Pace: 86400})
	w.entry.Pace, w.now = 86400, at("2026-09-01 12:00 +0200")
	from := at("2026-03-02 12:00 +0100")
	got, err := w.Of(t.Context(), w.entry, map[string]senda.PauseSpec{"wait": {For: "3 days"}}, from)
	if err != nil {
		t.Fatal(err)
	}
	want := senda.Due{Until: from.AddDate(0, 0, 3), Real: w.now.Add(3 * time.Second)}
	if d := got["wait"]; !d.Until.Equal(want.Until) || !d.Real.Equal(want.Real) {
		t.Errorf("got %+v, want %+v", d, want)
	}
	if real := hours.Real(senda.Life, from, want.Until, w.now); !real.Equal(want.Until) {
		t.Errorf("in life a pause ends at %v, want %v", real, want.Until)
	}
}

func TestNothingFollows(t *testing.T) {
	w := newWorld(t, senda.Person{})
	w.Family = func(context.Context, string) (string, error) { panic("nobody needs to know") }
	if got, err := w.Of(t.Context(), w.entry, nil, at("2026-03-02 12:00 +0100")); err != nil || got != nil {
		t.Errorf("%v, %v", got, err)
	}
}

func TestWhatCannotBeComputed(t *testing.T) {
	w := newWorld(t, senda.Person{})
	for code, spec := range map[senda.Code]senda.PauseSpec{
		senda.Invalid:  {For: "a while"},
		senda.NotFound: {For: "1 day", Open: &senda.Opening{Brand: "gamma", Purpose: "offers"}},
	} {
		if _, err := w.Of(t.Context(), w.entry, map[string]senda.PauseSpec{"wait": spec}, at("2026-03-02 12:00 +0100")); senda.CodeOf(err) != code {
			t.Errorf("%+v: %v, want %s", spec, err, code)
		}
	}
	if _, _, err := hours.Opening(w.book, "alpha", "gossip", ""); senda.CodeOf(err) != senda.NotFound {
		t.Errorf("a purpose that is gone: %v", err)
	}
	if _, _, err := hours.Opening(w.book, "alpha", "offers", "noonish"); senda.CodeOf(err) != senda.Invalid {
		t.Errorf("a window that is none: %v", err)
	}
}

func TestWhereSomebodyIs(t *testing.T) {
	madrid, _ := calendar.Zone("Europe/Madrid")
	for _, c := range []struct {
		p    senda.Person
		zone string
		from calendar.ZoneSource
	}{
		{senda.Person{Zone: "America/Lima", Country: "ES"}, "America/Lima", calendar.ZoneStated},
		{senda.Person{Country: "ES", PostalCode: "35001"}, "Atlantic/Canary", calendar.ZonePostal},
		{senda.Person{Country: "DE"}, "Europe/Berlin", calendar.ZoneCountry},
		{senda.Person{Country: "ES"}, "Europe/Madrid", calendar.ZoneEvery},
		{senda.Person{Zone: "Europe/Atlantis"}, "Europe/Madrid", calendar.ZoneBrand},
		{senda.Person{}, "Europe/Madrid", calendar.ZoneBrand},
	} {
		if place := hours.PlaceOf(c.p, madrid); place.Zone().String() != c.zone || place.From != c.from {
			t.Errorf("%+v: %s, %s", c.p, place.Zone(), place.From)
		}
	}
}
