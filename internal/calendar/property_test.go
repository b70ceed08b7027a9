package calendar

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// Zones with every kind of oddity: changes of half an hour, of a day, at
// midnight, in the south, and none.
var oddZones = []string{
	"Europe/Madrid", "Atlantic/Canary", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia",
	"America/Sao_Paulo", "Africa/Cairo", "Asia/Kathmandu", "UTC", "Antarctica/Troll", "America/Santiago",
}

func drawZone(t *rapid.T) *time.Location {
	loc, err := time.LoadLocation(rapid.SampledFrom(oddZones).Draw(t, "zone"))
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// drawInstant prefers the hours around a clock change, where mistakes live.
func drawInstant(t *rapid.T, loc *time.Location) time.Time {
	at := time.Unix(rapid.Int64Range(1262304000, 1893456000).Draw(t, "at"), 0) // 2010 to 2030
	if _, change := at.In(loc).ZoneBounds(); !change.IsZero() && rapid.Bool().Draw(t, "near a change") {
		at = change.Add(time.Duration(rapid.IntRange(-3*3600, 3*3600).Draw(t, "off")) * time.Second)
	}
	return at.In(loc)
}

func drawSpan(t *rapid.T) Span {
	return Span{rapid.IntRange(1, 40).Draw(t, "n"), rapid.SampledFrom([]Unit{Minutes, Hours, Days, Weeks, Months}).Draw(t, "unit")}
}

// A written clock reading becomes an instant that shows it, the first such; or,
// where there is none, the instant of the jump.
func TestLocalTimesAreFirstOrTheJump(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		loc := drawZone(t)
		d := DateIn(drawInstant(t, loc), loc)
		c := Clock(rapid.IntRange(0, MinutesPerDay-1).Draw(t, "clock"))
		got := d.At(c, loc)
		// The model walks the day and its surroundings minute by minute.
		var first, after time.Time
		for at := d.utc().Add(-36 * time.Hour); at.Before(d.utc().Add(72 * time.Hour)); at = at.Add(time.Minute) {
			day, clock := DateIn(at, loc), ClockIn(at, loc)
			later := d.Before(day) || (day == d && clock > c)
			if day == d && clock == c {
				first = at
				break
			}
			if later {
				after = at
				break
			}
		}
		want := first
		if first.IsZero() {
			want = after
		}
		if !got.Equal(want) {
			t.Fatalf("%s %s in %s is %s, want %s", d, c, loc, got, want.In(loc))
		}
	})
}

// Going a span on never goes back, takes between its shortest and its longest
// time, and days, weeks and months keep the clock wherever the clock allows it.
func TestSpansGoOn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		loc := drawZone(t)
		if loc.String() == "Pacific/Apia" {
			loc = time.UTC // where a whole day was left out, a day is not 23 hours at least
		}
		at, span := drawInstant(t, loc), drawSpan(t)
		end := span.After(at, loc)
		if took := end.Sub(at); took < span.Shortest()-2*time.Hour || took > span.Longest()+2*time.Hour || took <= 0 {
			t.Fatalf("%s from %s ends %s: %s", span, at, end, took)
		}
		if span.Unit <= Hours {
			return
		}
		if ClockIn(end, loc) != ClockIn(at, loc) {
			if start, _ := end.ZoneBounds(); !start.Equal(end) {
				t.Fatalf("%s from %s ends %s, which is no jump", span, at, end)
			}
		}
	})
}

// NextOpen is open, nothing before it is, and it is the same instant whatever
// minute before it one asks from.
func TestNextOpenIsTheFirst(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		loc := drawZone(t)
		w := Window{
			Days: rapid.SampledFrom([]DaySet{AllDays, Weekdays, Weekends, 1 << time.Sunday, 1 << time.Saturday}).Draw(t, "days"),
			From: Clock(rapid.IntRange(0, MinutesPerDay-1).Draw(t, "from")),
			To:   Clock(rapid.IntRange(0, MinutesPerDay-1).Draw(t, "to")),
		}
		if w.From == w.To {
			w.To = (w.To + 1) % MinutesPerDay
		}
		at := drawInstant(t, loc)
		next := w.NextOpen(at, loc)
		if next.Before(at) || !w.Open(next, loc) {
			t.Fatalf("%s from %s: %s", w, at, next)
		}
		for probe := at; probe.Before(next); probe = probe.Add(7 * time.Minute) {
			if w.Open(probe, loc) {
				t.Fatalf("%s is open at %s already, not only at %s", w, probe, next)
			}
		}
		if next.After(at) && w.Open(next.Add(-time.Second), loc) {
			t.Fatalf("%s is open a second before %s", w, next)
		}
	})
}

