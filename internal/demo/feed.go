package demo

import (
	"container/heap"
	"context"
	"time"

	senda "github.com/senda-dev/senda"
)

// feed is what happens in the town: its history, and what comes of mails, in order
// of time. It is a house.Doer.
type feed struct {
	history []senda.Event
	next    int
	later   agenda
	n       int
	// before is told of every event of the history that is handed out.
	before func(senda.Event)
}

// moment is something that is no event of the history.
type moment struct {
	at time.Time
	n  int // of two at one instant the one that was planned first comes first
	do func(context.Context) error
}

// plan lets something happen at an instant.
func (f *feed) plan(at time.Time, do func(context.Context) error) {
	f.n++
	heap.Push(&f.later, moment{at, f.n, do})
}

// Peek implements house.Feed.
func (f *feed) Peek() (time.Time, bool) {
	switch {
	case f.next < len(f.history) && (len(f.later) == 0 || !f.later[0].at.Before(f.history[f.next].Time)):
		return f.history[f.next].Time, true
	case len(f.later) > 0:
		return f.later[0].at, true
	}
	return time.Time{}, false
}

// Next implements house.Feed.
func (f *feed) Next() senda.Event {
	e := f.history[f.next]
	f.next++
	f.before(e)
	return e
}

// Do implements house.Doer.
func (f *feed) Do(ctx context.Context) (bool, error) {
	if f.next < len(f.history) && (len(f.later) == 0 || !f.later[0].at.Before(f.history[f.next].Time)) {
		return false, nil
	}
	m := heap.Pop(&f.later).(moment) // only moments are pushed
	return true, m.do(ctx)
}

// agenda is a heap of moments.
type agenda []moment

func (a agenda) Len() int { return len(a) }
func (a agenda) Less(i, j int) bool {
	if !a[i].at.Equal(a[j].at) {
		return a[i].at.Before(a[j].at)
	}
	return a[i].n < a[j].n
}
func (a agenda) Swap(i, j int) { a[i], a[j] = a[j], a[i] }
func (a *agenda) Push(m any)   { *a = append(*a, m.(moment)) } // only moments are pushed
func (a *agenda) Pop() any {
	last := (*a)[len(*a)-1]
	*a = (*a)[:len(*a)-1]
	return last
}
