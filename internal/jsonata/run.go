package jsonata

import (
	"sync"
	"time"
)

// Env is what an evaluation takes from outside. The zero Env, like a nil one,
// has neither clock nor chance: $now(), $millis(), $random(), $shuffle() and
// $uuid() are errors then.
type Env struct {
	// Now is what $now() and $millis() return throughout one evaluation.
	Now time.Time
	// Random returns a number in [0, 1), for $random() and $shuffle().
	Random func() float64
	// UUID returns a version 4 UUID, for $uuid().
	UUID func() string
	// Limits bound the evaluation.
	Limits Limits
	// Late is asked now and then whether the evaluation has taken too long by a
	// clock that the caller has; nil is never. Whoever sets it gives up that the
	// same input always has the same result.
	Late func() bool
}

// Limits bound one evaluation; a zero field means its default.
type Limits struct {
	// Depth is how deep functions may call each other; tail calls do not
	// count. Default 1,000; less for expressions that are themselves nested
	// thousands deep, so that the stack of the process cannot overflow.
	Depth int
	// Steps counts calls and the items that paths and functions go through.
	// Default 10,000,000, about a second.
	Steps int64
	// Bytes of strings, arrays and objects built on the way, those that are
	// garbage at the end too. Default 512 MiB.
	Bytes int64
}

const (
	defaultDepth = 1000
	defaultSteps = 10_000_000
	defaultBytes = 512 << 20
	// stackBudget is how many closures may be nested in one evaluation: the
	// height of the expression, and callFrames for the call itself, times the
	// depth of the calls. Each takes a few hundred bytes of stack, of which Go
	// allows 1 GB.
	stackBudget = 400_000
	callFrames  = 10
	// lateEvery is after how many steps Late is asked.
	lateEvery = 4096
)

// run is the state of one evaluation.
type run struct {
	env    *Env
	root   Value // $$
	steps  int64 // left
	bytes  int64 // left
	depth  int   // left
	limits Limits
	look   int64 // steps left at which to ask whether it is late

	// args is the stack of arguments of the calls that are under way.
	args []Value
	// tail is the call that a function body ended in; see tailCall.
	tail struct {
		fn   Value
		args []Value
		call *callSite
	}
	free *frame // frames to use again
	top  frame
}

// frame holds the variables of one call, or of one pass through a block whose
// variables a function may hold on to.
type frame struct {
	run   *run
	up    *frame
	slots []Value
	buf   [4]Value
}

var noEnv Env

var runs = sync.Pool{New: func() any { return new(run) }}

func (r *run) start(p *Program, in Value, env *Env) {
	if env == nil {
		env = &noEnv
	}
	r.env, r.root, r.limits = env, in, env.Limits
	l := &r.limits
	if l.Depth <= 0 {
		l.Depth = defaultDepth
	}
	l.Depth = min(l.Depth, max(stackBudget/(p.height+callFrames), 8))
	if l.Steps <= 0 {
		l.Steps = defaultSteps
	}
	if l.Bytes <= 0 {
		l.Bytes = defaultBytes
	}
	r.depth, r.steps, r.bytes = l.Depth, l.Steps, l.Bytes
	r.look = -1
	if env.Late != nil {
		r.look = r.steps - lateEvery
	}
}

// reset lets go of everything but the buffers.
func (r *run) reset() {
	if len(r.args) > 0 {
		clear(r.args)
		r.args = r.args[:0]
	}
	if r.tail.call != nil {
		clear(r.tail.args)
		r.tail.args = r.tail.args[:0]
		r.tail.fn, r.tail.call = Nothing, nil
	}
	r.root, r.env = Nothing, nil
	r.top.slots, r.top.up = nil, nil
}

// tick counts n steps.
func (r *run) tick(n int) error {
	r.steps -= int64(n)
	if r.steps < r.look || r.steps < 0 {
		return r.late()
	}
	return nil
}

func (r *run) late() error {
	if r.steps < 0 {
		return errorAt(codeSteps, -1, -1, "the evaluation took more than %d steps", r.limits.Steps)
	}
	r.look = r.steps - lateEvery
	if r.env.Late() {
		return errorAt(codeTime, -1, -1, "the evaluation took too long")
	}
	return nil
}

// spend counts n bytes that are about to be built.
func (r *run) spend(n int) error {
	r.bytes -= int64(n)
	if r.bytes < 0 {
		return errorAt(codeSize, -1, -1, "the evaluation built more than %d bytes", r.limits.Bytes)
	}
	return nil
}

const (
	valueBytes  = 24
	memberBytes = 40
)

// array makes a Value of items, which it takes over.
func (r *run) array(items []Value, mark uint64) (Value, error) {
	if err := r.spend(valueBytes * len(items)); err != nil {
		return Nothing, err
	}
	return checkNest(arrayOf(items, mark))
}

// sequence makes a sequence of items that stay the caller's.
func (r *run) sequence(items []Value) (Value, error) {
	return r.array(append(room(len(items)), items...), markSequence)
}

func (r *run) object(b *objectBuilder) (Value, error) {
	if err := r.spend(memberBytes * len(b.o.members)); err != nil {
		return Nothing, err
	}
	return checkNest(b.value())
}

// checkNest keeps values shallow enough that walking one cannot exhaust the
// stack.
func checkNest(v Value) (Value, error) {
	if v.depth() > MaxJSONDepth {
		return Nothing, errorAt(codeNest, -1, -1, "a value is nested more than %d deep", MaxJSONDepth)
	}
	return v, nil
}

// str makes a Value of a string that was built.
func (r *run) str(s string) (Value, error) {
	if err := r.spend(len(s)); err != nil {
		return Nothing, err
	}
	return String(s), nil
}

// push returns a frame with n slots that hold Nothing.
func (r *run) push(up *frame, n int) *frame {
	f := r.free
	if f != nil {
		r.free = f.up
	} else {
		f = &frame{run: r}
	}
	f.up = up
	switch {
	case n <= len(f.buf):
		f.slots = f.buf[:n]
	default:
		f.slots = make([]Value, n)
	}
	return f
}

// pop takes back a frame that nothing holds on to.
func (r *run) pop(f *frame) {
	clear(f.slots)
	f.slots = nil
	f.up = r.free
	r.free = f
}