// A set of minutes and its complement share nothing and leave nothing out, and
// narrowing never allows what either forbids.
func TestWeeksAreSets(t *testing.T) {
	draw := func(t *rapid.T, label string) Week {
		var out Week
		for range rapid.IntRange(0, 3).Draw(t, label) {
			out = out.Union(Window{DaySet(rapid.IntRange(0, 127).Draw(t, "days")), Clock(rapid.IntRange(0, 1439).Draw(t, "from")), Clock(rapid.IntRange(0, 1439).Draw(t, "to"))}.Week())
		}
		return out
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := draw(t, "a"), draw(t, "b")
		both, either, not := a.Intersect(b), a.Union(b), a.Complement()
		for minute := range minutesPerWeek {
			d, c := time.Weekday(minute/MinutesPerDay), Clock(minute%MinutesPerDay)
			inA, inB := a.Has(d, c), b.Has(d, c)
			if both.Has(d, c) != (inA && inB) || either.Has(d, c) != (inA || inB) || not.Has(d, c) == inA {
				t.Fatalf("minute %d: a %v, b %v, both %v, either %v, not %v", minute, inA, inB, both.Has(d, c), either.Has(d, c), not.Has(d, c))
			}
		}
	})
}

// Allowed everywhere is allowed in each zone, and never while a day is closed in one.
func TestOpenEverywhere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		zones := []*time.Location{drawZone(t), drawZone(t)}
		closed := DateIn(drawInstant(t, time.UTC), time.UTC)
		o := Opening{Week: Window{AllDays, 9 * 60, 21*60 + 30}.Week(), Closed: func(d Date) bool { return d == closed }}
		at := closed.At(Clock(rapid.IntRange(0, 1439).Draw(t, "clock")), zones[0])
		next, ok := o.NextOpenEverywhere(at, zones)
		if !ok {
			// Zones twelve hours apart may share no waking hour: then no instant of a week is open in both.
			for probe := at; probe.Before(at.AddDate(0, 0, 14)); probe = probe.Add(10 * time.Minute) {
				if o.OpenEverywhere(probe, zones) {
					t.Fatalf("%s is open in %v", probe, zones)
				}
			}
			return
		}
		if next.Before(at) || !o.OpenEverywhere(next, zones) {
			t.Fatalf("from %s in %v: %s", at, zones, next)
		}
		for probe := at; probe.Before(next); probe = probe.Add(11 * time.Minute) {
			if o.OpenEverywhere(probe, zones) {
				t.Fatalf("open at %s already", probe)
			}
		}
	})
}

// What is written in canonical form reads back as the same.
func TestCanonicalFormsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSpan(t)
		if got, err := ParseSpan(s.String()); err != nil || got != s {
			t.Fatalf("%q: %v, %v", s, got, err)
		}
		m := Moment{Kind: AtWeekday, Weekday: time.Weekday(rapid.IntRange(0, 6).Draw(t, "day")), Clock: Clock(rapid.IntRange(0, 1439).Draw(t, "clock"))}
		if got, err := ParsePause(m.String()); err != nil || got.Until != m {
			t.Fatalf("%q: %v, %v", m, got, err)
		}
	})
}

// Whatever is thrown at the parsers, they answer; what they accept, they read
// back from its own canonical form; and errors point inside the text.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"90 minutes", "until monday 10:00", "until 7 days before person.x", "weekdays 10:00-13:00", "day at 09:00", "2026-12-01 09:00", "", " ", "until ", "é-é"} {
		f.Add(s)
	}
	all := parsers()
	f.Fuzz(func(t *testing.T, s string) {
		for name, parse := range all {
			_, canonical, err := parse(s)
			if err != nil {
				var e *Error
				if !errors.As(err, &e) || e.From < 0 || e.To > len(s) || e.From > e.To || e.Message == "" {
					t.Fatalf("%s %q: %q at %d to %d", name, s, e.Message, e.From, e.To)
				}
				continue
			}
			if _, again, err := parse(canonical); err != nil || again != canonical {
				t.Fatalf("%s %q: %q, then %q, %v", name, s, canonical, again, err)
			}
		}
	})
}
