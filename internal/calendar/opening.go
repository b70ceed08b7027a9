package calendar

import (
	"slices"
	"time"
)

// Week is a set of minutes of a week as clocks show them, from Sunday 00:00, as
// ordered, disjoint, not touching runs. Sets are combined here, where every week
// is alike; zones and clock changes come in only with Opening.
type Week []run

// run holds the minutes [from, to) of a week.
type run struct{ from, to int }

const minutesPerWeek = 7 * MinutesPerDay

// Week is the minutes that the window holds; none for the zero Window.
func (w Window) Week() Week {
	var out Week
	for d := time.Sunday; d <= time.Saturday; d++ {
		if !w.Days.Has(d) || w.From == w.To {
			continue
		}
		from, to := int(d)*MinutesPerDay+int(w.From), int(d)*MinutesPerDay+int(w.To)
		if w.To < w.From {
			to += MinutesPerDay
		}
		if to > minutesPerWeek { // Saturday night runs into Sunday
			out = append(out, run{0, to - minutesPerWeek})
			to = minutesPerWeek
		}
		out = append(out, run{from, to})
	}
	return normal(out)
}

// Union holds what either holds.
func (a Week) Union(b Week) Week { return normal(slices.Concat(a, b)) }

// Complement holds what a does not: the waking hours of quiet hours.
func (a Week) Complement() Week {
	var out Week
	at := 0
	for _, r := range a {
		if at < r.from {
			out = append(out, run{at, r.from})
		}
		at = r.to
	}
	if at < minutesPerWeek {
		out = append(out, run{at, minutesPerWeek})
	}
	return out
}

// Intersect holds what both hold: the family's hours narrowed by a mail's window.
func (a Week) Intersect(b Week) Week {
	return a.Complement().Union(b.Complement()).Complement()
}

// Has says whether the set holds the minute at which the clock shows c on day d.
func (a Week) Has(d time.Weekday, c Clock) bool {
	at := int(d)*MinutesPerDay + int(c)
	_, ok := a.next(at, at)
	return ok
}

// next is the first minute in [from, last] that the set holds.
func (a Week) next(from, last int) (int, bool) {
	for _, r := range a {
		if r.to > from {
			at := max(r.from, from)
			return at, at <= last
		}
	}
	return 0, false
}

// IsEmpty says that the set holds no minute.
func (a Week) IsEmpty() bool { return len(a) == 0 }

func normal(runs []run) Week {
	slices.SortFunc(runs, func(a, b run) int { return a.from - b.from })
	var out Week
	for _, r := range runs {
		if n := len(out); n > 0 && r.from <= out[n-1].to {
			out[n-1].to = max(out[n-1].to, r.to)
			continue
		}
		out = append(out, r)
	}
	return out
}

// Opening is when something is allowed: minutes of the week, but never on closed
// days. The zero Opening allows nothing.
type Opening struct {
	Week   Week
	Closed func(Date) bool // nil: no day is closed
}

// Open says whether t is allowed in loc: an instant is allowed when what a clock
// in loc shows at that instant is. So an hour skipped in spring is never allowed,
// and one repeated in autumn is allowed both times.
func (o Opening) Open(t time.Time, loc *time.Location) bool {
	d := DateIn(t, loc)
	return o.Week.Has(d.Weekday(), ClockIn(t, loc)) && !o.closed(d)
}

// OpenEverywhere says whether t is allowed in each of the zones: what is done
// when only the country is known. No zone at all allows nothing.
func (o Opening) OpenEverywhere(t time.Time, zones []*time.Location) bool {
	for _, loc := range zones {
		if !o.Open(t, loc) {
			return false
		}
	}
	return len(zones) > 0
}

// horizon bounds the search for an open instant: a year and a week, so that any
// yearly list of closed days is seen whole.
const horizon = 372

// NextOpen is the first allowed instant at or after t in loc. ok is false when
// there is none within a year.
func (o Opening) NextOpen(t time.Time, loc *time.Location) (at time.Time, ok bool) {
	if o.Week.IsEmpty() {
		return t, false
	}
	until := t.AddDate(0, 0, horizon)
	for t.Before(until) {
		at, found := o.openToday(t, loc)
		if found {
			return at, true
		}
		t = at
	}
	return t, false
}

// openToday looks from t to the end of its day or to the next clock change,
// whichever is first; within that stretch the clock runs evenly. When nothing
// there is allowed, at is where the next stretch begins.
func (o Opening) openToday(t time.Time, loc *time.Location) (at time.Time, found bool) {
	l := t.In(loc)
	d, c := DateIn(t, loc), ClockIn(t, loc)
	_, change := l.ZoneBounds()

	// The end of the stretch by the clock that now runs.
	past := time.Duration(l.Second())*time.Second + time.Duration(l.Nanosecond())
	end := t.Add(time.Duration(MinutesPerDay-int(c))*time.Minute - past)
	if !change.IsZero() && change.Before(end) {
		end = change
	}
	if o.closed(d) {
		return end.In(loc), false
	}
	base := int(d.Weekday()) * MinutesPerDay
	minute, ok := o.Week.next(base+int(c), base+MinutesPerDay-1)
	if !ok {
		return end.In(loc), false
	}
	if minute == base+int(c) {
		return l, true
	}
	at = t.Add(time.Duration(minute-base-int(c))*time.Minute - past)
	if !at.Before(end) {
		return end.In(loc), false
	}
	return at.In(loc), true
}

// NextOpenEverywhere is the first instant at or after t that is allowed in each
// of the zones. ok is false when there is none within a year.
func (o Opening) NextOpenEverywhere(t time.Time, zones []*time.Location) (at time.Time, ok bool) {
	if len(zones) == 0 {
		return t, false
	}
	until := t.AddDate(0, 0, horizon)
	for at = t; at.Before(until); {
		moved := false
		for _, loc := range zones {
			next, ok := o.NextOpen(at, loc)
			if !ok {
				return t, false
			}
			if next.After(at) {
				at, moved = next, true
			}
		}
		if !moved {
			return at, true
		}
	}
	return t, false
}

func (o Opening) closed(d Date) bool { return o.Closed != nil && o.Closed(d) }
