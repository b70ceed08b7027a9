package interp

import (
	"time"

	"github.com/senda-dev/senda/internal/jsonata"
)

// Execution is what starts a run: everything that would come from outside is a
// value here.
type Execution struct {
	// Name and ID are the execution's name and ARN in the context object. Task
	// tokens are derived from ID, so it must be unique where tokens are shared.
	Name, ID string
	Input    jsonata.Value // Nothing stands for {}
	// StartedAt is the start; time-outs of the execution count from it. The
	// zero time stands for that of the first Advance.
	StartedAt time.Time
	// Seed decides jitter, $random and $uuid.
	Seed uint64
	// MachineID, MachineName and RoleARN appear in the context object.
	MachineID, MachineName, RoleARN string
	// History takes the events; nil keeps none, which costs nothing.
	History Sink
}

// Status is that of an execution, named as AWS names it.
type Status uint8

// The statuses of an execution.
const (
	Running Status = iota
	Succeeded
	Failed
	TimedOut
	Aborted
)

// String gives AWS's word.
func (s Status) String() string {
	return [...]string{"RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"}[s]
}

// Outcome is how an execution stands. Output is Nothing until it succeeded;
// Error and Cause are empty unless it ended otherwise, and may be empty then.
type Outcome struct {
	Status Status
	Output jsonata.Value
	Error  string
	Cause  string
}

// Run is one execution. It is not safe for concurrent use.
type Run struct {
	machine *Machine
	exec    Execution
	outcome Outcome
	begun   bool
	now     time.Time // of the last Advance
	end     time.Time // when the execution times out

	root  thread
	live  []*thread // all threads that have not ended, in the order of their start
	ready queue     // threads that can go on at once
	spare []*thread // ended ones, to be used again
	// dropped have ended too, but the queue may hold them.
	dropped []*thread
	current *thread // that runs now

	tasks    TaskID // the last one given out
	events   int64  // the last event's id
	last     int64  // the event that an event of the execution follows
	full     bool   // the history has room for the end only
	chance   chance
	env      jsonata.Env
	assigned int // upper bound of the bytes of all variables ever assigned

	view view

	// Scratch memory, empty between calls.
	values []jsonata.Value
	event  Event
	task   Task

	executionContext, machineContext jsonata.Value // built when first read
}

// Start makes a run. Nothing happens before the first Advance.
func (m *Machine) Start(e Execution) *Run {
	r := &Run{machine: m}
	r.env.Random, r.env.UUID = r.chance.float, r.chance.uuid
	r.Reset(e)
	return r
}

// Reset makes the run a new execution of the same machine, in the memory of the
// old one. What the old one handed out (Values, history) stays valid.
func (r *Run) Reset(e Execution) {
	if e.Input.Kind() == jsonata.KindNothing {
		e.Input = emptyObject
	}
	for _, t := range r.live {
		if t != &r.root {
			r.spare = append(r.spare, t)
		}
	}
	r.exec, r.outcome, r.begun = e, Outcome{}, false
	r.now, r.end = time.Time{}, time.Time{}
	r.tasks, r.events, r.last, r.assigned, r.full = 0, 0, 0, 0, false
	r.chance = chance(e.Seed)
	r.executionContext, r.machineContext = jsonata.Nothing, jsonata.Nothing
	r.view = view{}
	r.ready.clear()
	r.spare = append(r.spare, r.dropped...)
	r.dropped, r.current = r.dropped[:0], nil
	r.root.reset(r.machine.flow)
	r.root.input = e.Input
	r.live = append(r.live[:0], &r.root)
}

var emptyObject = jsonata.Object()

// Advance runs until nothing more can happen at now: until the end, or until
// everything waits for an answer or for time to pass. Timers that are due are
// handled in the order of their instants, as of now; a deadline that lies at now
// has passed, but an answer given before the call wins against it. Time does
// not go back: an earlier now counts as the latest one seen.
func (r *Run) Advance(now time.Time, host Host) Status {
	if r.Done() {
		return r.outcome.Status
	}
	if now.After(r.now) {
		r.now = now
	}
	r.env.Now = r.now
	if !r.begun {
		r.begin()
	}
	for !r.Done() {
		t := r.ready.pop()
		if t == nil {
			r.spare = append(r.spare, r.dropped...)
			r.dropped = r.dropped[:0]
			if !r.expire() {
				break
			}
			continue
		}
		if t.phase == phaseLater {
			t.phase = phaseStarting
		}
		r.current = t
		r.run(t, host)
		r.current = nil
	}
	return r.outcome.Status
}

