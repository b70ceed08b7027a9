package play

import (
	"time"

	senda "github.com/senda-dev/senda"
)

// slowest is the least pace of a script: at that of life its events would be as old as
// the scenario.
const slowest = 2

// Pace is the greatest pace at which the acts from one on can be played by the clock:
// a pause into which acts must fall lasts long enough that each has room to arrive,
// and without such acts the whole script takes one room. r is what came of the first
// performance, room a length of real time.
func (s *Script) Pace(r Result, from int, room time.Duration) senda.Pace {
	last := s.Start
	for _, l := range r.Lines {
		if l.At.After(last) {
			last = l.At
		}
	}
	whole := last.Sub(s.Start)
	pace := float64(whole) / float64(room)
	for n, a := range s.Acts {
		if n < from || a.At.Before(s.Start) || a.Enters {
			continue
		}
		since, until := s.Marks[n].Since, s.Marks[n].Until
		if until.IsZero() { // a wait that nothing ends leaves no trace: its neighbours bound it
			since, until = s.neighbours(r, a.At)
		}
		if length := until.Sub(since); length > 0 {
			pace = min(pace, float64(length)/float64(room*time.Duration(s.within(since, until))))
		}
	}
	return senda.Pace(max(pace, slowest))
}

// within counts the acts in a stretch of journey time.
func (s *Script) within(since, until time.Time) int {
	n := 0
	for _, a := range s.Acts {
		if !a.Enters && !a.At.Before(since) && a.At.Before(until) {
			n++
		}
	}
	return max(n, 1)
}

// neighbours are the lines before and after an instant; zero length when none follows.
func (s *Script) neighbours(r Result, at time.Time) (since, until time.Time) {
	since = s.Start
	for _, l := range r.Lines {
		if !l.At.After(at) {
			since = l.At
		} else {
			return since, l.At
		}
	}
	return at, at
}
