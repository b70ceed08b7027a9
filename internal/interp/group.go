package interp

import (
	"slices"

	"github.com/senda-dev/senda/internal/jsonata"
)

// group is what a Parallel or Map has under way.
type group struct {
	children []*thread // that run
	results  []jsonata.Value
	items    jsonata.Value // of a Map
	next     int           // the item to start next
	limit    int           // iterations at once
	done     int           // children that ended
	failed   int           // of them, badly
	tolerate tolerance
	failure  *failure // what ended the group
	// selecting is set while the input of items[next] is selected.
	selecting bool
	// seen is the event that the start of the next iteration follows.
	seen int64
}

// tolerance is how many iterations may fail; -1 stands for a field that is not
// there. Without either field the first failure is the Map's own.
type tolerance struct{ count, percentage float64 }

var intolerant = tolerance{-1, -1}

// exhausted says whether failed of all items are too many. Where both fields
// are there, either ends the Map.
func (l tolerance) exhausted(failed, all int) bool {
	if l == intolerant {
		return failed > 0
	}
	return l.count >= 0 && float64(failed) > l.count ||
		l.percentage >= 0 && float64(failed)*100 > l.percentage*float64(all)
}

func (r *Run) startParallel(t *thread) {
	s := t.state
	input := t.input
	if s.arguments != nil {
		r.states(s.attemptNeeds, jsonata.Nothing, nil)
		var f *failure
		if input, f = r.fill(t, s.arguments); f == nil && !fits(input) {
			f = t.tooLarge("arguments")
		}
		if f != nil {
			r.trouble(t, f)
			return
		}
	}
	r.note(t, ParallelStateStarted)
	t.group = group{children: t.group.children[:0], results: make([]jsonata.Value, len(s.branches)), tolerate: intolerant}
	t.phase = phaseChildren
	for i, f := range s.branches {
		r.startChild(t, f, i, input)
	}
}

func (r *Run) startChild(t *thread, f *flow, index int, input jsonata.Value) *thread {
	var c *thread
	if n := len(r.spare); n > 0 {
		c, r.spare = r.spare[n-1], r.spare[:n-1]
	} else {
		c = &thread{}
	}
	c.reset(f)
	c.parent, c.index, c.input, c.last = t, index, input, t.last
	// The outer variables keep their slots.
	copy(c.vars, t.vars)
	t.group.children = append(t.group.children, c)
	r.live = append(r.live, c)
	r.ready.push(c)
	return c
}

func (r *Run) startMap(t *thread) {
	s := t.state
	r.states(s.attemptNeeds, jsonata.Nothing, nil)
	items, f := r.mapItems(t)
	if f != nil {
		r.trouble(t, f)
		return
	}
	g := group{children: t.group.children[:0], items: items, tolerate: intolerant}
	concurrency := 0.0
	for _, n := range [...]struct {
		from *number
		to   *float64
	}{{s.concurrency, &concurrency}, {s.tolerated, &g.tolerate.count}, {s.percentage, &g.tolerate.percentage}} {
		if n.from == nil {
			continue
		}
		if *n.to, f = r.number(t, n.from); f != nil {
			r.trouble(t, f)
			return
		}
	}
	if g.limit = int(concurrency); g.limit == 0 || g.limit > MaxMapConcurrency {
		g.limit = MaxMapConcurrency
	}
	g.results = make([]jsonata.Value, items.Len())
	if e := r.record(t, MapStateStarted); e != nil {
		e.Length = items.Len()
		r.emit()
	}
	g.seen = t.last
	t.group = g
	if t.phase = phaseStarting; items.Len() == 0 {
		t.phase = phaseJoined
	}
}

func (r *Run) mapItems(t *thread) (jsonata.Value, *failure) {
	s := t.state
	items := t.input
	if s.itemsField != nil {
		var f *failure
		if items, f = r.fill(t, s.itemsField); f != nil {
			return items, f
		}
		if items.Kind() != jsonata.KindArray && s.itemsField.expression != nil {
			return items, s.itemsField.expression.wrongType("array", items)
		}
		if !fits(items) {
			return items, t.tooLarge("items")
		}
	}
	if items.Kind() != jsonata.KindArray {
		return items, queryFailure("", "Map state input must be an array but was: %s", items)
	}
	return items, nil
}

// startIteration starts the next iteration and, when more may run at once, comes
// back for the one after when this has gone as far as it goes.
func (r *Run) startIteration(t *thread) {
	s, g := t.state, &t.group
	i := g.next
	t.last = g.seen
	r.iterated(t, MapIterationStarted, i)
	input, item := g.items.At(i), g.items.At(i)
	if s.selector != nil {
		g.selecting = true
		r.states(s.selector.needs, jsonata.Nothing, nil)
		var f *failure
		input, f = r.fill(t, s.selector)
		g.selecting = false
		if f == nil && !fits(input) {
			f = t.tooLarge("an item")
		}
		if f != nil {
			if f.evaluation {
				r.evaluationFailed(t, f)
			}
			before := t.last
			r.iterated(t, MapIterationFailed, i)
			t.last = before
			r.breakUp(t, f)
			return
		}
	}
	g.next++
	c := r.startChild(t, s.branches[0], i, input)
	c.item = item
	r.startMore(t)
}

