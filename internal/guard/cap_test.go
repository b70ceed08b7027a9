package guard_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/calendar"
	"github.com/senda-dev/senda/internal/guard"
)

// Whatever is asked when and by whom, no window of a cap ever holds more mails
// than it allows, the kept places go to high priority only, and what finds no
// place was refused by a full window.
func TestNoWindowOverflows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 4).Draw(t, "max")
		c := guard.Cap{Max: n, Days: rapid.IntRange(1, 9).Draw(t, "days"), Keep: rapid.IntRange(0, n).Draw(t, "keep")}
		type taken struct {
			day  int
			high bool
		}
		var model []taken
		var ledger senda.CapLedger
		start := time.Date(2026, 3, 20, 12, 0, 0, 0, time.UTC)
		today := 0
		for i := range rapid.IntRange(1, 60).Draw(t, "asks") {
			today += rapid.IntRange(0, 2).Draw(t, "days later")
			at := start.AddDate(0, 0, today)
			p := rapid.SampledFrom([]senda.Priority{senda.High, senda.Normal, senda.Low}).Draw(t, "priority")
			all, others := 0, 0
			for _, m := range model {
				if m.day > today-c.Days {
					all++
					if !m.high {
						others++
					}
				}
			}
			want := all < c.Max
			if p != senda.High && others+c.Keep >= c.Max {
				want = false
			}
			got := c.Room(ledger.Places, calendar.DateIn(at, madrid), p)
			if got != want {
				t.Fatalf("day %d, %s, cap %v, taken %v: room %v, want %v", today, p, c, model, got, want)
			}
			if !got {
				continue
			}
			id := senda.MessageID(rune('a'+i%26)) + senda.MessageID(rune('a'+i/26))
			ledger = guard.Take(ledger, []guard.Cap{c}, at, madrid, p, "offers", id)
			if again := guard.Take(ledger, []guard.Cap{c}, at, madrid, p, "offers", id); len(again.Places) != len(ledger.Places) {
				t.Fatal("asking twice takes two places")
			}
			if rapid.IntRange(0, 4).Draw(t, "left") == 0 {
				ledger = ledger.Without(id)
				continue
			}
			model = append(model, taken{today, p == senda.High})
		}
	})
}

func TestTheDayIsThePersons(t *testing.T) {
	c := guard.Cap{Max: 1, Days: 1}
	late := time.Date(2026, 3, 2, 23, 30, 0, 0, time.UTC) // already the 3rd in Madrid
	l := guard.Take(senda.CapLedger{}, []guard.Cap{c}, late, madrid, senda.Normal, "news", "m")
	if c.Room(l.Places, calendar.DateIn(late.Add(time.Hour), madrid), senda.Normal) {
		t.Error("half past midnight and half past one in Madrid are one day")
	}
	if !c.Room(l.Places, calendar.DateIn(late.Add(24*time.Hour), madrid), senda.Normal) {
		t.Error("the next day in Madrid has room")
	}
}
