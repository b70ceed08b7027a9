package senda

import "time"

// Clock tells the time. Only mains and adapters read a real one: everything
// else is given an instant, so that a week's wait costs nothing in a test.
type Clock interface{ Now() time.Time }

// ClockFunc makes a function a Clock.
type ClockFunc func() time.Time

// Now calls f.
func (f ClockFunc) Now() time.Time { return f() }

// Pace is the number of journey seconds that pass in one real second. It is 1
// in life; any other pace is for people marked as test people.
type Pace float64

// Life is the pace of everybody who is not a test person.
const Life Pace = 1

// Real turns a length of journey time into the real delay at this pace.
func (p Pace) Real(d time.Duration) time.Duration {
	if p <= 0 || p == Life {
		return d
	}
	return time.Duration(float64(d) / float64(p))
}