func (r *Run) begin() {
	r.begun = true
	if r.exec.StartedAt.IsZero() {
		r.exec.StartedAt = r.now
	}
	r.end = r.exec.StartedAt.AddDate(0, 0, MaxDays)
	if r.machine.timeout > 0 {
		if end := r.exec.StartedAt.Add(r.machine.timeout); end.Before(r.end) {
			r.end = end
		}
	}
	if e := r.record(nil, ExecutionStarted); e != nil {
		e.Input, e.RoleARN = r.exec.Input, r.exec.RoleARN
		r.emit()
	}
	if !fits(r.exec.Input) {
		r.fail(&failure{name: ErrorDataLimit, cause: "The execution's input is larger than 262144 bytes."})
		return
	}
	r.ready.push(&r.root)
}

// Done says whether the execution has ended.
func (r *Run) Done() bool { return r.outcome.Status != Running }

// Outcome says how the execution stands.
func (r *Run) Outcome() Outcome { return r.outcome }

// Execution returns what the run was started with; StartedAt is set once it runs.
func (r *Run) Execution() Execution { return r.exec }

// Abort ends the execution from outside.
func (r *Run) Abort(now time.Time, name, cause string) {
	if r.Done() {
		return
	}
	if now.After(r.now) {
		r.now = now
	}
	r.finish(Aborted, ExecutionAborted, name, cause)
}

// Wake is the earliest instant at which a wait, a retry, a time-out or a missing
// heartbeat is due, the end of the execution's time included; zero when the run
// is done. Before the first Advance it is the start, and when an answer has been
// given since the last Advance the latest now.
func (r *Run) Wake() time.Time {
	if r.Done() {
		return time.Time{}
	}
	if !r.begun {
		return r.exec.StartedAt
	}
	if !r.ready.empty() {
		return r.now
	}
	wake := r.end
	for _, t := range r.live {
		if due, ok := t.due(); ok && due.Before(wake) {
			wake = due
		}
	}
	return wake
}

// expire handles the timer that is due first, the older thread first among
// equals, and says whether there was one.
func (r *Run) expire() bool {
	var first *thread
	due := r.end
	for _, t := range r.live {
		if at, ok := t.due(); ok && (at.Before(due) || first == nil && at.Equal(due)) {
			first, due = t, at
		}
	}
	if due.After(r.now) {
		return false
	}
	if first == nil {
		r.finish(TimedOut, ExecutionTimedOut, ErrorTimeout, "")
		return true
	}
	first.elapsed()
	r.ready.push(first)
	return true
}

// fail ends the execution with an error.
func (r *Run) fail(f *failure) { r.finish(Failed, ExecutionFailed, f.name, f.cause) }

func (r *Run) finish(status Status, event EventType, name, cause string) {
	r.outcome = Outcome{Status: status, Error: name, Cause: cause}
	if e := r.record(&r.root, event); e != nil {
		e.Error, e.Cause = name, cause
		r.emit()
	}
	r.close()
}

func (r *Run) succeed(output jsonata.Value) {
	r.outcome = Outcome{Status: Succeeded, Output: output}
	if e := r.record(&r.root, ExecutionSucceeded); e != nil {
		e.Output = output
		r.emit()
	}
	r.close()
}

// close forgets the threads, so that no answer finds a task any more.
func (r *Run) close() {
	for _, t := range r.live {
		t.phase = phaseEnded
		if t != &r.root {
			r.spare = append(r.spare, t)
		}
	}
	r.live = r.live[:0]
	r.ready.clear()
	r.spare = append(r.spare, r.dropped...)
	r.dropped = r.dropped[:0]
}

// queue is a first-in-first-out list that keeps its memory.
type queue struct {
	threads []*thread
	head    int
}

func (q *queue) empty() bool { return q.head == len(q.threads) }

func (q *queue) clear() { q.threads, q.head = q.threads[:0], 0 }

func (q *queue) push(t *thread) { q.threads = append(q.threads, t) }

// pushFirst puts a thread before all others.
func (q *queue) pushFirst(t *thread) {
	if q.head > 0 {
		q.head--
		q.threads[q.head] = t
		return
	}
	q.threads = append(q.threads, nil)
	copy(q.threads[1:], q.threads)
	q.threads[0] = t
}

// pop takes the next thread that has not ended meanwhile, nil when there is none.
func (q *queue) pop() *thread {
	for q.head < len(q.threads) {
		t := q.threads[q.head]
		q.threads[q.head] = nil
		if q.head++; q.head == len(q.threads) {
			q.clear()
		}
		if t.phase != phaseEnded {
			return t
		}
	}
	return nil
}
