package runner

import (
	"container/heap"
	"time"
)

// agenda orders executions by the instant at which they are due, equal ones by
// the order in which they were put: first come, first served.
type agenda struct {
	items []item
	count uint64
	// latest is the number of the last item put for a name; older ones are void.
	latest map[string]uint64
}

type item struct {
	at   time.Time
	n    uint64
	name string
}

func (a *agenda) Len() int { return len(a.items) }
func (a *agenda) Less(i, j int) bool {
	x, y := &a.items[i], &a.items[j]
	if !x.at.Equal(y.at) {
		return x.at.Before(y.at)
	}
	return x.n < y.n
}
func (a *agenda) Swap(i, j int) { a.items[i], a.items[j] = a.items[j], a.items[i] }
func (a *agenda) Push(x any)    { a.items = append(a.items, x.(item)) }
func (a *agenda) Pop() any {
	last := a.items[len(a.items)-1]
	a.items = a.items[:len(a.items)-1]
	return last
}

// put makes an execution due at an instant, instead of any other.
func (a *agenda) put(name string, at time.Time) {
	if a.latest == nil {
		a.latest = map[string]uint64{}
	}
	a.count++
	a.latest[name] = a.count
	heap.Push(a, item{at, a.count, name})
	a.clean()
}

// drop makes an execution due never.
func (a *agenda) drop(name string) {
	delete(a.latest, name)
	a.clean()
}

// take removes the first execution that is due at now.
func (a *agenda) take(now time.Time) (name string, ok bool) {
	if len(a.items) == 0 || a.items[0].at.After(now) {
		return "", false
	}
	name = heap.Pop(a).(item).name
	delete(a.latest, name)
	a.clean()
	return name, true
}

// clean keeps a valid item, if any, at the head.
func (a *agenda) clean() {
	for len(a.items) > 0 && a.latest[a.items[0].name] != a.items[0].n {
		heap.Pop(a)
	}
}
