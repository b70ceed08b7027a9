package jsonata

import "slices"

// CompileOptions say what a program may see.
type CompileOptions struct {
	// Vars are the names, without $, of the variables that Eval is given, in
	// its order.
	Vars []string
}

// Program is a compiled expression. It is immutable: many goroutines may
// evaluate it at once.
type Program struct {
	eval     fn
	slots    int // of the outermost frame
	vars     int // of them given by the caller
	assigns  bool
	captures bool
	height   int
	free     []string
	// direct is set where the whole is a straight path from a given variable.
	direct *Straight
}

// fn is a compiled node: what it yields for a frame and a context value.
type fn func(f *frame, in Value) (Value, error)

// Compile resolves the variables of a tree and turns it into closures. The
// error is an *Error with its place: what is newer than 2.0.6, $eval, and
// regular expressions that could run away are refused here.
func Compile(t *Tree, o CompileOptions) (*Program, error) {
	info := &frameInfo{}
	c := &compiler{frame: info, scope: &scope{frame: info, names: map[string]int{}, certain: map[string]bool{}}}
	for _, name := range o.Vars {
		c.scope.names[name] = info.slot()
		c.scope.certain[name] = true
	}
	p := &Program{vars: len(o.Vars), height: max(t.height, 1)}
	c.declare(t.Root)
	p.assigns = info.size > p.vars || c.rebinds(t.Root, o.Vars)
	p.eval = c.compile(t.Root)
	if c.err != nil {
		return nil, c.err
	}
	p.direct = c.straightRoot(t.Root)
	p.slots, p.captures = info.size, holdsFrames(t.Root)
	p.assigns = p.assigns || info.size > p.vars
	slices.Sort(c.free)
	p.free = slices.Compact(c.free)
	return p, nil
}

// MustCompile parses and compiles a source that is known to be right, as in a
// test; it panics when it is not.
func MustCompile(src string, vars ...string) *Program {
	t, err := Parse(src, Options{})
	if err != nil {
		panic(err)
	}
	p, err := Compile(t, CompileOptions{Vars: vars})
	if err != nil {
		panic(err)
	}
	return p
}

// Free lists, sorted, the variables that are neither given, nor bound in the
// expression, nor functions of JSONata. Reading one yields Nothing.
func (p *Program) Free() []string { return slices.Clone(p.free) }

// Eval evaluates the program for an input, with the variables in the order of
// CompileOptions.Vars; those that are missing at the end are Nothing. A nil
// env is the zero Env. The error is an *Error.
func (p *Program) Eval(in Value, vars []Value, env *Env) (Value, error) {
	if d := p.direct; d != nil && d.slot < len(vars) && (env == nil || env.Limits == Limits{}) {
		if v, ok := d.Of(vars[d.slot]); ok {
			return v, nil
		}
	}
	r := runs.Get().(*run)
	r.start(p, in, env)
	f := &r.top
	f.run = r
	switch {
	case !p.assigns && len(vars) >= p.vars:
		f.slots = vars // read only
	default:
		f.slots = make([]Value, p.slots)
		for i := copy(f.slots[:p.vars], vars); i < p.slots; i++ {
			if i >= p.vars {
				f.slots[i].k = kindUnset
			}
		}
	}
	if in.k == KindArray && in.n&markSequence == 0 {
		in = arrayOf([]Value{in}, markSequence|markOuter)
	}
	v, err := p.eval(f, in)
	if err != nil {
		v = Nothing
	}
	v = clean(v)
	if p.captures && holdsFunction(v) {
		return v, err // a function in it holds on to the frames and so to the run
	}
	r.reset()
	runs.Put(r)
	return v, err
}

func holdsFunction(v Value) bool {
	switch v.k {
	case KindFunction:
		return true
	case KindArray:
		return slices.ContainsFunc(v.items(), holdsFunction)
	case KindObject:
		return slices.ContainsFunc(v.members(), func(m Member) bool { return holdsFunction(m.Value) })
	default:
	}
	return false
}

// clean takes off the marks that mean something inside an evaluation only.
func clean(v Value) Value {
	if v.k != KindArray {
		return v
	}
	if v.n&markOuter != 0 {
		return clean(v.At(0))
	}
	return v.unmark(marks)
}