// startMore lets the thread start another iteration, if one may run now.
func (r *Run) startMore(t *thread) {
	g := &t.group
	if g.next == g.items.Len() || len(g.children) == g.limit {
		t.phase = phaseChildren
		return
	}
	// Others, such as the iteration that has just started, come first.
	t.phase = phaseLater
	r.ready.push(t)
}

// iterated records an event of an iteration of t's Map.
func (r *Run) iterated(t *thread, event EventType, index int) {
	if e := r.record(t, event); e != nil {
		e.Name, e.Index = t.state.name, index
		r.emit()
	}
}

// childSucceeded takes the output of a branch or an iteration.
func (r *Run) childSucceeded(c *thread, output jsonata.Value) {
	t := c.parent
	r.childEnded(c, MapIterationSucceeded)
	t.group.results[c.index] = output
	r.goOn(t)
}

// childFailed takes the failure of a branch or an iteration: it is tolerated,
// with the error output in the place of the output, or it ends the group.
func (r *Run) childFailed(c *thread, f *failure) {
	t := c.parent
	g := &t.group
	g.failed++
	r.childEnded(c, MapIterationFailed)
	if !f.terminal() && !g.tolerate.exhausted(g.failed, len(g.results)) {
		g.results[c.index] = f.output()
		r.goOn(t)
		return
	}
	if g.tolerate != intolerant && !f.terminal() {
		f = &failure{name: ErrorToleranceExhausted, cause: "The specified tolerated failure threshold was exceeded"}
	}
	r.breakUp(t, f)
}

func (r *Run) childEnded(c *thread, event EventType) {
	t := c.parent
	g := &t.group
	g.done++
	g.children = slices.DeleteFunc(g.children, func(o *thread) bool { return o == c })
	g.seen, t.last = c.last, c.last
	if t.state.kind == kindMap {
		r.iterated(t, event, c.index)
		if event == MapIterationFailed {
			t.last = c.last // AWS lets what comes next follow the iteration
		}
	}
	// c is what runs now, so the queue does not hold it: it may be used again.
	r.forget(c)
	r.spare = append(r.spare, c)
}

// wakeFirst lets a group go on before anything else, unless it runs already.
func (r *Run) wakeFirst(t *thread) {
	if t != r.current {
		r.ready.pushFirst(t)
	}
}

// goOn starts the next iteration, or joins when all have ended.
func (r *Run) goOn(t *thread) {
	g := &t.group
	switch {
	case g.done == len(g.results):
		t.phase = phaseJoined
		r.wakeFirst(t)
	case t.state.kind == kindMap && t.phase == phaseChildren:
		r.startMore(t)
	}
}

// breakUp ends a group for a failure: what still runs is dropped.
func (r *Run) breakUp(t *thread, f *failure) {
	g := &t.group
	for len(g.children) > 0 {
		c := g.children[0]
		g.children = g.children[1:]
		if t.state.kind == kindMap {
			before := t.last
			r.iterated(t, MapIterationAborted, c.index)
			t.last = before
		}
		r.drop(c)
	}
	g.failure = f
	t.phase = phaseJoined
	r.wakeFirst(t)
}

// drop ends a thread and all that it has under way.
func (r *Run) drop(c *thread) {
	for _, inner := range c.group.children {
		r.drop(inner)
	}
	r.aborted(c)
	c.group.children = c.group.children[:0]
	r.forget(c)
	// The queue may hold it still; it may be used again once that is empty.
	r.dropped = append(r.dropped, c)
}

func (r *Run) forget(c *thread) {
	c.phase = phaseEnded
	r.live = slices.DeleteFunc(r.live, func(o *thread) bool { return o == c })
}

// joined goes on after a Parallel or Map.
func (r *Run) joined(t *thread) {
	s := t.state
	if f := t.group.failure; f != nil {
		t.group.failure = nil
		r.handle(t, f)
		return
	}
	result := jsonata.Array(t.group.results...)
	before := t.last
	if s.kind == kindMap {
		r.note(t, MapStateSucceeded)
	} else {
		r.note(t, ParallelStateSucceeded)
	}
	t.last = before // AWS lets the exit follow the last iteration or branch
	if !fits(result) {
		r.handle(t, t.tooLarge("a result"))
		return
	}
	r.leave(t, &s.leave, result, result, nil, s.next)
}

// groupFailed records that a Parallel or Map has failed for good: AWS writes
// nothing when it is tried again.
func (r *Run) groupFailed(t *thread) {
	switch t.state.kind {
	case kindMap:
		r.note(t, MapStateFailed)
	case kindParallel:
		r.note(t, ParallelStateFailed)
	default:
	}
}
