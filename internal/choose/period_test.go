package choose

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/senda-dev/senda/internal/calendar"
)

func TestPeriodsAreNamedByTheirBeginning(t *testing.T) {
	at := time.Date(2026, 3, 5, 13, 47, 0, 0, time.FixedZone("", 3600))
	for span, want := range map[string]string{
		"1 day": "2026-03-05", "7 days": "2026-03-05", "30 days": "2026-02-06", "1 week": "2026-03-02", "2 weeks": "2026-03-02",
		"1 month": "2026-03-01", "3 months": "2026-01-01", "12 months": "2026-01-01", "6 hours": "2026-03-05T12:00", "5 minutes": "2026-03-05T12:45",
	} {
		s, err := calendar.ParseSpan(span)
		if err != nil {
			t.Fatal(err)
		}
		if got := period(s, at); got != want {
			t.Errorf("%s: %s, want %s", span, got, want)
		}
	}
}

// Every instant lies in one period, which begins no later and is no longer than
// its span; names sort by time.
func TestPeriodsFollowEachOther(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := calendar.Span{N: rapid.IntRange(1, 400).Draw(t, "n"), Unit: rapid.SampledFrom([]calendar.Unit{calendar.Hours, calendar.Days, calendar.Weeks, calendar.Months}).Draw(t, "unit")}
		at := time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "at"), 0)
		layout := time.DateOnly
		if s.Unit == calendar.Hours {
			layout = "2006-01-02T15:04"
		}
		first, err := time.Parse(layout, period(s, at))
		if err != nil {
			t.Fatal(err)
		}
		if first.After(at) || at.Sub(first) > s.Longest() {
			t.Fatalf("%s at %v is %v", s, at, first)
		}
		if again := period(s, first); again != first.Format(layout) {
			t.Fatalf("%s: the beginning %v of a period lies in %s", s, first, again)
		}
		if later := period(s, at.Add(s.Longest())); later <= period(s, at) && s.Longest() >= time.Hour {
			t.Fatalf("%s: a span later it is still %s", s, later)
		}
	})
}
